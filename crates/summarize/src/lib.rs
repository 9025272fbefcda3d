//! The stage `summarize`: whole sentences of the article that say what happened, and the phrases
//! that say what it is about.
//!
//! Depend on this crate to register the stage; it reads what earlier stages left in the layers and
//! names none of them. What a sentence is worth, trees say that learned from highlights of editors
//! (`docs/models/summarize.md`), or a plain formula: more the earlier it stands, the more of the article
//! it resembles and the more what follows takes it up (after `PacSum`, Zheng and Lapata 2019,
//! with counted words in place of BERT). Sentences are chosen best first by an editor's rules: none
//! that leans on a sentence left out, none that cuts a quotation, no interviewer's question, no
//! caption or line of the page, none that repeats another; and they come out in text order, unless
//! asked for best first. The
//! rules are given up one by one only where nothing else is left, and a note says so, so that an
//! article with a sentence has a summary.
//!
//! ```
//! use document::{Document, Form, Origin, Span, Text};
//! use stage_api::{BuiltStage, Settings};
//!
//! let text = "The harbour of Port Ansel reopened on Monday. Ferries had been idle for nine days.";
//! let mut doc = Document::new("drop/a.txt", Origin::path("drop/a.txt"), text.into(), Form::Text);
//! doc.set_text(Text::verbatim(text));
//! doc.add_sentence(Span::new(0, 45));
//! doc.add_sentence(Span::new(46, 82));
//!
//! let spec = summarize::spec();
//! let settings = Settings::defaults(&spec.settings).with("sentences", 1);
//! let Ok(BuiltStage::Article(factory)) = spec.build(&settings) else { panic!("an article stage") };
//! factory.instance().process(&mut doc)?;
//! let summary: Vec<_> = doc.view().summary().map(|(span, _)| doc.slice(span)).collect();
//! assert_eq!(summary, ["The harbour of Port Ansel reopened on Monday."]);
//! # Ok::<(), stage_api::StageError>(())
//! ```
//!
//! It writes no sentence of its own, does not split sentences, and leaves articles in other
//! languages alone, with a note. It takes time linear in the article, but for one sort.

mod craft;
mod features;
mod keyphrases;
mod reading;
mod reasons;
mod score;
mod select;
mod stage;
pub mod training;

pub use stage::spec;
