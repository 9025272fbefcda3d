//! Entities of made-up articles, and which of them are one.

use document::Span;
use proptest::prelude::*;
use tokens::folded;

use super::{KeyId, Keys};
use crate::article::{Article, Entity, Label};

/// An article that names these entities: each as `FULL NAME`, or `FULL NAME = OTHER = …` with further forms. A
/// prefix `org `, `loc ` or `misc ` says the label, ` @XX` the country whose key it then has; `(role)` stands before
/// a name.
fn article(entities: &[&str]) -> Article {
    let mut article = Article::default();
    for line in entities {
        let (label, prefix, rest) =
            [(Label::Org, "org"), (Label::Loc, "loc"), (Label::Misc, "misc")]
                .into_iter()
                .find_map(|(label, prefix)| {
                    Some((label, prefix, line.strip_prefix(prefix)?.strip_prefix(' ')?))
                })
                .unwrap_or((Label::Per, "per", line));
        let (names, country) =
            rest.split_once(" @").map_or((rest, None), |(names, code)| (names, Some(code)));
        let mut forms = Vec::new();
        for form in names.split(" = ") {
            let (role, form) =
                form.split_once(") ").map_or(("", form), |(role, form)| (&role[1..], form));
            article.text += role;
            article.text += " ";
            let start = article.text.len();
            article.text += form;
            forms.push((Span::from_range(start..article.text.len()), form.to_owned()));
            article.text += ". ";
        }
        let name = forms[0].1.clone();
        let key = country.map_or_else(|| folded(&name), str::to_lowercase);
        article.entities.push(Entity {
            key: format!("{prefix}:{key}"),
            name,
            label,
            country: country.map(str::to_owned),
            names: forms.into_iter().map(|(span, _)| span).collect(),
            mentions: 1,
        });
    }
    article
}

/// The key of each entity after all articles, each given as story and entities; one line an article.
fn keys(articles: &[(u32, &[&str])]) -> Vec<String> {
    let mut keys = Keys::default();
    let ids: Vec<Vec<KeyId>> =
        articles.iter().map(|(story, entities)| keys.assign(&article(entities), *story)).collect();
    ids.iter().map(|ids| ids.iter().map(|id| keys.key(*id)).collect::<Vec<_>>().join(" ")).collect()
}

fn check(articles: &[(u32, &[&str])], expected: &[&str]) {
    assert_eq!(keys(articles), expected, "{articles:?}");
}

#[test]
fn a_key_that_is_taken_has_the_next_free_number() {
    let mut keys = Keys::default();
    for (name, key) in [
        ("Harwick", "loc:harwick"),
        ("Harwick", "loc:harwick-2"),
        ("Harwick 4", "loc:harwick-4"),
        ("Harwick", "loc:harwick-3"),
        ("Harwick", "loc:harwick-5"),
        ("Harwick 2", "loc:harwick-2-2"),
        ("Harwick", "loc:harwick-6"),
        ("Harwick 4", "loc:harwick-4-2"),
    ] {
        let id = keys.add(&article(&[&format!("loc {name}")]).entities[0]);
        assert_eq!(keys.key(id), key);
    }
}

#[test]
fn a_country_has_its_code_in_every_story() {
    check(
        &[
            (0, &["loc Republic of Korea @KR"]),
            (1, &["loc ROK @KR"]),
            (2, &["loc South Korea @KR", "loc North Korea @KP"]),
        ],
        &["loc:kr", "loc:kr", "loc:kr loc:kp"],
    );
}

#[test]
fn a_person_in_two_spellings_is_one_in_one_story() {
    check(
        &[(0, &["Yoon Suk Yeol = Yoon"]), (0, &["Yun Seok-yeol"]), (0, &["Yoon Suk-yeol"])],
        &["per:yoon-suk-yeol"; 3],
    );
    check(
        &[(0, &["Fumio Kishida = Kishida"]), (0, &["Kishida Fumio = Kishida"])],
        &["per:fumio-kishida"; 2],
    );
    check(
        &[(0, &["Volodymyr Zelensky"]), (0, &["Volodymyr Zelenskyy"])],
        &["per:volodymyr-zelensky"; 2],
    );
    check(&[(0, &["Joseph Harwick"]), (0, &["Joe Harwick"])], &["per:joseph-harwick"; 2]);
}

