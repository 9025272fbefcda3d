//! Sizes and lengths of time, as people write them.

/// Units of memory, in bytes.
const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("KB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// Units of time, in milliseconds.
const TIMES: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Other spellings, and what is meant by them.
const SIZE_ALIASES: [(&str, &str); 14] = [
    ("b", "B"),
    ("byte", "B"),
    ("bytes", "B"),
    ("k", "KiB"),
    ("kb", "KB"),
    ("kib", "KiB"),
    ("m", "MiB"),
    ("mb", "MB"),
    ("mib", "MiB"),
    ("megabytes", "MB"),
    ("g", "GiB"),
    ("gb", "GB"),
    ("gib", "GiB"),
    ("gigabytes", "GB"),
];
const TIME_ALIASES: [(&str, &str); 14] = [
    ("msec", "ms"),
    ("millis", "ms"),
    ("milliseconds", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("hour", "h"),
    ("hours", "h"),
    ("days", "d"),
];

/// What can be wrong with an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AmountError {
    /// There is no number in front.
    NoNumber,
    /// The number has no unit.
    NoUnit,
    /// The unit is not known; perhaps this amount was meant.
    UnknownUnit(String, Option<String>),
    /// It does not fit.
    TooLarge,
}

/// A family of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// Memory, in bytes.
    Size,
    /// Time, in milliseconds.
    Time,
}

impl Amount {
    fn units(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Size => &SIZES,
            Self::Time => &TIMES,
        }
    }

    fn aliases(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Size => &SIZE_ALIASES,
            Self::Time => &TIME_ALIASES,
        }
    }

    /// The units, as a message lists them.
    pub(crate) fn unit_names(self) -> &'static str {
        match self {
            Self::Size => "B, KB, KiB, MB, MiB, GB, GiB",
            Self::Time => "ms, s, m, h, d",
        }
    }

    /// Number and unit put together as we write them: `64 MiB`, `5s`.
    pub(crate) fn join(self, number: impl std::fmt::Display, unit: &str) -> String {
        match self {
            Self::Size => format!("{number} {unit}"),
            Self::Time => format!("{number}{unit}"),
        }
    }

    /// Reads a number, an optional space and a unit.
    pub(crate) fn parse(self, text: &str) -> Result<i64, AmountError> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = (&text[..digits], text[digits..].trim_start());
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty()
            || fraction.contains('.')
            || (number.contains('.') && fraction.is_empty())
        {
            return Err(AmountError::NoNumber);
        }
        if unit.is_empty() {
            return Err(AmountError::NoUnit);
        }
        let Some((_, factor)) = self.units().iter().find(|(name, _)| *name == unit) else {
            let lower = unit.to_lowercase();
            let meant =
                self.aliases().iter().find(|(alias, _)| *alias == lower).map(|(_, meant)| *meant);
            let meant = meant.or_else(|| {
                self.units().iter().map(|(name, _)| *name).find(|name| name.to_lowercase() == lower)
            });
            return Err(AmountError::UnknownUnit(
                unit.to_owned(),
                meant.map(|meant| self.join(number, meant)),
            ));
        };
        let factor = u128::from(*factor);
        let whole: u128 = whole.parse().map_err(|_| AmountError::TooLarge)?;
        let digits = fraction.get(..fraction.len().min(12)).unwrap_or("");
        let part = digits.parse::<u128>().unwrap_or(0) * factor / 10_u128.pow(digits.len() as u32);
        let total = whole.checked_mul(factor).and_then(|whole| whole.checked_add(part));
        total.and_then(|total| i64::try_from(total).ok()).ok_or(AmountError::TooLarge)
    }

    /// An amount in its largest unit that divides it.
    pub(crate) fn show(self, amount: i64) -> String {
        let amount = amount.unsigned_abs();
        let fits = |(name, factor): &&(&str, u64)| {
            amount.is_multiple_of(*factor)
                && (*factor == 1 || !name.ends_with('B') || name.contains('i'))
        };
        let (name, factor) =
            self.units().iter().rev().filter(|_| amount > 0).find(fits).unwrap_or(&self.units()[0]);
        self.join(amount / factor, name)
    }
}
