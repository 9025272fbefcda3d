//! Whether rows of the core layers are laid out as `document::layers` says, so that a record made of
//! them keeps its promises whoever wrote them. A plugin's own layers are free.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use document::{Document, Relation, Row, RowId, Symbol, json, symbol};

use super::{Tables, Violation, violation};

/// Whether `symbol` is one of the names of a core layer's rows.
macro_rules! one_of {
    ($symbol:expr, $($name:ident)|+) => {
        matches!($symbol, $(symbol::$name)|+)
    };
}

/// What is remembered while one answer is checked; its buffers are reused.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// For each new row, a bit for each core role that it has a relation in; see [`role_bit`].
    roles: Vec<u16>,
    /// The mentions of kind `name` and `value`, where they did not come in order.
    places: Vec<(u32, u32, usize)>,
    /// Rows of other stages that refer to an entity, once that was asked.
    referring: Option<BTreeSet<RowId>>,
}

impl Layout {
    /// Checks rows whose numbers are right already.
    pub(super) fn check(&mut self, tables: Tables<'_>) -> Result<(), Violation> {
        self.roles.clear();
        self.roles.resize(tables.rows.len(), 0);
        self.places.clear();
        self.referring = None;
        let mut sentences = 0;
        let mut mentions = ControlFlow::Continue(0);
        for (number, row) in tables.rows.iter().enumerate() {
            let checked = match row.layer {
                symbol::SENTENCES => sentence(row, &mut sentences),
                symbol::MENTIONS => {
                    mentions = in_order(row, mentions);
                    mention(row, tables)
                }
                layer if layer.0 < symbol::FIRST_LOCAL => core_row(row, tables),
                _ => Ok(()),
            };
            checked.map_err(|message| tables.at(number, message))?;
        }
        if mentions.is_break() {
            self.no_overlap(tables)?;
        }
        for (number, relation) in tables.relations.iter().enumerate() {
            self.relation(relation, tables)
                .map_err(|message| violation(format!("relation {number}"), message))?;
        }
        self.complete(tables)
    }

    /// Mentions of kind `name` and `value` never overlap.
    fn no_overlap(&mut self, tables: Tables<'_>) -> Result<(), Violation> {
        let rows = tables.rows.iter().enumerate();
        self.places.extend(
            rows.filter(|(_, row)| is_exclusive(row)).map(|(at, row)| (row.start, row.end, at)),
        );
        self.places.sort_unstable();
        for pair in self.places.windows(2) {
            if pair[1].0 < pair[0].1 {
                let (first, second) = (pair[0].2.min(pair[1].2), pair[0].2.max(pair[1].2));
                let message = format!("it overlaps row {first}; names and values never do");
                return Err(tables.at(second, message));
            }
        }
        Ok(())
    }

    fn relation(&mut self, relation: &Relation, tables: Tables<'_>) -> Result<(), String> {
        let Relation { from, to, role, .. } = *relation;
        let exists = |id: RowId| {
            tables.row(id).ok_or_else(|| {
                let rows = tables.doc.rows().len() + tables.rows.len();
                format!("row {} does not exist ({rows} rows with the new ones)", id.0)
            })
        };
        let (source, target) = (exists(from)?, exists(to)?);
        let Some(bit) = role_bit(role) else {
            if role.0 < symbol::FIRST_LOCAL {
                return Err(format!("`{}` is no role", tables.name(role)));
            }
            return Ok(());
        };
        let own = source.layer.0 >= symbol::FIRST_LOCAL
            || !one_of!(source.layer, MENTIONS | ENTITIES | QUOTATIONS | TURNS | PARTS);
        if own {
            return Ok(()); // what a stage's own rows are linked by is its own affair
        }
        let name = tables.name(role);
        if !may_link(source.layer, role, target.layer) {
            return Err(format!(
                "`{name}` does not lead from `{}` to `{}`",
                tables.name(source.layer),
                tables.name(target.layer)
            ));
        }
        if role == symbol::PART_OF && tables.new_row(to).is_none() {
            return Err(format!("row {} is another stage's: no part can be added to it", to.0));
        }
        let again = match tables.new_row(from) {
            Some(new) => {
                let before = self.roles[new];
                self.roles[new] |= bit;
                before & bit != 0
            }
            None if role == symbol::ENTITY && tables.new_row(to).is_some() => {
                !self.referring(tables.doc).insert(from)
            }
            None => {
                return Err(format!(
                    "row {} is another stage's: what it says cannot be changed",
                    from.0
                ));
            }
        };
        if again && role != symbol::MARKED {
            return Err(format!("a second `{name}` of row {}", from.0));
        }
        if role == symbol::PART_OF && from == to {
            let new = tables.new_row(from).expect("rows of others were refused above");
            self.roles[new] |= FIRST_PART;
        }
        ends(source, role, to, tables)
    }

