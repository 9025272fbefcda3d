use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use stage_api::{BuiltStage, SettingError, Settings, Stage};

use crate::document_of;

/// A file of this content below the target's folder for tests.
fn list(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lists");
    fs::create_dir_all(&folder).expect("the folder of the tests is ours");
    let path = folder.join(name);
    fs::write(&path, content).expect("the folder of the tests is ours");
    path.to_str().expect("the folder's path is text").to_owned()
}

fn stage(paths: &[&str]) -> Result<Box<dyn Stage>, SettingError> {
    let spec = entity_tag::spec();
    let settings = Settings::defaults(&spec.settings).with("lists", paths.to_vec());
    match spec.build(&settings)? {
        BuiltStage::Article(factory) => Ok(factory.instance()),
        BuiltStage::Ordered(_) => unreachable!("entity-tag is an article stage"),
    }
}

/// The mentions that the stage finds with this list, drawn under the text.
fn drawn(name: &str, content: &str, text: &str) -> String {
    let path = list(name, content);
    let mut doc = document_of(text);
    let mut stage = stage(&[&path]).expect("the list is sound");
    stage.process(&mut doc).expect("the stage does not fail");
    testkit::underlined(&doc, &[document::symbol::MENTIONS])
}

/// What is said of a list, with the name of the file instead of its path.
fn complaint(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = list(name, content);
    let error = stage(&[&path]).err().expect("the list is not sound");
    assert_eq!(error.setting, "lists");
    error.message.replace(&path, name)
}

