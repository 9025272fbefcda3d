//! What a file is, told by its first bytes, then by its extension.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::{parquet, warc};

/// Bytes of a file that are looked at.
pub(crate) const HEAD: usize = 16 * 1024;

/// A form that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Html,
    /// An article on each line; with `lone_is_file`, a file of one line is one article.
    JsonLines {
        lone_is_file: bool,
    },
    /// One object spread over several lines.
    JsonObject,
    /// A web archive.
    Warc,
    /// Rows of columns.
    Parquet,
    /// RSS or Atom.
    Feed,
    /// A message, or a page saved as one.
    Mail,
}

/// The format of a file called `name` that begins with `head`, or why it is not read.
pub(crate) fn tell(head: &[u8], complete: bool, name: &str) -> Result<Format, String> {
    let extension = extension(name);
    let is_lines = matches!(extension.as_str(), "jsonl" | "ndjson");
    if head.starts_with(warc::MARK) && memchr::memchr(b'\n', &head[..head.len().min(16)]).is_some()
    {
        return Ok(Format::Warc);
    }
    let only_marks = complete && head.len() > parquet::MARK.len() && head.ends_with(parquet::MARK);
    if head.starts_with(parquet::MARK) && (only_marks || head.iter().copied().any(is_control)) {
        return Ok(Format::Parquet);
    }
    if matches!(extension.as_str(), "eml" | "mhtml" | "mht") || has_mail_header(head) {
        return Ok(Format::Mail);
    }
    if let Some(what) = foreign(head) {
        return Err(refusal(what));
    }
    let wide = is_wide(head);
    if !wide && is_binary(head) {
        return Err(refusal("binary data"));
    }
    if is_lines && wide {
        return Err("the file is UTF-16; JSON Lines must be UTF-8, so convert it".to_owned());
    }
    if is_lines {
        return Ok(Format::JsonLines { lone_is_file: false });
    }
    let start = without_mark(head).trim_ascii_start();
    if let Some(format) = json(start, complete, extension == "json")? {
        return Ok(format);
    }
    if let Some(format) = markup(&narrow(head, wide))? {
        if wide && format == Format::Feed {
            return Err("the feed is UTF-16; convert it to UTF-8".to_owned());
        }
        return Ok(format);
    }
    let is_html = matches!(extension.as_str(), "html" | "htm" | "xhtml");
    Ok(if is_html { Format::Html } else { Format::Text })
}

/// The extension of what is inside a compression, in lower case.
fn extension(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let inner =
        [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
    inner.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_owned())
}

fn refusal(what: &str) -> String {
    format!(
        "it looks like {what}; copydesk reads text, HTML, JSON Lines, Parquet, WARC, feeds and mail"
    )
}

/// Whether the file opens with header lines of which one belongs to mail alone.
fn has_mail_header(head: &[u8]) -> bool {
    const OF_MAIL: [&[u8]; 3] = [b"mime-version:", b"message-id:", b"received:"];
    let is_header = |line: &[u8]| {
        let name =
            line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        line.starts_with(b" ")
            || line.starts_with(b"\t")
            || (name > 0 && line.get(name) == Some(&b':'))
    };
    head.split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take_while(|line| is_header(line))
        .any(|line| OF_MAIL.iter().any(|name| starts_with_folded(line, name)))
}

/// Well-known forms that hold no article.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 22] = [
        (b"%PDF-", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF87a", "a GIF image"),
        (b"GIF89a", "a GIF image"),
        (b"RIFF", "an image, sound or video"),
        (b"OggS", "a sound or video"),
        (b"ID3", "a sound"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"PK\x05\x06", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
        (b"{\\rtf", "a rich-text document"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"BZh", "bzip2 data"),
        (b"\xfd7zXZ\x00", "xz data"),
        (b"\x1f\x8b", "gzip inside of a compression"),
        (b"\x28\xb5\x2f\xfd", "zstd inside of a compression"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x7fELF", "a program"),
        (b"\xca\xfe\xba\xbe", "a program"),
        (b"wOF2", "a font"),
    ];
    // A text may well begin with the letters of a signature, but has no other trace of one.
    let is_clean = is_utf8(head) && !head.iter().copied().any(is_control);
    let begins = |signature: &[u8]| {
        head.starts_with(signature)
            && !(is_clean && signature.iter().all(u8::is_ascii_alphanumeric))
    };
    let by_signature =
        SIGNATURES.iter().find(|(signature, _)| begins(signature)).map(|(_, what)| *what);
    let inside = |at: usize, signature: &[u8]| {
        !is_clean && head[at.min(head.len())..].starts_with(signature)
    };
    let tar = || inside(257, b"ustar").then_some("a TAR archive");
    let video = || inside(4, b"ftyp").then_some("a video");
    by_signature.or_else(tar).or_else(video)
}

/// Whether the bytes look like UTF-16: by their mark, or by zeros in every other place.
fn is_wide(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    let zeros =
        |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (few, many) = (even.min(odd), even.max(odd));
    head.len() >= 4 && many * 4 >= head.len() && few * 10 <= many
}

/// Whether control characters are too many for text: a stray NUL is no reason to refuse an article.
fn is_binary(head: &[u8]) -> bool {
    let controls = head.iter().filter(|byte| is_control(**byte)).count();
    let tolerated = if is_utf8(head) { head.len() / 4 } else { head.len() / 20 };
    controls > tolerated
}

fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f)
}

