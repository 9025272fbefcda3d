//! Stories of made-up articles: what is matched, drawn as lines.

use std::fmt::Write;

use document::Span;
use proptest::prelude::*;

use super::{Fidelity, Group, Relation, Told, matched};
use crate::article::{Article, Entity, Label, Quotation, QuotationKind, Speaker};
use crate::keys::Keys;

/// An article of paragraphs `Speaker: text`. Words in “ ” are a quotation, words in < > reported speech; marks inside
/// it make it mixed. The angle brackets do not stand in the text. A speaker `?` is unknown.
fn article(id: &str, paragraphs: &[&str]) -> Article {
    let mut article = Article { id: id.to_owned(), ..Article::default() };
    for paragraph in paragraphs {
        let (speaker, text) = paragraph.split_once(": ").unwrap_or(("?", paragraph));
        let entity = (speaker != "?").then(|| entity(&mut article, speaker));
        let from = article.text.len();
        let mut reported: Option<(usize, Vec<Span>)> = None;
        let mut marked = None;
        let mut found: Vec<(Span, QuotationKind, Vec<Span>)> = Vec::new();
        for character in text.chars() {
            let at = article.text.len();
            match character {
                '<' => reported = Some((at, Vec::new())),
                '>' => {
                    let (start, inside) = reported.take().unwrap();
                    let kind = if inside.is_empty() {
                        QuotationKind::Indirect
                    } else {
                        QuotationKind::Mixed
                    };
                    found.push((Span::from_range(start..at), kind, inside));
                }
                _ => article.text.push(character),
            }
            match character {
                '“' => marked = Some(at + '“'.len_utf8()),
                '”' => {
                    let span = Span::from_range(marked.take().unwrap()..at);
                    match &mut reported {
                        Some((_, inside)) => inside.push(span),
                        None => found.push((span, QuotationKind::Direct, vec![span])),
                    }
                }
                _ => {}
            }
        }
        for (span, kind, marked) in found {
            let number = article.quotations.len() as u32;
            let speaker = entity.map(|entity| Speaker {
                entity: Some(entity),
                name: speaker.to_owned(),
                role: None,
            });
            article.quotations.push(Quotation {
                number,
                span,
                kind,
                marked,
                part_of: None,
                speaker,
                occasion: None,
                said_on: None,
                negated: false,
            });
        }
        article.sentences.push(Span::from_range(from..article.text.len()));
        if let Some(entity) = entity
            && let Some(at) = article.text[from..].find(speaker)
        {
            let span = Span::from_range(from + at..from + at + speaker.len());
            article.entities[entity as usize].names.push(span);
        }
        article.text.push('\n');
    }
    article
}

fn entity(article: &mut Article, name: &str) -> u32 {
    let known = article.entities.iter().position(|entity| entity.name == name);
    let at = known.unwrap_or_else(|| {
        article.entities.push(Entity {
            key: format!("per:{}", tokens::folded(name)),
            name: name.to_owned(),
            label: Label::Per,
            mentions: 1,
            ..Entity::default()
        });
        article.entities.len() - 1
    });
    at as u32
}

fn story(articles: &[Article]) -> Vec<Group> {
    let mut keys = Keys::default();
    let ids: Vec<_> = articles.iter().map(|article| keys.assign(article, 0)).collect();
    let told: Vec<Told<'_>> =
        articles.iter().zip(&ids).map(|(article, keys)| Told { article, keys }).collect();
    matched(&told, &keys)
}

/// Each group as its speaker and a line a member: `*` the fullest, `=` same, `~` variant, `-` unmarked, then the article,
/// its words, and what is cut and added.
fn draw(articles: &[Article], groups: &[Group]) -> String {
    let slice = |article: usize, span: Span| &articles[article].text[span.range()];
    let mut out = String::new();
    for group in groups {
        writeln!(out, "{}", group.key.as_deref().unwrap_or("?")).unwrap();
        let full = group.members[group.fullest].article;
        for (at, member) in group.members.iter().enumerate() {
            let relation = match member.relation {
                Relation::Same if at == group.fullest => '*',
                Relation::Same => '=',
                Relation::Variant => '~',
                Relation::Unmarked => '-',
            };
            let number = member.quotation.map_or(String::new(), |number| number.to_string());
            write!(
                out,
                "{relation} {}{number} {}",
                articles[member.article].id,
                slice(member.article, member.span)
            )
            .unwrap();
            for span in &member.cut {
                write!(out, " | -{}", slice(full, *span)).unwrap();
            }
            for span in &member.added {
                write!(out, " | +{}", slice(member.article, *span)).unwrap();
            }
            if let Some(fidelity) = member.fidelity {
                out += match fidelity {
                    Fidelity::Verbatim => " | verbatim",
                    Fidelity::Cut => " | cut",
                    Fidelity::Altered => " | altered",
                    Fidelity::NotFound => " | not found",
                };
            }
            out += "\n";
        }
    }
    out
}

