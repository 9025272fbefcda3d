//! Searching an archive.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use serde::Serialize;

use crate::error::{ArchiveError, At, Cause};
use crate::query::expression;
use crate::{database, follow};

/// Of more hits than this, the ones that came last are weighed against each other, so that a word that stands in
/// every article is answered as fast as another.
const WEIGHED: usize = 5_000;

/// Fewer articles than this, and than a third of all, are listed first, and hits looked for in the list; where a
/// search is limited to more of them, each hit is asked by itself.
const FEW: usize = 10_000;

/// The article of a row beside it, by an index that has all that a search is limited by.
const ARTICLE_OF: &str = " CROSS JOIN articles a INDEXED BY articles_by_number ON a.article = ";

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Articles, by title and text.
    Articles,
    /// Quotations, by their words.
    Quotations,
    /// Quotations of this kind: `direct`, `mixed` or `indirect`.
    QuotationsOf(&'static str),
    /// Names of people, organizations and places.
    Names,
}

/// A search. What is left empty limits nothing.
#[derive(Clone, Debug)]
pub struct Search {
    /// What was typed: words, `"phrases"`, `beginn*`, `-without`, `either OR other`; nothing for all.
    pub query: String,
    /// What is looked for.
    pub target: Target,
    /// Who speaks (quotations) or is named (articles): words of the name in any order, letter case and accents aside,
    /// or a key.
    pub person: Option<String>,
    /// The outlets: words of their names, likewise.
    pub outlet: Option<String>,
    /// The first day: `2023-02-06`, or the beginning of one.
    pub since: Option<String>,
    /// The last day, likewise.
    pub until: Option<String>,
    /// The id of a story.
    pub story: Option<String>,
    /// How many hits at most.
    pub limit: usize,
}

impl Search {
    /// A search without limits but 20 hits.
    pub fn new(query: impl Into<String>, target: Target) -> Self {
        Self {
            query: query.into(),
            target,
            person: None,
            outlet: None,
            since: None,
            until: None,
            story: None,
            limit: 20,
        }
    }
}

/// Something found. Its keys in JSON are part of the contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Hit {
    /// An article.
    Article {
        /// The article.
        #[serde(flatten)]
        article: ArticleHit,
        /// The best stretch of it.
        snippet: Snippet,
    },
    /// A quotation, or a part of one.
    Quotation {
        /// The article that it stands in.
        #[serde(flatten)]
        article: ArticleHit,
        /// Its `id` in the record.
        quotation: u32,
        /// `direct`, `mixed` or `indirect`.
        form: Option<String>,
        /// Where it begins in the text, in the unit of the record.
        start: Option<u32>,
        /// Where it ends, exclusive.
        end: Option<u32>,
        /// Who said it, under the fullest name known.
        speaker: Option<String>,
        /// Their key over articles.
        person: Option<String>,
        /// Their office as the article states it.
        role: Option<String>,
        /// The words that signal the report.
        cue: Option<String>,
        /// All of its words.
        snippet: Snippet,
    },
    /// A name.
    Name {
        /// The key over articles.
        person: String,
        /// The fullest form.
        name: String,
        /// `PER`, `ORG`, `LOC` or `MISC`.
        label: Option<String>,
        /// Articles that name it.
        articles: u64,
        /// Quotations credited to it.
        quotations: u64,
    },
}

/// What is shown of an article.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArticleHit {
    /// Its id.
    pub id: String,
    /// The headline.
    pub title: Option<String>,
    /// The paper, site or agency.
    pub outlet: Option<String>,
    /// When it was published, as in the record.
    pub published: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The story in its record.
    pub story: Option<String>,
}

/// Words with the hits among them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Snippet {
    /// The words.
    pub text: String,
    /// The stretches of `text` that were looked for: code points, end exclusive.
    pub hits: Vec<(usize, usize)>,
}

