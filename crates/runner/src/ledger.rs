//! Identity: which arrivals are new, revised, unchanged or duplicates.
//!
//! The rules, as far as they are told here:
//! - An article is its id. With the payload and supplied metadata that it had before it is unchanged, with anything
//!   else a revision.
//! - Without an id of its own, an article whose payload is that of another is no article of its own: a duplicate where
//!   the other one lies in the same drop, and moved, which counts as unchanged, where it does not.
//!
//! The other one must still have the payload when the run is over: of a payload that lies in the drop, the latest
//! record of some article has it. So a name that stands in for another becomes an article itself as soon as that one
//! is revised. Whether it is may turn out later in the drop, which is why such arrivals wait for its end and are then
//! [settled](Ledger::settle) in their order. What waits depends on the names and payloads that came before alone, and
//! not on how far an earlier run got or on whether a file had to be read, so the records come out in the same order.

use std::collections::HashMap;
use std::io;

use document::{Document, Origin, Revision, Sha256};
use stage_api::{IdHash, Known, OutcomeKind, PlaceHash};

use crate::table::{Entries, Entry, Key, Table, key};
use crate::waiting::{Waiting, Waits};

/// What the rules of identity say about an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Not seen before, or seen with other content: process it as this revision.
    Process(Revision),
    /// Known with the same payload and metadata: nothing is done.
    Unchanged,
    /// An article that did not come in this run has its payload: nothing is done.
    Moved,
    /// Unchanged, after an earlier run could not read it.
    Restored {
        /// Which revision it is.
        revision: Revision,
        /// What became of it when it was last read.
        kind: OutcomeKind,
    },
    /// The same payload came in this run.
    DuplicateOf {
        /// Under this id.
        id: String,
        /// Whether a run before this one failed on it.
        failed: bool,
    },
    /// The end of the source decides.
    Waits,
}

/// Everything known of the articles so far, in some 15 to 30 bytes of memory for each key that it
/// is found by; the rest lies in a temporary file.
///
/// A revision counts each content that an id came with, whatever became of it, so what is decided
/// depends on the sequence of arrivals alone. An id may come from several places of one drop with
/// different contents; each place remembers its last one, so that the same drop read again, or
/// read on after a kill, finds all of them unchanged.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The latest content of each article, by its id.
    articles: Table,
    /// The last content of an article with an explicit id at each of its places.
    places: Table,
    /// The last article without an explicit id that came with each payload, which leads to those before it. What
    /// only stands in for another is left out.
    payloads: Table,
    /// What could not be read, by the id that it would have had.
    failures: Table,
    entries: Entries,
    /// What failed in earlier runs and is to be tried again when it comes: its payload and revision.
    retries: HashMap<IdHash, (Sha256, Revision)>,
    /// What the end of the source decides about, if anything waits for it.
    waiting: Option<Waiting>,
}

/// Who has a payload.
enum Holder {
    /// Nobody ever had it.
    Nobody,
    /// Articles that have another one now.
    Past,
    /// An article, in its latest revision.
    Article(Entry),
}

