//! What `pipeline.toml` says about the articles that are wanted.

use stage_api::{Kind, Setting, SettingError, Settings};

/// The part of `pipeline.toml`.
pub(crate) fn declared() -> Vec<Setting> {
    let texts = || Kind::List(Box::new(Kind::Text));
    let length = || Kind::count(0, u32::MAX);
    vec![
        Setting::new("languages", texts(), "languages to keep, such as `en`; absent keeps all"),
        Setting::new("min_characters", length(), "shorter texts are discarded"),
        Setting::new("max_characters", length(), "longer texts are discarded"),
        Setting::new(
            "min_article",
            Kind::Number { min: 0.0, max: 1.0 },
            "what scores less as an article is discarded: lists, errors, notices; 0.5 is a good border",
        ),
        Setting::new("hosts", texts(), "hosts to keep, with all below them: `example.org`"),
        Setting::new("not_hosts", texts(), "hosts to discard, with all below them"),
        Setting::new(
            "from",
            Kind::Text,
            "earlier articles are discarded: a day such as `2023-02-06`",
        ),
        Setting::new("to", Kind::Text, "later articles are discarded: a day, itself included"),
    ]
}

/// The articles that are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) languages: Vec<String>,
    pub(crate) min_characters: Option<u64>,
    pub(crate) max_characters: Option<u64>,
    pub(crate) min_article: Option<f64>,
    pub(crate) hosts: Vec<String>,
    pub(crate) not_hosts: Vec<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

impl Wanted {
    /// Reads checked settings.
    ///
    /// # Errors
    /// If a language is no code, a host no host, a day no day, or a range is empty.
    pub(crate) fn read(settings: &Settings) -> Result<Self, SettingError> {
        let number =
            |name: &str| settings.get_integer(name).and_then(|number| u64::try_from(number).ok());
        let wanted = Self {
            languages: each(settings, "languages", language)?,
            min_characters: number("min_characters"),
            max_characters: number("max_characters"),
            min_article: settings.get("min_article").map(|_| settings.number("min_article")),
            hosts: each(settings, "hosts", host)?,
            not_hosts: each(settings, "not_hosts", host)?,
            from: settings.get_text("from").map(|text| day("from", text)).transpose()?,
            to: settings.get_text("to").map(|text| day("to", text)).transpose()?,
        };
        if let (Some(min), Some(max)) = (wanted.min_characters, wanted.max_characters)
            && min > max
        {
            return Err(SettingError::new(
                "min_characters",
                format!("it is more than `max_characters`, {max}"),
            ));
        }
        if let (Some(from), Some(to)) = (&wanted.from, &wanted.to)
            && from > to
        {
            return Err(SettingError::new("from", format!("it is after `to`, {to}")));
        }
        Ok(wanted)
    }
}

fn each(
    settings: &Settings,
    name: &str,
    read: fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, SettingError> {
    if settings.get(name).is_none() {
        return Ok(Vec::new());
    }
    let values = settings.texts(name);
    if values.is_empty() {
        return Err(SettingError::new(name, "the list is empty; leave the key out to keep all"));
    }
    let read = |text: &str| read(text).map_err(|message| SettingError::new(name, message));
    values.into_iter().map(read).collect()
}

/// A language, by itself or as it is spoken somewhere: `en`, `en-GB`.
fn language(text: &str) -> Result<String, String> {
    let mut parts = text.split(['-', '_']);
    let primary = parts.next().unwrap_or_default();
    let code =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    // Articles have the primary code alone.
    (code && rest)
        .then(|| primary.to_ascii_lowercase())
        .ok_or_else(|| format!("`{text}` is no language code; write one such as `en`"))
}

fn host(text: &str) -> Result<String, String> {
    let bare = text.trim_start_matches("*.").trim_start_matches('.').trim_end_matches('.');
    let host = bare.contains('.') && !bare.contains(['/', ':', '*', ' ', '@']);
    host.then(|| bare.to_lowercase()).ok_or_else(|| {
        format!("`{text}` is no host; write one such as `example.org`, without scheme or path")
    })
}

/// Whether a text is a day of the Gregorian calendar in the form `2023-02-06`.
pub fn is_day(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        text.get(from..to)
            .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let dashes = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    dashes
        && matches!(
            (number(0, 4), number(5, 7), number(8, 10)),
            (Some(year), Some(month), Some(day)) if (1..=days(year, month)).contains(&day)
        )
}

fn day(name: &str, text: &str) -> Result<String, SettingError> {
    is_day(text).then(|| text.to_owned()).ok_or_else(|| {
        SettingError::new(name, format!("`{text}` is no day; write one such as `2023-02-06`"))
    })
}

/// How many days a month of the Gregorian calendar has; 0 where there is no such month.
fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    }
}
