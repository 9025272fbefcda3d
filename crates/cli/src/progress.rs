//! What a person sees while a run goes on.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use runner::Gauges;

use crate::args::{LogFormat, Logging};

/// Time between looks at the figures.
const TICK: Duration = Duration::from_millis(100);

/// Time between lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows the progress of a run until dropped: a bar on a terminal, now and then a line elsewhere.
#[derive(Debug)]
pub(crate) struct ProgressDisplay {
    ended: Arc<()>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressDisplay {
    /// Starts showing these figures.
    pub(crate) fn start(gauges: Arc<Gauges>, logging: &Logging) -> Self {
        let ended = Arc::new(());
        let running = Arc::downgrade(&ended);
        let text = logging.log_format == LogFormat::Text;
        let bar = text && stderr().is_terminal();
        let watch = move || {
            #[expect(clippy::disallowed_methods, reason = "progress is a matter of time")]
            let begun = Instant::now();
            let mut shown =
                if bar { Display::bar() } else { Display::Lines { next: LINE_EVERY, text } };
            while running.strong_count() > 0 {
                shown.update(&gauges, begun.elapsed());
                thread::park_timeout(TICK);
            }
            shown.clear();
        };
        let thread = thread::Builder::new().name("copydesk-progress".to_owned()).spawn(watch);
        Self { ended, thread: thread.ok() }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        self.ended = Arc::new(()); // the thread's weak reference dies with the old one
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join(); // it only draws; if it panicked, that was printed
        }
    }
}

enum Display {
    Bar(ProgressBar),
    /// As text or, for programs, as an event of the log.
    Lines {
        next: Duration,
        text: bool,
    },
}

impl Display {
    fn bar() -> Self {
        let bar = ProgressBar::no_length();
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg}").expect("a constant template is valid"),
        );
        Self::Bar(bar)
    }

    fn update(&mut self, gauges: &Gauges, elapsed: Duration) {
        match self {
            Self::Bar(bar) => {
                if bar.length().is_none() && gauges.bytes_total() > 0 {
                    let template = "{spinner} {wide_bar} {bytes}/{total_bytes} · {msg}";
                    bar.set_style(
                        ProgressStyle::with_template(template)
                            .expect("a constant template is valid"),
                    );
                    bar.set_length(gauges.bytes_total());
                }
                bar.set_position(gauges.bytes_read());
                bar.set_message(words(gauges, elapsed));
                bar.tick();
            }
            Self::Lines { next, text } if elapsed >= *next => {
                *next += LINE_EVERY;
                if *text {
                    eprintln!("{}", words(gauges, elapsed));
                } else {
                    tracing::info!(articles = gauges.done(), failed = gauges.failed(), "running");
                }
            }
            Self::Lines { .. } => {}
        }
    }

    fn clear(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn words(gauges: &Gauges, elapsed: Duration) -> String {
    let done = gauges.done();
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let mut words = vec![format!("{} articles", HumanCount(done)), format!("{rate:.0}/s")];
    if gauges.failed() > 0 {
        words.push(format!("{} failed", HumanCount(gauges.failed())));
    }
    let (read, total) = (gauges.bytes_read(), gauges.bytes_total());
    if read > 0 && total > read && elapsed > Duration::from_secs(2) {
        let left = elapsed.mul_f64((total - read) as f64 / read as f64);
        words.push(format!("{} left", indicatif::HumanDuration(left)));
    }
    words.join(" · ")
}
