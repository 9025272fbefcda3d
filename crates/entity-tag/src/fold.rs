//! Folding names for keys: lower case, no diacritics, one hyphen for everything else.

/// Appends the folded form of `name` to `out`.
pub(crate) fn push_folded(out: &mut String, name: &str) {
    let start = out.len();
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            out.push(character);
        } else if let Some(plain) = without_mark(character) {
            out.push_str(plain);
        } else if is_combining(character) || matches!(character, '\'' | '’') {
            // An apostrophe joins: O'Neill and O’Neill are one name.
        } else if character.is_alphanumeric() {
            out.push(character);
        } else if out.len() > start && !out.ends_with('-') {
            out.push('-');
        }
    }
    while out.len() > start && out.ends_with('-') {
        out.pop();
    }
}

/// The folded form of `name`.
pub(crate) fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    push_folded(&mut out, name);
    out
}

fn is_combining(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// The plain letters of a lowercase Latin letter with a mark.
fn without_mark(character: char) -> Option<&'static str> {
    const PLAIN: [(&str, &str); 30] = [
        ("àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "a"),
        ("çćĉċč", "c"),
        ("ďđð", "d"),
        ("èéêëēĕėęěẹẻẽếềểễệ", "e"),
        ("ĝğġģǧ", "g"),
        ("ĥħḥḩ", "h"),
        ("ìíîïĩīĭįıịỉ", "i"),
        ("ĵ", "j"),
        ("ķ", "k"),
        ("ĺļľŀł", "l"),
        ("ñńņňŉ", "n"),
        ("òóôõöøōŏőọỏốồổỗộớờởỡợơ", "o"),
        ("ŕŗř", "r"),
        ("śŝşšșṣ", "s"),
        ("ţťŧțṭ", "t"),
        ("ùúûüũūŭůűųưụủứừửữự", "u"),
        ("ŵ", "w"),
        ("ýÿŷỳỵỷỹ", "y"),
        ("źżžẓ", "z"),
        ("æ", "ae"),
        ("œ", "oe"),
        ("ß", "ss"),
        ("þ", "th"),
        ("ə", "e"),
        ("ḍ", "d"),
        ("ḷ", "l"),
        ("ṃ", "m"),
        ("ṇ", "n"),
        ("ẖ", "h"),
        ("ḵ", "k"),
    ];
    PLAIN.iter().find(|(marked, _)| marked.contains(character)).map(|(_, plain)| *plain)
}
