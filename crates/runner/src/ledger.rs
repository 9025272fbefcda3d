//! Identity: which arrivals are new, revised, unchanged or duplicates.

use std::io;

use document::{Document, Metadata, Revision, Sha256};
use hashbrown::HashTable;
use sha2::Digest;

use crate::spill::Spill;

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

/// Everything known of the articles so far, in 15 to 30 bytes of memory for each id and as much again
/// for each payload under a path; the rest lies in a temporary file.
///
/// A revision counts each content that an id came with, whatever became of it, so what is decided
/// depends on the sequence of arrivals alone.
#[derive(Debug, Default)]
pub struct Ledger {
    /// By the digest of the id.
    ids: HashTable<Slot>,
    /// Articles without an explicit id, by the digest of the payload.
    payloads: HashTable<Slot>,
    /// One [`Entry`] of fixed length for each id and content.
    entries: Spill,
    /// The ids of this run's articles without an explicit id, one after the other.
    names: Spill,
}

/// A place in a table: the start of a digest, and which entry has the rest of it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    digest: [u32; 2],
    entry: u32,
}

/// What is remembered of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    id: Half,
    sha256: Sha256,
    fingerprint: u64,
    revision: u32,
    /// Length of its id in `names`, 0 if it is not there, and where it begins.
    name: (u32, u64),
}

impl Ledger {
    /// Takes over what an earlier run committed, in the order in which it did.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn remember(&mut self, article: &RememberedArticle) -> io::Result<()> {
        let RememberedArticle { id, explicit_id, revision, sha256, fingerprint } = *article;
        let entry = Entry { id, sha256, fingerprint, revision, name: (0, 0) };
        let known = self.find_id(&id)?;
        let number = self.store(known.map(|(number, _)| number), &entry)?;
        if revision > 0 && !explicit_id && self.find_payload(&sha256)?.is_none() {
            insert(&mut self.payloads, half(&sha256.0), number);
        }
        Ok(())
    }

    /// Decides about an article and remembers it.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn admit(&mut self, doc: &Document, fingerprint: u64) -> io::Result<Admission> {
        let sha256 = doc.origin.sha256;
        let id = digest(doc.id());
        let known = self.find_id(&id)?;
        let twin = if doc.explicit_id { None } else { self.find_payload(&sha256)? };
        let mut revision = Revision { number: 1, supersedes: None };
        if let Some((_, known)) = &known {
            if known.sha256 == sha256 && known.fingerprint == fingerprint && known.revision > 0 {
                return Ok(Admission::Unchanged);
            }
            revision.supersedes = (known.revision > 0).then_some(known.sha256);
            revision.number = known.revision + 1;
        }
        let name = if doc.explicit_id { (0, 0) } else { self.store_name(doc.id())? };
        let entry = Entry { id, sha256, fingerprint, revision: revision.number, name };
        let number = self.store(known.as_ref().map(|(number, _)| *number), &entry)?;
        match twin {
            None if doc.explicit_id => {}
            None => insert(&mut self.payloads, half(&sha256.0), number),
            Some(_) if known.is_some() => {} // a corrected article is itself, whatever it now equals
            Some(Entry { name: (0, _), .. }) => return Ok(Admission::Unchanged),
            Some(Entry { name, .. }) => return Ok(Admission::DuplicateOf(self.name(name)?)),
        }
        Ok(Admission::Process(revision))
    }

    /// Remembers something that could not be read; `false` if it failed in the same way before.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn admit_failure(&mut self, id: &str, sha256: Sha256) -> io::Result<bool> {
        let id = digest(id);
        let known = self.find_id(&id)?;
        match &known {
            Some((_, known)) if known.revision > 0 => return Ok(true), // the article stays what it was
            Some((_, known)) if known.sha256 == sha256 => return Ok(false),
            _ => {}
        }
        let entry = Entry { id, sha256, fingerprint: 0, revision: 0, name: (0, 0) };
        self.store(known.map(|(number, _)| number), &entry)?;
        Ok(true)
    }

    fn find_id(&mut self, id: &Half) -> io::Result<Option<(u32, Entry)>> {
        let Self { ids, entries, .. } = self;
        find(ids, entries, *id, |entry| entry.id == *id)
    }

    fn find_payload(&mut self, sha256: &Sha256) -> io::Result<Option<Entry>> {
        let Self { payloads, entries, .. } = self;
        Ok(find(payloads, entries, half(&sha256.0), |entry| entry.sha256 == *sha256)?
            .map(|(_, entry)| entry))
    }

    /// Appends an entry and makes it the one that its id leads to, in place of the entry `before`.
    fn store(&mut self, before: Option<u32>, entry: &Entry) -> io::Result<u32> {
        let number = u32::try_from(self.entries.append(&entry.to_bytes())? / Entry::LEN as u64)
            .map_err(|_| io::Error::other("more than 4 billion articles in one output folder"))?;
        match before {
            Some(before) => {
                let hash = hash_of(prefix(&entry.id));
                let slot = self
                    .ids
                    .find_mut(hash, |slot| slot.entry == before)
                    .expect("it was found just now");
                slot.entry = number;
            }
            None => insert(&mut self.ids, entry.id, number),
        }
        Ok(number)
    }

    fn store_name(&mut self, id: &str) -> io::Result<(u32, u64)> {
        let length =
            u32::try_from(id.len()).map_err(|_| io::Error::other("an id of more than 4 GiB"))?;
        Ok((length, self.names.append(id.as_bytes())?))
    }

    fn name(&mut self, (length, start): (u32, u64)) -> io::Result<String> {
        let mut name = vec![0; length as usize];
        self.names.read(start, &mut name)?;
        Ok(String::from_utf8(name).expect("an id was stored"))
    }
}

