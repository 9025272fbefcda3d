//! Identity: which arrivals are new, revised, unchanged or duplicates.

use std::collections::HashMap;
use std::io;

use document::{Document, Metadata, Origin, Revision, Sha256};
use sha2::Digest;
use stage_api::{IdHash, Known, OutcomeKind, PlaceHash};

use crate::table::{Entries, Entry, Key, Table, key};

/// What the rules of identity say about an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Not seen before, or seen with other content: process it as this revision.
    Process(Revision),
    /// Known with the same payload and metadata, or only moved: nothing is done.
    Unchanged,
    /// Unchanged, after an earlier run could not read it.
    Restored {
        /// Which revision it is.
        revision: Revision,
        /// What became of it when it was last read.
        kind: OutcomeKind,
    },
    /// The same payload came earlier in this run.
    DuplicateOf {
        /// Under this id.
        id: String,
        /// Whether a run before this one failed on it.
        failed: bool,
    },
}

/// Everything known of the articles so far, in some 15 to 30 bytes of memory for each key that it
/// is found by; the rest lies in a temporary file.
///
/// A revision counts each content that an id came with, whatever became of it, so what is decided
/// depends on the sequence of arrivals alone. An id may come from several places of one drop with
/// different contents; each place remembers its last one, so that the same drop read again, or
/// read on after a kill, finds all of them unchanged.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The latest content of each article, by its id.
    articles: Table,
    /// The last content of an article with an explicit id at each of its places.
    places: Table,
    /// The first article without an explicit id with each payload.
    payloads: Table,
    /// What could not be read, by the id that it would have had.
    failures: Table,
    entries: Entries,
    /// What failed in earlier runs and is to be tried again when it comes: its payload and revision.
    retries: HashMap<IdHash, (Sha256, Revision)>,
}

