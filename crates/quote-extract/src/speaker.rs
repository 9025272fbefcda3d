//! From a phrase to a person: which mention it is, what it refers to, what its full name is.

use document::{RowId, Span, Symbol, symbol};

use crate::names::{Named, Names, span_of, strip_possessive};
use crate::phrase::{self, Head, Phrase};
use crate::token::{Class, Token};

/// Paragraphs after which `he` no longer means who spoke last.
const MEMORY: usize = 2;

/// Who said something.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    /// Where the speaker is named for this quotation.
    pub(crate) span: Option<Span>,
    /// Name, description, pronoun or carried.
    pub(crate) via: Symbol,
    /// What it refers to.
    pub(crate) entity: Option<RowId>,
    /// The class of the mention, as far as known.
    pub(crate) label: Symbol,
    /// The fullest form of the name; the words themselves where there is no name.
    pub(crate) name: String,
    /// The office as stated.
    pub(crate) role: Option<String>,
    /// Whether the name is known: not so for a pronoun that refers to nobody known.
    pub(crate) known: bool,
}

impl Voice {
    /// The same speaker for a quotation that does not name them.
    pub(crate) fn carried(&self) -> Self {
        Self { via: symbol::CARRIED, ..self.clone() }
    }
}

/// Who spoke so far, for pronouns.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    person: Option<(Voice, usize)>,
    other: Option<(Voice, usize)>,
}

impl Memory {
    /// Remembers a speaker named in a paragraph.
    pub(crate) fn hear(&mut self, voice: &Voice, paragraph: usize) {
        if !voice.known {
            return;
        }
        let slot = if matches!(voice.label, symbol::PER | symbol::NONE)
            && voice.via != symbol::DESCRIPTION
        {
            &mut self.person
        } else {
            &mut self.other
        };
        *slot = Some((voice.clone(), paragraph));
    }

    fn recall(&self, pronoun: &str, paragraph: usize) -> Option<&Voice> {
        let slot = match pronoun {
            "he" | "she" | "He" | "She" | "his" | "His" | "Her" => &self.person,
            "it" | "It" | "they" | "They" => &self.other,
            _ => return None,
        };
        let (voice, heard) = slot.as_ref()?;
        (paragraph - heard <= MEMORY).then_some(voice)
    }
}

/// Resolves a phrase; `None` if it can be no speaker.
pub(crate) fn resolve(
    text: &str,
    tokens: &[Token],
    names: &Names,
    memory: &Memory,
    phrase: &Phrase,
    paragraph: usize,
) -> Option<Voice> {
    let whole = span_of(&tokens[phrase.tokens.clone()]);
    match &phrase.head {
        Head::Pronoun => Some(pronoun(text, names, memory, whole, paragraph)),
        Head::Name(name) => {
            let found = span_of(&tokens[name.clone()]);
            let is_speaker =
                |mention: &&Named| mention.kind == symbol::NAME && mention.label != symbol::MISC;
            let mention = names.within(found).iter().rev().find(is_speaker);
            let role = phrase::role(text, tokens, phrase).map(|span| text[span.range()].to_owned());
            Some(name_voice(text, names, mention, found, role))
        }
        Head::Description => description(text, tokens, names, phrase, whole),
    }
}

fn name_voice(
    text: &str,
    names: &Names,
    mention: Option<&Named>,
    found: Span,
    role: Option<String>,
) -> Voice {
    let span = mention.map_or(found, |mention| mention.span);
    let words = strip_possessive(&text[span.range()]);
    let span = Span::new(span.start(), span.start() + words.len() as u32);
    let entity = mention.and_then(|mention| mention.entity);
    let label = mention.map_or(symbol::NONE, |mention| mention.label);
    let name = names.full_name(words, entity);
    Voice { span: Some(span), via: symbol::NAME, entity, label, name, role, known: true }
}

fn pronoun(text: &str, names: &Names, memory: &Memory, span: Span, paragraph: usize) -> Voice {
    let words = text[span.range()].split(['’', '\'']).next().unwrap_or_default();
    let span = Span::new(span.start(), span.start() + words.len() as u32);
    let tagged = names.within(span).iter().find_map(|named| Some((named.entity?, named.label)));
    let base = Voice {
        span: Some(span),
        via: symbol::PRONOUN,
        entity: None,
        label: symbol::NONE,
        name: words.to_owned(),
        role: None,
        known: false,
    };
    if let Some((entity, label)) = tagged {
        let name = names.full_name(words, Some(entity));
        return Voice { entity: Some(entity), label, name, known: true, ..base };
    }
    if let Some(person) = names.before(text, span).filter(|_| words == "who") {
        let name = names.full_name(&text[person.span.range()], person.entity);
        return Voice { entity: person.entity, label: person.label, name, known: true, ..base };
    }
    match memory.recall(words, paragraph) {
        Some(voice) => Voice {
            entity: voice.entity,
            label: voice.label,
            name: voice.name.clone(),
            role: voice.role.clone(),
            known: true,
            ..base
        },
        None => base,
    }
}

fn description(
    text: &str,
    tokens: &[Token],
    names: &Names,
    phrase: &Phrase,
    whole: Span,
) -> Option<Voice> {
    let skip = Class::CONJUNCTION.with(Class::ADVERB).with(Class::PREPOSITION);
    let start = phrase
        .tokens
        .clone()
        .find(|at| !tokens[*at].is(skip) || tokens[*at].is(Class::DETERMINER))?;
    let span = span_of(&tokens[start..phrase.tokens.end]);
    let last = &tokens[phrase.tokens.end - 1];
    let word = &text[last.span.range()];
    let definite = tokens[start].is(Class::DETERMINER)
        || tokens[start..phrase.tokens.end].iter().any(Token::is_capital);
    if !definite
        && !word.ends_with('s')
        && word != "people"
        && !last.is(Class::TITLE.with(Class::DOCUMENT))
    {
        return None;
    }
    if last.is(Class::DAY.with(Class::MONTH)) || !word.starts_with(char::is_alphabetic) {
        return None;
    }
    let entity = names
        .within(whole)
        .iter()
        .find(|named| named.kind == symbol::DESCRIPTION && named.span.contains(tokens[start].span))
        .and_then(|named| named.entity);
    let words = &text[span.range()];
    let name = if entity.is_some() { names.full_name(words, entity) } else { words.to_owned() };
    Some(Voice {
        span: Some(span),
        via: symbol::DESCRIPTION,
        entity,
        label: symbol::NONE,
        name,
        role: None,
        known: true,
    })
}
