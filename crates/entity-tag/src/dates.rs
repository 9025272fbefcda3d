//! Dates by name and number: "Jan. 31, 2023", "29 January to 2 February", "Tuesday", "June 2022".

use crate::calendar::{Day, days_in};
use crate::tense;
use crate::values::Reader;

/// An interval of days, both included.
pub(crate) type Interval = (Day, Day);

/// The token after a date, and its days where they can be told.
pub(crate) type Found = (usize, Option<Interval>);

/// JSON of an interval: an ISO date, or two with a slash.
pub(crate) fn json((first, last): Interval) -> String {
    if first == last {
        format!("\"{}\"", first.iso())
    } else {
        format!("\"{}/{}\"", first.iso(), last.iso())
    }
}

/// The date with a day or a month that begins at token `at`.
///
/// Without `published`, a weekday and a day or month without a year have no days. With it, a weekday is the nearest such day
/// not after it ("next Monday", "will meet on Monday": after it), and a day or month without a year falls within half a year of
/// it, or before it where the sentence tells of the past. Words that say which one is meant ("last", "next year") are read, but stay outside.
pub(crate) fn read(from: Reader<'_>, at: usize, published: Option<Day>) -> Option<Found> {
    let first = from.word(at).chars().next()?;
    if first.is_ascii_digit() {
        return numeric(from, at, published).or_else(|| day_month(from, at, published, None));
    }
    if !first.is_ascii_uppercase() {
        return None;
    }
    month_day(from, at, published, None).or_else(|| weekday(from, at, published))
}

/// "2023-02-06", "28.01.2022", "1/28/2022".
fn numeric(from: Reader<'_>, at: usize, published: Option<Day>) -> Option<Found> {
    let word = from.word(at);
    if from.glued(at) && !matches!(from.before(at, 1), "(" | "[" | "," | "\"") {
        return None;
    }
    if word.len() >= 8 && word.matches('.').count() == 2 {
        let mut parts = word.split('.');
        let parts = [parts.next()?, parts.next()?, parts.next()?];
        return Some((at + 1, told_apart(numbers_of(parts)?, published)));
    }
    let separated =
        |at: usize| matches!(from.word(at), "-" | "/") && from.glued(at) && from.glued(at + 1);
    let again = separated(at + 1) && from.word(at + 1) == from.word(at + 3) && separated(at + 3);
    let ended = !(separated(at + 5)
        || from.glued(at + 5) && from.word(at + 5).starts_with(char::is_alphanumeric));
    if !again || !ended {
        return None;
    }
    let parts = [word, from.word(at + 2), from.word(at + 4)];
    Some((at + 5, told_apart(numbers_of(parts)?, published)))
}

/// The days that three numbers can stand for, day first and month first; the same twice where only one is a date.
fn numbers_of(parts: [&str; 3]) -> Option<(Day, Day)> {
    let number = |part: &str| {
        let digits = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| digits)
    };
    let [first, second, third] = parts;
    if first.len() == 4 {
        let found = Day::new(i64::from(number(first)?), number(second)?, number(third)?)?;
        return (second.len() == 2 && third.len() == 2).then_some((found, found));
    }
    if first.len() > 2 || second.len() > 2 {
        return None;
    }
    let year = year_number(third)?;
    let day_first = Day::new(year, number(second)?, number(first)?);
    let month_first = Day::new(year, number(first)?, number(second)?);
    day_first.or(month_first).zip(month_first.or(day_first))
}

/// The one of two days that is within three weeks of the article, if they differ: news gives few other days by number.
fn told_apart((one, other): (Day, Day), published: Option<Day>) -> Option<Interval> {
    let near = |day: Day| published.is_some_and(|published| (day.0 - published.0).abs() <= 21);
    match (near(one), near(other)) {
        _ if one == other => Some((one, one)),
        (true, false) => Some((one, one)),
        (false, true) => Some((other, other)),
        _ => None,
    }
}

