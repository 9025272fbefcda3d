//! The HTTP response in a web archive: whether it is a page, and the page's bytes.

use std::io::{self, Read};

use document::Form;

use crate::failure::Trouble;
use crate::format::{self, Format};
use crate::headers::Headers;

/// Longest type or status that is repeated in a reason, in characters.
const LONGEST_DETAIL: usize = 60;
/// Most codings that one body is unwrapped from.
const MOST_CODINGS: usize = 3;

/// A page as it was sent, transfer and content codings undone.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) payload: Vec<u8>,
    pub(crate) form: Form,
    /// The character set that the server named.
    pub(crate) charset: Option<String>,
}

/// Why a response is no page.
#[derive(Debug)]
pub(crate) enum NoPage {
    /// It is something else, passed over for this reason.
    Other(String),
    /// It is damaged or too large.
    Broken(Trouble),
}

/// Reads a whole response. `cut_off` says that the crawler stopped before its end: what there is
/// of the body then counts. Codings that a header names and the body does not have are ignored, as
/// many crawlers undo them and keep the header.
pub(crate) fn read(response: &[u8], limit: usize, cut_off: bool) -> Result<Page, NoPage> {
    let malformed = |message: &str| NoPage::Broken(Trouble::malformed(message));
    let length = Headers::length(response)
        .ok_or_else(|| malformed("the HTTP response has no end of its headers"))?;
    let block = String::from_utf8_lossy(&response[..length]);
    check_status(block.lines().next().unwrap_or_default())?;
    let headers = Headers::parse(&block);
    let (mime, charset) = headers.get("content-type").map_or((String::new(), None), media_type);
    let declared = match mime.as_str() {
        "text/html" | "application/xhtml+xml" => Some(Form::Html),
        "text/plain" => Some(Form::Text),
        "" => None,
        other => return Err(NoPage::Other(format!("no web page: {}", detail(other)))),
    };
    let payload = body(&response[length..], &headers, limit, cut_off)?;
    let head = &payload[..payload.len().min(format::HEAD)];
    let form = match (declared, format::tell(head, head.len() == payload.len(), "")) {
        (None, Ok(Format::Html)) | (Some(Form::Html), Ok(_)) => Form::Html,
        (Some(Form::Text), Ok(_)) => Form::Text,
        (None, Ok(_)) => return Err(NoPage::Other("no web page: no content type".to_owned())),
        // An image that the server calls a page.
        (_, Err(_)) => return Err(NoPage::Other("no web page: other content".to_owned())),
    };
    Ok(Page { payload, form, charset })
}

fn check_status(line: &str) -> Result<(), NoPage> {
    let status = line.split_ascii_whitespace().nth(1).filter(|_| line.starts_with("HTTP/"));
    match status.and_then(|status| status.parse::<u16>().ok()) {
        Some(200) => Ok(()),
        Some(status @ 300..=399) => Err(NoPage::Other(format!("redirect: {status}"))),
        Some(status) => Err(NoPage::Other(format!("no success: {status}"))),
        None => Err(NoPage::Broken(Trouble::malformed(format!(
            "the response begins with `{}`, which is no HTTP status",
            detail(line)
        )))),
    }
}

/// Words of the archive that go into a message: short, without control characters.
pub(crate) fn detail(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LONGEST_DETAIL).collect()
}

/// The type in lower case, and the `charset` behind it.
fn media_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';');
    let mime = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty())
            .then(|| detail(value).to_ascii_lowercase())
    });
    (mime, charset)
}

