//! Dates as pages and bylines write them → ISO dates.

mod words;

use words::Word;

/// The date in `text`, which must hold nothing else beside a weekday, a time or a word such as
/// "Published": an ISO date, or a date-time where the text gives a zone.
///
/// Day and month are never guessed from their order: `02/03/2023` is no date, `le 02/03/2023` is the second of March, for
/// those who speak so write the day first.
pub(crate) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 80 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    iso(text).or_else(|| written(text)).or_else(|| year_first(text))
}

/// The day in an address that has one in its path: `/2023/02/06/`, `/2023-02-06/`, `/20230206/`.
pub(crate) fn in_url(url: &str) -> Option<String> {
    let (_, path) = url.split_once("://")?.1.split_once('/')?;
    let pieces: Vec<&str> = path.split(['/', '-', '_', '.', '?']).collect();
    let two = |piece: &str| if piece.len() == 2 { number(piece) } else { None };
    let apart = pieces.windows(3).find_map(|three| {
        let year = number(three[0]).filter(|year| (1990..2100).contains(year))?;
        day(year, two(three[1])?, two(three[2])?)
    });
    let joined = || {
        pieces.iter().find_map(|piece| {
            iso(piece).filter(|date| piece.len() == 8 && ("1990".."2100").contains(&date.as_str()))
        })
    };
    apart.or_else(joined)
}

/// `2023-02-06`, `2023-02-06T10:00:00+01:00`, `2023-02-06 10:00`, `20230206`.
fn iso(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return day(number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?);
    }
    let date =
        text.get(..10).filter(|date| date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-')?;
    let date = day(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(date);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    Some(time_with_zone(rest).map_or(date.clone(), |time| format!("{date}T{time}")))
}

/// `10:00:00.000+0100` → `10:00:00+01:00`; `None` without a zone or where it is no time.
fn time_with_zone(text: &str) -> Option<String> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = text.split_at(zone_at);
    let mut parts = clock.trim().splitn(3, ':');
    let hour = number(parts.next()?).filter(|hour| *hour < 24)?;
    let minute = number(parts.next()?).filter(|minute| *minute < 60)?;
    let second = match parts.next() {
        Some(second) => number(second.split(['.', ',']).next()?).filter(|second| *second < 60)?,
        None => 0,
    };
    Some(format!("{hour:02}:{minute:02}:{second:02}{}", zone_of(zone)?))
}

fn zone_of(zone: &str) -> Option<String> {
    if zone.eq_ignore_ascii_case("z") {
        return Some("Z".to_owned());
    }
    let sign = zone.get(..1)?;
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    let hours = number(digits.get(..2)?).filter(|hours| *hours <= 14)?;
    let minutes = if digits.len() == 2 {
        0
    } else {
        number(digits.get(2..4)?).filter(|minutes| *minutes < 60)?
    };
    (digits.len() <= 4).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

/// What the words of a line say about a day.
#[derive(Debug, Default)]
struct Written {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    /// Two numbers of which nothing but the language says which is the day.
    either: Option<(u32, u32)>,
    /// Whether the year has but its last two digits.
    short: bool,
    /// Whether the language is one that writes the day before the month.
    day_first: bool,
}

/// `Feb 07, 2023`, `6 February 2023 at 10:00 GMT`, `Mon, 06 Feb 2023 10:00:00 +0000`, `Do 06.02.23 | 14:07`, `le 6 février 2023`.
fn written(text: &str) -> Option<String> {
    let mut date = Written::default();
    let mut time = None;
    let mut words = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '•' | '·'))
        .map(|word| word.trim_end_matches(['.', ':']))
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(bare) = words.next() {
        let hour = |next: &&str| words::word(next) == Some(Word::Hour);
        if bare.bytes().all(|byte| byte.is_ascii_digit()) && words.peek().is_some_and(hour) {
            number(bare).filter(|hour| *hour <= 24)?;
        } else if let Some(found) = day_number(bare).filter(|_| date.day.is_none()) {
            date.day = Some(found);
        } else if let Some(found) =
            number(bare).filter(|year| bare.len() == 4 && (1800..2200).contains(year))
        {
            date.year = Some(found);
        } else if date.read_numbers(bare) {
        } else if bare.contains(':') && bare.starts_with(|c: char| c.is_ascii_digit()) {
            time = Some(bare);
        } else if !is_zone(bare) && !is_clock(bare) {
            match words::word(bare)? {
                Word::Month(month) => date.month = date.month.or(Some(month)),
                Word::DayFirst => date.day_first = true,
                Word::Beside => {}
                Word::Hour => date.day_first |= bare == "Uhr",
            }
        }
    }
    let date = date.finish()?;
    let zone = text
        .rsplit(char::is_whitespace)
        .next()
        .filter(|zone| zone.starts_with(['+', '-']) || is_universal(zone));
    let timed = zone.zip(time).and_then(|(zone, time)| {
        let zone = if is_universal(zone) { "Z" } else { zone };
        time_with_zone(&format!("{time}{zone}"))
    });
    Some(timed.map_or(date.clone(), |time| format!("{date}T{time}")))
}

