//! Rows and relations are the same bytes in a document and at the boundary.
//!
//! `document` and `plugin-abi` know nothing of each other. Here it is checked that their tables are laid out
//! alike, so that the one stands for the other: a library is shown the document's own tables, a frame is made
//! of them, and what comes back needs no translation.

use std::mem::{offset_of, transmute};
use std::slice;

use document::{Relation, Row};
use plugin_abi as abi;

macro_rules! same_layout {
    ($ours:ty, $theirs:ty: $($field:ident)+) => {
        const _: () = {
            assert!(size_of::<$ours>() == size_of::<$theirs>());
            assert!(align_of::<$ours>() == align_of::<$theirs>());
            $(assert!(offset_of!($ours, $field) == offset_of!($theirs, $field));)+
        };
    };
}

same_layout!(Row, abi::Row: start end layer kind label producer score value_start value_len flags);
same_layout!(Relation, abi::Relation: from to role producer);

/// Rows of a document as the boundary has them.
pub(crate) fn shown(rows: &[Row]) -> &[abi::Row] {
    // SAFETY: the layouts are the same, and the fields are numbers, for which any bits will do.
    unsafe { slice::from_raw_parts(rows.as_ptr().cast(), rows.len()) }
}

/// Relations of a document as the boundary has them.
pub(crate) fn shown_relations(relations: &[Relation]) -> &[abi::Relation] {
    // SAFETY: as above.
    unsafe { slice::from_raw_parts(relations.as_ptr().cast(), relations.len()) }
}

/// A row of the boundary as a document has it. What its numbers mean there is for the caller to check.
pub(crate) fn row(row: abi::Row) -> Row {
    // SAFETY: as above.
    unsafe { transmute::<abi::Row, Row>(row) }
}

/// A relation of the boundary as a document has it, likewise.
pub(crate) fn relation(relation: abi::Relation) -> Relation {
    // SAFETY: as above.
    unsafe { transmute::<abi::Relation, Relation>(relation) }
}
