//! The report: an output folder as pages to read in a browser.
//!
//! `cli` calls [`write()`] for `copydesk report` and at the end of a run with the sink `report`. The
//! pages are made from what the folder holds (records, stories, dead letters, the figures of the last
//! run) and from nothing else, so they can be made again at any time. Every page is whole in itself:
//! style and script are in it, a Content-Security-Policy names them by their digests and forbids
//! everything else, and all links lead to other pages of the report or to the addresses of articles.
//! Without the script a page can still be read; it filters tables, searches, and lets a quotation be
//! clicked and corrected.
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
mod pages;
mod people;
mod search;
mod text;

use std::path::{Path, PathBuf};

use sink::Records;

pub use error::ReportError;

use crate::gather::Gathered;
use crate::pages::Pages;

/// The folder of the report in the output folder.
const FOLDER: &str = "report";

/// The first page.
const FIRST: &str = "index.html";

/// Writes the report of an output folder into its folder `report`, and returns the path of its first page.
///
/// Pages that are there already and would say the same are left alone, so a report of many articles costs little to
/// bring up to date.
///
/// # Errors
/// [`ReportError`] where the folder cannot be read, holds what is no report of ours under that name,
/// or cannot be written.
pub fn write(dir: &Path) -> Result<PathBuf, ReportError> {
    let report = dir.join(FOLDER);
    let mut records = Records::open(dir)?;
    let mut pages = Pages::begin(report.clone())?;
    let gathered = Gathered::read(dir, &mut records)?;
    pages.put(FIRST, drop_page::page(&gathered))?;
    pages.put("events.html", events::list(&gathered))?;
    pages.put("articles.html", articles::page(&gathered))?;
    pages.put("people.html", people::list(&gathered))?;
    pages.put("search.html", search::page(&gathered))?;
    pages.put("letters.html", letters::page(&gathered))?;
    for (number, story) in gathered.stories.iter().enumerate() {
        pages.put(&events::file(&gathered, number), events::page(&gathered, story))?;
    }
    for person in &gathered.people {
        pages.put(&people::file(person), people::page(&gathered, person))?;
    }
    for number in 0..gathered.articles.len() {
        let record = gathered.record(&mut records, number)?;
        pages.put(&articles::file(number), article::page(&gathered, number, &record))?;
    }
    pages.finish()?;
    Ok(report.join(FIRST))
}