impl Ledger {
    /// Takes over what an earlier run committed, in the order in which it did.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn remember(&mut self, known: &Known) -> io::Result<()> {
        let is_moved = known.kind == OutcomeKind::Moved;
        if known.revision == 0 && !is_moved {
            return self.store_failure(&plain(known));
        }
        self.settle_failure(known)?;
        let stands_in = is_moved || self.was_duplicate(known)?;
        self.store_article(Entry { stands_in, ..plain(known) })
    }

    /// Whether an article was discarded because another one had its payload, and not by a stage.
    fn was_duplicate(&mut self, known: &Known) -> io::Result<bool> {
        let may_be = known.kind == OutcomeKind::Discarded && known.revision == 1;
        if !may_be || known.explicit_id {
            return Ok(false);
        }
        let Holder::Article(holder) = self.holder(&known.payload)? else { return Ok(false) };
        let before = self.latest(known.id)?.map(|(_, entry)| entry);
        // A stage's discard that could not be read for a while is noted once more.
        let noted_again = before.is_some_and(|before| {
            !before.stands_in
                && before.known.kind == OutcomeKind::Discarded
                && before.known.payload == known.payload
        });
        Ok(holder.known.id != known.id && !noted_again)
    }

    /// Lets what failed be tried again once, when it comes with the payload that failed; of what could
    /// not be read (revision 0), the digest is that of what was wrong. Call it after the last
    /// [`remember`](Self::remember).
    pub fn retry(&mut self, id: &str, payload: Sha256, revision: Revision) {
        self.retries.insert(IdHash::of(id), (payload, revision));
    }

    /// Whether the failure of this article is to be tried again now.
    fn take_retry(&mut self, id: IdHash, payload: Sha256) -> Option<Revision> {
        match self.retries.remove(&id)? {
            (failed, revision) if failed == payload => Some(revision),
            _ => None, // it changed meanwhile, and is a revision
        }
    }

    /// Lets arrivals wait for the end of the source where only that can tell: a source that can give them again.
    /// Else an article that has not come yet counts as one that keeps its payload.
    pub(crate) fn wait(&mut self) {
        self.waiting.get_or_insert_default();
    }

    /// The source has ended: what waited, in its order. From here on nothing waits.
    pub(crate) fn end(&mut self) -> Waiting {
        self.waiting.take().unwrap_or_default()
    }

    /// Decides about an article and remembers it.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn admit(&mut self, doc: &Document, fingerprint: u64) -> io::Result<Admission> {
        let mut known = arrived(doc, fingerprint);
        let latest = self.latest(known.id)?;
        let here = if doc.explicit_id {
            self.places.find(&mut self.entries, place_key(&known), |entry| {
                same_place(&entry.known, &known)
            })?
        } else {
            None
        };
        let same = |entry: &Entry| {
            entry.known.payload == known.payload && entry.known.fingerprint == fingerprint
        };
        let settled = self.settle_failure(&known)?;
        let is_same = latest.iter().chain(&here).any(|(_, entry)| same(entry));
        // Moved, it never came as an article of its own.
        let moved_with = latest
            .filter(|(_, e)| e.known.kind == OutcomeKind::Moved)
            .map(|(_, e)| e.known.payload);
        let latest = latest.filter(|_| moved_with.is_none());
        let stood_in = latest.is_some_and(|(_, entry)| entry.stands_in && is_same);
        match latest {
            Some(latest) if is_same && !stood_in => {
                return self.admit_again(doc, &known, latest, settled);
            }
            // A corrected article is itself, whatever it now equals.
            Some((_, Entry { known: before, .. })) if !stood_in => {
                known.revision = before.revision + 1;
                let supersedes = Some(before.payload);
                self.store_own(doc.id(), known)?;
                return Ok(Admission::Process(Revision { number: known.revision, supersedes }));
            }
            None if doc.explicit_id => {
                self.store_own(doc.id(), known)?;
                return Ok(Admission::Process(FIRST));
            }
            _ => {}
        }
        let is_known = stood_in || moved_with == Some(known.payload);
        let origin = doc.origin.clone();
        let id = doc.id().to_owned();
        let arrival = Waits { id, origin, fingerprint, is_known: is_known && !settled };
        match self.holder(&known.payload)? {
            Holder::Article(holder) if holder.name.is_some() => self.join(&arrival, &holder),
            Holder::Article(_) | Holder::Past if self.waiting.is_some() => self.let_wait(&arrival),
            Holder::Article(holder) => self.join(&arrival, &holder),
            Holder::Nobody | Holder::Past => {
                self.store_own(doc.id(), known)?;
                Ok(Admission::Process(FIRST))
            }
        }
    }

    /// Decides about an article whose latest content came again.
    fn admit_again(
        &mut self,
        doc: &Document,
        known: &Known,
        latest: (u32, Entry),
        settled: bool,
    ) -> io::Result<Admission> {
        let Known { revision: number, kind, .. } = latest.1.known;
        if !doc.explicit_id {
            self.see(doc.id(), latest)?;
        }
        if let Some(revision) = self.take_retry(known.id, known.payload) {
            if doc.explicit_id {
                return Ok(Admission::Process(revision));
            }
            // A duplicate failed with its original and shares its fate again.
            if let Holder::Article(Entry { known: first, name: Some(name), .. }) =
                self.holder(&known.payload)?
                && first.id != known.id
            {
                return Ok(Admission::DuplicateOf { id: self.entries.name(name)?, failed: false });
            }
            self.store_own(doc.id(), Known { revision: number, ..*known })?;
            return Ok(Admission::Process(revision));
        }
        let revision = Revision { number, supersedes: None };
        Ok(if settled { Admission::Restored { revision, kind } } else { Admission::Unchanged })
    }

    /// Notes that an article stands where it stood, in a file that was not read again; `false` if the end of the
    /// source decides whether it does.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn pass_over(&mut self, id: &str) -> io::Result<bool> {
        let Some(latest) = self.latest(IdHash::of(id))? else { return Ok(true) };
        if !latest.1.stands_in {
            self.see(id, latest)?;
            return Ok(true);
        }
        let sha256 = latest.1.known.payload;
        if self.waiting.is_none()
            || matches!(self.holder(&sha256)?, Holder::Article(holder) if holder.name.is_some())
        {
            return Ok(true);
        }
        let origin = Origin { sha256, ..Origin::default() };
        self.let_wait(&Waits { id: id.to_owned(), origin, fingerprint: 0, is_known: true })?;
        Ok(false)
    }

    fn let_wait(&mut self, arrival: &Waits) -> io::Result<Admission> {
        if let Some(waiting) = &mut self.waiting {
            waiting.push(arrival)?;
        }
        Ok(Admission::Waits)
    }

    /// Whether no article has this payload now.
    pub(crate) fn is_free(&mut self, payload: &Sha256) -> io::Result<bool> {
        Ok(!matches!(self.holder(payload)?, Holder::Article(_)))
    }

    /// Decides about an arrival that waited; `None` where no article has its payload now, so that it is one itself
    /// and has to be read.
    pub(crate) fn settle(&mut self, arrival: &Waits) -> io::Result<Option<Admission>> {
        match self.holder(&arrival.origin.sha256)? {
            Holder::Article(holder) => self.join(arrival, &holder).map(Some),
            Holder::Nobody | Holder::Past => Ok(None),
        }
    }

    /// Lets an arrival stand in for the article that has its payload.
    fn join(&mut self, arrival: &Waits, holder: &Entry) -> io::Result<Admission> {
        if arrival.is_known {
            return Ok(Admission::Unchanged);
        }
        let (kind, revision, admission) = match holder.name {
            Some(name) => {
                let id = self.entries.name(name)?;
                let failed = holder.known.kind == OutcomeKind::Failed;
                (OutcomeKind::Discarded, 1, Admission::DuplicateOf { id, failed })
            }
            None => (OutcomeKind::Moved, 0, Admission::Moved),
        };
        let Waits { id, origin, fingerprint, .. } = arrival;
        let known = Known {
            id: IdHash::of(id),
            place: PlaceHash::of(origin),
            payload: origin.sha256,
            fingerprint: *fingerprint,
            revision,
            kind,
            explicit_id: false,
        };
        self.store_article(Entry { stands_in: true, ..plain(&known) })?;
        Ok(admission)
    }

    /// Remembers something that could not be read; `false` if it failed in the same way before.
    /// `sha256` is the digest of what was wrong.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn admit_failure(&mut self, id: &str, origin: &Origin, sha256: Sha256) -> io::Result<bool> {
        let known = unread(id, origin, sha256);
        let fits = |entry: &Entry| entry.known.id == known.id && entry.known.payload == sha256;
        if self.failures.find(&mut self.entries, id_key(known.id), fits)?.is_some() {
            return Ok(self.take_retry(known.id, sha256).is_some());
        }
        self.store_failure(&plain(&known))?;
        Ok(true)
    }

    /// An article's latest content, and its number.
    fn latest(&mut self, id: IdHash) -> io::Result<Option<(u32, Entry)>> {
        self.articles.find(&mut self.entries, id_key(id), |entry| entry.known.id == id)
    }

    /// The last article that came with a payload and has it still. Those after it are forgotten as holders, for good:
    /// what comes back to a payload is a revision, and added anew. So this costs each of them one look.
    fn holder(&mut self, payload: &Sha256) -> io::Result<Holder> {
        let key = payload_key(payload);
        let fits = |entry: &Entry| entry.known.payload == *payload;
        let Some((first, mut entry)) = self.payloads.find(&mut self.entries, key, fits)? else {
            return Ok(Holder::Nobody);
        };
        let mut number = first;
        let holder = loop {
            if self.latest(entry.known.id)?.is_some_and(|(latest, _)| latest == number) {
                break Holder::Article(entry);
            }
            let Some(older) = entry.older else { break Holder::Past };
            (number, entry) = (older, self.entries.read(older)?);
        };
        if number != first {
            self.payloads.set(&mut self.entries, key, number, fits)?;
        }
        Ok(holder)
    }

    /// Notes that an article came in this run: what has its payload under another name is a duplicate of it from
    /// here on, as it was before a kill, and not the article moved.
    fn see(&mut self, id: &str, (number, entry): (u32, Entry)) -> io::Result<()> {
        if entry.name.is_none() {
            let name = self.entries.store_name(id)?;
            self.entries.set_name(number, name)?;
        }
        Ok(())
    }

    /// Remembers an article that came in this run and stands for itself.
    fn store_own(&mut self, id: &str, known: Known) -> io::Result<()> {
        let name = if known.explicit_id { None } else { Some(self.entries.store_name(id)?) };
        self.store_article(Entry { name, ..plain(&known) })
    }

    fn store_article(&mut self, mut entry: Entry) -> io::Result<()> {
        let Self { articles, places, payloads, entries, .. } = self;
        let known = entry.known;
        let key = payload_key(&known.payload);
        let same_payload = |entry: &Entry| entry.known.payload == known.payload;
        let holds = !known.explicit_id && !entry.stands_in;
        if holds {
            entry.older = payloads.find(entries, key, same_payload)?.map(|(number, _)| number);
        }
        let number = entries.store(&entry)?;
        articles.set(entries, id_key(known.id), number, |entry| entry.known.id == known.id)?;
        if known.explicit_id {
            places.set(entries, place_key(&known), number, |entry| same_place(&entry.known, &known))
        } else if !holds {
            Ok(())
        } else if entry.older.is_some() {
            payloads.set(entries, key, number, same_payload)
        } else {
            payloads.add(key, number);
            Ok(())
        }
    }

    /// Forgets that something with this id could not be read; whether there was anything to forget.
    fn settle_failure(&mut self, known: &Known) -> io::Result<bool> {
        self.failures
            .remove(&mut self.entries, id_key(known.id), |entry| entry.known.id == known.id)
    }

    fn store_failure(&mut self, entry: &Entry) -> io::Result<()> {
        let number = self.entries.store(entry)?;
        let id = entry.known.id;
        self.failures.set(&mut self.entries, id_key(id), number, |entry| entry.known.id == id)
    }
}

