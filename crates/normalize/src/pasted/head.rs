//! The lines above a pasted body: outlet, menus, date, title, byline, captions.

use std::ops::Range;

use document::Field;

use super::{Lines, caption, ends_like_sentence, is_prose};
use crate::finding::Finding;
use crate::furniture;
use crate::{dates, names};

/// Lines that a head may have.
const LONGEST: usize = 20;
/// Longest line under the headline, in bytes.
const DEK: usize = 300;
const FROM: &str = "first lines";

/// What the head left for the body.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Lines of the head that belong to the body all the same.
    pub(super) kept: Vec<usize>,
    /// Where the body goes on.
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Title,
    Date,
    Byline,
    Furniture,
    Other,
}

/// Reads the head of a pasted page and puts down what it tells.
pub(super) fn read(
    paragraphs: &Lines<'_>,
    known: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Head {
    let known = known.map(furniture::fold);
    let repeated = repeated_title(paragraphs);
    let opens_with_known = || {
        let first = (paragraphs.len() > 1).then(|| short_fold(paragraphs.get(0)));
        known.is_some() && first == known
    };
    let end = match &repeated {
        Some(title) => title.end,
        None => first_body_line(paragraphs).max(usize::from(opens_with_known())),
    };
    if end == 0 {
        return Head::default();
    }
    let title = match (&repeated, &known) {
        (Some(title), _) => Some(title.start),
        (None, Some(known)) => {
            (0..end).find(|index| furniture::fold(paragraphs.get(*index)) == *known)
        }
        (None, None) => best_title(paragraphs, end),
    };
    let folded_title = title.map(|index| furniture::fold(paragraphs.get(index)));
    let end = after_opening(paragraphs, end, folded_title.as_deref());
    let kinds: Vec<Kind> =
        (0..end).map(|index| kind(paragraphs.get(index), folded_title.as_deref())).collect();
    let mut head = Head { kept: Vec::new(), end };
    for (index, kind) in kinds.iter().enumerate() {
        let line = paragraphs.get(index);
        match kind {
            Kind::Title => {
                let confidence = if repeated.is_some() { 0.9 } else { 0.8 };
                add(findings, Finding::new(Field::Title, line, FROM, confidence));
            }
            Kind::Date => findings.extend(
                dates::parse(line).map(|date| Finding::new(Field::Published, date, FROM, 0.85)),
            ),
            Kind::Byline => {
                let values = byline(line).unwrap_or_default();
                if !values.is_empty() {
                    let (field, from) = (Field::Byline, FROM);
                    add(findings, Finding { field, values, from, confidence: 0.85 });
                }
                findings.extend(
                    line.split(['|', '•', '·'])
                        .find_map(dates::parse)
                        .map(|date| Finding::new(Field::Published, date, FROM, 0.8)),
                );
            }
            Kind::Furniture => {}
            Kind::Other => {
                let after_title = title.is_some_and(|title| index > title);
                let surrounded = kinds[index + 1..].iter().any(|kind| *kind != Kind::Other);
                if is_outlet(paragraphs, &kinds, index, title) {
                    add(findings, Finding::new(Field::Outlet, line, FROM, 0.6));
                } else if after_title && is_dek(paragraphs, &kinds, index, surrounded) {
                    add(findings, Finding::new(Field::Dek, line, FROM, 0.6));
                } else if title.is_none() && !surrounded
                    || after_title
                        && !surrounded
                        && !is_affiliation(&kinds, index)
                        && !caption::is_caption(paragraphs, index)
                {
                    head.kept.push(index);
                }
            }
        }
    }
    head
}

fn add(findings: &mut Vec<Finding>, finding: Finding) {
    if !findings.iter().any(|known| known.field == finding.field) {
        findings.push(finding);
    }
}

fn kind(line: &str, title: Option<&str>) -> Kind {
    match () {
        () if title.is_some_and(|title| furniture::fold(line) == title) => Kind::Title,
        () if furniture::kind(line).is_some() => Kind::Furniture,
        () if dates::parse(line).is_some() => Kind::Date,
        () if byline(line).is_some() => Kind::Byline,
        () => Kind::Other,
    }
}

/// The authors of a byline that says so: `By Jane Hill`, `• Jane Hill`; none where it names none.
fn byline(line: &str) -> Option<Vec<String>> {
    if names::is_unnamed_byline(line) {
        return Some(Vec::new());
    }
    let marked = line.strip_prefix(['•', '·']).map(str::trim);
    let line = names::without_by(line).or(marked).filter(|line| line.len() <= 120)?;
    let authors = names::authors(line);
    (!authors.is_empty() && !ends_like_sentence(line)).then_some(authors)
}

/// A title that stands twice or more near the top: its first line, and the line after its last.
fn repeated_title(paragraphs: &Lines<'_>) -> Option<Range<usize>> {
    let top: Vec<String> =
        (0..paragraphs.len().min(LONGEST)).map(|index| short_fold(paragraphs.get(index))).collect();
    (0..top.len()).find_map(|first| {
        let last = top.iter().rposition(|line| *line == top[first])?;
        let between = (first..last).filter(|index| is_prose(paragraphs.get(*index))).count();
        let repeats = last > first && between <= 2 && last + 1 < paragraphs.len();
        (repeats && !top[first].is_empty() && is_title(paragraphs.get(first)))
            .then_some(first..last + 1)
    })
}

fn short_fold(line: &str) -> String {
    if line.len() <= 300 { furniture::fold(line) } else { String::new() }
}

/// The first line that reads like a body, if there is one near the top and prose after it; else 0.
fn first_body_line(paragraphs: &Lines<'_>) -> usize {
    let starts_body = |index: &usize| {
        let line = paragraphs.get(*index);
        let named = || matches!(kind(line, None), Kind::Date | Kind::Byline | Kind::Furniture);
        let asks = line.ends_with('?') && is_title(line);
        is_prose(line) || (ends_like_sentence(line) && !asks && !named())
    };
    let top = paragraphs.len().min(LONGEST);
    let Some(first) = (0..top).find(starts_body) else { return 0 };
    let after = first..paragraphs.len().min(first + LONGEST);
    if after.into_iter().any(|index| is_prose(paragraphs.get(index))) { first } else { 0 }
}

/// Whether a line has the shape of a title.
fn is_title(line: &str) -> bool {
    let words = line.split_whitespace().count();
    (3..=30).contains(&words)
        && line.len() <= 220
        && !line.starts_with(|c: char| c.is_lowercase() || matches!(c, '-' | '•' | '*' | '…'))
        && !is_question_of_interview(line)
        && (!ends_like_sentence(line) || line.ends_with(['?', '!']))
        && kind(line, None) == Kind::Other
}

/// `1- Can you explain…?`, `Q: Why now?`
fn is_question_of_interview(line: &str) -> bool {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let numbered = (1..=2).contains(&digits)
        && line[digits..].trim_start().starts_with(['-', '.', ')', '–', ':']);
    numbered || ["Q:", "Q.", "A:", "Question:"].iter().any(|mark| line.starts_with(mark))
}

/// The line of the head that is most likely the title.
fn best_title(paragraphs: &Lines<'_>, end: usize) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for index in 0..end {
        let line = paragraphs.get(index);
        if index > 0 && best.is_some() && kind(paragraphs.get(index - 1), None) == Kind::Byline {
            continue; // an affiliation
        }
        if !is_title(line) || is_tagline(line) {
            continue;
        }
        let words = line.split_whitespace().count().min(12);
        if best.is_none_or(|(most, _)| words > most) {
            best = Some((words, index));
        }
    }
    best.map(|(_, index)| index)
}