    /// The rows of other stages that refer to an entity already.
    fn referring(&mut self, doc: &Document) -> &mut BTreeSet<RowId> {
        self.referring.get_or_insert_with(|| {
            let refers = |relation: &&Relation| relation.role == symbol::ENTITY;
            doc.relations().iter().filter(refers).map(|relation| relation.from).collect()
        })
    }

    /// What rows must have relations for.
    fn complete(&self, tables: Tables<'_>) -> Result<(), Violation> {
        for (number, (row, roles)) in tables.rows.iter().zip(&self.roles).enumerate() {
            let has = |role| role_bit(role).is_some_and(|bit| roles & bit != 0);
            let missing = match row.layer {
                symbol::ENTITIES if !has(symbol::KEY) => "an entity has a `key`",
                symbol::QUOTATIONS if one_of!(row.kind, DIRECT | MIXED) && !has(symbol::MARKED) => {
                    "a direct or mixed quotation says what is `marked`"
                }
                _ => continue,
            };
            return Err(tables.at(number, format!("a relation is missing: {missing}")));
        }
        for (number, relation) in tables.relations.iter().enumerate() {
            let first = tables.new_row(relation.to).filter(|_| relation.role == symbol::PART_OF);
            let of_ours =
                tables.row(relation.from).is_some_and(|row| row.layer == symbol::QUOTATIONS);
            if of_ours && first.is_some_and(|first| self.roles[first] & FIRST_PART == 0) {
                let message = "the first part of a quotation is `part_of` itself";
                return Err(violation(format!("relation {number}"), message));
            }
        }
        Ok(())
    }
}

/// What the row that a relation leads to must hold.
fn ends(source: &Row, role: Symbol, to: RowId, tables: Tables<'_>) -> Result<(), String> {
    let target = tables.row(to).expect("the caller has looked");
    let name = tables.name(role);
    match role {
        symbol::ENTITY if source.layer == symbol::MENTIONS && source.kind == symbol::VALUE => {
            Err("a mention of kind `value` has no entity".to_owned())
        }
        symbol::CUE | symbol::MARKED | symbol::ADDRESSEE | symbol::OCCASION => {
            let Some(span) = target.span() else {
                return Err(format!("the part of a `{name}` has no span"));
            };
            if role != symbol::MARKED {
                return Ok(());
            }
            let whole = source.span().ok_or("the quotation has no span")?;
            match source.kind {
                symbol::DIRECT if span != whole => {
                    Err("what is `marked` in a direct quotation is all of it".to_owned())
                }
                _ if !whole.contains(span) => {
                    Err("what is `marked` lies outside the quotation".to_owned())
                }
                _ => Ok(()),
            }
        }
        symbol::SAID_ON | symbol::ROLE | symbol::KEY | symbol::COUNTRY => {
            let text = tables.value_of(to).and_then(json::as_str).filter(|text| !text.is_empty());
            match text {
                None => Err(format!("the part of a `{name}` has no text")),
                Some(text) if role == symbol::SAID_ON && !is_date(&text) => {
                    Err(format!("`{text}` is no ISO date"))
                }
                Some(_) => Ok(()),
            }
        }
        symbol::SPEAKER => {
            if !one_of!(target.kind, NAME | DESCRIPTION | PRONOUN | CARRIED) {
                return Err(
                    "the kind of a speaker is `name`, `description`, `pronoun` or `carried`"
                        .to_owned(),
                );
            }
            tables
                .value_of(to)
                .and_then(json::as_str)
                .map(drop)
                .ok_or_else(|| "the speaker has no name: its value is no JSON string".to_owned())
        }
        _ => Ok(()),
    }
}

/// The bit beside those of the roles: the first part of a quotation.
const FIRST_PART: u16 = 1 << 15;

/// The bit of a core role.
fn role_bit(role: Symbol) -> Option<u16> {
    (symbol::ENTITY.0..=symbol::COUNTRY.0)
        .contains(&role.0)
        .then(|| 1 << (role.0 - symbol::ENTITY.0))
}

/// Which layers a core role links.
fn may_link(from: Symbol, role: Symbol, to: Symbol) -> bool {
    match role {
        symbol::ENTITY => one_of!(from, MENTIONS | PARTS) && to == symbol::ENTITIES,
        symbol::SPEAKER => one_of!(from, QUOTATIONS | TURNS) && to == symbol::PARTS,
        symbol::PART_OF => from == symbol::QUOTATIONS && to == symbol::QUOTATIONS,
        symbol::ROLE => from == symbol::PARTS && to == symbol::PARTS,
        symbol::KEY | symbol::COUNTRY => from == symbol::ENTITIES && to == symbol::PARTS,
        _ => from == symbol::QUOTATIONS && to == symbol::PARTS,
    }
}

