//! Text into a tree, with every syntax mistake and as little noise after one as possible.
//!
//! The parser recovers from a mistake by itself, but an unclosed bracket swallows what follows it.
//! So the first mistake is reported, the text is repaired there in the most likely way, and parsed
//! again: what comes after it is checked as if the mistake had not been made.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::Mistake;
use crate::tree::{Data, Entry, Node, Table};

/// Files with more syntax mistakes than this are hardly TOML; the rest is not looked for.
const MOST_SYNTAX_MISTAKES: usize = 50;

/// Tables and lists inside one another beyond this are refused; nothing of ours goes half as deep.
const DEEPEST: usize = 24;

/// Tables that may stand several times.
pub(crate) const ARRAYS: [&str; 4] = ["plugin", "source", "stage", "sink"];

/// A parsed file.
pub(crate) struct Parsed {
    pub(crate) root: Table,
    pub(crate) mistakes: Vec<Mistake>,
    /// Whether parts of the file could not be read, so that what is missing may be there after all.
    pub(crate) broken: bool,
}

pub(crate) fn parse(source: &str) -> Parsed {
    let mut repaired = Repaired { text: source.to_owned(), inserted: Vec::new() };
    let mut mistakes = Vec::new();
    loop {
        let copy = repaired.text.clone();
        let (table, errors) = DeTable::parse_recoverable(&copy);
        let mut errors: Vec<Complaint> = errors
            .iter()
            .map(|error| Complaint {
                span: error.span().unwrap_or(0..0),
                message: error.message().to_owned(),
            })
            .collect();
        errors.sort_by_key(|error| error.span.start);
        // A key given twice needs no repair: the tree has the first one.
        let (twice, errors): (Vec<_>, Vec<_>) =
            errors.into_iter().partition(|error| error.message == "duplicate key");
        if errors.is_empty() || mistakes.len() >= MOST_SYNTAX_MISTAKES {
            let broken = !mistakes.is_empty();
            mistakes
                .extend(twice.iter().map(|error| duplicate(source, &repaired.back(&error.span))));
            let mut convert = Convert { repaired: &repaired, mistakes };
            let root = convert.table(table.get_ref(), &(0..0), 0);
            return Parsed { root, mistakes: convert.mistakes, broken };
        }
        let mistake = repaired.repair(source, table.get_ref(), &errors);
        // A repair that changed nothing would be tried for ever.
        let stuck = repaired.text == copy || mistakes.contains(&mistake);
        mistakes.push(mistake);
        if stuck {
            let mut convert = Convert { repaired: &repaired, mistakes };
            let root = convert.table(table.get_ref(), &(0..0), 0);
            return Parsed { root, mistakes: convert.mistakes, broken: true };
        }
    }
}

/// What the parser said, in bytes of the repaired text.
struct Complaint {
    span: Range<usize>,
    message: String,
}

/// The text with repairs; knows the way back to the original.
struct Repaired {
    text: String,
    /// Insertions: where in the repaired text, and how many bytes; in order.
    inserted: Vec<(usize, usize)>,
}

impl Repaired {
    /// Bytes of the original for bytes of the repaired text.
    fn back(&self, span: &Range<usize>) -> Range<usize> {
        let back = |at: usize| {
            let before = self.inserted.iter().take_while(|(from, _)| *from < at);
            at - before.map(|(from, len)| (*len).min(at - from)).sum::<usize>()
        };
        back(span.start)..back(span.end)
    }

    fn insert(&mut self, at: usize, what: &str) {
        self.text.insert_str(at, what);
        for (from, _) in self.inserted.iter_mut().filter(|(from, _)| *from >= at) {
            *from += what.len();
        }
        self.inserted.push((at, what.len()));
        self.inserted.sort_unstable();
    }

    fn blank(&mut self, range: Range<usize>) {
        let blank = " ".repeat(range.len());
        self.text.replace_range(range, &blank);
    }

