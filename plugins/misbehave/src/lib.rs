//! A plugin for tests: stages that do what plugins do wrong, and a few that behave.
//!
//! - `wrong` misbehaves in the way that `how` says, on articles whose text has `on` in it;
//! - `names` tags the people of a list, in place of `entity-tag`;
//! - `mark` marks words and counts them;
//! - `copy` repeats every mention as a row of its own, for measuring;
//! - `tally` is an ordered stage that numbers articles and remembers how far it came.

pub mod names;

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use plugin_sdk::{
    Contract, Document, Error, Flow, Host, New, Output, Row, RowId, Setting, SettingError, Stage,
};
use serde::Deserialize;

plugin_sdk::export_plugin! {
    name: "misbehave",
    version: env!("CARGO_PKG_VERSION"),
    stages: [Wrong, Mark, Copy, Tally, names::Names],
}

/// What `wrong` can do.
const WAYS: &[&str] = &[
    "nothing",
    "panic",
    "abort",
    "exit",
    "overflow",
    "hang",
    "deaf",
    "fail",
    "retry",
    "fatal",
    "discard",
    "end",
    "split",
    "backwards",
    "undeclared",
    "no-name",
    "score",
    "json",
    "relation",
    "layout",
    "huge",
    "leak",
];

/// Rows, more than an answer may have.
const HUGE: usize = (64 << 20) / size_of::<Row>() + 1;

/// What is lost with each article.
const LEAK: usize = 4 << 20;

struct Wrong(WrongSettings);

#[derive(Deserialize)]
struct WrongSettings {
    how: String,
    on: String,
}

impl Drop for Wrong {
    fn drop(&mut self) {
        if self.0.on == "abort at the end" {
            std::process::abort();
        }
    }
}

impl Stage for Wrong {
    type Settings = WrongSettings;

    fn contract() -> Contract {
        Contract::article("wrong", "misbehaves in the way that it is told")
            .reads("text")
            .writes("misbehave.row")
            .writes("values")
            .setting(Setting::choice("how", WAYS, "what it does").default("nothing"))
            .setting(Setting::text("on", "the articles with this text").default(""))
    }

    fn new(settings: WrongSettings, _host: &Host) -> Result<Self, SettingError> {
        match settings.on.as_str() {
            "refuse" => Err(SettingError::new("on", "the stage refuses this one")),
            "panic" => panic!("no stage can be made"),
            "abort" => std::process::abort(),
            _ => Ok(Self(settings)),
        }
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        if !doc.text().contains(&self.0.on) {
            return Ok(Flow::Keep);
        }
        let len = doc.text().len();
        let row = New::row("misbehave.row");
        match self.0.how.as_str() {
            "panic" => panic!("the article is too long: {len} bytes"),
            "abort" => std::process::abort(),
            "exit" => std::process::exit(0),
            "overflow" => {
                black_box(deep(black_box(len as u64)));
            }
            "hang" => {
                while !out.host().is_cancelled() {
                    thread::yield_now();
                }
            }
            "deaf" => loop {
                thread::park_timeout(Duration::from_secs(1));
            },
            "fail" => return Err(Error::Article("there is nothing to be done".to_owned())),
            "retry" => return Err(Error::Retry("not now".to_owned())),
            "fatal" => return Err(Error::Fatal("nothing works any more".to_owned())),
            "discard" => return Ok(Flow::Discard("out of season: summer".to_owned())),
            "end" => drop(out.add(row.at(0..len + 1))),
            "split" => {
                let inside =
                    (0..len).find(|at| !doc.text().is_char_boundary(*at)).unwrap_or(len + 1);
                out.add(row.at(0..inside));
            }
            "backwards" => drop(out.add(row.at(len..0))),
            "undeclared" => drop(out.add(New::row("quotations").at(0..len).kind("direct"))),
            "no-name" => {
                let layer = out.name("misbehave.row");
                out.push(Row { layer, label: 999, ..Row::EMPTY });
            }
            "score" => drop(out.add(row.score(f32::NAN))),
            "json" => {
                out.add(New::row("misbehave.row").string("a \"quoted\" word"));
                let layer = out.name("misbehave.row");
                out.push(Row { layer, value_len: 5, ..Row::EMPTY });
            }
            "relation" => {
                let row = out.add(row);
                out.relate(row, "entity", RowId(row.0 + 7));
            }
            "layout" => out.value("undotted", 1),
            "huge" => {
                let layer = out.name("misbehave.row");
                for _ in 0..HUGE {
                    out.push(Row { layer, ..Row::EMPTY });
                }
            }
            "leak" => {
                vec![1_u8; LEAK].leak();
                out.add(row.at(0..len));
            }
            _ => {}
        }
        Ok(Flow::Keep)
    }
}

