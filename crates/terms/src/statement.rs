//! What shows in a sentence that it does not stand on its own.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::words::words;

/// Whether a sentence can be read without the one before it: it is whole, opens with nothing that
/// points back, and holds both marks of each pair.
pub fn stands_alone(sentence: &str) -> bool {
    !is_fragment(sentence)
        && !starts_low(sentence)
        && !points_back(sentence)
        && !Marks::default().cuts(sentence)
}

/// Which quotation marks are open, from sentence to sentence within a paragraph.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    double: bool,
    single: bool,
    sentences: u32,
}

impl Marks {
    /// A mark open for longer lost its partner: pairs hold fewer sentences in one paragraph.
    const LONGEST: u32 = 8;

    /// Reads on through `sentence`; whether a pair of marks reaches across its start or end.
    pub fn cuts(&mut self, sentence: &str) -> bool {
        if self.sentences == Self::LONGEST {
            *self = Self::default();
        }
        let mut cut = self.double || self.single;
        let mut had_single = cut;
        let mut before = ' ';
        let mut rest = sentence.chars().peekable();
        while let Some(character) = rest.next() {
            let after = rest.peek().copied().unwrap_or(' ');
            let opens = || {
                (before.is_whitespace() || "([—–-“‘\"'".contains(before)) && !after.is_whitespace()
            };
            let ends_clause = || ".,!?…".contains(before);
            match character {
                '“' | '„' => cut |= std::mem::replace(&mut self.double, true),
                '"' if opens() => cut |= std::mem::replace(&mut self.double, true),
                '”' | '"' => cut |= !std::mem::take(&mut self.double),
                '‘' => (self.single, had_single) = (true, true),
                '\'' if opens() && after.is_alphabetic() && !is_clitic(rest.clone()) => {
                    (self.single, had_single) = (true, true);
                }
                '’' | '\'' if !after.is_alphanumeric() => {
                    // "the workers’ plan" may have closed the pair already, so that this is the true end
                    cut |= !std::mem::take(&mut self.single) && !had_single && ends_clause();
                }
                _ => {}
            }
            before = character;
        }
        let open = self.double || self.single;
        self.sentences = if open { self.sentences + 1 } else { 0 };
        cut || open
    }
}

/// Whether what follows an apostrophe is the end of a word that tokenized text has cut off: `it 's`.
fn is_clitic(rest: impl Iterator<Item = char>) -> bool {
    let word: String = rest.take_while(|character| character.is_alphanumeric()).take(3).collect();
    matches!(word.as_str(), "s" | "m" | "d" | "t" | "re" | "ve" | "ll")
}

/// Whether a sentence opens with a word or phrase whose sense stands in the sentence before.
pub fn points_back(sentence: &str) -> bool {
    static OPENINGS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| include_str!("../data/openings_en.txt").lines().collect());
    let mut head = String::new();
    words(sentence).take(LONGEST_OPENING).any(|word| {
        if !head.is_empty() {
            head.push(' ');
        }
        head.push_str(&sentence[word].to_lowercase().replace('’', "'"));
        OPENINGS.contains(head.as_str())
    })
}

/// Words in the longest phrase that points back.
const LONGEST_OPENING: usize = 4;

/// Whether a sentence is no whole statement of the article: a caption, a heading, a line of the page, cut.
pub fn is_fragment(sentence: &str) -> bool {
    static FURNITURE: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let lines = include_str!("../data/furniture_en.txt").lines();
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(lines)
            .expect("a short list of phrases builds")
    });
    let closing = |character: char| {
        character.is_whitespace() || matches!(character, '"' | '\'' | '”' | '’' | '»' | ')' | ']')
    };
    let ends = sentence.trim_end_matches(closing).ends_with(['.', '!', '?', '…']);
    !ends || words(sentence).nth(SHORTEST - 1).is_none() || FURNITURE.is_match(sentence)
}

/// Whether a sentence does not start with a capital or a digit, as one does that was cut; it tells
/// nothing in a text that is all in lower case.
pub fn starts_low(sentence: &str) -> bool {
    let opening = |character: char| !character.is_alphanumeric();
    sentence.trim_start_matches(opening).chars().next().is_none_or(char::is_lowercase)
}

/// The fewest words of a statement.
const SHORTEST: usize = 4;