/// The entry in a table that fits; its digest's start is compared in memory, the rest where it lies.
fn find(
    table: &HashTable<Slot>,
    entries: &mut Spill,
    digest: Half,
    fits: impl Fn(&Entry) -> bool,
) -> io::Result<Option<(u32, Entry)>> {
    let digest = prefix(&digest);
    for slot in table.iter_hash(hash_of(digest)).filter(|slot| slot.digest == digest) {
        let mut bytes = [0; Entry::LEN];
        entries.read(u64::from(slot.entry) * Entry::LEN as u64, &mut bytes)?;
        let entry = Entry::from_bytes(&bytes);
        if fits(&entry) {
            return Ok(Some((slot.entry, entry)));
        }
    }
    Ok(None)
}

fn insert(table: &mut HashTable<Slot>, digest: Half, entry: u32) {
    let digest = prefix(&digest);
    table.insert_unique(hash_of(digest), Slot { digest, entry }, |slot| hash_of(slot.digest));
}

fn prefix(digest: &Half) -> [u32; 2] {
    let part =
        |start: usize| u32::from_le_bytes(digest[start..start + 4].try_into().expect("four bytes"));
    [part(0), part(4)]
}

/// A digest is as good a hash as any.
fn hash_of([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

impl Entry {
    const LEN: usize = 16 + 32 + 8 + 4 + 4 + 8;

    fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..16].copy_from_slice(&self.id);
        bytes[16..48].copy_from_slice(&self.sha256.0);
        bytes[48..56].copy_from_slice(&self.fingerprint.to_le_bytes());
        bytes[56..60].copy_from_slice(&self.revision.to_le_bytes());
        bytes[60..64].copy_from_slice(&self.name.0.to_le_bytes());
        bytes[64..].copy_from_slice(&self.name.1.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        fn part<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
            bytes[start..start + N].try_into().expect("the parts of an entry lie within it")
        }
        Self {
            id: part(bytes, 0),
            sha256: Sha256(part(bytes, 16)),
            fingerprint: u64::from_le_bytes(part(bytes, 48)),
            revision: u32::from_le_bytes(part(bytes, 56)),
            name: (u32::from_le_bytes(part(bytes, 60)), u64::from_le_bytes(part(bytes, 64))),
        }
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
        ledger.admit(doc, fingerprint(&doc.metadata)).unwrap()
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
        let remembered = super::RememberedArticle {
            id: super::digest("d/a.txt"),
            explicit_id: false,
            revision: 1,
            sha256: old.origin.sha256,
            fingerprint: fingerprint(&old.metadata),
        };
        ledger.remember(&remembered).unwrap();
        assert_eq!(admit(&mut ledger, &article("d/moved.txt", false, "one")), Admission::Unchanged);
        let corrected = article("d/a.txt", false, "two");
        let revision = Revision { number: 2, supersedes: Some(old.origin.sha256) };
        assert_eq!(admit(&mut ledger, &corrected), Admission::Process(revision));
    }

    #[test]
    fn what_could_not_be_read_is_no_revision_of_what_can() {
        let mut ledger = Ledger::default();
        assert!(ledger.admit_failure("d/a.txt", Sha256([1; 32])).unwrap());
        assert!(!ledger.admit_failure("d/a.txt", Sha256([1; 32])).unwrap(), "known");
        assert_eq!(admit(&mut ledger, &article("d/a.txt", false, "one")), new());
    }
}
