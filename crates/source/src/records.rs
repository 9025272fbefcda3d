//! Our own records as a source: the articles of an output folder, layers included.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use document::{Document, Origin, Sha256};
use serde::Deserialize;
use sha2::Digest;
use stage_api::{Arrival, IdHash, Progress, SettingError, Source, SourceError};

use crate::failure::Trouble;
use crate::input::{Input, Line};
use crate::root::base_name;

/// Bytes of a record for each byte of an article that `run.max_article` allows: its layers are longer
/// than its text.
const RECORD: usize = 16;

/// Of a part: where a line is no record, that is told, too; where it still is one, nothing else tells.
const ALTERED: &str = "its bytes are not those that the manifest vouches for, so any of its records may not say what was written; `copydesk verify` tells which commits are damaged";

const MANIFEST: &str = "manifest.json";

/// What the stages of a run make anew, so that it is not taken from the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anew {
    /// Names of layers.
    pub layers: BTreeSet<String>,
    /// Names of stages: whatever else these wrote goes, too.
    pub stages: BTreeSet<String>,
}

impl Anew {
    /// Whether a layer is taken from a record, in which `stage` wrote it; an empty name is not known.
    fn leaves(&self, layer: &str, stage: &str) -> bool {
        match layer {
            // Stages share these, and what a stage says anew replaces what it said.
            "values" => true,
            "notes" => !self.stages.contains(stage),
            _ => {
                let owner = layer.split_once('.').map_or("", |(owner, _)| owner);
                !self.layers.contains(layer)
                    && !self.stages.contains(stage)
                    && !self.stages.contains(owner)
            }
        }
    }
}

/// The source that [`open_records`](crate::open_records) opens.
pub struct RecordsSource {
    parts: Vec<Part>,
    left: VecDeque<usize>,
    open: Option<Open>,
    /// For each article, which record of it is the last; known from the first call on.
    latest: Option<HashMap<IdHash, Place>>,
    /// Parts that are not what the manifest vouches for, by number, until they are told of.
    altered: BTreeSet<usize>,
    anew: Anew,
    limit: usize,
    /// Bytes of the parts that were read.
    done: u64,
}

/// A file of records.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    /// Its name in messages and dead letters.
    id: String,
    /// Bytes that count, if a manifest says so: what follows them is being written.
    bytes: Option<u64>,
    /// Their digest, in hexadecimal.
    sha256: Option<String>,
    /// Bytes of the records in them, where they are compressed.
    unpacked: Option<u64>,
}

/// A record: its part and its line, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    part: usize,
    line: u64,
}

struct Open {
    input: Input,
    place: Place,
}

#[derive(Deserialize)]
struct Manifest {
    parts: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    bytes: u64,
    sha256: String,
    unpacked: Option<Unpacked>,
}

#[derive(Deserialize)]
struct Unpacked {
    bytes: u64,
}

/// The one key of a record that tells whether it is read.
#[derive(Deserialize)]
struct Named<'l> {
    #[serde(borrow)]
    id: Cow<'l, str>,
}

impl RecordsSource {
    pub(crate) fn open(paths: &[&str], anew: Anew, limit: usize) -> Result<Self, SettingError> {
        if paths.is_empty() {
            let message = "the list is empty; name an output folder or a part file";
            return Err(SettingError::new("paths", message));
        }
        let mut parts = Vec::new();
        for path in paths {
            parts.extend(parts_of(Path::new(path))?);
        }
        let left = (0..parts.len()).collect();
        let limit = limit.saturating_mul(RECORD);
        Ok(Self {
            parts,
            left,
            open: None,
            latest: None,
            altered: BTreeSet::new(),
            anew,
            limit,
            done: 0,
        })
    }

    /// Reads through the parts once for the ids. What cannot be read is told the second time.
    fn find_latest(&self) -> HashMap<IdHash, Place> {
        let mut latest = HashMap::new();
        for (number, part) in self.parts.iter().enumerate() {
            let Ok(mut open) = part.open(number) else { continue };
            while let Some((line, place, _)) = open.next(self.limit) {
                let Line::Whole(line) = line else { continue };
                if let Ok(named) = serde_json::from_slice::<Named<'_>>(line) {
                    latest.insert(IdHash::of(&named.id), place);
                }
            }
        }
        latest
    }

    /// The article in a line, or why there is none; nothing for what a later record replaces.
    fn article(
        line: &[u8],
        place: Place,
        latest: &HashMap<IdHash, Place>,
        anew: &Anew,
    ) -> Result<Option<Document>, Trouble> {
        let replaced = |named: Named<'_>| {
            latest.get(&IdHash::of(&named.id)).is_some_and(|latest| *latest != place)
        };
        if serde_json::from_slice(line).is_ok_and(replaced) {
            return Ok(None);
        }
        let takes = |layer: &str, stage: &str| anew.leaves(layer, stage);
        let mut doc =
            wire::decode(line, &takes).map_err(|error| Trouble::malformed(error.to_string()))?;
        let digest = sha2::Sha256::digest(line);
        let brought = digest.first_chunk().expect("a digest has 32 bytes");
        doc.brought = u64::from_le_bytes(*brought).max(1);
        Ok(Some(doc))
    }
}

