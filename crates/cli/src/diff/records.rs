//! The latest record of each article in an output folder, found by the article's id.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stage_api::IdHash;
use wire::Facts;

use crate::exit::Trouble;

/// Where the records of an output folder stand: some tens of bytes an article in memory, whatever
/// its record holds.
pub(super) struct Records {
    parts: Vec<Part>,
    /// In the order of the folder.
    order: Vec<Place>,
    /// Where in `order` an article stands.
    known: HashMap<IdHash, u32>,
}

struct Part {
    path: PathBuf,
    file: File,
}

/// The place of one record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    id: IdHash,
    part: u32,
    len: u32,
    offset: u64,
}

impl Records {
    /// Finds the records of a folder, reading every part once.
    pub(super) fn open(dir: &Path) -> Result<Self, Trouble> {
        let manifest =
            sink::read_manifest(dir).map_err(|error| Trouble::Usage(error.to_string()))?;
        let mut records = Self { parts: Vec::new(), order: Vec::new(), known: HashMap::new() };
        for part in manifest.parts {
            records.add(dir.join(&part.file), part.bytes)?;
        }
        Ok(records)
    }

    fn add(&mut self, path: PathBuf, bytes: u64) -> Result<(), Trouble> {
        let failed = |error: &dyn std::fmt::Display| failed(&path, error);
        let file = File::open(&path).map_err(|error| failed(&error))?;
        let mut reader = BufReader::new((&file).take(bytes));
        let part = u32::try_from(self.parts.len()).expect("fewer parts than 2³²");
        let (mut line, mut offset) = (Vec::new(), 0);
        loop {
            line.clear();
            let len = reader.read_until(b'\n', &mut line).map_err(|error| failed(&error))?;
            if len == 0 {
                break;
            }
            let head: Head<'_> = serde_json::from_slice(&line).map_err(|error| failed(&error))?;
            let len = u32::try_from(len).map_err(|error| failed(&error))?;
            self.put(Place { id: IdHash::of(&head.id), part, len, offset });
            offset += u64::from(len);
        }
        drop(reader);
        self.parts.push(Part { path, file });
        Ok(())
    }

    /// A later record of an article takes the place of the one before.
    fn put(&mut self, place: Place) {
        let next = u32::try_from(self.order.len()).expect("fewer articles than 2³²");
        let at = *self.known.entry(place.id).or_insert(next);
        if at == next {
            self.order.push(place);
        } else {
            self.order[at as usize] = place;
        }
    }

    /// The places of all records, in the order in which their articles first came.
    pub(super) fn in_order(&self) -> Vec<Place> {
        self.order.clone()
    }

    /// Where this folder has the article of another's record.
    pub(super) fn place_of(&self, other: Place) -> Option<Place> {
        self.known.get(&other.id).map(|at| self.order[*at as usize])
    }

    /// The bytes of a record.
    pub(super) fn read(&mut self, place: Place) -> Result<Vec<u8>, Trouble> {
        let part = &mut self.parts[place.part as usize];
        let mut line = vec![0; place.len as usize];
        part.file
            .seek(SeekFrom::Start(place.offset))
            .and_then(|_| part.file.read_exact(&mut line))
            .map_err(|error| failed(&part.path, &error))?;
        Ok(line)
    }

    /// What a record says.
    pub(super) fn facts(&self, place: Place, line: &[u8]) -> Result<Facts, Trouble> {
        Facts::parse(line).map_err(|error| failed(&self.parts[place.part as usize].path, &error))
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Failed(format!("{}: {error}", path.display()))
}

#[derive(Deserialize)]
struct Head<'l> {
    #[serde(borrow)]
    id: Cow<'l, str>,
}
