//! Bylines → the names in them.

/// The authors in a byline such as `By Jane Hill and Tom Reed, Political Editor`; empty where
/// nothing in it looks like a name.
pub(crate) fn authors(byline: &str) -> Vec<String> {
    let line = without_by(byline.trim()).unwrap_or(byline.trim());
    let mut found: Vec<String> = Vec::new();
    let pieces = line
        .split([',', ';', '|', '&', '/'])
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(" und "));
    for piece in between_names(pieces.collect()) {
        let name = piece.split('(').next().unwrap_or(piece).trim().trim_end_matches('.');
        let name = if is_name(name) { name } else { without_titles(name) };
        if is_name(name) && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// A byline that names nobody: `By our own reporter`, `By a staff writer`, `By Staff`.
pub(crate) fn is_unnamed_byline(line: &str) -> bool {
    const OPENERS: [&str; 4] = ["a", "an", "our", "the"];
    const PEOPLE: [&str; 10] = [
        "agencies",
        "correspondent",
        "correspondents",
        "desk",
        "editor",
        "editors",
        "reporter",
        "reporters",
        "staff",
        "writer",
    ];
    let Some(rest) = without_by(line).filter(|rest| rest.len() <= 60) else { return false };
    let folded = rest.to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let people = words.last().is_some_and(|word| PEOPLE.contains(word));
    people && (words.len() == 1 || words.len() <= 6 && OPENERS.contains(&words[0]))
}

/// A name without the academic titles before it.
pub(crate) fn without_titles(name: &str) -> &str {
    const TITLES: [&str; 6] = ["Dr", "Prof", "Professor", "Assoc", "Sir", "Dame"];
    let mut rest = name.trim();
    while let Some((word, more)) = rest.split_once(' ') {
        if !TITLES.contains(&word.trim_end_matches('.')) {
            break;
        }
        rest = more.trim_start();
    }
    rest
}

/// What follows `By` and its like, where a line begins with one.
pub(crate) fn without_by(line: &str) -> Option<&str> {
    const OPENERS: [&str; 17] = [
        "by ",
        "by: ",
        "written by ",
        "reported by ",
        "story by ",
        "author: ",
        "von ",
        "autor: ",
        "par ",
        "por ",
        "di ",
        "av ",
        "af ",
        "door ",
        "texte : ",
        "texto: ",
        "tekst: ",
    ];
    let opener = OPENERS.iter().find(|opener| {
        line.get(..opener.len()).is_some_and(|start| start.eq_ignore_ascii_case(opener))
    })?;
    Some(line[opener.len()..].trim_start())
}

/// Whether `text` has the shape of a person's name: two to five words with capitals, particles
/// between them, no digits, and no word that names an office or a house.
pub(crate) fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 28] = [
        "af", "al", "bar", "ben", "bin", "bint", "da", "dal", "das", "de", "del", "della", "den",
        "der", "di", "do", "dos", "du", "el", "ibn", "la", "las", "le", "los", "ten", "ter", "van",
        "von",
    ];
    if text.len() > 60 {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &&str| {
        word.starts_with(|c: char| c.is_uppercase() || !c.is_ascii() && c.is_alphabetic())
    };
    let letters = |word: &&str| {
        word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '’' | '\''))
    };
    (2..=5).contains(&words.len())
        && words.iter().all(letters)
        && words.first().is_some_and(capital)
        && words.last().is_some_and(capital)
        && words.iter().all(|word| capital(word) || PARTICLES.contains(word))
        && !words.iter().any(|word| is_role(word))
}

/// The authors that an entry of a page's list of authors names: one, or several with words or commas
/// between them. Agencies and desks are authors where a page lists them; addresses, handles, numbers and places are none.
pub(crate) fn declared(entry: &str) -> Vec<String> {
    const LONGEST: usize = 120;
    let entry = without_by(entry).unwrap_or(entry).trim();
    if entry.len() > LONGEST {
        return Vec::new();
    }
    let pieces = between_names(entry.split([',', ';', '|']).collect());
    if let [whole] = pieces[..] {
        return may_be_author(whole).then(|| author(whole)).into_iter().collect();
    }
    let person = |piece: &&str| is_name(without_titles(piece.trim()));
    let several = pieces.iter().filter(|piece| person(piece) || is_agency(piece.trim()));
    several.map(|piece| author(piece)).collect()
}

