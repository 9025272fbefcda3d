//! Identity: which arrivals are new, revised, unchanged or duplicates.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use document::{Document, Metadata, Revision, Sha256};
use sha2::Digest;

/// The first half of a SHA-256 digest: enough to know an id or a content again.
type Half = [u8; 16];

/// What the rules of identity say about an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Not seen before, or seen with other content: process it as this revision.
    Process(Revision),
    /// Known with the same payload and metadata, or only moved: nothing is done.
    Unchanged,
    /// The same payload came earlier in this run under this id.
    DuplicateOf(String),
}

/// An article that an earlier run committed, as a sink remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedArticle {
    /// First half of the SHA-256 digest of its id.
    pub id: Half,
    /// Whether the id came with the article.
    pub explicit_id: bool,
    /// Its revision; 0 for something that never became an article (an unreadable file).
    pub revision: u32,
    /// Digest of its payload.
    pub sha256: Sha256,
    /// Digest of its supplied metadata.
    pub fingerprint: u64,
}

/// Everything known of the articles so far, in about 100 bytes each.
///
/// A revision counts each content that an id came with, whatever became of it, so what is decided
/// depends on the sequence of arrivals alone.
#[derive(Debug, Default)]
pub struct Ledger {
    by_id: HashMap<Half, Known>,
    /// Payloads of articles without an explicit id.
    by_payload: HashMap<Half, Place>,
    paths: Vec<Box<str>>,
}

#[derive(Debug)]
struct Known {
    sha256: Sha256,
    fingerprint: u64,
    revision: u32,
}

/// Where a payload was first seen.
#[derive(Clone, Copy, Debug)]
enum Place {
    EarlierRun,
    /// Index into `paths`, and the number behind `#`, 0 for none.
    ThisRun(u32, u64),
}

impl Ledger {
    /// Takes over what an earlier run committed, in the order in which it did.
    pub fn remember(&mut self, article: &RememberedArticle) {
        let RememberedArticle { id, explicit_id, revision, sha256, fingerprint } = *article;
        if revision > 0 && !explicit_id {
            self.by_payload.entry(half(&sha256.0)).or_insert(Place::EarlierRun);
        }
        self.by_id.insert(id, Known { sha256, fingerprint, revision });
    }

    /// Decides about an article and remembers it.
    pub fn admit(&mut self, doc: &Document, fingerprint: u64) -> Admission {
        let sha256 = doc.origin.sha256;
        let first = Revision { number: 1, supersedes: None };
        let revision = match self.by_id.entry(digest(doc.id())) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                if known.sha256 == sha256 && known.fingerprint == fingerprint && known.revision > 0
                {
                    return Admission::Unchanged;
                }
                let supersedes = (known.revision > 0).then_some(known.sha256);
                *known = Known { sha256, fingerprint, revision: known.revision + 1 };
                Revision { number: known.revision, supersedes }
            }
            Entry::Vacant(entry) => {
                if !doc.explicit_id
                    && let Some(place) = self.by_payload.get(&half(&sha256.0))
                {
                    // A duplicate is remembered under its own id, so that the next drop finds it unchanged.
                    let admission = match *place {
                        Place::EarlierRun => Admission::Unchanged,
                        Place::ThisRun(path, number) => {
                            Admission::DuplicateOf(join(&self.paths[path as usize], number))
                        }
                    };
                    entry.insert(Known { sha256, fingerprint, revision: 1 });
                    return admission;
                }
                entry.insert(Known { sha256, fingerprint, revision: 1 });
                first
            }
        };
        if !doc.explicit_id {
            let place = self.place(doc.id());
            self.by_payload.entry(half(&sha256.0)).or_insert(place);
        }
        Admission::Process(revision)
    }

    /// Remembers something that could not be read; `false` if it failed in the same way before.
    pub fn admit_failure(&mut self, id: &str, sha256: Sha256) -> bool {
        match self.by_id.entry(digest(id)) {
            Entry::Occupied(known) if known.get().revision == 0 && known.get().sha256 == sha256 => {
                false
            }
            Entry::Occupied(known) if known.get().revision > 0 => true, // the article stays what it was
            entry => {
                entry.insert_entry(Known { sha256, fingerprint: 0, revision: 0 });
                true
            }
        }
    }

    /// Number of ids known.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    fn place(&mut self, id: &str) -> Place {
        let (path, number) = match id.rsplit_once('#') {
            Some((path, digits)) => digits.parse().map_or((id, 0), |number| (path, number)),
            None => (id, 0),
        };
        if self.paths.last().is_none_or(|last| **last != *path) {
            self.paths.push(path.into());
        }
        Place::ThisRun(u32::try_from(self.paths.len() - 1).expect("fewer than 2^32 files"), number)
    }
}

