//! One table against the keys declared for it.

use std::collections::BTreeMap;
use std::ops::Range;

use stage_api::{Setting, Value};

use crate::Mistake;
use crate::checker::Checker;
use crate::host;
use crate::suggest::{nearest, same_but_for_case};
use crate::tree::{Entry, Table};
use crate::value::{Found, Paths, example};

/// The settings of a table after the check.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Values, defaults filled in.
    pub(crate) values: BTreeMap<String, Value>,
    /// Where the values of the file stand.
    pub(crate) spans: BTreeMap<String, Range<usize>>,
    /// Whether every key and value fits.
    pub(crate) fine: bool,
    /// Whether a value cannot be known before the run.
    pub(crate) holes: bool,
}

/// Checks a table against its declaration. `host` are further keys, which the caller looks at;
/// `owner` is what messages call the table.
pub(crate) fn check_settings(
    checker: &mut Checker<'_>,
    owner: &str,
    declared: &[Setting],
    table: &Table,
    host: &[&str],
    paths: Paths,
) -> Checked {
    let mut found = Checked { fine: true, ..Checked::default() };
    let mut meant = Vec::new();
    for entry in &table.entries {
        if host.contains(&entry.key.as_str()) {
            continue;
        }
        if let Some(setting) = declared.iter().find(|setting| setting.name == entry.key) {
            match checker.check(&entry.key, &setting.kind, &entry.node, paths) {
                Found::Value(value) => drop(found.values.insert(entry.key.clone(), value)),
                Found::Hole => {
                    found.holes = true;
                    let stand_in = setting.default.clone().map(|value| (entry.key.clone(), value));
                    found.values.extend(stand_in);
                }
                Found::Wrong => found.fine = false,
            }
            found.spans.insert(entry.key.clone(), entry.node.span.clone());
        } else {
            found.fine = false;
            let known: Vec<&str> =
                host.iter().copied().chain(declared.iter().map(|s| s.name.as_ref())).collect();
            meant.extend(unknown_key(checker, owner, entry, &known));
        }
    }
    for setting in declared {
        let name = setting.name.as_ref();
        if found.spans.contains_key(name) {
            continue;
        }
        if let Some(default) = &setting.default {
            found.values.insert(name.to_owned(), default.clone());
        } else if setting.required {
            found.fine = false;
            // A misspelt key is one mistake, not two.
            if !meant.iter().any(|key| key == name) {
                checker.report_missing(missing(owner, name, &table.span, &example(&setting.kind)));
            }
        }
    }
    found
}

/// A key that must be there.
pub(crate) fn missing(owner: &str, key: &str, table: &Range<usize>, example: &str) -> Mistake {
    Mistake::error(table, format!("`{key}` is missing in {owner}"))
        .label(format!("needs `{key}`"))
        .help(format!("add `{key} = {example}`"))
}

/// Reports a key that the table does not have; returns the key that was probably meant.
pub(crate) fn unknown_key(
    checker: &mut Checker<'_>,
    owner: &str,
    entry: &Entry,
    known: &[&str],
) -> Option<String> {
    let key = entry.key.as_str();
    let mistake = Mistake::error(&entry.key_span, format!("unknown key `{key}`"));
    let spelt = known.iter().copied().find(|name| same_but_for_case(name, key));
    let alias = spelt.or_else(|| host::alias(key).filter(|alias| known.contains(alias)));
    let near = alias.or_else(|| nearest(key, known.iter().copied()));
    // A key that another table has, letter by letter, was put into the wrong one.
    let elsewhere =
        if alias.is_some() { None } else { host::elsewhere(checker.registry, key, owner, false) };
    let elsewhere = elsewhere.or_else(|| {
        if near.is_some() { None } else { host::elsewhere(checker.registry, key, owner, true) }
    });
    let mistake = mistake.label(format!("not a key of {owner}"));
    let (mistake, meant) = match (elsewhere, near) {
        (Some(help), _) => (mistake.help(help), None),
        (None, Some(near)) => {
            (mistake.help(format!("did you mean `{near}`?")), Some(near.to_owned()))
        }
        (None, None) if known.is_empty() => (mistake.help(format!("{owner} has no keys")), None),
        (None, None) => {
            let mut known = known.to_vec();
            known.sort_unstable();
            (mistake.help(format!("its keys are {}", crate::suggest::listed(&known, "and"))), None)
        }
    };
    checker.report(mistake);
    meant
}
