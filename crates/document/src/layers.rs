//! How the core layers are laid out in rows and relations, written side.
//!
//! | layer | rows | relations |
//! |---|---|---|
//! | `sentences` | span | |
//! | `mentions` | span, kind, label, score; value for kind `value` | `entity` → entity |
//! | `entities` | label; value: fullest name, a JSON string | `key`, `country` → part with a string |
//! | `quotations` | span, kind, score, flag `NEGATED` | `marked`, `cue`, `addressee`, `occasion` → part with a span; `said_on` → part with a string; `speaker` → speaker part; `part_of` → first part |
//! | speaker part (`parts`) | span if it stands in the text, kind `name` … `carried`; value: fullest name | `entity` → entity; `role` → part with a string |
//! | `turns` | span, kind | `speaker` → speaker part |
//! | `summary` | span, score | |
//! | `keyphrases` | score; value: the phrase, a JSON string | |
//!
//! The reading side is [`View`](crate::View).

use crate::{Document, Row, RowId, Span, Symbol, symbol};

/// A mention to add.
#[derive(Clone, Copy, Debug)]
pub struct MentionDraft<'a> {
    /// Where it stands.
    pub span: Span,
    /// [`NAME`](symbol::NAME), [`DESCRIPTION`](symbol::DESCRIPTION), [`PRONOUN`](symbol::PRONOUN) or [`VALUE`](symbol::VALUE).
    pub kind: Symbol,
    /// [`PER`](symbol::PER) and so on.
    pub label: Symbol,
    /// Confidence from 0 to 1.
    pub score: f32,
    /// JSON of the normalised value, for values.
    pub value: Option<&'a str>,
}

impl MentionDraft<'_> {
    /// A proper name.
    pub const fn name(span: Span, label: Symbol, score: f32) -> Self {
        Self { span, kind: symbol::NAME, label, score, value: None }
    }
}

/// Who is credited with a quotation, to add.
#[derive(Clone, Copy, Debug)]
pub struct SpeakerDraft<'a> {
    /// Where the speaker is named for this quotation, if in the text.
    pub span: Option<Span>,
    /// [`NAME`](symbol::NAME), [`DESCRIPTION`](symbol::DESCRIPTION), [`PRONOUN`](symbol::PRONOUN) or [`CARRIED`](symbol::CARRIED).
    pub via: Symbol,
    /// The entity, if known.
    pub entity: Option<RowId>,
    /// The fullest form of the name known in the article.
    pub name: &'a str,
    /// The office as the article states it.
    pub role: Option<&'a str>,
}

/// A quotation to add.
#[derive(Clone, Copy, Debug)]
pub struct QuotationDraft<'a> {
    /// The content, without the outer marks.
    pub span: Span,
    /// [`DIRECT`](symbol::DIRECT), [`MIXED`](symbol::MIXED) or [`INDIRECT`](symbol::INDIRECT).
    pub kind: Symbol,
    /// The stretches inside marks; for a direct quotation the span itself.
    pub marked: &'a [Span],
    /// The word that signals the report.
    pub cue: Option<Span>,
    /// Who said it; `None` is unknown.
    pub speaker: Option<SpeakerDraft<'a>>,
    /// Whom it was said to.
    pub addressee: Option<Span>,
    /// Where it was said.
    pub occasion: Option<Span>,
    /// The day it was said, an ISO date.
    pub said_on: Option<&'a str>,
    /// Whether it reports what was not said.
    pub negated: bool,
    /// Confidence from 0 to 1.
    pub score: f32,
}

impl Document {
    /// Adds a sentence.
    pub fn add_sentence(&mut self, span: Span) -> RowId {
        self.add(Row::new(symbol::SENTENCES).at(span))
    }

    /// Adds a mention; see [`set_entity`](Self::set_entity) for what it refers to.
    pub fn add_mention(&mut self, draft: &MentionDraft<'_>) -> RowId {
        let row = Row::new(symbol::MENTIONS)
            .at(draft.span)
            .kind(draft.kind)
            .label(draft.label)
            .score(draft.score);
        match draft.value {
            Some(value) => self.add_with_value(row, value),
            None => self.add(row),
        }
    }

