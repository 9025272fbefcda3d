//! Terms, and the files that hold them.

use std::fmt;
use std::fs;
use std::path::Path;

/// The longest label that the boundary lets through as a name, in bytes.
const LONGEST_LABEL: usize = 200;

/// A term of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As it was given, without space around it.
    pub text: String,
    /// The label its hits are given, where the list says one.
    label: Option<String>,
    /// The name of the file it came from.
    pub list: Option<String>,
}

impl Term {
    /// A term, or `None` where there is no letter and no digit in it.
    pub fn new(text: &str, label: Option<&str>, list: Option<&str>) -> Option<Self> {
        let text = text.trim();
        let label = label.map(str::trim).filter(|label| !label.is_empty());
        text.chars().any(char::is_alphanumeric).then(|| Self {
            text: text.to_owned(),
            label: label.map(str::to_owned),
            list: list.map(str::to_owned),
        })
    }

    /// The label of its hits: its own, else the term itself, cut at what a name may hold.
    pub fn label(&self) -> &str {
        let label = self.label.as_deref().unwrap_or(&self.text);
        let end =
            (0..=LONGEST_LABEL.min(label.len())).rev().find(|&end| label.is_char_boundary(end));
        &label[..end.unwrap_or_default()]
    }
}

/// Why a list cannot be used.
#[derive(Debug)]
pub struct ListError {
    place: String,
    message: String,
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for ListError {}

/// Reads a list: UTF-8, a term a line, after a tab its label; empty lines and lines that start with
/// `#` are passed over.
///
/// # Errors
/// [`ListError`] with file and line where it cannot be read, is no UTF-8, or has a line without a term.
pub fn read(path: &Path) -> Result<Vec<Term>, ListError> {
    let place = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|error| ListError { place: place.clone(), message: error.to_string() })?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    let mut terms = Vec::new();
    for (line, number) in bytes.split(|&byte| byte == b'\n').zip(1_usize..) {
        let wrong = |message: &str| ListError {
            place: format!("{place}:{number}"),
            message: message.to_owned(),
        };
        let line = str::from_utf8(line)
            .map_err(|_| wrong("the line is no UTF-8; save the list as UTF-8"))?;
        let line = line.trim_start_matches('\u{feff}').trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (term, label) =
            line.split_once('\t').map_or((line, None), |(term, label)| (term, Some(label)));
        let term = Term::new(term, label, name.as_deref());
        terms.push(term.ok_or_else(|| wrong("the term has no letter or digit"))?);
    }
    Ok(terms)
}
