//! Which files of a drop are whose, where several runs share it.

use sha2::Digest;

use document::Sha256;

/// Every so manieth file of a drop, by their numbers from 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The first file that is taken; less than `of`.
    pub number: u32,
    /// How many shares there are, 1 or more.
    pub of: u32,
    /// The number of the first file of this source: how many the sources before it have.
    pub first: u64,
}

impl Share {
    /// Whether the file with this number is taken.
    pub(crate) fn has(&self, file: u64) -> bool {
        file % u64::from(self.of) == u64::from(self.number)
    }
}

/// The files of a drop, counted and digested: who shares one must see the same, in the same order.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    files: u64,
    digest: sha2::Sha256,
}

impl Listing {
    /// How many there are.
    pub fn files(&self) -> u64 {
        self.files
    }

    /// Digest of their ids, in order.
    pub fn sha256(&self) -> Sha256 {
        Sha256(self.digest.clone().finalize().into())
    }

    pub(crate) fn add(&mut self, id: &str) {
        self.files += 1;
        self.digest.update(id);
        self.digest.update([0]);
    }
}
