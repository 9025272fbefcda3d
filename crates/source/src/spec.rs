//! The tables `[[source]] use = "files"` and `"records"`, and how they become sources.

use std::io::Read;
use std::path::PathBuf;

use stage_api::{Kind, Setting, SettingError, Settings, TableSpec};

use crate::columns::{self, Columns};
use crate::files::FilesSource;
use crate::records::{Anew, RecordsSource};
use crate::root::Root;
use crate::stdin::StdinSource;
use crate::walk::Found;

/// What a source needs to know beside its own table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// `run.max_article`: the most bytes that one article may have, after decompression; for an
    /// article on a line of JSON or in an entry of a feed, the bytes of the line or entry.
    pub max_article: u64,
}

impl Context {
    /// The limit as a length in memory; documents are shorter than 4 GiB whatever the setting.
    pub(crate) fn limit(self) -> usize {
        usize::try_from(self.max_article.min(u64::from(u32::MAX) - 1)).unwrap_or(usize::MAX - 1)
    }
}

/// The table of the source `files`.
pub fn files_spec() -> TableSpec {
    TableSpec {
        name: "files".into(),
        summary: "articles from folders, globs and files, their format told from the content"
            .into(),
        settings: vec![
            Setting::new(
                "paths",
                Kind::List(Box::new(Kind::Path)),
                "folders, globs and files to read, in this order",
            )
            .required(),
            Setting::new(
                "fields",
                Kind::Table(Columns::settings()),
                "names of JSON fields or columns where they differ from ours: `{ text = \"maintext\" }`",
            ),
            Setting::new(
                "preset",
                Kind::choice(&columns::presets()),
                "the tool whose names for fields these are; `fields` wins over it",
            ),
        ],
        follows: None,
    }
}

/// The table of the source `records`.
pub fn records_spec() -> TableSpec {
    TableSpec {
        name: "records".into(),
        summary: "records of earlier runs, with the layers that no stage of this pipeline writes"
            .into(),
        settings: vec![
            Setting::new(
                "paths",
                Kind::List(Box::new(Kind::Path)),
                "output folders and part files to read, in this order",
            )
            .required(),
        ],
        follows: None,
    }
}

/// Opens the records that `paths` names, without what is made anew. Of a folder, its manifest is read.
///
/// # Errors
/// [`SettingError`] on `paths` where it is empty, or names a folder without a manifest that can be
/// read. A part that is missing or unreadable is no error here: it fails in its turn.
pub fn open_records(
    settings: &Settings,
    context: &Context,
    anew: Anew,
) -> Result<RecordsSource, SettingError> {
    RecordsSource::open(&settings.texts("paths"), anew, context.limit())
}

/// Opens what `paths` names. Nothing is read yet, save for counting bytes where files are few.
///
/// # Errors
/// [`SettingError`] on `paths` where it is empty, holds a glob that makes no sense, or leads to one
/// id twice; on `fields` where it names a field that does not exist. A path that is missing or
/// unreadable is no error here: it fails in its turn.
pub fn open_files(settings: &Settings, context: &Context) -> Result<FilesSource, SettingError> {
    let columns = Columns::of_tool(settings.get_text("preset"), &settings.text_map("fields"))?;
    let roots = Root::all(&settings.texts("paths"))?;
    Ok(FilesSource::new(roots, columns, context.limit()))
}

/// The files that `paths` leads to, in the order in which they are read; none is opened.
///
/// # Errors
/// As [`open_files`].
pub fn list_files(settings: &Settings) -> Result<Vec<InputFile>, SettingError> {
    let roots = Root::all(&settings.texts("paths"))?;
    let listed = roots.iter().flat_map(Root::files).map(|found| match found {
        Ok(Found { path, id }) => InputFile { id, path, unreadable: None },
        Err(failure) => {
            let path = failure.origin.path.clone().into();
            InputFile { id: failure.id, path, unreadable: Some(failure.message) }
        }
    });
    Ok(listed.collect())
}

/// Opens one of the files that [`list_files`] lists: what a run over all of them reads of it, with the same ids.
///
/// # Errors
/// [`SettingError`] on `fields` where it names a field that does not exist. `paths` is not looked at.
pub fn open_file(
    settings: &Settings,
    context: &Context,
    file: InputFile,
) -> Result<FilesSource, SettingError> {
    let columns = Columns::of_tool(settings.get_text("preset"), &settings.text_map("fields"))?;
    Ok(FilesSource::of_one(file, columns, context.limit()))
}

/// A file that should hold articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// The id that an article of it has, or that those of its members begin with; no other file of the list has it.
    pub id: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Why it cannot even be opened, if so: a link that leads nowhere, a pipe.
    pub unreadable: Option<String>,
}

/// Whether a path, as it may stand in `paths`, leads to nothing: there is no such file, folder or link, or
/// nothing matches the glob. What is there and cannot be read is something.
pub fn leads_nowhere(path: &str) -> bool {
    Root::all(&[path]).is_ok_and(|roots| roots.iter().all(Root::is_nothing))
}

/// Opens standard input, or anything like it, as JSON Lines (bare, gzip or zstd) with the origin
/// path `-`. Of the settings, `fields` counts and `paths` is not looked at.
///
/// # Errors
/// [`SettingError`] on `fields` where it names a field that does not exist.
pub fn open_stdin(
    reader: impl Read + Send + 'static,
    settings: &Settings,
    context: &Context,
) -> Result<StdinSource, SettingError> {
    let columns = Columns::of_tool(settings.get_text("preset"), &settings.text_map("fields"))?;
    Ok(StdinSource::new(Box::new(reader), columns, context.limit()))
}
