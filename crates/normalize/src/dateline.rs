//! The dateline: where, and by which agency, a report was written, as its first words say.

/// `TOKYO (AP) —`
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dateline<'t> {
    /// The place as it is written, without the land or state behind it.
    pub(crate) place: &'t str,
    pub(crate) agency: Option<&'t str>,
}

/// The dateline that opens `text`, if one does: a place in capitals, or a place and an agency in
/// brackets, before a dash.
pub(crate) fn read(text: &str) -> Option<Dateline<'_>> {
    /// Bytes that a dateline may have.
    const LONGEST: usize = 80;
    const DASHES: [&str; 5] = [" — ", " – ", " -- ", " - ", "— "];
    let line = text.lines().next()?;
    let (end, _) = DASHES.iter().filter_map(|dash| Some((line.find(dash)?, dash))).min()?;
    let opening = line.get(..end).filter(|opening| opening.len() <= LONGEST)?.trim_end();
    let (opening, agency) = match opening.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((before, agency)) => (before.trim_end(), Some(agency.trim())),
        None => (opening, None),
    };
    let mut pieces = opening.split(',').map(str::trim);
    let place = pieces.next()?;
    let fits = pieces.all(|piece| is_region(piece) || has_day(piece))
        && agency.is_none_or(|agency| {
            !agency.is_empty()
                && words(agency) <= 4
                && !agency.contains(|c: char| c.is_ascii_digit())
        });
    let named = is_in_capitals(place) || agency.is_some() && is_region(place) && words(place) <= 3;
    (fits && named).then_some(Dateline { place, agency })
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// `TOKYO`, `KYIV/ODESA`, `NEW YORK`, `ST. JOHN’S`: at least three letters, all of them capitals.
fn is_in_capitals(place: &str) -> bool {
    let letters = place.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3
        && words(place) <= 4
        && place
            .chars()
            .all(|c| c.is_uppercase() || matches!(c, ' ' | '.' | '-' | '/' | '’' | '\''))
}

/// `Germany`, `New South Wales`, `Pa.`
fn is_region(piece: &str) -> bool {
    (1..=4).contains(&words(piece))
        && piece.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && piece
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '/' | '’' | '\''))
}

/// `Feb. 6`, `6 February`, `6. Februar`.
fn has_day(piece: &str) -> bool {
    let digits = piece.chars().filter(char::is_ascii_digit).count();
    (1..=2).contains(&digits) && words(piece) <= 3 && piece.chars().any(char::is_alphabetic)
}