fn check(articles: &[Article], expected: &str) {
    let drawn = draw(articles, &story(articles));
    let expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(drawn.trim_end(), expected.join("\n"), "\n{drawn}");
}

#[test]
fn the_same_words_whole_and_in_part() {
    check(
        &[
            article(
                "a",
                &["Ada Ek: “The sea took the old pier of Harwick in one night,” Ada Ek said."],
            ),
            article("b", &["Ada Ek: Ada Ek spoke of <the “old pier”>."]),
            article("c", &["Ada Ek: “[T]he sea took the old pier … in one night.” Ada Ek said."]),
            article("d", &["Paul Moss: “The old pier is what I loved,” Paul Moss said."]),
        ],
        "per:ada-ek
         * a0 The sea took the old pier of Harwick in one night,
         = b0 the “old pier” | -The sea took the | -of Harwick in one night
         = c0 [T]he sea took the old pier … in one night. | -of Harwick
         per:paul-moss
         * d0 The old pier is what I loved,",
    );
}

#[test]
fn other_wording_by_the_same_speaker_is_a_variant() {
    check(
        &[
            article("a", &["Ada Ek: “The harbour is not local, it is national,” Ada Ek said."]),
            article("b", &["Ada Ek: “The harbour is not local but national.” Ada Ek left."]),
            article("c", &["Paul Moss: “The harbour is not local but national.” Paul Moss left."]),
        ],
        "per:ada-ek
         * a0 The harbour is not local, it is national,
         ~ b0 The harbour is not local but national. | -it is | +but
         per:paul-moss
         * c0 The harbour is not local but national.",
    );
}

#[test]
fn the_same_words_without_marks() {
    check(
        &[
            article("a", &["Ada Ek: “What happens in Harwick matters to the coast,” Ada Ek said."]),
            article(
                "b",
                &["Ada Ek: Ada Ek said <what happens in Harwick matters to the whole coast>."],
            ),
            article(
                "c",
                &[
                    "?: He agrees.",
                    "Ada Ek: For Ada Ek what happens in Harwick matters to the coast.",
                ],
            ),
            article("e", &["Ada Ek: Ada Ek: ‘What happens in Harwick matters to the coast"]),
            article(
                "d",
                &["Paul Moss: Paul Moss said <what happens in Harwick matters to the coast>."],
            ),
        ],
        "per:ada-ek
         * a0 What happens in Harwick matters to the coast,
         - b0 what happens in Harwick matters to the whole coast | +whole
         - c what happens in Harwick matters to the coast
         = e What happens in Harwick matters to the coast",
    );
}

#[test]
fn an_article_may_echo_itself() {
    check(
        &[article(
            "a",
            &[
                "Ada Ek: “We will rebuild the pier.”",
                "Ada Ek: “We will rebuild the pier,” Ada Ek said, “before winter comes.”",
            ],
        )],
        "per:ada-ek
         * a0 We will rebuild the pier.
         = a1 We will rebuild the pier,
         per:ada-ek
         * a2 before winter comes.",
    );
}

#[test]
fn a_transcript_is_the_full_text() {
    let mut full = article(
        "t",
        &[
            "?: Good evening. The sea took the old pier of Harwick in one night. We lost much. We will rebuild it before winter.",
        ],
    );
    full.transcript = true;
    full.title = "Remarks by Ada Ek".to_owned();
    check(
        &[
            article("a", &["Ada Ek: “The sea took the old pier,” Ada Ek said."]),
            article("b", &["Ada Ek: “The sea took the old pier … in one night,” Ada Ek said."]),
            article("c", &["Ada Ek: “The sea destroyed the old pier of Harwick in a night,” Ada Ek said."]),
            article("d", &["Ada Ek: “Nobody warned us of the flood,” Ada Ek said."]),
            full,
        ],
        "per:ada-ek
         = a0 The sea took the old pier, | -of Harwick in one night | verbatim
         = b0 The sea took the old pier … in one night, | -of Harwick | cut
         ~ c0 The sea destroyed the old pier of Harwick in a night, | -took | -one | +destroyed | +a | altered
         * t The sea took the old pier of Harwick in one night
         per:ada-ek
         * d0 Nobody warned us of the flood, | not found",
    );
}

