//! A statement as a short row of tokens: words, punctuation, and whole stretches in marks.
//!
//! Seen this way `“…,” the minister said.` is five tokens, and the rules for cues, speakers and
//! clauses never look inside the marks.

use std::ops::Range;

use document::Span;

use learner::hash;

use crate::lexicon::{self, Known, Lexicon, Verb};

/// Classes that a word belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Class(u32);

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal $text:literal;)*) => {
        impl Class {
            $($(#[$doc])* pub(crate) const $name: Self = Self(1 << $bit);)*

            /// The class with this name in `words.tsv`.
            ///
            /// # Panics
            /// If there is none.
            pub(crate) fn named(name: &str) -> Self {
                match name {
                    $($text => Self::$name,)*
                    other => panic!("`words.tsv` has no class `{other}`"),
                }
            }
        }
    };
}

classes! {
    /// `he`, `they`, `who`: can be a subject.
    PRONOUN = 0 "pronoun";
    /// `he`, `she`.
    PERSON = 1 "person";
    /// `him`, `us`: can be an object.
    OBJECT = 2 "object";
    /// `the`, `a`, `his`.
    DETERMINER = 3 "determiner";
    /// `has`, `was`, `did`.
    AUXILIARY = 4 "auxiliary";
    /// Adverbs between subject and verb.
    ADVERB = 5 "adverb";
    /// `not`, `never`.
    NEGATION = 6 "negation";
    /// Before it a base form is no finite report: `to say`, `would say`.
    MODAL = 7 "modal";
    /// `of`, `in`.
    PREPOSITION = 8 "preposition";
    /// `and`, `because`.
    CONJUNCTION = 9 "conjunction";
    /// `who`, `which`, `that`.
    RELATIVE = 10 "relative";
    /// `monday`.
    DAY = 11 "day";
    /// `january`.
    MONTH = 12 "month";
    /// Forms of `be`, which make a past form passive.
    PASSIVE = 13 "passive";
    /// Words of a title or office before a name.
    TITLE = 14 "title";
    /// Words that keep their full stop.
    ABBREVIATION = 15 "abbreviation";
    /// Words that are capitalised only because they open a sentence.
    PLAIN = 16 "plain";
    /// `statement`, `letter`.
    DOCUMENT = 17 "document";
    /// `reporters`, `supporters`.
    AUDIENCE = 18 "audience";
}

impl Class {
    /// Whether any class of `other` is among these.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Words that say how others hang together.
    pub(crate) const FUNCTION: Self = Self::PRONOUN
        .with(Self::OBJECT)
        .with(Self::DETERMINER)
        .with(Self::AUXILIARY)
        .with(Self::NEGATION)
        .with(Self::MODAL)
        .with(Self::PREPOSITION)
        .with(Self::CONJUNCTION)
        .with(Self::RELATIVE);

    /// These classes and those.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A word, with its classes and, for a reporting verb, what it is.
    Word {
        /// Classes of the word.
        class: Class,
        /// The reporting verb that it may be.
        verb: Option<Verb>,
        /// Whether it begins with a capital letter.
        capital: bool,
        /// The hash of its lower case, with straight apostrophes; of the word that a possessive belongs to.
        hash: u64,
    },
    /// A whole stretch in marks, by its index in the article.
    Stretch(usize),
    /// Any other character.
    Mark(char),
}

/// A piece of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Where it stands; marks included for a stretch.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) kind: Kind,
}

impl Token {
    /// The classes of a word; none for anything else.
    pub(crate) fn class(&self) -> Class {
        match self.kind {
            Kind::Word { class, .. } => class,
            _ => Class::default(),
        }
    }

    /// Whether it is a word of one of these classes.
    pub(crate) fn is(&self, class: Class) -> bool {
        self.class().any(class)
    }

    /// Whether it is a word.
    pub(crate) fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Word { .. })
    }

    /// Whether it is a capitalised word.
    pub(crate) fn is_capital(&self) -> bool {
        matches!(self.kind, Kind::Word { capital: true, .. })
    }

    /// The reporting verb that it may be.
    pub(crate) fn verb(&self) -> Option<Verb> {
        match self.kind {
            Kind::Word { verb, .. } => verb,
            _ => None,
        }
    }

    /// The stretch in marks that it is.
    pub(crate) fn stretch(&self) -> Option<usize> {
        match self.kind {
            Kind::Stretch(index) => Some(index),
            _ => None,
        }
    }

    /// Whether it is this character.
    pub(crate) fn is_mark(&self, mark: char) -> bool {
        matches!(self.kind, Kind::Mark(found) if found == mark)
    }
}