/// The revision of what is new.
const FIRST: Revision = Revision { number: 1, supersedes: None };

/// An outcome as it stands.
fn plain(known: &Known) -> Entry {
    Entry { known: *known, name: None, stands_in: false, older: None }
}

/// An article as it came, before anything is known of it: its first revision.
pub(crate) fn arrived(doc: &Document, fingerprint: u64) -> Known {
    Known {
        id: IdHash::of(doc.id()),
        place: PlaceHash::of(&doc.origin),
        payload: doc.origin.sha256,
        fingerprint,
        revision: 1,
        kind: OutcomeKind::Written, // what becomes of it is not known yet, and not asked
        explicit_id: doc.explicit_id,
    }
}

/// What could not be read, or was passed over; `sha256` is the digest of what was wrong.
pub(crate) fn unread(id: &str, origin: &Origin, sha256: Sha256) -> Known {
    Known {
        id: IdHash::of(id),
        place: PlaceHash::of(origin),
        payload: sha256,
        fingerprint: 0,
        revision: 0,
        kind: OutcomeKind::Failed,
        explicit_id: false,
    }
}

fn same_place(one: &Known, other: &Known) -> bool {
    one.id == other.id && one.place == other.place
}

fn id_key(id: IdHash) -> Key {
    key(&id.0)
}

