//! The lists of the user: names that the tagger is told instead of left to find.
//!
//! A list is a table with a header line, columns parted by tabs: `name` and `label`, and perhaps `key` and
//! `aliases`, these parted by `|`. Lines that start with `#` are comments.
//!
//! ```text
//! name          label  key               aliases
//! Ada Lindholm  PER    per:ada-lindholm  Ada|the Harbour Mayor
//! ```

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::hash::BuildHasherDefault;

use document::{Symbol, symbol};
use stage_api::SettingError;

use crate::article::Named;
use crate::lexicon::WordHasher;
use crate::token::{Kind, Token};

/// One line of a list.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) label: Symbol,
    /// The key of its entity, where the list gives one.
    pub(crate) key: Option<String>,
}

/// All lists of one pipeline, read once.
///
/// Finding them in a text is one look at a table of first words for each word, so that it costs the same
/// for ten rows and for ten thousand.
#[derive(Debug)]
pub(crate) struct Lists {
    rows: Vec<Row>,
    /// Which bytes a name or alias begins with; most words of a text end here.
    begins: [bool; 256],
    /// For each name and alias, in its usual form and in capitals, the row.
    phrases: HashMap<String, usize, BuildHasherDefault<WordHasher>>,
    /// For the first word of each phrase the lengths of the phrases in bytes, longest first.
    lengths: HashMap<String, Vec<usize>, BuildHasherDefault<WordHasher>>,
}

/// Longer names and aliases are refused, in bytes.
const LONGEST: usize = 200;

impl Lists {
    /// Reads the files at `paths`.
    ///
    /// # Errors
    /// The first thing that does not fit, with file and line.
    pub(crate) fn read(paths: &[&str]) -> Result<Self, SettingError> {
        let mut lists = Self {
            rows: Vec::new(),
            begins: [false; 256],
            phrases: HashMap::default(),
            lengths: HashMap::default(),
        };
        let mut places = HashMap::new();
        for path in paths {
            let text = fs::read(path).map_err(|error| {
                SettingError::new(SETTING, format!("{path}: {error}; give the path of a list"))
            })?;
            let text = String::from_utf8(text).map_err(|error| {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = valid.split(|byte| *byte == b'\n').count();
                Place { path, line }.error("not UTF-8; save the list as UTF-8")
            })?;
            lists.take(path, &text, &mut places)?;
        }
        Ok(lists)
    }

