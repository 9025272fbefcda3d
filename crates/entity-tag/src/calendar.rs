//! Days as numbers, for dates that an article gives relative to its own.

/// A day of the Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i64);

impl Day {
    /// The day with this year, month and day of the month, if there is one.
    pub(crate) fn new(year: i64, month: u32, day: u32) -> Option<Self> {
        let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        // Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil.
        valid.then(|| {
            let year = if month <= 2 { year - 1 } else { year };
            let era = year.div_euclid(400);
            let of_era = year.rem_euclid(400);
            let shifted = i64::from((month + 9) % 12);
            let of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
            Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
        })
    }

    /// Year, month and day of the month.
    pub(crate) fn parts(self) -> (i64, u32, u32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let small = |part: i64| u32::try_from(part).expect("a month or day is small and positive");
        let (month, day) = (small(month), small(day));
        (year + era * 400 + i64::from(month <= 2), month, day)
    }

    /// Day of the week, Monday being 0.
    pub(crate) fn weekday(self) -> i64 {
        (self.0 + 3).rem_euclid(7)
    }

    /// The ISO date.
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The date at the start of an ISO date or date-time.
    pub(crate) fn parse(iso: &str) -> Option<Self> {
        let mut parts = iso.get(..10)?.split('-');
        let year: u16 = parts.next()?.parse().ok()?;
        let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Self::new(i64::from(year), month, day)
    }
}

/// Days of a month.
pub(crate) fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
