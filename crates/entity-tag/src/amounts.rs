//! Amounts: money and quantities with a unit, alone or as a range.

use document::{Symbol, symbol};

use crate::currencies::{self, Countries, Money, Sign};
use crate::dates;
use crate::numbers::{self, Number, word_after};
use crate::token::Kind;
use crate::units;
use crate::values::Reader;

/// What an amount is of: its label and the beginning of its JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// Of a currency.
    Money(Money),
    /// Of a unit.
    Unit(&'static str),
}

/// A number, or a lower and an upper one.
struct Range {
    low: Number,
    high: Option<Number>,
    /// Bytes that it takes.
    end: usize,
}

/// The amount that begins at token `at`: the token after it, its label and its JSON.
///
/// The amount of a range is its lower end, and `to` its upper one. Money whose currency the article does not tell has a null
/// `currency`; a bare dollar sign is the US dollar's.
pub(crate) fn read(
    from: Reader<'_>,
    at: usize,
    countries: &mut Countries,
) -> Option<(usize, Symbol, String)> {
    let token = from.tokens[at];
    let found = match token.kind {
        Kind::Number => counted(from, at, countries),
        Kind::Word if is_number_word(from.word(at)) => {
            counted(from, at, countries).or_else(|| signed(from, at, countries))
        }
        Kind::Word if token.lower() => None,
        Kind::Word | Kind::Mark => signed(from, at, countries),
        Kind::Possessive | Kind::Address => None,
    };
    let (end, (label, json)) = found?;
    let end = from.token_ending(at, end)?;
    Some((end, label, json))
}

/// Whether a number in words may begin with the word.
fn is_number_word(word: &str) -> bool {
    matches!(word, "a" | "A" | "half" | "Half") || numbers::small(word).is_some()
}

/// A number, or two, with what follows: "4 km", "10 to 15 percent", "2-3 million euros".
fn counted(
    from: Reader<'_>,
    at: usize,
    countries: &mut Countries,
) -> Option<(usize, (Symbol, String))> {
    let rest = from.rest(at);
    let mut first = Number::read(rest, false)?;
    if has_letter_scale(rest, first.len) {
        first = Number::read(rest, true)?;
    }
    let range = range(from, at, rest, first, None);
    let (end, of, cents) = counted_thing(from, rest, &range, countries)?;
    Some((end, json(of, &range, cents)))
}

fn counted_thing(
    from: Reader<'_>,
    rest: &str,
    range: &Range,
    countries: &mut Countries,
) -> Option<(usize, Of, bool)> {
    let last = range.high.as_ref().unwrap_or(&range.low);
    if let Some((end, sign, adjective)) = noun(rest, range.end)
        && let Some(money) = countries.resolve(from.text, sign, adjective, last.in_millions())
    {
        return Some((end, Of::Money(money), sign.cents));
    }
    let (end, unit) = units::read(rest, range.end)?;
    Some((end, Of::Unit(unit), false))
}

/// Whether a letter for a scale and a noun for money follow, as in "30m euros".
fn has_letter_scale(rest: &str, at: usize) -> bool {
    word_after(rest, at)
        .filter(|(_, word)| numbers::letter_scale(word) > 0)
        .is_some_and(|(end, _)| noun(rest, end).is_some())
}

/// A noun for money at byte `at`, perhaps after an adjective: the byte after it, what it stands for, the adjective.
fn noun(rest: &str, at: usize) -> Option<(usize, Sign, &str)> {
    let (mut end, word) = word_after(rest, at)?;
    let start = end - word.len();
    let after = |end: usize, word: &str| {
        let sign = currencies::noun(word).or_else(|| currencies::code(word))?;
        let whole = !rest[end..].starts_with(char::is_alphanumeric);
        whole.then_some(sign)
    };
    if let Some(sign) = after(end, word) {
        return Some((end, sign, ""));
    }
    if !word.starts_with(char::is_uppercase) {
        return None;
    }
    // "Chilean", "Hong Kong", "U.S."
    if rest[end..].starts_with('.') {
        let dotted = rest[end..].find(' ').filter(|len| *len <= 4)?;
        end += dotted;
    }
    for _ in 0..2 {
        let (next, word) = word_after(rest, end)?;
        if let Some(sign) = after(next, word).filter(|_| next > end + word.len()) {
            return Some((next, sign, &rest[start..end]));
        }
        end = next;
    }
    None
}

/// A sign of currency with a number, or two: "$1.5 million", "Rs 20 crore", "€2-3bn".
fn signed(
    from: Reader<'_>,
    at: usize,
    countries: &mut Countries,
) -> Option<(usize, (Symbol, String))> {
    let rest = from.rest(at);
    let (start, sign) = sign(rest)?;
    let mut low = Number::read(&rest[start..], true).filter(|number| !number.spelled)?;
    low.len += start;
    let range = range(from, at, rest, low, Some(&rest[..start]));
    let millions = range.high.as_ref().unwrap_or(&range.low).in_millions();
    let money = countries.resolve(from.text, sign, "", millions)?;
    let (mut end, mut of) = (range.end, Of::Money(money));
    // "$5 pesos", "$3 million US dollars": the noun tells more than the sign.
    if let Some((after, noun, adjective)) = noun(rest, end).filter(|(_, noun, _)| !noun.cents)
        && rest.starts_with('$')
        && let Some(money) = countries.resolve(from.text, noun, adjective, millions)
    {
        (end, of) = (after, Of::Money(money));
    }
    Some((end, json(of, &range, false)))
}