    /// The row with this number.
    pub(crate) fn row(&self, row: usize) -> &Row {
        &self.rows[row]
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn memory(&self) -> u64 {
        (self.phrases.capacity() * 64 + self.rows.len() * size_of::<Row>()) as u64
    }

    fn take<'p>(
        &mut self,
        path: &'p str,
        text: &str,
        places: &mut HashMap<String, Place<'p>>,
    ) -> Result<(), SettingError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut columns: Option<Columns> = None;
        for (number, line) in text.lines().enumerate() {
            let place = Place { path, line: number + 1 };
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            match &columns {
                None => columns = Some(Columns::read(&cells, place)?),
                Some(columns) => self.take_row(columns, &cells, place, places)?,
            }
        }
        match columns {
            Some(_) => Ok(()),
            None => Err(Place { path, line: 1 }.error(&format!("no header line; {HEADER}"))),
        }
    }

    fn take_row<'p>(
        &mut self,
        columns: &Columns,
        cells: &[&str],
        place: Place<'p>,
        places: &mut HashMap<String, Place<'p>>,
    ) -> Result<(), SettingError> {
        if cells.len() > columns.count {
            let message = format!(
                "{} cells under {} columns; part cells by one tab",
                cells.len(),
                columns.count
            );
            return Err(place.error(&message));
        }
        let cell = |column: Option<usize>| {
            column.and_then(|column| cells.get(column)).copied().unwrap_or_default()
        };
        let (name, label) = (cell(Some(columns.name)), cell(Some(columns.label)));
        if name.is_empty() {
            return Err(place.error("no name; give one or take the line out"));
        }
        let label = match label {
            "PER" => symbol::PER,
            "ORG" => symbol::ORG,
            "LOC" => symbol::LOC,
            "MISC" => symbol::MISC,
            other => {
                return Err(
                    place.error(&format!("`{other}` is no label; use PER, ORG, LOC or MISC"))
                );
            }
        };
        let key = Some(cell(columns.key)).filter(|key| !key.is_empty()).map(str::to_owned);
        self.rows.push(Row { name: name.to_owned(), label, key });
        let row = self.rows.len() - 1;
        let aliases =
            cell(columns.aliases).split('|').map(str::trim).filter(|alias| !alias.is_empty());
        for phrase in std::iter::once(name).chain(aliases) {
            if phrase.len() > LONGEST {
                return Err(place.error(&format!("a name of over {LONGEST} bytes; shorten it")));
            }
            if !phrase.starts_with(char::is_alphanumeric) {
                return Err(place.error(&format!(
                    "`{phrase}` begins with no letter or digit; leave its marks out"
                )));
            }
            self.file(phrase, row, place, places)?;
        }
        Ok(())
    }

    fn file<'p>(
        &mut self,
        phrase: &str,
        row: usize,
        place: Place<'p>,
        places: &mut HashMap<String, Place<'p>>,
    ) -> Result<(), SettingError> {
        match places.entry(phrase.to_owned()) {
            Entry::Occupied(other) if self.phrases.get(phrase) != Some(&row) => {
                let other = other.get();
                let message = format!(
                    "`{phrase}` stands at {}:{} already; leave it to one line",
                    other.path, other.line
                );
                return Err(place.error(&message));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
        }
        self.add_phrase(phrase.to_owned(), row);
        let curly = phrase.replace('\'', "’");
        for variant in
            [phrase.to_uppercase(), curly.to_uppercase(), phrase.replace('’', "'"), curly]
        {
            // What another line says outright counts more than a variant.
            if !places.contains_key(&variant) {
                self.add_phrase(variant, row);
            }
        }
        Ok(())
    }

    fn add_phrase(&mut self, phrase: String, row: usize) {
        let lengths = self.lengths.entry(first_word(&phrase).to_owned()).or_default();
        if let Err(at) = lengths.binary_search_by(|length| phrase.len().cmp(length)) {
            lengths.insert(at, phrase.len());
        }
        self.begins[usize::from(phrase.as_bytes()[0])] = true;
        self.phrases.insert(phrase, row);
    }

    /// The names of the lists in a text, longest first at each place, not overlapping, in order.
    pub(crate) fn find(&self, text: &str, tokens: &[Token]) -> Vec<Named> {
        let mut found = Vec::new();
        if self.rows.is_empty() {
            return found;
        }
        let mut at = 0;
        while at < tokens.len() {
            match self.find_at(text, tokens, at) {
                Some(name) => {
                    at = name.end;
                    found.push(name);
                }
                None => at += 1,
            }
        }
        found
    }

    fn find_at(&self, text: &str, tokens: &[Token], first: usize) -> Option<Named> {
        let token = tokens[first];
        if !matches!(token.kind, Kind::Word | Kind::Number) {
            return None;
        }
        let start = token.start as usize;
        if !self.begins[usize::from(text.as_bytes()[start])] {
            return None;
        }
        let lengths = self.lengths.get(first_word(&text[token.range()]))?;
        let row = lengths.iter().find_map(|length| {
            let end = start + length;
            let phrase = text.get(start..end)?;
            // Most lengths end inside a word, which is told faster than looked up.
            let inside = phrase.ends_with(char::is_alphanumeric)
                && text[end..].starts_with(char::is_alphanumeric);
            if inside {
                return None;
            }
            let row = *self.phrases.get(phrase)?;
            let length =
                tokens[first..].iter().take_while(|token| (token.start as usize) < end).count();
            // No part of a token ("O'Ek") is a name, but for what stands before the full stop of "Corp.".
            let last = tokens[first + length - 1].end as usize;
            let whole = last <= end || &text[end..last] == ".";
            whole.then_some((first + length, row))
        });
        let (end, row) = row?;
        let label = self.rows[row].label;
        Some(Named { first, end, label, score: 1.0, row: Some(row) })
    }
}

const SETTING: &str = "lists";
const HEADER: &str = "begin with `name`, `label` and perhaps `key`, `aliases`, parted by tabs";

/// The letters and digits that a phrase begins with.
fn first_word(phrase: &str) -> &str {
    let end = phrase.find(|character: char| !character.is_alphanumeric()).unwrap_or(phrase.len());
    &phrase[..end]
}

/// A line of a list.
#[derive(Clone, Copy)]
struct Place<'p> {
    path: &'p str,
    /// From 1.
    line: usize,
}

impl Place<'_> {
    fn error(self, message: &str) -> SettingError {
        SettingError::new(SETTING, format!("{}:{}: {message}", self.path, self.line))
    }
}

/// Where the header line has each column.
struct Columns {
    name: usize,
    label: usize,
    key: Option<usize>,
    aliases: Option<usize>,
    count: usize,
}

impl Columns {
    fn read(cells: &[&str], place: Place<'_>) -> Result<Self, SettingError> {
        let known = ["name", "label", "key", "aliases"];
        if let Some(other) = cells.iter().find(|cell| !known.contains(*cell)) {
            return Err(place.error(&format!("`{other}` is no column; {HEADER}")));
        }
        let column = |name: &str| cells.iter().position(|cell| *cell == name);
        let needed = |name: &str| {
            column(name).ok_or_else(|| place.error(&format!("no column `{name}`; {HEADER}")))
        };
        Ok(Self {
            name: needed("name")?,
            label: needed("label")?,
            key: column("key"),
            aliases: column("aliases"),
            count: cells.len(),
        })
    }
}

/// Names of the lists and, where they leave room, of the tagger, in order.
pub(crate) fn merge(listed: Vec<Named>, tagged: impl Iterator<Item = Named>) -> Vec<Named> {
    if listed.is_empty() {
        return tagged.collect();
    }
    let mut merged = Vec::with_capacity(listed.len());
    let mut listed = listed.into_iter().peekable();
    let mut taken = 0;
    for name in tagged {
        while let Some(own) = listed.next_if(|own| own.first < name.end) {
            taken = own.end;
            merged.push(own);
        }
        if name.first >= taken {
            merged.push(name);
        }
    }
    merged.extend(listed);
    merged
}
