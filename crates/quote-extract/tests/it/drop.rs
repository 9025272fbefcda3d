//! The real drop, where a checkout has it: plain reports must be credited rightly.

use crate::told;

/// Texts whose quotations go into no snapshot, for they are not ours: what is checked is that
/// every quotation credited by a plain verb has a speaker, and that no span holds its outer marks.
#[test]
fn every_cue_of_the_drop_has_its_speaker() {
    let Some(folder) = testkit::shared("drops/indo-pacific") else { return };
    let files = std::fs::read_dir(&folder).expect("the drop can be listed");
    let mut paths: Vec<_> = files.map(|file| file.expect("an entry").path()).collect();
    paths.sort();
    let mut credited = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "txt")) {
        let text = std::fs::read_to_string(path).expect("the file can be read");
        let sentences = text.replace('|', "/").replace(". ", ". |").replace(".” ", ".” |");
        for line in told(&sentences) {
            assert!(!line.contains(": “") || !line.starts_with("direct"), "{line}");
            credited += usize::from(line.contains("Jens Stoltenberg:"));
        }
    }
    assert!(credited >= 12, "{credited} quotations are credited to the man most quoted");
}
