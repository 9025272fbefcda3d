//! A statement as a short row of tokens: words, punctuation, and whole stretches in marks.
//!
//! Seen this way `“…,” the minister said.` is five tokens, and the rules for cues, speakers and
//! clauses never look inside the marks.

use document::Span;

use crate::lexicon::{Lexicon, Verb};

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

/// Cuts statements into tokens, keeping its buffers.
#[derive(Debug, Default)]
pub(crate) struct Tokenizer {
    lower: String,
}

impl Tokenizer {
    /// The tokens of `range` of the text, with `stretches` (outer spans, in order) as one each;
    /// `first` is the index of the first of them.
    pub(crate) fn cut(
        &mut self,
        text: &str,
        lexicon: &Lexicon,
        range: Span,
        stretches: &[Span],
        first: usize,
        tokens: &mut Vec<Token>,
    ) {
        tokens.clear();
        let mut at = range.start() as usize;
        for (index, outer) in (first..).zip(stretches) {
            self.words(text, lexicon, at, outer.start() as usize, tokens);
            tokens.push(Token { span: *outer, kind: Kind::Stretch(index) });
            at = outer.end() as usize;
        }
        self.words(text, lexicon, at, range.end() as usize, tokens);
    }

    fn words(
        &mut self,
        text: &str,
        lexicon: &Lexicon,
        from: usize,
        to: usize,
        tokens: &mut Vec<Token>,
    ) {
        let mut at = from;
        while at < to {
            let rest = &text[at..to];
            let first = rest.chars().next().expect("the range is not at its end");
            if first.is_whitespace() {
                at += first.len_utf8();
                continue;
            }
            if let Some(last) = tokens.last_mut().filter(|_| is_stray_possessive(rest)) {
                at += first.len_utf8() + 1;
                last.span = Span::new(last.span.start(), at as u32);
                continue;
            }
            if !first.is_alphanumeric() {
                let span = Span::from_range(at..at + first.len_utf8());
                tokens.push(Token { span, kind: Kind::Mark(first) });
                at += first.len_utf8();
                continue;
            }
            let mut len = word_len(rest);
            self.lower.clear();
            if rest[..len].is_ascii() {
                self.lower.push_str(&rest[..len]);
                self.lower.make_ascii_lowercase();
            } else {
                self.lower.extend(rest[..len].chars().flat_map(char::to_lowercase));
            }
            let class = lexicon.class(&self.lower);
            let dotted = rest[len..].starts_with('.');
            if dotted && (class.any(Class::ABBREVIATION) || is_initials(&rest[..len])) {
                len += 1;
            }
            let kind = Kind::Word {
                class,
                verb: lexicon.verb(&self.lower),
                capital: first.is_uppercase(),
            };
            tokens.push(Token { span: Span::from_range(at..at + len), kind });
            at += len;
        }
    }
}

/// Bytes of the word that `rest` begins with: letters and digits, joined by apostrophes and
/// hyphens; full stops join initials and digits only, for copy often lacks the space after a sentence.
fn word_len(rest: &str) -> usize {
    let mut len = 0;
    let mut before = ' ';
    let mut chars = rest.chars().peekable();
    while let Some(character) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let joins = match character {
            '’' | '\'' | '-' | '‑' => next.is_alphanumeric(),
            '.' => {
                before.is_ascii_digit() && next.is_ascii_digit()
                    || before.is_uppercase() && next.is_uppercase()
            }
            ',' => before.is_ascii_digit() && next.is_ascii_digit(),
            other => other.is_alphanumeric(),
        };
        if !joins {
            break;
        }
        len += character.len_utf8();
        before = character;
    }
    len
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