/// The marks that the index puts around hits: noncharacters, which are for a program's own use. A text that was
/// taken over verbatim may have them all the same; they are not shown, and alone make no hit.
const MARKS: [char; 2] = ['\u{fdd0}', '\u{fdd1}'];

/// A list of strings that are bound together, as JSON: a statement takes only so many values.
const LISTED: &str = "(SELECT value FROM json_each(?))";

impl Snippet {
    fn of(marked: &str) -> Self {
        let mut snippet = Self::default();
        let (mut at, mut begun) = (0, None);
        for c in marked.chars() {
            if c == MARKS[0] {
                begun = Some(at);
            } else if c == MARKS[1] {
                snippet
                    .hits
                    .extend(begun.take().filter(|begun| *begun < at).map(|begun| (begun, at)));
            } else {
                snippet.text.push(c);
                at += 1;
            }
        }
        snippet
    }
}

/// An archive that is open for reading; others may write to it meanwhile.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    db: Connection,
}

impl Archive {
    /// Opens the archive of an output folder.
    ///
    /// # Errors
    /// [`ArchiveError::None`] where there is none, and others where it is not ours or cannot be read.
    pub fn open(dir: &Path) -> Result<Self, ArchiveError> {
        let path = dir.join(crate::FILE);
        match database::open_to_read(&path)? {
            Some(db) => Ok(Self { path, db }),
            None => Err(ArchiveError::None { path }),
        }
    }

    /// Whether it holds everything that readers of its output folder see.
    ///
    /// # Errors
    /// [`ArchiveError`] where either cannot be read.
    pub fn is_current(&self, dir: &Path) -> Result<bool, ArchiveError> {
        follow::is_current(&self.db, &sink::read_manifest(dir)?).at(&self.path)
    }

    /// The best hits, best first; without words to look for, the latest by date.
    ///
    /// # Errors
    /// [`ArchiveError::Query`] where the search cannot be asked, and others where the archive cannot be read.
    pub fn search(&self, search: &Search) -> Result<Vec<Hit>, ArchiveError> {
        let words = expression(&search.query)?;
        match search.target {
            Target::Names => self.names(search, words.as_deref()),
            Target::Articles => self.articles(search, words.as_deref()),
            Target::Quotations => self.quotations(search, words.as_deref(), None),
            Target::QuotationsOf(kind) => self.quotations(search, words.as_deref(), Some(kind)),
        }
        .at(&self.path)
    }