/// Pieces parted at the words that stand between names in one language or another, where nothing but names comes of it.
fn between_names(mut pieces: Vec<&str>) -> Vec<&str> {
    // A bar alone parts whole names, and stands inside of `dpa/afp`.
    const AND: [&str; 12] = [
        " and ", " und ", " og ", " och ", " et ", " y ", " en ", " & ", " i ", " e ", " ja ", "/",
    ];
    for and in AND {
        let part = |piece: &&str| piece.split(and).all(|name| is_name(without_titles(name.trim())));
        pieces = pieces
            .into_iter()
            .flat_map(|piece| if part(&piece) { piece.split(and).collect() } else { vec![piece] })
            .collect();
    }
    pieces
}

/// A listed author without titles before the name and what some languages put behind it.
fn author(listed: &str) -> String {
    const REPORTER: &str = " 기자";
    let listed = listed.split('(').next().unwrap_or(listed).trim();
    let name = if is_name(listed) { listed } else { without_titles(listed) };
    name.strip_suffix(REPORTER).unwrap_or(name).to_owned()
}

/// Whether `text`, listed as an author by a page, is one in some script or fashion: no address, number, handle
/// or remark, and no single word such as `admin` that is no agency.
fn may_be_author(text: &str) -> bool {
    let text = text.trim();
    let address = text.contains("://") || text.contains('@') || text.contains('_');
    let word =
        !text.contains(' ') && text.is_ascii() && text.bytes().all(|b| b.is_ascii_alphabetic());
    let plain = word && text.bytes().any(|byte| byte.is_ascii_lowercase()) && !is_agency(text);
    text.chars().any(char::is_alphabetic)
        && !address
        && !plain
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.split_whitespace().count() <= 6
}

/// News agencies by the short names under which they stand in bylines.
fn is_agency(text: &str) -> bool {
    const AGENCIES: [&str; 30] = [
        "aap",
        "afp",
        "aljazeera",
        "anp",
        "ansa",
        "ap",
        "apa",
        "belga",
        "bloomberg",
        "cna",
        "dpa",
        "efe",
        "epd",
        "ians",
        "interfax",
        "kna",
        "kyodo",
        "lusa",
        "ntb",
        "pap",
        "pti",
        "reuters",
        "ritzau",
        "sda",
        "sid",
        "tass",
        "tt",
        "upi",
        "xinhua",
        "yonhap",
    ];
    AGENCIES.contains(&text.to_lowercase().as_str())
}

/// Words of offices and houses, which stand beside names in bylines.
pub(crate) fn is_role(word: &str) -> bool {
    const ROLES: [&str; 46] = [
        "Agency",
        "Analyst",
        "Associate",
        "Author",
        "Bureau",
        "Center",
        "Centre",
        "Chief",
        "College",
        "Corp",
        "Columnist",
        "Correspondent",
        "Council",
        "Desk",
        "Director",
        "Editor",
        "Editorial",
        "Fellow",
        "Foundation",
        "GmbH",
        "Guest",
        "Inc",
        "Institute",
        "Journal",
        "Journalist",
        "LLC",
        "Lecturer",
        "Ltd",
        "Magazine",
        "News",
        "Newspaper",
        "Office",
        "Photographer",
        "Post",
        "Press",
        "Producer",
        "Prof",
        "Professor",
        "Reporter",
        "Researcher",
        "Scholar",
        "Staff",
        "Times",
        "University",
        "Writer",
        "Writers",
    ];
    ROLES.iter().any(|role| role.eq_ignore_ascii_case(word.trim_end_matches([',', '.'])))
}
