//! Words that are written with a full stop, and what must follow for that stop to end a sentence.

/// When a full stop after an abbreviation ends a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Never: a name or an explanation follows.
    Never,
    /// Unless a number follows: `No. 5`, but `He said no. Then…`.
    NotDigit,
    /// Unless a number follows, and then only before a word that often begins sentences: months.
    NotDigitElseStarter,
    /// Before a word that often begins sentences.
    Starter,
}

/// Titles and words that point forward.
const NEVER: &[&str] = &[
    "Adm", "Amb", "Assoc", "Asst", "Atty", "Brig", "Capt", "Cdr", "Cmdr", "Col", "Cpl", "Dir",
    "Dr", "Drs", "Fr", "Gen", "Gov", "Hon", "Insp", "Lt", "Ltn", "Maj", "Messrs", "Mgr", "Mlle",
    "Mme", "Mr", "Mrs", "Ms", "Mt", "Mx", "Pfc", "Pres", "Prof", "Pvt", "Rep", "Reps", "Rev",
    "Sen", "Sens", "Sgt", "Sr", "St", "Ste", "Supt", "approx", "ca", "cf", "e.g", "eg", "i.e",
    "ie", "incl", "viz", "vs", "v", "Vs", "z.B", "d.h", "bzw", "Hr", "Fr", "Nr",
];

/// Words that need a number.
const BEFORE_DIGIT: &[&str] = &[
    "Art", "Ch", "Fig", "Figs", "No", "Nos", "Op", "Sec", "Vol", "art", "no", "nos", "p", "pp",
    "par", "sec", "vol",
];

const MONTHS: &[&str] =
    &["Apr", "Aug", "Dec", "Feb", "Jan", "Jul", "Jun", "Mar", "Nov", "Oct", "Sep", "Sept"];

/// Words that may as well stand at the end.
const EITHER: &[&str] = &[
    "Ala", "Ariz", "Ark", "Ave", "Bhd", "Blvd", "Bros", "Calif", "Cie", "Co", "Colo", "Conn",
    "Corp", "Dept", "Del", "Est", "Fla", "Fri", "Ga", "Ill", "Inc", "Ind", "Jr", "Kan", "Ky", "La",
    "Ltd", "Mass", "Md", "Mich", "Minn", "Miss", "Mo", "Mon", "Mont", "Neb", "Nev", "Okla", "Ore",
    "Pa", "Ph.D", "Plc", "Rd", "Sat", "Tenn", "Tex", "Thu", "Thurs", "Tue", "Tues", "Univ", "Va",
    "Vt", "Wash", "Wed", "Wis", "al", "dept", "est", "etc", "ext", "ft", "hr", "hrs", "lb", "lbs",
    "min", "oz", "usw", "u.a",
];

/// Words that begin sentences far more often than they go on after an abbreviation.
const STARTERS: &[&str] = &[
    "A",
    "After",
    "Although",
    "An",
    "And",
    "As",
    "At",
    "Before",
    "Both",
    "But",
    "By",
    "Despite",
    "During",
    "Each",
    "Even",
    "For",
    "From",
    "He",
    "Her",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "It",
    "Its",
    "Last",
    "Many",
    "Meanwhile",
    "Most",
    "Mr",
    "Mrs",
    "Ms",
    "My",
    "No",
    "Not",
    "Now",
    "On",
    "One",
    "Or",
    "Other",
    "Our",
    "She",
    "Since",
    "So",
    "Some",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Through",
    "To",
    "Under",
    "Until",
    "We",
    "What",
    "When",
    "Where",
    "While",
    "Who",
    "Why",
    "With",
    "Without",
    "Yet",
    "You",
    "Your",
];

/// What must follow the full stop of `word`, if `word` is an abbreviation.
pub(crate) fn after(word: &str) -> Option<After> {
    match () {
        () if NEVER.contains(&word) => Some(After::Never),
        () if BEFORE_DIGIT.contains(&word) => Some(After::NotDigit),
        () if MONTHS.contains(&word) => Some(After::NotDigitElseStarter),
        () if EITHER.contains(&word) => Some(After::Starter),
        () => None,
    }
}

/// Whether `word` often begins a sentence.
pub(crate) fn starts_sentences(word: &str) -> bool {
    STARTERS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_that_begin_sentences_are_sorted() {
        assert!(super::STARTERS.is_sorted());
    }
}
