//! Whom pronouns and descriptions mean, on the dev part of `PolNeAR`, where a checkout has it. Its texts are not ours:
//! `tests/gold/pronouns.tsv` holds places in them only.

use std::collections::BTreeMap;
use std::io::BufRead;

use document::Document;

type Place = (usize, usize);

/// A labelled report.
struct Gold {
    content: Place,
    speaker: Place,
    /// Where the article names whom the speaker's words mean, if anywhere.
    name: Option<Place>,
}

/// How many reports have what.
#[derive(Debug, Default)]
struct Count {
    named: usize,
    found: usize,
    right: usize,
    wrong: usize,
    nameless: usize,
    invented: usize,
}

fn place(text: &str) -> Option<Place> {
    let (start, end) = text.split_once('-')?;
    Some((start.parse().ok()?, end.parse().ok()?))
}

fn gold() -> BTreeMap<&'static str, Vec<Gold>> {
    let mut articles: BTreeMap<_, Vec<Gold>> = BTreeMap::new();
    let lines = include_str!("../gold/pronouns.tsv").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| columns[at].parse().expect("an offset");
        articles.entry(columns[0]).or_default().push(Gold {
            content: (number(1), number(2)),
            speaker: place(columns[3]).expect("two offsets"),
            name: place(columns[4]),
        });
    }
    articles
}

fn shared(left: Place, right: Place) -> usize {
    left.1.min(right.1).saturating_sub(left.0.max(right.0))
}

/// Whether one name may be short for the other: the last word is the same, and every word of the shorter one is in the longer.
fn agree(left: &str, right: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split_whitespace().filter(|word| !word.ends_with('.') || word.len() == 2);
        words.map(str::to_lowercase).collect()
    };
    let (left, right) = (words(left), words(right));
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    short.last() == long.last() && short.iter().all(|word| long.contains(word))
}

fn count(doc: &Document, gold: &[Gold], count: &mut Count) {
    let text: Vec<char> = doc.text().chars().collect();
    let words = |place: Place| text[place.0..place.1].iter().collect::<String>();
    let place = |span: document::Span| {
        let point = |byte: u32| doc.text()[..byte as usize].chars().count();
        (point(span.start()), point(span.end()))
    };
    let view = doc.view();
    let told: Vec<(Place, Option<Place>, String)> = view
        .quotations()
        .filter_map(|quotation| {
            let speaker = quotation.speaker()?;
            let (at, name) = (speaker.span().map(place), speaker.name().into_owned());
            Some((place(quotation.span()), at, name))
        })
        .collect();
    for label in gold {
        let found = told.iter().find(|told| {
            shared(told.0, label.content) > 0
                && told.1.is_some_and(|at| shared(at, label.speaker) > 0)
        });
        let named = found.filter(|told| told.1.is_none_or(|at| words(at) != told.2)); // not its own words
        match label.name {
            Some(name) => {
                count.named += 1;
                count.found += usize::from(found.is_some());
                let name = words(name);
                count.right += usize::from(found.is_some_and(|told| agree(&told.2, &name)));
                count.wrong += usize::from(named.is_some_and(|told| !agree(&told.2, &name)));
            }
            None if found.is_some() => {
                count.nameless += 1;
                count.invented += usize::from(named.is_some());
            }
            None => {}
        }
    }
}

/// The floors are a little below what the shipped model has.
#[test]
fn pronouns_and_descriptions_mean_whom_the_reader_thinks_they_mean() {
    let Some(path) = testkit::shared("data/quotes/polnear_dev.jsonl") else { return };
    let file = std::fs::File::open(path).expect("the file can be read");
    let gold = gold();
    let mut all = Count::default();
    for line in std::io::BufReader::new(file).lines() {
        let article: serde_json::Value =
            serde_json::from_str(&line.expect("a line")).expect("an article");
        let Some(labels) = article["id"].as_str().and_then(|id| gold.get(id)) else { continue };
        let text = article["text"].as_str().expect("a text");
        count(&crate::tagged(text.to_owned(), None), labels, &mut all);
    }
    let right_of_found = all.right as f64 / all.found as f64;
    assert!(right_of_found > 0.77 && all.right >= 50, "{all:?}");
    assert!(all.wrong <= 8 && all.invented <= 4, "{all:?}");
}
