//! A drop in a temporary folder, and arrivals as lines of text.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use document::{Document, Form};
use source::{Context, FilesSource, files_spec, open_files};
use stage_api::{Arrival, Failure, SettingError, Settings, Source, Value};
use tempfile::TempDir;

pub(crate) struct Drop {
    folder: TempDir,
    fields: Vec<(&'static str, &'static str)>,
    preset: Option<String>,
    max_article: u64,
}

impl Drop {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { folder, fields: Vec::new(), preset: None, max_article: 1 << 20 }
    }

    pub(crate) fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn fields(mut self, fields: &[(&'static str, &'static str)]) -> Self {
        self.fields = fields.to_vec();
        self
    }

    pub(crate) fn preset(mut self, preset: &str) -> Self {
        self.preset = Some(preset.to_owned());
        self
    }

    pub(crate) fn max_article(mut self, max_article: u64) -> Self {
        self.max_article = max_article;
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn open(&self, paths: &[&str]) -> Result<FilesSource, SettingError> {
        let paths: Vec<String> =
            paths.iter().map(|path| self.path(path).to_str().unwrap().to_owned()).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let mut settings = Settings::defaults(&files_spec().settings).with("paths", paths).with(
            "fields",
            Value::Table(
                self.fields
                    .iter()
                    .map(|(key, value)| ((*key).to_owned(), (*value).into()))
                    .collect(),
            ),
        );
        if let Some(preset) = &self.preset {
            settings = settings.with("preset", preset.as_str());
        }
        open_files(&settings, &Context { max_article: self.max_article })
    }

    pub(crate) fn arrivals(&self, paths: &[&str]) -> Vec<Arrival> {
        all(&mut self.open(paths).unwrap())
    }

    /// The folder `drop` as one line for each arrival.
    #[track_caller]
    pub(crate) fn check(&self, expected: &[&str]) {
        self.check_paths(&["drop"], expected);
    }

    #[track_caller]
    pub(crate) fn check_paths(&self, paths: &[&str], expected: &[&str]) {
        let lines: Vec<String> =
            self.arrivals(paths).iter().map(|arrival| self.line(arrival)).collect();
        assert_eq!(lines, expected);
    }

    /// What is said when the paths are refused.
    pub(crate) fn refusal(&self, paths: &[&str]) -> String {
        let error = self.open(paths).err().expect("the paths are refused");
        self.without_folder(&error.to_string())
    }

    pub(crate) fn documents(&self) -> Vec<Document> {
        documents(self.arrivals(&["drop"]))
    }

    fn line(&self, arrival: &Arrival) -> String {
        match arrival {
            Arrival::Article(doc) => {
                let form = if doc.form() == Form::Html { "html" } else { "text" };
                format!("{} {form} {}", doc.id(), doc.payload().escape_ascii())
            }
            Arrival::Failed(failure) => self.without_folder(&failed_line(failure)),
            Arrival::Discarded { id, reason, .. } => format!("{id} discarded {reason}"),
            Arrival::Unchanged { id } => format!("{id} unchanged"),
            Arrival::Ended { .. } => unreachable!("files bring none"),
        }
    }

    fn without_folder(&self, line: &str) -> String {
        line.replace(&format!("{}{}", self.folder.path().display(), std::path::MAIN_SEPARATOR), "")
    }
}

fn failed_line(failure: &Failure) -> String {
    let offset = failure.origin.offset.map_or(String::new(), |offset| format!(" @{offset}"));
    format!("{}{offset} {}: {}", failure.id, failure.class.word(), failure.message)
}

pub(crate) fn all(source: &mut impl Source) -> Vec<Arrival> {
    std::iter::from_fn(|| source.next().unwrap()).collect()
}

#[track_caller]
pub(crate) fn documents(arrivals: Vec<Arrival>) -> Vec<Document> {
    let document = |arrival| match arrival {
        Arrival::Article(doc) => doc,
        other => panic!("not an article: {other:?}"),
    };
    arrivals.into_iter().map(document).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}
