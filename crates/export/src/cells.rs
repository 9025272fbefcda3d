//! Cells of a table that a spreadsheet takes for what they are.

/// Characters of a cell; the best known spreadsheet has room for 32,767.
const LONGEST: usize = 32_000;

/// A text as a cell: one line, not too long, and never a formula.
///
/// A spreadsheet runs a cell that begins with one of `=+-@` (or their wide forms) as a formula, quoted or not;
/// one that comes from an article could fetch an address or start a program. An apostrophe before it makes it
/// text. A plain number is none and stays.
pub(crate) fn text(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 1);
    if is_risky(text) {
        cell.push('\'');
    }
    let room = LONGEST - cell.len();
    let one_line = |sign: char| if sign.is_control() || is_line_end(sign) { ' ' } else { sign };
    cell.extend(text.chars().take(room).map(one_line));
    if text.chars().nth(room).is_some() {
        cell.push('…');
    }
    cell
}

fn is_line_end(sign: char) -> bool {
    matches!(sign, '\u{2028}' | '\u{2029}')
}

/// Whether a spreadsheet might run it. White space and signs without width before it are passed over, as some do.
fn is_risky(text: &str) -> bool {
    let unseen = |sign: char| {
        sign.is_whitespace()
            || sign.is_control()
            || matches!(sign, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    let begins = text.trim_start_matches(unseen);
    let formula = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    formula && !is_number(text)
}

/// Whether it is a number and nothing else, as people and programs write it.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_becomes_text() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("- Yes, he said", "'- Yes, he said"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("\r\n=1", "'  =1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{200b} ＝1", "'\u{200b} ＝1"),
            ("-12.5", "-12.5"),
            ("+3", "+3"),
            ("-", "'-"),
            ("-1.", "'-1."),
            ("1=1", "1=1"),
            ("a = b", "a = b"),
            ("“=1”", "“=1”"),
            ("two\nlines\u{2028}or\u{0}more", "two lines or more"),
            ("", ""),
        ];
        for (from, expected) in cases {
            assert_eq!(text(from), expected, "{from:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let cell = text(&"=".repeat(LONGEST + 5));
        assert_eq!(cell.chars().count(), LONGEST + 1);
        assert!(cell.ends_with("=…"));
        assert_eq!(text(&"é".repeat(LONGEST)).chars().count(), LONGEST);
    }
}