fn body(sent: &[u8], headers: &Headers, limit: usize, cut_off: bool) -> Result<Vec<u8>, NoPage> {
    let chunked = headers
        .get("transfer-encoding")
        .is_some_and(|codings| codings.to_ascii_lowercase().contains("chunked"));
    let mut body = match dechunk(sent, cut_off) {
        Some(whole) if chunked => whole.map_err(NoPage::Broken)?,
        _ => sent.to_vec(),
    };
    let codings = headers.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    for coding in codings.rsplit(',').take(MOST_CODINGS) {
        if let Some(unpacked) = unpack(coding.trim(), &body, limit, cut_off) {
            body = unpacked.map_err(|error| {
                NoPage::Broken(Trouble::malformed(format!(
                    "the body is no whole {}: {error}",
                    detail(coding.trim())
                )))
            })?;
        }
        if body.len() > limit {
            break;
        }
    }
    if body.len() > limit {
        return Err(NoPage::Broken(Trouble::too_large("the page has", limit)));
    }
    Ok(body)
}

/// The body in chunks put together; `None` where it does not begin with a chunk.
fn dechunk(sent: &[u8], cut_off: bool) -> Option<Result<Vec<u8>, Trouble>> {
    let mut rest = sent;
    let mut whole = Vec::with_capacity(sent.len());
    loop {
        let size = chunk_size(rest);
        if size.is_none() && rest.len() == sent.len() {
            return None;
        }
        let chunk = size.and_then(|(at, size)| rest[at..].get(..size).map(|chunk| (at, chunk)));
        let Some((at, chunk)) = chunk else {
            if cut_off {
                whole.extend_from_slice(&rest[size.map_or(rest.len(), |(at, _)| at)..]);
                return Some(Ok(whole));
            }
            let place = sent.len() - rest.len();
            return Some(Err(Trouble::malformed(format!(
                "the body's chunks break off or are damaged at byte {place} of the body"
            ))));
        };
        if chunk.is_empty() {
            return Some(Ok(whole));
        }
        whole.extend_from_slice(chunk);
        rest = &rest[at + chunk.len()..];
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// Where the bytes of the chunk begin that `rest` begins with, and how many it says they are.
fn chunk_size(rest: &[u8]) -> Option<(usize, usize)> {
    /// Digits of a size and a short extension.
    const LONGEST_LINE: usize = 256;
    let feed = memchr::memchr(b'\n', &rest[..rest.len().min(LONGEST_LINE)])?;
    let line = std::str::from_utf8(&rest[..feed]).ok()?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    let is_hex = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    Some((feed + 1, usize::from_str_radix(digits, 16).ok().filter(|_| is_hex)?))
}

/// The body without one coding; `None` where it does not have it, or nobody knows it.
fn unpack(coding: &str, body: &[u8], limit: usize, cut_off: bool) -> Option<io::Result<Vec<u8>>> {
    let zlib = body.len() > 1
        && body[0] & 0x0f == 8
        && u16::from_be_bytes([body[0], body[1]]).is_multiple_of(31);
    let reader: Box<dyn Read + '_> = match coding {
        "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => {
            Box::new(flate2::bufread::MultiGzDecoder::new(body))
        }
        "deflate" if zlib => Box::new(flate2::bufread::ZlibDecoder::new(body)),
        "deflate" if !looks_like_markup(body) => {
            Box::new(flate2::bufread::DeflateDecoder::new(body))
        }
        "br" if !looks_like_markup(body) => {
            Box::new(brotli_decompressor::Decompressor::new(body, 16 * 1024))
        }
        "zstd" if body.starts_with(b"\x28\xb5\x2f\xfd") => {
            match zstd::stream::read::Decoder::with_buffer(body) {
                Ok(decoder) => Box::new(decoder),
                Err(error) => return Some(Err(error)),
            }
        }
        _ => return None,
    };
    let mut unpacked = Vec::new();
    let result = reader.take(limit as u64 + 1).read_to_end(&mut unpacked);
    Some(result.or_else(|error| if cut_off { Ok(0) } else { Err(error) }).map(|_| unpacked))
}

/// Whether a body whose coding has no mark of its own was unpacked already.
fn looks_like_markup(body: &[u8]) -> bool {
    let start = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    start.is_empty() || start.starts_with(b"<")
}
