use proptest::prelude::*;
use serde_json::Value;

use crate::sample::{Article, catch_up, content, copy, database, list, story, write, write_with};

fn records(numbers: std::ops::Range<usize>) -> Vec<Value> {
    numbers.map(|n| Article::new(n).record()).collect()
}

#[test]
fn nothing_new_is_nothing_done() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "one", &records(0..30), &[]);
    let first = catch_up(dir.path());
    assert_eq!((first.records, first.began_anew), (30, false));
    let before = content(dir.path());
    assert_eq!(catch_up(dir.path()).records, 0);
    assert_eq!(content(dir.path()), before);
    assert_eq!(before["articles"].len(), 30);
    assert_eq!(before["article_words"].len(), 30);
    assert_eq!(before["quotation_words"].len(), 30);
}

#[test]
fn another_generation_takes_the_place_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let stories = [story("s-ferry", &["drop/0.txt", "drop/1.txt"])];
    write(dir, "one", &records(0..10), &stories);
    catch_up(dir);
    for (key, fresh) in [("two", false), ("two", true)] {
        write_with(dir, key, &records(3..7), &[], fresh);
        let caught_up = catch_up(dir);
        assert_eq!((caught_up.records, caught_up.began_anew), (4, true));
        let found = content(dir);
        assert_eq!(found["articles"].len(), 4);
        assert_eq!(found["stories"], Vec::<String>::new());
        let indexes =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'";
        assert_eq!(list(&database(dir), indexes), ["7"]);
    }
}

#[test]
fn a_revision_takes_the_place_of_the_article_and_is_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write(dir, "one", &records(0..3), &[]);
    catch_up(dir);
    let changed = Article {
        revision: 2,
        speaker: ("Cy Dahl", "per:cy-dahl"),
        said: "a bridge would do".to_owned(),
        ..Article::new(2)
    };
    write(dir, "one", &[changed.record()], &[]);
    assert_eq!(catch_up(dir).records, 1);
    let db = database(dir);
    assert_eq!(list(&db, "SELECT article || ' ' || revision FROM articles"), ["1 1", "2 1", "3 2"]);
    assert_eq!(list(&db, "SELECT revision FROM revisions WHERE article = 3"), ["1", "2"]);
    assert_eq!(list(&db, "SELECT text FROM quotations WHERE article = 3"), ["a bridge would do"]);
    let names = "SELECT name FROM names ORDER BY name";
    assert_eq!(
        list(&db, names),
        ["Ada Ek", "Cy Dahl", "Ek", "Port Ansel"],
        "Bo Lind is named no more"
    );
    let found = "SELECT rowid FROM quotation_words WHERE quotation_words MATCH 'never OR bridge'";
    assert_eq!(list(&db, found).len(), 1);
    content(dir); // checks the indexes
}

#[test]
fn stories_say_who_is_who() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let people = "SELECT DISTINCT person FROM said ORDER BY person";
    let names = "SELECT person || ' ' || name FROM names WHERE person LIKE 'per:%' ORDER BY person";
    write(dir, "one", &records(0..4), &[story("s-ferry", &["drop/0.txt", "drop/1.txt"])]);
    catch_up(dir);
    assert_eq!(list(&database(dir), people), ["per:ada-ek", "per:bo-lind"]);
    assert_eq!(list(&database(dir), names), ["per:ada-ek Ada Ek", "per:bo-lind Bo Lind"]);
    let versions = "SELECT outlet || ' ' || fullest FROM versions ORDER BY outlet";
    assert_eq!(list(&database(dir), versions), ["Harbour Post 1", "Quay Ledger 0"]);
    assert_eq!(list(&database(dir), "SELECT text FROM digests"), ["Café owners wait."]);
    assert_eq!(
        list(&database(dir), "SELECT date || text FROM timelines"),
        ["2024-03-12Café owners wait."]
    );

    // Another article of the same story, whose speaker is `per:ek` in its record.
    let more = Article { speaker: ("Ek", "per:ek"), ..Article::new(5) };
    write(
        dir,
        "one",
        &[more.record()],
        &[story("s-ferry", &["drop/0.txt", "drop/1.txt", "drop/5.txt"])],
    );
    catch_up(dir);
    let of_five = "SELECT person FROM said WHERE id = 'drop/5.txt'";
    assert_eq!(list(&database(dir), of_five), ["per:ada-ek"]);

    // The story loses an article: there, the key is that of the record again.
    write(dir, "one", &records(9..10), &[story("s-ferry", &["drop/0.txt", "drop/1.txt"])]);
    catch_up(dir);
    assert_eq!(list(&database(dir), of_five), ["per:ek"]);
    assert_eq!(
        list(&database(dir), names),
        ["per:ada-ek Ada Ek", "per:bo-lind Bo Lind", "per:ek Ek"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn in_how_many_steps_it_catches_up_does_not_matter(
        steps in proptest::collection::vec(
            (proptest::collection::vec((0_usize..12, 1_u32..4), 0..9), any::<bool>(), any::<bool>()), 1..6)
    ) {
        let (dir, once) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut seen = std::collections::BTreeSet::new();
        for (articles, two_stories, catches_up) in steps {
            let records: Vec<_> = articles
                .iter()
                .map(|(n, revision)| Article { revision: *revision, speaker: Article::new(n + *revision as usize).speaker, ..Article::new(*n) }.record())
                .collect();
            seen.extend(articles.iter().map(|(n, _)| format!("drop/{n}.txt")));
            let ids: Vec<&str> = seen.iter().map(String::as_str).collect();
            let stories = match ids.len() {
                0 => Vec::new(),
                1 => vec![story("s-ferry", &ids)],
                _ if two_stories => vec![story("s-ferry", &ids[1..]), story("s-other", &ids[..1])],
                _ => vec![story("s-ferry", &ids)],
            };
            write(dir.path(), "one", &records, &stories);
            if catches_up {
                catch_up(dir.path());
            }
        }
        catch_up(dir.path());
        copy(dir.path(), once.path());
        catch_up(once.path());
        prop_assert_eq!(content(dir.path()), content(once.path()));
    }
}
