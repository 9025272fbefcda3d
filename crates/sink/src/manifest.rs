//! The manifest: which parts count, for readers.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{At, ReadError};
use crate::followers::{Cursor, PartContent};
use crate::generation::{self, History};
use crate::part_reader::PartReader;
use crate::parts::{Content, PACKED};

/// The name of the file.
pub(crate) const FILE: &str = "manifest.json";

const SCHEMA: &str = "copydesk.manifest/1";

/// What counts in an output folder, schema `copydesk.manifest/1`. The same input gives the same
/// manifest, so there is no time in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    schema: String,
    /// The parts, in the order of their records.
    pub parts: Vec<PartEntry>,
    /// The file of stories, where the pipeline makes them.
    pub stories: Option<StoriesEntry>,
    /// Key of the configuration that the parts were written with.
    pub configuration: String,
}

/// A part file that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartEntry {
    /// Relative to the folder, with `/`. Where the part is compressed, it ends with `.zst`.
    pub file: String,
    /// Lines that count.
    pub records: u64,
    /// Bytes of the file that count; what follows them is being written.
    pub bytes: u64,
    /// Digest of those bytes, in hexadecimal.
    pub sha256: String,
    /// What is in the file, where it is compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpacked: Option<Content>,
}

impl PartEntry {
    /// What is in the part.
    pub fn content(&self) -> PartContent {
        let (file, bytes, sha256) = match &self.unpacked {
            None => (self.file.as_str(), self.bytes, &self.sha256),
            Some(Content { bytes, sha256 }) => {
                (self.file.strip_suffix(PACKED).unwrap_or(&self.file), *bytes, sha256)
            }
        };
        let (file, sha256) = (file.to_owned(), sha256.clone());
        PartContent { file, records: self.records, bytes, sha256 }
    }

    /// Reads its records.
    pub(crate) fn open(&self, dir: &Path) -> io::Result<PartReader> {
        let path = dir.join(&self.file);
        match &self.unpacked {
            Some(content) => PartReader::open_packed(&path, self.bytes, content.bytes),
            None => PartReader::open_plain(&path, self.bytes),
        }
    }
}

/// The file of stories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoriesEntry {
    /// Relative to the folder.
    pub file: String,
    /// Digest of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    pub(crate) fn new(
        parts: Vec<PartEntry>,
        stories: Option<StoriesEntry>,
        configuration: &str,
    ) -> Self {
        Self { schema: SCHEMA.to_owned(), parts, stories, configuration: configuration.to_owned() }
    }

    /// The cursor of a follower that has read everything.
    pub fn cursor(&self) -> Cursor {
        Cursor { parts: self.parts.iter().map(PartEntry::content).collect() }
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("strings and numbers are JSON");
        json.push(b'\n');
        json
    }
}

/// The manifest of an output folder.
///
/// # Errors
/// [`ReadError`] where the folder has none, or one that this version does not know.
pub fn read_manifest(dir: &Path) -> Result<Manifest, ReadError> {
    let path = dir.join(FILE);
    let json = match std::fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ReadError::NoManifest { path: dir.to_owned() });
        }
        read => read.at(&path)?,
    };
    match serde_json::from_slice::<Manifest>(&json) {
        Ok(manifest) if manifest.schema == SCHEMA => Ok(manifest),
        Ok(manifest) => {
            let message = format!("schema is `{}`, expected `{SCHEMA}`", manifest.schema);
            Err(ReadError::Damaged { path, message })
        }
        Err(error) => Err(ReadError::Damaged { path, message: error.to_string() }),
    }
}

/// What is wrong where readers were promised more of a generation than its journal still knows of: its last lines
/// were cut off, as no crash does. The manifest is written after the journal was synced.
pub(crate) fn promises_more(root: &Path, history: &History) -> Option<String> {
    let manifest = read_manifest(root).ok()?; // another can be derived
    let prefix = generation::prefix_of(history.number());
    let is_of_it =
        |part: &PartEntry| part.file.strip_prefix(&prefix).is_some_and(|name| !name.contains('/'));
    if manifest.configuration != history.configuration || !manifest.parts.iter().all(is_of_it) {
        return None;
    }
    let parts = manifest.cursor().parts;
    let promised = parts
        .iter()
        .fold((0, 0), |(records, bytes), part| (records + part.records, bytes + part.bytes));
    let known = history.size();
    (promised > known).then(|| {
        let ((promised, _), (known, _)) = (promised, known);
        format!("knows of {known} records, the manifest of {promised}; its last lines are gone")
    })
}
