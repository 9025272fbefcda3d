//! What the runner sees of a child: a stage. And what becomes of articles when a child dies.
//!
//! **Who is to blame.** A child that works through a batch may hold answers back, so the first article
//! without one need not be the one that killed it. After a death the unanswered articles go to a
//! fresh child one at a time, and an article is blamed when a child that was given nothing else died on
//! it. So a batch costs one more start than it has killers, and nobody else's article. An article that
//! hangs is blamed at once where it was alone or where answers come line by line, which are never
//! held back.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use document::Document;
use stage_api::{FailureClass, Flow, OrderedStage, Stage, StageError};

use super::changes::Changes;
use super::link::{Batch, End, Link, Reply, Terms};
use super::manifest::Form;
use super::{NoStart, Program, lock, now};
use crate::check::{Answer, MAX_MESSAGE};

/// Articles in flight at a time, where they are quickly done.
const BATCH: usize = 16;
/// How long an article may take for several of them to be sent together: a batch saves some microseconds
/// for each, and a run that is to stop waits for all of it.
const QUICK: Duration = Duration::from_millis(20);
/// How long to wait before each start in a row after which no article was answered; the last one
/// holds for all that follow.
const BACK_OFF: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
];
/// Failed starts in a row after which there is no point in going on.
const LAST_START: u32 = 5;
/// Children in a row that ended without an answer after which no article is given to another one.
const LAST_DEATH: u32 = 100;

/// A stage of a program with its settings: what each instance is started from.
pub(super) struct Starter {
    pub(super) program: Arc<Program>,
    pub(super) stage: String,
    pub(super) alias: String,
    pub(super) settings: String,
    pub(super) terms: Terms,
    /// How long it may take to say that it is ready.
    pub(super) start_limit: Duration,
    /// Whether what it knows can be told to a fresh child.
    pub(super) keeps_state: bool,
    /// The child that was started to see whether the settings fit, until an instance takes it.
    pub(super) ready: Mutex<Option<Link>>,
}

impl Starter {
    pub(super) fn start(&self) -> Result<Link, NoStart> {
        self.program.start(&self.stage, &self.alias, &self.settings, self.start_limit)
    }

    pub(super) fn article(self: &Arc<Self>) -> ChildStage {
        ChildStage {
            starter: Arc::clone(self),
            link: None,
            deaths: 0,
            ends: 0,
            batch: 1,
            answer: Answer::default(),
            changes: Changes::default(),
        }
    }

    pub(super) fn ordered(self: &Arc<Self>) -> OrderedChild {
        OrderedChild { stage: self.article(), change: None }
    }
}

/// An article stage in a child.
pub(super) struct ChildStage {
    starter: Arc<Starter>,
    link: Option<Link>,
    /// Children in a row that died without an answer.
    deaths: u32,
    /// Children that were started again.
    ends: u32,
    /// How many articles it wants next time.
    batch: usize,
    answer: Answer,
    /// What a fresh child of an ordered stage must be told.
    changes: Changes,
}

impl Stage for ChildStage {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        self.one(doc).outcome
    }

    fn batch(&self) -> usize {
        self.batch
    }

    fn process_batch(&mut self, docs: &mut [&mut Document]) -> Vec<Result<Flow, StageError>> {
        self.run(docs).into_iter().map(|reply| reply.outcome).collect()
    }
}

impl ChildStage {
    fn one(&mut self, doc: &mut Document) -> Reply {
        self.run(&mut [doc]).pop().expect("one answer for each article")
    }

    /// Sends articles to children until each has an answer.
    fn run(&mut self, docs: &mut [&mut Document]) -> Vec<Reply> {
        let begun = now();
        let count = docs.len() as u32;
        let replies = self.answered(docs);
        self.batch = if begun.elapsed() < QUICK * count { BATCH } else { 1 };
        replies
    }

