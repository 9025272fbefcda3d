//! The stage `stories`: which articles cover one event, who said what, and how each outlet cut it.
//!
//! The registry of the program depends on this crate, through [`spec`]. It is the room for all that crosses
//! articles, and reads what earlier stages left in the layers.
//!
//! Each article gets the layer `story` as it passes; at the end of a run [`drop_records`] writes one row a story:
//! headline, digest, people, quotations, timeline, what only one outlet reports, copies.
//!
//! How it works, in the order of the files: `article` is what is kept of an article (`extract` takes it from a
//! document, `codec` turns it into bytes for the commit); `vector` makes its terms a vector, with what
//! `frequencies` has counted; `clusters` finds its story, with `postings`; `keys` says who is who over articles;
//! `store` lays it aside. All this is `state`, a fold over the articles. At the end `row` takes story by story:
//! `copies`, `digest`, `people`, `quotations`, `timeline` and `exclusive` are pure functions of one story's articles.
//!
//! [`drop_records`]: stage_api::OrderedStage::drop_records

mod article;
mod clusters;
mod codec;
mod copies;
mod days;
mod digest;
mod exclusive;
mod extract;
mod frequencies;
mod keys;
mod people;
mod postings;
mod quotations;
mod row;
mod stage;
mod state;
mod store;
mod timeline;
mod vector;

pub use stage::spec;
