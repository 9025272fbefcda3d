//! The distinct forms of an article's names, and which of them are one.

use std::collections::HashMap;

use document::Symbol;

use crate::article::{Article, Named};
use crate::fold::folded;
use crate::lists::Lists;

/// One way in which an article writes a name, under one label.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pub(crate) label: Symbol,
    pub(crate) text: &'a str,
    /// Its words, folded; hyphens part words.
    pub(crate) words: Vec<String>,
    /// How often it stands there.
    pub(crate) mentions: u32,
    /// The row of the user's lists that it stands for.
    pub(crate) row: Option<usize>,
}

impl Form<'_> {
    /// Its letters and digits, folded: the same for "Seok-yeol" and "Seok Yeol", "U.N." and "UN".
    pub(crate) fn letters(&self) -> String {
        self.words.concat()
    }

    /// Whether it is one word of capitals, perhaps with full stops or an -s, as acronyms are.
    pub(crate) fn is_acronym(&self) -> bool {
        let stem = self.text.strip_suffix('s').unwrap_or(self.text);
        let letters = stem.chars().filter(|character| character.is_alphabetic()).count();
        (2..=8).contains(&letters)
            && stem.chars().all(|character| {
                character.is_uppercase() || character == '.' || character.is_ascii_digit()
            })
    }
}

/// The forms of an article in order of their first mention, joined step by step.
#[derive(Debug, Default)]
pub(crate) struct Groups<'a> {
    pub(crate) forms: Vec<Form<'a>>,
    /// For each name its form.
    pub(crate) of_name: Vec<usize>,
    parents: Vec<usize>,
    /// The row of the lists that a group stands for, at its root.
    rows: Vec<Option<usize>>,
    /// The names of a group, at its root.
    mentions: Vec<u32>,
    /// Where a form may stand for one of several groups, a form of each.
    choices: HashMap<usize, Vec<usize>>,
}

impl<'a> Groups<'a> {
    /// The forms of these names. Each row of the lists that is among them adds its own name as a form
    /// that stands nowhere, so that short forms of it find it.
    pub(crate) fn new(article: &Article<'a>, names: &[Named], lists: &'a Lists) -> Self {
        let mut groups = Self::default();
        let mut known: HashMap<(Symbol, Option<usize>, &str), usize> = HashMap::new();
        for name in names {
            let text = article.slice(name.first, name.end);
            let form = *known
                .entry((name.label, name.row, text))
                .or_insert_with(|| groups.add(name.label, text, name.row));
            groups.forms[form].mentions += 1;
            groups.mentions[form] += 1;
            groups.of_name.push(form);
        }
        let mut own_forms: HashMap<usize, usize> = HashMap::new();
        for form in 0..groups.forms.len() {
            let Some(row) = groups.forms[form].row else { continue };
            let own = *own_forms.entry(row).or_insert_with(|| {
                let listed = lists.row(row);
                groups.add(listed.label, &listed.name, Some(row))
            });
            groups.join(form, own);
        }
        groups
    }

    fn add(&mut self, label: Symbol, text: &'a str, row: Option<usize>) -> usize {
        let folded = folded(text);
        let words = folded.split('-').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        self.forms.push(Form { label, text, words, mentions: 0, row });
        self.parents.push(self.forms.len() - 1);
        self.rows.push(row);
        self.mentions.push(0);
        self.forms.len() - 1
    }

    /// The group of a form: the index of one of its forms, the same for all of them.
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
        let two_rows = self.rows[one].is_some()
            && self.rows[other].is_some_and(|row| Some(row) != self.rows[one]);
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

/// Forms by what they may be known by, a few for each key: more are ambiguous anyway.
#[derive(Debug, Default)]
pub(crate) struct Index(HashMap<String, Vec<usize>>);

impl Index {
    /// Files `form` under `key`.
    pub(crate) fn add(&mut self, key: String, form: usize) {
        const ENOUGH: usize = 8;
        let forms = self.0.entry(key).or_default();
        if forms.len() < ENOUGH && !forms.contains(&form) {
            forms.push(form);
        }
    }

    /// The forms under `key`.
    pub(crate) fn get(&self, key: &str) -> &[usize] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// One form of each group under `key`.
    pub(crate) fn groups(&self, key: &str, groups: &mut Groups<'_>) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for form in self.get(key) {
            let root = groups.find(*form);
            if !found.contains(&root) {
                found.push(root);
            }
        }
        found
    }
}
