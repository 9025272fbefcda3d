//! The source's thread: reading, identity, bytes in flight, batches.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::Sender;
use document::{Document, Origin, Revision, Sha256};
use sha2::Digest;
use stage_api::{Arrival, End, Failure, FailureClass, IdHash, Known, Outcome, Receipt, Source};

use crate::budget::Budget;
use crate::fingerprint::fingerprint;
use crate::gauges::Gauges;
use crate::ledger::{Admission, Ledger, arrived, unread};
use crate::panics::panic_message;
use crate::pipeline::{Batch, InFlight, State, receipt};
use crate::reading::Reading;
use crate::report::RunError;
use crate::stop::Stop;
use crate::waiting::{Waiting, Waits};

/// Bytes of payload after which a batch goes out, however few its articles.
const BATCH_BYTES: usize = 256 * 1024;

/// What the source's thread owns.
pub(crate) struct Feed {
    pub(crate) source: Box<dyn Source>,
    pub(crate) ledger: Ledger,
    pub(crate) reading: Option<Reading>,
    pub(crate) amended: BTreeMap<IdHash, u64>,
    pub(crate) batch: usize,
    pub(crate) abort_on_failure: bool,
    pub(crate) budget: Arc<Budget>,
    pub(crate) stop: Stop,
    pub(crate) gauges: Arc<Gauges>,
}

/// The articles in hand, on their way to the channel.
struct Outbox<'c> {
    output: &'c Sender<Batch>,
    gauges: Arc<Gauges>,
    batch: Batch,
    bytes: usize,
    /// Number of the next one.
    number: u64,
}

/// Nobody takes articles any more: the run has ended.
struct Closed;

/// Why no further article is taken on.
enum Refusal {
    /// Nobody takes articles any more, or a stop was requested.
    Closed,
    Failed(RunError),
}

impl From<Closed> for Refusal {
    fn from(_: Closed) -> Self {
        Self::Closed
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(RunError::Ledger(error))
    }
}

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        Self::Failed(error)
    }
}

impl Outbox<'_> {
    fn push(&mut self, (fingerprint, state): (u64, State), charge: u64, file: Option<u64>) {
        let (number, changes) = (self.number, Vec::new());
        self.number += 1;
        self.batch.push(InFlight { number, charge, file, fingerprint, state, changes });
    }

    fn send(&mut self) -> Result<(), Closed> {
        self.bytes = 0;
        if self.batch.is_empty() {
            return Ok(());
        }
        self.gauges.queue(0, self.batch.len());
        let next = Vec::with_capacity(self.batch.capacity());
        self.output.send(std::mem::replace(&mut self.batch, next)).map_err(|_| Closed)
    }
}

/// Reads until the source ends, a stop is requested, or nobody listens any more.
pub(crate) fn feed(mut feed: Feed, output: &Sender<Batch>) -> Result<(), RunError> {
    let (gauges, batch) = (Arc::clone(&feed.gauges), Vec::with_capacity(feed.batch));
    let mut outbox = Outbox { output, gauges, batch, bytes: 0, number: 0 };
    if feed.source.can_repeat() {
        feed.ledger.wait();
    }
    let result = feed.take_all(&mut outbox).and_then(|()| feed.take_rest(&mut outbox));
    let _ = outbox.send(); // also after an error: what came before it is whole
    match result {
        Err(Refusal::Failed(error)) => Err(error),
        Ok(()) | Err(Refusal::Closed) => Ok(()),
    }
}

impl Feed {
    fn next(&mut self) -> Result<Option<Arrival>, RunError> {
        let next = catch_unwind(AssertUnwindSafe(|| self.source.next()))
            .map_err(|panic| RunError::SourcePanicked(panic_message(panic.as_ref())))?;
        self.gauges.set_progress(self.source.progress());
        Ok(next?)
    }

    /// Takes on what the source gives, until it ends.
    fn take_all(&mut self, outbox: &mut Outbox<'_>) -> Result<(), Refusal> {
        loop {
            if self.stop.is_requested() {
                return Err(Refusal::Closed);
            }
            if self.source.may_wait() {
                outbox.send()?;
            }
            let Some(arrival) = self.next()? else { return Ok(()) };
            self.take_on(arrival, outbox)?;
        }
    }

