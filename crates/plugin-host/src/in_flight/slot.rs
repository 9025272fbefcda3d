//! A slot: 512 bytes that say who is working on what, and the table of them in a mapped file.

use std::cell::UnsafeCell;
use std::fs::File;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU32, Ordering};

use memmap2::{MmapMut, MmapOptions};

/// The first bytes of the file.
const MAGIC: &[u8; 32] = b"copydesk: articles in flight / 1";
/// Slots in a table: instances of native stages in one run, and the suspects of the last.
const SLOTS: usize = 256;
/// Bytes of the stage's name that are kept.
const STAGE: usize = 72;
/// Bytes of the article's id that are kept.
const ID: usize = 412;
/// Bytes of a slot.
const SIZE: usize = 512;

/// What a slot says of its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    /// Nothing.
    Free = 0,
    /// A stage is working on it.
    Busy = 1,
    /// It was being worked on when a signal ended the program.
    Crashed = 2,
    /// It took too long, and the program was ended.
    Hung = 3,
    /// It was a suspect at the start of the run.
    Carried = 4,
}

impl State {
    fn from_bits(bits: u32) -> Self {
        match bits as u8 {
            1 => Self::Busy,
            2 => Self::Crashed,
            3 => Self::Hung,
            4 => Self::Carried,
            _ => Self::Free,
        }
    }
}

/// One slot. Its instance's thread alone writes the text, and only while the slot is free.
#[repr(C)]
pub(crate) struct Slot {
    /// The state in the low byte; above it the number of the call, modulo 2^24.
    state: AtomicU32,
    /// 1 where an instance has it.
    claimed: AtomicU32,
    /// The state of the call that took too long.
    cancelled: AtomicU32,
    /// Zero.
    reserved: u32,
    text: UnsafeCell<Text>,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Text {
    /// Of the whole id, where it is longer than what is kept; else 0.
    hash: u64,
    stage_len: u16,
    id_len: u16,
    stage: [u8; STAGE],
    id: [u8; ID],
}

const _: () = assert!(size_of::<Slot>() == SIZE && align_of::<Slot>() == 8);

// SAFETY: `text` is written by the thread that has claimed the slot, before it sets `state` to busy with
// release order; others (the watchdog, the signal handler) read it after they have seen that.
unsafe impl Sync for Slot {}

/// An article's id as far as a slot keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    id: Vec<u8>,
    hash: u64,
}

impl Noted {
    pub(super) fn of(id: &str) -> Self {
        let kept = &id.as_bytes()[..id.len().min(ID)];
        Self { id: kept.to_vec(), hash: hash(id) }
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.id).trim_end_matches('\u{fffd}').to_owned()
    }
}

