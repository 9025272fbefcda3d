//! Metadata that lies beside an article: `drop.csv` for a folder, `NAME.meta.json` for a file.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use document::{Field, Origin};
use stage_api::Failure;

use crate::article::Article;
use crate::columns::{Columns, Target};
use crate::failure::Trouble;
use crate::reach;
use crate::supplied::Supplied;
use crate::walk::Found;

const TABLE: &str = "drop.csv";
const META: &str = ".meta.json";
/// Bytes of one `NAME.meta.json`; an article's metadata is far smaller.
const LARGEST_META: u64 = 1 << 20;

/// Whether a file of this name is a sidecar and no article.
pub(crate) fn is_sidecar(name: &OsStr) -> bool {
    name == TABLE || name.as_encoded_bytes().ends_with(META.as_bytes())
}

/// Where sidecars that speak of `found` lie, or would.
pub(crate) fn places(found: &Found) -> impl Iterator<Item = PathBuf> {
    let name = found.path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let own = stems(name).map(|stem| found.path.with_file_name(format!("{stem}{META}")));
    folders(found).into_iter().map(|(folder, _)| folder.join(TABLE)).chain(own)
}

/// The sidecars of the folders around the file read last.
pub(crate) struct Sidecars {
    columns: Columns,
    tables: Vec<Table>,
    /// Tables that were found broken, each told once.
    told: BTreeSet<PathBuf>,
}

/// The `drop.csv` of a folder.
struct Table {
    folder: PathBuf,
    rows: Rows,
}

/// What a table says, by file name relative to its folder.
#[derive(Default)]
struct Rows {
    by_file: HashMap<String, Supplied>,
    /// The first mistake, with its line.
    mistake: Option<(u64, Trouble)>,
}

impl Sidecars {
    pub(crate) fn new() -> Self {
        Self { columns: Columns::own(), tables: Vec::new(), told: BTreeSet::new() }
    }

    /// What sidecars say of `found`, and which of them are broken. The file's own wins over the
    /// table of its folder, that one over the tables of folders around it.
    pub(crate) fn of(&mut self, found: &Found) -> (Supplied, Vec<Failure>) {
        let mut failures = Vec::new();
        self.tables.retain(|table| found.path.starts_with(&table.folder));
        let mut supplied = Supplied::default();
        for (folder, id) in folders(found) {
            let inside = found.id.get(id.len()..).unwrap_or_default().trim_start_matches('/');
            if let Some(row) = self.table(folder, id, &mut failures).rows.by_file.get(inside) {
                supplied.overlay(row.clone());
            }
        }
        match self.own(found) {
            Ok(Some(own)) => supplied.overlay(own),
            Ok(None) => {}
            Err(failure) => failures.push(*failure),
        }
        (supplied, failures)
    }

    fn table(&mut self, folder: &Path, id: &str, failures: &mut Vec<Failure>) -> &Table {
        let known = self.tables.iter().position(|table| table.folder == folder);
        let at = known.unwrap_or_else(|| {
            let path = folder.join(TABLE);
            let mut rows = Rows::read(&path, &self.columns);
            if let Some((line, trouble)) = rows.mistake.take()
                && self.told.insert(path)
            {
                let id = if id.is_empty() { TABLE.to_owned() } else { format!("{id}/{TABLE}") };
                let origin = Origin { line: Some(line), ..Origin::path(id.clone()) };
                failures.push(trouble.at(id, origin));
            }
            self.tables.push(Table { folder: folder.to_owned(), rows });
            self.tables.len() - 1
        });
        &self.tables[at]
    }

    /// The `NAME.meta.json` of a file: by its full name, or without one extension after the other.
    fn own(&self, found: &Found) -> Result<Option<Supplied>, Box<Failure>> {
        let Some(name) = found.path.file_name().and_then(OsStr::to_str) else { return Ok(None) };
        for stem in stems(name) {
            let sidecar = format!("{stem}{META}");
            let read = read_meta(&found.path.with_file_name(&sidecar), &self.columns);
            let supplied = read.map_err(|trouble| {
                let folder = found.id.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
                Box::new(trouble.of_file(&format!("{}{sidecar}", folder.unwrap_or_default())))
            })?;
            if supplied.is_some() {
                return Ok(supplied);
            }
        }
        Ok(None)
    }
}

/// One object of metadata; `None` where there is no such file.
fn read_meta(path: &Path, columns: &Columns) -> Result<Option<Supplied>, Trouble> {
    let Some(file) = reach::open_beside(path)? else { return Ok(None) };
    let mut json = Vec::new();
    file.take(LARGEST_META + 1)
        .read_to_end(&mut json)
        .map_err(|error| Trouble::io(path, &error))?;
    if json.len() as u64 > LARGEST_META {
        return Err(Trouble::malformed("the file is too large for metadata; keep it below 1 MiB"));
    }
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&json);
    let mut article = Article::parse(json, columns).map_err(|mistake| {
        Trouble::malformed(format!(
            "line {}, column {}: {}",
            mistake.line, mistake.column, mistake.message
        ))
    })?;
    if article.take_payload(columns).is_ok() {
        return Err(Trouble::malformed(
            "a sidecar holds metadata, and neither `text` nor `html`; remove them",
        ));
    }
    Ok(Some(article.supplied))
}