#[test]
fn a_list_wins_in_span_label_and_key() {
    let content = "# Boats and people\n\
                   name\tlabel\tkey\taliases\n\
                   Grey Heron\tMISC\tboat:7\tHeron|the Old Grey\n\
                   Mary Moss\tPER\tstaff:12\tQueen of Harwick\n";
    let text = "The Grey Heron left Harwick. | GREY HERON news: Heron and Herons.\n\
                They call Mary Moss the Queen of Harwick. | Moss laughed; she knew May 5.";
    insta::assert_snapshot!(drawn("wins.tsv", content, text), @r#"
    The Grey Heron left Harwick. | GREY HERON news: Heron and Herons.
        ^^^^^^^^^^ MISC #boat:7    ^^^^^^^^^^ MISC #boat:7    ^^^^^^ ORG #org:herons
                        ^^^^^^^ LOC #loc:harwick    ^^^^^ MISC #boat:7
    They call Mary Moss the Queen of Harwick. | Moss laughed; she knew May 5.
              ^^^^^^^^^ PER #staff:12           ^^^^ PER #staff:12     ^^^^^ DATE value
                            ^^^^^^^^^^^^^^^^ PER #staff:12    ^^^ PER pronoun #staff:12
    "#);
}

#[test]
fn columns_come_in_any_order_and_most_may_be_absent() {
    let content = "\u{feff}label\tname\r\nORG\tHarwick\r\n";
    insta::assert_snapshot!(drawn("order.tsv", content, "They saw Harwick's boats."), @r#"
    They saw Harwick's boats.
             ^^^^^^^ ORG #org:harwick
    "#);
}

#[test]
fn a_listed_name_is_no_date() {
    let content = "name\tlabel\nMay 5\tORG\n";
    insta::assert_snapshot!(drawn("date.tsv", content, "The group May 5 sang on May 6."), @r#"
    The group May 5 sang on May 6.
              ^^^^^ ORG #org:may-5
                            ^^^^^ DATE value
    "#);
}

#[test]
fn a_mistake_is_told_with_its_line_and_what_to_do() {
    let rows = [
        "",
        "name\tlable\n",
        "name\tkey\n",
        "name\tlabel\nAda Ek\tPERSON\n",
        "name\tlabel\n\tPER\n",
        "name\tlabel\n# a\nAda Ek\tPER\tx\n",
        "name\tlabel\taliases\nAda Ek\tPER\tEk\nPaul Ek\tPER\tEk\n",
        "name\tlabel\n“Ek”\tPER\n",
    ];
    let told = rows.map(|content| complaint("wrong.tsv", content));
    insta::assert_snapshot!(told.join("\n"), @r#"
    wrong.tsv:1: no header line; begin with `name`, `label` and perhaps `key`, `aliases`, parted by tabs
    wrong.tsv:1: `lable` is no column; begin with `name`, `label` and perhaps `key`, `aliases`, parted by tabs
    wrong.tsv:1: no column `label`; begin with `name`, `label` and perhaps `key`, `aliases`, parted by tabs
    wrong.tsv:2: `PERSON` is no label; use PER, ORG, LOC or MISC
    wrong.tsv:2: no name; give one or take the line out
    wrong.tsv:3: 3 cells under 2 columns; part cells by one tab
    wrong.tsv:3: `Ek` stands at wrong.tsv:2 already; leave it to one line
    wrong.tsv:2: `“Ek”` begins with no letter or digit; leave its marks out
    "#);
    assert_eq!(
        complaint("latin.tsv", b"name\tlabel\nZo\xeb\tPER\n"),
        "latin.tsv:2: not UTF-8; save the list as UTF-8"
    );
}

#[test]
fn a_list_that_is_not_there_is_told() {
    let error = stage(&["no/such/list.tsv"]).err().expect("there is no such list");
    assert!(error.to_string().starts_with("`lists`: no/such/list.tsv: "), "{error}");
}

#[test]
fn rows_of_several_lists_are_one_list() {
    let (one, two) = (
        list("one.tsv", "name\tlabel\nHarwick\tPER\n"),
        list("two.tsv", "name\tlabel\nEastby\tPER\n"),
    );
    let mut stage = stage(&[&one, &two]).expect("the lists are sound");
    let mut doc = document_of("Then Harwick met Eastby.");
    stage.process(&mut doc).expect("the stage does not fail");
    let keys: Vec<String> = doc.view().entities().map(|entity| entity.key().into_owned()).collect();
    assert_eq!(keys, ["per:harwick", "per:eastby"]);
}

proptest! {
    // Each case reads all lists of the stage.
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_listed_name_stands_at_borders_of_words(
        words in prop::collection::vec(prop::sample::select(vec!["Ek", "EK", "Ada Ek", "J. Ek", "O’Ek", "eEk", "'s", "-", ".", "é", "x"]), 0..30),
        glue in prop::collection::vec(any::<bool>(), 30),
    ) {
        let mut text = String::new();
        for (word, glued) in words.iter().zip(glue) {
            text.push_str(if glued { "" } else { " " });
            text.push_str(word);
        }
        let path = list("borders.tsv", "name\tlabel\tkey\taliases\nAda Ek\tMISC\tlist:1\tEk|O'Ek\n");
        let mut doc = testkit::doc_with_sentences(&text, &[&text]);
        stage(&[&path]).expect("the list is sound").process(&mut doc).expect("the stage does not fail");
        let view = doc.view();
        let listed = view.entities().find(|entity| entity.key() == "list:1").map(document::Entity::id);
        for name in view.mentions().filter(|name| listed.is_some() && name.entity() == listed) {
            let phrases = ["Ada Ek", "ADA EK", "Ek", "EK", "O’Ek", "O’EK"];
            prop_assert!(phrases.contains(&name.text()), "{text:?}: {}", name.text());
            let range = name.span().range();
            prop_assert!(["Ada Ek", "ADA EK", "Ek", "EK", "J. Ek", "J. EK", "O’Ek"].contains(&name.text()), "{text:?}: {}", name.text());
            prop_assert!(!text[..range.start].ends_with(char::is_alphanumeric), "{text:?}");
            prop_assert!(!text[range.end..].starts_with(char::is_alphanumeric), "{text:?}");
        }
    }
}
