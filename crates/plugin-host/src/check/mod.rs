//! What a stage of a plugin answers on one article, and whether it may stand.
//!
//! Both lanes collect into an [`Answer`] and end with [`Answer::apply`], which checks all of it
//! before it changes anything. After it a document is one that a stage of our own could have written:
//! nothing that reads it (`View`, `wire`, another stage) has to ask again.
//!
//! ```
//! use document::{Document, Form, Origin, Text};
//! use plugin_abi::Row;
//! use plugin_host::check::{Answer, Contract};
//!
//! let mut doc = Document::new("a", Origin::path("a"), b"Two words.".to_vec(), Form::Text);
//! doc.set_text(Text::verbatim("Two words."));
//! let row = Row { start: 4, end: 99, layer: 256, ..Row::EMPTY };
//!
//! let mut answer = Answer::default();
//! answer.add([row], [], b"", [b"demo.word".as_slice()])?;
//! let refusal = answer.apply(&mut doc, &Contract::new(["demo.word"])).unwrap_err();
//! assert_eq!(refusal.to_string(), "`demo.word` row 0: the end 99 lies beyond the text (10 bytes)");
//! assert!(doc.rows().is_empty());
//! # Ok::<(), plugin_host::check::Violation>(())
//! ```

mod json;
mod layout;

use std::ops::Range;

use document::{Document, ProducerId, Relation, Row, RowId, Symbol, symbol};

use crate::rows;
use layout::Layout;

/// Bytes of annotations that a stage may add to one article: rows, relations, values and names; and bytes
/// of the values and words of its rows, where rows share them.
pub const MAX_ANSWER: usize = 64 << 20;
/// Names of its own that a document may have.
pub const MAX_NAMES: usize = 65_000;
/// Bytes that a name may have.
pub const MAX_NAME: usize = 200;
/// Of so many names before it, a name is told to be the same.
const RECENT: usize = 64;
/// Bytes that are kept of a reason or a cause.
pub const MAX_MESSAGE: usize = 4096;

/// Why an answer may not stand. Displays as `PLACE: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Violation {
    /// What is wrong: `` `mentions` row 3 ``, `relation 0`, `name 2`, counted from 0 over what the stage
    /// added to the article.
    pub place: String,
    /// What is wrong with it, lowercase, without a full stop.
    pub message: String,
}

/// The layers that a stage may add rows to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// A bit for the number of each core layer.
    core: u32,
    own: Vec<String>,
}

impl Contract {
    /// What a stage that declared these layers may write: them, `notes` and `parts`. `text` is
    /// written by no plugin.
    pub fn new<S: AsRef<str>>(writes: impl IntoIterator<Item = S>) -> Self {
        let mut contract = Self { core: bit(symbol::NOTES) | bit(symbol::PARTS), own: Vec::new() };
        for layer in writes {
            match symbol::reserved(layer.as_ref()) {
                Some(layer) if is_layer(layer) => contract.core |= bit(layer),
                _ => contract.own.push(layer.as_ref().to_owned()),
            }
        }
        contract.core &= !bit(symbol::TEXT);
        contract
    }

    /// Whether a stage may add rows to this layer; if not, why.
    fn allows(&self, layer: Symbol, name: &str) -> Result<(), String> {
        match layer {
            layer if layer.0 >= symbol::FIRST_LOCAL && self.own.iter().any(|own| own == name) => {
                Ok(())
            }
            layer if is_layer(layer) && self.core & bit(layer) != 0 => Ok(()),
            symbol::NONE => Err("it has no layer".to_owned()),
            symbol::TEXT => Err("no plugin may write the text".to_owned()),
            layer if layer.0 < symbol::FIRST_LOCAL && !is_layer(layer) => {
                Err(format!("`{name}` is no layer"))
            }
            _ => Err("the stage does not declare that it writes this layer".to_owned()),
        }
    }
}

/// The number of a core layer as a bit.
fn bit(layer: Symbol) -> u32 {
    1 << layer.0
}

fn is_layer(symbol: Symbol) -> bool {
    (symbol::TEXT.0..=symbol::PARTS.0).contains(&symbol.0)
}