    /// Adds an entity: its label, its key, the fullest form of its name, an ISO 3166 code for a country.
    pub fn add_entity(
        &mut self,
        label: Symbol,
        key: &str,
        name: &str,
        country: Option<&str>,
    ) -> RowId {
        let entity = self.add_with_string(Row::new(symbol::ENTITIES).label(label), name);
        self.add_string_part(entity, symbol::KEY, key);
        if let Some(country) = country {
            self.add_string_part(entity, symbol::COUNTRY, country);
        }
        entity
    }

    /// Says which entity a mention refers to.
    pub fn set_entity(&mut self, mention: RowId, entity: RowId) {
        self.relate(mention, symbol::ENTITY, entity);
    }

    /// Adds a quotation. Its parts, if it is split, are joined by [`set_part_of`](Self::set_part_of).
    pub fn add_quotation(&mut self, draft: &QuotationDraft<'_>) -> RowId {
        let flags = if draft.negated { Row::NEGATED } else { 0 };
        let row = Row::new(symbol::QUOTATIONS).at(draft.span).kind(draft.kind).score(draft.score);
        let quotation = self.add(Row { flags, ..row });
        for span in draft.marked {
            self.add_span_part(quotation, symbol::MARKED, *span);
        }
        let places = [
            (symbol::CUE, draft.cue),
            (symbol::ADDRESSEE, draft.addressee),
            (symbol::OCCASION, draft.occasion),
        ];
        for (role, span) in places {
            if let Some(span) = span {
                self.add_span_part(quotation, role, span);
            }
        }
        if let Some(date) = draft.said_on {
            self.add_string_part(quotation, symbol::SAID_ON, date);
        }
        if let Some(speaker) = &draft.speaker {
            self.add_speaker(quotation, speaker);
        }
        quotation
    }

    /// Says that `part` belongs to the same quotation as `first`; the first part belongs to itself.
    pub fn set_part_of(&mut self, part: RowId, first: RowId) {
        self.relate(part, symbol::PART_OF, first);
    }

    /// Adds a turn of an interview: [`QUESTION`](symbol::QUESTION) or [`ANSWER`](symbol::ANSWER).
    pub fn add_turn(
        &mut self,
        span: Span,
        kind: Symbol,
        speaker: Option<&SpeakerDraft<'_>>,
    ) -> RowId {
        let turn = self.add(Row::new(symbol::TURNS).at(span).kind(kind));
        if let Some(speaker) = speaker {
            self.add_speaker(turn, speaker);
        }
        turn
    }

    /// Adds a sentence of the summary.
    pub fn add_summary_sentence(&mut self, span: Span, score: f32) -> RowId {
        self.add(Row::new(symbol::SUMMARY).at(span).score(score))
    }

    /// Adds a keyphrase.
    pub fn add_keyphrase(&mut self, phrase: &str, score: f32) -> RowId {
        self.add_with_string(Row::new(symbol::KEYPHRASES).score(score), phrase)
    }

    pub(crate) fn add_speaker(&mut self, of: RowId, draft: &SpeakerDraft<'_>) {
        let row = Row::new(symbol::PARTS).kind(draft.via);
        let row = draft.span.map_or(row, |span| row.at(span));
        let speaker = self.add_with_string(row, draft.name);
        self.relate(of, symbol::SPEAKER, speaker);
        if let Some(entity) = draft.entity {
            self.set_entity(speaker, entity);
        }
        if let Some(role) = draft.role {
            self.add_string_part(speaker, symbol::ROLE, role);
        }
    }

    fn add_span_part(&mut self, of: RowId, role: Symbol, span: Span) {
        let part = self.add(Row::new(symbol::PARTS).kind(role).at(span));
        self.relate(of, role, part);
    }

    fn add_string_part(&mut self, of: RowId, role: Symbol, text: &str) {
        let part = self.add_with_string(Row::new(symbol::PARTS).kind(role), text);
        self.relate(of, role, part);
    }
}
