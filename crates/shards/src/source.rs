//! The outcomes of all shards, one after the other.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use document::{Document, Form, Origin};
use sink::{Left, OpenError, ShardFolder, ShardOutcome, ShardOutcomes};
use stage_api::{Arrival, End, IdHash, Known, Progress, Source, SourceError};

/// The source that [`Shards::source`](crate::Shards::source) opens.
#[derive(Debug)]
pub struct ShardsSource {
    folders: Vec<ShardFolder>,
    shards: Vec<Reading>,
    /// Which shard's next article comes from which file. No file has articles in two shards.
    next: BTreeMap<u64, usize>,
    /// The ids of the articles that alone are given, the second time.
    wanted: Option<HashSet<IdHash>>,
    /// Whether the shards are to be read from their beginnings.
    starts_over: bool,
    progress: Progress,
}

/// A shard being read.
#[derive(Debug)]
struct Reading {
    /// The folder, for messages.
    place: String,
    outcomes: ShardOutcomes,
    /// The outcome that comes next.
    head: Option<ShardOutcome>,
}

impl ShardsSource {
    pub(crate) fn open(folders: &[ShardFolder]) -> Result<Self, OpenError> {
        let total = Some(folders.iter().map(ShardFolder::bytes).sum());
        let mut source = Self {
            folders: folders.to_vec(),
            shards: Vec::with_capacity(folders.len()),
            next: BTreeMap::new(),
            wanted: None,
            starts_over: false,
            progress: Progress { read: 0, total },
        };
        source.begin()?;
        Ok(source)
    }

    /// Opens every shard at its beginning.
    fn begin(&mut self) -> Result<(), OpenError> {
        self.shards.clear();
        self.next.clear();
        for folder in &self.folders {
            let mut outcomes = folder.outcomes()?;
            let head = outcomes.next().transpose()?;
            if let Some(head) = &head {
                self.next.insert(head.file, self.shards.len());
            }
            let place = folder.dir().display().to_string();
            self.shards.push(Reading { place, outcomes, head });
        }
        Ok(())
    }

    /// The next outcome with its shard, wanted or not.
    fn outcome(&mut self) -> Result<Option<(ShardOutcome, usize)>, SourceError> {
        let Some((file, at)) = self.next.pop_first() else { return Ok(None) };
        let shard = &mut self.shards[at];
        let following = shard.outcomes.next().transpose();
        let following = following.map_err(|error| wrong(&shard.place, error.to_string()))?;
        if let Some(following) = &following {
            let is_taken = following.file < file || self.next.insert(following.file, at).is_some();
            if is_taken {
                let message = "its articles are not in the order of their files; `--fresh` makes the shard again";
                return Err(wrong(&shard.place, message.to_owned()));
            }
        }
        let outcome = std::mem::replace(&mut shard.head, following);
        Ok(Some((outcome.expect("a shard is listed by its next article"), at)))
    }

    fn is_wanted(&self, known: &Known) -> bool {
        let wanted = |ids: &HashSet<IdHash>| !known.explicit_id && ids.contains(&known.id);
        self.wanted.as_ref().is_none_or(wanted)
    }
}

fn wrong(place: &str, message: String) -> SourceError {
    SourceError { place: place.to_owned(), message }
}

impl Source for ShardsSource {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        if std::mem::take(&mut self.starts_over) {
            self.begin().map_err(|error| wrong("shards", error.to_string()))?;
        }
        while let Some((ShardOutcome { known, left, .. }, at)) = self.outcome()? {
            if !self.is_wanted(&known) {
                continue;
            }
            if let Left::Record(line) = &left {
                self.progress.read += line.len() as u64;
            }
            let arrival = arrival(&known, left);
            return arrival.map(Some).map_err(|message| wrong(&self.shards[at].place, message));
        }
        Ok(None)
    }

    fn can_repeat(&self) -> bool {
        true
    }

    fn again(&mut self, ids: BTreeSet<String>) {
        self.wanted = Some(ids.iter().map(|id| IdHash::of(id)).collect());
        self.starts_over = true;
        self.progress.total = None;
    }

    fn progress(&self) -> Progress {
        self.progress
    }
}

/// What a shard has of an article, as it comes to the stages behind.
fn arrival(known: &Known, left: Left) -> Result<Arrival, String> {
    let ended = |id: String, origin: Origin, end: End| {
        let mut doc = Document::new(id, origin, Vec::new(), Form::Text);
        doc.explicit_id = known.explicit_id;
        doc.fingerprint = Some(known.fingerprint);
        Arrival::Ended { doc, end }
    };
    let was_article = known.revision > 0;
    Ok(match left {
        Left::Record(line) => Arrival::Article(article(known, &line)?),
        Left::Discarded { id, origin, reason } if was_article => {
            ended(id, origin, End::Discarded(reason))
        }
        Left::Discarded { id, origin, reason } => Arrival::Discarded { id, origin, reason },
        Left::Failed(failure) if was_article => {
            ended(failure.id.clone(), failure.origin.clone(), End::Failed(Box::new(failure)))
        }
        Left::Failed(failure) => Arrival::Failed(failure),
    })
}

fn article(known: &Known, line: &[u8]) -> Result<Document, String> {
    let mut doc = wire::decode(line, &|_, _| true).map_err(|error| error.to_string())?;
    if IdHash::of(doc.id()) != known.id || doc.origin.sha256 != known.payload {
        return Err(format!(
            "the record of {} stands where the ledger has another article; `copydesk verify` tells more",
            doc.id()
        ));
    }
    doc.explicit_id = known.explicit_id;
    doc.fingerprint = Some(known.fingerprint);
    Ok(doc)
}
