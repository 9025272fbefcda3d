//! Years where they can be nothing else: "2022", "2021-22", "the 1990s".

use crate::calendar::{Day, days_in};
use crate::dates::{Found, Interval, year_number};
use crate::values::Reader;

/// The year or years at token `at`. A half or quarter named before it ("the first half of 2021") is read, but stays outside.
pub(crate) fn read(from: Reader<'_>, at: usize) -> Option<Found> {
    let word = from.word(at);
    if word.len() == 2 {
        return short_decade(from, at);
    }
    let number = year_number(word)?;
    let glued = from.glued(at).then(|| from.before(at, 1));
    if from.word(at + 1) == "s" && from.glued(at + 1) {
        return (number % 10 == 0).then(|| (at + 2, of_years(number, number + 9)));
    }
    // "Vision-2021", "X2022", but "mid-2021".
    let mid = glued == Some("-") && matches!(from.before(at, 2), "mid" | "Mid" | "pre" | "post");
    if glued.is_some_and(|mark| {
        !mid && mark.starts_with(|mark: char| mark.is_alphanumeric() || "-/.+#&".contains(mark))
    }) {
        return None;
    }
    if let Some(found) = joined(from, at, number) {
        return Some(found);
    }
    let next = from.word(at + 1);
    let goes_on = from.glued(at + 1)
        && (next.starts_with(char::is_alphabetic)
            || matches!(next, "-" | "/" | "%") && from.glued(at + 2));
    if goes_on {
        return None;
    }
    if let Some(part) = part_before(from, at, number) {
        return Some((at + 1, Some(part)));
    }
    is_year(from, at, number).then(|| (at + 1, of_years(number, number)))
}

/// "2021-22", "2019/20", "1543-4", "2015-2016".
fn joined(from: Reader<'_>, at: usize, first: i64) -> Option<Found> {
    let dash = matches!(from.word(at + 1), "-" | "–" | "/" | "—");
    if !dash
        || from.glued(at + 1) != from.glued(at + 2)
        || from.glued(at + 3) && matches!(from.word(at + 3), "-" | "/" | "%")
    {
        return None;
    }
    let second = from.word(at + 2);
    let number: i64 = second.parse().ok()?;
    let last = match second.len() {
        1 => first / 10 * 10 + number,
        2 => first / 100 * 100 + number,
        4 => year_number(second)?,
        _ => return None,
    };
    let spaced = !from.glued(at + 1);
    let near = last > first && last - first < 100 && !(spaced && second.len() != 4);
    near.then(|| (at + 3, of_years(first, last)))
}

/// "70s" after another decade: "the 1960s and 70s".
fn short_decade(from: Reader<'_>, at: usize) -> Option<Found> {
    let decade: i64 = from.word(at).parse().ok().filter(|decade| decade % 10 == 0)?;
    let plural = from.word(at + 1) == "s" && from.glued(at + 1);
    let listed = matches!(from.before(at, 1), "and" | "to" | "or") && from.before(at, 2) == "s";
    let century = year_number(from.before(at, 3)).map(|year| year / 100 * 100)?;
    (plural && listed).then(|| (at + 2, of_years(century + decade, century + decade + 9)))
}

/// Days of the half or quarter that is named before the year.
fn part_before(from: Reader<'_>, at: usize, year: i64) -> Option<Interval> {
    let back = if from.before(at, 1) == "of" { 2 } else { 1 };
    let (part, which) = (from.before(at, back), from.before(at, back + 1));
    let (first, months) = match (part, which) {
        ("quarter", "first") | ("Q1", _) => (1, 3),
        ("quarter", "second") | ("Q2", _) => (4, 3),
        ("quarter", "third") | ("Q3", _) => (7, 3),
        ("quarter", "fourth" | "last") | ("Q4", _) => (10, 3),
        ("half", "first") => (1, 6),
        ("half", "second") => (7, 6),
        _ => return None,
    };
    let last = first + months - 1;
    Some((Day::new(year, first, 1)?, Day::new(year, last, days_in(year, last))?))
}

/// Whether a number of four digits is a year here, by what stands around it.
fn is_year(from: Reader<'_>, at: usize, number: i64) -> bool {
    const LEADS: [&str; 25] = [
        "in", "since", "during", "early", "late", "mid", "year", "between", "until", "till", "by",
        "the", "of", "from", "(", "for", "after", "before", "through", "this", "summer", "winter",
        "spring", "autumn", "fall",
    ];
    const FOLLOWS: [&str; 24] = [
        "and", "to", "in", "with", "after", "by", "for", "as", "when", "at", "on", "that", "was",
        "were", "had", "but", "or", "the", "from", "until", "while", "under", "he", "she",
    ];
    let before = from.before(at, 1);
    let led = LEADS.iter().any(|lead| lead.eq_ignore_ascii_case(before));
    let next = from.word(at + 1);
    let apart = !from.glued(at + 1);
    let measured = matches!(next, "hours" | "hrs" | "GMT" | "UTC" | "local" | "years" | "people");
    let numeric = |word: &str| word.starts_with(|digit: char| digit.is_ascii_digit());
    let among_numbers = numeric(before) && year_number(before).is_none() || apart && numeric(next);
    if measured
        || among_numbers
        || matches!(next, "BC" | "BCE" | "B.C." | "°")
        || before.starts_with(|mark: char| "$€£¥₹#+=".contains(mark))
    {
        return false;
    }
    // "With 1950 people", "killed 1600 civilians".
    let counts = apart
        && next.len() > 3
        && next.ends_with('s')
        && !next.ends_with("ss")
        && next.starts_with(char::is_lowercase);
    if counts && !led {
        return false;
    }
    // "Vision 2030", "Section 1999": the end of a name, unless it opens the sentence.
    let named = from.upper(at.wrapping_sub(1))
        && !led
        && !before.is_empty()
        && from.backwards(at).nth(1).is_some();
    if named {
        return false;
    }
    let listed =
        matches!(before, "and" | "to" | "or" | ",") && year_number(from.before(at, 2)).is_some();
    match number {
        1900..2040 => true,
        1500..2100 => led || listed,
        // "In 1100 villages".
        _ => {
            let counts = apart && next.starts_with(char::is_lowercase);
            (led || listed) && (!counts || FOLLOWS.contains(&next))
        }
    }
}

fn of_years(first: i64, last: i64) -> Option<Interval> {
    Some((Day::new(first, 1, 1)?, Day::new(last, 12, 31)?))
}
