//! What a file is to the folder that it lies in.

use crate::{journal, ledger, manifest, parts, states};

/// What a file is to its output folder, in the order in which files are copied so that a copy is a folder at every moment:
/// what the journal vouches for is there before the journal says so, and what is made from it comes after.
///
/// With an older journal, longer files of the first kind are as after a kill: their uncommitted ends are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The journal says how much of it counts: parts, ledger, states.
    Vouched,
    /// The journal itself.
    Journal,
    /// Made from the others, or known beside them.
    Derived,
    /// The manifest, which readers start from.
    Manifest,
}

impl Role {
    /// That of a file of this name, wherever in the folder it lies.
    pub fn of(name: &str) -> Self {
        match name {
            journal::FILE => Self::Journal,
            manifest::FILE => Self::Manifest,
            ledger::FILE => Self::Vouched,
            _ if parts::is_part(name) || states::is_state(name) => Self::Vouched,
            _ => Self::Derived,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn names_tell_roles() {
        for (name, role) in [
            ("articles-00000003.jsonl", Role::Vouched),
            ("articles-00000003.jsonl.zst", Role::Vouched),
            ("ledger.bin", Role::Vouched),
            ("state-stories.bin", Role::Vouched),
            ("journal.jsonl", Role::Journal),
            ("files.bin", Role::Derived),
            ("dead-letters.jsonl", Role::Derived),
            ("articles.csv", Role::Derived),
            ("manifest.json", Role::Manifest),
        ] {
            assert_eq!(Role::of(name), role, "{name}");
        }
        assert!(Role::Vouched < Role::Journal && Role::Journal < Role::Derived);
    }
}
