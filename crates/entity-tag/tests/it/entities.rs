use document::symbol;

use crate::{drawn, tagged};

/// The entities of the text as `key (name, country)`, joined by `; `.
#[track_caller]
fn check_entities(text: &str, expected: &str) {
    let doc = tagged(text);
    let view = doc.view();
    let entity = |entity: document::Entity<'_>| match entity.country() {
        Some(country) => format!("{} ({}, {country})", entity.key(), entity.name()),
        None => format!("{} ({})", entity.key(), entity.name()),
    };
    let found: Vec<String> = view.entities().map(entity).collect();
    assert_eq!(found.join("; "), expected, "{text}");
}

/// The names of each person, organization or place of several, as `key: names`, joined by `; `.
#[track_caller]
fn check_names(text: &str, expected: &str) {
    let doc = tagged(text);
    let view = doc.view();
    let entity = |entity: document::Entity<'_>| {
        let names = view
            .mentions()
            .filter(|name| name.kind() == symbol::NAME && name.entity() == Some(entity.id()));
        let names: Vec<&str> = names.map(document::Mention::text).collect();
        format!("{}: {}", entity.key(), names.join(", "))
    };
    let found: Vec<String> = view.entities().map(entity).collect();
    assert_eq!(found.join("; "), expected, "{text}");
}

#[test]
fn a_short_form_has_the_class_and_the_entity_of_the_full_name() {
    check_entities(
        "Ada Lindholm spoke. | Lindholm left with Mr. Brandt. | Then Lindholm slept.",
        "per:ada-lindholm (Ada Lindholm); per:brandt (Brandt)",
    );
    check_names(
        "They met Ursula van der Berg. | Then Berg left.",
        "per:ursula-van-der-berg: Ursula van der Berg, Berg",
    );
}

#[test]
fn initials_middle_names_and_nicknames_are_one_person() {
    check_names(
        "They met William Moss. | Then Bill Moss left. | Later W. Moss and William J. Moss slept.",
        "per:william-j-moss: William Moss, Bill Moss, W. Moss, William J. Moss",
    );
    check_names(
        "They met George W. Moss and George H. Moss.",
        "per:george-w-moss: George W. Moss; per:george-h-moss: George H. Moss",
    );
    check_names(
        "They met James Moss and Robert Moss. | Then J. Moss left.",
        "per:james-moss: James Moss, J. Moss; per:robert-moss: Robert Moss",
    );
}

#[test]
fn family_name_first_or_last_hyphen_or_space_is_one_person() {
    check_names(
        "Minister Ishida Haruto spoke. | Later Haruto Ishida left. | Then Ishida slept.",
        "per:ishida-haruto: Ishida Haruto, Haruto Ishida, Ishida",
    );
    check_names(
        "President Kim Ha Joon spoke. | Later Kim Ha-joon left. | Then President Kim slept.",
        "per:kim-ha-joon: Kim Ha Joon, Kim Ha-joon, Kim",
    );
}

#[test]
fn spellings_of_one_name_are_one_person() {
    check_names(
        "They met Ivan Melenskyy. | Then Ivan Melensky left.",
        "per:ivan-melenskyy: Ivan Melenskyy, Ivan Melensky",
    );
    check_names(
        "They met Zoë Müller. | Then Zoe Muller left.",
        "per:zoe-muller: Zoë Müller, Zoe Muller",
    );
}

#[test]
fn members_of_a_family_stay_apart() {
    // The bare name is the one of whom the article speaks most …
    check_names(
        "Ada Moss spoke. | Ada Moss met her husband, Paul Moss. | Then Moss left.",
        "per:ada-moss: Ada Moss, Ada Moss, Moss; per:paul-moss: Paul Moss",
    );
    // … or who is not only somebody's relative …
    check_names(
        "Ada Moss met her husband, Paul Moss. | Then Moss left.",
        "per:ada-moss: Ada Moss, Moss; per:paul-moss: Paul Moss",
    );
    // … or whom it called so before …
    check_names(
        "Ada Moss spoke. | Moss met Paul Moss. | Then Moss left.",
        "per:ada-moss: Ada Moss, Moss, Moss; per:paul-moss: Paul Moss",
    );
    // … else the one named last …
    check_names(
        "Ada Moss met Paul Moss. | Later Moss left.",
        "per:ada-moss: Ada Moss; per:paul-moss: Paul Moss, Moss",
    );
    // … unless a title tells.
    check_names(
        "Mary Brandt met James Brandt. | Later Mrs. Brandt left.",
        "per:mary-brandt: Mary Brandt, Brandt; per:james-brandt: James Brandt",
    );
    check_names(
        "Yesterday James Moss met James Moss Jr in Oslo.",
        "per:james-moss: James Moss; per:james-moss-jr: James Moss Jr; loc:oslo: Oslo",
    );
}

