//! The other side of the pipes: stages of ours, or of a native plugin, served as a child process does.
//!
//! `run = { isolate = true }` starts this program again as such a child, with the library in it. A stage
//! gives the same rows there as in the host's process, since the same adapter runs it on the same tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use document::{Producer, Row};
use plugin_abi::frame::{Frame, Writer, kind};
use plugin_abi::outcome;
use serde_json::Value as Json;
use stage_api::{
    ArticleFactory, BuiltStage, FailureClass, OrderedStage, Placement, Settings, Stage, StageError,
    StageSpec, Value,
};

use crate::Declaration;
use crate::child::manifest::{Hello, Manifest, PROTOCOL, Start, Started};
use crate::child::{frames, now};
use crate::in_flight::InFlight;
use crate::native::{Library, Native, Serve};

/// How long answers may be held back while more articles wait.
const HELD: Duration = Duration::from_millis(20);
/// Bytes asked for in one read: a batch of articles.
const READ: usize = 1 << 20;

/// Serves the stages of a library over this process's standard input and output until the input ends.
///
/// The library itself finds an empty standard input, and what it prints goes to standard error.
///
/// # Errors
/// Where the library is none, a pipe breaks, or the other side says what the protocol does not know.
#[cfg(unix)]
pub fn serve(library: &Path) -> io::Result<()> {
    use rustix::stdio;

    // Not for what the library may start: that would keep the pipes open when this process has died.
    let input = rustix::io::fcntl_dupfd_cloexec(stdio::stdin(), 3)?;
    let output = rustix::io::fcntl_dupfd_cloexec(stdio::stdout(), 3)?;
    stdio::dup2_stdin(File::open("/dev/null")?)?;
    stdio::dup2_stdout(stdio::stderr())?;
    serve_over(library, File::from(input), File::from(output))
}

/// The same over any pair of pipes. What the library prints must not get into `output`.
///
/// # Errors
/// Where the library is none, a pipe breaks, or the other side says what the protocol does not know.
pub fn serve_over(library: &Path, input: impl Read, output: impl Write) -> io::Result<()> {
    let opened = Library::open(library)
        .map_err(|error| io::Error::other(format!("`{}` {error}", library.display())))?;
    let library = Arc::new(opened);
    let declaration = library.declaration().clone();
    let serve =
        Serve { command: Vec::new(), library: PathBuf::new(), plugin: declaration.name.clone() };
    let native = Native { library, serve, in_flight: InFlight::default() };
    let stages = native.stages().map_err(broken)?;
    serve_stages(&declaration, &stages, input, output)
}

/// Serves stages, those of `declaration` in its order.
fn serve_stages(
    declaration: &Declaration,
    stages: &[StageSpec],
    input: impl Read,
    output: impl Write,
) -> io::Result<()> {
    let mut pipes = Pipes::new(input, output);
    let Some(hello) = pipes.line()? else { return Ok(()) };
    let hello: Hello = serde_json::from_str(&hello)?;
    if hello.copydesk != PROTOCOL {
        return Err(broken(format!("the host speaks version {} of the protocol", hello.copydesk)));
    }
    pipes.say(&Manifest::new(declaration))?;
    let Some(start) = pipes.line()? else { return Ok(()) };
    let start: Start<BTreeMap<String, Json>> = serde_json::from_str(&start)?;
    let known = declaration.stages.iter().position(|stage| stage.name == start.stage);
    let Some(spec) = known.and_then(|at| stages.get(at)) else {
        let refused = format!("there is no stage `{}`", start.stage);
        return pipes.say(&Started { refused: Some(refused), ..Started::default() });
    };
    let values = start.settings.into_iter().filter_map(|(key, json)| Some((key, value(json)?)));
    let settings = Settings::new(values.collect());
    let served = match spec.build_at(&settings, &Placement::named(start.alias)) {
        Ok(BuiltStage::Article(factory)) => Served::Article(factory.instance(), factory),
        Ok(BuiltStage::Ordered(make)) => Served::Ordered(make()),
        Err(error) => {
            return pipes.say(&Started {
                refused: Some(error.message),
                setting: Some(error.setting),
                ..Started::default()
            });
        }
    };
    pipes.say(&Started { ready: true, ..Started::default() })?;
    pipes.articles(served, &spec.info.name)
}

/// The stage that was started.
enum Served {
    Article(Box<dyn Stage>, Arc<dyn ArticleFactory>),
    Ordered(Box<dyn OrderedStage>),
}

