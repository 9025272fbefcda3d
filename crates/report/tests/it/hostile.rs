//! Articles that want to be more than text.

use serde_json::json;

use crate::{folder, pages};

const SCRIPT: &str =
    "<script>alert(1)</script><img src=x onerror=alert(2)>\u{202e}\u{0}\u{1b}[31m\"'&";

/// An article whose every field tries to get out.
fn record() -> String {
    let text = format!("Said “{SCRIPT}”. </script><!--");
    let length = text.chars().count();
    json!({
        "schema": "copydesk.article/1", "id": SCRIPT, "revision": 1, "supersedes": null,
        "origin": { "path": SCRIPT, "line": null, "member": null, "offset": null, "sha256": "00" },
        "title": SCRIPT, "dek": SCRIPT, "byline": [SCRIPT], "published": SCRIPT, "outlet": SCRIPT,
        "url": "javascript:alert(3)", "language": SCRIPT, "text": text,
        "mentions": [{ "start": 0, "end": 4, "text": "Said", "kind": "name", "label": "PER", "entity": 0, "score": 1.0 }],
        "entities": [{ "id": 0, "key": SCRIPT, "name": SCRIPT, "label": "PER", "mentions": [0] }],
        "quotations": [{
            "id": 0, "start": 6, "end": length - 16, "text": SCRIPT, "kind": SCRIPT, "marked": [], "part_of": null, "cue": null,
            "speaker": { "start": 0, "end": 4, "text": SCRIPT, "via": SCRIPT, "entity": 0, "name": SCRIPT, "role": SCRIPT },
            "addressee": null, "occasion": null, "said_on": SCRIPT, "negated": false, "score": 0.5,
        }],
        "keyphrases": [{ "text": SCRIPT, "score": 0.1 }], "story": SCRIPT,
        "notes": [{ "stage": SCRIPT, "message": SCRIPT }],
    })
    .to_string()
}

fn story() -> String {
    let passage = json!({ "article": SCRIPT, "start": 0, "end": 1, "text": SCRIPT });
    let member = json!({ "relation": SCRIPT, "article": SCRIPT, "quotation": 0, "start": 0, "end": 1, "text": SCRIPT });
    json!({
        "schema": "copydesk.story/1", "id": SCRIPT, "merged_into": null, "headline": SCRIPT, "articles": [SCRIPT], "digest": [passage],
        "people": [{ "key": SCRIPT, "keys": [SCRIPT], "name": SCRIPT, "articles": [SCRIPT] }],
        "quotations": [{ "speaker": SCRIPT, "key": SCRIPT, "fullest": 0, "members": [member, member] }],
        "timeline": [{ "date": SCRIPT, "article": SCRIPT, "start": 0, "end": 1, "text": SCRIPT }],
    })
    .to_string()
}

#[test]
fn nothing_of_an_article_is_markup() {
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path(), &[record()], &[story()]);
    for (name, page) in pages(dir.path()) {
        // The script of the page, and on one page the data block.
        let scripts = 1 + usize::from(name == "search.html");
        assert_eq!(page.matches("<script").count(), scripts, "{name}");
        assert_eq!(page.matches("</script").count(), scripts, "{name}");
        for forbidden in ["<img", "javascript:", "<!--"] {
            assert!(!page.contains(forbidden), "{name} has {forbidden}");
        }
        assert!(page.contains("default-src 'none'"), "{name}");
        let hidden = page.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(hidden, None, "{name}");
    }
}

#[test]
fn a_line_of_ten_megabytes_is_shown_in_part() {
    let dir = tempfile::tempdir().unwrap();
    let text = "ah ".repeat(10 << 20 >> 2);
    let record = json!({
        "schema": "copydesk.article/1", "id": "a", "revision": 1, "supersedes": null,
        "origin": { "path": "a", "line": null, "member": null, "offset": null, "sha256": "00" }, "text": text,
    });
    folder(dir.path(), &[record.to_string()], &[]);
    let page = &pages(dir.path())["articles/00001.html"];
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
    assert!(page.contains("The text goes on for"));
}
