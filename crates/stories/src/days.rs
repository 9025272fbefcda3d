//! Days of the calendar as numbers.

/// The day on which an ISO date or date-time begins, counted from 1970-01-01; `None` for anything else.
///
/// After Howard Hinnant, `days_from_civil` (2013). The time of day and its zone do not count.
pub(crate) fn of_date(date: &str) -> Option<i32> {
    let number = |range: std::ops::Range<usize>| {
        let digits = date.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i32>().ok())?
    };
    let dash = |at: usize| date.as_bytes().get(at) == Some(&b'-');
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    if !dash(4) || !dash(7) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + days - 719_468)
}

#[cfg(test)]
mod tests {
    use super::of_date;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let cases = [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-03-01", Some(11_017)),
            ("2024-02-29T23:10:00+09:00", Some(19_782)),
            ("2024-03-01", Some(19_783)),
            ("2024-3-1", None),
            ("2024-13-01", None),
            ("yesterday", None),
            ("", None),
        ];
        for (date, day) in cases {
            assert_eq!(of_date(date), day, "{date}");
        }
    }
}