/// Tells apart ids that are cut: 64-bit FNV-1a; 0 for those that are kept whole.
fn hash(id: &str) -> u64 {
    if id.len() <= ID {
        return 0;
    }
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl Slot {
    /// Says that a call on `article` begins. A slot that says how the program ends stays as it is.
    pub(crate) fn begin(&self, article: &str) {
        if self.is_blamed() {
            return;
        }
        let kept = article.len().min(ID);
        // SAFETY: the caller's instance has claimed this slot, and nobody reads the text of a free one.
        unsafe {
            let text = self.text.get();
            (*text).id_len = kept as u16;
            (*text).hash = hash(article);
            std::ptr::copy_nonoverlapping(article.as_ptr(), (&raw mut (*text).id).cast(), kept);
        }
        let call = self.state.load(Ordering::Relaxed) >> 8;
        self.state.store(call.wrapping_add(1) << 8 | State::Busy as u32, Ordering::Release);
        super::crash::enter(self);
    }

    /// Says that the call is over; returns whether it was asked to give up.
    pub(crate) fn end(&self) -> bool {
        super::crash::leave();
        let cancelled = self.is_cancelled();
        // The watchdog may say at this moment that the call hangs, and end the program: then that stays.
        let bits = self.state.load(Ordering::Relaxed);
        if State::from_bits(bits) == State::Busy {
            let (before, after) = (Ordering::Release, Ordering::Relaxed);
            let _blamed_meanwhile = self.state.compare_exchange(bits, bits & !0xff, before, after);
        }
        cancelled
    }

    /// Whether it says that its stage ends the program.
    fn is_blamed(&self) -> bool {
        let state = State::from_bits(self.state.load(Ordering::Relaxed));
        matches!(state, State::Crashed | State::Hung)
    }

    /// The call that is running, as a number that the next one will not have.
    pub(super) fn call(&self) -> Option<u32> {
        let bits = self.state.load(Ordering::Acquire);
        (State::from_bits(bits) == State::Busy).then_some(bits >> 8)
    }

    /// Asks the call to give up, if it still runs.
    pub(super) fn cancel(&self, call: u32) {
        self.cancelled.store(call << 8 | State::Busy as u32, Ordering::Relaxed);
    }

    /// Whether the call that runs was asked to give up.
    pub(crate) fn is_cancelled(&self) -> bool {
        let (bits, cancelled) =
            (self.state.load(Ordering::Relaxed), self.cancelled.load(Ordering::Relaxed));
        let called = matches!(State::from_bits(bits), State::Busy | State::Hung);
        called && cancelled != 0 && bits >> 8 == cancelled >> 8
    }

    /// Says how the call ended the program, if it is still `call`, or whichever runs.
    pub(super) fn blame(&self, call: Option<u32>, state: State) -> bool {
        let bits = self.state.load(Ordering::Acquire);
        let running =
            State::from_bits(bits) == State::Busy && call.is_none_or(|call| call == bits >> 8);
        let blamed = bits & !0xff | state as u32;
        let (before, after) = (Ordering::AcqRel, Ordering::Relaxed);
        running && self.state.compare_exchange(bits, blamed, before, after).is_ok()
    }

    /// Stage and article, as bytes: usable in a signal handler.
    pub(super) fn told(&self) -> (&[u8], &[u8]) {
        // SAFETY: the slot is busy, so its text was written before and is not written now.
        let text = unsafe { &*self.text.get() };
        let stage = usize::from(text.stage_len).min(STAGE);
        (&text.stage[..stage], &text.id[..usize::from(text.id_len).min(ID)])
    }

    /// Gives it back for another instance, whose calls are counted from the start: none of them was asked to
    /// give up. One that says how the program ends stays as it is.
    pub(super) fn release(&self) {
        if self.is_blamed() {
            return;
        }
        self.cancelled.store(0, Ordering::Relaxed);
        self.state.store(State::Free as u32, Ordering::Release);
        self.claimed.store(0, Ordering::Release);
    }

    fn write_stage(&self, stage: &str) {
        let kept = stage.len().min(STAGE);
        // SAFETY: the caller has just claimed the slot, so it is nobody else's.
        unsafe {
            let text = self.text.get();
            (*text).stage_len = kept as u16;
            std::ptr::copy_nonoverlapping(stage.as_ptr(), (&raw mut (*text).stage).cast(), kept);
        }
    }
}

/// The slots of a run. The memory lives as long as the process: the signal handler may look at any time.
#[derive(Clone, Copy)]
pub(super) struct Table {
    slots: &'static [Slot],
}

impl Table {
    /// Slots that nobody will read after this process.
    pub(super) fn in_memory() -> Self {
        let zeros = Box::leak(vec![0_u64; (1 + SLOTS) * SIZE / 8].into_boxed_slice());
        Self::over(zeros.as_mut_ptr().cast())
    }

    /// Slots in a file, all free.
    pub(super) fn in_file(file: &File) -> io::Result<Self> {
        // Written out, so that a full disk is an error here and no bus error later.
        (&*file).write_all(&vec![0; (1 + SLOTS) * SIZE])?;
        // SAFETY: the file lies in an output folder that this program has locked; should another one
        // shorten it, this one ends with a bus error, as told in the documentation of `memmap2`.
        let map = unsafe { MmapOptions::new().map_mut(file)? };
        let map: &'static mut MmapMut = Box::leak(Box::new(map));
        map[..MAGIC.len()].copy_from_slice(MAGIC);
        Ok(Self::over(map.as_mut_ptr().cast()))
    }

    /// The slots behind one slot's worth of head.
    fn over(start: *mut Slot) -> Self {
        // SAFETY: both callers pass zeroed, leaked memory of `1 + SLOTS` slots, aligned to 8 bytes or a
        // page, that nothing else refers to; all zeros is a valid, free slot.
        let slots = unsafe { std::slice::from_raw_parts(start.cast::<Slot>().add(1), SLOTS) };
        Self { slots }
    }

    pub(super) fn slots(&self) -> &'static [Slot] {
        self.slots
    }

    /// A free slot for an instance of this stage; one that outlives nothing, if there is none left.
    pub(super) fn claim(&self, stage: &str) -> &'static Slot {
        let free = |slot: &&Slot| {
            let (before, after) = (Ordering::AcqRel, Ordering::Relaxed);
            slot.claimed.compare_exchange(0, 1, before, after).is_ok()
        };
        let slot = self.slots.iter().find(free).unwrap_or_else(|| {
            let one = Self { slots: &Self::in_memory().slots[..1] };
            &one.slots[0]
        });
        slot.write_stage(stage);
        slot
    }

    /// Keeps a suspect of the last run.
    pub(super) fn carry(&self, stage: &str, noted: &Noted) {
        let slot = self.claim(stage);
        // SAFETY: the slot was claimed here and is free.
        unsafe {
            let text = slot.text.get();
            (*text).id_len = noted.id.len() as u16;
            (*text).hash = noted.hash;
            std::ptr::copy_nonoverlapping(
                noted.id.as_ptr(),
                (&raw mut (*text).id).cast(),
                noted.id.len().min(ID),
            );
        }
        slot.state.store(State::Carried as u32, Ordering::Release);
    }
}

/// The slots of a file that an earlier run left, as far as it is one.
pub(super) fn read(file: &[u8]) -> impl Iterator<Item = (State, String, Noted)> {
    let slots = file.strip_prefix(MAGIC).and_then(|_| file.get(SIZE..)).unwrap_or_default();
    slots.chunks_exact(SIZE).map(|slot| {
        let number = |at: usize, len: usize| {
            slot[at..at + len].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
        };
        // Offsets as in `Slot`: four numbers, then the text.
        let state = State::from_bits(number(0, 4) as u32);
        let named = (number(24, 2) as usize).min(STAGE);
        let id_len = (number(26, 2) as usize).min(ID);
        let name = String::from_utf8_lossy(&slot[28..28 + named]).into_owned();
        let id = slot[28 + STAGE..][..id_len].to_vec();
        (state, name, Noted { id, hash: number(16, 8) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_the_program_is_not_forgotten() {
        let state = |slot: &Slot| State::from_bits(slot.state.load(Ordering::Relaxed));
        let slot = Table::in_memory().claim("slow");
        slot.begin("one");
        let call = slot.call().unwrap();
        slot.cancel(call);
        assert!(slot.end());
        assert_eq!((state(slot), slot.is_cancelled()), (State::Free, false));

        // The call returns while the program is being ended over it.
        slot.begin("two");
        let call = slot.call().unwrap();
        slot.cancel(call);
        assert!(slot.blame(Some(call), State::Hung));
        assert!(slot.end());
        slot.begin("three");
        slot.release();
        assert_eq!((state(slot), slot.told()), (State::Hung, (&b"slow"[..], &b"two"[..])));
    }
}
