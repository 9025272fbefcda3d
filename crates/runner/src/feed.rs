//! The source's thread: reading, identity, bytes in flight, batches.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::Sender;
use document::{Document, Origin, Revision, Sha256};
use sha2::Digest;
use stage_api::{Arrival, Failure, FailureClass, IdHash, Outcome, Receipt, Source};

use crate::budget::Budget;
use crate::gauges::Gauges;
use crate::ledger::{Admission, Ledger, fingerprint};
use crate::panics::panic_message;
use crate::pipeline::{Batch, InFlight, State, receipt};
use crate::report::RunError;
use crate::stop::Stop;

/// Bytes of payload after which a batch goes out, however few its articles.
const BATCH_BYTES: usize = 256 * 1024;

/// What the source's thread owns.
pub(crate) struct Feed {
    pub(crate) source: Box<dyn Source>,
    pub(crate) ledger: Ledger,
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
}

/// Nobody takes articles any more: the run has ended.
struct Closed;

/// Why no further article is taken on.
enum Refusal {
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

impl Outbox<'_> {
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
    let mut outbox = Outbox { output, gauges, batch, bytes: 0 };
    let mut number = 0;
    let mut result = Ok(());
    while !feed.stop.is_requested() {
        if feed.source.may_wait() && outbox.send().is_err() {
            break;
        }
        let arrival = match feed.next() {
            Ok(Some(arrival)) => arrival,
            Ok(None) => break,
            Err(error) => {
                result = Err(error);
                break;
            }
        };
        match feed.take_on(arrival, number, &mut outbox) {
            Ok(()) => {}
            Err(Refusal::Closed) => break,
            Err(Refusal::Failed(error)) => {
                result = Err(error);
                break;
            }
        }
        number += 1;
    }
    let _ = outbox.send(); // also after an error: what came before it is whole
    result
}

impl Feed {
    fn next(&mut self) -> Result<Option<Arrival>, RunError> {
        let next = catch_unwind(AssertUnwindSafe(|| self.source.next()))
            .map_err(|panic| RunError::SourcePanicked(panic_message(panic.as_ref())))?;
        self.gauges.set_progress(self.source.progress());
        Ok(next?)
    }

    /// Reserves an arrival's bytes, decides about it and puts it on its way.
    fn take_on(
        &mut self,
        arrival: Arrival,
        number: u64,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), Refusal> {
        let payload = match &arrival {
            // What comes as a record has its text already, and no payload.
            Arrival::Article(doc) => doc.payload().len() + doc.text().len(),
            _ => 0,
        };
        let charge = self.budget.charge(payload);
        if !self.budget.try_take(charge) {
            outbox.send()?; // the articles in hand hold bytes too: they must go on before we wait
            if !self.budget.take(charge) {
                return Err(Refusal::Closed);
            }
        }
        self.gauges.take_off(charge);
        outbox.batch.push(self.admit(arrival, number, charge)?);
        outbox.bytes += payload;
        if outbox.batch.len() >= self.batch || outbox.bytes >= BATCH_BYTES {
            outbox.send()?;
        }
        Ok(())
    }

    /// Decides what becomes of an arrival before any stage sees it.
    fn admit(&mut self, arrival: Arrival, number: u64, charge: u64) -> io::Result<InFlight> {
        let (fingerprint, state) = match arrival {
            Arrival::Article(doc) => self.admit_article(doc)?,
            Arrival::Failed(failure) => {
                // An unreadable thing has no payload; what was wrong with it stands in for one.
                let sha256 = digest_of(&[failure.class.word(), &failure.message]);
                let known = !self.ledger.admit_failure(&failure.id, &failure.origin, sha256)?;
                let last_words = format!("cannot read {}: {}", failure.origin, failure.message);
                let state = match unreadable(failure, sha256) {
                    _ if known => State::Done(Outcome::Unchanged),
                    outcome if self.abort_on_failure => State::Last(outcome, last_words),
                    outcome => State::Done(outcome),
                };
                (0, state)
            }
            Arrival::Unchanged { id } => {
                self.ledger.pass_over(&id)?;
                (0, State::Done(Outcome::Unchanged))
            }
            Arrival::Discarded { id, origin, reason } => {
                let sha256 = digest_of(&[&reason]);
                let known = !self.ledger.admit_failure(&id, &origin, sha256)?;
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
        Ok(InFlight { number, charge, fingerprint, state, changes: Vec::new() })
    }

    fn admit_article(&mut self, mut doc: Document) -> io::Result<(u64, State)> {
        let mut fingerprint = fingerprint(&doc.metadata);
        if doc.brought != 0 {
            fingerprint = amend(fingerprint, doc.brought);
        }
        if !self.amended.is_empty()
            && let Some(amended) = self.amended.get(&IdHash::of(doc.id()))
        {
            fingerprint = amend(fingerprint, *amended);
        }
        let state = match self.ledger.admit(&doc, fingerprint)? {
            Admission::Process(revision) => {
                doc.revision = revision;
                State::Live(doc)
            }
            Admission::Unchanged => State::Done(Outcome::Unchanged),
            Admission::Restored { revision, kind } => {
                doc.revision = revision;
                State::Done(Outcome::Restored { receipt: receipt(&mut doc, fingerprint), kind })
            }
            Admission::DuplicateOf { id, failed } => {
                let reason = format!("duplicate of: {id}");
                let receipt = receipt(&mut doc, fingerprint);
                State::Done(if failed {
                    fails_too(receipt, &reason)
                } else {
                    Outcome::Discarded { receipt, reason }
                })
            }
        };
        Ok((fingerprint, state))
    }
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
