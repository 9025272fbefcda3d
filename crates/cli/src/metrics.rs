//! Figures of a run that is going on, as Prometheus reads them: `[run] metrics = "127.0.0.1:9464"`.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use config::Plan;
use runner::{Gauges, StageFigures};

use crate::exit::Trouble;

/// Time between looks for somebody who asks, and whether there still is a run to tell of.
const TICK: Duration = Duration::from_millis(50);

/// How long an asker may take, from first to last.
const PATIENCE: Duration = Duration::from_secs(2);

/// Askers at a time; one more, and the oldest is sent away.
const ASKERS: usize = 32;

/// Bytes of a request that are read; what it asks for makes no difference.
const REQUEST: usize = 4 << 10;

/// Tells the figures of a run to whoever asks, until dropped.
#[derive(Debug)]
pub(crate) struct Metrics {
    ended: Arc<()>,
    thread: Option<JoinHandle<()>>,
}

impl Metrics {
    /// Begins to listen where the pipeline says so.
    pub(crate) fn of(plan: &Plan, gauges: &Arc<Gauges>) -> Result<Option<Self>, Trouble> {
        plan.run.metrics.map(|address| Self::start(address, Arc::clone(gauges))).transpose()
    }

    /// Begins to listen.
    fn start(address: SocketAddr, gauges: Arc<Gauges>) -> Result<Self, Trouble> {
        let refused = |error: io::Error| {
            Trouble::Usage(format!("`metrics`: {address}: {error}; name another port"))
        };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let ended = Arc::new(());
        let running = Arc::downgrade(&ended);
        let listen = move || {
            let goes_on = || running.strong_count() > 0;
            let mut askers: Vec<Asker> = Vec::new();
            while goes_on() {
                while let Ok((stream, _)) = listener.accept() {
                    if askers.len() == ASKERS {
                        askers.remove(0);
                    }
                    askers.extend(Asker::new(stream));
                }
                // One that goes away or says nothing is nobody's loss.
                askers.retain_mut(|asker| asker.go_on(&gauges).unwrap_or(false));
                thread::park_timeout(TICK);
            }
        };
        let thread = thread::Builder::new().name("copydesk-metrics".to_owned()).spawn(listen);
        Ok(Self { ended, thread: thread.ok() })
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        self.ended = Arc::new(()); // the thread's weak reference dies with the old one
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// Somebody who asks. Nothing waits for it: neither the other askers nor the end of the run.
#[derive(Debug)]
struct Asker {
    stream: TcpStream,
    since: Instant,
    /// The end of what it has asked so far, and how much that is.
    request: Vec<u8>,
    /// What it is still to be told, once it has asked.
    answer: Option<Vec<u8>>,
}

impl Asker {
    #[expect(clippy::disallowed_methods, reason = "an asker must not stay forever")]
    fn new(stream: TcpStream) -> Option<Self> {
        stream.set_nonblocking(true).ok()?;
        Some(Self { stream, since: Instant::now(), request: Vec::new(), answer: None })
    }

    /// Reads and writes what can be without waiting; whether it is to be kept.
    fn go_on(&mut self, gauges: &Gauges) -> io::Result<bool> {
        let mut piece = [0; 512];
        while self.answer.is_none() {
            let Some(read) = unless_it_waits(self.stream.read(&mut piece))? else { break };
            self.request.extend_from_slice(&piece[..read]);
            if read == 0 || self.request.len() >= REQUEST || self.request.ends_with(b"\r\n\r\n") {
                let text = text(gauges);
                let length = text.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{text}"
                );
                self.answer = Some(answer.into_bytes());
            }
        }
        while let Some(rest) = self.answer.as_mut().filter(|rest| !rest.is_empty()) {
            let Some(written) = unless_it_waits(self.stream.write(rest))? else { break };
            rest.drain(..written);
        }
        let told = self.answer.as_ref().is_some_and(Vec::is_empty);
        Ok(!told && self.since.elapsed() < PATIENCE)
    }
}

/// What was transferred; `None` where nothing can be now.
fn unless_it_waits(transferred: io::Result<usize>) -> io::Result<Option<usize>> {
    use io::ErrorKind::{Interrupted, WouldBlock};
    match transferred {
        Err(error) if matches!(error.kind(), Interrupted | WouldBlock) => Ok(None),
        transferred => transferred.map(Some),
    }
}

/// The figures in the text format 0.0.4 of Prometheus.
fn text(gauges: &Gauges) -> String {
    let mut out = Text::default();
    out.single("copydesk_articles_total", "counter", "articles with an outcome", gauges.done());
    out.single("copydesk_dead_letters_total", "counter", "articles that failed", gauges.failed());
    out.single(
        "copydesk_read_bytes_total",
        "counter",
        "input read, as stored",
        gauges.bytes_read(),
    );
    out.single(
        "copydesk_input_bytes",
        "gauge",
        "input there is; 0 if unknown",
        gauges.bytes_total(),
    );
    let (now, peak) = (gauges.in_flight(), gauges.peak_in_flight());
    out.single(
        "copydesk_in_flight_bytes",
        "gauge",
        "bytes that articles on their way reserve",
        now,
    );
    out.single("copydesk_in_flight_peak_bytes", "gauge", "the most of them at a time", peak);

    out.head(
        "copydesk_queue_articles",
        "gauge",
        "articles that wait before a segment, last the commit",
    );
    for (segment, articles) in gauges.queues().into_iter().enumerate() {
        out.line("copydesk_queue_articles", &format!("segment=\"{segment}\""), articles);
    }
    let stages = gauges.stages();
    out.head(
        "copydesk_stage_articles_total",
        "counter",
        "articles at a stage, by what became of them",
    );
    for stage in &stages {
        let StageFigures { received, kept, discarded, failed, skipped, .. } = *stage;
        let counts = [
            ("received", received),
            ("kept", kept),
            ("discarded", discarded),
            ("failed", failed),
            ("skipped", skipped),
        ];
        for (what, count) in counts {
            let labels = format!("{},what=\"{what}\"", label(stage));
            out.line("copydesk_stage_articles_total", &labels, count);
        }
    }
    out.head("copydesk_stage_call_seconds", "histogram", "time of the calls of a stage");
    for stage in &stages {
        let mut below = 0;
        for (bound, count) in stage.latencies.buckets() {
            below += count;
            let bound = bound.map_or("+Inf".to_owned(), |bound| bound.as_secs_f64().to_string());
            let labels = format!("{},le=\"{bound}\"", label(stage));
            out.line("copydesk_stage_call_seconds_bucket", &labels, below);
        }
        out.line("copydesk_stage_call_seconds_sum", &label(stage), stage.time.as_secs_f64());
        out.line("copydesk_stage_call_seconds_count", &label(stage), below);
    }
    out.0
}

fn label(stage: &StageFigures) -> String {
    format!(
        "stage=\"{}\"",
        stage.stage.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
    )
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{name}{{{labels}}} {value}");
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.head(name, kind, help);
        let _ = writeln!(self.0, "{name} {value}");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::sync::Arc;
    use std::thread;

    use runner::Gauges;

    use super::{Metrics, TICK};

    #[test]
    fn whoever_asks_is_told() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let metrics = Metrics::start(free, Arc::new(Gauges::default())).unwrap();
        let taken = Metrics::start(free, Arc::default()).unwrap_err().to_string();
        assert!(taken.contains("name another port"), "{taken}");
        for _ in 0..2 {
            let mut asker = TcpStream::connect(free).unwrap();
            asker.write_all(b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
            let mut told = String::new();
            asker.read_to_string(&mut told).unwrap();
            assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told}");
            assert!(told.contains("\ncopydesk_articles_total 0\n"), "{told}");
        }
        drop(metrics);
        assert!(TcpStream::connect(free).is_err());
    }

    /// Who says nothing, or a byte now and then, holds up neither the next asker nor the end of the run.
    #[test]
    fn who_takes_forever_holds_up_nobody() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let metrics = Metrics::start(free, Arc::new(Gauges::default())).unwrap();
        // More than would be served one after the other in the patience of the asker behind them.
        let silent: Vec<_> =
            (0..super::ASKERS).map(|_| TcpStream::connect(free).unwrap()).collect();
        let drips = |mut slow: TcpStream| {
            thread::spawn(move || {
                while slow.write_all(b"G").is_ok() {
                    thread::park_timeout(TICK);
                }
            })
        };
        let first = drips(TcpStream::connect(free).unwrap());
        let mut asker = TcpStream::connect(free).unwrap();
        asker.set_read_timeout(Some(10 * super::PATIENCE)).unwrap();
        asker.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").unwrap();
        let mut told = String::new();
        asker.read_to_string(&mut told).unwrap();
        assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told}");
        first.join().unwrap();
        let last = drips(TcpStream::connect(free).unwrap());
        drop(metrics);
        last.join().unwrap();
        drop(silent);
    }
}
