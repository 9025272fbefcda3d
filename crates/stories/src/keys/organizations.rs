//! Organizations, places and other things over articles: one spelling of the words, and acronyms.

use tokens::folded;

use super::index::hash;
use super::{KeyId, Keys};
use crate::article::{Article, Entity, Label};

/// An acronym of so many letters stands for one name only, as far as nothing says otherwise.
const TELLING: usize = 4;

/// Words of organizations that every town or country has one of.
const EVERYWHERE: [&str; 40] = [
    "academy",
    "agency",
    "appeals",
    "attorneys",
    "authority",
    "board",
    "bureau",
    "chamber",
    "church",
    "city",
    "club",
    "college",
    "commission",
    "committee",
    "company",
    "council",
    "county",
    "court",
    "department",
    "district",
    "education",
    "elementary",
    "executive",
    "fire",
    "general",
    "high",
    "hospital",
    "municipal",
    "office",
    "of",
    "party",
    "police",
    "public",
    "school",
    "sheriffs",
    "station",
    "superior",
    "team",
    "town",
    "university",
];

/// The forms of a name that may tell which organization it is.
#[derive(Default)]
struct Forms {
    /// The words of the fullest form, article before and legal form after left out.
    fullest: Option<Vec<String>>,
    /// The letters of each form.
    letters: Vec<String>,
    /// Those of more than one word.
    long: Vec<String>,
    acronyms: Vec<String>,
    /// First letters of the long forms.
    initials: Vec<String>,
}

impl Forms {
    fn new(article: &Article, entity: &Entity) -> Self {
        let mut forms = Self::default();
        let slices = entity.names.iter().filter_map(|span| article.text.get(span.range()));
        for name in std::iter::once(entity.name.as_str()).chain(slices) {
            forms.take(name);
        }
        forms
    }

    fn take(&mut self, name: &str) {
        let words = plain_words(name);
        let letters = words.concat();
        if letters.is_empty() || self.letters.contains(&letters) {
            return;
        }
        if words.len() > 1 {
            let initials =
                words.iter().filter(|word| !is_small(word)).filter_map(|word| word.chars().next());
            self.initials.push(initials.collect());
            self.long.push(letters.clone());
        } else if name.len() > 1 && !name.contains(char::is_lowercase) {
            self.acronyms.push(letters.clone());
        }
        self.letters.push(letters);
        self.fullest.get_or_insert(words);
    }
}

impl Keys {
    /// What an entity that is no person is.
    pub(super) fn thing(&mut self, article: &Article, entity: &Entity, story: u32) -> KeyId {
        let forms = Forms::new(article, entity);
        let known = self.by_words(&forms, entity.label, story);
        let by_acronym =
            if entity.label == Label::Org { self.by_acronym(&forms, story) } else { None };
        let root = match (known, by_acronym) {
            // An acronym alone is whose it is in its story, though another has the same elsewhere.
            (Some(_), Some(other)) if forms.long.is_empty() => other,
            (Some(known), Some(other)) => self.join(known, other),
            (Some(root), None) | (None, Some(root)) => root,
            (None, None) => self.add(entity).0 as usize,
        };
        let id = KeyId(root as u32);
        let mut keys = Vec::new();
        if let Some(words) = forms.fullest.as_ref().filter(|_| known.is_none()) {
            keys.push(words_key(entity.label, words, story));
        }
        if let Some(context) = &mut self.known[root].context {
            for (long, initials) in forms.long.iter().zip(&forms.initials) {
                if context.add_name(long, 1) {
                    keys.push(hash("initials", [initials.as_str()]));
                }
            }
            for acronym in forms.acronyms.iter().filter(|acronym| context.call(acronym)) {
                keys.push(hash("acronym", [acronym.as_str()]));
            }
        }
        for key in keys {
            self.index.add(key, id);
        }
        id
    }

    /// Of the fullest name: a short form ("the committee") means another one in the next article.
    fn by_words(&self, forms: &Forms, label: Label, story: u32) -> Option<usize> {
        self.roots(words_key(label, forms.fullest.as_ref()?, story)).first().copied()
    }

    /// The organization of an acronym: the only one that it can be for, in this story or, where it has letters
    /// enough, anywhere.
    fn by_acronym(&self, forms: &Forms, story: u32) -> Option<usize> {
        let stated = forms.acronyms.iter().map(|acronym| ("acronym", acronym));
        let spelled = forms.initials.iter().map(|initials| ("acronym of", initials));
        let expanded = forms.acronyms.iter().map(|acronym| ("initials", acronym));
        for (kind, letters) in stated.chain(spelled).chain(expanded) {
            let sure = kind == "acronym";
            let key = hash(if kind == "acronym of" { "acronym" } else { kind }, [letters.as_str()]);
            let fits = |root: &usize| {
                let Some(context) = &self.known[*root].context else { return false };
                let mut names = context.names().peekable();
                let free = forms.long.is_empty() || names.peek().is_none();
                let same = names.any(|name| forms.long.iter().any(|long| long == name));
                let near = context.in_story(story) || sure && letters.len() >= TELLING;
                (free || same) && near
            };
            let found: Vec<usize> = self.roots(key).into_iter().filter(fits).collect();
            let in_story: Vec<usize> = found
                .iter()
                .copied()
                .filter(|root| {
                    self.known[*root].context.as_ref().is_some_and(|known| known.in_story(story))
                })
                .collect();
            match (&in_story[..], &found[..]) {
                ([only], _) | ([], [only]) => return Some(*only),
                _ => {}
            }
        }
        None
    }
}

/// What a name's words stand under. One word is kept apart by its label: a town is not its team. A name of words
/// that every town has one of ("Sheriff's Office") means one thing within its story only.
fn words_key(label: Label, words: &[String], story: u32) -> u64 {
    let letters = words.concat();
    if words.iter().all(|word| EVERYWHERE.contains(&word.as_str())) {
        return hash("in story", [letters.as_str(), story.to_string().as_str()]);
    }
    let class = match label {
        _ if words.len() > 1 => "long",
        Label::Loc => "place",
        _ => "thing",
    };
    hash(class, [letters.as_str()])
}

/// The words of a name without article and legal form, in one spelling.
fn plain_words(name: &str) -> Vec<String> {
    const LEGAL: [&str; 14] = [
        "inc",
        "corp",
        "ltd",
        "plc",
        "llc",
        "co",
        "gmbh",
        "ag",
        "sa",
        "limited",
        "corporation",
        "incorporated",
        "nv",
        "bv",
    ];
    let mut words: Vec<String> = folded(name).split('-').map(one_spelling).collect();
    words.retain(|word| !word.is_empty());
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|last| LEGAL.contains(&last.as_str())) {
        words.pop();
    }
    words
}

/// British spellings as American ones, by the endings that organizations' names have.
fn one_spelling(word: &str) -> String {
    const ENDINGS: [(&str, &str); 6] = [
        ("isation", "ization"),
        ("isations", "izations"),
        ("fence", "fense"),
        ("bour", "bor"),
        ("ramme", "ram"),
        ("entre", "enter"),
    ];
    let ending = ENDINGS.iter().find_map(|(from, to)| Some((word.strip_suffix(from)?, to)));
    ending.map_or_else(|| word.to_owned(), |(stem, to)| format!("{stem}{to}"))
}

fn is_small(word: &str) -> bool {
    ["of", "the", "and", "for", "in", "on", "at", "to", "de", "la", "del", "do", "da", "des", "du"]
        .contains(&word)
}
