//! Text with character references → characters, each with the bytes that it was written as.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use crate::clean::Cleaner;

/// Longest reference, in bytes: `&CounterClockwiseContourIntegral;` is the longest with a name.
const LONGEST: usize = 40;

/// Feeds `raw`, which stands at `at` in the page.
pub(super) fn feed(cleaner: &mut Cleaner, raw: &str, at: usize) {
    let mut copied = 0;
    for amp in memchr::memchr_iter(b'&', raw.as_bytes()) {
        if amp < copied {
            continue;
        }
        let extent = reference(raw, amp);
        let text = decode(&raw[extent.clone()]);
        if text != raw[extent.clone()] {
            cleaner.feed(&raw[copied..amp], at + copied);
            cleaner.feed_whole(&text, &(at + extent.start..at + extent.end));
            copied = extent.end;
        }
    }
    cleaner.feed(&raw[copied..], at + copied);
}

/// The text of an attribute or a JSON string in which references were written once more.
pub(super) fn unescape(text: &str) -> String {
    if text.contains('&') { decode(text) } else { text.to_owned() }
}

/// What a character reference that starts at `amp` can reach at most.
fn reference(raw: &str, amp: usize) -> Range<usize> {
    let bytes = raw.as_bytes();
    let letters = bytes[amp + 1..].iter().take(LONGEST);
    let mut end =
        amp + 1 + letters.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    if bytes.get(end) == Some(&b';') {
        end += 1;
    }
    amp..end
}

fn decode(text: &str) -> String {
    let common = match text {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        "&#39;" | "&apos;" => "'",
        "&nbsp;" => "\u{A0}",
        _ => "",
    };
    if !common.is_empty() || text == "&" {
        return if text == "&" { text.to_owned() } else { common.to_owned() };
    }
    let mut out = Vec::with_capacity(text.len());
    let collect = |event: CallbackEvent<'_>, _: Span<()>| -> Option<std::convert::Infallible> {
        if let CallbackEvent::String { value } = event {
            out.extend_from_slice(value);
        }
        None
    };
    let Ok(()) = Tokenizer::new_with_emitter(text, CallbackEmitter::new(collect)).finish();
    String::from_utf8_lossy(&out).into_owned()
}