/// "January 31st, 2023", "Jan. 31", "June 2022", "July 12-17, 2022", "June".
fn month_day(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
    weekday: Option<i64>,
) -> Option<Found> {
    let month = month(from, at)?;
    let dot = usize::from(from.word(at + 1) == "." && from.glued(at + 1) && from.glued(at + 2));
    let after = at + 1 + dot;
    let comma = usize::from(from.word(after) == "," && year_after(from, after + 1).is_none());
    if let Some((mut end, day)) = day_of_month(from, after + comma) {
        let mut last = (month, day);
        if let Some(second) = range_word(from, end) {
            if let Some((after, day)) =
                day_of_month(from, second).filter(|(after, _)| self::month(from, *after).is_none())
            {
                (end, last.1) = (after, day);
            } else if let Some(next) = self::month(from, second)
                && let Some((after, day)) = day_of_month(from, second + 1)
            {
                (end, last) = (after, (next, day));
            }
        } else if let Some((after, second)) = both_days(from, at, end, day)
            && self::month(from, after).is_none()
        {
            (end, last.1) = (after, second);
        }
        let (end, year) = with_year(from, end);
        let year = year.or_else(|| qualified(from, at, end, (month, day), published));
        let past = published.is_some() && year.is_none() && tense::is_past(from, at);
        return Some((end, interval(year, (month, day), last, published, weekday, past)));
    }
    let skip = usize::from(matches!(from.word(after), "of" | ","));
    if let Some(year) = year_after(from, after + skip) {
        return Some((after + skip + 1, whole_month(year, month)));
    }
    stands_alone(from, at).then(|| (at + 1, lone_month(from, at, month, published)))
}

/// "31 January 2023", "29 January", "1st of June", "12th to 17th July, 2022".
fn day_month(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
    weekday: Option<i64>,
) -> Option<Found> {
    let (mut end, first) = day_of_month(from, at)?;
    let mut last = first;
    let second = range_word(from, end).and_then(|second| day_of_month(from, second));
    if let Some((after, day)) = second.or_else(|| both_days(from, at, end, first)) {
        (end, last) = (after, day);
    }
    if from.word(end) == "day" {
        end += 1;
    }
    end += usize::from(from.word(end) == "of");
    let month = month(from, end)?;
    end += 1;
    let (mut end, year) = with_year(from, end);
    let mut to = (month, last);
    let mut of_end = None;
    if first == last
        && let Some(second) = range_word(from, end)
        && let Some((after, day)) = day_of_month(from, second)
        && let Some(next) = self::month(from, after)
    {
        (end, of_end) = with_year(from, after + 1);
        of_end = of_end.or_else(|| qualified(from, at, end, (next, day), published));
        to = (next, day);
    }
    if let (Some(year), Some(other)) = (year, of_end) {
        let days = Day::new(year, month, first).zip(Day::new(other, to.0, to.1));
        return Some((end, days.filter(|(first, last)| first <= last)));
    }
    let year = of_end.or(year).or_else(|| qualified(from, at, end, (month, first), published));
    let past = published.is_some() && year.is_none() && tense::is_past(from, at);
    Some((end, interval(year, (month, first), to, published, weekday, past)))
}

/// The second of two days in a row, or after "between": "20 and 21", "between 4 and 11".
fn both_days(from: Reader<'_>, at: usize, end: usize, first: u32) -> Option<(usize, u32)> {
    let (after, day) =
        day_of_month(from, end + 1).filter(|_| matches!(from.word(end), "and" | "&"))?;
    let between = from.before(at, 1).eq_ignore_ascii_case("between");
    (day == first + 1 || between && day > first).then_some((after, day))
}

/// A year that stands at `end`, perhaps after a comma: the token after it, and the year.
fn with_year(from: Reader<'_>, end: usize) -> (usize, Option<i64>) {
    let comma = usize::from(from.word(end) == ",");
    match year_after(from, end + comma) {
        Some(year) => (end + comma + 1, Some(year)),
        None => (end, None),
    }
}

/// The year at token `at`, if the number does not go on.
fn year_after(from: Reader<'_>, at: usize) -> Option<i64> {
    year_number(from.word(at)).filter(|_| !from.glued(at) || at == 0 || from.word(at - 1) != "-")
}

/// The year that "this year" and its like after a date say.
fn qualified(
    from: Reader<'_>,
    at: usize,
    end: usize,
    day: (u32, u32),
    published: Option<Day>,
) -> Option<i64> {
    let (year, month, of_month) = published?.parts();
    let of = usize::from(from.word(end) == "of");
    match (from.word(end + of), from.word(end + of + 1)) {
        ("last", "year") => return Some(year - 1),
        ("this", "year") => return Some(year),
        ("next", "year") => return Some(year + 1),
        _ => {}
    }
    match from.before(at, 1) {
        "last" | "Last" => Some(if day < (month, of_month) { year } else { year - 1 }),
        "next" | "Next" => Some(if day > (month, of_month) { year } else { year + 1 }),
        _ => None,
    }
}

