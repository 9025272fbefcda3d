use archive::{Archive, Hit, Search, Target};
use serde_json::json;

use crate::sample::{Article, catch_up, story, write};

fn archive() -> (tempfile::TempDir, Archive) {
    let dir = tempfile::tempdir().unwrap();
    let records: Vec<_> = (0..12).map(|n| Article::new(n).record()).collect();
    let mut merged = story("s-merged", &["drop/7.txt"]);
    merged["merged_into"] = "s-ferry".into();
    let ferry = story("s-ferry", &["drop/0.txt", "drop/1.txt", "drop/7.txt"]);
    write(dir.path(), "one", &records, &[ferry, merged]);
    catch_up(dir.path());
    let archive = Archive::open(dir.path()).unwrap();
    (dir, archive)
}

/// The numbers of the articles that are found, ascending.
fn found(archive: &Archive, search: &Search) -> Vec<usize> {
    let number = |hit: &Hit| match hit {
        Hit::Article { article, .. } | Hit::Quotation { article, .. } => {
            article.id["drop/".len()..].trim_end_matches(".txt").parse::<usize>().unwrap()
        }
        Hit::Name { name, .. } => panic!("a name, {name}"),
    };
    let mut numbers: Vec<_> = archive.search(search).unwrap().iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn words_and_limits_find_what_they_say() {
    let (_dir, archive) = archive();
    let search = |query: &str, target, set: &dyn Fn(&mut Search)| {
        let mut search = Search::new(query, target);
        set(&mut search);
        found(&archive, &search)
    };
    let some = |text: &str| Some(text.to_owned());
    let (articles, quotations) = (Target::Articles, Target::Quotations);
    for (at, (found, expected)) in [
        (search("winter", articles, &|_| ()), vec![1, 4, 7, 10]),
        (search("\"sails never\"", quotations, &|_| ()), vec![2, 5, 8, 11]),
        (search("sails -never -winter", quotations, &|_| ()), vec![0, 3, 6, 9]),
        (search("summ* OR never", quotations, &|_| ()), vec![0, 2, 3, 5, 6, 8, 9, 11]),
        (search("cafe", articles, &|search| search.limit = 100), (0..12).collect()),
        (search("bridge", articles, &|_| ()), vec![]),
        (search("sails", Target::QuotationsOf("direct"), &|_| ()), (0..12).collect()),
        (search("sails", Target::QuotationsOf("mixed"), &|_| ()), vec![]),
        (
            search("sails", quotations, &|search| search.person = some("per:bo-lind")),
            vec![2, 5, 8, 11],
        ),
        (search("sails", quotations, &|search| search.person = some("lind")), vec![2, 5, 8, 11]),
        (search("", quotations, &|search| search.person = some("ada")), vec![0, 1, 3, 6, 7, 9]),
        (
            search("sails", quotations, &|search| {
                (search.person, search.until) = (some("ada"), some("2024-03-12"));
            }),
            vec![0, 3, 6, 9],
        ),
        (
            search("", quotations, &|search| {
                (search.person, search.outlet) = (some("ada"), some("quay"));
            }),
            vec![1, 3, 7, 9],
        ),
        (search("wait", articles, &|search| search.person = some("bo lind")), vec![2, 5, 8, 11]),
        (search("wait", articles, &|search| search.person = some("LÍND, Bo")), vec![2, 5, 8, 11]),
        (search("wait", articles, &|search| search.person = some("nobody")), vec![]),
        (search("wait", articles, &|search| search.person = some("lin*")), vec![]),
        (
            search("wait", articles, &|search| search.outlet = some("quay ledger")),
            vec![1, 3, 5, 7, 9, 11],
        ),
        (search("sails", quotations, &|search| search.outlet = some("Elsewhere")), vec![]),
        (
            search("wait", articles, &|search| search.since = some("2024-03-13")),
            vec![1, 2, 4, 5, 7, 8, 10, 11],
        ),
        (
            search("sails", quotations, &|search| search.until = some("2024-03")),
            vec![0, 1, 3, 4, 6, 7, 9, 10],
        ),
        (search("", articles, &|search| search.until = some("2024-03-12")), vec![0, 3, 6, 9]),
        (search("wait", articles, &|search| search.story = some("s-ferry")), vec![0, 1, 7]),
        (search("", quotations, &|search| search.story = some("s-merged")), vec![0, 1, 7]),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(found, expected, "case {at}");
    }
}

#[test]
fn hits_show_where_the_words_stand() {
    let (_dir, archive) = archive();
    let hits = archive.search(&Search::new("\"number 7\"", Target::Quotations)).unwrap();
    let [Hit::Quotation { article, speaker, person, role, form, snippet, quotation, .. }] =
        &hits[..]
    else {
        panic!("{hits:?}");
    };
    assert_eq!(
        (article.id.as_str(), article.outlet.as_deref()),
        ("drop/7.txt", Some("Quay Ledger"))
    );
    assert_eq!((speaker.as_deref(), person.as_deref()), (Some("Ada Ek"), Some("per:ada-ek")));
    assert_eq!(
        (role.as_deref(), form.as_deref(), *quotation),
        (Some("captain"), Some("direct"), 0)
    );
    assert_eq!(snippet.text, "the ferry number 7 sails in winter");
    assert_eq!(snippet.hits, [(10, 18)]);
}

#[test]
fn names_come_with_how_much_there_is_of_them() {
    let (_dir, archive) = archive();
    let shown = |search: &Search| -> Vec<String> {
        let hits = archive.search(search).unwrap();
        let shown = |hit| match hit {
            Hit::Name { name, articles, quotations, .. } => {
                format!("{name} {articles} {quotations}")
            }
            other => panic!("{other:?}"),
        };
        hits.into_iter().map(shown).collect()
    };
    assert_eq!(shown(&Search::new("ek", Target::Names)), ["Ada Ek 6 6", "Ek 2 2"]);
    let spring = Search {
        since: Some("2024-03-13".to_owned()),
        ..Search::new("ek OR ansel", Target::Names)
    };
    assert_eq!(shown(&spring), ["Port Ansel 8 0", "Ada Ek 2 2", "Ek 2 2"]);
}

#[test]
fn a_split_quotation_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut record = Article::new(0).record();
    let mut second = record["quotations"][0].clone();
    second["id"] = 1.into();
    for quotation in [&mut record["quotations"][0], &mut second] {
        quotation["part_of"] = 0.into();
    }
    record["quotations"].as_array_mut().unwrap().push(second);
    write(dir.path(), "one", &[record], &[]);
    catch_up(dir.path());
    let archive = Archive::open(dir.path()).unwrap();
    let hits = archive.search(&Search::new("ada", Target::Names)).unwrap();
    assert!(matches!(hits[..], [Hit::Name { articles: 1, quotations: 1, .. }]), "{hits:?}");
}

