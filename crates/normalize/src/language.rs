//! Which language a text is in.

use whatlang::Lang;

/// A language with how sure we are, from 0 to 1.
#[derive(Debug, PartialEq)]
pub(crate) struct Guess {
    /// BCP 47 primary subtag.
    pub(crate) code: &'static str,
    pub(crate) confidence: f32,
}

/// Bytes of text that the detector looks at.
const SAMPLE: usize = 4096;
/// Letters below which its answer says nothing.
const LETTERS: usize = 40;

/// The language of `text`, where its words tell.
pub(crate) fn detect(text: &str) -> Option<Guess> {
    let end = (0..=SAMPLE.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let sample = &text[..end];
    let english = english_share(sample);
    if english >= 0.3 {
        return Some(Guess { code: "en", confidence: 0.95 });
    }
    let letters = sample.chars().filter(|c| c.is_alphabetic()).take(LETTERS).count();
    let reliable = whatlang::detect(sample).filter(|info| letters >= LETTERS && info.is_reliable());
    match reliable {
        Some(info) => code(info.lang())
            .map(|code| Guess { code, confidence: 0.95 * info.confidence() as f32 }),
        None if english >= 0.15 => Some(Guess { code: "en", confidence: 0.7 }),
        None => None,
    }
}

/// The primary subtag of a language tag such as `en-GB`, if it looks like one.
pub(crate) fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
    let valid =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    valid.then(|| primary.to_ascii_lowercase())
}

/// Words that hardly any other language has and that hardly any English sentence lacks.
const ENGLISH: &[&str] = &[
    "about", "after", "and", "are", "at", "been", "but", "by", "for", "from", "had", "has", "have",
    "he", "her", "his", "is", "it", "its", "not", "of", "on", "said", "she", "that", "the",
    "their", "they", "this", "to", "was", "we", "were", "which", "who", "will", "with", "would",
    "you",
];

/// Share of the words that are common English function words; 0 below two of them.
fn english_share(text: &str) -> f64 {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let (mut all, mut english) = (0_u32, 0_u32);
    for word in words {
        all += 1;
        let lower = word.to_ascii_lowercase();
        english += u32::from(ENGLISH.binary_search(&lower.as_str()).is_ok());
    }
    if english < 2 { 0.0 } else { f64::from(english) / f64::from(all) }
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
