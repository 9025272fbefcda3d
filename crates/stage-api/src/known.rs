//! Articles known from before: what a sink remembers and the rules of identity ask for.

use document::{Origin, Sha256};
use sha2::Digest;

use crate::Receipt;

/// An article's id in 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdHash(pub [u8; 16]);

impl IdHash {
    /// The hash of an id: the first half of its SHA-256 digest.
    pub fn of(id: &str) -> Self {
        let digest: [u8; 32] = sha2::Sha256::digest(id.as_bytes()).into();
        Self(*digest.first_chunk().expect("a digest has 32 bytes"))
    }
}

/// Where an article was read from, in 8 bytes: its file, line and member, not its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceHash(pub u64);

impl PlaceHash {
    /// The hash of an origin, its digest left out: 64-bit FNV-1a, which is fast on the few bytes of
    /// a place. A collision needs the same id at both places to be asked about at all.
    pub fn of(origin: &Origin) -> Self {
        const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        let numbers = [origin.line, origin.member].map(|number| number.unwrap_or(0).to_le_bytes());
        let bytes = origin.path.bytes().chain([0]).chain(numbers.into_iter().flatten());
        Self(bytes.fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)))
    }
}

/// What became of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// It has a record.
    Written,
    /// It was dropped on purpose.
    Discarded,
    /// It is a dead letter.
    Failed,
    /// It came under another name than the article whose record has its payload, and has none of its own.
    Moved,
}

/// An outcome to remember: enough to know its article again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The article's id.
    pub id: IdHash,
    /// Where it was read from.
    pub place: PlaceHash,
    /// Digest of its payload; where `revision` is 0, of what was wrong with it.
    pub payload: Sha256,
    /// Digest of the supplied metadata.
    pub fingerprint: u64,
    /// Which revision; 0 for what never became an article (an unreadable file, one that was moved).
    pub revision: u32,
    /// What became of it.
    pub kind: OutcomeKind,
    /// Whether the id came with the article.
    pub explicit_id: bool,
}

impl Known {
    /// What to remember of an article that left the pipeline.
    pub fn new(receipt: &Receipt, kind: OutcomeKind) -> Self {
        Self {
            id: IdHash::of(&receipt.id),
            place: PlaceHash::of(&receipt.origin),
            payload: receipt.origin.sha256,
            fingerprint: receipt.fingerprint,
            revision: receipt.revision.number,
            kind,
            explicit_id: receipt.explicit_id,
        }
    }
}
