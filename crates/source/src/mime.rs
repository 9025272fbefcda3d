//! The parts of a message that hold words.
//!
//! Only the headers are read by `mail-parser`: its tree of parts is built and freed with the stack, and
//! a message of a few thousand messages inside of each other ends the program.

use document::Form;
use encoding_rs::Encoding;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, Message, MessageParser, MimeHeaders};

use crate::headers::Headers;

/// Levels of parts inside of parts that are looked into.
const DEEPEST: usize = 10;

/// A part with words, which is no attachment.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) form: Form,
    /// `Content-Location`.
    pub(crate) location: Option<String>,
    /// In UTF-8 where the part names a character set, else as sent.
    pub(crate) words: Vec<u8>,
}

/// The parts of a message in order, those of messages inside of it left out.
pub(crate) fn parts(message: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    collect(message, DEEPEST, &mut parts);
    parts
}

/// Whether a content type is `kind/subtype`.
pub(crate) fn is(content: &ContentType<'_>, kind: &str, subtype: &str) -> bool {
    content.ctype().eq_ignore_ascii_case(kind)
        && content.subtype().is_some_and(|known| known.eq_ignore_ascii_case(subtype))
}

fn collect(part: &[u8], levels: usize, parts: &mut Vec<Part>) {
    let length = Headers::length(part).unwrap_or(part.len());
    let (header, body) = part.split_at(length);
    let header = MessageParser::default().parse_headers(header);
    let Some(header) = header else {
        // A part may begin with the empty line that ends its header.
        parts.push(Part { form: Form::Text, location: None, words: body.to_vec() });
        return;
    };
    let content = header.content_type();
    if let Some(kind) = content.filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart")) {
        let boundary = kind.attribute("boundary").filter(|boundary| !boundary.is_empty());
        if let Some(boundary) = boundary.filter(|_| levels > 0) {
            for inner in split(body, boundary) {
                collect(inner, levels - 1, parts);
            }
        }
        return;
    }
    let form = match content {
        Some(kind) if is(kind, "text", "html") || is(kind, "application", "xhtml+xml") => {
            Form::Html
        }
        Some(kind) if !is(kind, "text", "plain") => return,
        _ => Form::Text,
    };
    if header.content_disposition().is_some_and(ContentType::is_attachment) {
        return;
    }
    let location = header.content_location().map(str::to_owned);
    parts.push(Part { form, location, words: words(&header, body) });
}

/// The bodies between the lines that are the boundary.
fn split<'b>(body: &'b [u8], boundary: &str) -> Vec<&'b [u8]> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    for at in memchr::memmem::find_iter(body, &delimiter) {
        let behind = &body[at + delimiter.len()..];
        let line = memchr::memchr(b'\n', behind).map_or(behind, |feed| &behind[..feed]);
        let ends = line.starts_with(b"--");
        let is_line = (at == 0 || body[at - 1] == b'\n') && (ends || line.trim_ascii().is_empty());
        if !is_line {
            continue;
        }
        if let Some(start) = open.take() {
            parts.push(without_line_end(body.get(start..at).unwrap_or_default()));
        }
        if ends {
            return parts;
        }
        open = Some(body.len().min(at + delimiter.len() + line.len() + 1));
    }
    // A message that breaks off.
    parts.extend(open.map(|start| &body[start..]));
    parts
}

/// The line end in front of a boundary belongs to the boundary.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// A body's words, transfer encoding and character set undone. What is UTF-8 whatever it is called
/// stays as it is, and so does what names no set that is known.
fn words(header: &Message<'_>, body: &[u8]) -> Vec<u8> {
    let transfer = header.content_transfer_encoding().unwrap_or_default().trim();
    let decoded = if transfer.eq_ignore_ascii_case("base64") {
        base64_decode(body)
    } else if transfer.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable_decode(body)
    } else {
        None
    };
    let decoded = decoded.unwrap_or_else(|| body.to_vec());
    let charset = header.content_type().and_then(|kind| kind.attribute("charset"));
    let Some(encoding) = charset.and_then(|name| Encoding::for_label(name.as_bytes())) else {
        return decoded;
    };
    if encoding.is_ascii_compatible() && std::str::from_utf8(&decoded).is_ok() {
        return decoded;
    }
    encoding.decode(&decoded).0.into_owned().into_bytes()
}
