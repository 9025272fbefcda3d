//! What is known of articles, most of it out of memory: tables of keys over entries in a file.

use std::io;

use document::Sha256;
use hashbrown::HashTable;
use stage_api::{IdHash, Known, OutcomeKind, PlaceHash};

use crate::spill::Spill;

/// What a table is searched by: the start of a digest.
pub(crate) type Key = [u32; 2];

pub(crate) fn key(bytes: &[u8]) -> Key {
    let part =
        |start: usize| u32::from_le_bytes(bytes[start..start + 4].try_into().expect("four bytes"));
    [part(0), part(4)]
}

/// Keys to numbers of entries: 12 bytes a slot. What shares a key is told apart by its entry.
#[derive(Debug, Default)]
pub(crate) struct Table(HashTable<Slot>);

#[derive(Clone, Copy, Debug)]
struct Slot {
    key: Key,
    entry: u32,
}

impl Table {
    /// The entry under a key that fits, and its number.
    pub(crate) fn find(
        &self,
        entries: &mut Entries,
        key: Key,
        fits: impl Fn(&Entry) -> bool,
    ) -> io::Result<Option<(u32, Entry)>> {
        for slot in self.0.iter_hash(hash_of(key)).filter(|slot| slot.key == key) {
            let entry = entries.read(slot.entry)?;
            if fits(&entry) {
                return Ok(Some((slot.entry, entry)));
            }
        }
        Ok(None)
    }

    /// Lets a key lead to the entry `number`, in place of the one that fits.
    pub(crate) fn set(
        &mut self,
        entries: &mut Entries,
        key: Key,
        number: u32,
        fits: impl Fn(&Entry) -> bool,
    ) -> io::Result<()> {
        match self.find(entries, key, fits)? {
            Some((before, _)) => {
                let slot = self
                    .0
                    .find_mut(hash_of(key), |slot| slot.entry == before)
                    .expect("it was found just now");
                slot.entry = number;
            }
            None => self.add(key, number),
        }
        Ok(())
    }

    /// Forgets the entry under a key that fits; whether there was one.
    pub(crate) fn remove(
        &mut self,
        entries: &mut Entries,
        key: Key,
        fits: impl Fn(&Entry) -> bool,
    ) -> io::Result<bool> {
        let Some((number, _)) = self.find(entries, key, fits)? else { return Ok(false) };
        let slot = self.0.find_entry(hash_of(key), |slot| slot.entry == number);
        slot.map_err(|_| ()).expect("it was found just now").remove();
        Ok(true)
    }

    /// Adds a key that leads to the entry `number`.
    pub(crate) fn add(&mut self, key: Key, number: u32) {
        self.0.insert_unique(hash_of(key), Slot { key, entry: number }, |slot| hash_of(slot.key));
    }
}

/// A digest is as good a hash as any.
fn hash_of([low, high]: Key) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// What is remembered of an article.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Its outcome.
    pub(crate) known: Known,
    /// Where its id stands (start and length in bytes), to be named as the original of a duplicate: for what came
    /// in this run without an id of its own.
    pub(crate) name: Option<(u64, u32)>,
    /// Whether another article's record has its payload, and it has none.
    pub(crate) stands_in: bool,
    /// The number of the one that came with the same payload before.
    pub(crate) older: Option<u32>,
}

/// The entries, numbered from 0, and the ids they name.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    entries: Spill,
    names: Spill,
}

impl Entries {
    const LEN: usize = 16 + 8 + 32 + 8 + 4 + 12 + 4 + 2;
    /// Where the id stands.
    const NAME: u64 = 16 + 8 + 32 + 8 + 4;

    pub(crate) fn store(&mut self, entry: &Entry) -> io::Result<u32> {
        let Entry { known, name, stands_in, older } = entry;
        let (start, length) = name.unwrap_or((0, 0)); // no id is empty
        let mut bytes = Vec::with_capacity(Self::LEN);
        bytes.extend(known.id.0);
        bytes.extend(known.place.0.to_le_bytes());
        bytes.extend(known.payload.0);
        bytes.extend(known.fingerprint.to_le_bytes());
        bytes.extend(known.revision.to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(older.unwrap_or(u32::MAX).to_le_bytes());
        bytes.push(match known.kind {
            OutcomeKind::Written => 0,
            OutcomeKind::Discarded => 1,
            OutcomeKind::Failed => 2,
            OutcomeKind::Moved => 3,
        });
        bytes.push(u8::from(*stands_in));
        u32::try_from(self.entries.append(&bytes)? / Self::LEN as u64)
            .ok()
            .filter(|number| *number < u32::MAX)
            .ok_or_else(|| io::Error::other("more than 4 billion articles"))
    }

    pub(crate) fn read(&mut self, number: u32) -> io::Result<Entry> {
        fn part<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
            bytes[start..start + N].try_into().expect("the parts of an entry lie within it")
        }
        let mut bytes = [0; Self::LEN];
        self.entries.read(u64::from(number) * Self::LEN as u64, &mut bytes)?;
        let known = Known {
            id: IdHash(part(&bytes, 0)),
            place: PlaceHash(u64::from_le_bytes(part(&bytes, 16))),
            payload: Sha256(part(&bytes, 24)),
            fingerprint: u64::from_le_bytes(part(&bytes, 56)),
            revision: u32::from_le_bytes(part(&bytes, 64)),
            kind: match bytes[84] {
                0 => OutcomeKind::Written,
                1 => OutcomeKind::Discarded,
                2 => OutcomeKind::Failed,
                _ => OutcomeKind::Moved,
            },
            explicit_id: false, // nobody asks: the tables that an entry is in say as much
        };
        let (start, length) =
            (u64::from_le_bytes(part(&bytes, 68)), u32::from_le_bytes(part(&bytes, 76)));
        let older = u32::from_le_bytes(part(&bytes, 80));
        Ok(Entry {
            known,
            name: (length > 0).then_some((start, length)),
            stands_in: bytes[85] == 1,
            older: (older < u32::MAX).then_some(older),
        })
    }

    /// Lets the entry `number` say where its id stands.
    pub(crate) fn set_name(&mut self, number: u32, (start, length): (u64, u32)) -> io::Result<()> {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&start.to_le_bytes());
        bytes[8..].copy_from_slice(&length.to_le_bytes());
        self.entries.overwrite(u64::from(number) * Self::LEN as u64 + Self::NAME, &bytes)
    }

    pub(crate) fn store_name(&mut self, id: &str) -> io::Result<(u64, u32)> {
        let length =
            u32::try_from(id.len()).map_err(|_| io::Error::other("an id of more than 4 GiB"))?;
        Ok((self.names.append(id.as_bytes())?, length))
    }

    pub(crate) fn name(&mut self, (start, length): (u64, u32)) -> io::Result<String> {
        let mut name = vec![0; length as usize];
        self.names.read(start, &mut name)?;
        Ok(String::from_utf8(name).expect("an id was stored"))
    }
}
