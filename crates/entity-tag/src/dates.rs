//! Dates: "Jan. 31, 2023", "29 January to 2 February", "Tuesday", "last week", "2022".

use crate::calendar::{Day, days_in};
use crate::values::Reader;

/// An interval of days, both included, with how it was given.
type Interval = (Day, Day);

/// The date that begins at token `at`: the token after it, and its JSON where it can be told.
///
/// Without `published`, what is given relative to it (a weekday, a day without a year, "last week")
/// has no JSON. With it, a weekday is the nearest such day not after it ("next Monday": after it), and a day or
/// month without a year falls within half a year of it.
pub(crate) fn read(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
) -> Option<(usize, Option<String>)> {
    let (end, interval) = read_interval(from, at, published)?;
    let json = interval.map(|(first, last)| {
        if first == last {
            format!("\"{}\"", first.iso())
        } else {
            format!("\"{}/{}\"", first.iso(), last.iso())
        }
    });
    Some((end, json))
}

fn read_interval(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
) -> Option<(usize, Option<Interval>)> {
    let first = from.word(at).chars().next()?;
    if first.is_ascii_digit() {
        return iso(from, at).or_else(|| day_month(from, at, published)).or_else(|| year(from, at));
    }
    if !first.is_ascii_alphabetic() {
        return None;
    }
    month_day(from, at, published)
        .or_else(|| weekday(from, at, published))
        .or_else(|| relative(from, at, published))
}

/// "2023-02-06".
fn iso(from: Reader<'_>, at: usize) -> Option<(usize, Option<Interval>)> {
    let separated = |at: usize| from.word(at) == "-" && from.glued(at) && from.glued(at + 1);
    if !(separated(at + 1) && separated(at + 3)) {
        return None;
    }
    let (year, month, day) = (from.word(at), from.word(at + 2), from.word(at + 4));
    let digits = year.len() == 4 && month.len() == 2 && day.len() == 2;
    let day =
        Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).filter(|_| digits)?;
    Some((at + 5, Some((day, day))))
}

/// "January 31st, 2023", "Jan. 31", "June 2022", "12-17 July" the American way, "June".
fn month_day(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
) -> Option<(usize, Option<Interval>)> {
    let month = month(from, at)?;
    if let Some((mut end, day)) = day_of_month(from, at + 1) {
        let mut last = (month, day);
        if let Some(second) = range_word(from, end) {
            if let Some((after, day)) = day_of_month(from, second) {
                (end, last.1) = (after, day);
            } else if let Some(next) = self::month(from, second)
                && let Some((after, day)) = day_of_month(from, second + 1)
            {
                (end, last) = (after, (next, day));
            }
        }
        let comma = usize::from(from.word(end) == ",");
        let (end, year) = match year_number(from.word(end + comma)) {
            Some(year) => (end + comma + 1, Some(year)),
            None => (end, None),
        };
        return Some((end, interval(year, (month, day), last, published)));
    }
    let skip = usize::from(matches!(from.word(at + 1), "of" | ","));
    if let Some(year) = year_number(from.word(at + 1 + skip)) {
        return Some((at + 2 + skip, whole_month(year, month)));
    }
    // "May" and "March" alone are words too.
    let alone =
        !matches!(from.word(at), "May" | "March" | "Mar" | "Jan" | "Dec" | "Nov" | "Sun" | "Sat")
            || {
                let before = at.checked_sub(1).map_or("", |before| from.word(before));
                matches!(
                    before,
                    "in" | "of"
                        | "since"
                        | "by"
                        | "until"
                        | "last"
                        | "this"
                        | "next"
                        | "late"
                        | "early"
                        | "mid"
                        | "from"
                        | "and"
                        | "to"
                        | "between"
                        | "during"
                )
            };
    let last_year = from.word(at + 1) == "last" && from.word(at + 2) == "year";
    let said_last = at > 0 && from.word(at - 1) == "last";
    let nearest = || {
        let published = published?;
        let (year, now, _) = published.parts();
        if last_year {
            return whole_month(year - 1, month);
        }
        if said_last {
            return whole_month(if month < now { year } else { year - 1 }, month);
        }
        let middle = |year: i64| {
            Day::new(year, month, 15).map_or(i64::MAX, |day| (day.0 - published.0).abs())
        };
        let year = [year - 1, year, year + 1].into_iter().min_by_key(|year| middle(*year))?;
        whole_month(year, month)
    };
    alone.then(|| (at + 1 + 2 * usize::from(last_year), nearest()))
}