/// What a paper says about itself above its articles.
fn is_tagline(line: &str) -> bool {
    let folded = furniture::fold(line);
    let year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = folded.rsplit(' ');
    let aged = words.next().is_some_and(year)
        && words
            .next()
            .is_some_and(|word| matches!(word, "since" | "established" | "est." | "founded"));
    aged || ["magazine", "newspaper", "journal", "newsletter", "blog", "website", "edition"]
        .iter()
        .any(|word| folded.ends_with(word))
}

/// The name of a paper or house above the title: a few capitalised words beside the date, or a
/// name that such houses have.
fn is_outlet(paragraphs: &Lines<'_>, kinds: &[Kind], index: usize, title: Option<usize>) -> bool {
    const HOUSES: [&str; 24] = [
        "agency",
        "broadcasting",
        "bulletin",
        "center",
        "centre",
        "chronicle",
        "council",
        "courier",
        "daily",
        "gazette",
        "globe",
        "guardian",
        "herald",
        "institute",
        "journal",
        "magazine",
        "news",
        "post",
        "press",
        "review",
        "times",
        "today",
        "tribune",
        "weekly",
    ];
    let line = paragraphs.get(index);
    let words: Vec<&str> = line.split_whitespace().collect();
    let beside_date =
        kinds.get(index + 1) == Some(&Kind::Date) || index > 0 && kinds[index - 1] == Kind::Date;
    let house = words.iter().any(|word| HOUSES.contains(&word.to_lowercase().as_str()));
    let named = words.first().is_some_and(|word| word.starts_with(char::is_uppercase));
    let section = (0..kinds.len()).any(|other| {
        kinds[other] == Kind::Furniture
            && paragraphs.get(other).split('|').any(|piece| piece.trim() == line)
    });
    title.is_some_and(|title| index < title)
        && named
        && words.len() <= 6
        && (beside_date || house && words.len() <= 4)
        && !section
        && !is_tagline(line)
}