#[test]
fn a_person_may_be_more_people_than_a_statement_takes_values() {
    let dir = tempfile::tempdir().unwrap();
    let mut record = Article::new(0).record();
    let entities = record["entities"].as_array_mut().unwrap();
    for n in 2..33_000 {
        let (key, name) = (format!("per:ada-{n}"), format!("Ada {n}"));
        entities.push(json!({"id": n, "key": key, "name": name, "label": "PER", "mentions": []}));
    }
    write(dir.path(), "one", &[record], &[]);
    catch_up(dir.path());
    let archive = Archive::open(dir.path()).unwrap();
    for (query, target, hits) in [
        ("", Target::Articles, 1),
        ("wait", Target::Articles, 1),
        ("", Target::Quotations, 1),
        ("sails", Target::Quotations, 1),
        ("", Target::Names, 20),
    ] {
        let search = Search { person: Some("áda".to_owned()), ..Search::new(query, target) };
        assert_eq!(archive.search(&search).unwrap().len(), hits, "`{query}` in {target:?}");
    }
}

#[test]
fn a_verbatim_text_may_have_the_marks_of_hits() {
    let dir = tempfile::tempdir().unwrap();
    let said = "it \u{fdd1} sails \u{fdd0} \u{2}never".to_owned();
    write(dir.path(), "one", &[Article { said, ..Article::new(0) }.record()], &[]);
    catch_up(dir.path());
    let archive = Archive::open(dir.path()).unwrap();
    for (query, expected) in [("sails", &[(4, 9)][..]), ("", &[])] {
        let mut search = Search::new(query, Target::Quotations);
        search.person = Some("ada".to_owned());
        let hits = archive.search(&search).unwrap();
        let [Hit::Quotation { snippet, .. }] = &hits[..] else { panic!("{hits:?}") };
        assert_eq!((snippet.text.as_str(), &snippet.hits[..]), ("it  sails  \u{2}never", expected));
    }
}
