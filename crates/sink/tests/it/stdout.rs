use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use document::{Document, Form, Origin};
use sink::{NullSink, StdoutSink};
use stage_api::{Outcome, Sink, SinkError};

use crate::sample::{discarded, failed, written};

/// A stream that several hands hold, and that may have lost its reader.
#[derive(Clone, Default)]
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    broken: bool,
}

impl Stream {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.bytes.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn records_go_out_and_dead_letters_go_beside() {
    let (records, letters) = (Stream::default(), Stream::default());
    let mut sink = StdoutSink::new(records.clone(), letters.clone(), wire::Options::default());
    for outcome in
        [written("a"), discarded("b", "empty"), failed("c", 1), Outcome::Unchanged, written("d")]
    {
        sink.write(outcome).unwrap();
    }
    assert_eq!(records.text(), "", "records wait for a pause or the end");
    sink.idle().unwrap();
    assert_eq!(records.text().lines().count(), 2);
    let letter: serde_json::Value = serde_json::from_str(&letters.text()).unwrap();
    assert_eq!((&letter["schema"], &letter["id"]), (&"copydesk.dead-letter/1".into(), &"c".into()));
    sink.write(written("e")).unwrap();
    sink.finish().unwrap();
    assert_eq!(records.text().lines().count(), 3);
}

#[test]
fn a_reader_that_has_gone_is_a_quiet_end() {
    let records = Stream { broken: true, ..Stream::default() };
    let mut sink = StdoutSink::new(records, Stream::default(), wire::Options::default());
    sink.write(written("a")).unwrap();
    assert!(matches!(sink.finish(), Err(SinkError::Closed)));
}

#[test]
fn an_encoder_ends_its_lines_and_tells_whose_value_is_no_json() {
    let encoder = StdoutSink::new(Stream::default(), Stream::default(), wire::Options::default())
        .encoder()
        .unwrap();
    let mut doc = Document::new("a", Origin::path("a"), Vec::new(), Form::Text);
    let mut out = Vec::new();
    encoder.encode(&doc, &mut out).unwrap();
    assert!(out.ends_with(b"}\n"));
    doc.metadata.set_meta("desk", "{".to_owned());
    let error = encoder.encode(&doc, &mut out).unwrap_err();
    assert!(error.starts_with("the value of metadata field `desk` is no JSON: "), "{error}");
}

#[test]
fn the_null_sink_wants_no_bytes() {
    let mut sink = NullSink;
    assert!(sink.encoder().is_none());
    sink.write(written("a")).unwrap();
    sink.finish().unwrap();
}