/// A sign of currency at the start of `rest`: where its number starts, and what it stands for.
fn sign(rest: &str) -> Option<(usize, Sign)> {
    const LONGEST: usize = 5;
    let mut characters = rest.char_indices();
    let inside =
        |(_, next): &(usize, char)| next.is_alphabetic() || matches!(next, '.' | '/' | '₵' | '¢');
    let len = characters.find(|next| !inside(next)).map_or(rest.len(), |(at, _)| at);
    let (letters, after) = (&rest[..len], &rest[len..]);
    let spaced = after.trim_start_matches([' ', '\u{a0}']);
    let gap = after.len() - spaced.len();
    let numbered = spaced.starts_with(|next: char| next.is_ascii_digit());
    if len > LONGEST || gap > 2 {
        return None;
    }
    if letters.is_empty() || matches!(letters, "₵") {
        let sign = rest.chars().next()?;
        let number = rest[sign.len_utf8()..].trim_start_matches([' ', '\u{a0}']);
        return Some((rest.len() - number.len(), currencies::symbol(sign)?));
    }
    if spaced.starts_with('$') && (gap == 0 || matches!(letters, "US" | "U.S.")) {
        let number = spaced[1..].trim_start_matches([' ', '\u{a0}']);
        return Some((rest.len() - number.len(), currencies::dollar(letters)));
    }
    let sign = numbered.then(|| currencies::letters(letters, gap == 0))?;
    Some((len + gap, sign?))
}

/// The range that begins with `low`: "2-3 million", "10 to 15", "$2 million-$3 million". A scale that
/// only the upper end has counts for both.
fn range(from: Reader<'_>, at: usize, rest: &str, mut low: Number, sign: Option<&str>) -> Range {
    let end = low.len;
    let before = at.checked_sub(1).map_or("", |before| from.word(before));
    let tail = &rest[end..];
    let dash = ["-", "–", "—"].into_iter().find(|dash| tail.starts_with(dash));
    // "From 3 to 5 percent" is a change, not a range.
    let changes = before.eq_ignore_ascii_case("from");
    let between = before.eq_ignore_ascii_case("between");
    let joint = dash
        .or_else(|| (tail.starts_with(" to ") && !changes).then_some(" to "))
        .or_else(|| (tail.starts_with(" and ") && between).then_some(" and "));
    // "From 12 trillion in 2019 to 14 trillion".
    let dated = dash.is_none() && sign.is_none() && dates::year_number(&rest[..end]).is_some();
    let upper = joint.filter(|_| !dated).and_then(|joint| {
        let start = end + joint.len();
        // A second sign makes two amounts of it, but for a dash.
        let repeated = sign
            .filter(|sign| dash.is_some() && rest[start..].starts_with(sign))
            .map_or(0, str::len);
        let mut high = Number::read(&rest[start + repeated..], sign.is_some())?;
        high.len += start + repeated;
        // "$5 to 10 people" is one amount, "$5 to 10 million" two.
        let paid = sign.is_some() && dash.is_none() && (high.zeros == 0 || low.zeros > 0);
        (!paid && (sign.is_none() || !high.spelled)).then_some(high)
    });
    let Some(high) = upper else { return Range { low, high: None, end } };
    if low.zeros == 0 && high.zeros > 0 {
        let mut shared = low.clone();
        shared.multiply(high.zeros);
        if shared.is_below(&high) {
            low = shared;
        }
    }
    if !low.is_below(&high) {
        return Range { low, high: None, end };
    }
    let end = high.len;
    Range { low, high: Some(high), end }
}

/// Label and JSON of an amount.
fn json(of: Of, range: &Range, cents: bool) -> (Symbol, String) {
    let digits = |number: &Number| if cents { number.hundredth() } else { number.digits.clone() };
    let low = digits(&range.low);
    let to =
        range.high.as_ref().map_or(String::new(), |high| format!(",\"to\":\"{}\"", digits(high)));
    match of {
        Of::Money(Money::Of(code)) => {
            (symbol::MONEY, format!("{{\"currency\":\"{code}\",\"amount\":\"{low}\"{to}}}"))
        }
        Of::Money(Money::Unknown) => {
            (symbol::MONEY, format!("{{\"currency\":null,\"amount\":\"{low}\"{to}}}"))
        }
        Of::Unit(unit) => {
            (symbol::QUANTITY, format!("{{\"amount\":\"{low}\"{to},\"unit\":\"{unit}\"}}"))
        }
    }
}