    fn line_of(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |before| before + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |after| at + after);
        start..end
    }

    /// Reports the first complaint and repairs the text there.
    fn repair(&mut self, source: &str, table: &DeTable<'_>, errors: &[Complaint]) -> Mistake {
        let at_end = |error: &Complaint| {
            error.span.start >= self.text.len() && error.message.starts_with("invalid multi-line")
        };
        if let Some(open) =
            errors.iter().any(at_end).then(|| opener(table, self.text.len(), true)).flatten()
        {
            let line = self.line_of(open);
            let span = self.back(&(open..(open + 3).min(self.text.len())));
            self.blank(line);
            return Mistake::error(&span, "this string is never closed")
                .label("opened here")
                .help("put three quotation marks at its end");
        }
        let unclosed = |error: &&Complaint| {
            error.message.starts_with("unclosed array, ")
                || error.message.starts_with("unclosed inline table")
        };
        let open =
            errors.iter().find(unclosed).and_then(|error| opener(table, error.span.start, false));
        if let Some(open) = open.filter(|open| errors.iter().all(|error| error.span.start > *open))
        {
            return self.close(open, errors);
        }
        let error = &errors[0];
        let at = floor(&self.text, error.span.start.min(self.text.len()));
        let line = self.line_of(at);
        let words = self.text[line.clone()].trim().to_owned();
        let mut span = self.back(&error.span);
        let unclosed = error.message.starts_with("invalid basic string")
            || error.message.starts_with("invalid literal string");
        let open = unclosed.then(|| opener(table, error.span.end, true)).flatten();
        if let Some(open) = open {
            span = self.back(&(open..open + 1));
        } else if span.is_empty() {
            span = span.start..next(source, span.start);
        }
        let mistake = explain(&error.message, &words, span, source);
        if let Some(header) = repaired_header(&words) {
            self.blank(line.clone());
            self.insert(line.start, &header);
        } else {
            self.blank(line);
        }
        mistake
    }

    /// Closes the bracket at `open` before the line where it went wrong.
    fn close(&mut self, open: usize, errors: &[Complaint]) -> Mistake {
        let list = self.text[open..].starts_with('[');
        let (closing, what) = if list { ("]", "list") } else { ("}", "table") };
        let own_line = self.line_of(open);
        let later = errors
            .iter()
            .map(|error| self.line_of(error.span.start))
            .find(|line| line.start > own_line.start);
        let before = later.map_or(own_line.end, |line| line.start);
        let span = self.back(&(open..open + 1));
        if before >= self.text.len() || self.text[before..].starts_with('\n') {
            self.insert(before, &format!("\n{closing}"));
        } else {
            self.insert(before, &format!("{closing}\n"));
        }
        Mistake::error(&span, format!("this {what} is never closed"))
            .label("opened here")
            .help(format!("put `{closing}` at its end"))
    }
}

