//! Bylines → the names in them.

/// The authors in a byline such as `By Jane Hill and Tom Reed, Political Editor`; empty where
/// nothing in it looks like a name.
pub(crate) fn authors(byline: &str) -> Vec<String> {
    let line = without_by(byline.trim()).unwrap_or(byline.trim());
    let mut found: Vec<String> = Vec::new();
    for piece in line
        .split([',', ';', '|', '&', '/'])
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(" und "))
    {
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
    const OPENERS: [&str; 7] =
        ["by ", "by: ", "written by ", "reported by ", "story by ", "author: ", "von "];
    let opener = OPENERS.iter().find(|opener| {
        line.get(..opener.len()).is_some_and(|start| start.eq_ignore_ascii_case(opener))
    })?;
    Some(line[opener.len()..].trim_start())
}

/// Whether `text` has the shape of a person's name: two to five words with capitals, particles
/// between them, no digits, and no word that names an office or a house.
pub(crate) fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 14] =
        ["al", "ben", "bin", "da", "de", "del", "der", "di", "du", "el", "la", "le", "van", "von"];
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

/// Whether `text`, listed as an author by a page, may be a name in some script or fashion: no
/// address, number, file name or remark.
pub(crate) fn may_be_name(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_ascii()))
        && !text.chars().any(|c| c.is_ascii_digit() || matches!(c, '(' | '@' | '/' | '_'))
        && (text.contains(' ') || !text.is_ascii())
}

/// Words of offices and houses, which stand beside names in bylines.
pub(crate) fn is_role(word: &str) -> bool {
    const ROLES: [&str; 41] = [
        "Agency",
        "Analyst",
        "Associate",
        "Author",
        "Bureau",
        "Center",
        "Centre",
        "Chief",
        "College",
        "Columnist",
        "Correspondent",
        "Council",
        "Desk",
        "Director",
        "Editor",
        "Editorial",
        "Fellow",
        "Foundation",
        "Guest",
        "Institute",
        "Journal",
        "Journalist",
        "Lecturer",
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
