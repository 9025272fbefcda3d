//! Small things about text that comes from articles.

/// The first characters of a text, and a sign where it goes on.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// An address that a link may lead to: of the web, and nothing that a browser would run.
pub(crate) fn web_address(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(url)
}

/// The address of a passage within a page, as a [text
/// fragment](https://wicg.github.io/scroll-to-text-fragment/): its first and last words.
pub(crate) fn passage_address(url: &str, passage: &str) -> Option<String> {
    const WORDS: usize = 6;
    let url = web_address(url)?;
    let base = url.split('#').next().unwrap_or(url);
    let words: Vec<&str> = passage.split_whitespace().collect();
    if words.is_empty() {
        return None;
    }
    let fragment = if words.len() <= 2 * WORDS {
        encoded(&words.join(" "))
    } else {
        let (first, last) = (&words[..WORDS], &words[words.len() - WORDS..]);
        format!("{},{}", encoded(&first.join(" ")), encoded(&last.join(" ")))
    };
    Some(format!("{base}#:~:text={fragment}"))
}

/// Percent-encoded; `-`, `,` and `&` have a meaning in a text fragment.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_alone() {
        let cases = [
            ("https://paper.example/a", true),
            ("HTTP://paper.example/", true),
            ("javascript:alert(1)", false),
            ("javascript://x%0aalert(1)", false),
            ("data:text/html,x", false),
            ("paper.example/a", false),
            ("", false),
        ];
        for (url, leads) in cases {
            assert_eq!(web_address(url).is_some(), leads, "{url}");
        }
    }

    #[test]
    fn a_passage_is_named_by_its_first_and_last_words() {
        let url = "https://paper.example/a#top";
        assert_eq!(
            passage_address(url, "No, not-yet").as_deref(),
            Some("https://paper.example/a#:~:text=No%2C%20not%2Dyet")
        );
        let long = passage_address(url, "a b c d e f g h i j k l m").expect("it has words");
        assert!(long.ends_with("text=a%20b%20c%20d%20e%20f,h%20i%20j%20k%20l%20m"), "{long}");
        assert_eq!(passage_address("javascript:alert(1)", "words"), None);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(shortened("żółw", 4), "żółw");
        assert_eq!(shortened("żółwie", 4), "żółw…");
    }
}