/// What a stage said about one article so far. Its buffers are reused: [`clear`](Self::clear).
#[derive(Debug, Default)]
pub struct Answer {
    /// As they came; [`apply`](Self::apply) gives them the document's symbols and the answer's values.
    rows: Vec<Row>,
    /// Rows are counted over the document's, then these.
    relations: Vec<Relation>,
    values: String,
    names: Names,
    pieces: Vec<Piece>,
    /// What the numbers of each piece's names are in `names`, or a fixed number below 256; piece by piece.
    local: Vec<u16>,
    known: Known,
    layout: Layout,
}

/// What one call of `add` gave: where its rows and relations end, where its values start, and which of
/// `local` are its names.
#[derive(Clone, Debug)]
struct Piece {
    rows: usize,
    relations: usize,
    values: usize,
    local: Range<usize>,
}

/// Names one behind the other.
#[derive(Debug, Default)]
struct Names {
    bytes: String,
    ends: Vec<usize>,
}

impl Names {
    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[index]]
    }

    fn push(&mut self, name: &str) {
        self.bytes.push_str(name);
        self.ends.push(self.bytes.len());
    }
}

/// The names of an answer as symbols of the document: those that it has, and the numbers that new ones will get.
#[derive(Debug, Default)]
struct Known {
    /// For each name of the answer, its symbol once it was asked for.
    symbols: Vec<Option<Symbol>>,
    /// The names of the answer that the document does not have yet, in the order of their numbers there.
    fresh: Vec<usize>,
}

impl Known {
    /// The symbol of a number of the plugin's, whose own names are `local`; `None` where it means nothing.
    fn resolve(
        &mut self,
        number: Symbol,
        local: &[u16],
        names: &Names,
        doc: &Document,
    ) -> Option<Symbol> {
        let Some(own) = number.0.checked_sub(symbol::FIRST_LOCAL) else {
            return is_fixed(number.0).then_some(number);
        };
        let name = *local.get(usize::from(own))?;
        match name.checked_sub(symbol::FIRST_LOCAL) {
            None => Some(Symbol(name)),
            Some(index) => self.symbol(usize::from(index), names, doc),
        }
    }

    /// The symbol of name `index`; `None` where the document has too many.
    fn symbol(&mut self, index: usize, names: &Names, doc: &Document) -> Option<Symbol> {
        if let Some(symbol) = self.symbols[index] {
            return Some(symbol);
        }
        let name = names.get(index);
        let old = doc.names();
        let place = old.iter().position(|known| known == name).or_else(|| {
            let fresh = self.fresh.iter().position(|fresh| names.get(*fresh) == name);
            fresh.map(|at| old.len() + at)
        });
        let place = place.or_else(|| {
            self.fresh.push(index);
            Some(old.len() + self.fresh.len() - 1).filter(|place| *place < MAX_NAMES)
        })?;
        let symbol = Symbol(symbol::FIRST_LOCAL + place as u16);
        self.symbols[index] = Some(symbol);
        Some(symbol)
    }
}

