//! A web archive (WARC 0.17 to 1.1, ISO 28500) as a sequence of arrivals: one for each record, in
//! order, held one at a time.
//!
//! A damaged record is a dead letter, and reading goes on at the next one: at the next line that
//! begins as a record does, or at the next gzip member where the packing itself is broken.

use document::{Field, Origin, json};
use stage_api::Arrival;

use crate::columns::Target;
use crate::failure::Trouble;
use crate::headers::Headers;
use crate::http::{self, NoPage, Page, detail};
use crate::input::Input;
use crate::supplied::Supplied;

/// What every record begins with.
pub(crate) const MARK: &[u8] = b"WARC/";
/// What every record ends with.
const ENDING: &[u8] = b"\r\n\r\n";
/// The line end before a record, and its mark.
const NEXT: &[u8] = b"\nWARC/";
/// Most bytes of a record's own headers, and of the HTTP headers that come on top of a page.
const LONGEST_HEADERS: usize = 64 * 1024;
/// Bytes looked at behind a record: two line ends and the next mark, or less of it.
const BEHIND: usize = 8;

/// See the [module documentation](self).
pub(crate) struct Records {
    input: Input,
    path: String,
    limit: usize,
    /// Records so far, of any type.
    count: u64,
    finished: bool,
}

/// What stands in the place of a record that is no article.
enum Stop {
    /// Passed over for this reason.
    Other(String),
    Broken(Trouble),
}

impl From<NoPage> for Stop {
    fn from(no_page: NoPage) -> Self {
        match no_page {
            NoPage::Other(reason) => Self::Other(reason),
            NoPage::Broken(trouble) => Self::Broken(trouble),
        }
    }
}

impl Records {
    /// The records of `input`, whose origin is `path`; pages have at most `limit` bytes.
    pub(crate) fn new(input: Input, path: String, limit: usize) -> Self {
        Self { input, path, limit, count: 0, finished: false }
    }

    /// The record that begins here, headers and block.
    fn record(&mut self) -> Result<(Supplied, Page), (Option<String>, Stop)> {
        let (length, headers) = self.headers().map_err(|trouble| {
            self.resynchronize();
            (None, Stop::Broken(trouble))
        })?;
        let uri = headers.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']));
        let no_response = no_response(&headers);
        let id = uri.filter(|_| no_response.is_none()).map(without_fragment);
        let fail = |stop| (id.map(str::to_owned), stop);
        let block = self.block(length, &headers).map_err(|trouble| fail(Stop::Broken(trouble)))?;
        if let Some(reason) = no_response {
            return Err((None, Stop::Other(reason)));
        }
        let Some(uri) = uri.filter(|uri| is_web(uri)) else {
            return Err((None, Stop::Other("no web page: no HTTP address".to_owned())));
        };
        if path_of(uri) == "/robots.txt" {
            return Err((None, Stop::Other("robots.txt".to_owned())));
        }
        let Some(block) = block else {
            return Err(fail(Stop::Broken(Trouble::too_large("the record has", self.limit))));
        };
        let cut_off = headers.get("warc-truncated").is_some();
        let page = http::read(&block, self.limit, cut_off).map_err(|stop| fail(stop.into()))?;
        Ok((supplied(&headers, uri, &page), page))
    }

    /// The record's headers and their length in bytes; nothing is taken.
    fn headers(&mut self) -> Result<(usize, Headers), Trouble> {
        if self.input.head(MARK.len()) != MARK {
            return Err(Trouble::malformed("no WARC record begins here"));
        }
        let mut looked_at = 2 * 1024;
        loop {
            let held = self.input.head(looked_at);
            let next = memchr::memmem::find(held, NEXT);
            if let Some(length) = Headers::length(&held[..next.unwrap_or(held.len())]) {
                let block = String::from_utf8_lossy(&held[..length]);
                return Ok((length, Headers::parse(&block)));
            }
            if next.is_some() || held.len() < looked_at || looked_at >= LONGEST_HEADERS {
                let broken = self.input.broken().cloned();
                return Err(
                    broken.unwrap_or_else(|| Trouble::malformed("the record's headers do not end"))
                );
            }
            looked_at *= 2;
        }
    }

    /// Takes the record whole and returns its block; `None` for one too large to be a page, which
    /// was passed over. After an error, what follows is the next record.
    fn block(&mut self, length: usize, headers: &Headers) -> Result<Option<Vec<u8>>, Trouble> {
        let size = headers.get("content-length").and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else {
            self.resynchronize();
            return Err(Trouble::malformed("the record has no valid `Content-Length`"));
        };
        let whole = size.saturating_add(length as u64);
        let end = self.input.offset().saturating_add(whole);
        let most = self.limit.saturating_add(LONGEST_HEADERS);
        let Some(size) = usize::try_from(size).ok().filter(|size| *size <= most) else {
            let is_short = self.input.skip(whole) < whole;
            return self.check_end(end, is_short, 0).map(|()| None);
        };
        let is_short = self.input.head(length + size + BEHIND).len() < length + size;
        self.check_end(end, is_short, length + size)?;
        let block = self.input.head(length + size)[length..].to_vec();
        self.input.skip(whole);
        Ok(Some(block))
    }

