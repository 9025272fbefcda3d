//! Letters as they are compared: lower case, no marks; names as keys write them.

/// Appends what `character` is compared as: nothing for an apostrophe or a combining mark, one letter or two for a
/// letter with a mark, itself in lower case for any other.
pub fn push_plain(out: &mut String, character: char) {
    if character.is_ascii() {
        if character != '\'' {
            out.push(character.to_ascii_lowercase());
        }
        return;
    }
    for lower in character.to_lowercase() {
        if let Some(plain) = without_mark(lower) {
            out.push_str(plain);
        } else if lower != '’' && !('\u{300}'..='\u{36f}').contains(&lower) {
            out.push(lower);
        }
    }
}

/// Appends a name as keys write it: plain letters and digits, and one hyphen for everything between them. What `out`
/// held before stays as it is.
pub fn push_folded(out: &mut String, name: &str) {
    let start = out.len();
    for character in name.chars() {
        let at = out.len();
        push_plain(out, character);
        if out[at..].contains(|plain: char| !plain.is_alphanumeric()) {
            out.truncate(at);
            if at > start && !out.ends_with('-') {
                out.push('-');
            }
        }
    }
    while out.len() > start && out.ends_with('-') {
        out.pop();
    }
}

/// A name as keys write it: see [`push_folded`].
pub fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    push_folded(&mut out, name);
    out
}

/// The plain letters of a lowercase Latin letter with a mark.
fn without_mark(character: char) -> Option<&'static str> {
    const PLAIN: [(&str, &str); 24] = [
        ("àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "a"),
        ("çćĉċč", "c"),
        ("ďđðḍ", "d"),
        ("èéêëēĕėęěẹẻẽếềểễệə", "e"),
        ("ĝğġģǧ", "g"),
        ("ĥħḥḩẖ", "h"),
        ("ìíîïĩīĭįıịỉ", "i"),
        ("ĵ", "j"),
        ("ķḵ", "k"),
        ("ĺļľŀłḷ", "l"),
        ("ṃ", "m"),
        ("ñńņňŉṇ", "n"),
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
    ];
    PLAIN.iter().find(|(marked, _)| marked.contains(character)).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::{folded, push_folded};

    #[test]
    fn a_name_is_folded_as_keys_write_it() {
        for (name, key) in [
            ("Ada Ek", "ada-ek"),
            ("Zoë O’Neill-Święcicka", "zoe-oneill-swiecicka"),
            ("J. R. Moss, Jr.", "j-r-moss-jr"),
            (" — ", ""),
            ("Ольга Lind", "ольга-lind"),
            ("Həsən al-Ḍāḥik", "hesen-al-dahik"),
            ("İpek Bašt\u{301}", "ipek-bast"),
        ] {
            assert_eq!(folded(name), key);
            for before in ["per:", "per-"] {
                let mut out = before.to_owned();
                push_folded(&mut out, name);
                assert_eq!(out, format!("{before}{key}"));
            }
        }
    }
}
