//! What two records of one article say differently.

use std::collections::{BTreeMap, BTreeSet};

use wire::{Fact, Facts};

/// One difference between two records.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// What the first says; `None` for what was gained.
    pub(crate) before: Option<Fact>,
    /// What the second says; `None` for what was lost.
    pub(crate) after: Option<Fact>,
}

impl Change {
    /// The later of the two facts: the one that can be pointed at.
    pub(crate) fn fact(&self) -> &Fact {
        self.after.as_ref().or(self.before.as_ref()).expect("a change is of something")
    }

    pub(crate) fn kind(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::Gained,
            (_, None) => ChangeKind::Lost,
            _ => ChangeKind::Changed,
        }
    }

    /// The stage that the change is laid to; `None` for what came with the article.
    pub(crate) fn stage(&self) -> Option<&str> {
        let facts = [self.after.as_ref(), self.before.as_ref()];
        facts.into_iter().flatten().find_map(|fact| fact.stage.as_deref())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Gained,
    Lost,
    Changed,
}

impl ChangeKind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Changed => "changed",
        }
    }

    pub(crate) fn sign(self) -> char {
        match self {
            Self::Gained => '+',
            Self::Lost => '-',
            Self::Changed => '~',
        }
    }
}

/// The differences from `before` to `after`, in the order of the second record, what was lost last
/// in its layer.
///
/// In one text, what stands at the same place is the same thing, be it said differently; then what
/// overlaps is. Where the text itself differs, places mean nothing: the same words are then the same
/// thing, and only what is said of them counts.
pub(crate) fn compare(before: &Facts, after: &Facts) -> Vec<Change> {
    let same_text = before.text == after.text;
    let mut changes = Vec::new();
    if !same_text {
        changes.push(Change { before: text_fact(before), after: text_fact(after) });
    }
    let mut layers: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for fact in after.list.iter().chain(&before.list) {
        if seen.insert(&*fact.layer) {
            layers.push(&fact.layer);
        }
    }
    for layer in layers {
        let of = |facts: &'_ Facts| -> Vec<Fact> {
            facts.list.iter().filter(|fact| fact.layer == layer).cloned().collect()
        };
        compare_layer(of(before), of(after), same_text, &mut changes);
    }
    changes
}

/// The text of a record as one fact.
fn text_fact(facts: &Facts) -> Option<Fact> {
    let text = facts.text.clone()?;
    let stage = facts.list.iter().find(|fact| fact.key == "sentences");
    Some(Fact {
        key: "text".to_owned(),
        layer: "text".to_owned(),
        stage: stage.and_then(|fact| fact.stage.clone()),
        span: None,
        name: "text".to_owned(),
        says: text.into(),
    })
}

fn compare_layer(before: Vec<Fact>, after: Vec<Fact>, same_text: bool, out: &mut Vec<Change>) {
    let says = |fact: &Fact| {
        if same_text { fact.says.to_string() } else { fact.says_anywhere().to_string() }
    };
    let (before, after) = pair(before, after, |fact| (fact.name.clone(), says(fact)), |_, _| {});
    let mut changed = Vec::new();
    let mut note = |before: Fact, after: Fact| {
        changed.push(Change { before: Some(before), after: Some(after) });
    };
    let place = |fact: &Fact| match fact.span {
        Some(span) if same_text => (Some(span), String::new()),
        _ => (None, fact.name.clone()),
    };
    let (mut before, after) = pair(before, after, place, &mut note);
    let mut gained = Vec::new();
    for fact in after {
        let overlapping = before.iter().position(|old| same_text && overlap(old, &fact));
        match overlapping {
            Some(old) => note(before.remove(old), fact),
            None => gained.push(Change { before: None, after: Some(fact) }),
        }
    }
    let lost = before.into_iter().map(|fact| Change { before: Some(fact), after: None });
    let at = out.len();
    out.extend(changed.into_iter().chain(gained).chain(lost));
    out[at..].sort_by_key(|change| change.fact().span);
}

