//! Interned names: of layers, kinds, labels and roles.
//!
//! A name used by the pipeline itself has a fixed number, given here as a constant. Any other
//! name (a plugin's layer, a label that a watch list made up) is interned per document by
//! [`Document::intern`](crate::Document::intern) and numbered from [`FIRST_LOCAL`] on, so that
//! documents share no table and no lock, and a document can cross a boundary with its names.
//!
//! Numbers are append-only: plugins built against an older list must keep their meaning.

/// An interned name; its text is [`Document::name_of`](crate::Document::name_of).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Symbol(pub u16);

/// The first number that a document gives to a name of its own.
pub const FIRST_LOCAL: u16 = 256;

macro_rules! reserved {
    ($($(#[$doc:meta])* $name:ident = $number:literal $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Symbol = Symbol($number);)*

        /// The names with fixed numbers, in order of number.
        pub const RESERVED: &[(Symbol, &str)] = &[$(($name, $text)),*];
    };
}

reserved! {
    /// No name at all.
    NONE = 0 "";

    // Layers.
    /// Layer: the clean text, immutable once written. It has no rows; stages read and write it by contract.
    TEXT = 1 "text";
    /// Layer: sentences of the text, in order, not overlapping.
    SENTENCES = 2 "sentences";
    /// Layer: spans that refer to something or state a value.
    MENTIONS = 3 "mentions";
    /// Layer: what mentions refer to, one row without a span each.
    ENTITIES = 4 "entities";
    /// Layer: reported speech.
    QUOTATIONS = 5 "quotations";
    /// Layer: questions and answers of an interview.
    TURNS = 6 "turns";
    /// Layer: the sentences chosen as the summary.
    SUMMARY = 7 "summary";
    /// Layer: the terms that say what the article is about.
    KEYPHRASES = 8 "keyphrases";
    /// Layer: numbers and other values of the whole article; the row's kind is the value's name.
    VALUES = 9 "values";
    /// Layer: non-fatal oddities, value: a JSON string.
    NOTES = 10 "notes";
    /// Layer: the story that the article belongs to, one row without a span, value: a JSON string.
    STORY = 11 "story";
    /// Rows that say more about another row and are reached only by a relation from it.
    PARTS = 12 "parts";

    // Kinds of mention, and ways in which a speaker is known.
    /// Kind: a proper name.
    NAME = 32 "name";
    /// Kind: a description, such as "the minister".
    DESCRIPTION = 33 "description";
    /// Kind: a pronoun.
    PRONOUN = 34 "pronoun";
    /// Kind: a date or an amount.
    VALUE = 35 "value";
    /// Kind of speaker: carried over from a neighbouring quotation.
    CARRIED = 36 "carried";

    // Kinds of quotation and turn.
    /// Kind: the words themselves, in marks.
    DIRECT = 48 "direct";
    /// Kind: reported content with some of the words in marks.
    MIXED = 49 "mixed";
    /// Kind: reported content without marks.
    INDIRECT = 50 "indirect";
    /// Kind of turn: a question.
    QUESTION = 51 "question";
    /// Kind of turn: an answer.
    ANSWER = 52 "answer";

    // Labels.
    /// Label: a person.
    PER = 64 "PER";
    /// Label: an organization.
    ORG = 65 "ORG";
    /// Label: a place.
    LOC = 66 "LOC";
    /// Label: any other name.
    MISC = 67 "MISC";
    /// Label: a date or an interval of dates.
    DATE = 68 "DATE";
    /// Label: an amount of money.
    MONEY = 69 "MONEY";
    /// Label: a quantity with a unit.
    QUANTITY = 70 "QUANTITY";

    // Roles of relations and kinds of parts.
    /// Role: mention or speaker → the entity it refers to.
    ENTITY = 96 "entity";
    /// Role: quotation or turn → its speaker part.
    SPEAKER = 97 "speaker";
    /// Role: quotation → the word that signals the report.
    CUE = 98 "cue";
    /// Role: quotation → a stretch inside marks.
    MARKED = 99 "marked";
    /// Role: quotation → the first part of the same quotation.
    PART_OF = 100 "part_of";
    /// Role: quotation → whom it was said to.
    ADDRESSEE = 101 "addressee";
    /// Role: quotation → where it was said.
    OCCASION = 102 "occasion";
    /// Role: quotation → the day it was said, value: a JSON string with an ISO date.
    SAID_ON = 103 "said_on";
    /// Role: speaker → the office as the article states it, value: a JSON string.
    ROLE = 104 "role";
    /// Role: entity → its key, value: a JSON string.
    KEY = 105 "key";
    /// Role: entity → its country code, value: a JSON string.
    COUNTRY = 106 "country";
}

/// The text of a reserved symbol, or `None` for a number that no constant has.
///
/// ```
/// assert_eq!(document::symbol::reserved_name(document::symbol::PER), Some("PER"));
/// ```
pub fn reserved_name(symbol: Symbol) -> Option<&'static str> {
    RESERVED.iter().find(|(reserved, _)| *reserved == symbol).map(|(_, name)| *name)
}

/// The reserved symbol with this text, if there is one.
pub fn reserved(name: &str) -> Option<Symbol> {
    RESERVED.iter().find(|(_, reserved)| *reserved == name).map(|(symbol, _)| *symbol)
}
