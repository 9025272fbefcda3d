//! What several articles say together.

use terms::digest::{Candidate, choose, headline};

const ANSEL: &str = "Port Ansel closed its old harbour to cargo ships on Monday.";
const AGAIN: &str = "The old harbour of Port Ansel was closed to all cargo ships.";
const MARCH: &str = "Dockers plan a march to the closed harbour with drums and banners.";
const MARKET: &str = "Ferries and the fish market of Port Ansel stay open for the summer.";
const WEATHER: &str = "Rain fell on the hills behind the town.";

fn story(articles: &[&[&'static str]]) -> Vec<Candidate<'static>> {
    let of = |(article, sentences): (u32, &&[&'static str])| -> Vec<Candidate<'static>> {
        let candidate =
            |(position, text): (u32, &&'static str)| Candidate { article, position, text };
        (0..).zip(sentences.iter()).map(candidate).collect()
    };
    (0..).zip(articles).flat_map(of).collect()
}

fn chosen(articles: &[&[&'static str]], most: usize) -> Vec<&'static str> {
    let story = story(articles);
    choose(&story, most).into_iter().map(|index| story[index].text).collect()
}

#[test]
fn a_digest_says_nothing_twice() {
    assert_eq!(chosen(&[&[ANSEL, MARCH], &[AGAIN, MARKET]], 3), [MARCH, AGAIN, MARKET]);
    assert_eq!(chosen(&[&[ANSEL], &[AGAIN]], 3), [ANSEL]);
    assert_eq!(chosen(&[&[ANSEL], &[ANSEL]], 3), [ANSEL]);
}

#[test]
fn what_the_articles_share_comes_before_what_one_adds() {
    assert_eq!(chosen(&[&[WEATHER, ANSEL], &[AGAIN, MARCH]], 1), [AGAIN]);
}

#[test]
fn nothing_comes_of_nothing() {
    assert!(choose(&[], 3).is_empty());
    assert!(chosen(&[&[ANSEL]], 0).is_empty());
    assert_eq!(headline(&[], &story(&[&[ANSEL]])), None);
    assert_eq!(headline(&["", "…"], &story(&[&[ANSEL]])), None);
}

#[test]
fn the_headline_is_the_title_that_the_others_share() {
    let titles = ["A sad day", "Port Ansel closes harbour", "Harbour closed, dockers march", "…"];
    let story = story(&[&[ANSEL, MARCH], &[AGAIN, MARKET]]);
    assert_eq!(headline(&titles, &story), Some(1));
    assert_eq!(headline(&titles[..1], &[]), Some(0));
}
