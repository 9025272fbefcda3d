//! What an editor would not print: sentences that do not stand on their own.

use document::{Span, View, symbol};
use terms::statement::{Marks, is_fragment, points_back, starts_low};

/// Why a sentence does not stand on its own, the lightest first: the order in which the rules are
/// given up where nothing else is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// It opens with a word that points back ("He", "However"), or an answer; good after the
    /// sentence before it.
    Opening,
    /// It holds one mark of a pair, or lies inside a longer quotation.
    HalfQuotation,
    /// An interviewer says it.
    Question,
    /// It is no whole statement: a caption, a heading, a line of the page, a cut sentence.
    Fragment,
}

impl Fault {
    /// Every fault, the lightest first.
    pub(crate) const ALL: [Self; 4] =
        [Self::Opening, Self::HalfQuotation, Self::Question, Self::Fragment];

    /// What such a sentence does, for its reasons.
    pub(crate) const fn of_one(self) -> &'static str {
        match self {
            Self::Opening => "leans on the sentence before",
            Self::HalfQuotation => "cuts a quotation",
            Self::Question => "is an interviewer's",
            Self::Fragment => "is no whole statement",
        }
    }

    /// What such sentences do, after a number of sentences, for notes.
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::Opening => "lean on the sentence before",
            Self::HalfQuotation => "cut a quotation",
            Self::Question => "are an interviewer's",
            Self::Fragment => "are no whole statement",
        }
    }
}

/// Finds the worst fault of each sentence.
pub(crate) fn faults(view: &View<'_>, sentences: &[Span], out: &mut Vec<Option<Fault>>) {
    let doc = view.doc();
    let mut marks = Marks::default();
    let mut end = 0;
    let low = sentences.iter().filter(|span| starts_low(doc.slice(**span))).count();
    let cased = low * 2 <= sentences.len(); // in a text all in lower case a small letter tells nothing
    out.clear();
    for span in sentences {
        let between = doc.text().get(end..span.start() as usize);
        if between.is_some_and(|between| between.contains('\n')) {
            marks = Marks::default();
        }
        end = span.end() as usize;
        let sentence = doc.slice(*span);
        let cut = marks.cuts(sentence);
        out.push(if is_fragment(sentence) || (cased && starts_low(sentence)) {
            Some(Fault::Fragment)
        } else if cut {
            Some(Fault::HalfQuotation)
        } else if points_back(sentence) {
            Some(Fault::Opening)
        } else {
            None
        });
    }
    for turn in view.turns() {
        let first = sentences.partition_point(|sentence| sentence.end() <= turn.span().start());
        if turn.kind() == symbol::QUESTION {
            raise(sentences, out, turn.span(), Fault::Question);
        } else if let Some(fault) = out.get_mut(first) {
            *fault = (*fault).max(Some(Fault::Opening)); // an answer leans on its question
        }
    }
    for quotation in view.quotations().filter(|quotation| quotation.kind() == symbol::DIRECT) {
        raise(sentences, out, quotation.span(), Fault::HalfQuotation);
    }
}

/// Gives `fault` to the sentences that lie wholly inside `span`, unless they have a worse one.
fn raise(sentences: &[Span], faults: &mut [Option<Fault>], span: Span, fault: Fault) {
    let first = sentences.partition_point(|sentence| sentence.start() < span.start());
    let inside = sentences[first..].iter().take_while(|sentence| sentence.end() <= span.end());
    for known in faults[first..].iter_mut().zip(inside).map(|(known, _)| known) {
        *known = (*known).max(Some(fault));
    }
}
