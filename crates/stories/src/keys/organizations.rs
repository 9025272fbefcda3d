//! Organizations, places and other things over articles: one spelling of the words, and acronyms.

use super::index::hash;
use super::{KeyId, Keys};
use crate::article::{Article, Entity, Label};
use crate::fold::folded;

/// An acronym of so many letters stands for one name only, as far as nothing says otherwise.
const TELLING: usize = 4;

/// The forms of a name that may tell which organization it is.
struct Forms {
    /// The letters of each form, articles before and legal forms after left out; the fullest first.
    letters: Vec<String>,
    /// Those of more than one word.
    long: Vec<String>,
    acronyms: Vec<String>,
    /// First letters of the long forms.
    initials: Vec<String>,
}

impl Forms {
    fn new(article: &Article, entity: &Entity) -> Self {
        let mut forms = Self {
            letters: Vec::new(),
            long: Vec::new(),
            acronyms: Vec::new(),
            initials: Vec::new(),
        };
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
    }
}

impl Keys {
    /// What an entity that is no person is.
    pub(super) fn thing(&mut self, article: &Article, entity: &Entity, story: u32) -> KeyId {
        let forms = Forms::new(article, entity);
        let known = self.by_words(&forms, entity);
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
        if let Some(letters) = forms.letters.first().filter(|_| known.is_none()) {
            keys.push(words_key(entity.label, letters, !forms.long.is_empty()));
        }
        if let Some(context) = &mut self.known[root].context {
            for (long, initials) in forms.long.iter().zip(&forms.initials) {
                if context.add_name(long, 1) {
                    keys.push(words_key(Label::Org, long, true));
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

    fn by_words(&self, forms: &Forms, entity: &Entity) -> Option<usize> {
        let full = forms.letters.first()?;
        let long = forms.long.iter().filter(|_| entity.label == Label::Org);
        let keys = std::iter::once(words_key(entity.label, full, forms.long.contains(full)))
            .chain(long.map(|long| words_key(entity.label, long, true)));
        keys.into_iter().find_map(|key| self.roots(key).first().copied())
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

/// Names of one word are kept apart by their labels: a town is not its team. Longer ones are not.
fn words_key(label: Label, letters: &str, long: bool) -> u64 {
    let class = match label {
        _ if long => "long",
        Label::Loc => "place",
        _ => "thing",
    };
    hash(class, [letters])
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
