//! Differences for a terminal: the lines of the text in which they stand, marked below, then those
//! that stand nowhere.

use std::ops::Range;

use serde_json::{Map, Value};
use underline::{Mark, draw_wrapped};
use wire::{Fact, Facts, OffsetIndex, Offsets};

use crate::comparison::{Change, ChangeKind};
use crate::drawing::Style;

/// Characters of a value in a label; a longer one is cut.
const LONGEST: usize = 60;

/// The differences between two records of one article, line ends included.
pub(crate) fn draw(before: &Facts, after: &Facts, changes: &[Change], style: &Style) -> String {
    let mut out = String::new();
    let text = after.text.as_deref().unwrap_or_default();
    let same_text = before.text == after.text;
    let index = OffsetIndex::new(text, Offsets::CodePoints);
    let mut marks = Vec::new();
    let mut elsewhere = Vec::new();
    for change in changes {
        let spans = [change.after.as_ref(), change.before.as_ref()].into_iter().flatten();
        let spans = spans.filter_map(|fact| bytes(fact, &index)).filter(|_| same_text);
        match spans.reduce(|one, other| one.start.min(other.start)..one.end.max(other.end)) {
            Some(span) => marks.push((change.kind(), Mark::new(span, label(change)))),
            None => elsewhere.push(change),
        }
    }
    paragraphs(&mut out, text, &marks, style);
    for change in elsewhere {
        let line = match &*change.fact().layer {
            "text" => text_difference(before, after),
            _ => format!("{}\n", named(change)),
        };
        out += &paint(&line, change.kind(), style);
    }
    out
}

/// Draws the lines of the text that hold marks.
fn paragraphs(out: &mut String, text: &str, marks: &[(ChangeKind, Mark)], style: &Style) {
    let mut start = 0;
    let mut passed_over = false;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let here = |mark: &Mark| mark.span.start < range.end && mark.span.end > range.start;
        let (kinds, clipped): (Vec<ChangeKind>, Vec<Mark>) = marks
            .iter()
            .filter(|(_, mark)| here(mark))
            .map(|(kind, mark)| (*kind, clip(mark, &range)))
            .unzip();
        if clipped.is_empty() {
            passed_over |= !line.trim().is_empty();
            continue;
        }
        if passed_over {
            out.push_str("…\n");
        }
        passed_over = false;
        let color = |mark: usize, drawn: &str| paint(drawn, kinds[mark], style);
        *out += &draw_wrapped(line, &clipped, style.columns, &color);
    }
}

/// The part of a mark inside of a line; its label stands under the first.
fn clip(mark: &Mark, line: &Range<usize>) -> Mark {
    let label = if mark.span.start >= line.start { mark.label.clone() } else { String::new() };
    let span = mark.span.start.max(line.start)..mark.span.end.min(line.end);
    Mark::new(span.start - line.start..span.end - line.start, label)
}

fn bytes(fact: &Fact, index: &OffsetIndex<'_>) -> Option<Range<usize>> {
    let (start, end) = fact.span?;
    let (start, end) = (index.byte_at(start)? as usize, index.byte_at(end)? as usize);
    (start <= end).then_some(start..end)
}

/// What stands behind the carets.
fn label(change: &Change) -> String {
    let (sign, layer) = (change.kind().sign(), &change.fact().layer);
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{sign} {layer} {}", between(before, after)),
        _ => format!("{sign} {layer} {}", summary(change.fact())).trim_end().to_owned(),
    }
}

/// A difference in a line of its own.
fn named(change: &Change) -> String {
    let fact = change.fact();
    let (sign, layer, name) = (change.kind().sign(), &fact.layer, short(&fact.name));
    let layer = if layer == Fact::METADATA { "" } else { &format!("{layer} ") };
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{sign} {layer}{name}: {}", between(before, after)),
        _ if fact.says.is_object() && fact.key != "meta" => {
            format!("{sign} {layer}{name}  {}", summary(fact)).trim_end().to_owned()
        }
        _ => {
            let whole = fact.says.as_str().map(|text| text.replace('\n', " "));
            format!("{sign} {layer}{name}: {}", whole.unwrap_or_else(|| shown(&fact.says)))
        }
    }
}

