//! What a paper says below an article about the article or itself.

use super::ends_like_sentence;
use crate::names;

/// Longest line that is taken for a notice, in bytes.
const LONGEST: usize = 300;

/// Whether a line, one of the last of a page, is about the article rather than part of it.
pub(super) fn is_notice(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let folded = line.trim_start_matches(['(', '[', '*', ' ']).to_lowercase();
    is_history(&folded) || is_disclaimer(&folded) || is_team(line) || is_correction(line)
}

/// `Correction: The bridge is 80 metres long, not 800.`, `This article was amended on 7 February.`
pub(crate) fn is_correction(line: &str) -> bool {
    const OPENERS: [&str; 17] = [
        "correction:",
        "correction :",
        "corrección:",
        "correção:",
        "errata:",
        "erratum :",
        "fe de errores:",
        "rectificatie:",
        "rättelse:",
        "rettelse:",
        "correction (",
        "corrections:",
        "clarification:",
        "editor's note:",
        "editors' note:",
        "berichtigung:",
        "korrektur:",
    ];
    const FATES: [&str; 5] =
        ["was amended", "was corrected", "been corrected", "been amended", "been updated to"];
    if line.len() > 2 * LONGEST {
        return false;
    }
    let folded = line.trim_start_matches(['(', '[', '*', ' ']).to_lowercase().replace('’', "'");
    let opening: String = folded.chars().take(80).collect();
    OPENERS.iter().any(|opener| folded.starts_with(opener))
        || is_history(&folded) && FATES.iter().any(|fate| opening.contains(fate))
}

/// `This interview has been edited for length.`, `This article was first published in …`
fn is_history(folded: &str) -> bool {
    const KINDS: [&str; 11] = [
        "article",
        "column",
        "commentary",
        "conversation",
        "essay",
        "interview",
        "op-ed",
        "piece",
        "post",
        "story",
        "transcript",
    ];
    const FATES: [&str; 15] = [
        "been amended",
        "been condensed",
        "been corrected",
        "been edited",
        "been translated",
        "been updated",
        "first appeared",
        "first published",
        "is republished",
        "originally appeared",
        "originally published",
        "was amended",
        "was corrected",
        "was edited",
        "was updated",
    ];
    let Some(rest) = folded.strip_prefix("this ") else { return false };
    let opening: String = rest.chars().take(60).collect();
    KINDS.iter().any(|kind| rest.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ')))
        && FATES.iter().any(|fate| opening.contains(fate))
}

/// `The views expressed here are the author’s own.`, `The Example takes no institutional positions.`
fn is_disclaimer(folded: &str) -> bool {
    let views =
        ["the views expressed", "the opinions expressed", "views expressed", "opinions expressed"]
            .iter()
            .any(|opening| folded.starts_with(opening));
    let owned =
        ["own", "author", "those of", "necessarily"].iter().any(|owner| folded.contains(owner));
    let neutral = ["takes no ", "take no ", "does not take ", "do not take "]
        .iter()
        .filter_map(|mark| folded.split_once(mark))
        .any(|(_, what)| {
            what.starts_with("institutional position")
                || what.starts_with("policy position")
                || what.starts_with("position") && what.contains("as an institution")
        });
    views && owned || neutral
}

/// `(Reporting by Jane Hill; Editing by Tom Reed)`: names, and hardly another word.
fn is_team(line: &str) -> bool {
    const WORDS: [&str; 12] = [
        "additional",
        "and",
        "by",
        "de",
        "editing",
        "in",
        "reporting",
        "van",
        "von",
        "with",
        "writing",
        "for",
    ];
    let bare = line.trim_matches(['(', ')', '[', ']', '.', ' ']);
    let folded = bare.to_lowercase();
    let opens = ["reporting by ", "additional reporting by ", "writing by ", "editing by "]
        .iter()
        .find(|opening| folded.starts_with(*opening));
    let Some(names) = opens.and_then(|opening| bare.get(opening.len()..)) else { return false };
    let words = || bare.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    !names::authors(names.split(" in ").next().unwrap_or(names)).is_empty()
        && !ends_like_sentence(names)
        && words().all(|word| word.starts_with(char::is_uppercase) || WORDS.contains(&word))
}