impl Written {
    /// Reads `06.02.2023`, `06.02.23`, `25/04/2024` and `04/25/2024`, where no day is known yet.
    fn read_numbers(&mut self, word: &str) -> bool {
        let mark = if word.contains('/') { '/' } else { '.' };
        let mut parts =
            word.split(mark).map(|part| number(part).map(|part_is| (part_is, part.len())));
        let [Some(Some((one, 1..=2))), Some(Some((two, 1..=2))), Some(Some((year, digits))), None] =
            [parts.next(), parts.next(), parts.next(), parts.next()]
        else {
            return false;
        };
        if self.day.is_some() || self.either.is_some() || !matches!(digits, 2 | 4) {
            return false;
        }
        self.short = digits == 2;
        self.year = Some(if self.short { 2000 + year } else { year });
        match mark {
            // Wherever a dot stands between them, the day comes first.
            '.' => (self.day, self.month) = (Some(one), Some(two)),
            _ if one > 12 => (self.day, self.month) = (Some(one), Some(two)),
            _ if two > 12 => (self.month, self.day) = (Some(one), Some(two)),
            _ => self.either = Some((one, two)),
        }
        true
    }

    fn finish(self) -> Option<String> {
        // `06.02.23` may be a day of 2006 where the year comes first.
        if (self.short || self.either.is_some()) && !self.day_first {
            return None;
        }
        let (day_of_month, month) = match self.either {
            Some((one, two)) => (one, two),
            None => (self.day?, self.month?),
        };
        day(self.year?, month, day_of_month)
    }
}

/// `2023年2月6日`, `2023. 2. 6. 10:30`, `2023/02/06 10:30`, with a weekday in brackets and words such as `更新`: where the year
/// comes first, the month follows.
fn year_first(text: &str) -> Option<String> {
    const BESIDE: &str = " .-/:|()（）：・年月日時分秒년월일시분초月火水木金土日월화수목금토일午前後오전후公開更新配信入力発行掲載발행입력수정등록";
    if !text.chars().all(|c| c.is_ascii_digit() || BESIDE.contains(c)) {
        return None;
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let year = numbers.next().filter(|digits| digits.len() == 4).and_then(number)?;
    let mut two = || numbers.next().filter(|digits| digits.len() <= 2).and_then(number);
    day(year, two()?, two()?)
}

/// `7.30am`, `7am`, `19.30`, `19h30`: a time beside a date, which says nothing without its zone.
fn is_clock(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let bare = ["am", "pm", "a.m", "p.m"].iter().find_map(|half| word.strip_suffix(half));
    let (hour, minute) =
        bare.unwrap_or(&word).split_once(['.', 'h']).unwrap_or((bare.unwrap_or_default(), "00"));
    (minute.len() == 2 || minute.is_empty() && word.ends_with('h'))
        && number(hour).is_some_and(|hour| hour < 24)
        && (minute.is_empty() || number(minute).is_some_and(|minute| minute < 60))
}

fn is_universal(zone: &str) -> bool {
    matches!(zone, "GMT" | "UTC")
}

fn is_zone(word: &str) -> bool {
    let offset = word.len() == 5
        && word.starts_with(['+', '-'])
        && word[1..].bytes().all(|byte| byte.is_ascii_digit());
    offset
        || is_universal(word)
        || matches!(
            word,
            "ET" | "EST" | "EDT" | "CET" | "CEST" | "BST" | "PT" | "PST" | "PDT" | "JST" | "IST"
        )
}

/// `6`, `06`, `6th`, `1er`.
fn day_number(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th", "er", "º"]
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix))
        .unwrap_or(word);
    number(digits).filter(|day| digits.len() <= 2 && (1..=31).contains(day))
}

fn number(text: &str) -> Option<u32> {
    let digits =
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn day(year: u32, month: u32, day: u32) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (year >= 1000 && (1..=days).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}
