//! Corrections by hand: the lines of `corrections.jsonl`, and what they change in an article.
//!
//! `cli` puts the stage behind the article stages of a plan, where stages that tell of many articles see what
//! was corrected. A line names its article by id and its place by the words that stand there, so it goes on
//! fitting when a better extraction moves offsets; what no longer fits is told, never guessed.
//!
//! ```
//! use corrections::Corrections;
//!
//! let file = r#"{"article": "drop/a.txt", "quotation": "We will not yield", "speaker": "Ada Ek"}"#;
//! let corrections = Corrections::parse(file).expect("a line as it should be");
//! assert_eq!(corrections.of("drop/a.txt").len(), 1);
//!
//! let wrong = Corrections::parse(r#"{"article": "drop/a.txt", "quotation": "We", "spaker": "Ada Ek"}"#);
//! let mistake = &wrong.expect_err("a key that there is not")[0];
//! assert_eq!(mistake.message, "unknown key `spaker`");
//! assert_eq!(mistake.help.as_deref(), Some("did you mean `speaker`?"));
//! ```
//!
//! It reads no file, and adds no quotation where the stages found none.

mod apply;
mod find;
mod line;
mod parse;
mod stage;

pub use line::{Change, Corrections, Line, Place, Wish};
pub use parse::Mistake;
pub use stage::{LAYER, Outcomes, STAGE, VERSION, stage};
