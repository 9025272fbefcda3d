//! What reads bytes that nobody vouches for, as functions that must return, whatever the bytes.
//!
//! `cargo xtask fuzz` feeds them with what `libFuzzer` makes of their seeds when it sees what the program does with
//! them. `cargo run --release -p fuzz -- TARGET SECONDS` does without it and needs nothing else: [`Changes`] makes the
//! inputs, and the test `replay` feeds all of them with its first few, the same each time.

mod changes;

use std::fs;
use std::path::Path;

use config::{Options, Plan, explain};
use document::{Document, Form, Origin};
use plugin_abi::frame::{FieldRef, Frame, Writer, kind};
use plugin_abi::{Relation, Row, outcome};
use source::{Context, open_files, open_stdin};
use stage_api::{Arrival, BuiltStage, Registry, Settings, Source, StageSpec, Value};

pub use changes::Changes;

/// Bytes that an article may have here; more would only take longer.
const LIMIT: u64 = 1 << 20;

/// A function of any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// What the inputs are made from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Takes one input.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    Target { name: "configuration", seeds: || owned(CONFIGURATIONS), run: configuration },
    Target { name: "journal", seeds: || owned(JOURNALS), run: journal },
    Target { name: "frame", seeds: frames, run: frame },
    Target { name: "html", seeds: || owned(PAGES), run: html },
    Target { name: "warc", seeds: || owned(ARCHIVES), run: warc },
    Target { name: "lines", seeds: || owned(LINES), run: lines },
    Target { name: "marks", seeds: || owned(TEXTS), run: marks },
];

const CONFIGURATIONS: &[&[u8]] = &[
    b"version = 1\n[run]\nworkers = 2\nmemory = \"64 MiB\"\nmax_failures = \"5%\"\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
      fields = { text = \"body\" }\n[[stage]]\nuse = \"normalize\"\nmode = \"verbatim\"\nwhen = { language = [\"en\"] }\n\
      run = { retries = 1, on_error = \"skip-stage\" }\n[[stage]]\nuse = \"summarize\"\nsentences = 3\n[[sink]]\nuse = \"jsonl\"\n",
    b"version = 1\n[[stage]]\nuse = \"${STAGE:-normalize}\"\nname = '''a\nb'''\n",
];
const JOURNALS: &[&[u8]] = &[
    b"{\"crc32\":\"d4f4ad1d\",\"entry\":{\"begin\":{\"schema\":\"copydesk.journal/1\",\"configuration\":\"key\"}}}\n\
      {\"crc32\":\"00000000\",\"entry\":{\"commit\":{\"part\":{\"number\":0,\"records\":1,\"bytes\":9},\"ledger\":72,\"appended\":{\"part\":0,\"ledger\":0},\"total\":\
      {\"written\":1,\"discarded\":0,\"failed\":0}}}}\n{\"crc32\":\"0\",\"entry\":\"complete\"}\n",
];
const PAGES: &[&[u8]] = &[
    b"<!doctype html><html lang=en><head><meta charset=utf-8><title>Rain &amp; wind</title>\
      <script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Rain\",\"datePublished\":\"2024-05-01\"}</script></head>\
      <body><nav><ul><li><a href=/>Home</a></ul></nav><article><h1>Rain</h1><p>It rained on Ostrel all day, said the mayor, \
      and the ferry did not run.</p><table><tr><td>x<td>y</table><p>&ldquo;Nobody goes out,&rdquo; she said.<p>More &#x1f4f0; and \
      &bogus; text.</article><footer>All rights</footer></body></html>",
    b"<p>a<b>b<i>c</b>d</i><table><p><svg><math><template><noscript><!-- - --><![CDATA[x]]><plaintext>",
];
const ARCHIVES: &[&[u8]] = &[
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://ostrel.example/a\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n\
      WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: 121\r\n\r\n\
      HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n<p>Rain fell on Ostrel.</p>\r\n0\r\n\r\n\r\n\r\n",
];
const LINES: &[&[u8]] = &[
    b"{\"text\": \"Rain fell.\", \"id\": 7, \"title\": \"A \\u00e4\", \"byline\": [\"Ada Ek\"], \"desk\": {\"a\": [1, 2.5e3]}}\n\n\
      {\"html\": \"<p>Snow</p>\", \"url\": \"http://ostrel.example/b\"}\n{\"text\": null}\nnonsense\n",
    b"\xef\xbb\xbf[{\"text\": \"x\"}]\n\xff\xfe{\"text\": \"\\ud800\"}",
];
const TEXTS: &[&[u8]] = &[
    "“It will last,” said Ada Ek. ‘Not “long”,’ he said. \"Straight 'and' nested,\" she added.\n\n“A paragraph\n\n“that goes \
     on,” Ek said. He said: «Non», „ja“ and ‚nein‘, the dogs' dinner, rock 'n' roll, 5'10\" and the ’90s."
        .as_bytes(),
    "Q: Why?\nA: Because — “said” — “said” “said.\n\n”She“ told reporters that it was “over”.".as_bytes(),
    "Harbour Chief Calls For More ‘Boats’\n1- Where do you fish? With whom?\nOff the cape, said Ada Ek. “We need boats,” she denied \
     saying to the council.\n2. Why?\nFor the so-called “deep harbour”.\nAda Ek\n“EK: Q: Is it?\n“LIND: A: It is.”"
        .as_bytes(),
];

fn owned(seeds: &[&[u8]]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.to_vec()).collect()
}

