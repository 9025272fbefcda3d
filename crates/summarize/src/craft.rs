//! What an editor would not print: sentences that do not stand on their own.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use document::{Span, View, symbol};

use crate::terms::words;

/// Why a sentence does not stand on its own, the lightest first: the order in which the rules are
/// given up where nothing else is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// It opens with a word that points back ("He", "However"), or an answer; good after the
    /// sentence before it.
    Opening,
    /// It holds one mark of a pair, or lies inside a longer quotation.
    HalfQuotation,
    /// An interviewer says it.
    Question,
    /// It is no whole statement: a caption, a heading, a line of the page, a cut sentence.
    Fragment,
}

impl Fault {
    /// Every fault, the lightest first.
    pub(crate) const ALL: [Self; 4] =
        [Self::Opening, Self::HalfQuotation, Self::Question, Self::Fragment];

    /// What such sentences do, after a number of sentences, for notes.
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::Opening => "lean on the sentence before",
            Self::HalfQuotation => "cut a quotation",
            Self::Question => "are an interviewer's",
            Self::Fragment => "are no whole statement",
        }
    }
}

/// Finds the worst fault of each sentence.
pub(crate) fn faults(view: &View<'_>, sentences: &[Span], out: &mut Vec<Option<Fault>>) {
    let doc = view.doc();
    let mut marks = Marks::default();
    let mut end = 0;
    out.clear();
    for span in sentences {
        let between = doc.text().get(end..span.start() as usize);
        if between.is_some_and(|between| between.contains('\n')) {
            marks = Marks::default();
        }
        end = span.end() as usize;
        let sentence = doc.slice(*span);
        let cut = marks.cuts(sentence);
        out.push(if fragment(sentence) {
            Some(Fault::Fragment)
        } else if cut {
            Some(Fault::HalfQuotation)
        } else if points_back(sentence) {
            Some(Fault::Opening)
        } else {
            None
        });
    }
    for turn in view.turns() {
        let first = sentences.partition_point(|sentence| sentence.end() <= turn.span().start());
        if turn.kind() == symbol::QUESTION {
            raise(sentences, out, turn.span(), Fault::Question);
        } else if let Some(fault) = out.get_mut(first) {
            *fault = (*fault).max(Some(Fault::Opening)); // an answer leans on its question
        }
    }
    for quotation in view.quotations().filter(|quotation| quotation.kind() == symbol::DIRECT) {
        raise(sentences, out, quotation.span(), Fault::HalfQuotation);
    }
}

/// Gives `fault` to the sentences that lie wholly inside `span`, unless they have a worse one.
fn raise(sentences: &[Span], faults: &mut [Option<Fault>], span: Span, fault: Fault) {
    let first = sentences.partition_point(|sentence| sentence.start() < span.start());
    let inside = sentences[first..].iter().take_while(|sentence| sentence.end() <= span.end());
    for known in faults[first..].iter_mut().zip(inside).map(|(known, _)| known) {
        *known = (*known).max(Some(fault));
    }
}

/// Which quotation marks are open, from sentence to sentence within a paragraph.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    double: bool,
    single: bool,
    sentences: u32,
}

impl Marks {
    /// A mark open for longer lost its partner: pairs hold fewer sentences in one paragraph.
    const LONGEST: u32 = 8;

    /// Reads on through `sentence`; whether a pair of marks reaches across its start or end.
    fn cuts(&mut self, sentence: &str) -> bool {
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
                '“' | '„' => self.double = true,
                '"' if opens() => self.double = true,
                '”' | '"' => cut |= !std::mem::take(&mut self.double),
                '‘' => (self.single, had_single) = (true, true),
                '\'' if opens() && after.is_alphabetic() => {
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

/// Whether a sentence opens with a word or phrase whose sense stands in the sentence before.
fn points_back(sentence: &str) -> bool {
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

/// Whether a sentence is no whole statement of the article.
fn fragment(sentence: &str) -> bool {
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
    let opening = |character: char| !character.is_alphanumeric();
    let ends = sentence.trim_end_matches(closing).ends_with(['.', '!', '?', '…']);
    let starts_low =
        sentence.trim_start_matches(opening).chars().next().is_none_or(char::is_lowercase);
    !ends
        || starts_low
        || words(sentence).nth(SHORTEST - 1).is_none()
        || FURNITURE.is_match(sentence)
}

/// The fewest words of a statement.
const SHORTEST: usize = 4;
