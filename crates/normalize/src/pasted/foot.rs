//! The lines below a pasted body: related articles, forms, notices, the author's life.

use document::Field;

use super::{Lines, ends_like_sentence, is_prose, notice};
use crate::finding::Finding;
use crate::furniture;
use crate::names::{is_name, is_role, without_titles};

const FROM: &str = "last lines";

/// Where the body ends, for a body that starts at `start`; puts down what the foot tells.
pub(super) fn read(paragraphs: &Lines<'_>, start: usize, findings: &mut Vec<Finding>) -> usize {
    let mut end = panels(paragraphs, start);
    for index in end..paragraphs.len() {
        if let Some(outlet) = outlet_of_newsletter(paragraphs.get(index)) {
            findings.push(Finding::new(Field::Outlet, outlet, FROM, 0.7));
            break;
        }
    }
    let below = end;
    end = notices(paragraphs, start, end);
    let authors = findings.iter().find(|finding| finding.field == Field::Byline);
    let authors = authors.map_or(&[][..], |finding| &finding.values);
    if let Some(bio) = bio(paragraphs, start, end, authors, end < below) {
        if bio.author && authors.is_empty() {
            findings.push(Finding::new(Field::Byline, bio.name, FROM, 0.7));
        }
        end = notices(paragraphs, start, bio.start);
    }
    end
}

/// Goes up from `end` over what a paper says about the article or itself.
fn notices(paragraphs: &Lines<'_>, start: usize, end: usize) -> usize {
    const MOST: usize = 3;
    let lowest = end.saturating_sub(MOST).max(start + 1);
    let line = (lowest..end).rev().find(|index| !notice::is_notice(paragraphs.get(*index)));
    line.map_or(end.min(lowest), |index| index + 1)
}

/// Goes up from the last line over furniture, and over short lines with furniture above them.
fn panels(paragraphs: &Lines<'_>, start: usize) -> usize {
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

/// A closing paragraph about one of `authors`, or about somebody who is likely the author: `Dr Jane
/// Hill is a fellow of …`, with the name on a line of its own above it, an academic title, or a name
/// that the body does not have; with a notice below it, `Jane Hill is a reporter …` is enough.
fn bio(
    paragraphs: &Lines<'_>,
    start: usize,
    end: usize,
    authors: &[String],
    notice_below: bool,
) -> Option<Bio> {
    let index = end.checked_sub(1).filter(|index| *index > start)?;
    let line = paragraphs.get(index);
    let (subject, rest) = subject_and_rest(line)?;
    let name = without_titles(subject);
    let titled = name.len() < subject.len();
    let opening: Vec<&str> = rest.split_whitespace().take(16).collect();
    let role = |word: &&str| is_role(word.trim_end_matches(['.', ',', ';']));
    let known = authors.iter().any(|author| author == name);
    if line.len() > 900 || !is_name(name) || !known && !opening.iter().any(role) {
        return None;
    }
    let headed = index - 1 > start && paragraphs.get(index - 1).trim_end_matches(':') == name;
    let elsewhere = (start..index).any(|other| {
        paragraphs.get(other).len() > name.len() && paragraphs.get(other).contains(name)
    });
    let surname = name.rsplit(' ').next().unwrap_or(name);
    let unknown = !(start..index).any(|other| paragraphs.get(other).contains(surname));
    let article = matches!(opening.first(), Some(&("a" | "an" | "the")));
    let press = notice_below && article && is_press_post(line, &opening);
    let likely = !elsewhere && (titled || unknown && article);
    (known || headed || press || likely).then(|| Bio {
        start: if headed { index - 1 } else { index },
        name: name.to_owned(),
        author: !elsewhere || press,
    })
}

/// The first words of a life, up to its verb, and what follows it.
fn subject_and_rest(line: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 80;
    const VERBS: [&str; 8] =
        ["is", "holds", "teaches", "writes", "works", "covers", "leads", "directs"];
    let words = line.match_indices(' ').take_while(|(at, _)| *at <= LONGEST);
    words.zip(line.split(' ').skip(1)).find_map(|((at, _), verb)| {
        let rest = line.get(at + 1 + verb.len() + 1..)?;
        VERBS.contains(&verb).then_some((&line[..at], rest))
    })
}

/// One short sentence that gives a post at a paper: `Jane Hill is an editor of The Example.`
fn is_press_post(line: &str, opening: &[&str]) -> bool {
    const POSTS: [&str; 7] =
        ["columnist", "correspondent", "editor", "journalist", "producer", "reporter", "writer"];
    line.len() <= 160
        && !line.contains(". ")
        && ends_like_sentence(line)
        && opening.iter().take(5).any(|word| POSTS.contains(word))
}
