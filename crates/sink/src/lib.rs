//! Sinks: where records go. The output [`Folder`], standard output ([`StdoutSink`]), and nothing
//! ([`NullSink`]).
//!
//! `cli` makes the sink that the pipeline asks for, `runner` feeds it outcomes in input order.
//! The folder is the foundation of "exactly once": what its journal has committed is there after
//! any crash, and nothing else is. Whoever reads a folder starts from [`read_manifest`] or asks
//! [`find_record`]; a sink that is made from the committed records follows them through [`News`]. What a record looks like is the business of `wire`; what is the same article,
//! that of `runner`, which gets the memory it needs from [`Folder::known`].
//!
//! ```
//! use document::{Document, Form, Origin, Revision};
//! use sink::{Folder, FolderOptions};
//! use stage_api::{Outcome, Receipt, Sink, Tally};
//!
//! let dir = tempfile::tempdir()?;
//! let mut folder = Folder::open(FolderOptions::new(dir.path(), "key of the plan", "version = 1\n"))?;
//!
//! let doc = Document::new("drop/a.txt", Origin::path("drop/a.txt"), b"Words.".to_vec(), Form::Text);
//! let mut record = Vec::new();
//! folder.encoder().expect("a folder wants records").encode(&doc, &mut record)?;
//! let receipt = Receipt {
//!     id: doc.id().to_owned(),
//!     explicit_id: false,
//!     revision: Revision { number: 1, supersedes: None },
//!     origin: doc.origin.clone(),
//!     fingerprint: 0,
//! };
//! folder.write(Outcome::Written { receipt, record, tally: Tally::default() })?;
//! folder.finish()?;
//! folder.complete()?;
//!
//! assert_eq!(sink::read_manifest(dir.path())?.parts[0].records, 1);
//! assert!(sink::find_record(dir.path(), "drop/a.txt")?.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod counts;
mod dead_letters;
pub mod digest;
mod disk;
mod encoder;
mod error;
mod files;
mod folder;
mod followers;
mod frames;
mod generation;
mod journal;
mod ledger;
mod lock;
mod look;
mod manifest;
mod null;
mod part_reader;
mod parts;
mod prune;
mod records;
mod role;
mod shard;
mod sound;
mod specs;
mod states;
mod stdout;
mod stories;
mod sums;
mod verify;

pub use counts::Counts;
pub use dead_letters::Standing;
pub use disk::{Disk, Faults, Step};
pub use encoder::RecordEncoder;
pub use error::{OpenError, ReadError};
pub use folder::{CONFIGURATION, Cadence, Folder, FolderOptions};
pub use followers::{CommittedLine, Cursor, News, PartContent};
pub use ledger::KnownEntries;
pub use lock::Lock;
pub use manifest::{Manifest, PartEntry, StoriesEntry, read_manifest};
pub use null::NullSink;
pub use parts::{Compression, Content};
pub use prune::{Pruned, prune};
pub use records::{RecordPlace, Records, find_record};
pub use role::Role;
pub use shard::{Left, Shard, ShardFolder, ShardOutcome, ShardOutcomes};
pub use specs::{compression, part_bytes, record_options, specs};
pub use stdout::StdoutSink;
pub use stories::Stories;
pub use verify::{Findings, Mend, verify};
