//! Who and what a story names, under one key each.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::article::Label;
use crate::keys::Keys;
use crate::quotations::Told;

/// Someone or something that articles of the story name.
#[derive(Debug, Serialize)]
pub(crate) struct Named<'a> {
    key: &'a str,
    /// What the records call it.
    keys: BTreeSet<&'a str>,
    name: &'a str,
    label: Label,
    country: Option<&'a str>,
    articles: Vec<&'a str>,
    #[serde(skip)]
    mentions: u32,
}

/// The people, and then whatever else has a name; first those that the most articles name.
pub(crate) fn named<'a>(told: &[Told<'a>], keys: &'a Keys) -> (Vec<Named<'a>>, Vec<Named<'a>>) {
    let mut by_key: BTreeMap<&str, Named<'a>> = BTreeMap::new();
    for Told { article, keys: ids } in told {
        for (entity, id) in article.entities.iter().zip(*ids) {
            let named = by_key.entry(keys.key(*id)).or_insert_with_key(|key| Named {
                key,
                keys: BTreeSet::new(),
                name: keys.name(*id),
                label: entity.label,
                country: None,
                articles: Vec::new(),
                mentions: 0,
            });
            named.keys.insert(&entity.key);
            named.country = named.country.or(entity.country.as_deref());
            named.mentions += entity.mentions;
            if named.articles.last() != Some(&article.id.as_str()) {
                named.articles.push(&article.id);
            }
        }
    }
    let mut named: Vec<Named<'a>> = by_key.into_values().collect();
    let rank = |named: &Named<'_>| (named.articles.len(), named.mentions);
    named.sort_by(|one, other| rank(other).cmp(&rank(one)).then(one.key.cmp(other.key)));
    named.into_iter().partition(|named| named.label == Label::Per)
}
