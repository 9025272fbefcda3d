//! The articles of all stories, laid aside until their rows are written.

use std::io::{self, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use crate::article::Article;
use crate::keys::KeyId;

/// Bytes held in memory before they go to a file.
const IN_MEMORY: usize = 32 << 20;

/// Articles by number, in memory while they are few and in an unnamed temporary file from then on, so that a
/// run does not hold the texts of a folder in memory; where each article ends and what its entities are stay there.
///
/// It is the one place where a stage does I/O after it was built; nothing of it outlives the run.
#[derive(Debug)]
pub(crate) struct Store {
    file: SpooledTempFile,
    /// Where each article ends.
    ends: Vec<u64>,
    keys: Vec<Box<[KeyId]>>,
}

impl Store {
    /// No article yet.
    pub(crate) fn new() -> Self {
        Self { file: SpooledTempFile::new(IN_MEMORY), ends: Vec::new(), keys: Vec::new() }
    }

    /// Adds the article with the next number, as encoded, with what its entities are over articles.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub(crate) fn add(&mut self, article: &[u8], keys: Vec<KeyId>) -> io::Result<()> {
        let end = self.end();
        self.file.seek(SeekFrom::Start(end))?;
        self.file.write_all(article)?;
        self.ends.push(end + article.len() as u64);
        self.keys.push(keys.into());
        Ok(())
    }

    /// The article with this number.
    ///
    /// # Errors
    /// Those of the temporary file.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn get(&mut self, number: u32) -> io::Result<Article> {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut bytes = vec![0; (self.ends[number] - start) as usize];
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_exact(&mut bytes)?;
        Article::decode(&bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// What the entities of the article with this number are over articles.
    pub(crate) fn keys(&self, number: u32) -> &[KeyId] {
        &self.keys[number as usize]
    }

    fn end(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }
}