    fn answered(&mut self, docs: &mut [&mut Document]) -> Vec<Reply> {
        let mut batch = Batch::new(docs);
        let mut singly = 0_usize; // so many of the next articles go alone
        while !batch.todo.is_empty() {
            let count = if singly > 0 { 1 } else { batch.todo.len() };
            let mut link = match self.linked() {
                Ok(link) => link,
                Err(message) => {
                    let error = StageError::Fatal(message);
                    for place in batch.todo.drain(..) {
                        batch.replies[place] = Some(Err(error.clone()).into());
                    }
                    break;
                }
            };
            let (answered, before) = (link.answered, batch.todo.len());
            let end = link.exchange(&mut batch, count, &self.starter.terms, &mut self.answer);
            singly = singly.saturating_sub(before - batch.todo.len());
            if link.answered > answered {
                self.deaths = 0;
            }
            let blamed = match end {
                End::Done => {
                    self.keep(link);
                    continue;
                }
                End::Dead => {
                    let how = link.process.end();
                    let alone = count == 1 && link.answered == 0;
                    alone.then(|| {
                        (FailureClass::Crash, format!("the child died on this article: {how}"))
                    })
                }
                End::Hung(waiting) => {
                    let said = link.process.kill();
                    let limit = self.starter.terms.timeout.as_secs_f64();
                    let certain = waiting == 1 || link.form == Form::Lines;
                    certain.then(|| {
                        (FailureClass::Timeout, format!("no answer within {limit} s{said}"))
                    })
                }
                End::Garbled(message) => {
                    let said = link.process.kill();
                    Some((FailureClass::Contract, format!("{message}{said}")))
                }
                End::Repeated => {
                    link.process.kill();
                    let message =
                        "a child answered an article twice; the second answer is left out";
                    tracing::warn!(target: crate::UNASKED, stage = self.starter.alias, message);
                    None
                }
            };
            self.deaths += 1;
            self.warn(blamed.as_ref().map(|(_, message)| message.as_str()));
            match blamed {
                Some((class, message)) => {
                    let place = batch.todo.pop_front().expect("the article that is blamed");
                    batch.replies[place] = Some(Err(StageError::Foreign(class, message)).into());
                    singly = singly.saturating_sub(1);
                }
                None => singly = singly.max(count.min(batch.todo.len())),
            }
        }
        batch
            .replies
            .into_iter()
            .map(|reply| self.signed(reply.expect("each has an answer")))
            .collect()
    }

    /// Says that a child is started again, the first time and then ever more rarely: the dead letters say the
    /// rest, but only at the end.
    fn warn(&mut self, cause: Option<&str>) {
        self.ends += 1;
        let rarely = 10_u32.pow(self.ends.ilog10());
        if self.ends == rarely {
            let (stage, times) = (&self.starter.alias, self.ends);
            let cause = cause.unwrap_or("it ended with several articles unanswered");
            tracing::warn!(
                stage,
                times,
                cause,
                "a child gave no right answer and is started again"
            );
        }
    }

    /// The child, a fresh one where there is none.
    fn linked(&mut self) -> Result<Link, String> {
        if let Some(link) = self.link.take() {
            return Ok(link);
        }
        if self.deaths >= LAST_DEATH {
            return Err(format!(
                "its child was started {LAST_DEATH} times in a row and never answered an article"
            ));
        }
        let mut failed = 0;
        loop {
            let ready = lock(&self.starter.ready).take();
            let ready = ready.and_then(|mut link| (!link.process.speaks_unasked()).then_some(link));
            let fresh = ready.map_or_else(|| self.start_after_a_while(), Ok);
            match fresh {
                Ok(mut link) => {
                    let told = self.changes.each(|change| link.restore(change));
                    let lost = |error| format!("what it knew was not kept: {error}");
                    return told.map(|()| link).map_err(lost);
                }
                Err(NoStart::Refused(error)) => return Err(error.to_string()),
                Err(NoStart::Failed(message)) => {
                    failed += 1;
                    self.deaths += 1;
                    if failed == LAST_START {
                        return Err(format!("the child does not start again: {message}"));
                    }
                    tracing::warn!(stage = self.starter.alias, message, "a child did not start");
                }
            }
        }
    }

    /// Starts a child, sooner or later as it went with those before.
    fn start_after_a_while(&self) -> Result<Link, NoStart> {
        if let Some(before) = self.deaths.checked_sub(1) {
            std::thread::sleep(BACK_OFF[BACK_OFF.len().min(before as usize + 1) - 1]);
        }
        self.starter.start()
    }

