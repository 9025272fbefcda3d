//! Who is named where: the mentions of the article, or capitalised words where nobody tagged it.

use std::collections::HashMap;

use document::{RowId, Span, Symbol, View, symbol};

use crate::token::{Class, Token, is_possessive};

/// Something in the text that refers to somebody.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// Where it stands.
    pub(crate) span: Span,
    /// Name, description or pronoun.
    pub(crate) kind: Symbol,
    /// [`PER`](symbol::PER) and so on; [`NONE`](symbol::NONE) if unknown.
    pub(crate) label: Symbol,
    /// What it refers to.
    pub(crate) entity: Option<RowId>,
}

/// The day that a mention names.
#[derive(Clone, Debug)]
pub(crate) struct Day {
    /// Where it stands.
    pub(crate) span: Span,
    /// An ISO date.
    pub(crate) date: String,
}

/// Names, descriptions, pronouns and days of one article, in text order.
#[derive(Debug, Default)]
pub(crate) struct Names {
    tagged: bool,
    named: Vec<Named>,
    days: Vec<Day>,
    entities: HashMap<RowId, String>,
    fullest: HashMap<String, String>,
}

impl Names {
    /// What the layers `mentions` and `entities` know.
    pub(crate) fn from_view(view: &View<'_>) -> Self {
        let mut names = Self::default();
        for mention in view.mentions() {
            if mention.kind() == symbol::VALUE {
                let date = mention.value().and_then(document::json::as_str);
                if let Some(date) =
                    date.filter(|date| mention.label() == symbol::DATE && is_day(date))
                {
                    names.days.push(Day { span: mention.span(), date: date.into_owned() });
                }
                continue;
            }
            names.tagged |= mention.kind() == symbol::NAME;
            names.named.push(Named {
                span: mention.span(),
                kind: mention.kind(),
                label: mention.label(),
                entity: mention.entity(),
            });
        }
        names.named.sort_by_key(|named| named.span);
        names.days.sort_by_key(|day| day.span);
        names.entities =
            view.entities().map(|entity| (entity.id(), entity.name().into_owned())).collect();
        names
    }

    /// Whether a tagger has worked on the article.
    pub(crate) fn is_tagged(&self) -> bool {
        self.tagged
    }

    /// Remembers the capitalised names of a statement for [`full_name`](Self::full_name).
    pub(crate) fn learn(&mut self, text: &str, tokens: &[Token]) {
        let mut at = 0;
        while at < tokens.len() {
            let end = run_end(text, tokens, at);
            let name = untitled(tokens, at, end);
            if name.1 >= name.0 + 2 && name.1 <= name.0 + 4 {
                let full = &text[span_of(&tokens[name.0..name.1]).range()];
                let full = strip_possessive(full);
                let known = self.fullest.entry(last_word(full).to_owned()).or_default();
                if known.is_empty() {
                    full.clone_into(known);
                }
            }
            at = end.max(at + 1);
        }
    }

    /// The mentions that lie inside `span` or reach into it, in order.
    pub(crate) fn within(&self, span: Span) -> &[Named] {
        let first = self.named.partition_point(|named| named.span.end() <= span.start());
        let len = self.named[first..].partition_point(|named| named.span.start() < span.end());
        &self.named[first..first + len]
    }

    /// The person named right before a place, with a comma at most between them: whom `who` means.
    pub(crate) fn before(&self, text: &str, place: Span) -> Option<&Named> {
        let next = self.named.partition_point(|named| named.span.start() < place.start());
        let named = self.named[..next].last()?;
        let between = text.get(named.span.end() as usize..place.start() as usize)?;
        let near = matches!(between, " " | ", ");
        (near && named.kind == symbol::NAME && named.label == symbol::PER).then_some(named)
    }

    /// The days named inside `span`, in order.
    pub(crate) fn days_within(&self, span: Span) -> impl Iterator<Item = &Day> {
        let first = self.days.partition_point(|day| day.span.start() < span.start());
        self.days[first..].iter().take_while(move |day| span.contains(day.span))
    }

    /// The fullest form of a name known in the article.
    pub(crate) fn full_name(&self, name: &str, entity: Option<RowId>) -> String {
        if let Some(full) = entity.and_then(|entity| self.entities.get(&entity)) {
            return full.clone();
        }
        let name = strip_possessive(name);
        let full = self
            .fullest
            .get(last_word(name))
            .filter(|full| full.len() > name.len() && full.ends_with(name));
        full.map_or_else(|| name.to_owned(), Clone::clone)
    }
}

/// The end of the run of capitalised words that begins at `at`, a possessive ending it; `at` if none.
pub(crate) fn run_end(text: &str, tokens: &[Token], at: usize) -> usize {
    let mut end = at;
    while end < tokens.len() && tokens[end].is_capital() {
        end += 1;
        if is_possessive(&text[tokens[end - 1].span.range()]) {
            break;
        }
    }
    end
}

/// A run of capitalised words without the words of an office at its beginning, unless nothing else is there.
pub(crate) fn untitled(tokens: &[Token], start: usize, end: usize) -> (usize, usize) {
    let title = Class::TITLE.with(Class::PLAIN);
    let last = tokens[start..end].iter().rposition(|token| token.is(title));
    let names = last.map_or(start, |last| start + last + 1);
    if names < end { (names, end) } else { (start, end) }
}

/// The span from the first to the last of some tokens; they must not be empty.
pub(crate) fn span_of(tokens: &[Token]) -> Span {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        panic!("a phrase has tokens");
    };
    first.span.cover(last.span)
}

/// A name without the possessive at its end.
pub(crate) fn strip_possessive(name: &str) -> &str {
    name.strip_suffix("’s").or_else(|| name.strip_suffix("'s")).unwrap_or(name)
}

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

fn is_day(date: &str) -> bool {
    date.len() == 10
        && date.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
        })
}