/// "31 January 2023", "29 January", "1st of June", "12th to 17th July, 2022".
fn day_month(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
) -> Option<(usize, Option<Interval>)> {
    let (mut end, first) = day_of_month(from, at)?;
    let mut last = first;
    if let Some(second) = range_word(from, end)
        && let Some((after, day)) = day_of_month(from, second)
    {
        (end, last) = (after, day);
    }
    end += usize::from(from.word(end) == "of");
    let month = month(from, end)?;
    end += 1;
    let comma = usize::from(from.word(end) == ",");
    let year = year_number(from.word(end + comma));
    if year.is_some() {
        end += comma + 1;
    }
    Some((end, interval(year, (month, first), (month, last), published)))
}

/// After these words a number of four digits is a year.
const BEFORE_YEARS: [&str; 14] = [
    "in", "In", "since", "Since", "during", "(", "early", "late", "year", "the", "between",
    "until", "by", "By",
];

/// After these it is one unless a noun follows that it counts.
const MAYBE_BEFORE_YEARS: [&str; 16] = [
    "During", "of", "from", "From", "mid", "and", "before", "after", "to", "for", "around", ",",
    "end", "-", "through", "till",
];

/// Lowercase words that are no nouns, so that a number before them counts nothing.
const FOLLOW_YEARS: [&str; 37] = [
    "and", "to", "in", "with", "after", "by", "for", "as", "when", "at", "on", "that", "was",
    "were", "is", "has", "had", "but", "or", "the", "from", "until", "because", "while", "where",
    "alone", "a", "his", "her", "he", "she", "it", "they", "of", "under", "due", "before",
];

/// "2022", "1990s", "2021-22": a year where it can be nothing else.
fn year(from: Reader<'_>, at: usize) -> Option<(usize, Option<Interval>)> {
    let number = year_number(from.word(at))?;
    let of_year = |first: i64, last: i64| Some((Day::new(first, 1, 1)?, Day::new(last, 12, 31)?));
    if from.word(at + 1) == "s" && from.glued(at + 1) {
        return Some((at + 2, of_year(number, number + 9)));
    }
    if from.glued(at) && at > 0 && !matches!(from.word(at - 1), "(" | "-" | "/" | "–" | "[") {
        return None;
    }
    let joined =
        matches!(from.word(at + 1), "-" | "–" | "/") && from.glued(at + 1) && from.glued(at + 2);
    if joined && let Ok(second) = from.word(at + 2).parse::<i64>() {
        let second =
            if from.word(at + 2).len() == 2 { number / 100 * 100 + second } else { second };
        if second > number && second < number + 100 {
            return Some((at + 3, of_year(number, second)));
        }
        return None;
    }
    let before = at.checked_sub(1).map_or("", |before| from.word(before));
    let counts = from.tokens.get(at + 1).is_some_and(|next| next.lower() && !from.glued(at + 1));
    let unit = counts && !FOLLOW_YEARS.contains(&from.word(at + 1));
    let strong = BEFORE_YEARS.contains(&before);
    let told = strong || MAYBE_BEFORE_YEARS.contains(&before);
    (told && (strong || !unit)).then(|| (at + 1, of_year(number, number)))
}

/// "Tuesday", "last Tuesday", "next Monday", with a date after it as one.
fn weekday(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
) -> Option<(usize, Option<Interval>)> {
    let day = weekday_number(from.word(at))?;
    let comma = usize::from(from.word(at + 1) == ",");
    let dated = at + 1 + comma;
    if let Some(found) = month(from, dated).and_then(|_| month_day(from, dated, published)) {
        return Some(found);
    }
    if let Some(found) = day_month(from, dated, published) {
        return Some(found);
    }
    let before = at.checked_sub(1).map_or("", |before| from.word(before));
    let found = published.map(|published| {
        let back = (published.weekday() - day).rem_euclid(7);
        let day = match before {
            "next" | "coming" => Day(published.0 - back + 7),
            "last" if back == 0 => Day(published.0 - 7),
            _ => Day(published.0 - back),
        };
        (day, day)
    });
    Some((at + 1, found.filter(|_| !from.word(at).ends_with("days"))))
}

