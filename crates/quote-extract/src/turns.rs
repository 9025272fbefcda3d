//! Interviews set as questions and answers.
//!
//! Two layouts are known: lines headed `Q:` and `A:`, and numbered lines that end in a question
//! mark, each followed by the paragraphs of its answer. Fewer than two questions are no interview.

use std::ops::Range;

use document::{Span, Symbol, symbol};

use crate::names::Names;
use crate::speaker::Voice;

/// A question or an answer.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    /// The whole turn, head included.
    pub(crate) span: Span,
    /// Question or answer.
    pub(crate) kind: Symbol,
    /// Who speaks, where a name heads the turn.
    pub(crate) voice: Option<Voice>,
}

/// How a paragraph begins.
enum Head<'t> {
    Question,
    Answer,
    Named(&'t str, Span),
    None,
}

/// The turns of an article, in order; empty if it is no interview.
pub(crate) fn find(text: &str, paragraphs: &[Range<usize>], names: &Names) -> Vec<Turn> {
    let headed = headed(text, paragraphs, names);
    if headed.is_empty() { numbered(text, paragraphs) } else { headed }
}

/// Turns that begin with `Q:` and `A:`, or with two names by turns, the first of whom asks.
fn headed(text: &str, paragraphs: &[Range<usize>], names: &Names) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut first_head: Option<&str> = None;
    let mut letters = false;
    for paragraph in paragraphs {
        let line = trimmed(text, paragraph);
        let (kind, voice) = match head(text, line) {
            Head::Question => (symbol::QUESTION, None),
            Head::Answer => (symbol::ANSWER, None),
            Head::Named(name, span) => {
                let kind = if *first_head.get_or_insert(name) == name {
                    symbol::QUESTION
                } else {
                    symbol::ANSWER
                };
                (kind, Some(voice(names, name, span)))
            }
            Head::None => {
                if let Some(last) = turns.last_mut() {
                    last.span = last.span.cover(line);
                }
                continue;
            }
        };
        letters |= voice.is_none();
        turns.push(Turn { span: line, kind, voice });
    }
    let is_asked = |turn: &&Turn| {
        turn.kind == symbol::QUESTION && (letters || text[turn.span.range()].contains('?'))
    };
    let questions = turns.iter().filter(is_asked).count();
    let answers = turns.iter().filter(|turn| turn.kind == symbol::ANSWER).count();
    let alternating = letters || turns.windows(2).all(|pair| pair[0].kind != pair[1].kind);
    if questions < 2 || answers < 2 || !alternating {
        turns.clear();
    }
    turns
}

/// Numbered questions, each on a line of its own, with the paragraphs up to the next as its answer.
fn numbered(text: &str, paragraphs: &[Range<usize>]) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut questions = 0;
    for paragraph in paragraphs {
        let line = trimmed(text, paragraph);
        if let Some(question) = numbered_question(text, line, questions + 1) {
            questions += 1;
            turns.push(Turn { span: question, kind: symbol::QUESTION, voice: None });
            if question.end() < line.end() {
                let rest = question.end() as usize..line.end() as usize;
                turns.push(Turn { span: trimmed(text, &rest), kind: symbol::ANSWER, voice: None });
            }
            continue;
        }
        match turns.last_mut() {
            Some(last) if last.kind == symbol::ANSWER => last.span = last.span.cover(line),
            Some(_) => turns.push(Turn { span: line, kind: symbol::ANSWER, voice: None }),
            None => {}
        }
    }
    let answered = turns.iter().filter(|turn| turn.kind == symbol::ANSWER).count() as u32;
    if questions < 2 || answered < questions {
        turns.clear();
    }
    turns
}

/// The question on a line that begins with this number: all of it, or up to its last question
/// mark where copy has run the answer into the same line.
fn numbered_question(text: &str, line: Span, number: u32) -> Option<Span> {
    let words = &text[line.range()];
    let digits = words.len() - words.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let rest = words[digits..].trim_start();
    if words[..digits].parse() != Ok(number) || !rest.starts_with(['-', '.', ')', '–', ':']) {
        return None;
    }
    let end = words.rfind('?')? + 1;
    Some(Span::new(line.start(), line.start() + end as u32))
}

fn head(text: &str, line: Span) -> Head<'_> {
    let words = &text[line.range()];
    let Some((head, rest)) = words.split_once([':', '.']) else { return Head::None };
    if rest.trim().is_empty() {
        return Head::None;
    }
    let colon = words[head.len()..].starts_with(':');
    match head.trim() {
        "Q" | "Question" => Head::Question,
        "A" | "Answer" => Head::Answer,
        name if colon && is_name(name) => {
            let start = line.start();
            Head::Named(name, Span::new(start, start + name.len() as u32))
        }
        _ => Head::None,
    }
}

/// Whether a head is a name: one to four capitalised words.
fn is_name(head: &str) -> bool {
    let words = head.split(' ').take(5).count();
    head.len() <= 40
        && words <= 4
        && head.split(' ').all(|word| {
            word.starts_with(char::is_uppercase)
                && word.chars().all(|character| {
                    character.is_alphabetic() || matches!(character, '.' | '-' | '’' | '\'')
                })
        })
}

fn voice(names: &Names, name: &str, span: Span) -> Voice {
    let mention = names.within(span).first();
    let entity = mention.and_then(|mention| mention.entity);
    Voice {
        span: Some(span),
        via: symbol::NAME,
        entity,
        label: mention.map_or(symbol::NONE, |mention| mention.label),
        name: names.full_name(name, entity),
        role: None,
        known: true,
    }
}

fn trimmed(text: &str, range: &Range<usize>) -> Span {
    let line = &text[range.clone()];
    let start = range.start + (line.len() - line.trim_start().len());
    Span::from_range(start..start + line.trim().len())
}
