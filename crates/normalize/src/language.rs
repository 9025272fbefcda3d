//! Which language a text is in.

use whatlang::{Info, Lang};

/// A language with how sure we are, from 0 to 1.
#[derive(Debug, PartialEq)]
pub(crate) struct Guess {
    /// BCP 47 primary subtag.
    pub(crate) code: &'static str,
    pub(crate) confidence: f32,
}

/// Bytes of text that the detector looks at.
const SAMPLE: usize = 4096;
/// Letters below which trigrams say nothing.
const LETTERS: usize = 40;

/// The language of `text`, where its words tell.
///
/// English is told by its function words, any other language by its trigrams, and both by words
/// that are no names: a table of Spanish clubs is not in Spanish. A text of hardly anything else
/// tells none.
pub(crate) fn detect(text: &str) -> Option<Guess> {
    let end = (0..=SAMPLE.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let sample = &text[..end];
    let words = telling(sample);
    match english(&words) {
        English::Sure => Some(Guess { code: "en", confidence: 0.95 }),
        English::Likely => {
            by_trigrams(&words, sample).or(Some(Guess { code: "en", confidence: 0.7 }))
        }
        English::Untold => by_trigrams(&words, sample),
    }
}

/// The words that show the language of a text, one space after each: those without a capital,
/// for names have one and come from any language, and those that are English even with one.
/// Addresses, handles and tags are left out too. Where capitals are no sign of names, in a text all
/// in capitals or in a script without any, this is the whole text in lower case.
fn telling(text: &str) -> String {
    let (mut letters, mut lower) = (0_u32, 0_u32);
    for c in text.chars() {
        letters += u32::from(c.is_alphabetic());
        lower += u32::from(c.is_lowercase());
    }
    if lower * 4 < letters {
        return text.to_lowercase();
    }
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace().filter(|word| !word.contains(['@', '#', '/'])) {
        if !word.contains(char::is_uppercase) {
            words.push_str(word);
            words.push(' ');
        } else if let Some(word) = clear_word(word) {
            words.push_str(&word);
            words.push(' ');
        }
    }
    words
}

/// The word that is English alone and is `word` but for its capitals, in lower case.
fn clear_word(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_ascii_lowercase();
    is_in(&CLEAR_KEYS, &word).then_some(word)
}

/// What trigrams tell for sure: those of the telling words, or, where these are too few, those of
/// the whole text if they agree.
fn by_trigrams(words: &str, text: &str) -> Option<Guess> {
    let sure = |info: &Info, text: &str| {
        let letters = text.chars().filter(|c| c.is_alphabetic()).take(LETTERS).count();
        letters == LETTERS && info.is_reliable()
    };
    let mut info = whatlang::detect(words)?;
    if !sure(&info, words) {
        info = whatlang::detect(text)
            .filter(|whole| whole.lang() == info.lang() && sure(whole, text))?;
    }
    let code = code(info.lang())?;
    Some(Guess { code, confidence: 0.95 * info.confidence() as f32 })
}

/// The primary subtag of a language tag such as `en-GB`, if it looks like one.
pub(crate) fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
    let valid =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    valid.then(|| primary.to_ascii_lowercase())
}

/// Words that only English has and that hardly any of its sentences lacks.
const CLEAR: &[&str] = &[
    "about", "after", "against", "and", "because", "been", "before", "between", "could", "during",
    "from", "his", "how", "if", "into", "its", "not", "our", "out", "said", "she", "should",
    "since", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "through", "were", "what", "when", "where", "which", "while", "with", "would", "you",
    "your",
];

/// Words as common in English that are words of other languages too: "was" of German, "on" of
/// French, "have" of Danish.
const SHARED: &[&str] = &[
    "an", "are", "as", "at", "be", "but", "by", "can", "do", "for", "had", "has", "have", "he",
    "her", "in", "is", "it", "of", "on", "or", "to", "was", "we", "who", "will",
];