/// The days of a month without day or year.
fn lone_month(from: Reader<'_>, at: usize, month: u32, published: Option<Day>) -> Option<Interval> {
    let now = published?;
    let (year, this, _) = now.parts();
    let year = qualified(from, at, at + 1, (month, 1), published).map(|told| {
        // "Last February" said in February is a year ago.
        if month == this && matches!(from.before(at, 1), "last" | "Last") { year - 1 } else { told }
    });
    let nearest = || {
        let past = tense::is_past(from, at);
        let years = [-1, 0, 1].into_iter().map(|step| now.parts().0 + step);
        years.min_by_key(|year| {
            let middle = Day::new(*year, month, 15).map_or(i64::MAX, |day| (day.0 - now.0).abs());
            let to_come = Day::new(*year, month, 1).is_some_and(|first| first > now);
            (past && to_come, middle)
        })
    };
    whole_month(year.or_else(nearest)?, month)
}

/// Whether a month without day and year is one: "May" and "March" are words too, "April" and "June" names.
fn stands_alone(from: Reader<'_>, at: usize) -> bool {
    const BEFORE: [&str; 36] = [
        "in", "of", "since", "by", "until", "till", "last", "this", "next", "that", "late",
        "early", "mid", "from", "and", "to", "between", "during", "every", "each", "through",
        "before", "after", "around", "or", "for", "past", "on", "as", "end", "about", "than",
        "with", "/", "the", "pre",
    ];
    let word = from.word(at);
    let bare = word.trim_end_matches('.');
    let mut before = from.before(at, 1);
    if before == "-" && from.glued(at) {
        before = from.before(at, 2);
    }
    let led = BEFORE.iter().any(|known| known.eq_ignore_ascii_case(before));
    if bare.len() <= 4 && !matches!(bare, "May" | "June" | "July") {
        return led && word.ends_with('.');
    }
    let of = usize::from(from.word(at + 1) == "of");
    let qualified = matches!(from.word(at + 1 + of), "this" | "last" | "next")
        && from.word(at + 2 + of) == "year";
    let joint = |word: &str| matches!(word, "and" | "to" | "," | "or");
    let listed = joint(from.word(at + 1)) && month(from, at + 2).is_some()
        || joint(before) && at >= 2 && month(from, at - 2).is_some();
    match bare {
        "May" | "March" => {
            let phrase = matches!(before, "and" | "the" | "as" | "on" | "with");
            qualified || listed || led && !phrase
        }
        "April" | "June" | "August" => {
            let named = from.upper(at + 1) && !from.glued(at + 1);
            let speaks = matches!(
                from.word(at + 1),
                "says" | "said" | "told" | "has" | "had" | "is" | "was"
            );
            led || qualified || listed || !(named || speaks)
        }
        _ => true,
    }
}

/// "Tuesday", "last Tuesday", with a date after it as one: "Tuesday, January 31".
fn weekday(from: Reader<'_>, at: usize, published: Option<Day>) -> Option<Found> {
    let day = weekday_number(from.word(at))?;
    let comma = usize::from(from.word(at + 1) == ",");
    let dated = at + 1 + comma;
    if month(from, dated).is_some()
        && let Some(found) =
            month_day(from, dated, published, Some(day)).filter(|(end, _)| *end > dated + 1)
    {
        return Some(found);
    }
    let the = dated
        + match (from.word(dated), from.word(dated + 1)) {
            ("the", _) => 1,
            ("on", "the") => 2,
            _ => 0,
        };
    if let Some(found) = day_month(from, the, published, Some(day)) {
        return Some(found);
    }
    if is_named(from, at) {
        return None;
    }
    let several =
        from.word(at).ends_with("days") || from.before(at, 1).eq_ignore_ascii_case("every");
    let days = published.filter(|_| !several).map(|published| {
        let back = (published.weekday() - day).rem_euclid(7);
        let after = Day(published.0 - back + 7);
        let day = match from.before(at, 1) {
            "next" | "Next" | "coming" => after,
            "last" | "Last" if back == 0 => Day(published.0 - 7),
            "last" | "Last" | "past" => Day(published.0 - back),
            _ if back > 0 && tense::is_to_come(from, at) => after,
            _ => Day(published.0 - back),
        };
        (day, day)
    });
    Some((at + 1, days))
}