/// The folders around a file inside its root, outermost first, each with its id. A file named by
/// itself has the folder that it lies in.
fn folders(found: &Found) -> Vec<(&Path, &str)> {
    let mut folders = Vec::new();
    let mut id = found.id.as_str();
    for folder in found.path.ancestors().skip(1) {
        let outer = id.rsplit_once('/').map(|(outer, _)| outer);
        if outer.is_none() && !folders.is_empty() {
            break;
        }
        id = outer.unwrap_or_default();
        folders.push((folder, id));
    }
    folders.reverse();
    folders
}

/// `a.html.gz`, `a.html`, `a`.
fn stems(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |stem| stem.rsplit_once('.').map(|(stem, _)| stem))
        .filter(|stem| !stem.is_empty())
}

impl Rows {
    /// Every row that can be read. Nothing where there is no such file.
    fn read(path: &Path, columns: &Columns) -> Self {
        match reach::open_beside(path) {
            Ok(Some(file)) => Self::parse(file, columns),
            Ok(None) => Self::default(),
            Err(trouble) => Self::mistaken(1, trouble),
        }
    }

    fn parse(file: Box<dyn Read + Send>, columns: &Columns) -> Self {
        let file = Quoted { file, odd: false };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(file);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Self::mistaken(1, csv_trouble(&error)),
        };
        let Some(file_column) = header.iter().position(|name| name == "file") else {
            let message = "the first row must name the columns, `file` among them: file,outlet,url,published,title,byline";
            return Self::mistaken(1, Trouble::malformed(message));
        };
        let mut rows = Self::default();
        let mut row = csv::StringRecord::new();
        let mut broken_line = None;
        loop {
            match reader.read_record(&mut row) {
                Ok(false) => {
                    let unclosed = broken_line.filter(|_| reader.get_ref().odd);
                    if let Some(line) = unclosed {
                        let message = "a quotation mark is not closed, and took the rows after it in; close it, or double it if it is meant";
                        rows.mistake.get_or_insert((line, Trouble::malformed(message)));
                    }
                    return rows;
                }
                Ok(true) => {
                    if broken_line.is_none() && row.iter().any(|value| value.contains('\n')) {
                        broken_line = row.position().map(csv::Position::line);
                    }
                    let file = row[file_column].trim().trim_start_matches("./").replace('\\', "/");
                    rows.by_file.insert(file, supplied(&header, &row, columns));
                }
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    rows.mistake.get_or_insert((line, csv_trouble(&error)));
                    if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                        return rows;
                    }
                }
            }
        }
    }

    fn mistaken(line: u64, trouble: Trouble) -> Self {
        Self { mistake: Some((line, trouble)), ..Self::default() }
    }
}

/// A table that knows whether its quotation marks so far are odd in number: one is then not closed.
struct Quoted {
    file: Box<dyn Read + Send>,
    odd: bool,
}

impl Read for Quoted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.odd = buffer[..count].iter().fold(self.odd, |odd, byte| odd != (*byte == b'"'));
        Ok(count)
    }
}

/// One row; several authors are separated by `;`, and other columns are strings of `meta`.
fn supplied(names: &csv::StringRecord, row: &csv::StringRecord, columns: &Columns) -> Supplied {
    let mut supplied = Supplied::default();
    for (name, value) in
        names.iter().zip(row).filter(|(name, value)| *name != "file" && !value.trim().is_empty())
    {
        match columns.target(name) {
            Some(target @ Target::Field(Field::Byline)) => {
                supplied.set(target, value.split(';').map(str::to_owned).collect());
            }
            Some(target @ (Target::Id | Target::Field(_))) => {
                supplied.set(target, vec![value.to_owned()]);
            }
            Some(Target::Text | Target::Html) | None => {
                let mut json = String::with_capacity(value.len() + 2);
                document::json::push_string(&mut json, value);
                supplied.add_meta(name.to_owned(), json);
            }
        }
    }
    supplied
}

fn csv_trouble(error: &csv::Error) -> Trouble {
    match error.kind() {
        csv::ErrorKind::Io(error) => {
            Trouble::unreadable(format!("the table cannot be read: {error}"))
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Trouble::malformed(format!(
            "the row has {len} fields and the first row {expected_len}; put values with commas in quotation marks"
        )),
        csv::ErrorKind::Utf8 { .. } => {
            Trouble::malformed("the row is no UTF-8; save the table as UTF-8")
        }
        _ => Trouble::malformed(format!("the table cannot be read: {error}")),
    }
}
