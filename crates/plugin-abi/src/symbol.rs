//! The names with fixed numbers, for `layer`, `kind`, `label` and `role`.
//!
//! Numbers are append-only: a plugin built against an older list keeps its meaning. The host's own
//! list (`document::symbol`) is the same; a test of `plugin-host` compares them.

/// No name at all.
pub const NONE: u16 = 0;

// Layers.
/// Layer: the clean text, immutable once written. It has no rows; stages read and write it by contract.
pub const TEXT: u16 = 1;
/// Layer: sentences of the text, in order, not overlapping.
pub const SENTENCES: u16 = 2;
/// Layer: spans that refer to something or state a value.
pub const MENTIONS: u16 = 3;
/// Layer: what mentions refer to, one row without a span each.
pub const ENTITIES: u16 = 4;
/// Layer: reported speech.
pub const QUOTATIONS: u16 = 5;
/// Layer: questions and answers of an interview.
pub const TURNS: u16 = 6;
/// Layer: the sentences chosen as the summary.
pub const SUMMARY: u16 = 7;
/// Layer: the terms that say what the article is about.
pub const KEYPHRASES: u16 = 8;
/// Layer: numbers and other values of the whole article; the row's kind is the value's name.
pub const VALUES: u16 = 9;
/// Layer: non-fatal oddities, value: a JSON string.
pub const NOTES: u16 = 10;
/// Layer: the story that the article belongs to, one row without a span, value: a JSON string.
pub const STORY: u16 = 11;
/// Rows that say more about another row and are reached only by a relation from it.
pub const PARTS: u16 = 12;

// Kinds of mention, and ways in which a speaker is known.
/// Kind: a proper name.
pub const NAME: u16 = 32;
/// Kind: a description, such as "the minister".
pub const DESCRIPTION: u16 = 33;
/// Kind: a pronoun.
pub const PRONOUN: u16 = 34;
/// Kind: a date or an amount.
pub const VALUE: u16 = 35;
/// Kind of speaker: carried over from a neighbouring quotation.
pub const CARRIED: u16 = 36;

// Kinds of quotation and turn.
/// Kind: the words themselves, in marks.
pub const DIRECT: u16 = 48;
/// Kind: reported content with some of the words in marks.
pub const MIXED: u16 = 49;
/// Kind: reported content without marks.
pub const INDIRECT: u16 = 50;
/// Kind of turn: a question.
pub const QUESTION: u16 = 51;
/// Kind of turn: an answer.
pub const ANSWER: u16 = 52;

// Labels.
/// Label: a person.
pub const PER: u16 = 64;
/// Label: an organization.
pub const ORG: u16 = 65;
/// Label: a place.
pub const LOC: u16 = 66;
/// Label: any other name.
pub const MISC: u16 = 67;
/// Label: a date or an interval of dates.
pub const DATE: u16 = 68;
/// Label: an amount of money.
pub const MONEY: u16 = 69;
/// Label: a quantity with a unit.
pub const QUANTITY: u16 = 70;

// Roles of relations and kinds of parts.
/// Role: mention or speaker → the entity it refers to.
pub const ENTITY: u16 = 96;
/// Role: quotation or turn → its speaker part.
pub const SPEAKER: u16 = 97;
/// Role: quotation → the word that signals the report.
pub const CUE: u16 = 98;
/// Role: quotation → a stretch inside marks.
pub const MARKED: u16 = 99;
/// Role: quotation → the first part of the same quotation.
pub const PART_OF: u16 = 100;
/// Role: quotation → whom it was said to.
pub const ADDRESSEE: u16 = 101;
/// Role: quotation → where it was said.
pub const OCCASION: u16 = 102;
/// Role: quotation → the day it was said, value: a JSON string with an ISO date.
pub const SAID_ON: u16 = 103;
/// Role: speaker → the office as the article states it, value: a JSON string.
pub const ROLE: u16 = 104;
/// Role: entity → its key, value: a JSON string.
pub const KEY: u16 = 105;
/// Role: entity → its country code, value: a JSON string.
pub const COUNTRY: u16 = 106;

/// The first number of a name that is not fixed.
pub const FIRST_LOCAL: u16 = 256;

/// Every fixed name with its number, in order of number.
pub const RESERVED: &[(u16, &str)] = &[
    (NONE, ""),
    (TEXT, "text"),
    (SENTENCES, "sentences"),
    (MENTIONS, "mentions"),
    (ENTITIES, "entities"),
    (QUOTATIONS, "quotations"),
    (TURNS, "turns"),
    (SUMMARY, "summary"),
    (KEYPHRASES, "keyphrases"),
    (VALUES, "values"),
    (NOTES, "notes"),
    (STORY, "story"),
    (PARTS, "parts"),
    (NAME, "name"),
    (DESCRIPTION, "description"),
    (PRONOUN, "pronoun"),
    (VALUE, "value"),
    (CARRIED, "carried"),
    (DIRECT, "direct"),
    (MIXED, "mixed"),
    (INDIRECT, "indirect"),
    (QUESTION, "question"),
    (ANSWER, "answer"),
    (PER, "PER"),
    (ORG, "ORG"),
    (LOC, "LOC"),
    (MISC, "MISC"),
    (DATE, "DATE"),
    (MONEY, "MONEY"),
    (QUANTITY, "QUANTITY"),
    (ENTITY, "entity"),
    (SPEAKER, "speaker"),
    (CUE, "cue"),
    (MARKED, "marked"),
    (PART_OF, "part_of"),
    (ADDRESSEE, "addressee"),
    (OCCASION, "occasion"),
    (SAID_ON, "said_on"),
    (ROLE, "role"),
    (KEY, "key"),
    (COUNTRY, "country"),
];
