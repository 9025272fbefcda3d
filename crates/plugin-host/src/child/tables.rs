//! What a line says, as rows and relations laid out as `document::layers` says.

use document::{Document, Symbol, symbol};
use plugin_abi::{Relation, Row};
use serde_json::value::RawValue;
use wire::{OffsetIndex, Offsets};

use super::lines::{Line, Place, Speaker};
use crate::check::{Answer, Violation};

impl Line<'_> {
    /// Adds what the line says to `answer`.
    ///
    /// # Errors
    /// [`Violation`] where an offset lies beyond the text, a `text` is not its slice, or a number names
    /// nothing.
    pub(super) fn fill(&self, doc: &Document, answer: &mut Answer) -> Result<(), Violation> {
        let mut tables = Tables::new(doc);
        for (at, place) in self.sentences.iter().enumerate() {
            let row = row_of(symbol::SENTENCES);
            tables.at("sentences", at, (place.start, place.end), None, row)?;
        }
        // Mentions come before entities, so that the numbers of entities are known from the start.
        let entities = tables.next() + self.mentions.len();
        let known: Vec<u32> = doc.layer(symbol::ENTITIES).map(|(id, _)| id.0).collect();
        let entity = |number: usize| {
            let own = number.checked_sub(known.len());
            own.map_or_else(
                || known.get(number).copied(),
                |own| (own < self.entities.len()).then_some((entities + own) as u32),
            )
        };
        self.mentions(&mut tables, &entity)?;
        self.entities(&mut tables, entities)?;
        self.quotations(&mut tables, &entity)?;
        for (at, turn) in self.turns.iter().enumerate() {
            let row = Row { kind: tables.name(&turn.role), ..row_of(symbol::TURNS) };
            let id = tables.at("turns", at, (turn.start, turn.end), None, row)?;
            if let Some(speaker) = &turn.speaker {
                tables.speaker("turns", at, id, speaker, &entity)?;
            }
        }
        for (at, sentence) in self.summary.iter().enumerate() {
            let row = Row { score: scored(sentence.score), ..row_of(symbol::SUMMARY) };
            let place = (sentence.start, sentence.end);
            tables.at("summary", at, place, sentence.text.as_deref(), row)?;
        }
        for keyphrase in &self.keyphrases {
            let row = Row { score: scored(keyphrase.score), ..row_of(symbol::KEYPHRASES) };
            tables.string(row, &keyphrase.text);
        }
        for (at, annotation) in self.annotations.iter().enumerate() {
            let row = Row {
                layer: tables.name(&annotation.layer),
                label: tables.optional(annotation.label.as_deref()),
                kind: tables.optional(annotation.kind.as_deref()),
                score: scored(annotation.score),
                ..Row::EMPTY
            };
            let row = tables.valued(row, annotation.data.map(RawValue::get));
            let place = (annotation.start, annotation.end);
            tables.perhaps_at("annotations", at, place, annotation.text.as_deref(), row)?;
        }
        for (name, value) in &self.values {
            let row = Row { kind: tables.name(name), ..row_of(symbol::VALUES) };
            let row = tables.valued(row, Some(value.get()));
            tables.push(row);
        }
        if let Some(story) = &self.story {
            let row = row_of(symbol::STORY);
            tables.string(row, story);
        }
        for (at, note) in self.notes.iter().enumerate() {
            let row = row_of(symbol::NOTES);
            let row = tables.with_string(row, &note.message);
            tables.perhaps_at("notes", at, (note.start, note.end), None, row)?;
        }
        let Tables { rows, relations, values, names, .. } = tables;
        answer.add(rows, relations, values.as_bytes(), names.iter().map(String::as_bytes))
    }

    fn mentions(
        &self,
        tables: &mut Tables<'_>,
        entity: &impl Fn(usize) -> Option<u32>,
    ) -> Result<(), Violation> {
        for (at, mention) in self.mentions.iter().enumerate() {
            let row = Row {
                kind: tables.name(mention.kind.as_deref().unwrap_or("name")),
                label: tables.optional(mention.label.as_deref()),
                score: scored(mention.score),
                ..row_of(symbol::MENTIONS)
            };
            let row = tables.valued(row, mention.value.map(RawValue::get));
            let place = (mention.start, mention.end);
            let id = tables.at("mentions", at, place, mention.text.as_deref(), row)?;
            if let Some(number) = mention.entity {
                let entity = entity(number).ok_or_else(|| {
                    wrong("mentions", at, format!("entity {number} does not exist"))
                })?;
                tables.relate(id, symbol::ENTITY, entity);
            }
        }
        Ok(())
    }

    fn entities(&self, tables: &mut Tables<'_>, first: usize) -> Result<(), Violation> {
        let mentions = first - self.mentions.len();
        let mut parts = Vec::with_capacity(self.entities.len());
        for entity in &self.entities {
            let label = entity.label.as_deref().unwrap_or_default();
            let row = Row { label: tables.name(label), ..row_of(symbol::ENTITIES) };
            let id = tables.string(row, &entity.name);
            let key = match &entity.key {
                Some(key) => key.clone(),
                None => key_of(label, &entity.name).into(),
            };
            parts.push((id, key, entity.country.as_deref()));
        }
        for (id, key, country) in parts {
            tables.string_part(id, symbol::KEY, &key);
            if let Some(country) = country {
                tables.string_part(id, symbol::COUNTRY, country);
            }
        }
        for (at, entity) in self.entities.iter().enumerate() {
            for number in &entity.mentions {
                let Some(mention) = self.mentions.get(*number) else {
                    return Err(wrong("entities", at, format!("mention {number} does not exist")));
                };
                // A mention that says its entity itself has said it already.
                if mention.entity.is_none() {
                    let (mention, entity) = ((mentions + number) as u32, (first + at) as u32);
                    tables.relate(mention, symbol::ENTITY, entity);
                }
            }
        }
        Ok(())
    }

    fn quotations(
        &self,
        tables: &mut Tables<'_>,
        entity: &impl Fn(usize) -> Option<u32>,
    ) -> Result<(), Violation> {
        const LIST: &str = "quotations";
        let mut ids = Vec::with_capacity(self.quotations.len());
        for (at, quotation) in self.quotations.iter().enumerate() {
            let kind = quotation.kind.as_deref().unwrap_or("direct");
            let row = Row {
                kind: tables.name(kind),
                score: scored(quotation.score),
                flags: if quotation.negated { Row::NEGATED } else { 0 },
                ..row_of(symbol::QUOTATIONS)
            };
            let place = (quotation.start, quotation.end);
            let id = tables.at(LIST, at, place, quotation.text.as_deref(), row)?;
            ids.push(id);
            let all = [Place { start: place.0, end: place.1 }];
            let marked = match &quotation.marked {
                Some(marked) => marked.as_slice(),
                None if kind == "direct" => &all,
                None => &[],
            };
            for place in marked {
                tables.part(LIST, at, id, symbol::MARKED, (place.start, place.end), None)?;
            }
            let places = [
                (symbol::CUE, &quotation.cue),
                (symbol::ADDRESSEE, &quotation.addressee),
                (symbol::OCCASION, &quotation.occasion),
            ];
            for (role, passage) in places {
                if let Some(passage) = passage {
                    let place = (passage.start, passage.end);
                    tables.part(LIST, at, id, role, place, passage.text.as_deref())?;
                }
            }
            if let Some(date) = &quotation.said_on {
                tables.string_part(id, symbol::SAID_ON, date);
            }
            if let Some(speaker) = &quotation.speaker {
                tables.speaker(LIST, at, id, speaker, entity)?;
            }
        }
        for (at, quotation) in self.quotations.iter().enumerate() {
            if let Some(first) = quotation.part_of {
                let Some(first) = ids.get(first) else {
                    return Err(wrong(
                        LIST,
                        at,
                        format!("part_of: quotation {first} does not exist"),
                    ));
                };
                tables.relate(ids[at], symbol::PART_OF, *first);
            }
        }
        Ok(())
    }
}