impl Answer {
    /// Forgets everything, for the next article.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.relations.clear();
        self.values.clear();
        self.names.bytes.clear();
        self.names.ends.clear();
        self.pieces.clear();
        self.local.clear();
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.relations.is_empty()
    }

    /// Copies rows and relations, with the values and names that they count in; what was added
    /// before stays, and row numbers in relations go on counting.
    ///
    /// # Errors
    /// [`Violation`] where `values` are no UTF-8, a name may not be one, or it is more than [`MAX_ANSWER`] in sum.
    /// Everything else is for [`apply`](Self::apply) to say.
    pub fn add<'n>(
        &mut self,
        rows: impl IntoIterator<Item = plugin_abi::Row>,
        relations: impl IntoIterator<Item = plugin_abi::Relation>,
        values: &[u8],
        names: impl IntoIterator<Item = &'n [u8]>,
    ) -> Result<(), Violation> {
        let text = std::str::from_utf8(values).map_err(|error| {
            violation("values", format!("byte {} is no UTF-8", error.valid_up_to()))
        })?;
        let local = self.local.len();
        for name in names {
            self.add_name(name, local)?;
        }
        let values = self.values.len();
        self.values.push_str(text);
        // The document says itself who wrote them.
        let producer = ProducerId(0);
        self.rows.extend(rows.into_iter().map(|row| Row { producer, ..rows::row(row) }));
        self.relations.extend(
            relations.into_iter().map(|relation| Relation { producer, ..rows::relation(relation) }),
        );
        self.pieces.push(Piece {
            rows: self.rows.len(),
            relations: self.relations.len(),
            values,
            local: local..self.local.len(),
        });
        self.measure()
    }

    /// Adds a value of the whole article; `json` is checked with everything else.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_value(&mut self, name: &[u8], json: &[u8]) -> Result<(), Violation> {
        let row = plugin_abi::Row {
            layer: symbol::VALUES.0,
            kind: symbol::FIRST_LOCAL,
            value_len: u32::try_from(json.len()).unwrap_or(u32::MAX),
            ..plugin_abi::Row::EMPTY
        };
        self.add([row], [], json, [name])
    }

    /// Checks everything, then adds it to `doc` as written by its current stage. The answer is empty afterwards.
    ///
    /// # Errors
    /// [`Violation`], and nothing in `doc` has changed.
    pub fn apply(&mut self, doc: &mut Document, contract: &Contract) -> Result<(), Violation> {
        let checked = self.check(doc, contract);
        if checked.is_ok() {
            for fresh in &self.known.fresh {
                doc.intern(self.names.get(*fresh));
            }
            doc.append(&self.rows, &self.values);
            for relation in &self.relations {
                doc.relate(relation.from, relation.role, relation.to);
            }
        }
        self.clear();
        checked
    }

    /// Adds a name of the piece whose names start at `local`.
    fn add_name(&mut self, name: &[u8], local: usize) -> Result<(), Violation> {
        let number = self.local.len() - local;
        // A stage that adds row by row mostly has the same names each time.
        let before =
            self.pieces.last().and_then(|piece| self.local[piece.local.clone()].get(number));
        if let Some(&before) = before.filter(|before| self.own_name(**before).as_bytes() == name) {
            self.local.push(before);
            return Ok(());
        }
        let wrong = |message: String| violation(format!("name {number}"), message);
        let text = std::str::from_utf8(name).map_err(|_| wrong("it is no UTF-8".to_owned()))?;
        if text.is_empty() {
            return Err(wrong("it is empty".to_owned()));
        }
        if text.len() > MAX_NAME {
            return Err(wrong(format!("it has {} bytes, {MAX_NAME} are allowed", text.len())));
        }
        if text.chars().any(char::is_control) {
            return Err(wrong(format!("{text:?} has a control character")));
        }
        // No fixed name has a dot, and most of a plugin's have.
        let reserved = if text.contains('.') { None } else { symbol::reserved(text) };
        // One that adds row by row takes turns between a few.
        let again = || {
            let all = self.names.ends.len();
            let mut recent = all.saturating_sub(RECENT)..all;
            let index = recent.find(|index| self.names.get(*index) == text)?;
            Some(symbol::FIRST_LOCAL + index as u16)
        };
        let local = match reserved.map(|reserved| reserved.0).or_else(again) {
            Some(known) => known,
            None if self.names.ends.len() == MAX_NAMES => {
                return Err(wrong(format!("more than {MAX_NAMES} names")));
            }
            None => {
                self.names.push(text);
                symbol::FIRST_LOCAL + (self.names.ends.len() - 1) as u16
            }
        };
        self.local.push(local);
        Ok(())
    }

    /// The text of a number in `local`.
    fn own_name(&self, number: u16) -> &str {
        match number.checked_sub(symbol::FIRST_LOCAL) {
            Some(own) => self.names.get(usize::from(own)),
            None => symbol::reserved_name(Symbol(number)).unwrap_or_default(),
        }
    }

    fn measure(&self) -> Result<(), Violation> {
        let bytes = size_of_val(self.rows.as_slice())
            + size_of_val(self.relations.as_slice())
            + self.values.len()
            + self.names.bytes.len()
            + size_of_val(self.local.as_slice());
        if bytes > MAX_ANSWER { Err(too_much()) } else { Ok(()) }
    }

    /// Gives rows and relations the document's symbols, and checks them.
    fn check(&mut self, doc: &Document, contract: &Contract) -> Result<(), Violation> {
        let fits = |table: usize, added: usize| u32::try_from(table + added).is_ok();
        if !fits(doc.rows().len(), self.rows.len()) || !fits(doc.values().len(), self.values.len())
        {
            return Err(violation("answer", "the article's annotations exceed 4 GiB"));
        }
        self.known.fresh.clear();
        self.known.symbols.clear();
        self.known.symbols.resize(self.names.ends.len(), None);
        let has_core_rows = self.check_rows(doc, contract)?;
        self.name_roles(doc)?;
        if !has_core_rows && self.relations.is_empty() {
            return Ok(()); // a stage's own rows are free
        }
        let Self { rows, relations, values, names, known, layout, .. } = self;
        layout.check(Tables { rows, relations, values, names, known, doc })
    }

    /// What holds for rows of every layer; whether there are any of a core layer.
    fn check_rows(&mut self, doc: &Document, contract: &Contract) -> Result<bool, Violation> {
        let Self { rows, values, names, pieces, local, known, .. } = self;
        let text = doc.text();
        let (mut done, mut core) = (0, false);
        // Rows may share a value or lie over the same words, but a record has them once for each.
        let mut told = 0;
        let mut declared = None; // the last layer that was found so
        for (at, piece) in pieces.iter().enumerate() {
            let its_names = &local[piece.local.clone()];
            let values_end = pieces.get(at + 1).map_or(values.len(), |next| next.values);
            let its_values = &values[piece.values..values_end];
            // Neighbours are mostly of one sort: what the last row's numbers were, and what they mean.
            let mut last = ([symbol::NONE; 3], [symbol::NONE; 3]);
            for (row, number) in rows[done..piece.rows].iter_mut().zip(done..) {
                let numbers = [row.layer, row.kind, row.label];
                if numbers != last.0 {
                    let named = numbers.map(|number| known.resolve(number, its_names, names, doc));
                    let [Some(layer), Some(kind), Some(label)] = named else {
                        let layer = named[0].map_or("", |layer| name_of(layer, names, known, doc));
                        return Err(at_row(layer, number, unnamed(numbers, named)));
                    };
                    last = (numbers, [layer, kind, label]);
                }
                let [layer, kind, label] = last.1;
                (row.layer, row.kind, row.label) = (layer, kind, label);
                row.score += 0.0; // no negative zero
                core |= layer.0 < symbol::FIRST_LOCAL;
                told += row.value_len as usize;
                if told > MAX_ANSWER {
                    return Err(too_much());
                }
                let checked = if declared == Some(layer) {
                    Ok(())
                } else {
                    declared = Some(layer);
                    let name = name_of(layer, names, known, doc);
                    contract.allows(layer, name)
                };
                checked
                    .and_then(|()| check_numbers(row, text))
                    .and_then(|()| check_value(row, its_values))
                    .map_err(|message| {
                        at_row(name_of(layer, names, known, doc), number, message)
                    })?;
                told += (row.end - row.start) as usize;
                if told > MAX_ANSWER {
                    return Err(too_much());
                }
                row.value_start += piece.values as u32;
            }
            done = piece.rows;
        }
        Ok(core)
    }

    /// Gives relations the document's symbols.
    fn name_roles(&mut self, doc: &Document) -> Result<(), Violation> {
        let Self { relations, names, pieces, local, known, .. } = self;
        let mut done = 0;
        for piece in pieces.iter() {
            let its_names = &local[piece.local.clone()];
            for (relation, number) in relations[done..piece.relations].iter_mut().zip(done..) {
                let role = relation.role;
                let named = known.resolve(role, its_names, names, doc);
                relation.role = named.ok_or_else(|| {
                    violation(
                        format!("relation {number}"),
                        format!("its role {} is no name", role.0),
                    )
                })?;
            }
            done = piece.relations;
        }
        Ok(())
    }
}

