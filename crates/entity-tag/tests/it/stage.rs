use document::{Field, symbol};
use stage_api::{BuiltStage, Settings};

use crate::{document_of, gold};

#[test]
fn the_contract_names_its_layers() {
    let spec = entity_tag::spec();
    assert_eq!(spec.info.name, "entity-tag");
    assert_eq!(spec.info.reads, ["text", "sentences"]);
    assert_eq!(spec.info.writes, ["mentions", "entities"]);
}

#[test]
fn an_article_in_another_language_gets_a_note_and_nothing_else() {
    let mut doc = document_of("Jens Ek était à Oslo.");
    doc.metadata.supply(Field::Language, "fr", "test");
    gold::stage().process(&mut doc).expect("the stage does not fail");
    assert_eq!(doc.view().mentions().count(), 0);
    let notes: Vec<_> =
        doc.layer(symbol::NOTES).map(|(id, _)| doc.view().string_of(id).into_owned()).collect();
    assert_eq!(notes, ["entity-tag speaks English; the article is in `fr`"]);
}

#[test]
fn english_is_spoken_under_any_tag() {
    for language in ["en", "en-GB", "EN"] {
        let mut doc = document_of("Jens Ek was in Oslo.");
        doc.metadata.supply(Field::Language, language, "test");
        gold::stage().process(&mut doc).expect("the stage does not fail");
        assert_eq!(doc.view().mentions().count(), 2, "{language}");
    }
}

#[test]
fn pronouns_can_be_left_out() {
    let spec = entity_tag::spec();
    let settings = Settings::defaults(&spec.settings).with("pronouns", false);
    let BuiltStage::Article(factory) = spec.build(&settings).expect("the setting fits") else {
        unreachable!()
    };
    let mut doc = document_of("Ada Lindholm said she agreed.");
    factory.instance().process(&mut doc).expect("the stage does not fail");
    assert!(doc.view().mentions().all(|mention| mention.kind() != symbol::PRONOUN));
}

#[test]
fn an_instance_remembers_nothing_of_the_article_before() {
    let mut stage = gold::stage();
    let mut rows = |text: &str| {
        let mut doc = document_of(text);
        stage.process(&mut doc).expect("the stage does not fail");
        doc.rows().to_vec()
    };
    let first = rows("Ek met Paul Moss in Oslo.");
    rows("Jens Ek paid $5 on Monday. | The Ek Council (EC) met him.");
    assert_eq!(rows("Ek met Paul Moss in Oslo."), first);
}

#[test]
fn the_open_model_finds_names_too() {
    let spec = entity_tag::spec();
    let settings = Settings::defaults(&spec.settings).with("model", "open");
    let BuiltStage::Article(factory) = spec.build(&settings).expect("the setting fits") else {
        unreachable!()
    };
    let mut doc = document_of("Yesterday Ada Lindholm spoke in Oslo.");
    factory.instance().process(&mut doc).expect("the stage does not fail");
    let names: Vec<_> = doc.view().mentions().map(|name| name.text().to_owned()).collect();
    assert_eq!(names, ["Ada Lindholm", "Oslo"]);
}