/// What changed between two facts about one thing.
fn between(before: &Fact, after: &Fact) -> String {
    let (Value::Object(old), Value::Object(new)) = (&before.says, &after.says) else {
        return format!("{} → {}", shown(&before.says), shown(&after.says));
    };
    let mut parts = Vec::new();
    if before.span != after.span && before.name != after.name {
        parts.push(format!("“{}” → “{}”", short(&before.name), short(&after.name)));
    }
    let keys = new.keys().chain(old.keys().filter(|key| !new.contains_key(*key)));
    for key in keys.filter(|key| !is_place(key)) {
        let (old, new) = (old.get(key), new.get(key));
        if old != new {
            let show = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), shown);
            let (old, new) = (show(old), show(new));
            // Two that are shown alike differ in where they stand.
            let change =
                if old == new { "elsewhere".to_owned() } else { format!("{old} → {new}") };
            parts.push(format!("{key}: {change}"));
        }
    }
    if parts.is_empty() { "elsewhere".to_owned() } else { parts.join(", ") }
}

/// What a fact says beside where and in which words.
fn summary(fact: &Fact) -> String {
    let Value::Object(says) = &fact.says else { return shown(&fact.says) };
    let mut parts = Vec::new();
    for (key, value) in says.iter().filter(|(key, _)| !is_place(key)) {
        match value {
            Value::Bool(false) => {}
            Value::Array(items) if items.is_empty() => {}
            Value::Object(entries) if entries.is_empty() => {}
            _ if key == "marked" || key == "part_of" || *value == fact.name => {}
            Value::String(_) => parts.push(shown(value)),
            _ => parts.push(format!("{key} {}", shown(value))),
        }
    }
    parts.join(", ")
}

/// Keys that say where something stands and how it is worded.
fn is_place(key: &str) -> bool {
    matches!(key, "start" | "end" | "raw_start" | "raw_end" | "text" | "layer")
}

/// A value in few words: of a passage or a speaker, its name or words.
fn shown(value: &Value) -> String {
    let words = |entries: &Map<String, Value>| {
        let words = ["name", "text"].iter().find_map(|key| entries.get(*key)?.as_str());
        let rest = ["entity", "role", "via"].iter().filter_map(|key| entries.get(*key)?.as_str());
        words.map(|words| {
            let rest: Vec<&str> = rest.collect();
            if rest.is_empty() {
                words.to_owned()
            } else {
                format!("{words} ({})", rest.join(", "))
            }
        })
    };
    match value {
        Value::String(text) => short(text),
        Value::Object(entries) => {
            words(entries).map_or_else(|| short(&value.to_string()), |words| short(&words))
        }
        other => short(&other.to_string()),
    }
}

fn short(text: &str) -> String {
    let line = text.replace('\n', " ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The first lines that two texts do not share.
fn text_difference(before: &Facts, after: &Facts) -> String {
    let lines = |facts: &Facts| -> Vec<String> {
        facts.text.iter().flat_map(|text| text.split('\n')).map(str::to_owned).collect()
    };
    let (old, new) = (lines(before), lines(after));
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let line = |lines: &[String], sign: char| match lines.get(same) {
        Some(line) => format!("  {sign} {line}\n"),
        None => format!("  {sign} (no such line)\n"),
    };
    format!("~ text differs from line {}\n{}{}", same + 1, line(&old, '-'), line(&new, '+'))
}

fn paint(text: &str, kind: ChangeKind, style: &Style) -> String {
    let code = match kind {
        ChangeKind::Gained => 32,
        ChangeKind::Lost => 31,
        ChangeKind::Changed => 33,
    };
    crate::drawing::paint(text, code, style.color)
}
