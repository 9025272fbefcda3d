//! What must hold before a new generation takes the place of an old one.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use document::Sha256;
use sink::Folder;
use stage_api::{Arrival, IdHash, Known, OutcomeKind, Source};

use crate::exit::Trouble;
use crate::summary;

/// Refuses a run whose sources lack articles that the output folder has: the new generation would
/// lose them. Reads through the sources once and keeps digests alone; `None` stands for one that
/// cannot be read twice.
pub(crate) fn refuse_to_lose(
    folder: &Folder,
    dir: &Path,
    source: impl FnOnce() -> Result<Option<Box<dyn Source>>, Trouble>,
) -> Result<(), Trouble> {
    let mut lacking: HashMap<IdHash, Known> = HashMap::new();
    for known in folder.replaced().map_err(Trouble::failed)?.into_iter().flatten() {
        let known = known.map_err(Trouble::failed)?;
        if known.kind == OutcomeKind::Written {
            lacking.insert(known.id, known);
        }
    }
    if lacking.is_empty() {
        return Ok(());
    }
    let dir = dir.display();
    let Some(mut source) = source()? else {
        return Err(Trouble::Usage(format!(
            "{dir} was written with another configuration, and standard input cannot be read twice to see \
             whether it holds the same articles; `--fresh` goes on without them"
        )));
    };
    // A file that was moved has another id and the same payload.
    let mut payloads: HashSet<Sha256> = HashSet::new();
    while let Some(arrival) = source.next().map_err(Trouble::failed)? {
        if let Arrival::Article(doc) | Arrival::Ended { doc, .. } = arrival
            && lacking.remove(&IdHash::of(doc.id())).is_none()
            && !doc.explicit_id
        {
            payloads.insert(doc.origin.sha256);
        }
    }
    lacking.retain(|_, known| known.explicit_id || !payloads.contains(&known.payload));
    match lacking.len() {
        0 => Ok(()),
        count => Err(Trouble::Usage(format!(
            "{dir} was written with another configuration and has {} that this run does not read; \
             name their files too, or `--fresh` goes on without them",
            summary::plural(count as u64, "article")
        ))),
    }
}