/// The digest under which supplied metadata is compared over drops.
pub fn fingerprint(metadata: &Metadata) -> u64 {
    let mut hash = sha2::Sha256::new();
    let mut add = |key: &str, value: &str| {
        for text in [key, value] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
    };
    for value in metadata.values().iter().filter(|value| value.supplied) {
        add(value.field.key(), &value.value);
    }
    for (key, value) in metadata.meta() {
        add(key, value);
    }
    let digest = hash.finalize();
    u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
}

fn digest(id: &str) -> Half {
    half(&sha2::Sha256::digest(id))
}

fn half(digest: &[u8]) -> Half {
    digest[..16].try_into().expect("a digest has 32 bytes")
}

fn join(path: &str, number: u64) -> String {
    if number == 0 { path.to_owned() } else { format!("{path}#{number}") }
}

#[cfg(test)]
mod tests {
    use document::{Document, Field, Form, Origin, Revision, Sha256};
    use sha2::Digest;

    use super::{Admission, Ledger, fingerprint};

    fn article(id: &str, explicit: bool, payload: &str) -> Document {
        let sha256 = Sha256(sha2::Sha256::digest(payload).into());
        let origin = Origin { sha256, ..Origin::path(id) };
        let mut doc = Document::new(id, origin, payload.into(), Form::Text);
        doc.explicit_id = explicit;
        doc
    }

    fn admit(ledger: &mut Ledger, doc: &Document) -> Admission {
        ledger.admit(doc, fingerprint(&doc.metadata))
    }

    fn new() -> Admission {
        Admission::Process(Revision { number: 1, supersedes: None })
    }

    #[test]
    fn an_explicit_id_with_other_content_is_a_revision() {
        let mut ledger = Ledger::default();
        let (first, mut second) = (article("x", true, "one"), article("x", true, "one"));
        assert_eq!(admit(&mut ledger, &first), new());
        assert_eq!(admit(&mut ledger, &second), Admission::Unchanged);
        second.metadata.supply(Field::Title, "Corrected", "field");
        let superseding = Revision { number: 2, supersedes: Some(first.origin.sha256) };
        assert_eq!(admit(&mut ledger, &second), Admission::Process(superseding));
        assert_eq!(
            admit(&mut ledger, &article("y", true, "one")),
            new(),
            "other id, other article"
        );
    }

    #[test]
    fn the_same_payload_under_two_paths_is_a_duplicate() {
        let mut ledger = Ledger::default();
        assert_eq!(admit(&mut ledger, &article("d/a.jsonl#12", false, "one")), new());
        let twin = article("d/b.txt", false, "one");
        assert_eq!(admit(&mut ledger, &twin), Admission::DuplicateOf("d/a.jsonl#12".into()));
        assert_eq!(admit(&mut ledger, &twin), Admission::Unchanged);
    }

    #[test]
    fn a_moved_article_of_an_earlier_run_is_unchanged() {
        let mut ledger = Ledger::default();
        let old = article("d/a.txt", false, "one");
        ledger.remember(&super::RememberedArticle {
            id: super::digest("d/a.txt"),
            explicit_id: false,
            revision: 1,
            sha256: old.origin.sha256,
            fingerprint: fingerprint(&old.metadata),
        });
        assert_eq!(admit(&mut ledger, &article("d/moved.txt", false, "one")), Admission::Unchanged);
        let corrected = article("d/a.txt", false, "two");
        let revision = Revision { number: 2, supersedes: Some(old.origin.sha256) };
        assert_eq!(admit(&mut ledger, &corrected), Admission::Process(revision));
    }

    #[test]
    fn what_could_not_be_read_is_no_revision_of_what_can() {
        let mut ledger = Ledger::default();
        assert!(ledger.admit_failure("d/a.txt", Sha256([1; 32])));
        assert!(!ledger.admit_failure("d/a.txt", Sha256([1; 32])), "known");
        assert_eq!(admit(&mut ledger, &article("d/a.txt", false, "one")), new());
    }
}
