//! What an article calls a person: the offices that stand beside the name.

use document::Span;

/// Bytes before a name in which an office belongs to it.
const BEFORE: usize = 48;
/// Bytes after a name in which an office belongs to it.
const AFTER: usize = 64;

/// Offices by the word that tells them; one bit each. Forms for women and men are one office.
const ROLES: [&[&str]; 46] = [
    &["president"],
    &["prime", "premier", "pm"],
    &["minister"],
    &["foreign"],
    &["defence", "defense"],
    &["finance", "treasury"],
    &["secretary"],
    &["general"],
    &["chancellor"],
    &["king", "queen", "monarch"],
    &["prince", "princess"],
    &["senator", "sen"],
    &["governor", "gov"],
    &["congressman", "congresswoman", "rep", "representative"],
    &["mayor"],
    &["judge", "justice"],
    &["attorney", "lawyer", "prosecutor"],
    &["ambassador", "envoy", "diplomat"],
    &["commissioner"],
    &["spokesman", "spokeswoman", "spokesperson"],
    &["chairman", "chairwoman", "chair", "chairperson"],
    &["chief"],
    &["executive", "ceo"],
    &["director"],
    &["founder"],
    &["professor", "prof", "lecturer"],
    &["researcher", "scientist", "fellow"],
    &["doctor", "dr", "physician", "surgeon"],
    &["analyst", "economist", "strategist"],
    &["editor", "journalist", "reporter", "correspondent", "columnist"],
    &["author", "writer", "novelist", "poet"],
    &["actor", "actress"],
    &["singer", "musician", "rapper", "composer"],
    &["coach", "manager"],
    &["captain", "striker", "goalkeeper", "midfielder", "quarterback"],
    &["colonel", "lieutenant", "sergeant", "commander", "admiral", "officer"],
    &["sheriff", "police", "detective"],
    &["pope", "cardinal"],
    &["bishop", "archbishop", "reverend", "pastor", "rabbi", "imam"],
    &["leader", "head"],
    &["candidate", "nominee"],
    &["activist", "campaigner", "organizer", "organiser"],
    &["teacher", "principal", "student"],
    &["farmer", "fisherman"],
    &["owner", "boss"],
    &["lawmaker", "legislator", "deputy", "mp", "councillor", "councilor"],
];

/// The offices in words such as those of a speaker's role.
pub(super) fn in_words(words: &str) -> u64 {
    let lower = words.to_lowercase();
    let role = |word: &str| ROLES.iter().position(|role| role.contains(&word));
    let found = lower.split(|letter: char| !letter.is_alphanumeric()).filter_map(role);
    found.fold(0, |roles, role| roles | 1 << role)
}

/// The offices beside a name, within its sentence and up to another name's comma.
pub(super) fn beside(text: &str, name: Span) -> u64 {
    let range = name.range();
    let before = &text[floor(text, range.start.saturating_sub(BEFORE))..range.start];
    let ends = ['.', '!', '?', ';', ',', '\n', '“', '”', '"', '(', ')', ':'];
    let before = before.rsplit(ends).next().unwrap_or_default();
    let after = &text[range.end..floor(text, range.end + AFTER)];
    // "Ada Ek, the president of Harwick, said": the apposition, and nothing where the sentence goes on.
    let after =
        after.strip_prefix(", ").map_or("", |rest| rest.split(ends).next().unwrap_or_default());
    in_words(before) | in_words(after)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use document::Span;

    use super::{beside, in_words};

    #[test]
    fn an_office_is_read_before_the_name_and_in_an_apposition() {
        let check = |text: &str, role: &str| {
            let at = text.find("Ada Ek").unwrap();
            assert_eq!(beside(text, Span::from_range(at..at + 6)), in_words(role), "{text}");
        };
        check("On Monday President Ada Ek spoke.", "president");
        check("It was Ada Ek, the mayor of Harwick, who spoke.", "mayor");
        check("The mayor left. Ada Ek stayed.", "");
        check("The former prime minister Ada Ek", "prime minister");
        check("“Yes, minister,” Ada Ek said", "");
    }
}
