//! The little JSON that documents need themselves: strings in the value buffer.

use std::borrow::Cow;

/// Appends `text` to `out` as a JSON string, quotation marks included.
///
/// ```
/// let mut out = String::new();
/// document::json::push_string(&mut out, "say \"yes\"\n");
/// assert_eq!(out, r#""say \"yes\"\n""#);
/// ```
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                out.push_str("\\u00");
                let digit =
                    |value: u32| char::from_digit(value, 16).expect("a value below 16 is a digit");
                out.push(digit(u32::from(control) >> 4));
                out.push(digit(u32::from(control) & 15));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The text of a JSON string, borrowed where it has no escapes; `None` if `json` is no JSON string.
///
/// ```
/// assert_eq!(document::json::as_str(r#""Zo\u00eb""#).as_deref(), Some("Zoë"));
/// assert_eq!(document::json::as_str("12"), None);
/// ```
pub fn as_str(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return (!inner.contains('"')).then_some(Cow::Borrowed(inner));
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        if character == '"' {
            return None;
        }
        if character != '\\' {
            out.push(character);
            continue;
        }
        out.push(match rest.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => escaped_char(&mut rest)?,
            quoted @ ('"' | '\\' | '/') => quoted,
            _ => return None,
        });
    }
    Some(Cow::Owned(out))
}

/// The character of a `\u` escape, the second half of a surrogate pair included.
fn escaped_char(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let high = code_unit(rest)?;
    if !(0xD800..0xDC00).contains(&high) {
        return char::from_u32(high);
    }
    (rest.next()? == '\\' && rest.next()? == 'u').then_some(())?;
    let low = code_unit(rest)?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    char::from_u32(0x10000 + ((high - 0xD800) << 10) + low)
}

fn code_unit(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + rest.next()?.to_digit(16)?))
}
