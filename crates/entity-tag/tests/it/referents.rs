use document::symbol;

use crate::tagged;

/// Pronouns and descriptions as `words → key`, joined by `; `.
#[track_caller]
fn check(text: &str, expected: &str) {
    let doc = tagged(text);
    let view = doc.view();
    let referents = view
        .mentions()
        .filter(|mention| matches!(mention.kind(), symbol::PRONOUN | symbol::DESCRIPTION));
    let found: Vec<String> = referents
        .map(|referent| {
            let key = referent.entity().map_or("?".into(), |entity| view.entity(entity).key());
            format!("{} → {key}", referent.text())
        })
        .collect();
    assert_eq!(found.join("; "), expected, "{text}");
}

#[test]
fn a_pronoun_leads_to_the_only_person_that_fits() {
    check("Ada Lindholm said she agreed.", "she → per:ada-lindholm");
    check("Ada Lindholm spoke. | She left.", "She → per:ada-lindholm");
    check(
        "Ada Lindholm met Robert Moss. | He left, she stayed.",
        "He → per:robert-moss; she → per:ada-lindholm",
    );
}

#[test]
fn a_pronoun_of_several_persons_leads_to_none() {
    check("James Ek and Robert Moss met. | He left.", "He → ?");
    check("He left.", "He → ?");
}

#[test]
fn a_description_leads_to_the_holder_of_the_office() {
    check(
        "Secretary General Jens Ek spoke. | Later the secretary general left.",
        "the secretary general → per:jens-ek",
    );
    check("Mayor Ada Lindholm met Mayor Paul Moss. | The mayor left.", "The mayor → ?");
    check("The president left.", "The president → ?");
}