impl Ledger {
    /// Takes over what an earlier run committed, in the order in which it did.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn remember(&mut self, known: &Known) -> io::Result<()> {
        let entry = Entry { known: *known, name: None };
        if known.revision == 0 {
            return self.store_failure(&entry);
        }
        self.settle_failure(known)?;
        let earlier = self.find_payload(known)?;
        self.store_article(&entry, earlier.is_none())
    }

    /// Lets what failed be tried again once, when it comes with the payload that failed; of what could
    /// not be read (revision 0), the digest is that of what was wrong. Call it after the last
    /// [`remember`](Self::remember).
    pub fn retry(&mut self, id: &str, payload: Sha256, revision: Revision) {
        self.retries.insert(IdHash::of(id), (payload, revision));
    }

    /// Whether the failure of this article is to be tried again now.
    fn take_retry(&mut self, id: IdHash, payload: Sha256) -> Option<Revision> {
        match self.retries.remove(&id)? {
            (failed, revision) if failed == payload => Some(revision),
            _ => None, // it changed meanwhile, and is a revision
        }
    }

    /// Decides about an article and remembers it.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn admit(&mut self, doc: &Document, fingerprint: u64) -> io::Result<Admission> {
        let mut known = Known {
            id: IdHash::of(doc.id()),
            place: PlaceHash::of(&doc.origin),
            payload: doc.origin.sha256,
            fingerprint,
            revision: 1,
            kind: OutcomeKind::Written, // what becomes of it is not known yet, and not asked
            explicit_id: doc.explicit_id,
        };
        let latest = self
            .articles
            .find(&mut self.entries, id_key(&known), |entry| entry.known.id == known.id)?;
        let here = if doc.explicit_id {
            self.places.find(&mut self.entries, place_key(&known), |entry| {
                same_place(&entry.known, &known)
            })?
        } else {
            None
        };
        let same = |entry: &Entry| {
            entry.known.payload == known.payload && entry.known.fingerprint == fingerprint
        };
        let settled = self.settle_failure(&known)?;
        if latest.iter().chain(&here).any(same) {
            self.see_again(doc.id(), &known)?;
            if let Some(revision) = self.take_retry(known.id, known.payload) {
                // A duplicate failed with its original and shares its fate again.
                return Ok(match self.find_payload(&known)? {
                    Some(Entry { known: first, name: Some(name) }) if first.id != known.id => {
                        Admission::DuplicateOf { id: self.entries.name(name)?, failed: false }
                    }
                    _ => Admission::Process(revision),
                });
            }
            return Ok(match latest {
                Some(Entry { known, .. }) if settled => {
                    let revision = Revision { number: known.revision, supersedes: None };
                    Admission::Restored { revision, kind: known.kind }
                }
                _ => Admission::Unchanged,
            });
        }
        let supersedes = latest.as_ref().map(|entry| entry.known.payload);
        known.revision = latest.as_ref().map_or(1, |entry| entry.known.revision + 1);
        let twin = self.find_payload(&known)?;
        let name = if doc.explicit_id { None } else { Some(self.entries.store_name(doc.id())?) };
        self.store_article(&Entry { known, name }, twin.is_none())?;
        // A duplicate is remembered under its own id, so that the next drop finds it unchanged; a
        // corrected article is itself, whatever it now equals.
        match twin {
            Some(Entry { name: None, .. }) if latest.is_none() => Ok(Admission::Unchanged),
            Some(Entry { name: Some(name), known }) if latest.is_none() => {
                let failed = known.kind == OutcomeKind::Failed;
                Ok(Admission::DuplicateOf { id: self.entries.name(name)?, failed })
            }
            _ => Ok(Admission::Process(Revision { number: known.revision, supersedes })),
        }
    }

    /// Notes that an article stands where it stood, in a file that was not read again.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn pass_over(&mut self, id: &str) -> io::Result<()> {
        let id_hash = IdHash::of(id);
        let key = key(&id_hash.0);
        let latest = self.articles.find(&mut self.entries, key, |e| e.known.id == id_hash)?;
        latest.map_or(Ok(()), |entry| self.see_again(id, &entry.known))
    }

    /// An article of an earlier run stands where it stood: what has its payload under another path
    /// is a duplicate of it from here on, as it was before a kill, and not the article moved.
    fn see_again(&mut self, id: &str, known: &Known) -> io::Result<()> {
        match self.find_payload(known)? {
            Some(first) if first.name.is_none() && first.known.id == known.id => {
                let name = Some(self.entries.store_name(id)?);
                let number = self.entries.store(&Entry { name, ..first })?;
                let Self { payloads, entries, .. } = self;
                payloads.set(entries, payload_key(known), number, |entry| {
                    entry.known.payload == known.payload
                })
            }
            _ => Ok(()),
        }
    }

    /// Remembers something that could not be read; `false` if it failed in the same way before.
    /// `sha256` is the digest of what was wrong.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn admit_failure(&mut self, id: &str, origin: &Origin, sha256: Sha256) -> io::Result<bool> {
        let known = Known {
            id: IdHash::of(id),
            place: PlaceHash::of(origin),
            payload: sha256,
            fingerprint: 0,
            revision: 0,
            kind: OutcomeKind::Failed,
            explicit_id: false,
        };
        let fits = |entry: &Entry| entry.known.id == known.id && entry.known.payload == sha256;
        if self.failures.find(&mut self.entries, id_key(&known), fits)?.is_some() {
            return Ok(self.take_retry(known.id, sha256).is_some());
        }
        self.store_failure(&Entry { known, name: None })?;
        Ok(true)
    }

    fn find_payload(&mut self, known: &Known) -> io::Result<Option<Entry>> {
        if known.explicit_id {
            return Ok(None);
        }
        self.payloads.find(&mut self.entries, payload_key(known), |entry| {
            entry.known.payload == known.payload
        })
    }

    fn store_article(&mut self, entry: &Entry, first_of_payload: bool) -> io::Result<()> {
        let number = self.entries.store(entry)?;
        let Self { articles, places, payloads, entries, .. } = self;
        let known = entry.known;
        articles.set(entries, id_key(&known), number, |entry| entry.known.id == known.id)?;
        if known.explicit_id {
            places.set(entries, place_key(&known), number, |entry| {
                same_place(&entry.known, &known)
            })?;
        } else if first_of_payload {
            payloads.add(payload_key(&known), number);
        }
        Ok(())
    }

    /// Forgets that something with this id could not be read; whether there was anything to forget.
    fn settle_failure(&mut self, known: &Known) -> io::Result<bool> {
        self.failures.remove(&mut self.entries, id_key(known), |entry| entry.known.id == known.id)
    }

    fn store_failure(&mut self, entry: &Entry) -> io::Result<()> {
        let number = self.entries.store(entry)?;
        let id = entry.known.id;
        self.failures
            .set(&mut self.entries, id_key(&entry.known), number, |entry| entry.known.id == id)
    }
}

fn same_place(one: &Known, other: &Known) -> bool {
    one.id == other.id && one.place == other.place
}

