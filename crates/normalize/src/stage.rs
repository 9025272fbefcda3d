//! The stage: what it declares, and its steps in order.

use std::borrow::Cow;
use std::sync::Arc;

use document::{Alignment, Document, Field, Form, Row, Span, Text, json, symbol};
use stage_api::{
    ArticleFactory, Flow, Kind, Setting, SettingError, Settings, Stage, StageError, StageInfo,
    StageSpec,
};

use crate::aligned::Aligned;
use crate::article::Evidence;
use crate::decode::{self, Container, Controls, Decoded};
use crate::finding::Finding;
use crate::language::{self, Guess};
use crate::remarks::{Remarks, add_text};
use crate::{article, clean, dateline, html, mend, pasted, sentences, supplied};

/// What `normalize` declares: its name, its layers and its part of `pipeline.toml`.
pub fn spec() -> StageSpec {
    let info = StageInfo::new(
        "normalize",
        env!("CARGO_PKG_VERSION"),
        "payload to text, sentences, language and metadata, each with its way back to the payload",
    );
    let settings = vec![
        Setting::new(
            "mode",
            Kind::choice(&["article", "verbatim"]),
            "`article` keeps the body alone, `verbatim` every character of a plain text",
        )
        .default("article"),
        Setting::new(
            "language",
            Kind::Text,
            "the language of articles that neither say nor show theirs, such as `en`",
        ),
    ];
    StageSpec::article(info.writes("text").writes("sentences").writes("values"), settings, build)
}

fn build(settings: &Settings) -> Result<Box<dyn ArticleFactory>, SettingError> {
    let mode = if settings.text("mode") == "verbatim" { Mode::Verbatim } else { Mode::Article };
    let mut normalize = Normalize::new(mode);
    if let Some(tag) = settings.get_text("language") {
        let language = language::primary(tag).ok_or_else(|| {
            SettingError::new(
                "language",
                format!("`{tag}` is no language code; write one such as `en`"),
            )
        })?;
        normalize = normalize.assume_language(language);
    }
    Ok(Box::new(move || Box::new(normalize.clone()) as Box<dyn Stage>))
}

/// What becomes the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The body alone, cleaned.
    #[default]
    Article,
    /// Every character of a plain text.
    Verbatim,
}

/// Makes the text of an article, its sentences, its language and what metadata its payload tells.
///
/// Writes `text` and `sentences`. Supplied metadata stays as it is. An article without a letter is
/// discarded as `empty`; in [`Mode::Verbatim`] HTML is refused.
#[derive(Clone, Debug, Default)]
pub struct Normalize {
    mode: Mode,
    language: Option<String>,
    pasted: Arc<pasted::Model>,
}

impl Normalize {
    /// A stage that assumes no language.
    pub fn new(mode: Mode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// The same stage, with the language (a BCP 47 primary subtag) of articles that neither say nor
    /// show theirs.
    pub fn assume_language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// The language of a text: the page's own word for it, what its words show, or the assumed one.
    fn find_language(&self, doc: &mut Document, declared: Option<&str>) {
        if let Some(declared) = declared.and_then(language::primary) {
            Finding::new(Field::Language, declared, "html lang", 0.9).put(&mut doc.metadata);
        }
        if let Some(Guess { code, confidence }) = language::detect(doc.text()) {
            Finding::new(Field::Language, code, "detected", confidence).put(&mut doc.metadata);
        }
        if let Some(language) = &self.language {
            Finding::new(Field::Language, language.as_str(), "setting", 0.1).put(&mut doc.metadata);
        }
    }
}

/// Lines that no article has; what each of them costs in paragraphs, sentences and rows adds up to
/// a hundred times its bytes.
const MAX_LINES: usize = 500_000;

/// Refuses what is no article but data: more lines than any article has.
fn refuse_data(text: &str) -> Result<(), StageError> {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    if lines <= MAX_LINES {
        return Ok(());
    }
    Err(StageError::Article(format!(
        "it has {lines} lines, more than the {MAX_LINES} of any article; is it data, or many articles in one file?"
    )))
}

/// The character set that the server of an archived page named.
fn named_charset(doc: &Document) -> Option<Cow<'_, str>> {
    let (_, value) = doc.metadata.meta().iter().find(|(key, _)| key == "http_charset")?;
    json::as_str(value)
}

