//! The lines below a pasted body: related articles, forms, notices, the author's life.

use document::Field;

use super::is_prose;
use crate::clean::Paragraphs;
use crate::finding::Finding;
use crate::furniture;
use crate::names::{is_name, is_role};

const FROM: &str = "last lines";

/// Where the body ends, for a body that starts at `start`; puts down what the foot tells.
pub(super) fn read(paragraphs: &Paragraphs, start: usize, findings: &mut Vec<Finding>) -> usize {
    let mut end = panels(paragraphs, start);
    for index in end..paragraphs.len() {
        if let Some(outlet) = outlet_of_newsletter(paragraphs.get(index)) {
            findings.push(Finding::new(Field::Outlet, outlet, FROM, 0.7));
            break;
        }
    }
    if let Some(bio) = bio(paragraphs, start, end) {
        let authored = findings.iter().any(|finding| finding.field == Field::Byline);
        if bio.author && !authored {
            findings.push(Finding::new(Field::Byline, bio.name, FROM, 0.7));
        }
        end = bio.start;
    }
    end
}

/// Goes up from the last line over furniture, and over short lines with furniture above them.
fn panels(paragraphs: &Paragraphs, start: usize) -> usize {
    const REACH: usize = 4;
    let mut end = paragraphs.len();
    let mut index = end;
    while index > start && end - index < REACH {
        index -= 1;
        let line = paragraphs.get(index);
        if furniture::kind(line).is_some() {
            end = index;
        } else if is_prose(line) || line.len() > 160 || line.ends_with(['.', '?', '”', '"']) {
            break;
        }
    }
    end
}

/// `the latest articles from The Example` names its sender.
fn outlet_of_newsletter(line: &str) -> Option<&str> {
    const MARKS: [&str; 4] =
        [" articles from ", " newsletter from ", " stories from ", " updates from "];
    let (_, outlet) = MARKS.iter().find_map(|mark| line.split_once(mark))?;
    let outlet = outlet.trim_end_matches(['.', '!', ' ']);
    let named = outlet.starts_with(char::is_uppercase) && outlet.split_whitespace().count() <= 5;
    (named && furniture::kind(line).is_some()).then_some(outlet)
}

struct Bio {
    start: usize,
    name: String,
    /// Whether it is the author's rather than that of somebody the article is about.
    author: bool,
}

/// A closing paragraph about the author: `Dr Jane Hill is a fellow of …`, with the name on a line
/// of its own above it, an academic title, or in italics as here in words: `Jane Hill is a reporter …`.
fn bio(paragraphs: &Paragraphs, start: usize, end: usize) -> Option<Bio> {
    let index = end.checked_sub(1).filter(|index| *index > start)?;
    let line = paragraphs.get(index);
    let (subject, rest) = line.split_once(" is ").filter(|(subject, _)| subject.len() <= 80)?;
    let name = without_titles(subject);
    let titled = name.len() < subject.len();
    let opening: Vec<&str> = rest.split_whitespace().take(16).collect();
    let role = |word: &&str| is_role(word.trim_end_matches(['.', ',', ';']));
    if line.len() > 900 || !is_name(name) || !opening.iter().any(role) {
        return None;
    }
    let headed = index - 1 > start && paragraphs.get(index - 1).trim_end_matches(':') == name;
    let elsewhere = (start..index).any(|other| {
        paragraphs.get(other).len() > name.len() && paragraphs.get(other).contains(name)
    });
    let surname = name.rsplit(' ').next().unwrap_or(name);
    let unknown = !(start..index).any(|other| paragraphs.get(other).contains(surname));
    let article = matches!(opening.first(), Some(&("a" | "an" | "the")));
    if !headed && (elsewhere || !(titled || unknown && article)) {
        return None;
    }
    Some(Bio {
        start: if headed { index - 1 } else { index },
        name: name.to_owned(),
        author: !elsewhere,
    })
}

/// A name without the academic titles before it.
fn without_titles(name: &str) -> &str {
    const TITLES: [&str; 6] = ["Dr", "Prof", "Professor", "Assoc", "Sir", "Dame"];
    let mut rest = name.trim();
    while let Some((word, more)) = rest.split_once(' ') {
        if !TITLES.contains(&word.trim_end_matches('.')) {
            break;
        }
        rest = more.trim_start();
    }
    rest
}
