//! What the model sees of each token of a statement: its word, its part in a clause, its label.

use document::{Span, symbol};
use learner::hash;

use crate::lexicon::{self, Form};
use crate::marks::{self, Stretch};
use crate::model::Model;
use crate::names::{Named, Names};
use crate::token::{Class, Kind, Token, is_possessive};

/// A token as numbers; 0 is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sign {
    /// The word in lower case, the mark, or what sort of stretch.
    pub(crate) word: u32,
    /// A function word itself; of other words what stands in its place: cluster and ending, label, sort.
    pub(crate) part: u32,
    /// The last letters.
    pub(crate) ending: u32,
    /// Clusters, coarse and middle.
    pub(crate) clusters: [u32; 2],
    /// Label of the mention that the token belongs to, and whether it is its first.
    pub(crate) label: u32,
    /// Number of the mention in the statement, from 1.
    pub(crate) mention: u32,
    /// How often the word reports, as the cue lexicon says.
    pub(crate) cue: u16,
    /// Bits: see the constants.
    pub(crate) bits: u8,
}

/// A capital letter.
pub(crate) const CAPITAL: u8 = 1;
/// A possessive.
pub(crate) const POSSESSIVE: u8 = 2;
/// A stretch in marks.
pub(crate) const STRETCH: u8 = 4;
/// A verb that helps another, or a form that ends like one.
pub(crate) const VERBAL: u8 = 8;

/// Reads the signs of a statement's tokens.
pub(crate) fn read(
    text: &str,
    tokens: &[Token],
    stretches: &[Stretch],
    names: &Names,
    model: &Model<'_>,
    signs: &mut Vec<Sign>,
) {
    signs.clear();
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
    let mut mentions = names.within(Span::new(first.span.start(), last.span.end()));
    let mut number = 0;
    let mut lower = String::new();
    for token in tokens {
        let mut sign = match token.kind {
            Kind::Stretch(index) => stretch(text, &stretches[index]),
            Kind::Mark(mark) => {
                let word = hash::pair(1, mark as u32);
                Sign {
                    word,
                    part: word,
                    cue: if mark == ':' { model.cue(hash::bytes(b":")) } else { 0 },
                    ..Sign::default()
                }
            }
            Kind::Word { .. } => {
                lexicon::lower_case(&text[token.span.range()], &mut lower);
                word(&lower, token, model)
            }
        };
        while let [named, rest @ ..] = mentions
            && named.span.end() <= token.span.start()
        {
            mentions = rest;
        }
        if let Some(named) =
            mentions.first().filter(|named| token.is_word() && named.span.overlaps(token.span))
        {
            let opens = named.span.start() >= token.span.start();
            number += u32::from(opens);
            sign.mention = number;
            sign.label = label(named) * 2 + u32::from(opens);
            if sign.bits & CAPITAL != 0 && named.kind == symbol::NAME {
                sign.part = hash::pair(2, sign.label + 64 * u32::from(sign.bits & POSSESSIVE));
            }
        }
        signs.push(sign);
    }
}

fn label(named: &Named) -> u32 {
    let label = [symbol::PER, symbol::ORG, symbol::LOC, symbol::MISC, symbol::DATE];
    let label = label.iter().position(|known| *known == named.label).map_or(5, |at| at as u32);
    let kind = [symbol::NAME, symbol::DESCRIPTION, symbol::PRONOUN];
    let kind = kind.iter().position(|known| *known == named.kind).map_or(3, |at| at as u32);
    1 + label * 4 + kind
}

/// A word, whose lower case is `stem`.
fn word(stem: &str, token: &Token, model: &Model<'_>) -> Sign {
    let Kind::Word { class, verb, capital, hash: known } = token.kind else {
        return Sign::default();
    };
    let possessive = is_possessive(stem);
    let bare = stem.strip_suffix("'s").unwrap_or(stem);
    let (stem, verb) =
        if possessive { (hash::bytes(stem.as_bytes()), None) } else { (known, verb) };
    // "she's" is "she" with a verb
    let hashed = hash::shorter(if class.any(Class::PRONOUN) { known } else { stem });
    let ending = ending(bare);
    let clusters = model.clusters(known);
    let digits = bare.starts_with(|digit: char| digit.is_ascii_digit());
    let part = if class.any(Class::FUNCTION) {
        hashed
    } else if digits {
        hash::pair(3, 1)
    } else if class.any(Class::DAY.with(Class::MONTH)) {
        hash::pair(3, 2)
    } else {
        let verb = verb.map_or(0, |verb| match verb.form {
            Form::Base => 1,
            Form::Present => 2,
            Form::Past => 3,
            Form::Participle => 4,
        });
        hash::pair(
            hash::pair(4 + verb, clusters[0]),
            ending + 16 * u32::from(possessive) + 32 * u32::from(capital),
        )
    };
    let verbal = class.any(Class::AUXILIARY.with(Class::MODAL)) || matches!(ending, 1 | 2);
    let mut bits = 0;
    for (bit, set) in [(CAPITAL, capital), (POSSESSIVE, possessive), (VERBAL, verbal)] {
        bits |= if set { bit } else { 0 };
    }
    let tail = bare.char_indices().rev().nth(2).map_or(bare, |(at, _)| &bare[at..]);
    Sign {
        word: hashed,
        part,
        ending: hash::short(tail.as_bytes()),
        clusters,
        cue: if possessive { 0 } else { cue(class, known, model) },
        bits,
        ..Sign::default()
    }
}

fn cue(class: Class, stem: u64, model: &Model<'_>) -> u16 {
    if class.any(Class::FUNCTION) { 0 } else { model.cue(stem) }
}

/// Whether a statement has a token that may report: words in marks, or a cue.
pub(crate) fn may_report(tokens: &[Token], model: &Model<'_>) -> bool {
    tokens.iter().any(|token| match token.kind {
        Kind::Stretch(_) | Kind::Mark(':') => true,
        Kind::Mark(_) => false,
        Kind::Word { class, hash, .. } => cue(class, hash, model) != 0,
    })
}

/// How a word ends, as far as it tells its class.
fn ending(word: &str) -> u32 {
    let known = ["ed", "ing", "ly", "ion", "er", "s"];
    known.iter().position(|end| word.ends_with(end)).map_or(0, |at| at as u32 + 1)
}

/// What sort of stretch: how long, how it begins and ends.
fn stretch(text: &str, stretch: &Stretch) -> Sign {
    let words = &text[stretch.inner.range()];
    let count = words.split_whitespace().take(12).count() as u32;
    let long = match count {
        0..=3 => count,
        4..=5 => 4,
        6..=11 => 5,
        _ => 6,
    };
    let end = match words.chars().next_back() {
        Some(',') => 1,
        Some('.' | '…') => 2,
        Some('?' | '!') => 3,
        Some('-' | '—') => 4,
        _ => 0,
    };
    let capital = u32::from(words.starts_with(char::is_uppercase));
    let title = u32::from(marks::is_title(words));
    let code = 1 + end + 5 * capital + 10 * title;
    let part = hash::pair(6, 1 + end + 5 * u32::from(count >= 4));
    Sign {
        word: hash::pair(5, code + 40 * u32::from(count >= 4)),
        part,
        ending: hash::pair(7, code + 40 * long),
        bits: STRETCH,
        ..Sign::default()
    }
}