#[test]
fn other_spellings_need_evidence() {
    // Nothing in common.
    check(
        &[(0, &["Yoon Suk Yeol"]), (1, &["Yun Seok-yeol"])],
        &["per:yoon-suk-yeol", "per:yun-seok-yeol"],
    );
    // An office and company in common.
    let company = ["org Harwick Council", "org Pier Society", "Paul Moss"];
    check(
        &[
            (0, &["(President) Yoon Suk Yeol", company[0], company[1], company[2]]),
            (1, &["(President) Yun Seok-yeol", company[0], company[1], company[2]]),
        ],
        &["per:yoon-suk-yeol org:harwick-council org:pier-society per:paul-moss"; 2],
    );
    // Who is called by another word has another family name.
    check(
        &[(0, &["Ali Hassan = Hassan"]), (0, &["Hassan Ali = Ali"])],
        &["per:ali-hassan", "per:hassan-ali"],
    );
}

#[test]
fn evidence_may_come_later_and_the_elder_key_stays() {
    check(
        &[(0, &["Yoon Suk Yeol"]), (1, &["Yun Seok-yeol"]), (1, &["Yoon Suk Yeol"])],
        &["per:yoon-suk-yeol"; 3],
    );
}

#[test]
fn whom_one_article_names_side_by_side_are_two() {
    check(
        &[
            (0, &["Joe Harwick"]),
            (0, &["Joe Harwick", "Joe Harwick Jr."]),
            (0, &["Joe Harwick Jr."]),
        ],
        &["per:joe-harwick", "per:joe-harwick per:joe-harwick-jr", "per:joe-harwick-jr"],
    );
}

#[test]
fn a_slip_does_not_take_the_name_of_whom_it_stands_beside() {
    check(
        &[(0, &["George W. Harwick"]), (0, &["George W. H. Harwick", "George W. Harwick"])],
        &["per:george-w-harwick", "per:george-w-h-harwick per:george-w-harwick"],
    );
}

#[test]
fn persons_of_one_family_name_are_kept_apart() {
    check(
        &[(0, &["Ada Ek"]), (0, &["Paul Ek"]), (0, &["Ek"])],
        &["per:ada-ek", "per:paul-ek", "per:ek"],
    );
    check(&[(0, &["Ada Ek"]), (0, &["Ek"]), (1, &["Ek"])], &["per:ada-ek", "per:ada-ek", "per:ek"]);
    check(
        &[
            (0, &["George W. Harwick"]),
            (0, &["George H. W. Harwick"]),
            (0, &["Joe Harwick Jr."]),
            (0, &["Joe Harwick Sr."]),
        ],
        &[
            "per:george-w-harwick",
            "per:george-h-w-harwick",
            "per:joe-harwick-jr",
            "per:joe-harwick-sr",
        ],
    );
    // "A. Ek" can be both.
    check(
        &[(0, &["Ada Ek"]), (0, &["Adam Ek"]), (0, &["A. Ek"])],
        &["per:ada-ek", "per:adam-ek", "per:a-ek"],
    );
}

#[test]
fn a_family_name_alone_waits_for_the_full_name() {
    check(&[(0, &["Harwick"]), (0, &["Joe Harwick"])], &["per:harwick"; 2]);
    // In another story it is someone else, under another key.
    check(
        &[(0, &["Harwick"]), (1, &["Harwick"]), (1, &["Joe Harwick"]), (0, &["Ann Harwick"])],
        &["per:harwick", "per:harwick-2", "per:harwick-2", "per:harwick"],
    );
}

