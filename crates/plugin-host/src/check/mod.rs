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

use document::{Document, ProducerId, Relation, Row, RowId, Symbol, symbol};

use layout::Layout;

/// Bytes of annotations that a stage may add to one article: rows, relations, values and names.
pub const MAX_ANSWER: usize = 64 << 20;
/// Names of its own that a document may have.
pub const MAX_NAMES: usize = 65_000;
/// Bytes that a name may have.
pub const MAX_NAME: usize = 200;

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
    /// Symbols from 256 on count in `names`; `producer` is not set yet.
    rows: Vec<Row>,
    /// Rows are counted over the document's, then these.
    relations: Vec<Relation>,
    values: String,
    names: Names,
    layout: Layout,
    /// What the names of the answer are called in the document, as far as that was asked.
    symbols: Vec<Option<Symbol>>,
    /// What the names of one call of `add` are called in the answer.
    local: Vec<u16>,
    /// The same of the call before it, which often has the same names.
    before: Vec<u16>,
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

impl Answer {
    /// Forgets everything, for the next article.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.relations.clear();
        self.values.clear();
        self.names.bytes.clear();
        self.names.ends.clear();
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
    /// [`Violation`] where a number means nothing: a name out of range or one that may not be a name,
    /// a value beyond `values`, more than [`MAX_ANSWER`] in sum.
    pub fn add<'n>(
        &mut self,
        rows: impl IntoIterator<Item = plugin_abi::Row>,
        relations: impl IntoIterator<Item = plugin_abi::Relation>,
        values: &[u8],
        names: impl IntoIterator<Item = &'n [u8]>,
    ) -> Result<(), Violation> {
        let values = std::str::from_utf8(values).map_err(|error| {
            violation("values", format!("byte {} is no UTF-8", error.valid_up_to()))
        })?;
        std::mem::swap(&mut self.local, &mut self.before);
        self.local.clear();
        for name in names {
            self.add_name(name)?;
        }
        let base = self.values.len();
        self.values.push_str(values);
        for row in rows {
            let row = self.adopt(row, base).map_err(|message| self.in_row(row, message))?;
            self.rows.push(row);
        }
        for relation in relations {
            let role = self.symbol(relation.role);
            let role = role.ok_or_else(|| {
                violation(
                    format!("relation {}", self.relations.len()),
                    format!("its role {} is no name", relation.role),
                )
            })?;
            self.relations.push(Relation {
                from: RowId(relation.from),
                to: RowId(relation.to),
                role,
                producer: ProducerId(0),
            });
        }
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

    /// Checks everything, then adds it to `doc` as written by its current stage.
    ///
    /// # Errors
    /// [`Violation`], and nothing in `doc` has changed.
    pub fn apply(&mut self, doc: &mut Document, contract: &Contract) -> Result<(), Violation> {
        self.check(doc, contract)?;
        self.write(doc);
        Ok(())
    }

    fn add_name(&mut self, name: &[u8]) -> Result<(), Violation> {
        let number = self.local.len();
        if let Some(&same) = self.before.get(number)
            && self.name(Symbol(same)).as_bytes() == name
        {
            self.local.push(same);
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
        let local = match symbol::reserved(text) {
            Some(reserved) => reserved.0,
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

    /// What a number of the plugin's is here; `None` where it means nothing.
    fn symbol(&self, number: u16) -> Option<Symbol> {
        match number.checked_sub(symbol::FIRST_LOCAL) {
            Some(local) => self.local.get(usize::from(local)).copied().map(Symbol),
            None => known(number).then_some(Symbol(number)),
        }
    }

    /// A row of the plugin's as one of ours.
    fn adopt(&self, row: plugin_abi::Row, base: usize) -> Result<Row, String> {
        let named = |what: &str, number| {
            self.symbol(number).ok_or_else(|| format!("its {what} {number} is no name"))
        };
        let layer = named("layer", row.layer)?;
        let kind = named("kind", row.kind)?;
        let label = named("label", row.label)?;
        let (start, len) = (base + row.value_start as usize, row.value_len as usize);
        if row.value_len > 0 && self.values.get(start..start + len).is_none() {
            return Err(format!(
                "its value ({len} bytes from {}) is no slice of `values` ({} bytes)",
                row.value_start,
                self.values.len() - base
            ));
        }
        Ok(Row {
            start: row.start,
            end: row.end,
            layer,
            kind,
            label,
            producer: ProducerId(0),
            score: row.score + 0.0, // no negative zero
            value_start: if row.value_len > 0 { start as u32 } else { 0 },
            value_len: row.value_len,
            flags: row.flags,
        })
    }

    /// A violation of the row that would be the next one.
    fn in_row(&self, row: plugin_abi::Row, message: String) -> Violation {
        let layer = self.symbol(row.layer).unwrap_or(symbol::NONE);
        self.at(layer, self.rows.len(), message)
    }

    fn measure(&self) -> Result<(), Violation> {
        let bytes = size_of_val(self.rows.as_slice())
            + size_of_val(self.relations.as_slice())
            + self.values.len()
            + self.names.bytes.len();
        if bytes > MAX_ANSWER {
            let limit = MAX_ANSWER >> 20;
            return Err(violation("answer", format!("more than {limit} MiB for one article")));
        }
        Ok(())
    }

    /// The text of one of the answer's symbols.
    fn name(&self, symbol: Symbol) -> &str {
        match symbol.0.checked_sub(symbol::FIRST_LOCAL) {
            Some(local) => self.names.get(usize::from(local)),
            None => symbol::reserved_name(symbol).unwrap_or_default(),
        }
    }

    fn value(&self, row: &Row) -> Option<&str> {
        let start = row.value_start as usize;
        (row.value_len > 0).then(|| &self.values[start..start + row.value_len as usize])
    }

    fn check(&mut self, doc: &Document, contract: &Contract) -> Result<(), Violation> {
        if doc.names().len() + self.names.ends.len() > MAX_NAMES {
            return Err(violation("names", format!("more than {MAX_NAMES} in one article")));
        }
        let fits = |table: usize, added: usize| u32::try_from(table + added).is_ok();
        if !fits(doc.rows().len(), self.rows.len()) || !fits(doc.values().len(), self.values.len())
        {
            return Err(violation("answer", "the article's annotations exceed 4 GiB".to_owned()));
        }
        let mut layout = std::mem::take(&mut self.layout);
        let checked = self.check_rows(doc, contract).and_then(|()| layout.check(self, doc));
        self.layout = layout;
        checked
    }

    /// What holds for rows of every layer.
    fn check_rows(&self, doc: &Document, contract: &Contract) -> Result<(), Violation> {
        let text = doc.text();
        let mut declared = None; // the last layer that was found so
        for (number, row) in self.rows.iter().enumerate() {
            let checked = if declared == Some(row.layer) || self.may_write(row.layer, contract) {
                declared = Some(row.layer);
                check_numbers(row, text).and_then(|()| match self.value(row) {
                    Some(value) => {
                        json::check(value).map_err(|error| format!("its value is no JSON: {error}"))
                    }
                    None => Ok(()),
                })
            } else {
                Err(self.undeclared(row.layer))
            };
            checked.map_err(|message| self.at(row.layer, number, message))?;
        }
        Ok(())
    }

    fn may_write(&self, layer: Symbol, contract: &Contract) -> bool {
        match layer.0.checked_sub(symbol::FIRST_LOCAL) {
            Some(local) => {
                let name = self.names.get(usize::from(local));
                contract.own.iter().any(|own| own == name)
            }
            None => is_layer(layer) && contract.core & bit(layer) != 0,
        }
    }

    fn undeclared(&self, layer: Symbol) -> String {
        match layer {
            symbol::NONE => "it has no layer".to_owned(),
            symbol::TEXT => "no plugin may write the text".to_owned(),
            layer if layer.0 < symbol::FIRST_LOCAL && !is_layer(layer) => {
                format!("`{}` is no layer", self.name(layer))
            }
            _ => "the stage does not declare that it writes this layer".to_owned(),
        }
    }

    /// A violation of new row `number`, of `layer`.
    fn at(&self, layer: Symbol, number: usize, message: impl Into<String>) -> Violation {
        let place = match self.name(layer) {
            "" => format!("row {number}"),
            layer => format!("`{layer}` row {number}"),
        };
        violation(place, message)
    }

    fn write(&mut self, doc: &mut Document) {
        let Self { rows, relations, values, names, symbols, .. } = self;
        symbols.clear();
        symbols.resize(names.ends.len(), None);
        let mut in_document = |doc: &mut Document, symbol: Symbol| {
            let Some(local) = symbol.0.checked_sub(symbol::FIRST_LOCAL) else { return symbol };
            let local = usize::from(local);
            *symbols[local].get_or_insert_with(|| doc.intern(names.get(local)))
        };
        for row in rows {
            let ours = Row {
                layer: in_document(doc, row.layer),
                kind: in_document(doc, row.kind),
                label: in_document(doc, row.label),
                ..*row
            };
            if row.value_len == 0 {
                doc.add(ours);
            } else {
                let start = row.value_start as usize;
                doc.add_with_value(ours, &values[start..start + row.value_len as usize]);
            }
        }
        for relation in relations {
            let role = in_document(doc, relation.role);
            doc.relate(relation.from, role, relation.to);
        }
    }
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
fn known(number: u16) -> bool {
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
