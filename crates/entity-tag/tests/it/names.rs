use document::symbol;

use crate::{drawn, tagged};

/// The names of the text as `LABEL name`, joined by `; `.
#[track_caller]
fn check(text: &str, expected: &str) {
    let doc = tagged(text);
    let view = doc.view();
    let names = view.mentions().filter(|mention| mention.kind() == symbol::NAME);
    let found: Vec<String> =
        names.map(|name| format!("{} {}", doc.name_of(name.label()), name.text())).collect();
    assert_eq!(found.join("; "), expected, "{text}");
}

#[test]
fn titles_signal_persons_and_are_no_part_of_the_name() {
    check("Yesterday Foreign Minister Ada Lindholm met Mr. Brown.", "PER Ada Lindholm; PER Brown");
    check("The visit of NATO Secretary General Jens Ek was short.", "ORG NATO; PER Jens Ek");
    check("US Secretary of Defense Paul Moss spoke in Oslo.", "LOC US; PER Paul Moss; LOC Oslo");
    check("French President Marie Dubois left.", "MISC French; PER Marie Dubois");
}

#[test]
fn initials_hyphens_and_particles_belong_to_names() {
    check(
        "They met George H.W. Marsh and John F. Miller.",
        "PER George H.W. Marsh; PER John F. Miller",
    );
    check(
        "They met Kim Ha-joon and Ludwig van der Berg there.",
        "PER Kim Ha-joon; PER Ludwig van der Berg",
    );
    check("It said the US-led effort in Iraq had failed.", "LOC US; LOC Iraq");
}

#[test]
fn a_possessive_ends_a_name_unless_it_is_a_part_of_one() {
    check("It was China's Ministry of Trade.", "LOC China; ORG Ministry of Trade");
    check("Then the People's Party won.", "ORG People's Party");
    check("They saw Moss’s plan and Paul Moss.", "PER Moss; PER Paul Moss");
}

#[test]
fn organizations_are_known_by_their_first_and_last_words() {
    check(
        "The Ministry of Health and Welfare said on Friday that prices rose.",
        "ORG Ministry of Health and Welfare",
    );
    check(
        "He left the University of Harwick and joined Northfield Holdings.",
        "ORG University of Harwick; ORG Northfield Holdings",
    );
    check(
        "Shares of Eastmere Corp. fell, like those of Lorrick Inc, too.",
        "ORG Eastmere Corp.; ORG Lorrick Inc",
    );
    check(
        "Then the Truth and Reconciliation Commission met.",
        "ORG Truth and Reconciliation Commission",
    );
}

#[test]
fn places_are_known_by_lists_and_by_their_words() {
    check("She lives in Oslo, near Lake Brenner.", "LOC Oslo; LOC Lake Brenner");
    check(
        "It lies in Harwick, Norway, on the Ostra River.",
        "LOC Harwick; LOC Norway; LOC Ostra River",
    );
    check(
        "Trinidad and Tobago won the match in Port of Spain.",
        "LOC Trinidad and Tobago; LOC Port of Spain",
    );
    check("a word from the Republic of Korea", "LOC Republic of Korea");
}

#[test]
fn the_first_word_of_a_sentence_needs_more_than_its_capital() {
    check("Talks went on. | Running is fun. | However, Oslo won.", "LOC Oslo");
    check("Shipping costs rose.", "");
    check("Former President Ada Lindholm left.", "PER Ada Lindholm");
    check("We met Brantlow. | Brantlow left.", "PER Brantlow; PER Brantlow");
}

#[test]
fn months_weekdays_and_values_are_no_names() {
    check("On Tuesday in March they met Paul Moss.", "PER Paul Moss");
    check("In May 2022 Theresa May spoke.", "PER Theresa May");
}

#[test]
fn a_heading_gives_names_only_where_they_are_known() {
    check("Deep Trouble Brews For Quiet Northern Harbour Towns\nMore here.", "");
    check("STORM HITS COAST OF NORWAY AGAIN\nMore here.", "LOC NORWAY");
}

#[test]
fn a_paragraph_reads_as_people_would_mark_it() {
    let text = "On Monday, Jens Ek, the minister of Norway, told the Harbour Council in Oslo\n\
                that “the Norwegian coast” needs $2 million.\n\
                Later Ek said he would pay.";
    insta::assert_snapshot!(drawn(text), @r#"
    On Monday, Jens Ek, the minister of Norway, told the Harbour Council in Oslo
       ^^^^^^ DATE value "2023-02-06"   ^^^^^^ LOC #loc:no                  ^^^^ LOC #loc:oslo
               ^^^^^^^ PER #per:jens-ek                  ^^^^^^^^^^^^^^^ ORG #org:harbour-council
                        ^^^^^^^^^^^^ PER description #per:jens-ek
    that “the Norwegian coast” needs $2 million.
              ^^^^^^^^^ MISC #loc:no ^^^^^^^^^^ MONEY value {"currency":"USD","amount":"2000000"}
    Later Ek said he would pay.
          ^^ PER #per:jens-ek
                  ^^ PER pronoun #per:jens-ek
    "#);
}