#[test]
fn who_is_well_known_needs_no_first_name() {
    let full: (u32, &[&str]) = (0, &["(President) Joe Harwick = Harwick"]);
    let other: (u32, &[&str]) = (1, &["Ann Harwick"]);
    let alone: (u32, &[&str]) = (1, &["(President) Harwick"]);
    let last = |articles: &[Vec<(u32, &[&str])>]| keys(&articles.concat()).pop().unwrap();
    assert_eq!(last(&[vec![full; 12], vec![alone]]), "per:joe-harwick");
    // Not without an office or company in common, and not without many articles.
    assert_eq!(last(&[vec![full; 12], vec![(1, &["Harwick"])]]), "per:harwick");
    assert_eq!(last(&[vec![full; 2], vec![alone]]), "per:harwick");
    // Also in a story that names another one in full, if that one is not as well known.
    assert_eq!(last(&[vec![other], vec![full; 12], vec![alone]]), "per:joe-harwick");
    let other: (u32, &[&str]) = (1, &["Ann Harwick = Harwick"]);
    assert_eq!(last(&[vec![other; 2], vec![full; 12], vec![alone]]), "per:ann-harwick");
    // Whom nearly every article means needs nothing else.
    assert_eq!(last(&[vec![full; 50], vec![(1, &["Harwick"])]]), "per:joe-harwick");
}

#[test]
fn organizations_by_their_words_and_acronyms() {
    check(
        &[
            (0, &["org NHC"]),
            (0, &["org Northern Harbour Council = NHC"]),
            (1, &["org Northern Harbor Council"]),
            (1, &["org The Northern Harbour Council Ltd."]),
            (2, &["org NHC"]),
            (3, &["org National Health Court = NHC"]),
            (3, &["org NHC"]),
        ],
        &[
            "org:nhc",
            "org:nhc",
            "org:nhc",
            "org:nhc",
            "org:nhc",
            "org:national-health-court",
            "org:national-health-court",
        ],
    );
    // Every county has one.
    check(
        &[
            (0, &["org Sheriff's Office"]),
            (0, &["org The Sheriff’s Office"]),
            (1, &["org Sheriff's Office"]),
        ],
        &["org:sheriffs-office", "org:sheriffs-office", "org:sheriffs-office-2"],
    );
    // What an article calls it for short is not its name.
    check(
        &[(0, &["org Harwick Relief Fund = Relief Fund"]), (0, &["org Relief Fund"])],
        &["org:harwick-relief-fund", "org:relief-fund"],
    );
    check(&[(0, &["org NATOX"]), (7, &["org NATOX"])], &["org:natox"; 2]);
    check(&[(0, &["loc Harwick"]), (0, &["org Harwick"])], &["loc:harwick", "org:harwick"]);
}

#[test]
fn a_key_of_a_list_stands_for_itself() {
    let listed = |name: &str| {
        let mut article = article(&[name]);
        article.entities[0].key = "Q7".to_owned();
        article
    };
    let mut keys = Keys::default();
    let one = keys.assign(&listed("Ada Ek"), 0)[0];
    let other = keys.assign(&listed("Countess of Harwick"), 9)[0];
    assert_eq!((keys.key(one), keys.key(other)), ("Q7", "Q7"));
}

proptest! {
    /// A key once given stays, whatever comes; only one that was found to be an elder's may become the elder's.
    #[test]
    fn keys_stay(
        articles in prop::collection::vec((0..3u32, prop::collection::vec(prop::sample::select(vec![
            "Ada Ek", "Ek", "A. Ek", "Ek Ada", "Ada M. Ek", "Paul Ek", "Yoon Suk Yeol = Yoon", "Yun Seok-yeol",
            "Yoon", "org NHC", "org Northern Harbour Council = NHC", "loc Harwick",
        ]), 1..4)), 1..12)
    ) {
        let mut all = Keys::default();
        let mut given: Vec<(KeyId, String)> = Vec::new();
        for (story, entities) in &articles {
            let ids = all.assign(&article(entities), *story);
            for (id, key) in &mut given {
                let now = all.key(*id).to_owned();
                if now != *key {
                    let elder = all.known.iter().position(|known| *known.key == *now).unwrap();
                    let younger = all.known.iter().position(|known| *known.key == **key).unwrap();
                    prop_assert!(elder < younger, "{} became {}", key, now);
                    *key = now;
                }
            }
            given.extend(ids.iter().map(|id| (*id, all.key(*id).to_owned())));
        }
        // The same articles again are the same keys: nothing depends on anything else.
        let mut again = Keys::default();
        for (story, entities) in &articles {
            again.assign(&article(entities), *story);
        }
        let of = |keys: &Keys| keys.known.iter().map(|known| (known.key.clone(), known.elder)).collect::<Vec<_>>();
        prop_assert_eq!(of(&all), of(&again));
    }
}