fn payload_key(payload: &Sha256) -> Key {
    key(&payload.0)
}

fn place_key(known: &Known) -> Key {
    let [low, high] = id_key(known.id);
    [low ^ known.place.0 as u32, high ^ (known.place.0 >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use document::{Document, Field, Form, Origin, Revision, Sha256};
    use sha2::Digest;
    use stage_api::{IdHash, Known, OutcomeKind, PlaceHash};

    use super::{Admission, Ledger};
    use crate::fingerprint::fingerprint;

    fn article(id: &str, explicit: bool, payload: &str) -> Document {
        let sha256 = Sha256(sha2::Sha256::digest(payload).into());
        let origin = Origin { sha256, ..Origin::path(id) };
        let mut doc = Document::new(id, origin, payload.into(), Form::Text);
        doc.explicit_id = explicit;
        doc
    }

    fn admit(ledger: &mut Ledger, doc: &Document) -> Admission {
        ledger.admit(doc, fingerprint(&doc.metadata)).unwrap()
    }

    fn remembered(doc: &Document, revision: u32) -> Known {
        Known {
            id: IdHash::of(doc.id()),
            place: PlaceHash::of(&doc.origin),
            payload: doc.origin.sha256,
            fingerprint: fingerprint(&doc.metadata),
            revision,
            kind: OutcomeKind::Written,
            explicit_id: doc.explicit_id,
        }
    }

    fn new() -> Admission {
        Admission::Process(Revision { number: 1, supersedes: None })
    }

    #[test]
    fn an_explicit_id_with_other_content_is_a_revision() {
        let mut ledger = Ledger::default();
        let (first, mut second) = (article("x", true, "one"), article("x", true, "one"));
        assert_eq!(admit(&mut ledger, &first), new());
        assert_eq!(admit(&mut ledger, &second), Admission::Unchanged);
        second.metadata.supply(Field::Title, "Corrected", "field");
        let superseding = Revision { number: 2, supersedes: Some(first.origin.sha256) };
        assert_eq!(admit(&mut ledger, &second), Admission::Process(superseding));
        assert_eq!(
            admit(&mut ledger, &article("y", true, "one")),
            new(),
            "other id, other article"
        );
    }

    #[test]
    fn the_same_payload_under_two_paths_is_a_duplicate() {
        let mut ledger = Ledger::default();
        assert_eq!(admit(&mut ledger, &article("d/a.jsonl#12", false, "one")), new());
        let twin = article("d/b.txt", false, "one");
        assert_eq!(
            admit(&mut ledger, &twin),
            Admission::DuplicateOf { id: "d/a.jsonl#12".into(), failed: false }
        );
        assert_eq!(admit(&mut ledger, &twin), Admission::Unchanged);
    }

    #[test]
    fn a_moved_article_of_an_earlier_run_is_unchanged() {
        let mut ledger = Ledger::default();
        let old = article("d/a.txt", false, "one");
        let remembered = remembered(&old, 1);
        ledger.remember(&remembered).unwrap();
        let moved = article("d/moved.txt", false, "one");
        assert_eq!(admit(&mut ledger, &moved), Admission::Moved);
        assert_eq!(admit(&mut ledger, &moved), Admission::Unchanged);
        let corrected = article("d/a.txt", false, "two");
        let revision = Revision { number: 2, supersedes: Some(old.origin.sha256) };
        assert_eq!(admit(&mut ledger, &corrected), Admission::Process(revision));
        assert_eq!(admit(&mut ledger, &moved), new(), "nobody else has its payload now");
        let copy = article("d/copy.txt", false, "one");
        let duplicate = Admission::DuplicateOf { id: "d/moved.txt".into(), failed: false };
        assert_eq!(admit(&mut ledger, &copy), duplicate);
    }

    #[test]
    fn a_duplicate_is_one_also_where_its_original_was_committed_before_a_kill() {
        for kind in [OutcomeKind::Written, OutcomeKind::Failed] {
            let (original, twin) =
                (article("d/a.txt", false, "one"), article("d/b.txt", false, "one"));
            let mut ledger = Ledger::default();
            ledger.remember(&Known { kind, ..remembered(&original, 1) }).unwrap();
            assert_eq!(admit(&mut ledger, &original), Admission::Unchanged);
            let failed = kind == OutcomeKind::Failed;
            assert_eq!(
                admit(&mut ledger, &twin),
                Admission::DuplicateOf { id: "d/a.txt".into(), failed }
            );
        }
    }

    #[test]
    fn what_could_not_be_read_is_no_revision_of_what_can() {
        let mut ledger = Ledger::default();
        let fail = |ledger: &mut Ledger, wrong: u8| {
            ledger.admit_failure("d/a.txt", &Origin::path("d/a.txt"), Sha256([wrong; 32])).unwrap()
        };
        assert!(fail(&mut ledger, 1));
        assert!(!fail(&mut ledger, 1), "known");
        let whole = article("d/a.txt", false, "one");
        assert_eq!(admit(&mut ledger, &whole), new());
        // Broken once and put back: the article is what it was, also for the next process, and the
        // dead letter is settled once.
        let restored = Admission::Restored {
            revision: Revision { number: 1, supersedes: None },
            kind: OutcomeKind::Written,
        };
        assert!(fail(&mut ledger, 2));
        assert_eq!(admit(&mut ledger, &whole), restored);
        assert_eq!(admit(&mut ledger, &whole), Admission::Unchanged);
        assert!(fail(&mut ledger, 2), "broken again");
        let mut next = Ledger::default();
        let broken = Known { revision: 0, payload: Sha256([2; 32]), ..remembered(&whole, 1) };
        for known in [remembered(&whole, 1), broken] {
            next.remember(&known).unwrap();
        }
        assert_eq!(admit(&mut next, &whole), restored);
        assert_eq!(admit(&mut next, &whole), Admission::Unchanged);
    }

    #[test]
    fn what_failed_is_tried_again_once_and_only_when_asked_to() {
        let doc = article("d/a.txt", false, "one");
        let failed = Known { kind: OutcomeKind::Failed, ..remembered(&doc, 3) };
        let revision = Revision { number: 3, supersedes: Some(Sha256([4; 32])) };
        let mut ledger = Ledger::default();
        ledger.remember(&failed).unwrap();
        let twin = article("d/b.txt", false, "one");
        ledger.remember(&Known { kind: OutcomeKind::Failed, ..remembered(&twin, 1) }).unwrap();
        assert_eq!(admit(&mut ledger, &doc), Admission::Unchanged);
        ledger.retry("d/a.txt", doc.origin.sha256, revision);
        ledger.retry("d/b.txt", twin.origin.sha256, Revision { number: 1, supersedes: None });
        assert_eq!(admit(&mut ledger, &doc), Admission::Process(revision));
        assert_eq!(admit(&mut ledger, &doc), Admission::Unchanged);
        let duplicate = Admission::DuplicateOf { id: "d/a.txt".into(), failed: false };
        assert_eq!(admit(&mut ledger, &twin), duplicate);
        // What changed since it failed is a revision like any other.
        ledger.retry("d/a.txt", Sha256([7; 32]), revision);
        let corrected = Revision { number: 4, supersedes: Some(doc.origin.sha256) };
        assert_eq!(
            admit(&mut ledger, &article("d/a.txt", false, "two")),
            Admission::Process(corrected)
        );
    }

    #[test]
    fn what_was_not_read_again_stands_where_it_stood() {
        let mut ledger = Ledger::default();
        let old = article("d/a.txt", false, "one");
        ledger.remember(&remembered(&old, 1)).unwrap();
        ledger.pass_over("d/nobody-knows.txt").unwrap();
        ledger.pass_over("d/a.txt").unwrap();
        let twin = article("d/b.txt", false, "one");
        let duplicate = Admission::DuplicateOf { id: "d/a.txt".into(), failed: false };
        assert_eq!(admit(&mut ledger, &twin), duplicate);
    }

    /// A feed listed one story twice, each time with another text; every further run, and every
    /// run after a kill, took both for corrections of the other.
    #[test]
    fn one_id_at_two_places_of_a_drop_is_unchanged_when_read_again() {
        let at = |line: u64, text: &str| {
            let mut doc = article("x", true, text);
            doc.origin = Origin { line: Some(line), ..doc.origin };
            doc
        };
        let (first, second) = (at(1, "one"), at(2, "two"));
        let mut ledger = Ledger::default();
        assert_eq!(admit(&mut ledger, &first), new());
        let superseding = Revision { number: 2, supersedes: Some(first.origin.sha256) };
        assert_eq!(admit(&mut ledger, &second), Admission::Process(superseding));
        let mut next = Ledger::default();
        next.remember(&remembered(&first, 1)).unwrap();
        next.remember(&remembered(&second, 2)).unwrap();
        for ledger in [&mut ledger, &mut next] {
            for doc in [&first, &second, &first] {
                assert_eq!(admit(ledger, doc), Admission::Unchanged);
            }
            // What now stands at the first place was not there before, though the article once said it.
            let reverted = at(2, "one");
            assert!(matches!(
                admit(ledger, &reverted),
                Admission::Process(Revision { number: 3, .. })
            ));
        }
    }
}
