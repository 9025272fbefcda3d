//! Words from elsewhere, as a terminal may have them.

/// A text on one line, without what would steer a terminal.
pub(crate) fn line(text: &str) -> String {
    text.chars().map(character).collect()
}

/// A character, or a blank for one that would steer a terminal: a control character, an end of a line, or one of
/// those that turn the direction of what follows.
pub(crate) fn character(c: char) -> char {
    let steers = c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    if steers { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn nothing_steers_the_terminal() {
        for (text, expected) in [
            ("Zoë – “yes”", "Zoë – “yes”"),
            ("a\r\n\tb\u{7f}", "a   b "),
            ("\u{1b}[31mred\u{9b}0m", " [31mred 0m"),
            ("drop/\u{202e}txt.a\u{2066}\u{2028}", "drop/ txt.a  "),
        ] {
            assert_eq!(line(text), expected);
        }
    }
}
