//! The words of what was said, as they are compared: no case, no marks, no style of an outlet.

use document::Span;
use tokens::push_plain;

/// One word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Hash of its plain letters: equal for one word in any style.
    pub(super) form: u64,
    /// Where it stands.
    pub(super) span: Span,
    flags: u8,
}

const CONTENT: u8 = 1;
const INSERTED: u8 = 2;
const AFTER_GAP: u8 = 4;
const STARTS: u8 = 8;

impl Word {
    /// Whether it says something by itself; "not" does.
    pub(super) fn is_content(self) -> bool {
        self.flags & CONTENT != 0
    }

    /// Whether an editor put it in, in brackets.
    pub(super) fn is_inserted(self) -> bool {
        self.flags & INSERTED != 0
    }

    /// Whether something was left out before it, as an ellipsis or the outlet's own words say.
    pub(super) fn is_after_gap(self) -> bool {
        self.flags & AFTER_GAP != 0
    }

    /// Whether a sentence or the quotation starts with it.
    pub(super) fn starts(self) -> bool {
        self.flags & (STARTS | AFTER_GAP) != 0
    }
}

/// The words of some stretches of a text; between two stretches something is left out.
pub(super) fn words(text: &str, stretches: impl IntoIterator<Item = Span>) -> Vec<Word> {
    let mut words = Vec::new();
    for stretch in stretches {
        if let Some(slice) = text.get(stretch.range()) {
            let flags = if words.is_empty() { STARTS } else { AFTER_GAP };
            let (words, plain) = (&mut words, String::new());
            Scanner { words, plain, from: stretch.start(), flags, inserted: false }.scan(slice);
        }
    }
    words
}

struct Scanner<'a> {
    words: &'a mut Vec<Word>,
    /// The plain letters of the word at hand.
    plain: String,
    /// Where the stretch starts in the text.
    from: u32,
    /// What the next word has by what stands before it.
    flags: u8,
    inserted: bool,
}

impl Scanner<'_> {
    fn scan(&mut self, slice: &str) {
        let mut characters = slice.char_indices().peekable();
        let mut ended = false;
        while let Some((at, character)) = characters.next() {
            if character.is_alphanumeric() {
                if ended && character.is_uppercase() {
                    self.flags |= STARTS;
                }
                ended = false;
                let length = word_length(&slice[at..]);
                self.push(at, &slice[at..at + length]);
                while characters.peek().is_some_and(|(next, _)| *next < at + length) {
                    characters.next();
                }
                continue;
            }
            let rest = &slice[at..];
            match character {
                '…' => self.flags |= AFTER_GAP,
                '.' if rest.starts_with("...") || rest.starts_with(". . .") => {
                    self.flags |= AFTER_GAP;
                }
                '.' | '!' | '?' => ended = true,
                '[' => self.inserted = true,
                ']' => self.inserted = false,
                _ => {}
            }
        }
    }

    fn push(&mut self, at: usize, written: &str) {
        self.plain.clear();
        for letter in written.chars().filter(|letter| letter.is_alphanumeric()) {
            push_plain(&mut self.plain, letter);
        }
        let form = hash(&self.plain);
        let content =
            if FUNCTION_WORDS.binary_search(&self.plain.as_str()).is_ok() { 0 } else { CONTENT };
        // "[T]he": what stands in brackets inside a word is its letter.
        let within = written.contains('[') || written.contains(']');
        let inserted = if self.inserted && !within { INSERTED } else { 0 };
        let start = self.from as usize + at;
        self.words.push(Word {
            form,
            span: Span::from_range(start..start + written.len()),
            flags: content | inserted | self.flags,
        });
        self.flags = 0;
        if within {
            self.inserted = false;
        }
    }
}

/// FNV-1a (Fowler, Noll, Vo), 64 bits.
fn hash(plain: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    plain.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Bytes of the word that `rest` starts with: letters and digits with inner apostrophes, the full stops
/// of initials ("U.S.") and brackets around some of its letters ("[t]he").
fn word_length(rest: &str) -> usize {
    let mut length = 0;
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let joins = match character {
            '\'' | '’' | '[' | ']' => {
                next.is_some_and(char::is_alphabetic) && !rest[at..].starts_with("][")
            }
            '.' => {
                let initial = at == 1 || rest[..at].rfind('.').is_some_and(|dot| at - dot == 2);
                initial && next.is_some_and(|next| next.is_alphabetic() || at > 1)
            }
            '\u{300}'..='\u{36f}' => true,
            _ => character.is_alphanumeric(),
        };
        if !joins {
            break;
        }
        length = at + character.len_utf8();
    }
    rest[..length].trim_end_matches('.').len().max(1)
}

/// Words that say little by themselves, sorted.
const FUNCTION_WORDS: [&str; 120] = [
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "both", "but", "by", "can", "cant", "could", "did", "do",
    "does", "doing", "done", "each", "even", "for", "from", "get", "go", "going", "got", "had",
    "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "id", "if",
    "ill", "im", "in", "into", "is", "it", "its", "ive", "just", "like", "made", "make", "many",
    "may", "me", "might", "more", "most", "much", "must", "my", "now", "of", "on", "one", "only",
    "or", "other", "our", "out", "over", "own", "really", "said", "say", "says", "she", "should",
    "so", "some", "such", "than", "that", "thats", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "to", "too", "up", "us", "very", "was", "we", "were", "what",
    "when", "which", "who", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use document::Span;

    use super::{FUNCTION_WORDS, words};

    /// Each word as written, `+` before one in brackets, `…` before one after a gap, `|` before one that starts.
    fn check(text: &str, expected: &str) {
        let all = words(text, [Span::from_range(0..text.len())]);
        let drawn: Vec<String> = all
            .iter()
            .map(|word| {
                let start = if word.is_after_gap() {
                    "…"
                } else if word.starts() {
                    "|"
                } else {
                    ""
                };
                let inserted = if word.is_inserted() { "+" } else { "" };
                format!("{start}{inserted}{}", &text[word.span.range()])
            })
            .collect();
        assert_eq!(drawn.join(" "), expected);
    }

    #[test]
    fn words_know_what_stands_before_them() {
        check("We won. They don’t know…yet", "|We won |They don’t know …yet");
        check("the [new] U.S. rules-based order", "|the +new U.S rules based order");
        check("[T]he sea . . . rose", "|T]he sea …rose");
        check("he [the mayor of Harwick] left ... then", "|he +the +mayor +of +Harwick left …then");
    }

    #[test]
    fn one_word_in_two_styles_is_one() {
        let form = |text: &str| words(text, [Span::from_range(0..text.len())])[0].form;
        for (one, other) in [("Don’t", "don't"), ("[T]he", "the"), ("U.S.", "US"), ("Café", "cafe")]
        {
            assert_eq!(form(one), form(other), "{one} {other}");
        }
        assert!(FUNCTION_WORDS.is_sorted());
    }
}
