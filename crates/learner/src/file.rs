//! The file of a model: named sections behind a header, checked as a whole when it is opened.
//!
//! ```text
//! "copydesk", u32 version, u32 number of sections, u32 checksum (CRC-32) of all that follows
//! for each section: 8 bytes name, u32 length     then the sections, one after another
//! ```
//! All numbers are little-endian. What a section holds is the business of its reader.

use std::borrow::Cow;
use std::ops::Range;

/// The version that this build reads and writes.
pub const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"copydesk";
const HEADER: usize = 20;
const ENTRY: usize = 12;

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no model that this version can use: {reason}; train it again, or take the one that belongs to this version"
)]
pub struct ModelError {
    reason: Cow<'static, str>,
}

impl ModelError {
    /// A model that does not hold what it should.
    pub fn damaged(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: reason.into() }
    }
}

/// An opened model file.
#[derive(Clone, Debug)]
pub struct ModelFile {
    bytes: Cow<'static, [u8]>,
    sections: Vec<([u8; 8], Range<usize>)>,
}

impl ModelFile {
    /// Checks a file's header, its sections and its checksum.
    ///
    /// # Errors
    /// If it is no model, of another version, or damaged.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ModelError> {
        let bytes = bytes.into();
        let number = |at: usize| -> Result<usize, ModelError> {
            let number = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
            let number = number.ok_or_else(|| ModelError::damaged("it is cut short"))?;
            Ok(u32::from_le_bytes(number) as usize)
        };
        if !bytes.starts_with(MAGIC) {
            return Err(ModelError::damaged("it does not start like one"));
        }
        let version = number(8)?;
        if version != VERSION as usize {
            return Err(ModelError::damaged(format!("its version is {version}, not {VERSION}")));
        }
        let count = number(12)?;
        if number(16)? != crc32fast::hash(&bytes[HEADER..]) as usize {
            return Err(ModelError::damaged("its checksum is wrong"));
        }
        let mut start = HEADER + count * ENTRY;
        let mut sections = Vec::with_capacity(count.min(64));
        for at in 0..count {
            let entry = HEADER + at * ENTRY;
            let length = number(entry + 8)?;
            let mut name = [0; 8];
            name.copy_from_slice(&bytes[entry..entry + 8]);
            sections.push((name, start..start + length));
            start += length;
        }
        if start != bytes.len() {
            return Err(ModelError::damaged("its sections do not add up"));
        }
        Ok(Self { bytes, sections })
    }

    /// The bytes of a section.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn section(&self, name: &str) -> Result<&[u8], ModelError> {
        let wanted = padded(name);
        let found = self.sections.iter().find(|(name, _)| *name == wanted);
        let missing = || ModelError::damaged(format!("it has no section `{name}`"));
        found.map(|(_, range)| &self.bytes[range.clone()]).ok_or_else(missing)
    }

    /// Bytes of the whole file.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of a file with these sections.
    ///
    /// # Panics
    /// If a name is longer than 8 bytes or a section than 4 GiB.
    pub fn build(sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let count = u32::try_from(sections.len()).expect("a few sections");
        let mut body = Vec::new();
        for (name, bytes) in sections {
            body.extend_from_slice(&padded(name));
            body.extend(u32::try_from(bytes.len()).expect("a section is short").to_le_bytes());
        }
        body.extend(sections.iter().flat_map(|(_, bytes)| bytes));
        let mut file = MAGIC.to_vec();
        file.extend(VERSION.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(crc32fast::hash(&body).to_le_bytes());
        file.extend(body);
        file
    }
}

fn padded(name: &str) -> [u8; 8] {
    let mut padded = [0; 8];
    padded[..name.len()].copy_from_slice(name.as_bytes());
    padded
}