    /// Keeps a child for the next articles, unless it says more than it was asked: then what it says
    /// next would be taken for the answer to another article.
    fn keep(&mut self, mut link: Link) {
        if link.process.speaks_unasked() {
            let message = "a child spoke or ended without being asked; it is started again";
            tracing::warn!(target: crate::UNASKED, stage = self.starter.alias, message);
            link.process.kill();
        } else {
            self.link = Some(link);
        }
    }

    /// The same reply, what it says cut to a length for people, and an error naming plugin and stage.
    fn signed(&self, reply: Reply) -> Reply {
        let named = |message: String| {
            let Starter { program, stage, .. } = &*self.starter;
            format!("`{}/{stage}`: {}", program.plugin, cut(message))
        };
        let outcome = reply.outcome.map(|flow| match flow {
            Flow::Discard(reason) => Flow::Discard(cut(reason.into_owned()).into()),
            Flow::Keep => Flow::Keep,
        });
        let outcome = outcome.map_err(|error| match error {
            StageError::Article(message) => StageError::Article(named(message)),
            StageError::Retry(message) => StageError::Retry(named(message)),
            StageError::Fatal(message) => StageError::Fatal(named(message)),
            StageError::Foreign(class, message) => StageError::Foreign(class, named(message)),
            other => other,
        });
        Reply { outcome, ..reply }
    }
}

/// The first [`MAX_MESSAGE`] bytes of a message, or a few less so that no character is split.
fn cut(mut message: String) -> String {
    let mut len = message.len().min(MAX_MESSAGE);
    while !message.is_char_boundary(len) {
        len -= 1;
    }
    message.truncate(len);
    message
}

/// An ordered stage in a child.
///
/// Its state lives in the child and, as a list of changes, here: a child that died is started again and
/// told all of them, those of this run and those that were restored. They are the changes that were
/// taken, so a child knows after a restart what the next run will know: of an article that was tried
/// again, what came with the last answer.
pub(super) struct OrderedChild {
    stage: ChildStage,
    change: Option<Vec<u8>>,
}

impl OrderedStage for OrderedChild {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let reply = self.stage.one(doc);
        self.change = reply.change.filter(|_| self.stage.starter.keeps_state);
        reply.outcome
    }

    fn take_change(&mut self) -> Option<Vec<u8>> {
        let change = self.change.take()?;
        self.stage.changes.push(&change);
        Some(change)
    }

    /// Kept until the child is first needed: it is told everything in one go then, and answers with
    /// `fatal` to the first article where it cannot make sense of it.
    fn restore(&mut self, change: &[u8]) -> Result<(), String> {
        let Starter { program, stage, keeps_state, .. } = &*self.stage.starter;
        if !keeps_state {
            return Err(format!("`{}/{stage}` keeps no state", program.plugin));
        }
        self.stage.changes.push(change);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use stage_api::{Placement, Settings};

    use super::*;

    /// Starts well, and dies on every article.
    const MORTAL: &str = r#"
        echo '{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag"}]}'
        read hello; read start; echo '{"ready": true}'; read article; exit 3"#;

    #[test]
    fn children_that_only_die_end_the_run() {
        let words = ["sh", "-c", MORTAL].map(Into::into).to_vec();
        let program = Program::ask(words, Path::new("."), "p").unwrap();
        let declared = &program.declaration.stages[0];
        let placement = Placement::named("tag");
        let starter = program.starter(declared, &Settings::default(), &placement).unwrap();
        let mut stage = Arc::new(starter).article();
        stage.deaths = LAST_DEATH - 1;
        let mut outcome = || match stage.process(&mut testkit::doc("Rain fell.")) {
            Err(StageError::Foreign(FailureClass::Crash, _)) => "crash".to_owned(),
            other => format!("{other:?}"),
        };
        let end = "Err(Fatal(\"`p/tag`: its child was started 100 times in a row and never answered an article\"))";
        assert_eq!([outcome(), outcome(), outcome()], ["crash", end, end]);
    }
}
