//! The report: an output folder as pages to read in a browser.
//!
//! `cli` calls [`write()`] for `copydesk report` and at the end of a run with the sink `report`. The
//! pages are made from what the folder holds (records, stories, dead letters, the figures of the last
//! run) and from nothing else, so they can be made again at any time. Every page is whole in itself:
//! style and script are in it, a Content-Security-Policy names them by their digests and forbids
//! everything else, and all links lead to other pages of the report or to the addresses of articles.
//! Without the script a page can still be read; it filters tables, searches, and lets a quotation be
//! clicked.
//!
//! Pages are made in two passes over the records: the first keeps what is told over all articles
//! (titles, days, who said what), the second writes a page for each article. So memory grows with the
//! quotations of a drop and not with its texts.

mod article;
mod articles;
mod charts;
mod drop_page;
mod error;
mod events;
mod gather;
mod letters;
mod page;
mod people;
mod search;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use sink::Records;

pub use error::ReportError;

use crate::error::At;
use crate::gather::Gathered;

/// The folder of the report in the output folder.
const FOLDER: &str = "report";

/// An empty file by which a folder is known as a report, from before its first page until after its last.
const MARK: &str = ".copydesk-report";

/// The first page.
const FIRST: &str = "index.html";

/// Writes the report of an output folder into its folder `report`, in place of the one that is there,
/// and returns the path of its first page.
///
/// The old report stays whole until the new one is: it is written beside it and takes its name at the
/// end.
///
/// # Errors
/// [`ReportError`] where the folder cannot be read, holds what is no report of ours under that name,
/// or cannot be written.
pub fn write(dir: &Path) -> Result<PathBuf, ReportError> {
    let report = dir.join(FOLDER);
    let (new, old) = (dir.join("report.new"), dir.join("report.old"));
    for folder in [&report, &new, &old] {
        if folder.exists() && !folder.join(MARK).exists() {
            return Err(ReportError::Foreign { path: folder.clone() });
        }
    }
    let mut records = Records::open(dir)?;
    let gathered = Gathered::read(dir, &mut records)?;
    remove(&new)?;
    fs::create_dir(&new).at(&new)?;
    fs::write(new.join(MARK), "").at(&new)?;
    for folder in ["articles", "events", "people"] {
        let folder = new.join(folder);
        fs::create_dir_all(&folder).at(&folder)?;
    }
    let put = |name: &str, page: maud::Markup| {
        let path = new.join(name);
        fs::write(&path, page.into_string()).at(&path)
    };
    put(FIRST, drop_page::page(&gathered))?;
    put("events.html", events::list(&gathered))?;
    put("articles.html", articles::page(&gathered))?;
    put("people.html", people::list(&gathered))?;
    put("search.html", search::page(&gathered))?;
    put("letters.html", letters::page(&gathered))?;
    for (number, story) in gathered.stories.iter().enumerate() {
        put(&events::file(number), events::page(&gathered, story))?;
    }
    for (number, person) in gathered.people.iter().enumerate() {
        put(&people::file(number), people::page(&gathered, person))?;
    }
    for number in 0..gathered.articles.len() {
        let record = gathered.record(&mut records, number)?;
        put(&articles::file(number), article::page(&gathered, number, &record))?;
    }
    remove(&old)?;
    if report.exists() {
        fs::rename(&report, &old).at(&report)?;
    }
    fs::rename(&new, &report).at(&new)?;
    remove(&old)?;
    Ok(report.join(FIRST))
}

/// Removes a folder of pages that may be absent. Its mark goes last, so that a kill leaves it known.
fn remove(folder: &Path) -> Result<(), ReportError> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            fs::remove_dir_all(&path).at(&path)?;
        } else if !path.ends_with(MARK) {
            fs::remove_file(&path).at(&path)?;
        }
    }
    fs::remove_dir_all(folder).at(folder)
}