/// The line under the headline: a sentence between repeated titles, or right under the title.
fn is_dek(paragraphs: &Lines<'_>, kinds: &[Kind], index: usize, surrounded: bool) -> bool {
    surrounded
        && !caption::is_caption(paragraphs, index)
        && paragraphs.get(index).split_whitespace().count() >= 5
        && index > 0
        && kinds[index - 1] == Kind::Title
}

fn is_affiliation(kinds: &[Kind], index: usize) -> bool {
    index > 0 && kinds[index - 1] == Kind::Byline
}

/// Where the head ends that goes on below the title at `end`: bylines, dates, page furniture,
/// captions of pictures, a dek. Stays at `end` where no prose follows.
fn after_opening(paragraphs: &Lines<'_>, end: usize, title: Option<&str>) -> usize {
    let top = paragraphs.len().min(end + LONGEST);
    let kinds: Vec<Kind> =
        (end..top).map(|index| kind(paragraphs.get(index), None)).chain([Kind::Other]).collect();
    let under_title = title.is_some_and(|title| short_fold(paragraphs.get(end - 1)) == title);
    let signed = |index: usize| {
        let mut below = kinds[index - end..].iter().skip_while(|kind| **kind == Kind::Date);
        below.next() == Some(&Kind::Byline)
    };
    let mut at = end;
    while at < top {
        let line = paragraphs.get(at);
        let role = || line.split_whitespace().any(names::is_role);
        let is_affiliation = || at > end && kinds[at - 1 - end] == Kind::Byline && role();
        let short = line.len() <= DEK && !is_question_of_interview(line);
        at += match kinds[at - end] {
            Kind::Byline | Kind::Date | Kind::Furniture => 1,
            Kind::Other if caption::is_credit(paragraphs, at + 1) && short => 2,
            Kind::Other if title.is_some() && caption::is_caption(paragraphs, at) => 1,
            Kind::Other if under_title && short && at == end && signed(at + 1) => 1,
            Kind::Other if line.len() <= 120 && !ends_like_sentence(line) && is_affiliation() => 1,
            _ => break,
        };
    }
    let at = at.min(top);
    let prose =
        (at..paragraphs.len().min(at + LONGEST)).any(|index| is_prose(paragraphs.get(index)));
    if prose { at } else { end }
}