/// Takes out of two lists what has the same `mark` in both, one for one in order, and gives each pair
/// to `take`; what is left of both comes back.
fn pair<K: Ord>(
    before: Vec<Fact>,
    after: Vec<Fact>,
    mark: impl Fn(&Fact) -> K,
    mut take: impl FnMut(Fact, Fact),
) -> (Vec<Fact>, Vec<Fact>) {
    let mut known: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    let mut before: Vec<Option<Fact>> = before.into_iter().map(Some).collect();
    for (index, fact) in before.iter().enumerate().rev() {
        known.entry(mark(fact.as_ref().expect("all are there"))).or_default().push(index);
    }
    let mut left = Vec::new();
    for fact in after {
        match known.get_mut(&mark(&fact)).and_then(Vec::pop) {
            Some(index) => take(before[index].take().expect("each index once"), fact),
            None => left.push(fact),
        }
    }
    (before.into_iter().flatten().collect(), left)
}

fn overlap(one: &Fact, other: &Fact) -> bool {
    one.span.zip(other.span).is_some_and(|((start, end), (other_start, other_end))| {
        start < other_end && other_start < end
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wire::Facts;

    use super::compare;

    fn facts(text: &str, mentions: &[(u32, &str, &str)]) -> Facts {
        let row = |(start, words, label): &(u32, &str, &str)| {
            let end = start + words.chars().count() as u32;
            json!({"start": start, "end": end, "text": words, "label": label})
        };
        let mentions: Vec<Value> = mentions.iter().map(row).collect();
        let record = json!({"id": "a", "text": text, "mentions": mentions});
        Facts::parse(record.to_string()).unwrap()
    }

    /// Each difference as its sign, its words before and after.
    #[track_caller]
    fn check(before: &Facts, after: &Facts, expected: &[&str]) {
        let name = |fact: &Option<wire::Fact>| {
            fact.as_ref().map_or(String::new(), |fact| format!(" {}", fact.name))
        };
        let changes: Vec<String> = compare(before, after)
            .iter()
            .map(|change| {
                format!("{}{}{}", change.kind().sign(), name(&change.before), name(&change.after))
            })
            .collect();
        assert_eq!(changes, expected);
    }

    #[test]
    fn what_stands_at_one_place_is_one_thing() {
        let text = "Ada Ek met Bo.";
        let one = facts(text, &[(0, "Ada Ek", "PER"), (11, "Bo", "PER")]);
        check(&one, &one, &[]);
        check(&one, &facts(text, &[(0, "Ada Ek", "ORG"), (11, "Bo", "PER")]), &["~ Ada Ek Ada Ek"]);
        check(&one, &facts(text, &[(0, "Ada Ek", "PER")]), &["- Bo"]);
        check(&facts(text, &[(0, "Ada Ek", "PER")]), &one, &["+ Bo"]);
        check(&one, &facts(text, &[(0, "Ada", "PER"), (11, "Bo", "PER")]), &["~ Ada Ek Ada"]);
    }

    #[test]
    fn twice_the_same_counts_twice() {
        let text = "Bo.";
        let once = facts(text, &[(0, "Bo", "PER")]);
        let twice = facts(text, &[(0, "Bo", "PER"), (0, "Bo", "PER")]);
        check(&once, &twice, &["+ Bo"]);
        check(&twice, &once, &["- Bo"]);
    }

    #[test]
    fn in_another_text_the_same_words_are_the_same_thing() {
        let before = facts("Ada Ek met Bo.", &[(0, "Ada Ek", "PER"), (11, "Bo", "PER")]);
        let after = facts("On Monday Ada Ek met Bo.", &[(10, "Ada Ek", "PER"), (21, "Bo", "LOC")]);
        check(&before, &after, &["~ text text", "~ Bo Bo"]);
    }
}
