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

#[test]
fn who_speaks_is_not_whom_the_quotation_is_about() {
    check("Paul Moss praised James Ek. | “He works,” Moss said.", "He → per:james-ek");
    check(
        "Ada Lindholm met Paul Moss. | “Moss works,” she said. | She left.",
        "she → per:ada-lindholm; She → per:ada-lindholm",
    );
    check(
        "“We hope,” said James Ek. | “It works,” he said. | “It does,” he added.",
        "he → per:james-ek; he → per:james-ek",
    );
}

#[test]
fn the_subject_comes_before_others_but_does_not_do_it_to_himself() {
    check("James Ek saw Robert Moss. | He left.", "He → per:james-ek");
    check("James Ek saw Robert Moss and thanked him.", "him → per:james-ek");
    check("James Ek thanked him.", "him → ?");
    check(
        "Ada Lindholm sold her boat and thanked her.",
        "her → per:ada-lindholm; her → per:ada-lindholm",
    );
}

#[test]
fn a_pronoun_may_stand_before_its_name() {
    check("James Ek slept. | In his speech, Robert Moss agreed.", "his → per:robert-moss");
}

#[test]
fn a_person_without_a_name_competes() {
    check("James Ek slept. | A teacher said he was late.", "he → ?");
    check("A woman called. | Ada Lindholm met Paul Moss.", "");
}

#[test]
fn gender_is_told_by_relatives_and_by_pronouns() {
    check(
        "Haruto Ishida met his wife, Zorin Ishida.\nShe smiled.",
        "his → per:haruto-ishida; She → per:zorin-ishida",
    );
    check(
        "Zorin Ishida said she would come. | Zorin Ishida met James Ek. | She left, he stayed.",
        "she → per:zorin-ishida; She → per:zorin-ishida; he → per:james-ek",
    );
}

#[test]
fn an_organization_may_be_described_by_what_it_is() {
    check(
        "The Ministry of Trade met. | The ministry agreed.",
        "The ministry → org:ministry-of-trade",
    );
    check("The Ministry of Trade met the Ministry of Health. | The ministry agreed.", "");
    check("The ministry agreed.", "");
}

#[test]
fn who_was_president_is_not_the_president() {
    check("Former President Paul Moss left. | The president left.", "The president → ?");
    check(
        "Former President Paul Moss left. | The former president slept.",
        "The former president → per:paul-moss",
    );
}
