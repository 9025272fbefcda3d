//! Whether two quotations can be one speaker's.

use tokens::folded;

use super::Told;
use crate::article::{Label, Quotation};
use crate::keys::Keys;

/// Who is credited with a quotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who<'a> {
    /// The key over articles.
    pub(super) key: Option<&'a str>,
    /// The fullest name, or what the article calls them.
    pub(super) name: Option<&'a str>,
    pub(super) is_person: bool,
}

/// How two speakers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voices {
    /// One speaker.
    One,
    /// Nothing speaks against it: one of them is not named, or by a family name only.
    Open,
    /// A person and an organization or country, for which the person may speak.
    Office,
    /// Two speakers.
    Two,
}

impl<'a> Who<'a> {
    pub(super) fn new(told: Told<'a>, quotation: &'a Quotation, keys: &'a Keys) -> Self {
        let Some(speaker) = &quotation.speaker else { return Self::default() };
        let at = speaker.entity.map(|entity| entity as usize);
        let entity = at.and_then(|at| told.article.entities.get(at).zip(told.keys.get(at)));
        entity.map_or(
            Self { key: None, name: Some(&speaker.name), is_person: false },
            |(entity, id)| Self {
                key: Some(keys.key(*id)),
                name: Some(keys.name(*id)),
                is_person: entity.label == Label::Per,
            },
        )
    }

    /// How this speaker stands to another.
    pub(super) fn and(self, other: Self) -> Voices {
        let (Some(one), Some(two)) = (self.key, other.key) else {
            let named = self.name.zip(other.name);
            let shorter =
                named.is_some_and(|(one, two)| is_last_of(one, two) || is_last_of(two, one));
            return if shorter && (self.key.is_some() || other.key.is_some()) {
                Voices::One
            } else {
                Voices::Open
            };
        };
        let names = || self.name.zip(other.name);
        if one == two {
            Voices::One
        } else if self.is_person != other.is_person {
            Voices::Office
        } else if self.is_person
            && names().is_some_and(|(one, two)| is_last_of(one, two) || is_last_of(two, one))
        {
            Voices::Open
        } else {
            Voices::Two
        }
    }
}

/// Whether a name is the last words of a longer one.
fn is_last_of(short: &str, long: &str) -> bool {
    let end = |name: &str| name.bytes().next_back().filter(u8::is_ascii_alphanumeric);
    let ends = end(short).zip(end(long));
    if ends.is_some_and(|(one, other)| !one.eq_ignore_ascii_case(&other)) {
        return false;
    }
    let (short, long) = (folded(short), folded(long));
    !short.is_empty() && long.strip_suffix(short.as_str()).is_some_and(|rest| rest.ends_with('-'))
}