/// The tokens of an article, ready to be cut into statements.
#[derive(Debug)]
pub(crate) struct Tokenizer<'t> {
    text: &'t str,
    tokens: Vec<tokens::Token>,
    lower: String,
}

impl<'t> Tokenizer<'t> {
    /// Reads a text whose sentences start at these bytes.
    pub(crate) fn new(text: &'t str, sentences: impl IntoIterator<Item = u32>) -> Self {
        let mut tokens = Vec::new();
        tokens::tokenize(text, sentences, &mut tokens);
        Self { text, tokens, lower: String::new() }
    }

    /// The tokens of `range` of the text, with `stretches` (outer spans, in order) as one each;
    /// `first` is the index of the first of them.
    pub(crate) fn cut(
        &mut self,
        lexicon: &Lexicon,
        range: Span,
        stretches: &[Span],
        first: usize,
        tokens: &mut Vec<Token>,
    ) {
        tokens.clear();
        let mut at = range.start();
        for (index, outer) in (first..).zip(stretches) {
            self.words(lexicon, at..outer.start(), tokens);
            tokens.push(Token { span: *outer, kind: Kind::Stretch(index) });
            at = outer.end();
        }
        self.words(lexicon, at..range.end(), tokens);
    }

    /// Words of a range that holds no stretch: possessives and hyphens do not part them here.
    fn words(&mut self, lexicon: &Lexicon, range: Range<u32>, tokens: &mut Vec<Token>) {
        let text = self.text;
        let start = tokens.len();
        let mut at = self.tokens.partition_point(|token| token.end <= range.start);
        while let Some(next) = self.tokens.get(at).filter(|next| next.start < range.end) {
            at += 1;
            let mut span = Span::new(next.start.max(range.start), next.end.min(range.end));
            let own = tokens.len() > start;
            if next.kind == tokens::Kind::Possessive
                && let Some(last) = tokens.last_mut().filter(|last| own && last.is_word())
            {
                last.span = last.span.cover(span);
                continue;
            }
            if let Some(last) = tokens.last_mut().filter(|_| own)
                && is_stray_possessive(&text[span.start() as usize..range.end as usize])
                && let Some(letter) = self.tokens.get(at)
            {
                last.span = Span::new(last.span.start(), letter.end.min(range.end));
                at += 1;
                continue;
            }
            let words = &text[span.range()];
            let Some(initial) = words.chars().next() else { continue };
            if !initial.is_alphanumeric() && next.kind != tokens::Kind::Address {
                tokens.push(Token { span, kind: Kind::Mark(initial) });
                continue;
            }
            while let Some(end) = self.hyphenated(at, span, range.end) {
                span = Span::new(span.start(), end);
                at += 2;
            }
            let words = text[span.range()].trim_end_matches('.');
            lexicon::lower_case(words, &mut self.lower);
            let hash = hash::bytes(self.lower.as_bytes());
            let Known { class, verb } = lexicon.word(hash);
            let dotted = self.tokens.get(at).is_some_and(|dot| {
                dot.glued() && dot.end <= range.end && &text[dot.range()] == "."
            });
            if dotted && (class.any(Class::ABBREVIATION) || is_initials(words)) {
                span = Span::new(span.start(), self.tokens[at].end);
                at += 1;
            }
            let kind = Kind::Word { class, verb, capital: initial.is_uppercase(), hash };
            tokens.push(Token { span, kind });
        }
    }

    /// The end of what a hyphen at the token `at` ties to a word that ends before it.
    fn hyphenated(&self, at: usize, word: Span, limit: u32) -> Option<u32> {
        let (hyphen, next) = (self.tokens.get(at)?, self.tokens.get(at + 1)?);
        let tied = hyphen.glued()
            && next.glued()
            && hyphen.start == word.end()
            && next.end <= limit
            && matches!(&self.text[hyphen.range()], "-" | "‑")
            && matches!(next.kind, tokens::Kind::Word | tokens::Kind::Number);
        tied.then_some(next.end)
    }
}

/// `J` or `U.S`, which a full stop completes.
fn is_initials(word: &str) -> bool {
    word.split('.')
        .all(|part| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// Whether `rest` begins with a possessive that stands apart from its word: `the town ‘s mayor`.
fn is_stray_possessive(rest: &str) -> bool {
    let end = rest.strip_prefix(['‘', '’', '\'']).and_then(|rest| rest.strip_prefix('s'));
    end.is_some_and(|end| !end.starts_with(char::is_alphanumeric))
}

/// Whether a word ends in a possessive.
pub(crate) fn is_possessive(word: &str) -> bool {
    ["’s", "'s", "‘s"].iter().any(|end| word.ends_with(end))
}
