//! The stories in the archive: taken in where they changed, and names brought in line with them.
//!
//! `stories.jsonl` is written in full at the end of each run. A row of it is known by the digest of its line, so
//! what did not change costs a comparison. Every step leaves the tables right for what they hold, so the work can
//! be cut into transactions and taken up after a kill: `stories` in the table `state` is set by the last one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::{Connection, OptionalExtension, Statement, params};
use serde_json::json;
use sha2::{Digest, Sha256};
use sink::StoriesEntry;
use wire::{Story, StoryDate, StoryPassage};

use crate::error::{ArchiveError, At};
use crate::follow::{BATCH_BYTES, BATCHES, Transactions};
use crate::names::{Names, fullness};

/// The first bytes of a line's digest, by which it is known again.
type LineDigest = [u8; 16];

/// Takes in what changed in the stories of an output folder, and settles who is who.
pub(crate) fn follow(
    dir: &Path,
    entry: Option<&StoriesEntry>,
    transactions: &mut Transactions<'_>,
) -> Result<(), ArchiveError> {
    let (db, path) = (transactions.db, transactions.path);
    let taken: Option<String> = db
        .query_row("SELECT value FROM state WHERE name = 'stories'", [], |row| row.get(0))
        .optional()
        .at(path)?;
    if taken.as_ref() == entry.map(|entry| &entry.sha256) {
        return settle(db, transactions);
    }
    let is_whole = take_in(dir, entry, transactions)?;
    settle(db, transactions)?;
    if is_whole {
        db.execute("DELETE FROM state WHERE name = 'stories'", []).at(path)?;
        let sha256 = entry.map(|entry| &entry.sha256);
        db.execute("INSERT INTO state SELECT 'stories', ?1 WHERE ?1 IS NOT NULL", [sha256])
            .at(path)?;
    }
    Ok(())
}

/// Takes in the rows that changed; `false` where the file is not the one that the manifest names, as between the
/// end of a run that was killed and the next: what it says is taken all the same, and once more then.
fn take_in(
    dir: &Path,
    entry: Option<&StoriesEntry>,
    transactions: &mut Transactions<'_>,
) -> Result<bool, ArchiveError> {
    let (db, path) = (transactions.db, transactions.path);
    let mut stories = Stories::new(db).at(path)?;
    let known = stories.known().at(path)?;
    let news = thread::scope(|scope| {
        let (sender, batches) = sync_channel(BATCHES);
        let reading = scope.spawn(move || read(dir, entry, known, &sender));
        for batch in batches {
            for (story, line, is_known) in &batch {
                stories.put(story, *line, *is_known).at(path)?;
            }
            transactions.wrote(batch.len())?;
        }
        reading.join().expect("reading does not panic")
    })?;
    stories.keep_only(news.gone).at(path)?;
    Ok(news.is_whole)
}

/// Stories that are new or changed, each with the digest of its line, and whether an earlier row of it is in.
type Batch = Vec<(Story, LineDigest, bool)>;

/// What a file of stories says beside those that it holds.
struct Read {
    /// Stories that it holds no more.
    gone: HashMap<String, LineDigest>,
    /// Whether it is the file that the manifest names.
    is_whole: bool,
}

/// Sends the stories that are not `known` as they stand, until nobody takes them any more.
fn read(
    dir: &Path,
    entry: Option<&StoriesEntry>,
    mut known: HashMap<String, LineDigest>,
    batches: &SyncSender<Batch>,
) -> Result<Read, ArchiveError> {
    let Some(entry) = entry else { return Ok(Read { gone: known, is_whole: true }) };
    let mut stories = sink::Stories::open(dir, Some(entry))?;
    let mut digest = Sha256::new();
    loop {
        let (mut batch, mut bytes) = (Batch::new(), 0);
        while bytes < BATCH_BYTES
            && let Some((line, story)) = stories.read()?
        {
            bytes += line.len();
            digest.update(line);
            let its: LineDigest =
                *Sha256::digest(line).first_chunk().expect("a digest has 32 bytes");
            let before = known.remove(&story.id);
            if before != Some(its) {
                batch.push((story, its, before.is_some()));
            }
        }
        if bytes == 0 || batches.send(batch).is_err() {
            break; // what went wrong is told at the other end
        }
    }
    let is_whole = sink::digest::hex(digest) == entry.sha256;
    Ok(Read { gone: known, is_whole })
}

