//! Whom a short form means that fits several: "Moss" beside Ada and Paul Moss.

use std::collections::HashMap;

use document::symbol;

use crate::article::{Article, Named};
use crate::gender;
use crate::groups::{Forms, Groups};
use crate::titles;

/// The group of each name, as the root of its forms.
///
/// Where a form may stand for several groups, the title before it decides; then who is not only introduced as
/// somebody's relative; then whose full name has more mentions than the others' together; then whom the
/// article called so before; and at last who was named last.
pub(crate) fn settle(
    article: &Article<'_>,
    names: &[Named],
    forms: &Forms<'_>,
    groups: &mut Groups,
) -> Vec<usize> {
    let mut chooser = Chooser {
        article,
        forms,
        last_named: vec![0; forms.all.len()],
        relatives: vec![false; forms.all.len()],
        before: HashMap::new(),
    };
    let mut roots = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let form = forms.of_name[at];
        let root = if groups.choices(form).is_empty() {
            let root = groups.find(form);
            chooser.relatives[root] |= is_relative(article, name.first);
            root
        } else {
            chooser.choose(groups, name, form)
        };
        chooser.last_named[root] = at + 1;
        roots.push(root);
    }
    roots
}

struct Chooser<'a, 't> {
    article: &'a Article<'t>,
    forms: &'a Forms<'t>,
    /// For each root its last name so far, from 1; 0 for none.
    last_named: Vec<usize>,
    /// Whether a root was introduced as a relative: "his wife, Ada Moss".
    relatives: Vec<bool>,
    /// What each form stood for last.
    before: HashMap<usize, usize>,
}

impl Chooser<'_, '_> {
    fn choose(&mut self, groups: &mut Groups, name: &Named, form: usize) -> usize {
        let choices = groups.choices(form).to_vec();
        let mut roots = groups.roots(&choices);
        let (title, end) = titles::before(self.article, name.first);
        let wanted = (title..end).find_map(|at| gender::of_title(self.article.word(at)));
        keep(&mut roots, |root| {
            let given = gender::of_given(self.article, self.forms.all[root].text);
            wanted.is_none() || given.is_none() || wanted == given
        });
        keep(&mut roots, |root| !self.relatives[root]);
        let total: u32 = roots.iter().map(|root| groups.mentions(*root)).sum();
        let person = name.label == symbol::PER;
        let main = roots.iter().copied().find(|root| person && 2 * groups.mentions(*root) > total);
        let before = self.before.get(&form).copied().filter(|root| person && roots.contains(root));
        let latest = roots.iter().copied().rev().max_by_key(|root| self.last_named[*root]);
        let root = main.or(before).or(latest).expect("a choice has something to choose from");
        if wanted.is_none() {
            self.before.insert(form, root);
        }
        root
    }
}

/// Keeps the roots that fit, if any does.
fn keep(roots: &mut Vec<usize>, fits: impl Fn(usize) -> bool) {
    if roots.iter().any(|root| fits(*root)) {
        roots.retain(|root| fits(*root));
    }
}

/// Whether the word before token `first`, perhaps with a comma between, is that for a relative.
fn is_relative(article: &Article<'_>, first: usize) -> bool {
    const RELATIVES: [&str; 24] = [
        "wife",
        "husband",
        "mother",
        "father",
        "daughter",
        "son",
        "sister",
        "brother",
        "aunt",
        "uncle",
        "niece",
        "nephew",
        "widow",
        "widower",
        "cousin",
        "grandmother",
        "grandfather",
        "granddaughter",
        "grandson",
        "fiancée",
        "fiancé",
        "stepson",
        "stepdaughter",
        "ex-wife",
    ];
    let before = |distance: usize| first.checked_sub(distance).map_or("", |at| article.word(at));
    let word = if before(1) == "," { before(2) } else { before(1) };
    RELATIVES.contains(&word)
}