    /// Takes on what waited for the end of the source. What turned out to be an article is read again, and what may
    /// have its payload comes behind it.
    fn take_rest(&mut self, outbox: &mut Outbox<'_>) -> Result<(), Refusal> {
        let mut waiting = self.ledger.end();
        while waiting.len() > 0 {
            let mut payloads = HashSet::new();
            let mut wanted = BTreeSet::new();
            for number in 0..waiting.len() {
                let waits = waiting.get(number)?;
                let payload = waits.origin.sha256;
                if self.ledger.is_free(&payload)? && payloads.insert(payload) {
                    wanted.insert(waits.id);
                }
            }
            if !wanted.is_empty() {
                self.source.again(wanted.clone());
            }
            let mut left = Waiting::default();
            let mut next = None;
            for number in 0..waiting.len() {
                if self.stop.is_requested() {
                    return Err(Refusal::Closed);
                }
                let waits = waiting.get(number)?;
                if wanted.contains(&waits.id) {
                    next = match next {
                        None => self.next()?,
                        arrival => arrival,
                    };
                    // It may be gone by now.
                    if let Some(arrival) = next.take_if(|next| id_of(next) == waits.id) {
                        self.take_on(arrival, outbox)?;
                    }
                } else if let Some(admission) = self.ledger.settle(&waits)? {
                    let state = State::Done(stood_in(waits, admission));
                    self.reserve(0, outbox, |_| Ok(Some((0, state))))?;
                } else {
                    left.push(&waits)?; // what was to have its payload has changed
                }
            }
            waiting = left;
        }
        Ok(())
    }

    /// Reserves an arrival's bytes, decides about it and puts it on its way.
    fn take_on(&mut self, arrival: Arrival, outbox: &mut Outbox<'_>) -> Result<(), Refusal> {
        let payload = match &arrival {
            // What comes as a record has its text already, and no payload.
            Arrival::Article(doc) => doc.payload().len() + doc.text().len(),
            _ => 0,
        };
        self.reserve(payload, outbox, |feed| feed.admit(arrival))
    }

    /// Reserves the bytes of an article with this payload and puts it on its way, unless it has to wait.
    fn reserve(
        &mut self,
        payload: usize,
        outbox: &mut Outbox<'_>,
        admit: impl FnOnce(&mut Self) -> Result<Option<(u64, State)>, Refusal>,
    ) -> Result<(), Refusal> {
        let charge = self.budget.charge(payload);
        if !self.budget.try_take(charge) {
            outbox.send()?; // the articles in hand hold bytes too: they must go on before we wait
            if !self.budget.take(charge) {
                return Err(Refusal::Closed);
            }
        }
        self.gauges.take_off(charge);
        let Some(admitted) = admit(self)? else {
            self.gauges.land(charge);
            self.budget.give_back(charge);
            return Ok(());
        };
        outbox.push(admitted, charge, self.source.file());
        outbox.bytes += payload;
        if outbox.batch.len() >= self.batch || outbox.bytes >= BATCH_BYTES {
            outbox.send()?;
        }
        Ok(())
    }

    /// Decides what becomes of an arrival before any stage sees it; nothing yet where it waits for the end.
    fn admit(&mut self, arrival: Arrival) -> Result<Option<(u64, State)>, Refusal> {
        let (fingerprint, state) = match arrival {
            Arrival::Article(doc) => return self.admit_article(doc),
            Arrival::Ended { doc, end } => {
                return Ok(self.admit_article(doc)?.map(|admitted| match admitted {
                    (fingerprint, State::Live(doc)) => (fingerprint, ended(doc, fingerprint, end)),
                    known => known,
                }));
            }
            Arrival::Failed(failure) => {
                // An unreadable thing has no payload; what was wrong with it stands in for one.
                let sha256 = digest_of(&[failure.class.word(), &failure.message]);
                let known = self.knows_unread(&failure.id, &failure.origin, sha256)?;
                let last_words = format!("cannot read {}: {}", failure.origin, failure.message);
                let state = match unreadable(failure, sha256) {
                    _ if known => State::Done(Outcome::Unchanged),
                    outcome if self.abort_on_failure => State::Last(outcome, last_words),
                    outcome => State::Done(outcome),
                };
                (0, state)
            }
            Arrival::Unchanged { id } => {
                if !self.ledger.pass_over(&id)? {
                    return Ok(None);
                }
                (0, State::Done(Outcome::Unchanged))
            }
            Arrival::Discarded { id, origin, reason } => {
                let sha256 = digest_of(&[&reason]);
                let known = self.knows_unread(&id, &origin, sha256)?;
                let receipt = nothing(id, origin, sha256);
                (
                    0,
                    State::Done(if known {
                        Outcome::Unchanged
                    } else {
                        Outcome::Discarded { receipt, reason }
                    }),
                )
            }
        };
        Ok(Some((fingerprint, state)))
    }

    /// Whether something that could not be read was met before; else it is remembered.
    fn knows_unread(&mut self, id: &str, origin: &Origin, sha256: Sha256) -> Result<bool, Refusal> {
        match &mut self.reading {
            Some(reading) => has(reading, &unread(id, origin, sha256), origin),
            None => Ok(!self.ledger.admit_failure(id, origin, sha256)?),
        }
    }

    fn fingerprint(&self, doc: &Document) -> u64 {
        if let Some(taken) = doc.fingerprint {
            return taken;
        }
        let mut fingerprint = fingerprint(&doc.metadata);
        if doc.brought != 0 {
            fingerprint = amend(fingerprint, doc.brought);
        }
        if !self.amended.is_empty()
            && let Some(amended) = self.amended.get(&IdHash::of(doc.id()))
        {
            fingerprint = amend(fingerprint, *amended);
        }
        fingerprint
    }