impl Stage for Normalize {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        if self.mode == Mode::Verbatim && doc.form() == Form::Html {
            return Err(StageError::Article(
                "HTML cannot be kept verbatim; use mode = \"article\"".to_owned(),
            ));
        }
        supplied::canonicalize(doc);
        let controls = if self.mode == Mode::Verbatim { Controls::Keep } else { Controls::Remove };
        // A line of a file of lines has been decoded with it; a member of a container is bytes still.
        let charset = named_charset(doc);
        let container = if doc.origin.line.is_some() {
            Container::Decoded
        } else {
            Container::Bytes(charset.as_deref())
        };
        let decoded = decode::decode(doc.payload(), doc.form(), container, controls);
        refuse_data(&decoded.aligned.text)?;
        let replaced = replaced_note(&decoded);
        let (decoded, mended) = match self.mode {
            Mode::Article => mend_all(decoded.aligned),
            Mode::Verbatim => (decoded.aligned, 0),
        };
        let mut declared = None;
        let mut findings = Vec::new();
        let mut remarks = Remarks::default();
        let mut evidence = Evidence::default();
        let clean = match (self.mode, doc.form()) {
            (Mode::Verbatim, _) => decoded,
            (Mode::Article, Form::Text) => {
                let paragraphs = clean::paragraphs(&decoded.text);
                let pasted =
                    pasted::read(&self.pasted, &paragraphs, doc.metadata.get(Field::Title));
                findings = pasted.findings;
                remarks.correction = pasted.correction;
                chain(
                    paragraphs.assemble(pasted.body),
                    &[&paragraphs.aligned.alignment, &decoded.alignment],
                )
            }
            (Mode::Article, Form::Html) => {
                let page = html::read(&decoded.text);
                declared = page.language;
                remarks = page.remarks;
                evidence = page.evidence;
                findings = page.findings;
                let body = page.paragraphs.assemble(page.body);
                chain(body, &[&page.paragraphs.aligned.alignment, &decoded.alignment])
            }
        };
        if !clean.text.chars().any(char::is_alphabetic) {
            return Ok(Flow::Discard("empty".into()));
        }
        for finding in findings {
            finding.put(&mut doc.metadata);
        }
        doc.set_text(Text::new(clean.text, clean.alignment));
        for sentence in sentences::sentences(doc.text()) {
            doc.add_sentence(sentence);
        }
        if let Some(note) = replaced {
            let first = doc
                .text()
                .find('\u{FFFD}')
                .map(|at| Span::from_range(at..at + '\u{FFFD}'.len_utf8()));
            doc.note(first, &note);
        }
        if mended > 0 {
            let runs = if mended == 1 { "run was" } else { "runs were" };
            doc.note(None, &format!("{mended} {runs} UTF-8 read as windows-1252, and repaired"));
        }
        self.find_language(doc, declared.as_deref());
        if self.mode == Mode::Article {
            add_score(doc, evidence);
            add_dateline(doc);
            remarks.put(doc);
        }
        Ok(Flow::Keep)
    }
}

/// Adds how sure it is that this is an article, as the value `normalize.article`.
fn add_score(doc: &mut Document, evidence: Evidence) {
    let signed =
        [Field::Byline, Field::Published].iter().any(|field| doc.metadata.get(*field).is_some());
    let score = article::score(doc.text(), doc.metadata.get(Field::Title), signed, evidence);
    let name = doc.intern("normalize.article");
    doc.add_with_value(Row::new(symbol::VALUES).kind(name), &format!("{score:.4}"));
}

/// Adds place and agency of the dateline, where the text opens with one.
fn add_dateline(doc: &mut Document) {
    let Some(found) = dateline::read(doc.text()) else { return };
    let (place, agency) = (found.place.to_owned(), found.agency.map(str::to_owned));
    add_text(doc, "normalize.dateline", &place);
    if let Some(agency) = agency {
        add_text(doc, "normalize.agency", &agency);
    }
}

/// Mends a text where it needs it; and how many runs had been read in a wrong encoding.
fn mend_all(aligned: Aligned) -> (Aligned, usize) {
    match mend::mend(&aligned.text) {
        Some(mended) => (chain(mended.aligned, &[&aligned.alignment]), mended.repaired),
        None => (aligned, 0),
    }
}

/// Joins an alignment with those of the steps before it, the latest first.
fn chain(aligned: Aligned, steps: &[&Alignment]) -> Aligned {
    let alignment = steps.iter().fold(aligned.alignment, |alignment, step| alignment.then(step));
    Aligned { text: aligned.text, alignment }
}

fn replaced_note(decoded: &Decoded) -> Option<String> {
    let places = if decoded.replaced == 1 { "place is" } else { "places are" };
    let encoding = decoded.encoding.name();
    (decoded.replaced > 0)
        .then(|| format!("{} {places} not valid {encoding} and became U+FFFD", decoded.replaced))
}