/// The tables of stories.
struct Stories<'d> {
    db: &'d Connection,
    story: Statement<'d>,
    article: Statement<'d>,
    key: Statement<'d>,
    quotation: Statement<'d>,
    version: Statement<'d>,
    /// What forgets a story; its articles are to be settled first.
    removals: Vec<Statement<'d>>,
    unsettle: Statement<'d>,
}

impl<'d> Stories<'d> {
    fn new(db: &'d Connection) -> rusqlite::Result<Self> {
        let tables =
            ["stories", "story_articles", "story_keys", "story_quotations", "story_versions"];
        let removals =
            tables.map(|table| db.prepare(&format!("DELETE FROM {table} WHERE story = ?1")));
        Ok(Self {
            db,
            story: db.prepare("INSERT INTO stories VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?,
            article: db.prepare("INSERT INTO story_articles VALUES (?1, ?2, ?3)")?,
            key: db.prepare("INSERT OR REPLACE INTO story_keys VALUES (?1, ?2, ?3)")?,
            quotation: db.prepare("INSERT INTO story_quotations VALUES (?1, ?2, ?3, ?4, ?5)")?,
            version: db
                .prepare("INSERT INTO story_versions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?,
            removals: removals.into_iter().collect::<Result<_, _>>()?,
            // Only where keys stand for others does a story say who is who.
            unsettle: db.prepare(
                "INSERT INTO unsettled SELECT a.article, 1 FROM story_articles m JOIN articles a ON a.id = m.id \
                 WHERE m.story = ?1 AND EXISTS (SELECT 1 FROM story_keys k WHERE k.story = ?1) \
                 ON CONFLICT DO UPDATE SET changed = 1",
            )?,
        })
    }

    /// The digests of the rows that are in.
    fn known(&self) -> rusqlite::Result<HashMap<String, LineDigest>> {
        let mut all = self.db.prepare("SELECT story, line FROM stories")?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }

    fn remove(&mut self, story: &str) -> rusqlite::Result<()> {
        self.unsettle.execute([story])?;
        for removal in &mut self.removals {
            removal.execute([story])?;
        }
        Ok(())
    }

    /// Removes the stories that the file has no more.
    fn keep_only(&mut self, gone: HashMap<String, LineDigest>) -> rusqlite::Result<()> {
        let gone: BTreeMap<_, _> = gone.into_iter().collect();
        gone.keys().try_for_each(|story| self.remove(story))
    }

    fn put(&mut self, story: &Story, line: LineDigest, is_known: bool) -> rusqlite::Result<()> {
        let id = &story.id;
        if is_known {
            self.remove(id)?;
        }
        let members: HashMap<&str, usize> =
            story.articles.iter().enumerate().map(|(member, id)| (id.as_str(), member)).collect();
        let place = |passage: &StoryPassage| {
            (members.get(passage.article.as_str()).copied(), passage.start, passage.end)
        };
        let digest: Vec<_> = story.digest.iter().map(place).collect();
        let dated = |dated: &StoryDate| (dated.date.clone(), place(&dated.passage));
        let timeline: Vec<_> = story.timeline.iter().map(dated).collect();
        self.story.execute(params![
            id,
            story.merged_into,
            story.headline,
            json!(digest).to_string(),
            json!(timeline).to_string(),
            line
        ])?;
        for (member, article) in story.articles.iter().enumerate() {
            self.article.execute(params![id, member, article])?;
        }
        for named in story.named() {
            for key in named.keys.iter().filter(|key| **key != named.key) {
                self.key.execute(params![id, key, named.key])?;
            }
        }
        for (number, quotation) in story.quotations.iter().enumerate() {
            self.quotation.execute(params![
                id,
                number,
                quotation.speaker,
                quotation.key,
                quotation.fullest
            ])?;
            for (version, its) in quotation.members.iter().enumerate() {
                self.version.execute(params![
                    id,
                    number,
                    version,
                    its.relation,
                    members.get(its.article.as_str()),
                    its.quotation,
                    its.start,
                    its.end,
                    its.text
                ])?;
            }
        }
        self.unsettle.execute([id])?;
        Ok(())
    }
}

/// Gives the entities and quotations of articles that are new, or whose story changed, the keys over articles,
/// and the names their fullest form.
fn settle(db: &Connection, transactions: &mut Transactions<'_>) -> Result<(), ArchiveError> {
    let path = transactions.path;
    let touched = "SELECT article FROM unsettled WHERE changed = 1 UNION \
                   SELECT u.article FROM story_keys k JOIN story_articles m ON m.story = k.story \
                   JOIN articles a ON a.id = m.id JOIN unsettled u ON u.article = a.article";
    let list = || -> rusqlite::Result<Vec<i64>> {
        db.prepare(touched)?.query_map([], |row| row.get(0))?.collect()
    };
    let articles = list().at(path)?;
    let mut settling = Settling::new(db).at(path)?;
    for article in articles {
        settling.article(article).at(path)?;
        transactions.wrote(1)?;
    }
    db.execute("DELETE FROM unsettled", []).at(path)?;
    settling.stale_names().at(path)
}

/// The statements of [`settle`].
struct Settling<'d> {
    db: &'d Connection,
    keys: Statement<'d>,
    entities: Statement<'d>,
    entity: Statement<'d>,
    quotations: Statement<'d>,
    stale: Statement<'d>,
    names: Names<'d>,
}

impl<'d> Settling<'d> {
    fn new(db: &'d Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            db,
            keys: db.prepare(
                "SELECT k.key, k.person FROM articles a JOIN story_articles m ON m.id = a.id \
                 JOIN story_keys k ON k.story = m.story WHERE a.article = ?1 ORDER BY k.story, k.key",
            )?,
            entities: db.prepare(
                "SELECT entity, key, person, name, label FROM entities WHERE article = ?1",
            )?,
            entity: db.prepare("UPDATE entities SET person = ?3 WHERE article = ?1 AND entity = ?2")?,
            quotations: db.prepare(
                "UPDATE quotations SET person = ?3 WHERE article = ?1 AND entity = ?2",
            )?,
            stale: db.prepare("INSERT OR IGNORE INTO stale_names VALUES (?1)")?,
            names: Names::new(db)?,
        })
    }

    fn article(&mut self, article: i64) -> rusqlite::Result<()> {
        type Entity = (i64, String, String, String, Option<String>);
        let keys: HashMap<String, String> = self
            .keys
            .query_map([article], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let entities: Vec<Entity> = self
            .entities
            .query_map([article], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?
            .collect::<Result<_, _>>()?;
        for (entity, key, person, name, label) in entities {
            let now = keys.get(&key).unwrap_or(&key);
            if *now != person {
                self.entity.execute(params![article, entity, now])?;
                self.quotations.execute(params![article, entity, now])?;
                self.names.add(now, &name, label.as_deref())?;
                self.stale.execute([person])?;
            }
        }
        Ok(())
    }

    /// Names whose entities went to another one, or away.
    fn stale_names(&mut self) -> rusqlite::Result<()> {
        let stale: Vec<String> = self
            .db
            .prepare("SELECT person FROM stale_names ORDER BY person")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut forms =
            self.db.prepare("SELECT DISTINCT name, label FROM entities WHERE person = ?1")?;
        for person in &stale {
            let names: Vec<(String, Option<String>)> = forms
                .query_map([person], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let names = names.iter().map(|(name, label)| (name.as_str(), label.as_deref()));
            self.names.set(person, names.max_by_key(|name| fullness(*name)))?;
        }
        self.db.execute("DELETE FROM stale_names", []).map(drop)
    }
}
