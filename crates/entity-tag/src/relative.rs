//! Days that only the article's own date tells: "yesterday", "last week", "two months ago".

use crate::calendar::Day;
use crate::dates::{Found, Interval, month, whole_month};
use crate::numbers;
use crate::values::Reader;

/// A span of time that news counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Weekend,
    Week,
    Month,
    Year,
}

impl Unit {
    /// A week or less.
    fn is_short(self) -> bool {
        matches!(self, Self::Day | Self::Weekend | Self::Week)
    }
}

/// The relative date at token `at`. An article without a date has none: nothing could be said of them.
///
/// What is so many units ago is that unit as a whole: "two weeks ago" is a week from Monday to Sunday.
/// Of what is `quoted`, days and weeks count from the speech, whose day nobody knows.
pub(crate) fn read(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
    quoted: bool,
) -> Option<Found> {
    let published = published?;
    let word = from.word(at);
    let day = |offset: i64| Some((Day(published.0 + offset), Day(published.0 + offset)));
    let of_day = |at: usize| matches!(from.word(at), "morning" | "afternoon" | "evening");
    match word {
        _ if quoted => {}
        "today" | "Today" | "tonight" | "Tonight" => return Some((at + 1, day(0))),
        "yesterday" | "Yesterday" => return Some((at + 1, day(-1))),
        "tomorrow" | "Tomorrow" => return Some((at + 1, day(1))),
        "this" | "This" if of_day(at + 1) => return Some((at + 2, day(0))),
        "last" | "Last" if from.word(at + 1) == "night" => return Some((at + 2, day(-1))),
        _ => {}
    }
    let step = match word {
        "last" | "Last" => -1,
        "this" | "This" => 0,
        "next" | "Next" => 1,
        _ => return ago(from, at, published, quoted),
    };
    let unit = unit(from.word(at + 1))
        .filter(|unit| *unit != Unit::Day && !(quoted && unit.is_short()))?;
    // "June last year" has its year already.
    let dated =
        unit == Unit::Year && (1..=2).any(|back| at >= back && month(from, at - back).is_some());
    (!dated && unit_is_whole(from, at + 1)).then(|| (at + 2, shifted(published, unit, step)))
}

/// "three days ago", "a year ago", "10 years ago".
fn ago(from: Reader<'_>, at: usize, published: Day, quoted: bool) -> Option<Found> {
    const MOST: i64 = 1000;
    if from.word(at + 2) != "ago" {
        return None;
    }
    let unit = unit(from.word(at + 1)).filter(|unit| !(quoted && unit.is_short()))?;
    let count = match from.word(at) {
        "a" | "A" | "one" | "One" => 1,
        word if word.len() <= 3 && word.starts_with(|digit: char| digit.is_ascii_digit()) => {
            word.parse().ok()?
        }
        word => i64::try_from(numbers::small(word)?).ok()?,
    };
    (count < MOST).then(|| (at + 3, shifted(published, unit, -count)))
}

/// Whether the word is the whole unit and not the start of another: "this year-end", "last week's".
fn unit_is_whole(from: Reader<'_>, at: usize) -> bool {
    !(from.word(at + 1) == "-" && from.glued(at + 1))
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "day" | "days" => Unit::Day,
        "weekend" => Unit::Weekend,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// The unit that holds the day, moved by so many units.
fn shifted(published: Day, unit: Unit, step: i64) -> Option<Interval> {
    let (year, month, _) = published.parts();
    let monday = Day(published.0 - published.weekday() + 7 * step);
    match unit {
        Unit::Day => Some((Day(published.0 + step), Day(published.0 + step))),
        Unit::Week => Some((monday, Day(monday.0 + 6))),
        Unit::Weekend => Some((Day(monday.0 + 5), Day(monday.0 + 6))),
        Unit::Month => {
            let months = year * 12 + i64::from(month) - 1 + step;
            whole_month(months.div_euclid(12), u32::try_from(months.rem_euclid(12)).ok()? + 1)
        }
        Unit::Year => Some((Day::new(year + step, 1, 1)?, Day::new(year + step, 12, 31)?)),
    }
}