/// Rows and relations in the making.
struct Tables<'d> {
    text: &'d str,
    offsets: OffsetIndex<'d>,
    /// Rows of the document.
    base: usize,
    rows: Vec<Row>,
    relations: Vec<Relation>,
    values: String,
    names: Vec<String>,
}

impl<'d> Tables<'d> {
    fn new(doc: &'d Document) -> Self {
        Self {
            text: doc.text(),
            offsets: OffsetIndex::new(doc.text(), Offsets::CodePoints),
            base: doc.rows().len(),
            rows: Vec::new(),
            relations: Vec::new(),
            values: String::new(),
            names: Vec::new(),
        }
    }

    /// The number of the next row, counted over the document's.
    fn next(&self) -> usize {
        self.base + self.rows.len()
    }

    /// The number of a name.
    fn name(&mut self, name: &str) -> u16 {
        if let Some(reserved) = symbol::reserved(name) {
            return reserved.0;
        }
        let known = self.names.iter().position(|known| known == name);
        let local = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        // More names than numbers are refused by the check, whatever these say.
        symbol::FIRST_LOCAL.saturating_add(u16::try_from(local).unwrap_or(u16::MAX))
    }

    fn optional(&mut self, name: Option<&str>) -> u16 {
        name.map_or(symbol::NONE.0, |name| self.name(name))
    }

    fn push(&mut self, row: Row) -> u32 {
        self.rows.push(row);
        (self.next() - 1) as u32
    }

    fn relate(&mut self, from: u32, role: Symbol, to: u32) {
        self.relations.push(Relation { from, to, role: role.0, producer: 0 });
    }

    /// The same row with a JSON text.
    fn valued(&mut self, row: Row, json: Option<&str>) -> Row {
        let Some(json) = json.filter(|json| *json != "null") else { return row };
        let start = self.values.len();
        push_compact(&mut self.values, json);
        Row { value_start: start as u32, value_len: (self.values.len() - start) as u32, ..row }
    }

    /// The same row with a JSON string.
    fn with_string(&mut self, row: Row, text: &str) -> Row {
        let start = self.values.len();
        document::json::push_string(&mut self.values, text);
        Row { value_start: start as u32, value_len: (self.values.len() - start) as u32, ..row }
    }