    fn admit_article(&mut self, mut doc: Document) -> Result<Option<(u64, State)>, Refusal> {
        let fingerprint = self.fingerprint(&doc);
        let admission = match &mut self.reading {
            None => self.ledger.admit(&doc, fingerprint)?,
            Some(reading) => {
                let known = has(reading, &arrived(&doc, fingerprint), &doc.origin)?;
                if known { Admission::Unchanged } else { Admission::Process(doc.revision) }
            }
        };
        let state = match admission {
            Admission::Process(revision) => {
                doc.revision = revision;
                State::Live(doc)
            }
            Admission::Waits => return Ok(None),
            Admission::Unchanged => State::Done(Outcome::Unchanged),
            Admission::Moved => {
                doc.revision = Revision { number: 0, supersedes: None };
                State::Done(Outcome::Moved { receipt: receipt(&mut doc, fingerprint) })
            }
            Admission::Restored { revision, kind } => {
                doc.revision = revision;
                State::Done(Outcome::Restored { receipt: receipt(&mut doc, fingerprint), kind })
            }
            Admission::DuplicateOf { id, failed } => {
                State::Done(duplicate(receipt(&mut doc, fingerprint), &id, failed))
            }
        };
        Ok(Some((fingerprint, state)))
    }
}

/// The id that an arrival has.
fn id_of(arrival: &Arrival) -> &str {
    match arrival {
        Arrival::Article(doc) | Arrival::Ended { doc, .. } => doc.id(),
        Arrival::Failed(failure) => &failure.id,
        Arrival::Unchanged { id } | Arrival::Discarded { id, .. } => id,
    }
}

/// The outcome of what stands in for another article.
fn stood_in(waits: Waits, admission: Admission) -> Outcome {
    let Waits { id, origin, fingerprint, .. } = waits;
    let receipt = |number| {
        let revision = Revision { number, supersedes: None };
        Receipt { id, explicit_id: false, revision, origin, fingerprint }
    };
    match admission {
        Admission::Moved => Outcome::Moved { receipt: receipt(0) },
        Admission::DuplicateOf { id, failed } => duplicate(receipt(1), &id, failed),
        _ => Outcome::Unchanged,
    }
}

fn duplicate(receipt: Receipt, of: &str, failed: bool) -> Outcome {
    let reason = format!("duplicate of: {of}");
    if failed { fails_too(receipt, &reason) } else { Outcome::Discarded { receipt, reason } }
}

/// Whether a reading has this arrival already.
fn has(reading: &mut Reading, arrival: &Known, origin: &Origin) -> Result<bool, Refusal> {
    let changed = || Refusal::Failed(RunError::Changed(origin.to_string()));
    reading.has(arrival)?.ok_or_else(changed)
}

/// The end that an article came to in earlier work, as this revision.
fn ended(mut doc: Document, fingerprint: u64, end: End) -> State {
    let receipt = receipt(&mut doc, fingerprint);
    State::Done(match end {
        End::Discarded(reason) => Outcome::Discarded { receipt, reason },
        End::Failed(failure) => Outcome::Failed { receipt, failure: *failure },
    })
}

/// The digest of supplied metadata together with that of what else counts for an article.
fn amend(fingerprint: u64, amended: u64) -> u64 {
    let mut hash = sha2::Sha256::new();
    hash.update(fingerprint.to_le_bytes());
    hash.update(amended.to_le_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    u64::from_le_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
}

/// The outcome of a duplicate of an article that failed: discarded, its words would be nowhere.
pub(crate) fn fails_too(receipt: Receipt, reason: &str) -> Outcome {
    let (id, origin) = (receipt.id.clone(), receipt.origin.clone());
    let message = format!("{reason}, which failed");
    let failure = Failure::of_source(id, origin, FailureClass::Stage, message);
    Outcome::Failed { receipt, failure }
}

fn unreadable(mut failure: Failure, sha256: Sha256) -> Outcome {
    failure.origin.sha256 = sha256;
    let receipt = nothing(failure.id.clone(), failure.origin.clone(), sha256);
    Outcome::Failed { receipt, failure }
}

/// The receipt of something that never became an article: revision 0.
fn nothing(id: String, origin: Origin, sha256: Sha256) -> Receipt {
    let origin = Origin { sha256, ..origin };
    Receipt {
        id,
        explicit_id: false,
        revision: Revision { number: 0, supersedes: None },
        origin,
        fingerprint: 0,
    }
}

fn digest_of(texts: &[&str]) -> Sha256 {
    let mut hash = sha2::Sha256::new();
    for text in texts {
        hash.update(text);
        hash.update([0]);
    }
    Sha256(hash.finalize().into())
}