#[test]
fn an_acronym_is_one_entity_with_its_long_form() {
    check_entities(
        "The Northern Harbour Council (NHC) met. | Later the NHC agreed.",
        "org:northern-harbour-council (Northern Harbour Council)",
    );
    check_names(
        "Later the NHC agreed. | The Northern Harbour Council met.",
        "org:northern-harbour-council: NHC, Northern Harbour Council",
    );
}

#[test]
fn an_organization_is_known_by_a_part_of_its_name_and_in_either_spelling() {
    check_names(
        "The Ministry of Labour met. | Then the Labor Ministry agreed.",
        "org:ministry-of-labour: Ministry of Labour, Labor Ministry",
    );
    // … but a foundation is not the body whose name it bears.
    check_names(
        "Shares of Eastmere Corp. fell. | The Eastmere Corp Foundation slept.",
        "org:eastmere-corp: Eastmere Corp.; org:eastmere-corp-foundation: Eastmere Corp Foundation",
    );
    check_names(
        "Shares of Eastmere Corp. fell. | Then Eastmere Corp rose.",
        "org:eastmere-corp: Eastmere Corp., Eastmere Corp",
    );
}

#[test]
fn a_country_is_one_entity_under_all_its_names() {
    check_entities("The US and the United States; an American.", "loc:us (United States, US)");
    check_entities("The ROK is South Korea.", "loc:kr (South Korea, KR)");
    check_entities("A French film.", "loc:fr (France, FR)");
    check_entities(
        "A word from the Republic of Korea (ROK). | Korea and the Koreans hope.",
        "loc:kr (Republic of Korea, KR)",
    );
}

#[test]
fn a_name_that_countries_share_is_the_one_spoken_of_most() {
    check_names(
        "North Korea fired. | North Korea denied it. | South Korea saw it, and Korean boats left.",
        "loc:kp: North Korea, North Korea, Korean; loc:kr: South Korea",
    );
    check_names("They saw Korea.", "loc:korea: Korea");
}

#[test]
fn a_region_and_its_people_are_one_entity() {
    check_entities("A European law for Europe.", "loc:europe (Europe)");
}

#[test]
fn keys_are_folded() {
    check_entities("They met Zoë Müller-Łuk.", "per:zoe-muller-luk (Zoë Müller-Łuk)");
    check_entities("They met Mary O’Neill and Mary O'Neill.", "per:mary-oneill (Mary O’Neill)");
}

#[test]
fn an_article_reads_as_people_would_group_it() {
    let text = "Prime Minister Ishida Haruto met Mary Moss of the Northern Harbour Council (NHC).\n\
                “We hope,” she said. Ishida thanked the NHC.\n\
                The prime minister left with his wife, Aiko Ishida.";
    insta::assert_snapshot!(drawn(text), @r#"
    Prime Minister Ishida Haruto met Mary Moss of the Northern Harbour Council (NHC).
                   ^^^^^^^^^^^^^ PER #per:ishida-haruto                         ^^^ ORG #org:northern-harbour-council
                                     ^^^^^^^^^ PER #per:mary-moss
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^ ORG #org:northern-harbour-council
    “We hope,” she said. Ishida thanked the NHC.
               ^^^ PER pronoun              ^^^ ORG #org:northern-harbour-council
                         ^^^^^^ PER #per:ishida-haruto
    The prime minister left with his wife, Aiko Ishida.
    ^^^^^^^^^^^^^^^^^^ PER description #per:ishida-haruto
                                 ^^^ PER pronoun #per:ishida-haruto
                                           ^^^^^^^^^^^ PER #per:aiko-ishida
    "#);
}