/// Whether the bytes are UTF-8, a character cut at their end aside.
fn is_utf8(head: &[u8]) -> bool {
    std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// The bytes with the zeros of UTF-16 taken out, which is enough to see ASCII mark-up.
fn narrow(head: &[u8], wide: bool) -> Cow<'_, [u8]> {
    if !wide {
        return Cow::Borrowed(without_mark(head));
    }
    let marked = head.strip_prefix(b"\xff\xfe").or(head.strip_prefix(b"\xfe\xff")).unwrap_or(head);
    Cow::Owned(marked.iter().copied().filter(|byte| *byte != 0).collect())
}

/// Whether the bytes begin as JSON that holds articles.
fn json(start: &[u8], complete: bool, named_json: bool) -> Result<Option<Format>, String> {
    const ARRAY: &str = "the file is one JSON array; write each of its objects on a line of its own (`jq -c '.[]'`)";
    match start.first() {
        Some(b'{') => {}
        Some(b'[') if named_json || start[1..].trim_ascii_start().starts_with(b"{\"") => {
            return Err(ARRAY.to_owned());
        }
        _ => return Ok(named_json.then_some(Format::JsonObject)),
    }
    let lines = Format::JsonLines { lone_is_file: named_json };
    let line = memchr::memchr(b'\n', start).map_or(start, |feed| &start[..feed]);
    let format = match prefix(line) {
        Prefix::Whole => Some(lines),
        // A line that goes on beyond what was looked at.
        Prefix::Open if line.len() == start.len() && !complete => Some(lines),
        Prefix::Open => match prefix(start) {
            Prefix::Whole => Some(Format::JsonObject),
            Prefix::Open if !complete => Some(Format::JsonObject),
            Prefix::Open | Prefix::Not => None,
        },
        Prefix::Not => None,
    };
    Ok(format.or(named_json.then_some(Format::JsonObject)))
}

/// How far some bytes are JSON.
enum Prefix {
    Whole,
    /// So far they are, and they end too early.
    Open,
    Not,
}

fn prefix(json: &[u8]) -> Prefix {
    match serde_json::from_slice::<IgnoredAny>(json) {
        Ok(_) => Prefix::Whole,
        Err(error) if error.is_eof() => Prefix::Open,
        Err(_) => Prefix::Not,
    }
}

/// Whether the bytes begin with mark-up: a page, or something else that is refused.
fn markup(head: &[u8]) -> Result<Option<Format>, String> {
    let mut rest = head.trim_ascii_start();
    let mut is_xml = false;
    loop {
        let (opening, closing): (&[u8], &[u8]) = if rest.starts_with(b"<!--") {
            (b"<!--", b"-->")
        } else if rest.starts_with(b"<?") {
            is_xml |= starts_with_folded(rest, b"<?xml");
            (b"<?", b"?>")
        } else if starts_with_folded(rest, b"<!doctype") {
            let kind = rest[b"<!doctype".len()..].trim_ascii_start();
            if starts_with_folded(kind, b"html") {
                return Ok(Some(Format::Html));
            }
            is_xml = true;
            (b"<!", b">")
        } else {
            break;
        };
        match memchr::memmem::find(&rest[opening.len()..], closing) {
            Some(end) => rest = rest[opening.len() + end + closing.len()..].trim_ascii_start(),
            None => return Ok((!is_xml).then_some(Format::Html)),
        }
    }
    let Some(tag) = tag(rest) else { return Ok(None) };
    if matches!(tag.as_str(), "rss" | "feed" | "rdf:rdf") {
        return Ok(Some(Format::Feed));
    }
    if is_html_tag(&tag) {
        return Ok(Some(Format::Html));
    }
    if is_xml { Err(refusal(&format!("XML (`<{tag}>`)"))) } else { Ok(None) }
}

/// The name of the tag that `rest` begins with, in lower case.
fn tag(rest: &[u8]) -> Option<String> {
    const LONGEST: usize = 20;
    let name = rest.strip_prefix(b"<")?;
    let length = name
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-'))
        .count();
    let ends = name
        .get(length)
        .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    let is_name = length <= LONGEST && ends && name[0].is_ascii_alphabetic();
    is_name.then(|| String::from_utf8_lossy(&name[..length]).to_ascii_lowercase())
}

fn is_html_tag(tag: &str) -> bool {
    #[rustfmt::skip]
    const TAGS: [&str; 39] = [
        "a", "article", "aside", "b", "base", "blockquote", "body", "br", "center", "div", "em", "figure", "font",
        "footer", "h1", "h2", "h3", "h4", "head", "header", "hr", "html", "i", "iframe", "img", "link", "main", "meta",
        "nav", "ol", "p", "script", "section", "span", "strong", "style", "table", "title", "ul",
    ];
    TAGS.contains(&tag)
}