fn sentence(row: &Row, after: &mut u32) -> Result<(), String> {
    needs_words(row)?;
    if row.start < *after {
        return Err(format!(
            "it starts ({}) before the sentence before it ends ({after})",
            row.start
        ));
    }
    *after = row.end;
    Ok(())
}

fn is_exclusive(row: &Row) -> bool {
    row.layer == symbol::MENTIONS && one_of!(row.kind, NAME | VALUE)
}

/// Where the last mention ended that no other may overlap; `Break` once they came out of order.
fn in_order(row: &Row, ended: ControlFlow<(), u32>) -> ControlFlow<(), u32> {
    match ended {
        ControlFlow::Continue(end) if is_exclusive(row) && row.start >= end => {
            ControlFlow::Continue(row.end)
        }
        ControlFlow::Continue(_) if is_exclusive(row) => ControlFlow::Break(()),
        other => other,
    }
}

fn mention(row: &Row, tables: Tables<'_>) -> Result<(), String> {
    needs_words(row)?;
    if !one_of!(row.kind, NAME | DESCRIPTION | PRONOUN | VALUE) {
        return Err(kind_of("a mention", "`name`, `description`, `pronoun` or `value`"));
    }
    let value = tables.value(row);
    if row.kind != symbol::VALUE {
        if !one_of!(row.label, PER | ORG | LOC | MISC) {
            return Err("the label of a mention is `PER`, `ORG`, `LOC` or `MISC`".to_owned());
        }
        return value
            .map_or(Ok(()), |_| Err("only a mention of kind `value` has a value".to_owned()));
    }
    let form = match row.label {
        symbol::DATE => ("`DATE` is a string", b'"'),
        symbol::MONEY => ("`MONEY` is an object", b'{'),
        symbol::QUANTITY => ("`QUANTITY` is an object", b'{'),
        _ => return Err("the label of a value is `DATE`, `MONEY` or `QUANTITY`".to_owned()),
    };
    match value {
        Some(value) if value.as_bytes()[0] != form.1 => Err(format!("the value of a {}", form.0)),
        _ => Ok(()),
    }
}

/// Rows of the core layers that stand for themselves.
fn core_row(row: &Row, tables: Tables<'_>) -> Result<(), String> {
    match row.layer {
        symbol::ENTITIES => {
            needs_no_span(row)?;
            needs_text(row, tables)?;
            if !one_of!(row.label, PER | ORG | LOC | MISC) {
                return Err("the label of an entity is `PER`, `ORG`, `LOC` or `MISC`".to_owned());
            }
            Ok(())
        }
        symbol::QUOTATIONS => {
            needs_words(row)?;
            if !one_of!(row.kind, DIRECT | MIXED | INDIRECT) {
                return Err(kind_of("a quotation", "`direct`, `mixed` or `indirect`"));
            }
            Ok(())
        }
        symbol::TURNS => {
            needs_words(row)?;
            if !one_of!(row.kind, QUESTION | ANSWER) {
                return Err(kind_of("a turn", "`question` or `answer`"));
            }
            Ok(())
        }
        symbol::SUMMARY => needs_words(row),
        symbol::KEYPHRASES | symbol::NOTES => needs_text(row, tables),
        symbol::STORY => {
            needs_no_span(row)?;
            needs_text(row, tables)
        }
        symbol::VALUES => {
            needs_no_span(row)?;
            if !tables.name(row.kind).contains('.') {
                return Err("its kind, the value's name, has no dot".to_owned());
            }
            if row.value_len == 0 {
                return Err(format!("`{}` has no value", tables.name(row.kind)));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn kind_of(what: &str, kinds: &str) -> String {
    format!("the kind of {what} is {kinds}")
}

fn needs_words(row: &Row) -> Result<(), String> {
    match row.span() {
        Some(span) if !span.is_empty() => Ok(()),
        Some(_) => Err("its span is empty".to_owned()),
        None => Err("it has no span".to_owned()),
    }
}

fn needs_no_span(row: &Row) -> Result<(), String> {
    row.span().map_or(Ok(()), |_| Err("a row of this layer has no span".to_owned()))
}

fn needs_text(row: &Row, tables: Tables<'_>) -> Result<(), String> {
    let text = tables.value(row).and_then(json::as_str);
    text.filter(|text| !text.is_empty())
        .map(drop)
        .ok_or_else(|| "its value is no JSON string with a text".to_owned())
}

/// `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let dashes = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    dashes
        && number(0..4).is_some()
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
}