struct Pipes<R, W> {
    input: R,
    output: W,
    /// What was read is `taken..filled`; what is behind it is room for more.
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    answers: Vec<u8>,
}

impl<R: Read, W: Write> Pipes<R, W> {
    fn new(input: R, output: W) -> Self {
        Self { input, output, buffer: Vec::new(), taken: 0, filled: 0, answers: Vec::new() }
    }

    /// What was read and not taken.
    fn rest(&self) -> &[u8] {
        &self.buffer[self.taken..self.filled]
    }

    /// Reads more; whether there was more.
    fn read(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.taken..self.filled, 0);
        self.filled -= self.taken;
        self.taken = 0;
        // It never shrinks, so that it is not filled with zeros for each read.
        if self.buffer.len() < self.filled + READ {
            self.buffer.resize(self.filled + READ, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    let read = read?;
                    self.filled += read;
                    return Ok(read > 0);
                }
            }
        }
    }

    /// The next line, or `None` at the end of the input.
    fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            let rest = self.rest();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.taken += end + 1;
                return Ok(Some(line));
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    fn say(&mut self, message: &impl serde::Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.output.write_all(&line)?;
        self.output.flush()
    }

    /// Sends the answers that are held back.
    fn send(&mut self) -> io::Result<()> {
        self.output.write_all(&self.answers)?;
        self.output.flush()?;
        self.answers.clear();
        Ok(())
    }

    fn articles(&mut self, mut served: Served, name: &str) -> io::Result<()> {
        let producer =
            Arc::new(Producer { stage: String::new(), version: String::new(), key: String::new() });
        let mut rows = Vec::new();
        let mut sent = now();
        loop {
            let rest = &self.buffer[self.taken..self.filled];
            let len = Frame::len_at(rest).map_err(broken)?.filter(|len| *len <= rest.len());
            let Some(len) = len else {
                self.send()?;
                if !self.read()? {
                    return Ok(());
                }
                sent = now();
                continue;
            };
            let (frame, _) = Frame::read(rest).map_err(broken)?;
            let goes_on = served.take(&frame, &producer, name, &mut rows, &mut self.answers);
            self.taken += len;
            if !goes_on {
                return self.send();
            }
            sent = self.send_if_due(sent)?;
        }
    }

    fn send_if_due(&mut self, sent: Instant) -> io::Result<Instant> {
        let time = now();
        if time.duration_since(sent) < HELD {
            return Ok(sent);
        }
        self.send()?;
        Ok(time)
    }
}

impl Served {
    /// Works on one frame; whether the stage can go on.
    fn take(
        &mut self,
        frame: &Frame<'_>,
        producer: &Arc<Producer>,
        name: &str,
        rows: &mut Vec<Row>,
        out: &mut Vec<u8>,
    ) -> bool {
        if frame.what == kind::RESTORE {
            let Self::Ordered(stage) = self else { return true };
            let Err(message) = stage.restore(frame.change) else { return true };
            // The host reads this as the answer to its first article.
            Writer::new(out, outcome::FATAL, 0).message(&message).finish();
            return false;
        }
        let mut doc = match frames::article(frame, rows) {
            Ok(doc) => doc,
            Err(message) => {
                Writer::new(out, outcome::FAIL, frame.sequence).message(&message).finish();
                return true;
            }
        };
        doc.begin_stage(Arc::clone(producer));
        let (result, change) = match self {
            Self::Article(stage, _) => (stage.process(&mut doc), None),
            Self::Ordered(stage) => {
                let result = stage.process(&mut doc);
                (result, stage.take_change())
            }
        };
        let told = change.as_deref().unwrap_or_default();
        frames::answer(frame, &doc, &result, name, told, out);
        match (result, self) {
            (Err(StageError::Foreign(FailureClass::Panic, _)), Self::Article(stage, factory)) => {
                *stage = factory.instance();
                true
            }
            // What it knew is gone with it: the host starts it again and restores it.
            (Err(StageError::Foreign(FailureClass::Panic, _)), Self::Ordered(_)) => false,
            _ => true,
        }
    }
}

/// A setting as the host sent it; a JSON null is an absent one.
fn value(json: Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Number(number.as_f64()?),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().filter_map(value).collect()),
        Json::Object(entries) => Value::Table(
            entries.into_iter().filter_map(|(key, json)| Some((key, value(json)?))).collect(),
        ),
    })
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