    /// Checks that the record ends at the offset `end`, which lies `ahead` bytes from here, and that
    /// the packing up to there is sound.
    fn check_end(&mut self, end: u64, is_short: bool, ahead: usize) -> Result<(), Trouble> {
        let behind = self.input.head(ahead + BEHIND).get(ahead..).unwrap_or_default();
        let feeds = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let next = &behind[feeds..];
        // Rubbish behind a record that ends as it should is not its fault.
        let fits = next.starts_with(MARK) || MARK.starts_with(next) || behind.starts_with(ENDING);
        let doubtful = self.input.doubtful_from().filter(|from| *from < end);
        let trouble = match self.input.broken() {
            Some(broken) if is_short || doubtful.is_some() => broken.clone(),
            _ if is_short => {
                Trouble::malformed("the archive ends within the record; get the file again")
            }
            _ if !fits => {
                Trouble::malformed("the record is longer or shorter than its `Content-Length` says")
            }
            _ => return Ok(()),
        };
        self.resynchronize();
        Err(trouble)
    }

    /// Takes everything up to the next line that begins as a record does, or to the end.
    fn resynchronize(&mut self) {
        self.input.skip(1);
        if self.input.skip_to(NEXT) {
            self.input.skip(1);
        } else {
            self.resume();
        }
    }

    /// Where the packing is broken, goes on at the next gzip member with a record.
    fn resume(&mut self) {
        while self.input.broken().is_some() {
            if !self.input.resume() {
                self.finished = true;
                return;
            }
            if self.input.head(MARK.len()) == MARK {
                return;
            }
        }
    }
}

impl Iterator for Records {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        if self.finished {
            return None;
        }
        self.input.skip_blank();
        let mut origin = Origin::path(self.path.clone());
        origin.member = Some(self.count + 1);
        origin.offset = Some(self.input.offset());
        let place = format!("{}#{}", self.path, self.count + 1);
        if self.input.head(1).is_empty() {
            let Some(trouble) = self.input.broken().cloned() else {
                self.finished = true;
                return None;
            };
            self.resume();
            self.count += 1;
            return Some(Arrival::Failed(trouble.at(place, origin)));
        }
        let record = self.record();
        self.count += 1;
        Some(match record {
            Ok((supplied, Page { payload, form, .. })) => {
                Arrival::Article(supplied.into_document(&place, origin, payload, form, "warc"))
            }
            Err((_, Stop::Other(reason))) => Arrival::Discarded { id: place, origin, reason },
            Err((id, Stop::Broken(trouble))) => {
                Arrival::Failed(trouble.at(id.unwrap_or(place), origin))
            }
        })
    }
}

/// Why a record is no response, if so, in words that are counted.
fn no_response(headers: &Headers) -> Option<String> {
    let kind = headers.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    Some(match kind.as_str() {
        "response" => return None,
        "warcinfo" | "request" | "metadata" | "revisit" | "resource" | "conversion"
        | "continuation" => format!("WARC {kind} record"),
        other => format!("WARC record of another type: {}", detail(other)),
    })
}

fn is_web(uri: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

fn without_fragment(uri: &str) -> &str {
    uri.split('#').next().unwrap_or_default()
}

/// The path of an address, without host, query and fragment.
fn path_of(uri: &str) -> &str {
    let behind = uri.split_once("://").map_or(uri, |(_, behind)| behind);
    let path = behind.find('/').map_or("", |at| &behind[at..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

/// The address, and in `meta` what the record says about its fetching.
fn supplied(headers: &Headers, uri: &str, page: &Page) -> Supplied {
    let mut supplied = Supplied::default();
    supplied.set(Target::Field(Field::Url), vec![uri.to_owned()]);
    let record_id = headers.get("warc-record-id").map(|id| id.trim_matches(['<', '>']));
    // UTF-8 shows in the bytes themselves.
    let charset = page.charset.as_deref().filter(|name| !matches!(*name, "utf-8" | "utf8"));
    for (key, value) in [
        ("warc_record_id", record_id),
        ("fetched", headers.get("warc-date")),
        ("warc_truncated", headers.get("warc-truncated")),
        ("http_charset", charset),
    ] {
        if let Some(value) = value {
            let mut quoted = String::new();
            json::push_string(&mut quoted, value);
            supplied.add_meta(key.to_owned(), quoted);
        }
    }
    supplied
}
