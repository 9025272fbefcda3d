//! Which sentences stand on their own.

use terms::statement::stands_alone;

#[test]
fn a_sentence_stands_alone_or_not() {
    let cases = [
        ("Dockers plan a march to the customs house.", true),
        ("He plans a march to the customs house.", false),
        ("However, dockers plan a march to the customs house.", false),
        ("“Dockers were never asked, said Ines Varro of the union.", false),
        ("“Dockers were never asked,” said Ines Varro of the union.", true),
        ("“The Ansel, she said, is “a fine ship” of the old sort.", false),
        ("\"The Ansel, she said, is \"a fine ship\" of the old sort.", false),
        ("Dockers say it 's late and the town 's hall is shut .", true),
        ("A crane over the empty harbour of Port Ansel", false),
        ("Sign up for the harbour letter, every Friday at noon.", false),
        ("Not now.", false),
    ];
    for (sentence, stands) in cases {
        assert_eq!(stands_alone(sentence), stands, "{sentence}");
    }
}