impl Source for RecordsSource {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        if self.latest.is_none() {
            self.latest = Some(self.find_latest());
            let is_altered = |number: &usize| self.parts[*number].is_altered();
            self.altered = (0..self.parts.len()).filter(is_altered).collect();
        }
        let latest = self.latest.as_ref().expect("it was made above");
        loop {
            let Some(open) = &mut self.open else {
                let Some(number) = self.left.pop_front() else { return Ok(None) };
                let part = &self.parts[number];
                if self.altered.remove(&number) {
                    self.left.push_front(number);
                    let trouble = Trouble::malformed(ALTERED);
                    return Ok(Some(Arrival::Failed(trouble.of_file(&part.id))));
                }
                match part.open(number) {
                    Ok(opened) => self.open = Some(opened),
                    Err(trouble) => return Ok(Some(Arrival::Failed(trouble.of_file(&part.id)))),
                }
                continue;
            };
            let id = self.parts[open.place.part].id.as_str();
            let (place, offset, read) = match open.next(self.limit) {
                None => {
                    let (broken, line) = (open.input.broken().cloned(), open.place.line);
                    self.done += open.input.offset();
                    self.open = None;
                    let Some(trouble) = broken else { continue };
                    return Ok(Some(failed(trouble, id, line + 1, None)));
                }
                Some((Line::TooLong, place, offset)) => {
                    (place, offset, Err(Trouble::too_large("the record has", self.limit)))
                }
                Some((Line::Whole(line), place, offset)) => {
                    (place, offset, Self::article(line, place, latest, &self.anew))
                }
            };
            match read {
                Ok(None) => {}
                Ok(Some(doc)) => return Ok(Some(Arrival::Article(doc))),
                Err(trouble) => return Ok(Some(failed(trouble, id, place.line, Some(offset)))),
            }
        }
    }

    fn progress(&self) -> Progress {
        let size = |part: &Part| {
            let stored = || fs::metadata(&part.path).ok().map(|found| found.len());
            part.unpacked.or(part.bytes).or_else(stored)
        };
        let inside = self.open.as_ref().map_or(0, |open| open.input.offset());
        Progress { read: self.done + inside, total: self.parts.iter().map(size).sum() }
    }
}

impl Part {
    /// Whether its bytes are others than the manifest says. What cannot be read is told in its turn.
    fn is_altered(&self) -> bool {
        let Some(expected) = &self.sha256 else { return false };
        let Ok(file) = File::open(&self.path) else { return false };
        let mut file = BufReader::with_capacity(1 << 20, file.take(self.bytes.unwrap_or(u64::MAX)));
        let mut digest = sha2::Sha256::new();
        loop {
            let Ok(bytes) = file.fill_buf() else { return false };
            if bytes.is_empty() {
                return Sha256(digest.finalize().into()).to_string() != *expected;
            }
            digest.update(bytes);
            let read = bytes.len();
            file.consume(read);
        }
    }

    fn open(&self, number: usize) -> Result<Open, Trouble> {
        let unreadable = |error: io::Error| Trouble::io(&self.path, &error);
        let file = File::open(&self.path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(Trouble::not_regular(&self.path));
        }
        let reader = Box::new(file.take(self.bytes.unwrap_or(u64::MAX)));
        let input = Input::open(reader, self.bytes).map_err(unreadable)?;
        Ok(Open { input, place: Place { part: number, line: 0 } })
    }
}

impl Open {
    /// The next line that is not blank, with its place and its offset.
    fn next(&mut self, limit: usize) -> Option<(Line<'_>, Place, u64)> {
        let (blank, _) = self.input.skip_blank();
        let offset = self.input.offset();
        self.place.line += blank + 1;
        let line = self.input.line(limit)?;
        Some((line, self.place, offset))
    }
}

fn failed(trouble: Trouble, part: &str, line: u64, offset: Option<u64>) -> Arrival {
    let origin = Origin { line: Some(line), offset, ..Origin::path(part) };
    Arrival::Failed(trouble.at(format!("{part}#{line}"), origin))
}

/// The parts of an output folder, in the order of its manifest; a file is a part itself.
fn parts_of(path: &Path) -> Result<Vec<Part>, SettingError> {
    let name = base_name(path);
    if !path.is_dir() {
        return Ok(vec![Part {
            path: path.to_owned(),
            id: name,
            bytes: None,
            sha256: None,
            unpacked: None,
        }]);
    }
    let manifest = path.join(MANIFEST);
    let wrong = |message: String| SettingError::new("paths", message);
    let json = fs::read(&manifest).map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::NotFound => format!("has no {MANIFEST}"),
            _ => format!("has a {MANIFEST} that cannot be read ({error})"),
        };
        let path = path.display();
        wrong(format!("`{path}` is no output folder: it {what}; name one, or part files"))
    })?;
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|error| {
        let manifest = manifest.display();
        wrong(format!("`{manifest}` is damaged: {error}; `copydesk verify` mends it"))
    })?;
    let part = |entry: Entry| Part {
        path: path.join(&entry.file),
        id: format!("{name}/{}", entry.file),
        bytes: Some(entry.bytes),
        sha256: Some(entry.sha256),
        unpacked: entry.unpacked.map(|unpacked| unpacked.bytes),
    };
    Ok(manifest.parts.into_iter().map(part).collect())
}