fn id_key(known: &Known) -> Key {
    key(&known.id.0)
}

fn payload_key(known: &Known) -> Key {
    key(&known.payload.0)
}

fn place_key(known: &Known) -> Key {
    let [low, high] = id_key(known);
    [low ^ known.place.0 as u32, high ^ (known.place.0 >> 32) as u32]
}

/// The digest under which supplied metadata is compared over drops; 0 where there is none.
pub fn fingerprint(metadata: &Metadata) -> u64 {
    if metadata.meta().is_empty() && !metadata.values().iter().any(|value| value.supplied) {
        return 0;
    }
    let mut hash = sha2::Sha256::new();
    let mut add = |key: &str, value: &str| {
        for text in [key, value] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
    };
    // In an order of their own: a writer that orders its keys another way has corrected nothing.
    let mut fields: Vec<(&str, &str)> =
        metadata.meta().iter().map(|(key, value)| (&**key, &**value)).collect();
    fields.sort_unstable();
    let supplied = metadata.values().iter().filter(|value| value.supplied);
    let mut supplied: Vec<_> = supplied.map(|value| (value.field, &*value.value)).collect();
    supplied.sort_by_key(|(field, _)| *field); // stable: authors keep their order
    for (field, value) in supplied {
        add(field.key(), value);
    }
    for (key, value) in fields {
        add(key, value);
    }
    let digest = hash.finalize();
    u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use document::{Document, Field, Form, Origin, Revision, Sha256};
    use sha2::Digest;
    use stage_api::{IdHash, Known, OutcomeKind, PlaceHash};

    use super::{Admission, Ledger, fingerprint};

    fn article(id: &str, explicit: bool, payload: &str) -> Document {
        let sha256 = Sha256(sha2::Sha256::digest(payload).into());
        let origin = Origin { sha256, ..Origin::path(id) };
        let mut doc = Document::new(id, origin, payload.into(), Form::Text);
        doc.explicit_id = explicit;
        doc
    }

    fn admit(ledger: &mut Ledger, doc: &Document) -> Admission {
        ledger.admit(doc, fingerprint(&doc.metadata)).unwrap()
    }

    fn remembered(doc: &Document, revision: u32) -> Known {
        Known {
            id: IdHash::of(doc.id()),
            place: PlaceHash::of(&doc.origin),
            payload: doc.origin.sha256,
            fingerprint: fingerprint(&doc.metadata),
            revision,
            kind: OutcomeKind::Written,
            explicit_id: doc.explicit_id,
        }
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
        assert_eq!(
            admit(&mut ledger, &twin),
            Admission::DuplicateOf { id: "d/a.jsonl#12".into(), failed: false }
        );
        assert_eq!(admit(&mut ledger, &twin), Admission::Unchanged);
    }

    #[test]
    fn a_moved_article_of_an_earlier_run_is_unchanged() {
        let mut ledger = Ledger::default();
        let old = article("d/a.txt", false, "one");
        let remembered = remembered(&old, 1);
        ledger.remember(&remembered).unwrap();
        assert_eq!(admit(&mut ledger, &article("d/moved.txt", false, "one")), Admission::Unchanged);
        let corrected = article("d/a.txt", false, "two");
        let revision = Revision { number: 2, supersedes: Some(old.origin.sha256) };
        assert_eq!(admit(&mut ledger, &corrected), Admission::Process(revision));
    }

    #[test]
    fn a_duplicate_is_one_also_where_its_original_was_committed_before_a_kill() {
        for kind in [OutcomeKind::Written, OutcomeKind::Failed] {
            let (original, twin) =
                (article("d/a.txt", false, "one"), article("d/b.txt", false, "one"));
            let mut ledger = Ledger::default();
            ledger.remember(&Known { kind, ..remembered(&original, 1) }).unwrap();
            assert_eq!(admit(&mut ledger, &original), Admission::Unchanged);
            let failed = kind == OutcomeKind::Failed;
            assert_eq!(
                admit(&mut ledger, &twin),
                Admission::DuplicateOf { id: "d/a.txt".into(), failed }
            );
        }
    }

    #[test]
    fn what_could_not_be_read_is_no_revision_of_what_can() {
        let mut ledger = Ledger::default();
        let fail = |ledger: &mut Ledger, wrong: u8| {
            ledger.admit_failure("d/a.txt", &Origin::path("d/a.txt"), Sha256([wrong; 32])).unwrap()
        };
        assert!(fail(&mut ledger, 1));
        assert!(!fail(&mut ledger, 1), "known");
        let whole = article("d/a.txt", false, "one");
        assert_eq!(admit(&mut ledger, &whole), new());
        // Broken once and put back: the article is what it was, also for the next process, and the
        // dead letter is settled once.
        let restored = Admission::Restored {
            revision: Revision { number: 1, supersedes: None },
            kind: OutcomeKind::Written,
        };
        assert!(fail(&mut ledger, 2));
        assert_eq!(admit(&mut ledger, &whole), restored);
        assert_eq!(admit(&mut ledger, &whole), Admission::Unchanged);
        assert!(fail(&mut ledger, 2), "broken again");
        let mut next = Ledger::default();
        let broken = Known { revision: 0, payload: Sha256([2; 32]), ..remembered(&whole, 1) };
        for known in [remembered(&whole, 1), broken] {
            next.remember(&known).unwrap();
        }
        assert_eq!(admit(&mut next, &whole), restored);
        assert_eq!(admit(&mut next, &whole), Admission::Unchanged);
    }

    #[test]
    fn what_failed_is_tried_again_once_and_only_when_asked_to() {
        let doc = article("d/a.txt", false, "one");
        let failed = Known { kind: OutcomeKind::Failed, ..remembered(&doc, 3) };
        let revision = Revision { number: 3, supersedes: Some(Sha256([4; 32])) };
        let mut ledger = Ledger::default();
        ledger.remember(&failed).unwrap();
        let twin = article("d/b.txt", false, "one");
        ledger.remember(&Known { kind: OutcomeKind::Failed, ..remembered(&twin, 1) }).unwrap();
        assert_eq!(admit(&mut ledger, &doc), Admission::Unchanged);
        ledger.retry("d/a.txt", doc.origin.sha256, revision);
        ledger.retry("d/b.txt", twin.origin.sha256, Revision { number: 1, supersedes: None });
        assert_eq!(admit(&mut ledger, &doc), Admission::Process(revision));
        assert_eq!(admit(&mut ledger, &doc), Admission::Unchanged);
        let duplicate = Admission::DuplicateOf { id: "d/a.txt".into(), failed: false };
        assert_eq!(admit(&mut ledger, &twin), duplicate);
        // What changed since it failed is a revision like any other.
        ledger.retry("d/a.txt", Sha256([7; 32]), revision);
        let corrected = Revision { number: 4, supersedes: Some(doc.origin.sha256) };
        assert_eq!(
            admit(&mut ledger, &article("d/a.txt", false, "two")),
            Admission::Process(corrected)
        );
    }

    #[test]
    fn what_was_not_read_again_stands_where_it_stood() {
        let mut ledger = Ledger::default();
        let old = article("d/a.txt", false, "one");
        ledger.remember(&remembered(&old, 1)).unwrap();
        ledger.pass_over("d/nobody-knows.txt").unwrap();
        ledger.pass_over("d/a.txt").unwrap();
        let twin = article("d/b.txt", false, "one");
        let duplicate = Admission::DuplicateOf { id: "d/a.txt".into(), failed: false };
        assert_eq!(admit(&mut ledger, &twin), duplicate);
    }

    /// A feed listed one story twice, each time with another text; every further run, and every
    /// run after a kill, took both for corrections of the other.
    #[test]
    fn one_id_at_two_places_of_a_drop_is_unchanged_when_read_again() {
        let at = |line: u64, text: &str| {
            let mut doc = article("x", true, text);
            doc.origin = Origin { line: Some(line), ..doc.origin };
            doc
        };
        let (first, second) = (at(1, "one"), at(2, "two"));
        let mut ledger = Ledger::default();
        assert_eq!(admit(&mut ledger, &first), new());
        let superseding = Revision { number: 2, supersedes: Some(first.origin.sha256) };
        assert_eq!(admit(&mut ledger, &second), Admission::Process(superseding));
        let mut next = Ledger::default();
        next.remember(&remembered(&first, 1)).unwrap();
        next.remember(&remembered(&second, 2)).unwrap();
        for ledger in [&mut ledger, &mut next] {
            for doc in [&first, &second, &first] {
                assert_eq!(admit(ledger, doc), Admission::Unchanged);
            }
            // What now stands at the first place was not there before, though the article once said it.
            let reverted = at(2, "one");
            assert!(matches!(
                admit(ledger, &reverted),
                Admission::Process(Revision { number: 3, .. })
            ));
        }
    }
}
