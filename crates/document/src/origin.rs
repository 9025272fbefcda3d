//! Where a document came from.

use std::fmt;

/// The SHA-256 digest of a payload; displays as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The place that an article was read from.
///
/// `path` is written with `/` and relative to the parent of the folder or file that the pipeline
/// names, so that the same drop has the same origins wherever it lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file, or `-` for standard input.
    pub path: String,
    /// Line in a file of lines, counted from 1.
    pub line: Option<u64>,
    /// Member of a container (record of a web archive, feed entry), counted from 1.
    pub member: Option<u64>,
    /// Byte offset of the line or member in its file, after decompression.
    pub offset: Option<u64>,
    /// Digest of the payload: the bytes after decompression and container decoding.
    pub sha256: Sha256,
}

impl Origin {
    /// The origin of an article that is a whole file.
    pub fn path(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }
}

impl fmt::Display for Origin {
    /// As people point at a place: `drop/a.jsonl:12`, or `drop/a.txt`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(member) = self.member {
            write!(f, "#{member}")?;
        }
        Ok(())
    }
}
