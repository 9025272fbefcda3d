//! What is wrong with a file, where, and what to write instead.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

/// How bad a [`Mistake`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A run may start; `check` refuses.
    Warning,
    /// There is no plan.
    Error,
}

impl Severity {
    /// The word in messages and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Whether a run may start all the same.
    pub severity: Severity,
    /// Bytes of the file that the caret stands under; may be empty.
    pub span: Range<usize>,
    /// What is wrong, lowercase, without a full stop.
    pub message: String,
    /// A few words beside the caret; may be empty.
    pub label: String,
    /// What to do, where that is known.
    pub help: Option<String>,
    /// Another place of the file that explains this one, with a few words.
    pub also: Option<(Range<usize>, String)>,
}

impl Mistake {
    /// An error at a place.
    pub(crate) fn error(span: &Range<usize>, message: impl Into<String>) -> Self {
        // What the parser makes up for what is missing at the end of a file may lie backwards.
        let span = span.start..span.end.max(span.start);
        Self {
            severity: Severity::Error,
            span,
            message: message.into(),
            label: String::new(),
            help: None,
            also: None,
        }
    }

    /// A warning at a place.
    pub(crate) fn warning(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(span, message) }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    pub(crate) fn also(mut self, span: &Range<usize>, words: impl Into<String>) -> Self {
        self.also = Some((span.clone(), words.into()));
        self
    }
}

/// Everything that is wrong with one file, in the order of the file. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    file: String,
    text: String,
    list: Vec<Mistake>,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Character in the line; one past the last for the end of the line.
    pub column: usize,
}

impl Mistakes {
    pub(crate) fn new(file: &str, text: &str, mut list: Vec<Mistake>) -> Self {
        list.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
        list.dedup();
        for mistake in &mut list {
            mistake.message = one_line(&mistake.message);
            mistake.label = one_line(&mistake.label);
            mistake.help = mistake.help.as_deref().map(one_line);
        }
        Self { file: file.to_owned(), text: text.to_owned(), list }
    }

    /// The mistakes of another file that a plan names, each with the bytes in question, what is wrong, and
    /// what to do about it if there is something to say.
    pub fn of_file(
        file: &str,
        text: &str,
        mistakes: impl IntoIterator<Item = (Range<usize>, String, Option<String>)>,
    ) -> Self {
        let mistake = |(span, message, help): (Range<usize>, String, Option<String>)| {
            Mistake::error(&span, message).maybe_help(help)
        };
        Self::new(file, text, mistakes.into_iter().map(mistake).collect())
    }

    /// The one mistake of a file that is no text of TOML at all.
    pub(crate) fn unreadable(file: &str, text: &str, span: Range<usize>, message: &str) -> Self {
        Self::new(file, text, vec![Mistake::error(&span, message)])
    }

    /// The file, as the user named it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The mistakes, in the order of the file.
    pub fn list(&self) -> &[Mistake] {
        &self.list
    }

    /// Whether there is nothing wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|mistake| mistake.severity == Severity::Error)
    }

    /// Where a byte of the file stands.
    pub fn place(&self, byte: usize) -> Place {
        let index = LineIndex::new(&self.text);
        index.place(&self.text, byte)
    }

    /// For people: each mistake as `FILE:LINE:COLUMN: error: …` with its line, a caret and help.
    ///
    /// Ends without a line end; empty where nothing is wrong.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let index = LineIndex::new(&self.text);
        let blocks: Vec<_> =
            self.list.iter().map(|mistake| self.render_one(mistake, &renderer, &index)).collect();
        blocks.join("\n\n")
    }

    fn render_one(&self, mistake: &Mistake, renderer: &Renderer, index: &LineIndex) -> String {
        let Place { line, column } = index.place(&self.text, mistake.span.start);
        let name = format!("{}:{line}:{column}: {}", self.file, mistake.severity.word());
        let level = match mistake.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        // Only the lines in question are handed over, so that a file with many mistakes stays cheap.
        let near = |span: &Range<usize>| span.start.abs_diff(mistake.span.start) < FARTHEST;
        let also = mistake.also.as_ref().filter(|(span, _)| near(span));
        let places = std::iter::once(&mistake.span).chain(also.map(|(span, _)| span));
        let (first, last) = places.fold((line, line), |(first, last), span| {
            (first.min(index.line(span.start)), last.max(index.line(span.end)))
        });
        let window = index.start(first)..index.end(&self.text, last);
        let inside = |span: &Range<usize>| {
            let span = floor(&self.text, span.start)..floor(&self.text, span.end);
            span.start.clamp(window.start, window.end) - window.start
                ..span.end.clamp(window.start, window.end) - window.start
        };
        let label = (!mistake.label.is_empty()).then_some(mistake.label.as_str());
        let mut snippet = Snippet::source(&self.text[window.clone()])
            .line_start(first)
            .annotation(AnnotationKind::Primary.span(inside(&mistake.span)).label(label));
        if let Some((span, words)) = also {
            snippet = snippet
                .annotation(AnnotationKind::Context.span(inside(span)).label(words.as_str()));
        }
        let mut group =
            level.with_name(name).primary_title(mistake.message.as_str()).element(snippet);
        if let Some(help) = &mistake.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }

    /// For programs: a JSON array with one object a mistake, in the order of the file, each with the
    /// keys `file`, `line`, `column`, `end_line`, `end_column` (numbers from 1, columns in
    /// characters, the end exclusive), `severity` (`error` or `warning`), `message` and `help` (a
    /// string or null).
    pub fn to_json(&self) -> serde_json::Value {
        let index = LineIndex::new(&self.text);
        let one = |mistake: &Mistake| {
            let start = index.place(&self.text, mistake.span.start);
            let end = index.place(&self.text, mistake.span.end);
            json!({
                "file": self.file,
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
                "severity": mistake.severity.word(),
                "message": mistake.message,
                "help": mistake.help,
            })
        };
        self.list.iter().map(one).collect()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Mistakes {}

/// Bytes between a mistake and the place that explains it, if both are to be drawn.
const FARTHEST: usize = 1 << 14;

/// Words that quote the file, fit to be shown: without control characters, and not endless.
fn one_line(words: &str) -> String {
    const LONGEST: usize = 400;
    let plain = words.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    if words.chars().count() <= LONGEST {
        return plain.collect();
    }
    plain.take(LONGEST).chain(['…']).collect()
}

/// The largest character border at or before `byte`.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub(crate) struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub(crate) fn new(text: &str) -> Self {
        let starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { starts }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte)
    }

    fn start(&self, line: usize) -> usize {
        self.starts[line - 1]
    }

    fn end(&self, text: &str, line: usize) -> usize {
        self.starts.get(line).map_or(text.len(), |&next| next - 1)
    }

    fn place(&self, text: &str, byte: usize) -> Place {
        let byte = floor(text, byte);
        let line = self.line(byte);
        Place { line, column: text[self.start(line)..byte].chars().count() + 1 }
    }
}
