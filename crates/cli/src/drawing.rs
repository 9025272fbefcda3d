//! One article for a terminal: metadata, the text with its annotations under it, and lists.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use underline::{Mark, draw_wrapped};
use wire::{OffsetIndex, Quotation, Record, Speaker};

/// Columns of a terminal whose width is not known.
const COLUMNS: usize = 100;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Display columns of a line.
    pub(crate) columns: usize,
    /// Whether to colour what is drawn.
    pub(crate) color: bool,
}

impl Style {
    /// As fits standard output.
    pub(crate) fn of_stdout() -> Self {
        let width = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
        Self {
            columns: width.unwrap_or(COLUMNS).clamp(40, 120),
            color: crate::log::stdout_has_color(),
        }
    }
}

/// What a mark shows, and so its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Name,
    Quotation,
    Summary,
    Other,
}

impl Ink {
    /// The ANSI colour: green, yellow, blue, magenta.
    fn code(self) -> u8 {
        match self {
            Self::Name => 32,
            Self::Quotation => 33,
            Self::Summary => 34,
            Self::Other => 35,
        }
    }
}

/// The whole drawing, line end included.
pub(crate) fn article(record: &Record, style: &Style) -> String {
    let mut out = String::new();
    head(&mut out, record, style);
    let text = record.text.as_deref().unwrap_or_default();
    let marks = marks(record, &OffsetIndex::new(text, record.offsets));
    let (inks, marks): (Vec<Ink>, Vec<Mark>) = marks.into_iter().unzip();
    let paint = |index: usize, drawn: &str| paint(drawn, inks[index].code(), style.color);
    out += &draw_wrapped(text, &marks, style.columns, &paint);
    lists(&mut out, record, style);
    out
}

/// The text in an ANSI colour, if there is colour.
pub(crate) fn paint(text: &str, code: u8, color: bool) -> String {
    if color && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

fn bold(text: &str, style: &Style) -> String {
    paint(text, 1, style.color)
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn head(out: &mut String, record: &Record, style: &Style) {
    line(out, &bold(record.title.as_deref().unwrap_or("(no title)"), style));
    if let Some(dek) = &record.dek {
        line(out, dek);
    }
    let byline = (!record.byline.is_empty()).then(|| format!("by {}", record.byline.join(", ")));
    let language = record.language.as_ref().map(|language| format!("[{language}]"));
    let facts = [record.outlet.clone(), record.published.clone(), byline, language];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if !facts.is_empty() {
        line(out, &facts.join(" · "));
    }
    let revision =
        if record.revision > 1 { format!(", revision {}", record.revision) } else { String::new() };
    line(out, &format!("{}{revision}", record.id));
    out.push('\n');
}

/// Everything of the record that stands in the text.
fn marks(record: &Record, index: &OffsetIndex<'_>) -> Vec<(Ink, Mark)> {
    let mut marks = Vec::new();
    let mut add = |ink: Ink, start: Option<u32>, end: Option<u32>, label: String| {
        let bytes = |at: Option<u32>| at.and_then(|at| index.byte_at(at)).map(|at| at as usize);
        if let (Some(start), Some(end)) = (bytes(start), bytes(end)) {
            marks.push((ink, Mark::new(start..end, label)));
        }
    };
    for mention in record.mentions.iter().flatten() {
        let label = mention.label.clone().unwrap_or_default();
        let label = match (&mention.value, mention.kind.as_deref()) {
            (Some(value), _) => format!("{label} {}", value.get()),
            (None, Some(kind @ ("pronoun" | "description"))) => {
                match entity_name(record, mention.entity) {
                    Some(name) => format!("= {name}"),
                    None => kind.to_owned(),
                }
            }
            _ => label,
        };
        add(Ink::Name, mention.start, mention.end, label);
    }
    for quotation in record.quotations.iter().flatten() {
        let kind = quotation.kind.as_deref().unwrap_or("quotation");
        let label = format!("{kind}, {}", attribution(quotation));
        add(Ink::Quotation, quotation.start, quotation.end, label);
        if let Some(cue) = &quotation.cue {
            add(Ink::Quotation, Some(cue.start), Some(cue.end), "cue".to_owned());
        }
        if let Some(Speaker { start, end, .. }) = quotation.speaker {
            add(Ink::Quotation, start, end, "speaker".to_owned());
        }
    }
    for turn in record.turns.iter().flatten() {
        add(Ink::Other, turn.start, turn.end, turn.role.clone().unwrap_or_default());
    }
    for sentence in record.summary.iter().flatten() {
        add(Ink::Summary, sentence.start, sentence.end, "summary".to_owned());
    }
    for annotation in record.annotations.iter().flatten() {
        let label = annotation.label.as_deref().unwrap_or_default();
        add(Ink::Other, annotation.start, annotation.end, format!("{} {label}", annotation.layer));
    }
    for note in &record.notes {
        add(Ink::Other, note.start, note.end, format!("note: {}", note.message));
    }
    let mut seen = BTreeSet::new(); // parts of one quotation share their cue and speaker
    marks.retain(|(_, mark)| seen.insert((mark.span.start, mark.span.end, mark.label.clone())));
    marks
}

fn entity_name(record: &Record, entity: Option<u32>) -> Option<&str> {
    let entities = record.entities.as_ref()?;
    Some(&entities.iter().find(|known| Some(known.id) == entity)?.name)
}

fn attribution(quotation: &Quotation) -> String {
    let speaker = quotation.speaker.as_ref().and_then(|speaker| {
        let name = speaker.name.as_ref().or(speaker.text.as_ref())?;
        Some(speaker.role.as_ref().map_or_else(|| name.clone(), |role| format!("{name} ({role})")))
    });
    let negated = if quotation.negated { " (not said)" } else { "" };
    match speaker {
        Some(speaker) => format!("{speaker}{negated}"),
        None => format!("speaker unknown{negated}"),
    }
}

/// What was found, without the text around it.
fn lists(out: &mut String, record: &Record, style: &Style) {
    let mut list = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            writeln!(out, "\n{}", bold(title, style)).expect("a string takes everything");
            for item in items {
                line(out, &format!("  {item}"));
            }
        }
    };
    let entity = |entity: &wire::Entity| {
        let country =
            entity.country.as_ref().map(|country| format!(" [{country}]")).unwrap_or_default();
        let label = entity.label.as_deref().unwrap_or_default();
        format!("{label:4} {}{country} ({})", entity.name, entity.mentions.len())
    };
    list("Entities", record.entities.iter().flatten().map(entity).collect());
    let quotation = |quotation: &Quotation| {
        format!("{}: {}", attribution(quotation), quotation.text.as_deref().unwrap_or_default())
    };
    list("Quotations", record.quotations.iter().flatten().map(quotation).collect());
    let sentence = |sentence: &wire::SummarySentence| sentence.text.clone().unwrap_or_default();
    list("Summary", record.summary.iter().flatten().map(sentence).collect());
    let phrases: Vec<_> =
        record.keyphrases.iter().flatten().map(|phrase| phrase.text.as_str()).collect();
    list("Keyphrases", if phrases.is_empty() { Vec::new() } else { vec![phrases.join(", ")] });
    let values =
        record.values.iter().flatten().map(|(name, value)| format!("{name}: {}", value.get()));
    list("Values", values.collect());
    let spanless = record.notes.iter().filter(|note| note.start.is_none());
    list("Notes", spanless.map(|note| note.message.clone()).collect());
}