fn starts_with_folded(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, head: &[u8], expected: Result<Format, &str>) {
        let told = tell(head, true, name);
        match (&told, expected) {
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            _ => assert_eq!(told, expected.map_err(str::to_owned)),
        }
    }

    const LINES: Result<Format, &str> = Ok(Format::JsonLines { lone_is_file: false });

    #[test]
    fn text_is_what_nothing_else_is() {
        check("a.txt", b"", Ok(Format::Text));
        check("a.txt", b"The harbour froze.", Ok(Format::Text));
        check("a", "\u{feff}Der Hafen fror zu.".as_bytes(), Ok(Format::Text));
        check("a.txt", b"{A note from the editor} Rain.", Ok(Format::Text));
        check("a.txt", b"{", Ok(Format::Text));
        check("a.txt", b"[Corrected] Rain.", Ok(Format::Text));
        check("a.txt", b"<3 the harbour", Ok(Format::Text));
        check("a.txt", b"RIFFS AND REELS: a night at the harbour", Ok(Format::Text));
        check("a.txt", b"a stray \0 in a line of text", Ok(Format::Text));
        check("a.txt", b"caf\xe9 au lait", Ok(Format::Text));
        check("a.txt", b"\xff\xfeR\0a\0i\0n\0", Ok(Format::Text));
        check("a.txt", b"\0R\0a\0i\0n", Ok(Format::Text));
        check("a.txt", b"Date: Monday\nFrom: our desk\n\nRain.", Ok(Format::Text));
    }

    #[test]
    fn html_is_told_by_its_tags_then_by_its_name() {
        check("a.txt", b"\n <!DOCTYPE html><html>", Ok(Format::Html));
        check("a.txt", "\u{feff}<!-- saved --><HTML lang=en>".as_bytes(), Ok(Format::Html));
        check("a", b"<?xml version='1.0'?><!DOCTYPE html PUBLIC ''>", Ok(Format::Html));
        check("a", b"<p class=lead>Rain", Ok(Format::Html));
        check("a", b"\xff\xfe<\0h\0t\0m\0l\0>\0", Ok(Format::Html));
        check("a.HTM", b"Rain <b>fell</b>", Ok(Format::Html));
        check("a.html.gz", b"", Ok(Format::Html));
    }

    #[test]
    fn json_is_told_by_its_first_line_then_by_its_name() {
        check("a.txt", b"\n{\"text\": \"Rain\"}\n", LINES);
        check("a.jsonl", b"not json", LINES);
        check("a.ndjson.zst", b"<p>", LINES);
        check("a.txt", b"{\n  \"text\": \"Rain\"\n}\n", Ok(Format::JsonObject));
        check("a.json", b"{\n  \"text\": ", Ok(Format::JsonObject));
        check("a.json", b"{}", Ok(Format::JsonLines { lone_is_file: true }));
        check("a.json", b"[1]", Err("array"));
        check("a.txt", b"[\n {\"text\": \"Rain\"}]", Err("array"));
        check("a.jsonl", b"\xff\xfe{\0}\0", Err("UTF-16"));
        let long = format!("{{\"text\": \"{}", "x".repeat(HEAD));
        assert_eq!(tell(long.as_bytes(), false, "a"), LINES.map_err(str::to_owned));
    }

    #[test]
    fn containers_are_told_by_how_they_begin() {
        check("a", b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", Ok(Format::Warc));
        check("a.xml", b"<?xml version=\"1.0\"?>\n<rss version=\"2.0\">", Ok(Format::Feed));
        check("a", b"<feed xmlns=\"http://www.w3.org/2005/Atom\">", Ok(Format::Feed));
        check("a", b"\xff\xfe<\0r\0s\0s\0>\0", Err("UTF-16"));
        check("a", b"From: a@b.example\r\nMIME-Version: 1.0\r\n\r\n", Ok(Format::Mail));
        check("a.eml", b"Subject: Rain\n\nRain.", Ok(Format::Mail));
        check("a.txt", b"WARC/s and other puns: a night at the harbour", Ok(Format::Text));
    }

    #[test]
    fn what_is_no_article_is_named() {
        check(
            "a.txt",
            b"%PDF-1.7",
            Err(
                "looks like a PDF; copydesk reads text, HTML, JSON Lines, Parquet, WARC, feeds and mail",
            ),
        );
        check("a.txt", b"PK\x03\x04", Err("ZIP"));
        check("a.txt", b"\x01\x02\x03\0\0\0\x04\0\0", Err("binary data"));
        check("a", b"PAR1\x15\x04", Ok(Format::Parquet));
        check("a", b"PAR1PAR1", Ok(Format::Parquet));
        check("a.txt", b"PAR1 is how it begins", Ok(Format::Text));
        check("a.xml", b"<?xml version=\"1.0\"?><urlset>", Err("XML (`<urlset>`)"));
    }
}
