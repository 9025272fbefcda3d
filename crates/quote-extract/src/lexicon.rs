//! The words the rules know: reporting verbs with their frames, and classes of common words.

use learner::hash::{self, ByHash};

use crate::token::Class;

/// Which content a reporting verb can take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frames(u16);

impl Frames {
    /// Content may begin with `that`.
    pub(crate) const THAT: Self = Self(1);
    /// Content may be a clause without `that`.
    pub(crate) const BARE: Self = Self(2);
    /// Content may begin with a question word.
    pub(crate) const WH: Self = Self(4);
    /// Content may begin with `to`.
    pub(crate) const INFINITIVE: Self = Self(8);
    /// Somebody spoken to stands between verb and content.
    pub(crate) const ADDRESSEE: Self = Self(16);
    /// Only words in marks count.
    pub(crate) const MARKS_ONLY: Self = Self(32);
    /// Thought rather than speech.
    pub(crate) const THOUGHT: Self = Self(64);

    /// Whether these frames include `other`.
    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn parse(letters: &str) -> Self {
        letters.chars().fold(Self::default(), |frames, letter| {
            let frame = match letter {
                't' => Self::THAT,
                'b' => Self::BARE,
                'w' => Self::WH,
                'i' => Self::INFINITIVE,
                'o' => Self::ADDRESSEE,
                'n' => Self::MARKS_ONLY,
                'c' => Self::THOUGHT,
                other => panic!("`cues.tsv` has no frame `{other}`"),
            };
            Self(frames.0 | frame.0)
        })
    }
}

/// How a form of a verb is inflected, as far as its letters tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `say`.
    Base,
    /// `says`.
    Present,
    /// `said`: past tense or participle.
    Past,
    /// `saying`.
    Participle,
}

/// A form of a reporting verb.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verb {
    /// Which content the verb can take.
    pub(crate) frames: Frames,
    /// How this form is inflected.
    pub(crate) form: Form,
}

/// What the lexicon says of a word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// Its classes.
    pub(crate) class: Class,
    /// The reporting verb that it may be.
    pub(crate) verb: Option<Verb>,
}

/// All words, looked up by the hash of their lower case, with straight apostrophes.
#[derive(Debug)]
pub(crate) struct Lexicon {
    words: ByHash<Known>,
}

impl Lexicon {
    /// The lexicon compiled into the crate.
    pub(crate) fn new() -> Self {
        let mut words: ByHash<Known> = ByHash::default();
        for line in lines(include_str!("../data/cues.tsv")) {
            let mut columns = line.split('\t');
            let (Some(lemma), Some(forms), Some(frames)) =
                (columns.next(), columns.next(), columns.next())
            else {
                panic!("`cues.tsv` has three columns");
            };
            for form in forms.split(' ') {
                let verb = Verb { frames: Frames::parse(frames), form: form_of(lemma, form) };
                words.entry(hash::bytes(form.as_bytes())).or_default().verb = Some(verb);
            }
        }
        for line in lines(include_str!("../data/words.tsv")) {
            let (class, listed) = line.split_once('\t').expect("`words.tsv` has two columns");
            let class = Class::named(class);
            for word in listed.split(' ') {
                let known = words.entry(hash::bytes(word.as_bytes())).or_default();
                known.class = known.class.with(class);
            }
        }
        Self { words }
    }

    /// What is known of the word with this hash.
    pub(crate) fn word(&self, hash: u64) -> Known {
        self.words.get(&hash).copied().unwrap_or_default()
    }

    /// The reporting verb with this form, given in lower case.
    pub(crate) fn verb(&self, lower: &str) -> Option<Verb> {
        self.word(hash::bytes(lower.as_bytes())).verb
    }
}

/// Makes `lower` the lower case of a word, with straight apostrophes and without full stops at its end.
pub(crate) fn lower_case(word: &str, lower: &mut String) {
    lower.clear();
    let word = word.trim_end_matches('.');
    if word.is_ascii() {
        lower.push_str(word);
        lower.make_ascii_lowercase();
    } else {
        let letters = word.chars().flat_map(char::to_lowercase);
        lower.extend(letters.map(|letter| if matches!(letter, '’' | '‘') { '\'' } else { letter }));
    }
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn form_of(lemma: &str, form: &str) -> Form {
    if form == lemma {
        // `put` and `read` look the same in the past, and news copy means the past
        if matches!(lemma, "put" | "read") { Form::Past } else { Form::Base }
    } else if form.ends_with("ing") {
        Form::Participle
    } else if form.ends_with('s') {
        Form::Present
    } else {
        Form::Past
    }
}
