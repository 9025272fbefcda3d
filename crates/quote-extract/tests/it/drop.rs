//! The real drop, where a checkout has it. Its texts are not ours: `tests/gold/drop.tsv` holds places in them only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use document::{Document, symbol};

/// A labelled stretch of an article.
struct Gold {
    place: (usize, usize),
    sort: String,
    /// Where its speaker is named.
    speakers: Vec<(usize, usize)>,
}

/// What the stage found: words in marks, and where their speaker is named.
struct Told {
    place: (usize, usize),
    speaker: Option<(usize, usize)>,
    name: Option<String>,
}

fn gold() -> BTreeMap<String, Vec<Gold>> {
    let pair = |text: &str| {
        let (start, end) = text.split_once('-').expect("two offsets");
        (start.parse().expect("an offset"), end.parse().expect("an offset"))
    };
    let mut articles: BTreeMap<String, Vec<Gold>> = BTreeMap::new();
    let lines = include_str!("../gold/drop.tsv").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| columns[at].parse().expect("an offset");
        let speakers = columns.get(4).map_or(Vec::new(), |all| all.split(',').map(pair).collect());
        articles.entry(columns[0].to_owned()).or_default().push(Gold {
            place: (number(1), number(2)),
            sort: columns[3].to_owned(),
            speakers,
        });
    }
    articles
}

/// An article after the stages before this one, and this one.
fn processed(path: &Path) -> Document {
    crate::tagged(std::fs::read_to_string(path).expect("the file can be read"), None)
}

fn articles() -> Option<Vec<(String, PathBuf)>> {
    let folder = testkit::shared("drops/indo-pacific")?;
    let files = std::fs::read_dir(&folder).expect("the drop can be listed");
    let mut paths: Vec<_> = files.map(|file| file.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "txt"));
    paths.sort();
    let id = |path: &Path| path.file_name().expect("a file").to_string_lossy()[..3].to_owned();
    Some(paths.into_iter().map(|path| (id(&path), path)).collect())
}

/// Code points before a byte of a text.
fn point(text: &str, byte: u32) -> usize {
    text[..byte as usize].chars().count()
}

fn told(doc: &Document) -> Vec<Told> {
    let text = doc.text();
    let place = |span: document::Span| (point(text, span.start()), point(text, span.end()));
    let mut all = Vec::new();
    for quotation in doc.view().quotations() {
        for marked in quotation.marked() {
            let speaker = quotation.speaker();
            all.push(Told {
                place: place(marked),
                speaker: speaker.and_then(document::Speaker::span).map(place),
                name: speaker.map(|speaker| speaker.name().into_owned()),
            });
        }
    }
    all
}

fn shared(left: (usize, usize), right: (usize, usize)) -> usize {
    left.1.min(right.1).saturating_sub(left.0.max(right.0))
}

/// Whether four fifths of the longer of two places are shared.
fn is_same(left: (usize, usize), right: (usize, usize)) -> bool {
    5 * shared(left, right) >= 4 * (left.1 - left.0).max(right.1 - right.0)
}

/// Whether the speaker is named where the label says, or by the same last name.
fn is_right(text: &[char], gold: &Gold, told: &Told) -> bool {
    let last = |words: &str| words.rsplit(' ').next().unwrap_or_default().to_lowercase();
    gold.speakers.iter().any(|place| {
        let words: String = text[place.0..place.1].iter().collect();
        told.speaker.is_some_and(|own| shared(own, *place) > 0)
            || told.name.as_ref().is_some_and(|name| last(name) == last(&words))
    })
}

/// Of the thirty quotations all are found; the floors are a little below what was measured.
#[test]
fn quotations_of_the_drop_are_found_and_credited_and_terms_are_not() {
    let Some(articles) = articles() else { return };
    let gold = gold();
    let (mut wanted, mut given, mut found, mut right, mut terms) = (0.0, 0.0, 0.0, 0.0, 0);
    for (id, path) in articles {
        let doc = processed(&path);
        let text: Vec<char> = doc.text().chars().collect();
        let told = told(&doc);
        for label in &gold[&id] {
            let same = told.iter().find(|told| is_same(told.place, label.place));
            match label.sort.as_str() {
                "quotation" => {
                    wanted += 1.0;
                    if let Some(told) = same {
                        found += 1.0;
                        right += f64::from(u8::from(is_right(&text, label, told)));
                    }
                }
                "term" => terms += u32::from(same.is_some()),
                _ => given -= f64::from(u8::from(same.is_some())),
            }
        }
        given += told.len() as f64;
    }
    let f1 = |hits: f64| 2.0 * hits / (wanted + given);
    assert!(f1(found) > 0.95, "words in marks: F1 {}", f1(found));
    assert!(f1(right) > 0.85, "with their speakers: F1 {}", f1(right));
    assert!(terms <= 2, "{terms} terms taken for quotations");
}

#[test]
fn the_interview_of_the_drop_has_its_turns() {
    let Some(articles) = articles() else { return };
    for (id, path) in articles {
        let doc = processed(&path);
        let view = doc.view();
        let turns: Vec<_> = view.turns().collect();
        if id != "003" {
            assert!(turns.is_empty(), "{id} is no interview");
            continue;
        }
        let kinds: Vec<_> = turns.iter().map(|turn| turn.kind()).collect();
        assert_eq!(kinds, [symbol::QUESTION, symbol::ANSWER].repeat(4));
        let last = turns.last().expect("eight turns").span();
        let end = point(doc.text(), last.end());
        assert!(
            (13_000..13_400).contains(&end),
            "the last answer ends before the person is introduced: {end}"
        );
    }
}
