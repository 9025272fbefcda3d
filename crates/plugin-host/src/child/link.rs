//! A stage that was started in a child process: articles go in, answers come back in their order.

use std::collections::VecDeque;
use std::time::Duration;

use document::Document;
use plugin_abi::frame::{self, Frame, FrameError};
use plugin_abi::outcome;
use stage_api::{FailureClass, Flow, StageError};

use super::lines::Line;
use super::manifest::Form;
use super::process::{Moved, Process, now};
use super::{RESTORE_LIMIT, frames, lines};
use crate::check::{Answer, Contract, MAX_ANSWER, Violation};

/// Bytes written ahead of what the child has taken: enough that it never waits for us, and no
/// second copy of a batch of large articles.
const AHEAD: usize = 256 << 10;

/// What a child was told of one stage, and what it may answer.
#[derive(Debug)]
pub(super) struct Terms {
    /// The layers that it is shown in the form of lines.
    pub(super) reads: Vec<String>,
    pub(super) contract: Contract,
    /// How long it may be silent about an article.
    pub(super) timeout: Duration,
}

/// What came back about one article.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) outcome: Result<Flow, StageError>,
    /// The change of state that the article made.
    pub(super) change: Option<Vec<u8>>,
}

impl From<Result<Flow, StageError>> for Reply {
    fn from(outcome: Result<Flow, StageError>) -> Self {
        Self { outcome, change: None }
    }
}

/// A batch on its way through children: which articles are still to be sent, and what came back.
pub(super) struct Batch<'b, 'd> {
    pub(super) docs: &'b mut [&'d mut Document],
    /// Places in `docs`, in their order.
    pub(super) todo: VecDeque<usize>,
    pub(super) replies: Vec<Option<Reply>>,
}

impl<'b, 'd> Batch<'b, 'd> {
    pub(super) fn new(docs: &'b mut [&'d mut Document]) -> Self {
        let todo = (0..docs.len()).collect();
        let replies = docs.iter().map(|_| None).collect();
        Self { docs, todo, replies }
    }
}

/// How an exchange ended. Articles without an answer are back in `todo`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Every article that was sent is answered.
    Done,
    /// The child is gone.
    Dead,
    /// It was silent for too long; how many articles it had.
    Hung(usize),
    /// It said what is no answer to the first article in `todo`; nothing after it can be trusted.
    Garbled(String),
    /// It answered an article again that it had answered before.
    Repeated,
}

/// The child's side of a started stage.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) process: Process,
    pub(super) form: Form,
    /// Number of the next article.
    sequence: u64,
    /// Answers so far.
    pub(super) answered: u64,
    /// How far the input was searched for the end of a line.
    searched: usize,
    /// The article that was answered last.
    last: String,
    /// What the first answer may take longer: the child has a state to restore.
    patience: Duration,
}

impl Link {
    /// A link to a child that has said that it is ready.
    pub(super) fn new(process: Process, form: Form) -> Self {
        Self {
            process,
            form,
            sequence: 0,
            answered: 0,
            searched: 0,
            last: String::new(),
            patience: Duration::ZERO,
        }
    }

    /// Has the stage apply a change of state; it is not answered. What the child does not take in time
    /// is the end of it, which the next article finds.
    pub(super) fn restore(&mut self, change: &[u8]) {
        self.patience = RESTORE_LIMIT;
        match self.form {
            Form::Lines => lines::write_restore(change, &mut self.process.output),
            Form::Frames => {
                frame::Writer::new(&mut self.process.output, frame::kind::RESTORE, 0)
                    .change(change)
                    .finish();
            }
        }
        while self.process.unwritten() >= AHEAD && self.process.input().len() <= MAX_ANSWER {
            match self.process.exchange(now() + RESTORE_LIMIT) {
                Moved::Some => {}
                Moved::Closed => break,
                Moved::Nothing => {
                    self.process.kill();
                }
            }
        }
    }

    /// Sends up to `count` articles and waits for their answers.
    pub(super) fn exchange(
        &mut self,
        batch: &mut Batch<'_, '_>,
        count: usize,
        terms: &Terms,
        answer: &mut Answer,
    ) -> End {
        let mut unsent = count.min(batch.todo.len());
        let mut waiting: VecDeque<(usize, u64)> = VecDeque::with_capacity(unsent);
        let mut deadline = now() + terms.timeout + self.patience;
        let end = loop {
            // One goes whatever waits before it: changes to restore may be longer than what is written ahead.
            while unsent > 0 && (waiting.is_empty() || self.process.unwritten() < AHEAD) {
                let Some(place) = batch.todo.pop_front() else { break };
                unsent -= 1;
                match self.send(batch.docs[place], &terms.reads) {
                    Ok(sequence) => waiting.push_back((place, sequence)),
                    Err(message) => {
                        batch.replies[place] = Some(Err(StageError::Article(message)).into());
                    }
                }
            }
            let Some(&(place, sequence)) = waiting.front() else { break End::Done };
            match self.receive(batch.docs[place], sequence, &terms.contract, answer) {
                Ok(Some(reply)) => {
                    batch.replies[place] = Some(reply);
                    waiting.pop_front();
                    self.answered += 1;
                    self.patience = Duration::ZERO;
                    deadline = now() + terms.timeout;
                    continue;
                }
                Ok(None) => {}
                Err(end) => break end,
            }
            match self.process.exchange(deadline) {
                Moved::Some => {}
                Moved::Nothing => break End::Hung(waiting.len()),
                Moved::Closed => break End::Dead,
            }
        };
        while let Some((place, _)) = waiting.pop_back() {
            batch.todo.push_front(place);
        }
        end
    }