/// Overflows the stack: each level keeps a page of it.
fn deep(level: u64) -> u64 {
    if level == u64::MAX {
        return 0;
    }
    let page = black_box([level; 512]);
    black_box(deep(level + 1)) + page[(level % 512) as usize]
}

struct Mark(MarkSettings);

#[derive(Deserialize)]
struct MarkSettings {
    terms: Vec<String>,
    least: u64,
}

impl Stage for Mark {
    type Settings = MarkSettings;

    fn contract() -> Contract {
        Contract::article("mark", "marks words and counts them")
            .reads("text")
            .reads_if_present("mentions")
            .writes("misbehave.hit")
            .writes("values")
            .setting(Setting::texts("terms", "the words").required())
            .setting(
                Setting::integer("least", 0, 1000, "articles with fewer hits are discarded")
                    .default(0),
            )
            .pure()
    }

    fn new(settings: MarkSettings, _host: &Host) -> Result<Self, SettingError> {
        if settings.terms.iter().any(String::is_empty) {
            return Err(SettingError::new("terms", "an empty word stands everywhere"));
        }
        Ok(Self(settings))
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        let mut hits = 0;
        for term in &self.0.terms {
            for (at, found) in doc.text().match_indices(term) {
                let row = New::row("misbehave.hit").at(at..at + found.len()).label(term).score(0.5);
                let hit = out.add(row.string(doc.field("title").unwrap_or_default()));
                for mention in doc.mentions() {
                    if mention.span().is_some_and(|span| span.contains(&at)) {
                        out.relate(hit, "misbehave.within", mention);
                    }
                }
                hits += 1;
            }
        }
        if hits < self.0.least {
            return Ok(Flow::Discard(format!("too few hits: {hits}")));
        }
        out.value("misbehave.hits", hits);
        if hits == 0 {
            out.note(None, "none of the words stands here");
        }
        Ok(Flow::Keep)
    }
}

struct Copy;

impl Stage for Copy {
    type Settings = ();

    fn contract() -> Contract {
        Contract::article("copy", "repeats every mention as a row of its own")
            .reads("mentions")
            .writes("misbehave.copy")
            .pure()
    }

    fn new((): (), _host: &Host) -> Result<Self, SettingError> {
        Ok(Self)
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        let layer = out.name("misbehave.copy");
        let mentions = doc.number("mentions");
        for row in doc.rows().iter().filter(|row| Some(row.layer) == mentions) {
            out.push(plugin_sdk::Row { layer, value_start: 0, value_len: 0, ..*row });
        }
        Ok(Flow::Keep)
    }
}

/// Numbers articles over runs; says so in a value. Panics where the text asks for it, and goes on counting.
struct Tally {
    seen: u64,
}

impl Stage for Tally {
    type Settings = ();

    fn contract() -> Contract {
        Contract::ordered("tally", "numbers the articles")
            .reads("text")
            .writes("values")
            .keeps_state()
    }

    fn new((): (), _host: &Host) -> Result<Self, SettingError> {
        Ok(Self { seen: 0 })
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        self.seen += 1;
        out.change(&self.seen.to_le_bytes());
        assert!(!doc.text().contains("PANIC"), "asked to");
        if doc.text().contains("ABORT") {
            std::process::abort();
        }
        out.value("misbehave.number", self.seen);
        Ok(Flow::Keep)
    }

    fn restore(&mut self, change: &[u8]) -> Result<(), Error> {
        let bytes = change
            .try_into()
            .map_err(|_| Error::Article(format!("{} bytes are no number", change.len())))?;
        self.seen = u64::from_le_bytes(bytes);
        Ok(())
    }
}