/// An article with one annotation, and what a plugin answers.
fn frames() -> Vec<Vec<u8>> {
    let row = Row {
        start: 0,
        end: 4,
        layer: 300,
        kind: 0,
        label: 301,
        producer: 0,
        score: 0.5,
        value_start: 0,
        value_len: 2,
        flags: 0,
    };
    let relation = Relation { from: 0, to: 0, role: 301, producer: 0 };
    let field =
        FieldRef { key: "title", value: "Rain", from: "sidecar", confidence: 1.0, supplied: true };
    let (mut article, mut answer) = (Vec::new(), Vec::new());
    Writer::new(&mut article, kind::ARTICLE, 3)
        .id("a")
        .text("Rain fell on Östrel.")
        .names(["watch.hit", "wet"].into_iter())
        .fields(std::iter::once(field))
        .rows(std::iter::once(row))
        .relations(std::iter::once(relation))
        .values("{}")
        .finish();
    Writer::new(&mut answer, outcome::KEEP, 3).message("fine").change(b"state").finish();
    let both = [&article[..], &answer[..]].concat();
    vec![article, answer, both]
}

fn specs() -> [StageSpec; 3] {
    [normalize::spec(), quote_extract::spec(), summarize::spec()]
}

fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let registry = Registry {
        sources: vec![source::files_spec()],
        stages: specs().into(),
        sinks: sink::specs(),
    };
    match Plan::from_text("p.toml", &text, Path::new(""), &registry, &Options::check()) {
        Ok(plan) => drop(explain(&plan)),
        Err(mistakes) => drop(mistakes.render(true)),
    }
}

/// A journal in a folder with nothing else: as it is, and with the right checksum before each entry, which no
/// change of bytes would ever give it.
fn journal(bytes: &[u8]) {
    let mut summed = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let entry = line.windows(8).position(|window| window == b"\"entry\":");
        let Some(entry) = entry.and_then(|at| line[at + 8..].strip_suffix(b"}")) else { continue };
        let crc32 = crc32fast::hash(entry);
        summed.extend(format!("{{\"crc32\":\"{crc32:08x}\",\"entry\":").bytes());
        summed.extend(entry);
        summed.extend(b"}\n");
    }
    for journal in [bytes, &summed] {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("journal.jsonl"), journal).expect("room");
        fs::write(dir.path().join("ledger.bin"), [1; 144]).expect("room");
        fs::write(dir.path().join("articles-00000000.jsonl"), "a record\n").expect("room");
        drop(sink::verify(dir.path(), sink::Mend::TakeBack));
    }
}

fn frame(bytes: &[u8]) {
    let _ = Frame::len_at(bytes);
    let mut rest = bytes;
    while let Ok((frame, after)) = Frame::read(rest) {
        drop(format!("{frame:?}"));
        if after.len() == rest.len() {
            break;
        }
        rest = after;
    }
}

fn html(bytes: &[u8]) {
    through_normalize(bytes, Form::Html, "article");
}

fn marks(bytes: &[u8]) {
    let Some(mut doc) = through_normalize(bytes, Form::Text, "verbatim") else { return };
    drop(instance(&quote_extract::spec(), "").process(&mut doc));
}

fn warc(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a.warc");
    fs::write(&path, bytes).expect("room");
    let paths = vec![path.to_str().expect("a plain name")];
    let settings = Settings::default().with("paths", paths);
    let source = open_files(&settings, &Context { max_article: LIMIT }).expect("it opens");
    through(source);
}

fn lines(bytes: &[u8]) {
    let bytes = bytes.to_vec();
    let context = Context { max_article: LIMIT };
    let source = open_stdin(std::io::Cursor::new(bytes), &Settings::default(), &context);
    through(source.expect("it opens"));
}

/// Reads a source to its end; there is one.
fn through(mut source: impl Source) {
    while let Some(arrival) = source.next().expect("what is wrong concerns one article") {
        if let Arrival::Article(doc) = arrival {
            assert!(doc.payload().len() as u64 <= LIMIT);
        }
    }
}

fn through_normalize(bytes: &[u8], form: Form, mode: &str) -> Option<Document> {
    let mut doc = Document::new("a", Origin::path("a"), bytes.to_vec(), form);
    let flow = instance(&normalize::spec(), mode).process(&mut doc).ok()?;
    if flow != stage_api::Flow::Keep {
        return None;
    }
    for layer in normalize::spec().info.writes {
        let layer = doc.intern(&layer);
        doc.mark_written(layer);
    }
    Some(doc)
}

fn instance(spec: &StageSpec, mode: &str) -> Box<dyn stage_api::Stage> {
    let mut settings = Settings::defaults(&spec.settings);
    if !mode.is_empty() {
        settings = settings.with("mode", Value::from(mode));
    }
    match spec.build(&settings).expect("the defaults fit") {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => unreachable!("these are article stages"),
    }
}
