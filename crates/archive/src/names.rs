//! The names of everybody and everything that is named.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement, params};

/// Names that are remembered without asking the database: those of some ten thousand articles.
const REMEMBERED: usize = 200_000;

/// The names of everybody and everything, kept in step with the full-text index over them.
pub(crate) struct Names<'d> {
    find: Statement<'d>,
    add: Statement<'d>,
    change: Statement<'d>,
    remove: Statement<'d>,
    add_words: Statement<'d>,
    remove_words: Statement<'d>,
    /// The fullest name of some, as the table has it.
    known: HashMap<String, (String, Option<String>)>,
}

impl<'d> Names<'d> {
    pub(crate) fn new(db: &'d Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            find: db.prepare("SELECT number, name, label FROM names WHERE person = ?1")?,
            add: db.prepare("INSERT INTO names(person, name, label) VALUES (?1, ?2, ?3)")?,
            change: db.prepare("UPDATE names SET name = ?2, label = ?3 WHERE number = ?1")?,
            remove: db.prepare("DELETE FROM names WHERE number = ?1")?,
            add_words: db.prepare("INSERT INTO name_words(rowid, name) VALUES (?1, ?2)")?,
            remove_words: db.prepare(
                "INSERT INTO name_words(name_words, rowid, name) VALUES ('delete', ?1, ?2)",
            )?,
            known: HashMap::new(),
        })
    }

    /// Takes in that an entity with this key over articles has this name.
    pub(crate) fn add(
        &mut self,
        person: &str,
        name: &str,
        label: Option<&str>,
    ) -> rusqlite::Result<()> {
        let new = (name, label);
        let is_fuller = |(name, label): &(String, Option<String>)| {
            fullness(new) > fullness((name.as_str(), label.as_deref()))
        };
        match self.known.get(person) {
            Some(known) if !is_fuller(known) => return Ok(()),
            _ => {}
        }
        let known = self.find(person)?;
        let kept = match known {
            None => {
                self.put(None, person, new)?;
                (name.to_owned(), label.map(str::to_owned))
            }
            Some((number, known)) if is_fuller(&known) => {
                self.put(Some((number, &known.0)), person, new)?;
                (name.to_owned(), label.map(str::to_owned))
            }
            Some((_, known)) => known,
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(person.to_owned(), kept);
        Ok(())
    }

    /// Says what the name is, or that there is none any more.
    pub(crate) fn set(
        &mut self,
        person: &str,
        name: Option<(&str, Option<&str>)>,
    ) -> rusqlite::Result<()> {
        self.known.remove(person);
        let known = self.find(person)?;
        match (known, name) {
            (None, None) => Ok(()),
            (None, Some(name)) => self.put(None, person, name),
            (Some((_, known)), Some((name, label)))
                if (known.0.as_str(), known.1.as_deref()) == (name, label) =>
            {
                Ok(())
            }
            (Some((number, known)), Some(name)) => self.put(Some((number, &known.0)), person, name),
            (Some((number, (known, _))), None) => {
                self.remove_words.execute(params![number, known])?;
                self.remove.execute([number]).map(drop)
            }
        }
    }

    #[expect(clippy::type_complexity, reason = "a row, read in two places")]
    fn find(&mut self, person: &str) -> rusqlite::Result<Option<(i64, (String, Option<String>))>> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
        self.find.query_row([person], row).optional()
    }

    fn put(
        &mut self,
        old: Option<(i64, &str)>,
        person: &str,
        (name, label): (&str, Option<&str>),
    ) -> rusqlite::Result<()> {
        let number = match old {
            None => self.add.insert(params![person, name, label])?,
            Some((number, known)) => {
                self.remove_words.execute(params![number, known])?;
                self.change.execute(params![number, name, label])?;
                number
            }
        };
        self.add_words.execute(params![number, name]).map(drop)
    }
}

/// By what the fullest name is chosen, whatever the order in which they come: the longest, and of these the last
/// by the alphabet, which is not the one in capitals.
pub(crate) fn fullness<'n>(
    (name, label): (&'n str, Option<&'n str>),
) -> (usize, &'n str, Option<&'n str>) {
    (name.chars().count(), name, label)
}
