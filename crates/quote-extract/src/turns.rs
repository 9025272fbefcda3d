//! Interviews set as questions and answers.
//!
//! Three layouts are known: lines headed `Q:` and `A:`, lines headed by names, and numbered lines that end in a question
//! mark, each followed by the paragraphs of its answer. Fewer than two questions are no interview. A line that is nothing but a name
//! ends the last answer: what follows it is about the person. Who answers where no head says so is the one person whom the introduction or that line names.

use std::ops::Range;

use document::{Span, Symbol, symbol};

use crate::names::{Named, Names};
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
    let mut turns = headed(text, paragraphs, names);
    if turns.is_empty() {
        turns = numbered(text, paragraphs, names);
    }
    if let Some(first) = turns.first()
        && let Some(answerer) = answerer(text, paragraphs, first.span, names)
    {
        let nameless = |turn: &&mut Turn| turn.kind == symbol::ANSWER && turn.voice.is_none();
        for turn in turns.iter_mut().filter(nameless) {
            turn.voice = Some(answerer.clone());
        }
    }
    turns
}

/// Who answers: the person on a line of their own below the first question, else the only one named before it.
fn answerer(text: &str, paragraphs: &[Range<usize>], first: Span, names: &Names) -> Option<Voice> {
    let below = paragraphs.iter().map(|paragraph| trimmed(text, paragraph));
    let alone =
        below.filter(|line| line.start() > first.start()).find_map(|line| signed(line, names));
    let mut introduced =
        names.within(Span::new(0, first.start())).iter().filter(|named| is_person(named));
    let only = introduced.next().filter(|only| {
        introduced.all(|other| other.entity.is_some() && other.entity == only.entity)
    });
    let person = alone.or(only)?;
    let mut found = voice(names, &text[person.span.range()], person.span);
    found.span = None; // no head of the turn names them
    Some(found)
}

/// The speaker whose name heads words in marks, as in `“EK: It will last.”`, and the words after it.
pub(crate) fn headed_inside(text: &str, names: &Names, inner: Span) -> Option<(Voice, Span)> {
    let (head, rest) = text[inner.range()].split_once(':')?;
    let said = rest.trim_start();
    if said.is_empty() || rest.len() == said.len() || !is_name(head) {
        return None;
    }
    let name = Span::new(inner.start(), inner.start() + head.len() as u32);
    Some((voice(names, head, name), Span::new(inner.end() - said.len() as u32, inner.end())))
}

fn is_person(named: &Named) -> bool {
    named.kind == symbol::NAME && named.label == symbol::PER
}

/// The person whose name a line is, and nothing else.
fn signed(line: Span, names: &Names) -> Option<&Named> {
    names.within(line).iter().find(|named| is_person(named) && named.span == line)
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
                let asks = !letters && *first_head.get_or_insert(name) == name;
                let kind = if asks { symbol::QUESTION } else { symbol::ANSWER };
                (kind, Some(voice(names, name, span)))
            }
            Head::None => match turns.last_mut() {
                Some(last) if last.kind == symbol::ANSWER && signed(line, names).is_some() => break,
                Some(last) => {
                    last.span = last.span.cover(line);
                    continue;
                }
                None => continue,
            },
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
fn numbered(text: &str, paragraphs: &[Range<usize>], names: &Names) -> Vec<Turn> {
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
            Some(last) if last.kind == symbol::ANSWER && signed(line, names).is_some() => break,
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

/// The question on a line that begins with this number: all of it, or up to the question mark after which copy has run
/// the answer into the same line.
fn numbered_question(text: &str, line: Span, number: u32) -> Option<Span> {
    let words = &text[line.range()];
    let digits = words.len() - words.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let rest = words[digits..].trim_start();
    if words[..digits].parse() != Ok(number) || !rest.starts_with(['-', '.', ')', '–', ':']) {
        return None;
    }
    let mut end = words.find('?')? + 1;
    while let Some(next) = words[end..].find(['.', '!', '?'])
        && words[end + next..].starts_with('?')
    {
        end += next + 1; // it asks in two sentences
    }
    Some(Span::new(line.start(), line.start() + end as u32))
}

fn head(text: &str, line: Span) -> Head<'_> {
    let words = &text[line.range()];
    let Some((head, rest)) = words.split_once([':', '.']) else { return Head::None };
    if rest.trim().is_empty() {
        return Head::None;
    }
    let colon = words[head.len()..].starts_with(':');
    let letter = head.trim().trim_end_matches(|digit: char| digit.is_ascii_digit());
    match letter.trim_end() {
        "Q" | "Question" => Head::Question,
        "A" | "Answer" => Head::Answer,
        _ if colon && is_name(head.trim()) => {
            let name = head.trim();
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