/// The tables of an answer whose numbers were checked, and the document's before it.
#[derive(Clone, Copy)]
struct Tables<'a> {
    rows: &'a [Row],
    relations: &'a [Relation],
    values: &'a str,
    names: &'a Names,
    known: &'a Known,
    doc: &'a Document,
}

impl<'a> Tables<'a> {
    /// A row by its number over the document's and the new ones.
    fn row(self, id: RowId) -> Option<&'a Row> {
        let old = self.doc.rows();
        let at = id.0 as usize;
        old.get(at).or_else(|| self.rows.get(at - old.len()))
    }

    /// Which of the new rows this is.
    fn new_row(self, id: RowId) -> Option<usize> {
        (id.0 as usize).checked_sub(self.doc.rows().len())
    }

    /// The value of one of the new rows.
    fn value(self, row: &Row) -> Option<&'a str> {
        let start = row.value_start as usize;
        (row.value_len > 0).then(|| &self.values[start..start + row.value_len as usize])
    }

    /// The value of a row by its number.
    fn value_of(self, id: RowId) -> Option<&'a str> {
        let row = self.row(id)?;
        if self.new_row(id).is_some() { self.value(row) } else { self.doc.value(row) }
    }

    fn name(self, symbol: Symbol) -> &'a str {
        name_of(symbol, self.names, self.known, self.doc)
    }

    /// A violation of one of the new rows.
    fn at(self, number: usize, message: impl Into<String>) -> Violation {
        at_row(self.name(self.rows[number].layer), number, message)
    }
}

