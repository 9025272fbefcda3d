//! The distinct forms of an article's names, and which of them are one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use document::Symbol;
use tokens::folded;

use crate::article::{Article, Named};
use crate::lists::Lists;

/// One way in which an article writes a name, under one label.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pub(crate) label: Symbol,
    pub(crate) text: &'a str,
    /// Its words, folded, with a hyphen between two; hyphens part words.
    folded: String,
    /// How often it stands there.
    pub(crate) mentions: u32,
    /// The row of the user's lists that it stands for.
    pub(crate) row: Option<usize>,
}

impl Form<'_> {
    /// Its words, folded.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.folded.split('-').filter(|word| !word.is_empty())
    }

    /// Its letters and digits, folded: the same for "Seok-yeol" and "Seok Yeol", "U.N." and "UN".
    pub(crate) fn letters(&self) -> String {
        self.words().collect()
    }

    /// Whether it is one word of capitals, perhaps with full stops, digits or an -s, as acronyms are.
    pub(crate) fn is_acronym(&self) -> bool {
        let stem = self.text.strip_suffix('s').unwrap_or(self.text);
        let letters = stem.chars().filter(|character| character.is_alphabetic()).count();
        let plain = |character: char| {
            character.is_uppercase() || character == '.' || character.is_ascii_digit()
        };
        (2..=8).contains(&letters) && stem.chars().all(plain)
    }
}

/// The forms of an article's names in order of their first mention.
#[derive(Debug, Default)]
pub(crate) struct Forms<'a> {
    pub(crate) all: Vec<Form<'a>>,
    /// For each name its form.
    pub(crate) of_name: Vec<usize>,
}

impl<'a> Forms<'a> {
    /// The forms of these names. Each row of the lists that is among them adds its own name as a form
    /// that stands nowhere, so that short forms of it find it.
    pub(crate) fn new(article: &Article<'a>, names: &[Named], lists: &'a Lists) -> Self {
        let mut forms = Self::default();
        let mut known: HashMap<(Symbol, Option<usize>, &str), usize> = HashMap::new();
        for name in names {
            let text = article.slice(name.first, name.end);
            let form = *known
                .entry((name.label, name.row, text))
                .or_insert_with(|| forms.add(name.label, text, name.row));
            forms.all[form].mentions += 1;
            forms.of_name.push(form);
        }
        let rows: Vec<usize> = forms.all.iter().filter_map(|form| form.row).collect();
        for row in rows {
            let listed = lists.row(row);
            known
                .entry((listed.label, Some(row), &listed.name))
                .or_insert_with(|| forms.add(listed.label, &listed.name, Some(row)));
        }
        forms
    }

    fn add(&mut self, label: Symbol, text: &'a str, row: Option<usize>) -> usize {
        self.all.push(Form { label, text, folded: folded(text), mentions: 0, row });
        self.all.len() - 1
    }
}

/// Which forms are one entity: joined step by step, each group known by one of its forms, its root.
#[derive(Debug)]
pub(crate) struct Groups {
    parents: Vec<usize>,
    /// The row of the lists that a group stands for, at its root.
    rows: Vec<Option<usize>>,
    /// The names of a group, at its root.
    mentions: Vec<u32>,
    /// Where a form may stand for one of several groups, a form of each.
    choices: HashMap<usize, Vec<usize>>,
}

impl Groups {
    /// Each form a group of its own, but for those of one row of the lists.
    pub(crate) fn new(forms: &Forms<'_>) -> Self {
        let mut groups = Self {
            parents: (0..forms.all.len()).collect(),
            rows: forms.all.iter().map(|form| form.row).collect(),
            mentions: forms.all.iter().map(|form| form.mentions).collect(),
            choices: HashMap::new(),
        };
        let mut of_row: HashMap<usize, usize> = HashMap::new();
        for (form, row) in forms.all.iter().map(|form| form.row).enumerate() {
            if let Some(row) = row {
                groups.join(*of_row.entry(row).or_insert(form), form);
            }
        }
        groups
    }

    /// The root of a form's group.
    pub(crate) fn find(&mut self, mut form: usize) -> usize {
        while self.parents[form] != form {
            self.parents[form] = self.parents[self.parents[form]];
            form = self.parents[form];
        }
        form
    }

    /// Makes the groups of two forms one, unless that would make two rows of the lists one.
    pub(crate) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        let (first, second) = (one.min(other), one.max(other));
        let two_rows =
            self.rows[one].is_some_and(|row| self.rows[other].is_some_and(|other| row != other));
        if first == second || two_rows {
            return;
        }
        self.parents[second] = first;
        self.rows[first] = self.rows[first].or(self.rows[second]);
        self.mentions[first] += self.mentions[second];
    }

    /// How many names the group of a form has.
    pub(crate) fn mentions(&mut self, form: usize) -> u32 {
        let root = self.find(form);
        self.mentions[root]
    }

    /// The row of the lists that the group of a form stands for.
    pub(crate) fn row(&mut self, form: usize) -> Option<usize> {
        let root = self.find(form);
        self.rows[root]
    }

    /// One root of each group that has one of these forms, in their order.
    pub(crate) fn roots(&mut self, forms: &[usize]) -> Vec<usize> {
        let mut roots: Vec<usize> = Vec::new();
        for form in forms {
            let root = self.find(*form);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        roots
    }

    /// Joins `form` to the only one of `others`; of several, each mention chooses later.
    pub(crate) fn join_or_choose(&mut self, form: usize, others: &[usize]) {
        match *others {
            [] => {}
            [other] => self.join(form, other),
            _ => {
                self.choices.insert(form, others.to_vec());
            }
        }
    }

    /// The groups that a mention of `form` may stand for, as a form of each; empty where only its own.
    pub(crate) fn choices(&self, form: usize) -> &[usize] {
        self.choices.get(&form).map_or(&[], Vec::as_slice)
    }
}

/// What forms may be known by, hashed: a class of keys and some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(u64);

impl Key {
    /// The key of these words; keys of different classes are never the same.
    pub(crate) fn new<'w>(class: &str, words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut hasher = DefaultHasher::new();
        class.hash(&mut hasher);
        for word in words {
            word.hash(&mut hasher);
        }
        Self(hasher.finish())
    }
}

/// Forms by what they may be known by, a few for each key: more are ambiguous anyway.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// For each key the last form filed under it, as an index into `filed`.
    last: HashMap<Key, u32>,
    /// A form, and what was filed under its key before.
    filed: Vec<(u32, Option<u32>)>,
}

impl Index {
    /// Files `form` under `key`.
    pub(crate) fn add(&mut self, key: Key, form: usize) {
        const ENOUGH: usize = 8;
        let known = self.get(key);
        if known.len() < ENOUGH && !known.contains(&form) {
            let at = self.filed.len() as u32;
            let before = self.last.insert(key, at);
            self.filed.push((form as u32, before));
        }
    }

    /// The forms under `key`, in the order in which they were filed.
    pub(crate) fn get(&self, key: Key) -> Vec<usize> {
        let mut forms = Vec::new();
        let mut next = self.last.get(&key).copied();
        while let Some(at) = next {
            let (form, before) = self.filed[at as usize];
            forms.push(form as usize);
            next = before;
        }
        forms.reverse();
        forms
    }
}