const CLEAR_KEYS: [u64; CLEAR.len()] = keys(CLEAR);
const SHARED_KEYS: [u64; SHARED.len()] = keys(SHARED);

/// Sorted words as numbers in the same order.
const fn keys<const N: usize>(words: &[&str]) -> [u64; N] {
    let mut keys = [0; N];
    let mut at = 0;
    while at < N {
        keys[at] = key(words[at].as_bytes());
        at += 1;
    }
    keys
}

/// A word of at most eight bytes as a number: its first byte is the highest.
const fn key(word: &[u8]) -> u64 {
    assert!(word.len() <= 8, "the words of the lists are short");
    let mut key = 0;
    let mut at = 0;
    while at < 8 {
        key = key << 8 | if at < word.len() { word[at] as u64 } else { 0 };
        at += 1;
    }
    key
}

fn is_in(keys: &[u64], word: &str) -> bool {
    word.len() <= 8 && keys.binary_search(&key(word.as_bytes())).is_ok()
}

/// How much the function words of a text say for English.
enum English {
    Sure,
    Likely,
    Untold,
}

/// Weighs the share of function words, which is about two in five in English prose. The shared ones
/// count only beside a clear one.
fn english(words: &str) -> English {
    let (mut all, mut clear, mut shared) = (0_u32, 0_u32, 0_u32);
    for word in words.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        all += 1;
        if is_in(&CLEAR_KEYS, word) {
            clear += 1;
        } else if is_in(&SHARED_KEYS, word) {
            shared += 1;
        }
    }
    let both = clear + shared;
    if clear == 0 || both < 2 {
        return English::Untold;
    }
    match f64::from(both) / f64::from(all) {
        0.3.. => English::Sure,
        0.15.. => English::Likely,
        _ => English::Untold,
    }
}

/// The two-letter code of a detected language.
fn code(lang: Lang) -> Option<&'static str> {
    let code = match lang.code() {
        "epo" => "eo",
        "eng" => "en",
        "rus" => "ru",
        "cmn" => "zh",
        "spa" => "es",
        "por" => "pt",
        "ita" => "it",
        "ben" => "bn",
        "fra" => "fr",
        "deu" => "de",
        "ukr" => "uk",
        "kat" => "ka",
        "ara" => "ar",
        "hin" => "hi",
        "jpn" => "ja",
        "heb" => "he",
        "yid" => "yi",
        "pol" => "pl",
        "amh" => "am",
        "jav" => "jv",
        "kor" => "ko",
        "nob" => "nb",
        "dan" => "da",
        "swe" => "sv",
        "fin" => "fi",
        "tur" => "tr",
        "nld" => "nl",
        "hun" => "hu",
        "ces" => "cs",
        "ell" => "el",
        "bul" => "bg",
        "bel" => "be",
        "mar" => "mr",
        "kan" => "kn",
        "ron" => "ro",
        "slv" => "sl",
        "hrv" => "hr",
        "srp" => "sr",
        "mkd" => "mk",
        "lit" => "lt",
        "lav" => "lv",
        "est" => "et",
        "tam" => "ta",
        "vie" => "vi",
        "urd" => "ur",
        "tha" => "th",
        "guj" => "gu",
        "uzb" => "uz",
        "pan" => "pa",
        "aze" => "az",
        "ind" => "id",
        "tel" => "te",
        "pes" => "fa",
        "mal" => "ml",
        "ori" => "or",
        "mya" => "my",
        "nep" => "ne",
        "sin" => "si",
        "khm" => "km",
        "tuk" => "tk",
        "aka" => "ak",
        "zul" => "zu",
        "sna" => "sn",
        "afr" => "af",
        "lat" => "la",
        "slk" => "sk",
        "cat" => "ca",
        "tgl" => "tl",
        "hye" => "hy",
        "cym" => "cy",
        _ => return None,
    };
    Some(code)
}