/// The header that a broken header line was meant to be.
fn repaired_header(line: &str) -> Option<String> {
    let rest = line.strip_prefix('[')?;
    let name: String = rest
        .trim_start_matches(['[', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        .collect();
    if name.is_empty() || name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        return None;
    }
    Some(if ARRAYS.contains(&name.as_str()) { format!("[[{name}]]") } else { format!("[{name}]") })
}

/// Where the list or table begins (or the string, if `strings`) that reaches to `end` without
/// being closed: the outermost one.
fn opener(table: &DeTable<'_>, end: usize, strings: bool) -> Option<usize> {
    table.values().filter_map(|value| opener_in(value, end, strings)).min()
}

fn opener_in(value: &toml::Spanned<DeValue<'_>>, end: usize, strings: bool) -> Option<usize> {
    let reaches = value.span().end == end;
    match value.get_ref() {
        DeValue::String(_) => (strings && reaches).then_some(value.span().start),
        DeValue::Array(items) => {
            // `[[name]]`: the array has the place of its first header, and needs no end.
            let tables = items.iter().next().is_some_and(|first| first.span() == value.span());
            if reaches && !tables && !strings {
                return Some(value.span().start);
            }
            items.iter().filter_map(|item| opener_in(item, end, strings)).min()
        }
        DeValue::Table(_) if reaches && !strings => Some(value.span().start),
        DeValue::Table(inner) => opener(inner, end, strings),
        _ => None,
    }
}

/// A key or table that stands a second time.
fn duplicate(source: &str, span: &Range<usize>) -> Mistake {
    let key = source.get(span.clone()).unwrap_or_default();
    let line_start = source[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let header = source[line_start..span.start].trim_start().starts_with('[');
    if header && ARRAYS.contains(&key) {
        return Mistake::error(span, format!("`{key}` stands in single and in double brackets"))
            .label("does not go with the other one")
            .help(format!("write `[[{key}]]` for each of them"));
    }
    let what = if header { "table" } else { "key" };
    Mistake::error(span, format!("the {what} `{key}` stands here a second time"))
        .label("second time")
        .help(format!("put both into one, or remove one `{key}`"))
}

/// The parser's complaint in words that help.
fn explain(message: &str, line: &str, mut span: Range<usize>, source: &str) -> Mistake {
    let found = source.get(span.clone()).unwrap_or_default().trim().to_owned();
    let (text, help): (String, Option<String>) = if message.starts_with("invalid boolean")
        && matches!(found.to_lowercase().as_str(), "true" | "false")
    {
        (
            "truth values are written in small letters".to_owned(),
            Some(format!("write `{}`", found.to_lowercase())),
        )
    } else if found.is_empty() && line.ends_with('=') {
        ("a key without a value".to_owned(), Some("write `key = value`".to_owned()))
    } else if message.starts_with("string values must be quoted")
        || message.starts_with("invalid boolean")
    {
        let meant = match found.to_lowercase().as_str() {
            "true" | "yes" | "on" => "`true`".to_owned(),
            "false" | "no" | "off" => "`false`".to_owned(),
            _ => format!(
                "`\"{}\"`",
                found.trim_matches(['“', '”', '„', '‘', '’', '"', '\'', '`', ','])
            ),
        };
        ("text must stand in straight quotation marks".to_owned(), Some(format!("write {meant}")))
    } else if message.starts_with("extra `=`") {
        ("one `=` too many".to_owned(), Some("write `key = value`".to_owned()))
    } else if line.contains(':') && !line.contains('=') && !line.starts_with('[') {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        (
            "a key and its value are joined by `=`".to_owned(),
            Some(format!("write `{} = {}`", key.trim(), value.trim())),
        )
    } else if message.starts_with("key with no value") || message.starts_with("missing value") {
        ("a key without a value".to_owned(), Some("write `key = value`".to_owned()))
    } else if message.starts_with("missing comma") {
        ("a comma is missing before this".to_owned(), Some("put `,` between the two".to_owned()))
    } else if message.starts_with("unclosed array table") || message.starts_with("unclosed table") {
        let help = repaired_header(line).map(|header| format!("write `{header}`"));
        ("this header is never closed".to_owned(), help)
    } else if message.starts_with("invalid unquoted key") {
        (
            "this cannot stand in a key".to_owned(),
            Some("keys are letters, digits, `-` and `_`".to_owned()),
        )
    } else if message.starts_with("missing escaped value") {
        let help = "write `\\\\` for a backslash, or put the text in single quotation marks";
        ("unknown escape sequence in a string".to_owned(), Some(help.to_owned()))
    } else if message.starts_with("unexpected key or value") {
        (
            "this line should have ended here".to_owned(),
            Some("put one `key = value` on each line".to_owned()),
        )
    } else if message.starts_with("invalid basic string")
        || message.starts_with("invalid literal string")
    {
        (
            "this string is never closed".to_owned(),
            Some("put the closing quotation mark on the same line".to_owned()),
        )
    } else {
        (message.to_owned(), None)
    };
    if span.start >= source.len() && !source.is_empty() && source.ends_with('\n') {
        span = source.len()..source.len();
    }
    Mistake::error(&span, text).label("here").maybe_help(help)
}

/// The end of the character at `at`, staying on its line.
fn next(source: &str, at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    at + rest.chars().next().filter(|c| *c != '\n' && *c != '\r').map_or(0, char::len_utf8)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The parser's tree into ours.
struct Convert<'a> {
    repaired: &'a Repaired,
    mistakes: Vec<Mistake>,
}

impl Convert<'_> {
    fn table(&mut self, table: &DeTable<'_>, span: &Range<usize>, depth: usize) -> Table {
        let mut entries: Vec<Entry> = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key_span = self.repaired.back(&key.span());
            let node = self.node(value, depth);
            entries.push(Entry { key: key.get_ref().to_string(), key_span, node });
        }
        entries.sort_by_key(|entry| entry.key_span.start);
        Table { span: span.clone(), entries }
    }

    fn node(&mut self, value: &toml::Spanned<DeValue<'_>>, depth: usize) -> Node {
        let span = self.repaired.back(&value.span());
        let data = match value.get_ref() {
            DeValue::Table(_) | DeValue::Array(_) if depth == DEEPEST => {
                self.mistakes.push(
                    Mistake::error(&span, "lists and tables are nested too deep here")
                        .label("too deep"),
                );
                Data::Hole
            }
            DeValue::String(text) => Data::Text(text.to_string()),
            DeValue::Integer(number) => {
                if let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) {
                    Data::Integer(number)
                } else {
                    let mistake = Mistake::error(&span, "this number is too large");
                    self.mistakes.push(mistake.label("beyond 64 bits"));
                    Data::Hole
                }
            }
            DeValue::Float(number) => number.as_str().parse().map_or(Data::Hole, Data::Float),
            DeValue::Boolean(value) => Data::Bool(*value),
            DeValue::Datetime(_) => Data::Datetime,
            DeValue::Array(list) => {
                Data::List(list.iter().map(|item| self.node(item, depth + 1)).collect())
            }
            DeValue::Table(table) => Data::Table(self.table(table, &span, depth + 1)),
        };
        Node { span, data }
    }
}