/// Whether the weekday is part of a name: "Easter Sunday", "Sunday Times".
fn is_named(from: Reader<'_>, at: usize) -> bool {
    let feast = matches!(
        from.before(at, 1),
        "Easter"
            | "Palm"
            | "Ash"
            | "Good"
            | "Black"
            | "Holy"
            | "Super"
            | "Bloody"
            | "Red"
            | "Cyber"
            | "Shrove"
            | "Maundy"
    );
    feast
        || matches!(
            from.word(at + 1),
            "Times"
                | "Mail"
                | "Telegraph"
                | "Express"
                | "Mirror"
                | "Post"
                | "Herald"
                | "Star"
                | "Standard"
                | "Night"
                | "School"
        )
}

fn interval(
    year: Option<i64>,
    first: (u32, u32),
    last: (u32, u32),
    published: Option<Day>,
    weekday: Option<i64>,
    past: bool,
) -> Option<Interval> {
    let in_year =
        |year: i64| Some((Day::new(year, first.0, first.1)?, Day::new(year, last.0, last.1)?));
    let found = if let Some(year) = year {
        in_year(year)?
    } else {
        let published = published?;
        let (year, ..) = published.parts();
        let years = [year - 1, year, year + 1].into_iter().filter_map(in_year);
        // "Saturday, 6 May" is of a year in which that day was a Saturday.
        years.min_by_key(|(first, _)| {
            let other_day = weekday.is_some_and(|weekday| first.weekday() != weekday);
            let to_come = past && first.0 > published.0 + 1;
            (other_day, to_come, (first.0 - published.0).abs())
        })?
    };
    // "28 December to 3 January" ends in the next year, which the text does not say.
    (found.0 <= found.1).then_some(found)
}

/// The days of a month.
pub(crate) fn whole_month(year: i64, month: u32) -> Option<Interval> {
    Some((Day::new(year, month, 1)?, Day::new(year, month, days_in(year, month))?))
}

/// The month that token `at` names.
pub(crate) fn month(from: Reader<'_>, at: usize) -> Option<u32> {
    let bare = from.word(at).trim_end_matches('.');
    let number = match bare {
        "January" | "Jan" | "JANUARY" => 1,
        "February" | "Feb" | "FEBRUARY" => 2,
        "March" | "Mar" | "MARCH" => 3,
        "April" | "Apr" | "APRIL" => 4,
        "May" => 5,
        "June" | "Jun" | "JUNE" => 6,
        "July" | "Jul" | "JULY" => 7,
        "August" | "Aug" | "AUGUST" => 8,
        "September" | "Sept" | "Sep" | "SEPTEMBER" => 9,
        "October" | "Oct" | "OCTOBER" => 10,
        "November" | "Nov" | "NOVEMBER" => 11,
        "December" | "Dec" | "DECEMBER" => 12,
        _ => return None,
    };
    // "Theresa May": a given name before it makes a person of it.
    let before = at.checked_sub(1).and_then(|before| from.tokens.get(before));
    let named = before.is_some_and(|token| token.is(crate::lexicon::GIVEN) && token.upper());
    let person = named && matches!(bare, "May" | "April" | "June" | "August" | "March");
    (!person).then_some(number)
}

fn weekday_number(word: &str) -> Option<i64> {
    Some(match word {
        "Monday" | "Mondays" => 0,
        "Tuesday" | "Tuesdays" => 1,
        "Wednesday" | "Wednesdays" => 2,
        "Thursday" | "Thursdays" => 3,
        "Friday" | "Fridays" => 4,
        "Saturday" | "Saturdays" => 5,
        "Sunday" | "Sundays" => 6,
        _ => return None,
    })
}

/// "31", "31st": the token after it and the number.
fn day_of_month(from: Reader<'_>, at: usize) -> Option<(usize, u32)> {
    let word = from.word(at);
    let day: u32 = word.parse().ok().filter(|day| (1..=31).contains(day) && word.len() <= 2)?;
    let ordinal = from.glued(at + 1) && matches!(from.word(at + 1), "st" | "nd" | "rd" | "th");
    Some((at + 1 + usize::from(ordinal), day))
}

/// The token after "to" or a dash between the ends of an interval.
fn range_word(from: Reader<'_>, at: usize) -> Option<usize> {
    let word = matches!(from.word(at), "to" | "through" | "until");
    // "2 -1 January" is a score with a date.
    let dash = matches!(from.word(at), "-" | "–" | "—") && from.glued(at) == from.glued(at + 1);
    (word || dash).then_some(at + 1)
}

/// The year that a number of four digits can be.
pub(crate) fn year_number(word: &str) -> Option<i64> {
    if word.len() != 4 || !word.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    word.parse().ok().filter(|year| (1000..2100).contains(year))
}
