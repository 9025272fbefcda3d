//! Figures of a run that is going on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::report::StageFigures;

/// Figures of a run that is going on, for a progress bar and for metrics. Threads add to them a batch at a time.
#[derive(Debug, Default)]
pub struct Gauges {
    done: AtomicU64,
    failed: AtomicU64,
    bytes_read: AtomicU64,
    bytes_total: AtomicU64,
    in_flight: AtomicU64,
    peak_in_flight: AtomicU64,
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    /// In pipeline order.
    stages: Vec<StageFigures>,
    /// Articles that wait before each segment, and before the commit.
    queues: Vec<u64>,
}

impl Gauges {
    /// Articles that have their outcome.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Of these, dead letters.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Bytes of input read, as stored.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Bytes of input there are; 0 if not known.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total.load(Ordering::Relaxed)
    }

    /// Bytes that the articles between source and commit have reserved.
    pub fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// The most bytes that were in flight at a time.
    pub fn peak_in_flight(&self) -> u64 {
        self.peak_in_flight.load(Ordering::Relaxed)
    }

    /// What each stage did so far, in pipeline order.
    pub fn stages(&self) -> Vec<StageFigures> {
        self.live().stages.clone()
    }

    /// Articles that wait before each segment, and last those before the commit.
    pub fn queues(&self) -> Vec<u64> {
        self.live().queues.clone()
    }

    /// A run with these stages and as many segments begins.
    pub(crate) fn begin(&self, stages: Vec<StageFigures>, segments: usize) {
        self.in_flight.store(0, Ordering::Relaxed); // a run that ended early may have left some
        *self.live() = Live { stages, queues: vec![0; segments + 1] };
    }

    pub(crate) fn count(&self, failed: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.failed.fetch_add(u64::from(failed), Ordering::Relaxed);
    }

    pub(crate) fn set_progress(&self, progress: stage_api::Progress) {
        self.bytes_read.store(progress.read, Ordering::Relaxed);
        self.bytes_total.store(progress.total.unwrap_or(0), Ordering::Relaxed);
    }

    pub(crate) fn take_off(&self, bytes: u64) {
        let before = self.in_flight.fetch_add(bytes, Ordering::Relaxed);
        self.peak_in_flight.fetch_max(before + bytes, Ordering::Relaxed);
    }

    pub(crate) fn land(&self, bytes: u64) {
        self.in_flight.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Articles go into the queue before a segment.
    pub(crate) fn queue(&self, segment: usize, articles: usize) {
        self.live().queues[segment] += articles as u64;
    }

    /// Articles leave the queue before a segment.
    pub(crate) fn unqueue(&self, segment: usize, articles: usize) {
        let queue = &mut self.live().queues[segment];
        *queue = queue.saturating_sub(articles as u64);
    }

    /// Moves what a worker counted to the stages from number `first` on.
    pub(crate) fn add<'f>(
        &self,
        first: usize,
        figures: impl Iterator<Item = &'f mut StageFigures>,
    ) {
        let mut live = self.live();
        for (sum, figures) in live.stages[first..].iter_mut().zip(figures) {
            sum.add(figures);
            *figures = StageFigures::default();
        }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