    fn string(&mut self, row: Row, text: &str) -> u32 {
        let row = self.with_string(row, text);
        self.push(row)
    }

    /// Adds a row over a stretch of the text, given in code points.
    fn at(
        &mut self,
        list: &str,
        at: usize,
        (start, end): (u32, u32),
        words: Option<&str>,
        row: Row,
    ) -> Result<u32, Violation> {
        let byte = |what: &str, offset: u32| {
            self.offsets.byte_at(offset).ok_or_else(|| {
                let characters = self.text.chars().count();
                let message =
                    format!("the {what} {offset} lies beyond the text ({characters} characters)");
                wrong(list, at, message)
            })
        };
        let (start, end) = (byte("start", start)?, byte("end", end)?);
        if let Some(words) = words {
            let slice = self.text.get(start as usize..end as usize).unwrap_or_default();
            if slice != words {
                let message = format!(
                    "its text is `{}`, the article has `{}` there; offsets count code points",
                    shortened(words),
                    shortened(slice)
                );
                return Err(wrong(list, at, message));
            }
        }
        Ok(self.push(Row { start, end, ..row }))
    }

    /// The same for what may be about the article as a whole.
    fn perhaps_at(
        &mut self,
        list: &str,
        at: usize,
        place: (Option<u32>, Option<u32>),
        words: Option<&str>,
        row: Row,
    ) -> Result<u32, Violation> {
        match place {
            (Some(start), Some(end)) => self.at(list, at, (start, end), words, row),
            (None, None) => Ok(self.push(row)),
            _ => Err(wrong(list, at, "of `start` and `end` one is missing".to_owned())),
        }
    }

    fn part(
        &mut self,
        list: &str,
        at: usize,
        of: u32,
        role: Symbol,
        place: (u32, u32),
        words: Option<&str>,
    ) -> Result<(), Violation> {
        let row = Row { kind: role.0, ..row_of(symbol::PARTS) };
        let part = self.at(list, at, place, words, row)?;
        self.relate(of, role, part);
        Ok(())
    }

    fn string_part(&mut self, of: u32, role: Symbol, text: &str) {
        let row = Row { kind: role.0, ..row_of(symbol::PARTS) };
        let part = self.string(row, text);
        self.relate(of, role, part);
    }

    fn speaker(
        &mut self,
        list: &str,
        at: usize,
        of: u32,
        speaker: &Speaker<'_>,
        entity: &impl Fn(usize) -> Option<u32>,
    ) -> Result<(), Violation> {
        let words = speaker.text.as_deref();
        let via = self.name(speaker.via.as_deref().unwrap_or("name"));
        let row = Row { kind: via, ..row_of(symbol::PARTS) };
        let row = self.with_string(row, speaker.name.as_deref().or(words).unwrap_or_default());
        let id = self.perhaps_at(list, at, (speaker.start, speaker.end), words, row)?;
        self.relate(of, symbol::SPEAKER, id);
        if let Some(number) = speaker.entity {
            let entity = entity(number).ok_or_else(|| {
                wrong(list, at, format!("its speaker's entity {number} does not exist"))
            })?;
            self.relate(id, symbol::ENTITY, entity);
        }
        if let Some(role) = &speaker.role {
            self.string_part(id, symbol::ROLE, role);
        }
        Ok(())
    }
}

/// Appends a JSON text without white space between its tokens: how a language's library likes to set
/// its commas is nothing that a record should show.
fn push_compact(out: &mut String, json: &str) {
    let (mut quoted, mut escaped) = (false, false);
    out.extend(json.chars().filter(|letter| {
        let keep = quoted || !letter.is_ascii_whitespace();
        if !escaped && *letter == '"' {
            quoted = !quoted;
        }
        escaped = quoted && !escaped && *letter == '\\';
        keep
    }));
}

/// A row with nothing but a layer.
fn row_of(layer: Symbol) -> Row {
    Row { layer: layer.0, ..Row::EMPTY }
}

/// The key of an entity that came without one: `per:ada-ek`.
fn key_of(label: &str, name: &str) -> String {
    let folded = name.to_lowercase();
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("{}:{}", label.to_lowercase(), words.join("-"))
}

fn scored(score: Option<f32>) -> f32 {
    score.unwrap_or(Row::NO_SCORE)
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn wrong(list: &str, at: usize, message: String) -> Violation {
    Violation { place: format!("`{list}` {at}"), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_but_for_that_in_strings() {
        for (json, expected) in [
            ("{\"a\": [1, 2.50], \"b\" : null}", "{\"a\":[1,2.50],\"b\":null}"),
            ("[ \"a b\" ,\n\t\"\" ]", "[\"a b\",\"\"]"),
            (r#"["\" x", "\\" , "\\\" y" ]"#, r#"["\" x","\\","\\\" y"]"#),
            (" 1 ", "1"),
        ] {
            let mut out = String::new();
            push_compact(&mut out, json);
            assert_eq!(out, expected);
        }
    }
}
