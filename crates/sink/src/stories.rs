//! The stories of an output folder, for whoever reads it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use wire::Story;

use crate::error::{At, ReadError};
use crate::manifest::StoriesEntry;

/// The file of stories that a manifest names, read row by row.
#[derive(Debug)]
pub struct Stories {
    path: PathBuf,
    /// `None` where the manifest names none.
    reader: Option<BufReader<File>>,
    line: Vec<u8>,
    number: u64,
}

impl Stories {
    /// Opens the file; without an entry there is no story.
    ///
    /// # Errors
    /// [`ReadError`] where the file cannot be opened.
    pub fn open(dir: &Path, entry: Option<&StoriesEntry>) -> Result<Self, ReadError> {
        let path = entry.map_or_else(|| dir.to_owned(), |entry| dir.join(&entry.file));
        let file = entry.map(|_| File::open(&path).at(&path)).transpose()?;
        let reader = file.map(|file| BufReader::with_capacity(1 << 20, file));
        Ok(Self { path, reader, line: Vec::new(), number: 0 })
    }

    /// The next story, with the bytes of its line; `None` after the last.
    ///
    /// # Errors
    /// [`ReadError`] where the file cannot be read, or a line is no story.
    pub fn read(&mut self) -> Result<Option<(&[u8], Story)>, ReadError> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        self.line.clear();
        if reader.read_until(b'\n', &mut self.line).at(&self.path)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let story = Story::parse(&self.line).map_err(|error| ReadError::Damaged {
            path: self.path.clone(),
            message: format!("line {}: {error}", self.number),
        })?;
        Ok(Some((&self.line, story)))
    }
}
