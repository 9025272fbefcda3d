//! What a payload says about its article that is no field of metadata.

use document::{Document, Row, symbol};

/// What stands beside the article, on a page or a paste.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    /// The part of the paper that it stands in.
    pub(crate) section: Option<String>,
    /// A line or element that tells what was wrong before.
    pub(crate) correction: Option<String>,
    /// Whether it was written while what it tells went on.
    pub(crate) live: bool,
    /// Whether those alone who pay see the whole of it.
    pub(crate) paid: bool,
}

impl Remarks {
    /// Writes them as values of the document.
    pub(crate) fn put(self, doc: &mut Document) {
        if self.paid {
            doc.note(None, "the page says that only those who pay see the whole article");
        }
        let texts =
            [("normalize.section", self.section), ("normalize.correction", self.correction)];
        for (name, text) in texts {
            if let Some(text) = text {
                add_text(doc, name, &text);
            }
        }
        for (name, holds) in [("normalize.live", self.live), ("normalize.paid", self.paid)] {
            if holds {
                let name = doc.intern(name);
                doc.add_with_value(Row::new(symbol::VALUES).kind(name), "true");
            }
        }
    }
}

/// Adds a value that is a text.
pub(crate) fn add_text(doc: &mut Document, name: &str, text: &str) {
    let name = doc.intern(name);
    doc.add_with_string(Row::new(symbol::VALUES).kind(name), text);
}