    /// The keys over articles of whoever has this key, or a name with these words.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn persons(&self, named: &str) -> Result<BTreeSet<String>, ArchiveError> {
        self.keys_of(named).at(&self.path)
    }

    fn keys_of(&self, named: &str) -> Result<BTreeSet<String>, Cause> {
        let itself = self.strings("SELECT person FROM names WHERE person = ?1", named)?;
        let words: Vec<_> = named
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| format!("\"{word}\""))
            .collect();
        if words.is_empty() || !itself.is_empty() {
            return Ok(itself);
        }
        Ok(self.strings(
            "SELECT person FROM names WHERE number IN (SELECT rowid FROM name_words WHERE name_words MATCH ?1)",
            &words.join(" AND "),
        )?)
    }

    fn strings(&self, sql: &str, value: &str) -> rusqlite::Result<BTreeSet<String>> {
        self.db.prepare(sql)?.query_map([value], |row| row.get(0))?.collect()
    }

    fn articles(&self, search: &Search, words: Option<&str>) -> Result<Vec<Hit>, Cause> {
        let row = if words.is_some() { "+w.rowid" } else { "a.article" };
        let among = self.among(search)?;
        let mut asked = Asked::default();
        match words {
            Some(words) => {
                asked.add(
                    "SELECT w.rowid AS hit, bm25(article_words, 4.0, 1.0) AS weight FROM article_words w",
                    [],
                );
                if among.is_of_many() {
                    asked.add(&format!("{ARTICLE_OF}w.rowid"), []);
                }
                asked.add(" WHERE article_words MATCH ?", [words.to_owned()]);
            }
            None => asked.add("SELECT a.article FROM articles a WHERE TRUE", []),
        }
        if words.is_some() && among.is_of_few() {
            asked.add(" AND +w.rowid IN (SELECT a.article FROM articles a WHERE TRUE", []);
            asked.append(&among.limits);
            asked.add(")", []);
        } else {
            asked.append(&among.limits);
        }
        if let Some(person) = &search.person {
            let keyed = format!("SELECT article FROM entities WHERE person IN {LISTED}");
            asked.add(&format!(" AND {row} IN ({keyed})"), [listed(&self.keys_of(person)?)]);
        }
        let asked = asked.best(words, "a.day DESC, a.article DESC", search.limit);
        let columns = "a.id, a.title, a.outlet, a.published, a.url, a.story";
        let sql = match words {
            Some(_) => format!(
                "SELECT {columns}, snippet(article_words, -1, '{}', '{}', '…', 24) FROM article_words \
                 JOIN articles a ON a.article = article_words.rowid \
                 WHERE article_words MATCH ?1 AND article_words.rowid = ?2",
                MARKS[0], MARKS[1]
            ),
            None => format!(
                "SELECT {columns}, coalesce((SELECT s.value ->> 'text' FROM json_each(a.summary) s LIMIT 1), \
                 substr(a.text, 1, 160)) FROM articles a WHERE ?1 IS NULL AND a.article = ?2"
            ),
        };
        self.shown(&asked, &sql, words, |row| {
            Ok(Hit::Article { article: article(row)?, snippet: snippet(row, 6)? })
        })
    }

    fn quotations(
        &self,
        search: &Search,
        words: Option<&str>,
        kind: Option<&str>,
    ) -> Result<Vec<Hit>, Cause> {
        let among = self.among(search)?;
        let mut limits = Asked::default();
        if let Some(person) = &search.person {
            limits.add(&format!(" AND q.person IN {LISTED}"), [listed(&self.keys_of(person)?)]);
        }
        limits.append(&among.limits);
        if let Some(kind) = kind {
            limits.add(" AND q.kind = ?", [kind.to_owned()]);
        }
        let all = match &search.person {
            Some(_) if words.is_some() && !among.is_limited() => {
                "SELECT q.quotation FROM quotations q WHERE TRUE".to_owned()
            }
            Some(_) => format!("SELECT q.quotation FROM quotations q{ARTICLE_OF}q.article WHERE TRUE"),
            None => "SELECT q.quotation FROM quotations q JOIN articles a ON a.article = q.article WHERE TRUE".to_owned(),
        };
        let mut asked = Asked::default();
        if let Some(words) = words {
            asked.add(
                "SELECT w.rowid AS hit, bm25(quotation_words) AS weight FROM quotation_words w",
                [],
            );
            let is_listed = search.person.is_some() || among.is_of_few();
            if !is_listed && !limits.sql.is_empty() {
                asked.add(" CROSS JOIN quotations q ON q.quotation = w.rowid", []);
                if among.is_of_many() {
                    asked.add(&format!("{ARTICLE_OF}q.article"), []);
                }
            }
            asked.add(" WHERE quotation_words MATCH ?", [words.to_owned()]);
            if is_listed {
                asked.add(&format!(" AND +w.rowid IN ({all}"), []);
            }
            asked.append(&limits);
            asked.add(if is_listed { ")" } else { "" }, []);
        } else {
            asked.add(&all, []);
            asked.append(&limits);
        }
        let asked = asked.best(words, "a.day DESC, q.quotation", search.limit);
        let columns = "a.id, a.title, a.outlet, a.published, a.url, a.story, q.number, q.kind, q.start, q.\"end\", \
                       coalesce(n.name, q.speaker), q.person, q.role, q.cue";
        let tables = "quotations q JOIN articles a ON a.article = q.article LEFT JOIN names n ON n.person = q.person";
        let sql = match words {
            Some(_) => format!(
                "SELECT {columns}, highlight(quotation_words, 0, '{}', '{}') FROM quotation_words JOIN {tables} \
                 WHERE quotation_words MATCH ?1 AND quotation_words.rowid = ?2 AND q.quotation = ?2",
                MARKS[0], MARKS[1]
            ),
            None => format!(
                "SELECT {columns}, q.text FROM {tables} WHERE ?1 IS NULL AND q.quotation = ?2"
            ),
        };
        self.shown(&asked, &sql, words, |row| {
            Ok(Hit::Quotation {
                article: article(row)?,
                quotation: row.get(6)?,
                form: row.get(7)?,
                start: row.get(8)?,
                end: row.get(9)?,
                speaker: row.get(10)?,
                person: row.get(11)?,
                role: row.get(12)?,
                cue: row.get(13)?,
                snippet: snippet(row, 14)?,
            })
        })
    }

    /// Names have no day and no outlet of their own: those of the articles that name or quote them count. Of a
    /// split quotation the first part counts.
    fn names(&self, search: &Search, words: Option<&str>) -> Result<Vec<Hit>, Cause> {
        let among = self.among(search)?;
        let article_of = |its: &str| {
            if among.is_limited() { format!("{ARTICLE_OF}{its}.article") } else { String::new() }
        };
        let mut asked = Asked::default();
        asked.add(
            &format!(
                "SELECT n.person, n.name, n.label, (SELECT count(DISTINCT e.article) FROM entities e{} \
                 WHERE e.person = n.person",
                article_of("e")
            ),
            [],
        );
        asked.append(&among.limits);
        asked.add(
            &format!(
                ") AS articles, (SELECT count(*) FROM quotations q{} \
                 WHERE q.person = n.person AND (q.part_of IS NULL OR q.part_of = q.number)",
                article_of("q")
            ),
            [],
        );
        asked.append(&among.limits);
        asked.add(") AS quotations FROM names n WHERE articles > 0", []);
        if let Some(words) = words {
            asked.add(
                " AND n.number IN (SELECT rowid FROM name_words WHERE name_words MATCH ?)",
                [words.to_owned()],
            );
        }
        if let Some(person) = &search.person {
            let keys = listed(&self.keys_of(person)?);
            asked.add(&format!(" AND n.person IN {LISTED}"), [keys]);
        }
        asked.add(
            &format!(
                " ORDER BY articles DESC, quotations DESC, n.name, n.person LIMIT {}",
                search.limit
            ),
            [],
        );
        let mut statement = self.db.prepare(&asked.sql)?;
        let hits = statement.query_map(params_from_iter(&asked.values), |row| {
            let count = |at| row.get(at).map(|count: i64| count.unsigned_abs());
            Ok(Hit::Name {
                person: row.get(0)?,
                name: row.get(1)?,
                label: row.get(2)?,
                articles: count(3)?,
                quotations: count(4)?,
            })
        })?;
        Ok(hits.collect::<Result<_, _>>()?)
    }

    /// The articles that a search is limited to by what is known of them.
    fn among(&self, search: &Search) -> Result<Among, Cause> {
        let mut asked = Asked::default();
        if let Some(outlet) = &search.outlet {
            let all =
                self.strings("SELECT DISTINCT outlet FROM articles WHERE outlet >= ?1", "")?;
            let meant = all.into_iter().filter(|name| wire::has_words(name, outlet)).collect();
            asked.add(&format!(" AND a.outlet IN {LISTED}"), [listed(&meant)]);
        }
        if let Some(since) = &search.since {
            asked.add(" AND a.day >= ?", [since.clone()]);
        }
        if let Some(until) = &search.until {
            // The beginning of a date stands for all days that begin so.
            asked.add(" AND a.day < ?", [format!("{until}\u{7f}")]);
        }
        if let Some(story) = &search.story {
            asked.add(
                " AND a.article IN (SELECT b.article FROM stories s \
                 JOIN story_articles m ON m.story = coalesce(s.merged_into, s.story) \
                 JOIN articles b ON b.id = m.id WHERE s.story = ?)",
                [story.clone()],
            );
        }
        let are_few = !asked.sql.is_empty() && self.are_few(&asked)?;
        Ok(Among { limits: asked, are_few })
    }

    /// Whether that holds for few enough articles to list them first.
    fn are_few(&self, limits: &Asked) -> rusqlite::Result<bool> {
        let count = |sql: &str, values: &[String]| -> rusqlite::Result<usize> {
            self.db.query_row(sql, params_from_iter(values), |row| row.get(0))
        };
        let all = count("SELECT coalesce(max(article), 0) FROM articles", &[])?;
        let few = FEW.min(all / 3);
        let listed =
            format!("SELECT a.article FROM articles a WHERE TRUE{} LIMIT {few}", limits.sql);
        Ok(count(&format!("SELECT count(*) FROM ({listed})"), &limits.values)? < few)
    }

    /// Runs a list of rows, and shows each by itself: only the hits are read whole.
    fn shown(
        &self,
        list: &Asked,
        sql: &str,
        words: Option<&str>,
        hit: impl Fn(&Row<'_>) -> rusqlite::Result<Hit>,
    ) -> Result<Vec<Hit>, Cause> {
        let rows: Vec<i64> = self
            .db
            .prepare(&list.sql)?
            .query_map(params_from_iter(&list.values), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut shown = self.db.prepare(sql)?;
        // A writer may have taken one away meanwhile.
        let hits = rows.into_iter().map(|row| shown.query_row((words, row), &hit).optional());
        Ok(hits.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}

/// The articles that a search is limited to.
struct Among {
    /// What holds for an article `a` among them; empty where all are.
    limits: Asked,
    are_few: bool,
}

impl Among {
    fn is_limited(&self) -> bool {
        !self.limits.sql.is_empty()
    }

    fn is_of_few(&self) -> bool {
        self.is_limited() && self.are_few
    }

    fn is_of_many(&self) -> bool {
        self.is_limited() && !self.are_few
    }
}

/// A statement with its values, in their order.
#[derive(Default)]
struct Asked {
    sql: String,
    values: Vec<String>,
}

impl Asked {
    fn add(&mut self, sql: &str, values: impl IntoIterator<Item = String>) {
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn append(&mut self, other: &Self) {
        self.add(&other.sql, other.values.iter().cloned());
    }

    /// The best of these rows: by weight where words were looked for, else by `order`.
    fn best(self, words: Option<&str>, order: &str, limit: usize) -> Self {
        let Self { sql, values } = self;
        let sql = match words {
            Some(_) => format!(
                "SELECT hit FROM ({sql} ORDER BY w.rowid DESC LIMIT {WEIGHED}) ORDER BY weight, hit DESC LIMIT {limit}"
            ),
            None => format!("{sql} ORDER BY {order} LIMIT {limit}"),
        };
        Self { sql, values }
    }
}

/// The value for [`LISTED`].
fn listed(strings: &BTreeSet<String>) -> String {
    serde_json::json!(strings).to_string()
}

fn article(row: &Row<'_>) -> rusqlite::Result<ArticleHit> {
    Ok(ArticleHit {
        id: row.get(0)?,
        title: row.get(1)?,
        outlet: row.get(2)?,
        published: row.get(3)?,
        url: row.get(4)?,
        story: row.get(5)?,
    })
}

fn snippet(row: &Row<'_>, at: usize) -> rusqlite::Result<Snippet> {
    let marked: Option<String> = row.get(at)?;
    Ok(Snippet::of(marked.as_deref().unwrap_or_default()))
}