/// The text of a symbol that the document has or will have.
fn name_of<'a>(symbol: Symbol, names: &'a Names, known: &Known, doc: &'a Document) -> &'a str {
    match usize::from(symbol.0).checked_sub(usize::from(symbol::FIRST_LOCAL)) {
        None => symbol::reserved_name(symbol).unwrap_or_default(),
        Some(local) => match doc.names().get(local) {
            Some(name) => name,
            None => names.get(known.fresh[local - doc.names().len()]),
        },
    }
}

/// Which of a row's numbers is no name.
fn unnamed(numbers: [Symbol; 3], named: [Option<Symbol>; 3]) -> String {
    let of = numbers.iter().zip(named).zip(["layer", "kind", "label"]);
    let mut unnamed = of.filter(|((_, named), _)| named.is_none());
    let ((number, _), what) = unnamed.next().expect("one of them is none");
    format!("its {what} {} is no name", number.0)
}

fn too_much() -> Violation {
    violation("answer", format!("more than {} MiB for one article", MAX_ANSWER >> 20))
}

fn at_row(layer: &str, number: usize, message: impl Into<String>) -> Violation {
    let place = match layer {
        "" => format!("row {number}"),
        layer => format!("`{layer}` row {number}"),
    };
    violation(place, message)
}

/// A value is a slice of its piece's values, and JSON.
fn check_value(row: &Row, values: &str) -> Result<(), String> {
    if row.value_len == 0 {
        return Ok(());
    }
    let (start, len) = (row.value_start as usize, row.value_len as usize);
    let value = values.get(start..start + len).ok_or_else(|| {
        format!(
            "its value ({len} bytes from {start}) is no slice of `values` ({} bytes)",
            values.len()
        )
    })?;
    json::check(value).map_err(|error| format!("its value is no JSON: {error}"))
}

/// Span, score and flags of a row.
fn check_numbers(row: &Row, text: &str) -> Result<(), String> {
    let (start, end) = (row.start as usize, row.end as usize);
    if row.start != Row::NO_SPAN || row.end != Row::NO_SPAN {
        if start > end {
            return Err(format!("it ends ({end}) before it starts ({start})"));
        }
        if end > text.len() {
            return Err(format!("the end {end} lies beyond the text ({} bytes)", text.len()));
        }
        if !text.is_char_boundary(start) {
            return Err(format!("the start {start} splits a character"));
        }
        if !text.is_char_boundary(end) {
            return Err(format!("the end {end} splits a character"));
        }
    }
    let scored = (0.0..=1.0).contains(&row.score);
    if !scored && row.score.to_bits() != Row::NO_SCORE.to_bits() {
        return Err(format!("the score {} is not within 0 and 1", row.score));
    }
    if row.flags & !Row::NEGATED != 0 {
        return Err(format!("the flags {:#x} have no meaning", row.flags));
    }
    Ok(())
}

/// Whether a number below 256 is a name.
fn is_fixed(number: u16) -> bool {
    const KNOWN: [bool; symbol::FIRST_LOCAL as usize] = {
        let mut known = [false; symbol::FIRST_LOCAL as usize];
        let mut at = 0;
        while at < symbol::RESERVED.len() {
            known[symbol::RESERVED[at].0.0 as usize] = true;
            at += 1;
        }
        known
    };
    KNOWN[usize::from(number)]
}

fn violation(place: impl Into<String>, message: impl Into<String>) -> Violation {
    Violation { place: place.into(), message: message.into() }
}
