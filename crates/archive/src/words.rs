//! The full-text indexes over articles and quotations.
//!
//! They keep no text of their own, and change with the tables that they are over. Those of a new archive are made beside it, by
//! a thread of their own in a private database, and taken over at its end: a file has one writer, and words are a
//! third of the work.

use std::sync::mpsc::Receiver;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement, params, params_from_iter};

/// What the indexes hold of an article.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) article: i64,
    pub(crate) title: Option<String>,
    pub(crate) text: Option<String>,
    /// The numbers of its quotations, with their words.
    pub(crate) quotations: Vec<(i64, Option<String>)>,
}

/// A change of the indexes. They can only forget what they are told again.
#[derive(Debug)]
pub(crate) enum Change {
    Put(Entry),
    Remove(Entry),
}

/// The indexes of a database.
pub(crate) struct Words<'d> {
    put_article: Statement<'d>,
    put_quotation: Statement<'d>,
    remove_article: Statement<'d>,
    remove_quotation: Statement<'d>,
}

impl<'d> Words<'d> {
    pub(crate) fn new(db: &'d Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            put_article: db
                .prepare("INSERT INTO article_words(rowid, title, text) VALUES (?1, ?2, ?3)")?,
            put_quotation: db
                .prepare("INSERT INTO quotation_words(rowid, text) VALUES (?1, ?2)")?,
            remove_article: db.prepare(
                "INSERT INTO article_words(article_words, rowid, title, text) VALUES ('delete', ?1, ?2, ?3)",
            )?,
            remove_quotation: db.prepare(
                "INSERT INTO quotation_words(quotation_words, rowid, text) VALUES ('delete', ?1, ?2)",
            )?,
        })
    }

    pub(crate) fn change(&mut self, changes: &[Change]) -> rusqlite::Result<()> {
        for change in changes {
            let (article, quotation, entry) = match change {
                Change::Put(entry) => (&mut self.put_article, &mut self.put_quotation, entry),
                Change::Remove(entry) => {
                    (&mut self.remove_article, &mut self.remove_quotation, entry)
                }
            };
            article.execute(params![entry.article, entry.title, entry.text])?;
            for (number, text) in &entry.quotations {
                quotation.execute(params![number, text])?;
            }
        }
        Ok(())
    }
}

/// Makes the indexes of an archive to be, in a private database that SQLite keeps in the system's folder for
/// temporary files, where it does not fit into memory, and removes by itself.
pub(crate) fn beside(changes: &Receiver<Vec<Change>>) -> rusqlite::Result<Connection> {
    let db = Connection::open("")?;
    db.execute_batch(
        "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -32768;
         CREATE VIRTUAL TABLE article_words USING fts5 (
             title, text, content = '', tokenize = 'unicode61 remove_diacritics 2'
         );
         CREATE VIRTUAL TABLE quotation_words USING fts5 (
             text, content = '', tokenize = 'unicode61 remove_diacritics 2'
         );
         INSERT INTO article_words(article_words, rank) VALUES ('hashsize', 4194304);
         INSERT INTO quotation_words(quotation_words, rank) VALUES ('hashsize', 4194304);
         BEGIN",
    )?;
    let mut words = Words::new(&db)?;
    changes.iter().try_for_each(|changes| words.change(&changes))?;
    drop(words);
    db.execute_batch("COMMIT")?;
    Ok(db)
}

/// Takes over indexes that were made [`beside`], in place of those of the archive, row by row of the tables in
/// which SQLite keeps them.
pub(crate) fn take_over(db: &Connection, beside: &Connection) -> rusqlite::Result<()> {
    for words in ["article_words", "quotation_words"] {
        for table in ["data", "idx", "docsize"] {
            let mut rows = beside.prepare(&format!("SELECT * FROM {words}_{table}"))?;
            let columns = rows.column_count();
            let places = vec!["?"; columns].join(", ");
            db.execute_batch(&format!("DELETE FROM {words}_{table}"))?;
            let mut put = db.prepare(&format!("INSERT INTO {words}_{table} VALUES ({places})"))?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let values = (0..columns).map(|at| row.get_ref(at));
                let values: Vec<ValueRef<'_>> = values.collect::<Result<_, _>>()?;
                put.execute(params_from_iter(values.into_iter().map(Borrowed)))?;
            }
        }
    }
    Ok(())
}

/// A value of one database on its way into another.
struct Borrowed<'v>(ValueRef<'v>);

impl rusqlite::ToSql for Borrowed<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(self.0))
    }
}
