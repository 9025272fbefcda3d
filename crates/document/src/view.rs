//! The core layers, reading side.

use std::borrow::Cow;

use crate::{Document, Relation, Row, RowId, Span, Symbol, json, symbol};

/// An index over a document's tables, and typed readers of the core layers.
///
/// Making one sorts the relations (one allocation a document); after that a row's relations are
/// found by binary search, so reading all quotations is linear in what they hold.
#[derive(Debug)]
pub struct View<'d> {
    doc: &'d Document,
    relations: Vec<Relation>,
}

/// What a row of `$layer` is read through.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'v> {
            view: &'v View<'v>,
            id: RowId,
        }

        impl<'v> $name<'v> {
            /// The row's id.
            pub fn id(self) -> RowId {
                self.id
            }

            /// The row itself.
            pub fn row(self) -> &'v Row {
                self.view.doc.row(self.id)
            }
        }
    };
}

handle!(
    /// A span that refers to something, or states a value.
    Mention
);
handle!(
    /// What mentions refer to.
    Entity
);
handle!(
    /// A piece of reported speech.
    Quotation
);
handle!(
    /// Who a quotation or turn is credited to.
    Speaker
);
handle!(
    /// A question or answer of an interview.
    Turn
);
handle!(
    /// A term that says what the article is about.
    Keyphrase
);

impl<'d> View<'d> {
    pub(crate) fn new(doc: &'d Document) -> Self {
        let mut relations = doc.relations().to_vec();
        relations.sort_by_key(|relation| relation.from); // stable: roles keep the order they were added in
        Self { doc, relations }
    }

    /// The document.
    pub fn doc(&self) -> &'d Document {
        self.doc
    }

    /// The sentences, in the order they were added: that of the text.
    pub fn sentences(&self) -> impl Iterator<Item = Span> {
        self.doc.layer(symbol::SENTENCES).filter_map(|(_, row)| row.span())
    }

    /// The mentions.
    pub fn mentions(&self) -> impl Iterator<Item = Mention<'_>> {
        self.doc.layer(symbol::MENTIONS).map(|(id, _)| Mention { view: self, id })
    }

    /// The entities.
    pub fn entities(&self) -> impl Iterator<Item = Entity<'_>> {
        self.doc.layer(symbol::ENTITIES).map(|(id, _)| self.entity(id))
    }

    /// The entity in this row.
    pub fn entity(&self, id: RowId) -> Entity<'_> {
        Entity { view: self, id }
    }

    /// The quotations.
    pub fn quotations(&self) -> impl Iterator<Item = Quotation<'_>> {
        self.doc.layer(symbol::QUOTATIONS).map(|(id, _)| Quotation { view: self, id })
    }

    /// The turns of an interview.
    pub fn turns(&self) -> impl Iterator<Item = Turn<'_>> {
        self.doc.layer(symbol::TURNS).map(|(id, _)| Turn { view: self, id })
    }

    /// The sentences of the summary with their scores.
    pub fn summary(&self) -> impl Iterator<Item = (Span, f32)> {
        self.doc.layer(symbol::SUMMARY).filter_map(|(_, row)| Some((row.span()?, row.score)))
    }

    /// The keyphrases.
    pub fn keyphrases(&self) -> impl Iterator<Item = Keyphrase<'_>> {
        self.doc.layer(symbol::KEYPHRASES).map(|(id, _)| Keyphrase { view: self, id })
    }

    /// The rows that `from` points to in `role`.
    pub fn related(&self, from: RowId, role: Symbol) -> impl Iterator<Item = RowId> {
        let first = self.relations.partition_point(|relation| relation.from < from);
        self.relations[first..]
            .iter()
            .take_while(move |relation| relation.from == from)
            .filter(move |relation| relation.role == role)
            .map(|relation| relation.to)
    }

    fn one(&self, from: RowId, role: Symbol) -> Option<RowId> {
        self.related(from, role).next()
    }

    fn span_of(&self, id: RowId) -> Option<Span> {
        self.doc.row(id).span()
    }

    /// The text of a row whose value is a JSON string; empty for any other.
    pub fn string_of(&self, id: RowId) -> Cow<'d, str> {
        self.doc.value(self.doc.row(id)).and_then(json::as_str).unwrap_or_default()
    }

    fn string_part(&self, of: RowId, role: Symbol) -> Option<Cow<'d, str>> {
        self.one(of, role).map(|part| self.string_of(part))
    }

    fn speaker(&self, of: RowId) -> Option<Speaker<'_>> {
        self.one(of, symbol::SPEAKER).map(|id| Speaker { view: self, id })
    }
}

impl<'v> Mention<'v> {
    /// Where it stands.
    pub fn span(self) -> Span {
        self.row().span().expect("a mention has a span")
    }

