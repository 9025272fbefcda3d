//! The program, run as a program.
//!
//! - `program`: starting it and reading what it did.
//! - `sample`: the sample drop with the shipped pipeline: outcomes, determinism, running again.
//! - `bad_input`: everything that should not be in a drop: a clear outcome each, the rest complete.
//! - `configuration`: the commands that look at a pipeline, and wrong ones.
//! - `exports`: `export`: tables and annotations of an output folder.
//! - `golden_cases`: `test`: what was kept is found again, or the difference is drawn.
//! - `differences`: `diff`: what changed between two output folders.
//! - `corrections`: what is corrected by hand comes out again, and nothing else does.
//! - `parquet`: the sink of that name: rows against records, and what other programs make of them.
//! - `archive`: what the sink `sqlite` keeps, and `search`.
//! - `moved`: files that are renamed, copied and written anew between runs.
//! - `plugins`: `plugin new`, `test`, `info`; libraries that break their promises.
//! - `help`: the help text of every command, as a person sees it.
//! - `kills`: runs killed at every step of writing and by timer; no byte is another.
//! - `leaner_records`: the sink `jsonl` told to write less, and what readers make of that.
//! - `misbehaving`: plugins that do everything wrong, in every lane.
//! - `schemas`: what is written against the JSON Schemas that the program prints.
//! - `shards`: `run --shard` and `merge`, killed and not: what one run leaves, byte for byte.
//! - `shipped_plugins`: the plugins of this repository, in a pipeline each and together.
//! - `guide`: what `docs/plugins.md` shows, run as it stands there.
//! - `reference`: the settings page of the documentation is the one that the program prints.
//! - `refused_plugins`: plugins that cannot be used, and what is said about them.
//! - `retries`: what failed, tried again when asked for.
//! - `stores`: drops and output folders in a store that speaks S3, if a server is named.
//! - `talk`: help texts, exit codes, what goes to which stream, interrupts.
//! - `tutorial`: what the tutorial and the cookbook show, done as it stands there.
//! - `watching`: `run --watch`, and metrics.
//! - `real_drop`: the shared real articles, where a checkout has them beside it.
//! - `real_stories`: what several of them tell: one story, its quotations and its people.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod archive;
mod bad_input;
mod configuration;
mod corrections;
mod damage;
mod differences;
mod exports;
mod golden_cases;
mod guide;
mod help;
mod kills;
mod leaner_records;
mod misbehaving;
mod moved;
mod parquet;
mod plugins;
mod program;
mod real_drop;
mod real_stories;
mod records;
mod reference;
mod refused_plugins;
mod retries;
#[path = "../../../parquet-sink/tests/it/rows.rs"]
mod rows;
mod sample;
mod schemas;
mod shards;
mod shipped_plugins;
mod stores;
mod talk;
mod tutorial;
mod watching;
