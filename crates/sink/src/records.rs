//! The latest record of each article in an output folder, for whoever reads it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::Digest;
use stage_api::IdHash;

use crate::digest;
use crate::error::{At, ReadError};
use crate::manifest::{PartEntry, read_manifest};
use crate::part_reader::PartReader;

/// Where the records of an output folder stand: some tens of bytes an article in memory, whatever
/// its record holds.
#[derive(Debug)]
pub struct Records {
    dir: PathBuf,
    parts: Vec<PartEntry>,
    /// The part that was read last: an archive has more parts than a process may have files open.
    open: Option<(u32, PartReader)>,
    /// In the order of the folder.
    order: Vec<RecordPlace>,
    /// Where in `order` an article stands.
    known: HashMap<IdHash, u32>,
}

/// The place of one record.
#[derive(Clone, Copy, Debug)]
pub struct RecordPlace {
    id: IdHash,
    part: u32,
    len: u32,
    offset: u64,
}

impl Records {
    /// Finds the records of a folder, reading every part once.
    ///
    /// # Errors
    /// [`ReadError`] where the folder has no manifest, or a part cannot be read or has not the bytes that the
    /// manifest vouches for.
    pub fn open(dir: &Path) -> Result<Self, ReadError> {
        let mut records = Self {
            dir: dir.to_owned(),
            parts: read_manifest(dir)?.parts,
            open: None,
            order: Vec::new(),
            known: HashMap::new(),
        };
        for part in 0..records.parts.len() {
            let entry = records.parts[part].clone();
            let part = u32::try_from(part).expect("fewer parts than 2³²");
            each_record(dir, &entry, |id, offset, len, _| {
                records.put(RecordPlace { id: IdHash::of(id), part, len, offset });
            })?;
        }
        Ok(records)
    }

    /// A later record of an article takes the place of the one before.
    fn put(&mut self, place: RecordPlace) {
        let next = u32::try_from(self.order.len()).expect("fewer articles than 2³²");
        let at = *self.known.entry(place.id).or_insert(next);
        if at == next {
            self.order.push(place);
        } else {
            self.order[at as usize] = place;
        }
    }

    /// The places of all records, in the order in which their articles first came.
    pub fn in_order(&self) -> Vec<RecordPlace> {
        self.order.clone()
    }

    /// Where this folder has the article whose record stands at a place of another folder.
    pub fn place_of(&self, other: RecordPlace) -> Option<RecordPlace> {
        self.known.get(&other.id).map(|at| self.order[*at as usize])
    }

    /// Where the record of the article with this id stands.
    pub fn find(&self, id: &str) -> Option<RecordPlace> {
        self.known.get(&IdHash::of(id)).map(|at| self.order[*at as usize])
    }

    /// The bytes of a record, line end included.
    ///
    /// # Errors
    /// [`ReadError`] where they cannot be read any more.
    pub fn read(&mut self, place: RecordPlace) -> Result<Vec<u8>, ReadError> {
        let path = self.path_of(place);
        let reader = match &mut self.open {
            Some((part, reader)) if *part == place.part => reader,
            open => {
                let reader = self.parts[place.part as usize].open(&self.dir).at(&path)?;
                &mut open.insert((place.part, reader)).1
            }
        };
        let mut line = vec![0; place.len as usize];
        reader.seek(place.offset).and_then(|()| reader.read_exact(&mut line)).at(&path)?;
        Ok(line)
    }

    /// The file that a record stands in.
    pub fn path_of(&self, place: RecordPlace) -> PathBuf {
        self.dir.join(&self.parts[place.part as usize].file)
    }
}

/// The line with the latest record of the article `id` in an output folder, without its line end.
///
/// Reads the parts from the last to the first, up to one that has it.
///
/// # Errors
/// As [`Records::open`].
pub fn find_record(dir: &Path, id: &str) -> Result<Option<String>, ReadError> {
    for part in read_manifest(dir)?.parts.iter().rev() {
        let mut found = None;
        each_record(dir, part, |its, _, _, line| {
            if its == id {
                found = Some(line.trim_end().to_owned());
            }
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Calls `each` for every record of a part: its id, where it begins in the part, its length, and its line.
fn each_record(
    dir: &Path,
    part: &PartEntry,
    mut each: impl FnMut(&str, u64, u32, &str),
) -> Result<(), ReadError> {
    let path = dir.join(&part.file);
    let mut reader = part.open(dir).at(&path)?;
    let mut digest = sha2::Sha256::new();
    let (mut line, mut offset) = (String::new(), 0);
    loop {
        line.clear();
        let damaged = |what: &dyn std::fmt::Display| ReadError::Damaged {
            path: path.clone(),
            message: format!("no record at byte {offset}: {what}"),
        };
        let len = match reader.read_line(&mut line) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(damaged(&error));
            }
            read => read.at(&path)?,
        };
        if len == 0 {
            break;
        }
        digest.update(&line);
        let head: Head<'_> = serde_json::from_str(&line).map_err(|error| damaged(&error))?;
        let len = u32::try_from(len).map_err(|error| damaged(&error))?;
        each(&head.id, offset, len, &line);
        offset += u64::from(len);
    }
    if digest::hex(digest) != part.content().sha256 {
        let message = "its bytes are not those that the manifest vouches for".to_owned();
        return Err(ReadError::Damaged { path, message });
    }
    Ok(())
}

#[derive(Deserialize)]
struct Head<'l> {
    #[serde(borrow)]
    id: Cow<'l, str>,
}
