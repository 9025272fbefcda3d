//! Whether a sentence looks ahead or back, for dates that leave it to the reader.

use crate::values::Reader;

/// Whether a verb of the clause before token `at` says that the day is to come: "will meet on Friday".
pub(crate) fn is_to_come(from: Reader<'_>, at: usize) -> bool {
    const CLAUSE: usize = 10;
    let ends = |word: &str| {
        word.starts_with([',', ';', ':', '"', '“', '”', '—', '–'])
            || matches!(word, "said" | "says" | "told" | "and" | "but" | "that")
    };
    let mut clause = from.backwards(at).take(CLAUSE).take_while(|word| !ends(word));
    clause
        .any(|word| matches!(word, "will" | "shall" | "scheduled" | "due" | "slated" | "upcoming"))
}

/// Whether the sentence around token `at` tells of the past and nothing in it looks ahead: "On April 6, ministers met".
pub(crate) fn is_past(from: Reader<'_>, at: usize) -> bool {
    const SENTENCE: usize = 40;
    let (mut past, mut ahead) = (false, false);
    for word in from.backwards(at).take(SENTENCE).chain(from.forwards(at)) {
        let regular =
            word.len() > 4 && word.ends_with("ed") && word.starts_with(char::is_lowercase);
        past |= regular || PAST.contains(&word);
        ahead |= word == "scheduled" || AHEAD.contains(&word);
    }
    past && !ahead
}

const PAST: [&str; 24] = [
    "was", "were", "had", "did", "held", "took", "met", "came", "went", "became", "began", "left",
    "won", "lost", "gave", "made", "saw", "fell", "rose", "got", "led", "sent", "found", "spoke",
];

/// Words of plans and terms; "planned" and its like are no past.
const AHEAD: [&str; 37] = [
    "will", "shall", "would", "may", "might", "can", "could", "should", "must", "next", "plan",
    "plans", "planned", "vows", "due", "upcoming", "coming", "expects", "expected", "set",
    "slated", "until", "till", "by", "before", "ahead", "is", "are", "hope", "hopes", "aims",
    "starts", "begins", "runs", "term", "later", "ready",
];