#[test]
fn a_transcript_without_sentences_is_not_one_passage() {
    let words: Vec<String> = (0..3000).map(|number| format!("w{number}")).collect();
    for (said, passage) in [(1500..1520, 900..2120), (10..30, 0..630), (2980..3000, 2380..3000)] {
        let mut full = article("t", &[&format!("?: {}", words.join(" "))]);
        full.transcript = true;
        let quoted = format!("Ada Ek: “{}”, Ada Ek said.", words[said].join(" "));
        let articles = [article("a", &[&quoted]), full];
        let groups = story(&articles);
        let fullest = &groups[0].members[groups[0].fullest];
        assert_eq!(articles[1].text[fullest.span.range()], words[passage].join(" "));
    }
}

/// Sentences that share runs of words, and two speakers.
fn paragraph() -> impl Strategy<Value = String> {
    const HEADS: [&str; 4] = ["The sea took", "We will rebuild", "Nobody loves", "The mayor sold"];
    const TAILS: [&str; 4] =
        ["the old pier of Harwick", "the pier before winter", "the whole northern coast", "it"];
    let speaker = prop::sample::select(vec!["Ada Ek", "Paul Moss", "?"]);
    let part = |words: &'static [&'static str]| prop::sample::select(words);
    (speaker, part(&HEADS), part(&TAILS), 0..4u8).prop_map(|(speaker, head, tail, form)| match form
    {
        0 => format!("{speaker}: “{head} {tail}.”"),
        1 => format!("{speaker}: “{head} … {tail}.”"),
        2 => format!("{speaker}: <{head} “{tail}”> at last."),
        _ => format!("{speaker}: <{head} {tail}> in {speaker}."),
    })
}

proptest! {
    /// Who stands together, and how, does not depend on the order in which articles arrive.
    #[test]
    fn the_order_of_articles_does_not_matter(
        paragraphs in prop::collection::vec(prop::collection::vec(paragraph(), 0..4), 1..6),
        turn in 0..6usize,
    ) {
        let of = |(at, paragraphs): (usize, &Vec<String>)| {
            article(&at.to_string(), &paragraphs.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let articles: Vec<Article> = paragraphs.iter().enumerate().map(of).collect();
        let mut turned = articles.clone();
        turned.rotate_left(turn % articles.len());
        turned.swap(0, turn % articles.len());
        let sorted = |articles: &[Article]| {
            let mut lines: Vec<Vec<String>> = story(articles)
                .into_iter()
                .map(|mut group| {
                    let full = group.members[group.fullest].clone();
                    group.members.sort_by_key(|member| (articles[member.article].id.clone(), member.span));
                    let fullest = group.members.iter().position(|member| *member == full).unwrap();
                    let group = Group { fullest, ..group };
                    draw(articles, &[group]).lines().map(str::to_owned).collect()
                })
                .collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(sorted(&articles), sorted(&turned));
    }

    /// Every direct and mixed quotation stands in one group, and every span is a slice.
    #[test]
    fn every_quotation_stands_once(paragraphs in prop::collection::vec(prop::collection::vec(paragraph(), 0..4), 1..6)) {
        let of = |(at, paragraphs): (usize, &Vec<String>)| {
            article(&at.to_string(), &paragraphs.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let articles: Vec<Article> = paragraphs.iter().enumerate().map(of).collect();
        let mut seen = std::collections::BTreeMap::new();
        for group in story(&articles) {
            prop_assert!(group.fullest < group.members.len());
            prop_assert_eq!(group.members[group.fullest].relation, Relation::Same);
            let full = &articles[group.members[group.fullest].article].text;
            for member in &group.members {
                if let Some(number) = member.quotation {
                    *seen.entry((member.article, number)).or_insert(0) += 1;
                }
                let text = &articles[member.article].text;
                prop_assert!(member.added.iter().chain([&member.span]).all(|span| text.get(span.range()).is_some()));
                prop_assert!(member.cut.iter().all(|span| full.get(span.range()).is_some()));
            }
        }
        for (at, article) in articles.iter().enumerate() {
            for quotation in &article.quotations {
                let times = seen.get(&(at, quotation.number)).copied().unwrap_or_default();
                let marked = quotation.kind != QuotationKind::Indirect;
                prop_assert!(times == 1 || !marked && times == 0, "{} times", times);
            }
        }
    }
}