    /// Its words.
    pub fn text(self) -> &'v str {
        self.view.doc.slice(self.span())
    }

    /// Name, description, pronoun or value.
    pub fn kind(self) -> Symbol {
        self.row().kind
    }

    /// Its class.
    pub fn label(self) -> Symbol {
        self.row().label
    }

    /// JSON of the normalised value, for values.
    pub fn value(self) -> Option<&'v str> {
        self.view.doc.value(self.row())
    }

    /// The entity it refers to.
    pub fn entity(self) -> Option<RowId> {
        self.view.one(self.id, symbol::ENTITY)
    }
}

impl<'v> Entity<'v> {
    /// Its class: that of its names.
    pub fn label(self) -> Symbol {
        self.row().label
    }

    /// The fullest form of its name in the article.
    pub fn name(self) -> Cow<'v, str> {
        self.view.string_of(self.id)
    }

    /// Its key, made from the article alone.
    pub fn key(self) -> Cow<'v, str> {
        self.view.string_part(self.id, symbol::KEY).unwrap_or_default()
    }

    /// Whether it was corrected by hand.
    pub fn corrected(self) -> bool {
        self.row().flags & Row::CORRECTED != 0
    }

    /// ISO 3166 code, for countries and what belongs to one.
    pub fn country(self) -> Option<Cow<'v, str>> {
        self.view.string_part(self.id, symbol::COUNTRY)
    }
}

impl<'v> Quotation<'v> {
    /// The content, without the outer marks.
    pub fn span(self) -> Span {
        self.row().span().expect("a quotation has a span")
    }

    /// Direct, mixed or indirect.
    pub fn kind(self) -> Symbol {
        self.row().kind
    }

    /// The stretches inside marks.
    pub fn marked(self) -> impl Iterator<Item = Span> {
        self.view.related(self.id, symbol::MARKED).filter_map(move |part| self.view.span_of(part))
    }

    /// The first part of the same quotation, if it has several.
    pub fn part_of(self) -> Option<RowId> {
        self.view.one(self.id, symbol::PART_OF)
    }

    /// The word that signals the report.
    pub fn cue(self) -> Option<Span> {
        self.place(symbol::CUE)
    }

    /// Whom it was said to.
    pub fn addressee(self) -> Option<Span> {
        self.place(symbol::ADDRESSEE)
    }

    /// Where it was said.
    pub fn occasion(self) -> Option<Span> {
        self.place(symbol::OCCASION)
    }

    /// The day it was said, an ISO date.
    pub fn said_on(self) -> Option<Cow<'v, str>> {
        self.view.string_part(self.id, symbol::SAID_ON)
    }

    /// Who said it.
    pub fn speaker(self) -> Option<Speaker<'v>> {
        self.view.speaker(self.id)
    }

    /// Whether it reports what was not said.
    pub fn negated(self) -> bool {
        self.row().flags & Row::NEGATED != 0
    }

    /// Whether it was corrected by hand.
    pub fn corrected(self) -> bool {
        self.row().flags & Row::CORRECTED != 0
    }

    fn place(self, role: Symbol) -> Option<Span> {
        self.view.one(self.id, role).and_then(|part| self.view.span_of(part))
    }
}

impl<'v> Speaker<'v> {
    /// Where the speaker is named for this quotation, if in the text.
    pub fn span(self) -> Option<Span> {
        self.row().span()
    }

    /// How the speaker is known: by name, description, pronoun, or carried over.
    pub fn via(self) -> Symbol {
        self.row().kind
    }

    /// The entity, if known.
    pub fn entity(self) -> Option<RowId> {
        self.view.one(self.id, symbol::ENTITY)
    }

    /// The fullest form of the name known in the article.
    pub fn name(self) -> Cow<'v, str> {
        self.view.string_of(self.id)
    }

    /// The office as the article states it.
    pub fn role(self) -> Option<Cow<'v, str>> {
        self.view.string_part(self.id, symbol::ROLE)
    }
}

impl<'v> Turn<'v> {
    /// The whole turn.
    pub fn span(self) -> Span {
        self.row().span().expect("a turn has a span")
    }

    /// Question or answer.
    pub fn kind(self) -> Symbol {
        self.row().kind
    }

    /// Who speaks.
    pub fn speaker(self) -> Option<Speaker<'v>> {
        self.view.speaker(self.id)
    }
}

impl<'v> Keyphrase<'v> {
    /// The phrase.
    pub fn text(self) -> Cow<'v, str> {
        self.view.string_of(self.id)
    }

    /// Its weight from 0 to 1.
    pub fn score(self) -> f32 {
        self.row().score
    }
}