    /// Puts an article into the output; its number.
    fn send(&mut self, doc: &Document, reads: &[String]) -> Result<u64, String> {
        let output = &mut self.process.output;
        match self.form {
            Form::Lines => lines::write(doc, reads, output).map_err(|error| error.to_string())?,
            Form::Frames => frames::write(doc, self.sequence, output),
        }
        self.sequence += 1;
        Ok(self.sequence - 1)
    }

    /// The answer to an article, if it is there.
    ///
    /// # Errors
    /// How the exchange ends where what is there is no answer to it.
    fn receive(
        &mut self,
        doc: &mut Document,
        sequence: u64,
        contract: &Contract,
        answer: &mut Answer,
    ) -> Result<Option<Reply>, End> {
        answer.clear();
        let input = self.process.input();
        let (reply, len) = match self.form {
            Form::Lines => {
                let Some(len) = end_of_line(input, &mut self.searched)? else { return Ok(None) };
                let line = Line::parse(&input[..len])?;
                if line.id != doc.id() {
                    let again = self.answered > 0 && line.id == self.last;
                    let message = format!("it answered article `{}` instead", line.id);
                    return Err(if again { End::Repeated } else { End::Garbled(message) });
                }
                self.last.clear();
                self.last.push_str(doc.id());
                (read_line(&line, doc, contract, answer), len)
            }
            Form::Frames => {
                let Some(len) = end_of_frame(input)? else { return Ok(None) };
                let (frame, _) = Frame::read(input)?;
                if frame.sequence != sequence {
                    let again = frame.sequence.checked_add(1) == Some(sequence);
                    let message =
                        format!("it answered number {} instead of {sequence}", frame.sequence);
                    return Err(if again { End::Repeated } else { End::Garbled(message) });
                }
                (read_frame(&frame, doc, contract, answer), len)
            }
        };
        self.process.take(len);
        Ok(Some(reply))
    }
}

impl From<String> for End {
    fn from(message: String) -> Self {
        Self::Garbled(message)
    }
}

impl From<FrameError> for End {
    fn from(error: FrameError) -> Self {
        Self::Garbled(error.to_string())
    }
}

fn end_of_line(input: &[u8], searched: &mut usize) -> Result<Option<usize>, String> {
    if let Some(at) = input[*searched..].iter().position(|byte| *byte == b'\n') {
        let len = *searched + at + 1;
        *searched = 0;
        return Ok(Some(len));
    }
    *searched = input.len();
    if input.len() > MAX_ANSWER { Err(too_long()) } else { Ok(None) }
}

fn end_of_frame(input: &[u8]) -> Result<Option<usize>, End> {
    let Some(len) = Frame::len_at(input)? else {
        return Ok(None);
    };
    if len > MAX_ANSWER { Err(too_long().into()) } else { Ok((input.len() >= len).then_some(len)) }
}

fn too_long() -> String {
    format!("its answer has more than {} MiB", MAX_ANSWER >> 20)
}

fn read_line(
    line: &Line<'_>,
    doc: &mut Document,
    contract: &Contract,
    answer: &mut Answer,
) -> Reply {
    let outcome = match line.refusal() {
        Some(refusal) => refusal,
        None => kept(line.fill(doc, answer).and_then(|()| answer.apply(doc, contract))),
    };
    let change = line.change.map(|change| change.get().as_bytes().to_vec());
    Reply { outcome, change }
}

fn read_frame(
    frame: &Frame<'_>,
    doc: &mut Document,
    contract: &Contract,
    answer: &mut Answer,
) -> Reply {
    let message = || said(frame.message);
    let outcome = match frame.what {
        outcome::KEEP => {
            let names = frame.names.iter().map(str::as_bytes);
            let (rows, relations) = (frame.rows.iter(), frame.relations.iter());
            let added = answer.add(rows, relations, frame.values.as_bytes(), names);
            kept(added.and_then(|()| answer.apply(doc, contract)))
        }
        outcome::DISCARD => Ok(Flow::Discard(message().into())),
        outcome::FAIL => Err(StageError::Article(message())),
        outcome::RETRY => Err(StageError::Retry(message())),
        outcome::FATAL => Err(StageError::Fatal(message())),
        outcome::PANIC => Err(StageError::Foreign(FailureClass::Panic, message())),
        frame::CONTRACT => Err(StageError::Foreign(FailureClass::Contract, message())),
        other => {
            let message = format!("it answered with the outcome {other}, which means nothing");
            Err(StageError::Foreign(FailureClass::Contract, message))
        }
    };
    let change = (!frame.change.is_empty()).then(|| frame.change.to_vec());
    Reply { outcome, change }
}

/// A reason, which must be there.
pub(super) fn said(message: &str) -> String {
    if message.trim().is_empty() { "no reason given".to_owned() } else { message.to_owned() }
}

fn kept(applied: Result<(), Violation>) -> Result<Flow, StageError> {
    match applied {
        Ok(()) => Ok(Flow::Keep),
        Err(violation) => {
            let message = format!("answered what it may not: {violation}");
            Err(StageError::Foreign(FailureClass::Contract, message))
        }
    }
}
