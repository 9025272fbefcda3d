//! From outside to documents: files, folders, globs and standard input, told by their content.
//!
//! `cli` depends on this crate to open what `[[source]]` names; `runner` sees only the
//! [`Source`](stage_api::Source) it gets. [`files_spec`] is the table as `config` checks it,
//! [`open_files`] and [`open_stdin`] make the sources. [`records_spec`] and [`open_records`] are the same for
//! our own records, which come with the layers that earlier stages wrote.
//!
//! A source reads lazily and in order on one thread and holds one article at a time: folders are
//! walked sorted by the bytes of file names, gzip and zstd are unpacked on the way, and text, HTML,
//! JSON Lines, Parquet, WARC, feeds and mail are told apart by content, then by extension. What cannot be read
//! becomes an [`Arrival::Failed`](stage_api::Arrival::Failed) with its place, and the next thing
//! follows.
//!
//! ```
//! use source::{Context, open_stdin};
//! use stage_api::{Arrival, Settings, Source};
//!
//! let lines = br#"{"maintext": "Rain fell on Ostra.", "outlet": "Ostra Courier", "desk": "metro"}"#;
//! let settings = Settings::default().with(
//!     "fields",
//!     stage_api::Value::Table([("text".to_owned(), "maintext".into())].into()),
//! );
//! let mut source = open_stdin(&lines[..], &settings, &Context { max_article: 1 << 20 })?;
//!
//! let Ok(Some(Arrival::Article(doc))) = source.next() else { panic!("one article") };
//! assert_eq!(doc.id(), "-#1");
//! assert_eq!(doc.payload(), b"Rain fell on Ostra.");
//! assert_eq!(doc.metadata.meta(), [("desk".to_owned(), "\"metro\"".to_owned())]);
//! assert!(source.next()?.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the formats leave open is decided so:
//! - A `.json` file of one object, on one line or several, is one article with the file's id; with
//!   more lines it is JSON Lines. A file of JSON Lines without a line holds no article, while an
//!   empty text or page is an article without a letter.
//! - Of a JSON object, any field without a meaning here goes to `meta` byte for byte, one called
//!   `meta` too; of equal keys the last counts. `text` wins over `html`, be it empty.
//! - A row of a Parquet file is read like the JSON object that it would be on a line, with the row's number as
//!   member; dates and times are strings, bytes that are no UTF-8 are `null`. Rows count from 1 through all row
//!   groups. A file without a column for the text is a dead letter that says which columns there are; damage costs the
//!   rest of its row group. It is not read within gzip or zstd, for it can only be read from both ends.
//! - Of a WARC, the responses that are pages or plain text are articles, one for each capture. Every
//!   other record is discarded under a reason: it is no response, a redirect, no success, `robots.txt`
//!   or no web page. Transfer and content codings are undone, character sets are not: the payload is
//!   the page as it was sent, and a character set that the server named goes to `meta.http_charset`.
//!   The record's id and date are `meta.warc_record_id` and `meta.fetched`. A page that the crawler
//!   cut off is an article all the same, with `meta.warc_truncated`.
//! - A damaged record costs itself. In a WARC of gzip members, damage in the packing costs the records
//!   of its member; in one packed as a whole, or with zstd, everything behind it.
//! - Of a feed (RSS, Atom), the entries that bring their text are articles: RSS `content:encoded`, Atom
//!   `content`, or a description that has no link beside it or at least 1,000 characters. The others
//!   are discarded, `feed entry without its text`. The link is the address; without one the entry's
//!   own id is the article's. Entries are limited by `max_article`, the feed is not. The feed's title
//!   is the outlet; authors are those of the entry alone.
//! - A message (`.eml`) is an article with the path of its file as id. Its plain part counts, or the HTML
//!   part where the plain one has fewer than 200 letters; attachments and messages inside of it do
//!   not. Subject, sender and date are title, byline and publication; a sender who writes to a list is
//!   the outlet instead. Of a page saved as a message (`.mhtml`) the first HTML part counts, under the
//!   address that it was saved from; its header is the browser's, and only the date goes to `meta.saved`.
//! - Sidecars are for text, HTML and mail files, and win over the header of a message. `drop.csv` speaks for its folder and the folders below
//!   (`file` is then `sub/a.html`), the nearer one wins, and `NAME.meta.json` wins over both. Columns
//!   without a meaning go to `meta` as strings.
//! - Of several records of one article, the last is read. It keeps its id and origin; its revision is
//!   counted anew by what the run knows. A line that is no record, or a damaged one, is malformed, with the part
//!   and line as its place; of an open part, the bytes that the manifest vouches for are read.
//! - Several runs can share a drop: [`Share`] says which files are whose, and [`Listing`] whether they all
//!   see the same ones. What lies beside several files (a broken `drop.csv`) fails once in each share.
//! - Hidden files in a folder, sidecars and `NAME_files` beside `NAME.html` are no articles, also
//!   where a shell listed them.
//!
//! - Files may lie in a store that speaks S3, where the program was built for that: `s3://bucket/folder`, a glob below it, or
//!   one object. Ids, order, sidecars and what is passed over are as for a folder of that name. What is read next is fetched
//!   meanwhile; a Parquet file is copied to a temporary one first. Of the environment, see the crate `stores`.
//!
//! It does not decode the character sets of files and pages, read metadata out of them (both are
//! the work of `normalize`), or recognise articles seen before (`runner`).

mod article;
mod away;
mod columns;
mod entry;
mod failure;
mod feed;
mod files;
mod format;
mod headers;
mod http;
mod input;
mod known;
mod lines;
mod mail;
mod mime;
mod parquet;
mod reach;
mod records;
mod root;
mod share;
mod sidecar;
mod spec;
mod stdin;
mod supplied;
mod unpack;
mod walk;
mod warc;

pub use files::FilesSource;
pub use known::KnownFiles;
pub use records::{Anew, RecordsSource};
pub use share::{Listing, Share};
pub use spec::{
    Context, InputFile, files_spec, leads_nowhere, list_files, open_file, open_files, open_records,
    open_stdin, records_spec,
};
pub use stdin::StdinSource;
