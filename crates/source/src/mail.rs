//! A message (`.eml`) or a page saved as one (`.mhtml`) as one article.

use document::{Field, Form, json};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};

use crate::columns::Target;
use crate::failure::Trouble;
use crate::mime::{self, Part};
use crate::supplied::Supplied;

/// Letters from which on a plain part is the article where there is an HTML part too; a shorter one
/// only says that there is one.
const LETTERS_OF_PLAIN: usize = 200;

/// What a message holds.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) supplied: Supplied,
    pub(crate) payload: Vec<u8>,
    pub(crate) form: Form,
}

/// Reads a message. Transfer encodings are undone, and character sets where a part names one.
pub(crate) fn read(message: &[u8]) -> Result<Mail, Trouble> {
    let header = MessageParser::default()
        .parse_headers(message)
        .ok_or_else(|| Trouble::malformed("the file is no mail: it has no header"))?;
    let parts = mime::parts(message);
    if let Some(page) = saved_page(&header, &parts) {
        return Ok(page);
    }
    let plain = joined(parts.iter().filter(|part| part.form == Form::Text));
    let html = joined(parts.iter().filter(|part| part.form == Form::Html));
    let letters = String::from_utf8_lossy(&plain).chars().filter(|c| c.is_alphabetic()).count();
    let (payload, form) = if html.is_empty() || letters >= LETTERS_OF_PLAIN {
        (plain, Form::Text)
    } else {
        (html, Form::Html)
    };
    if payload.is_empty() {
        return Err(Trouble::malformed("the mail has neither a text nor an HTML part"));
    }
    Ok(Mail { supplied: supplied(&header).known_from("mail"), payload, form })
}

/// A page as browsers save it: the first HTML part, under the address that it was saved from.
/// Subject and sender are the browser's, and the date is that of saving.
fn saved_page(header: &Message<'_>, parts: &[Part]) -> Option<Mail> {
    let snapshot = header.header("Snapshot-Content-Location").and_then(|value| value.as_text());
    let is_related =
        header.content_type().is_some_and(|kind| mime::is(kind, "multipart", "related"));
    let page = parts.iter().find(|part| part.form == Form::Html)?;
    let place = snapshot.or_else(|| page.location.as_deref().filter(|_| is_related))?;
    let mut supplied = Supplied::default();
    if place.starts_with("http://") || place.starts_with("https://") {
        supplied.set(Target::Field(Field::Url), vec![place.to_owned()]);
    }
    if let Some(date) = header.date().filter(|date| date.is_valid()) {
        add_meta(&mut supplied, "saved", &date.to_rfc3339());
    }
    let payload = page.words.clone();
    Some(Mail { supplied: supplied.known_from("mail"), payload, form: Form::Html })
}

/// What the header says. A sender who writes to a list is the outlet, any other one the author.
fn supplied(message: &Message<'_>) -> Supplied {
    let mut supplied = Supplied::default();
    let mut set = |field, value: Option<String>| {
        if let Some(value) = value {
            supplied.set(Target::Field(field), vec![value]);
        }
    };
    let list = message.list_id();
    let is_list = ["List-Id", "List-Unsubscribe", "List-Post"]
        .iter()
        .any(|name| message.header(*name).is_some());
    let sender = message.from().and_then(name);
    set(Field::Title, message.subject().map(|subject| without_marks(subject).to_owned()));
    let date = message.date().filter(|date| date.is_valid());
    set(Field::Published, date.map(mail_parser::DateTime::to_rfc3339));
    if is_list {
        set(Field::Outlet, list.as_address().and_then(name).or(sender));
    } else {
        set(Field::Byline, sender);
    }
    if let Some(id) = message.message_id() {
        add_meta(&mut supplied, "message_id", id);
    }
    supplied
}

/// A subject without what programs put before it when a mail is answered or passed on: `Fwd: Re: `, `AW[2]: `.
fn without_marks(subject: &str) -> &str {
    const MARKS: [&str; 12] =
        ["antw", "aw", "enc", "fw", "fwd", "re", "rv", "sv", "tr", "vb", "vs", "wg"];
    let mut rest = subject.trim();
    while let Some((mark, behind)) = rest.split_once(':') {
        let mark = mark
            .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')'));
        if !MARKS.iter().any(|known| mark.trim().eq_ignore_ascii_case(known))
            || behind.trim().is_empty()
        {
            break;
        }
        rest = behind.trim_start();
    }
    rest
}

/// The name of the first address, where it is more than the address again.
fn name(address: &Address<'_>) -> Option<String> {
    let name = address.first()?.name()?.trim();
    (!name.is_empty() && !name.contains('@')).then(|| name.to_owned())
}

fn add_meta(supplied: &mut Supplied, key: &str, value: &str) {
    let mut quoted = String::new();
    json::push_string(&mut quoted, value);
    supplied.add_meta(key.to_owned(), quoted);
}

/// Parts one after the other: some programs cut the text around images. Empty without a word.
fn joined<'p>(parts: impl Iterator<Item = &'p Part>) -> Vec<u8> {
    let words: Vec<&[u8]> = parts
        .map(|part| part.words.as_slice())
        .filter(|words| !words.trim_ascii().is_empty())
        .collect();
    words.join(&b"\n\n"[..])
}