/// "yesterday", "last week", "this month", "next year".
fn relative(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
) -> Option<(usize, Option<Interval>)> {
    let day = |offset: i64| {
        published.map(|published| (Day(published.0 + offset), Day(published.0 + offset)))
    };
    match from.word(at) {
        "today" | "Today" => return Some((at + 1, day(0))),
        "yesterday" | "Yesterday" => return Some((at + 1, day(-1))),
        "tomorrow" | "Tomorrow" => return Some((at + 1, day(1))),
        _ => {}
    }
    let step = match from.word(at) {
        "last" | "Last" => -1,
        "this" | "This" => 0,
        "next" | "Next" => 1,
        _ => return None,
    };
    let shifted = |published: Day| {
        let (year, month, _) = published.parts();
        match from.word(at + 1) {
            "week" => {
                let monday = published.0 - published.weekday() + 7 * step;
                Some((Day(monday), Day(monday + 6)))
            }
            "month" => {
                let months = year * 12 + i64::from(month) - 1 + step;
                whole_month(months.div_euclid(12), months.rem_euclid(12) as u32 + 1)
            }
            _ => Some((Day::new(year + step, 1, 1)?, Day::new(year + step, 12, 31)?)),
        }
    };
    let unit = matches!(from.word(at + 1), "week" | "month" | "year");
    unit.then(|| (at + 2, published.and_then(shifted)))
}

fn interval(
    year: Option<i64>,
    first: (u32, u32),
    last: (u32, u32),
    published: Option<Day>,
) -> Option<Interval> {
    let in_year =
        |year: i64| Some((Day::new(year, first.0, first.1)?, Day::new(year, last.0, last.1)?));
    let found = if let Some(year) = year {
        in_year(year)?
    } else {
        let published = published?;
        let (year, ..) = published.parts();
        let years = [year - 1, year, year + 1].into_iter().filter_map(in_year);
        years.min_by_key(|(first, _)| (first.0 - published.0).abs())?
    };
    // "28 December to 3 January" ends in the next year, which the text does not say.
    (found.0 <= found.1).then_some(found)
}

fn whole_month(year: i64, month: u32) -> Option<Interval> {
    Some((Day::new(year, month, 1)?, Day::new(year, month, days_in(year, month))?))
}

fn month(from: Reader<'_>, at: usize) -> Option<u32> {
    let word = from.word(at);
    let bare = word.trim_end_matches('.');
    let number = match bare {
        "January" | "Jan" => 1,
        "February" | "Feb" => 2,
        "March" | "Mar" => 3,
        "April" | "Apr" => 4,
        "May" => 5,
        "June" | "Jun" => 6,
        "July" | "Jul" => 7,
        "August" | "Aug" => 8,
        "September" | "Sept" | "Sep" => 9,
        "October" | "Oct" => 10,
        "November" | "Nov" => 11,
        "December" | "Dec" => 12,
        _ => return None,
    };
    // "Theresa May", "April Ek": a capital next to it makes a person of it.
    let named = |at: usize| {
        from.tokens.get(at).is_some_and(|token| token.is(crate::lexicon::GIVEN) && token.upper())
    };
    let person =
        matches!(bare, "May" | "April" | "June" | "August" | "March") && at > 0 && named(at - 1);
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

/// The token after "to", "and" or a dash between the ends of an interval.
fn range_word(from: Reader<'_>, at: usize) -> Option<usize> {
    matches!(from.word(at), "to" | "-" | "–" | "—" | "through" | "until").then_some(at + 1)
}

fn year_number(word: &str) -> Option<i64> {
    word.parse().ok().filter(|year| word.len() == 4 && (1500..2100).contains(year))
}
