//! Numbers as news writes them: "1,500.5", "twenty-five", "1.5 million", "20 crore".

/// A number and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Bytes that it takes.
    pub(crate) len: usize,
    /// Its decimal digits, scale applied: "1500000".
    pub(crate) digits: String,
    /// Zeros that its scale word stands for; 0 without one.
    pub(crate) zeros: usize,
    /// Written in letters.
    pub(crate) spelled: bool,
}

impl Number {
    /// The number that `rest` begins with. After a sign of currency (`signed`), "m" and "k" are scales and a space may part thousands.
    pub(crate) fn read(rest: &str, signed: bool) -> Option<Self> {
        if !rest.starts_with(|next: char| next.is_ascii_digit()) {
            let (len, number) = spelled(rest)?;
            let zeros = if number >= 1_000_000 { 6 } else { 0 };
            let number = Self { len, digits: number.to_string(), zeros, spelled: true };
            return Some(number.with_scale(rest, signed));
        }
        let (len, digits) = numeral(rest, signed)?;
        Some(Self { len, digits, zeros: 0, spelled: false }.with_scale(rest, signed))
    }

    /// Takes in the scale words that follow; two at most ("lakh crore").
    fn with_scale(mut self, rest: &str, signed: bool) -> Self {
        for _ in 0..2 {
            let Some((end, word)) = word_after(rest, self.len) else { break };
            let glued = end - word.len() == self.len;
            let zeros = match scale(word) {
                0 if signed && glued => letter_scale(word),
                zeros => zeros,
            };
            if zeros == 0 || zeros <= self.zeros {
                break;
            }
            self.len = end;
            self.multiply(zeros);
        }
        self
    }

    /// Whether it was written as millions or more.
    pub(crate) fn in_millions(&self) -> bool {
        self.zeros >= 6
    }

    /// Times ten to the power of `zeros`.
    pub(crate) fn multiply(&mut self, zeros: usize) {
        self.digits = scaled(&self.digits, zeros);
        self.zeros += zeros;
    }

    /// A hundredth, for cents.
    pub(crate) fn hundredth(&self) -> String {
        let (whole, part) = self.digits.split_once('.').unwrap_or((&self.digits, ""));
        let padded = format!("{whole:0>3}");
        let (units, cents) = padded.split_at(padded.len() - 2);
        let digits = format!("{units}.{cents}{part}");
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Whether it is less than the other one.
    pub(crate) fn is_below(&self, other: &Self) -> bool {
        let (whole, part) = self.digits.split_once('.').unwrap_or((&self.digits, ""));
        let (other, other_part) = other.digits.split_once('.').unwrap_or((&other.digits, ""));
        (whole.len(), whole, part) < (other.len(), other, other_part)
    }
}

/// The word of letters that begins at byte `at` of `rest`, or after one space or hyphen there: the byte after it, and the word.
pub(crate) fn word_after(rest: &str, at: usize) -> Option<(usize, &str)> {
    const LONGEST: usize = 24;
    let tail = rest.get(at..)?;
    let gap = tail.chars().next().filter(|next| matches!(next, ' ' | '-' | '\u{a0}' | '\u{202f}'));
    let start = at + gap.map_or(0, char::len_utf8);
    let letters = rest[start..].char_indices().take(LONGEST);
    let len = letters
        .take_while(|(_, letter)| letter.is_alphabetic())
        .last()
        .map(|(at, letter)| at + letter.len_utf8())?;
    Some((start + len, &rest[start..start + len]))
}

/// Digits with inner commas, and a decimal part: bytes and plain digits. None for "1.2.3" and "12,34.5,6".
fn numeral(rest: &str, spaces: bool) -> Option<(usize, String)> {
    const LONGEST: usize = 24;
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut len = 0;
    while len <= LONGEST
        && (digit(len) || matches!(bytes.get(len), Some(b',' | b'.')) && digit(len + 1))
    {
        len += 1;
    }
    if len > LONGEST {
        return None;
    }
    let (whole, part) = rest[..len].split_once('.').unwrap_or((&rest[..len], ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().len();
    let grouped = groups.clone().next().is_none()
        || first <= 3
            && groups.clone().all(|group| matches!(group.len(), 2 | 3))
            && groups.next_back()?.len() == 3;
    if !grouped || part.contains(['.', ',']) {
        return None;
    }
    let mut whole = whole.replace(',', "");
    let thousands = |at: usize| {
        bytes.get(at) == Some(&b' ') && (1..=3).all(|next| digit(at + next)) && !digit(at + 4)
    };
    while spaces && first <= 3 && part.is_empty() && whole.len() <= LONGEST && thousands(len) {
        whole.push_str(&rest[len + 1..len + 4]);
        len += 4;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    Some((len, if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }))
}

/// A number in words below a thousand trillion: its bytes, and what it comes to.
fn spelled(rest: &str) -> Option<(usize, u64)> {
    const MOST_WORDS: usize = 12;
    if let Some(half) = rest.strip_prefix("half a ").or_else(|| rest.strip_prefix("Half a ")) {
        let (end, word) = word_after(half, 0)?;
        let zeros = scale(word);
        return (zeros >= 2).then(|| ("half a ".len() + end, 10_u64.pow(zeros as u32) / 2));
    }
    let (mut len, mut total, mut group) = (0, 0_u64, 0_u64);
    let (mut least_scale, mut at, mut joined) = (u64::MAX, 0, false);
    for turn in 0..MOST_WORDS {
        let Some((end, word)) = word_after(rest, at) else { break };
        let room = if group % 100 == 0 {
            100
        } else if group % 10 == 0 && group % 100 >= 20 {
            10
        } else {
            1
        };
        match (small(word), word) {
            (Some(number), _) if number < room => group += number,
            (None, "a" | "A") if turn == 0 => group = 1,
            (None, "and") if turn > 0 && !joined => {
                (at, joined) = (end, true);
                continue;
            }
            (None, "hundred") if (1..10).contains(&group) => group *= 100,
            (None, _) if group > 0 => {
                let zeros = scale(word);
                let times = 10_u64
                    .checked_pow(zeros as u32)
                    .filter(|times| zeros >= 3 && *times < least_scale);
                let Some(times) = times else { break };
                total += group * times;
                (group, least_scale) = (0, times);
            }
            _ => break,
        }
        (at, len, joined) = (end, end, false);
    }
    // "a" alone is an article.
    (len > 1 && total + group > 0).then_some((len, total + group))
}

/// "one" to "nineteen", "twenty" to "ninety".
pub(crate) fn small(word: &str) -> Option<u64> {
    const UNITS: [&str; 19] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] =
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if !(3..=9).contains(&word.len()) || !word.is_ascii() {
        return None;
    }
    let lower = |known: &&str| known.eq_ignore_ascii_case(word);
    let unit = UNITS.iter().position(lower).map(|at| at as u64 + 1);
    unit.or_else(|| TENS.iter().position(lower).map(|at| 10 * (at as u64 + 2)))
}

/// Zeros that a scale word stands for; 0 for other words.
fn scale(word: &str) -> usize {
    match word {
        "hundred" | "Hundred" => 2,
        "thousand" | "Thousand" => 3,
        "lakh" | "lakhs" | "lac" | "Lakh" => 5,
        "million" | "Million" | "mn" | "mln" | "mil" | "Mil" => 6,
        "crore" | "crores" | "Crore" => 7,
        "billion" | "Billion" | "bn" | "bln" | "bil" | "Bn" => 9,
        "trillion" | "Trillion" | "tn" | "trn" => 12,
        _ => 0,
    }
}

/// Zeros of a letter right after an amount of money: "$30m".
pub(crate) fn letter_scale(word: &str) -> usize {
    match word {
        "k" | "K" => 3,
        "m" | "M" => 6,
        "b" | "B" => 9,
        _ => 0,
    }
}

/// The number times ten to the power of `zeros`.
fn scaled(digits: &str, zeros: usize) -> String {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = whole.to_owned();
    let mut part = part.chars();
    out.extend((0..zeros).map(|_| part.next().unwrap_or('0')));
    let out = match out.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    match part.as_str() {
        "" => out.to_owned(),
        rest => format!("{out}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn check(rest: &str, signed: bool, expected: &str) {
        let found = Number::read(rest, signed)
            .map_or(String::new(), |number| format!("{} = {}", &rest[..number.len], number.digits));
        assert_eq!(found, expected, "{rest}");
    }

    #[test]
    fn numerals_and_their_scales() {
        check("1,500.50 left", false, "1,500.50 = 1500.5");
        check("1.5 million left", false, "1.5 million = 1500000");
        check("2,65,000", false, "2,65,000 = 265000");
        check("20 crore", false, "20 crore = 200000000");
        check("2 lakh crore", false, "2 lakh crore = 2000000000000");
        check("6.2billion", false, "6.2billion = 6200000000");
        check("30m", true, "30m = 30000000");
        check("30m", false, "30 = 30");
        check("200 000 left", true, "200 000 = 200000");
        check("1.2.3", false, "");
        check("12,34.5,6", false, "");
    }

    #[test]
    fn numbers_in_words() {
        check("twenty-five trees", false, "twenty-five = 25");
        check("ten million trees", false, "ten million = 10000000");
        check("one hundred and twenty trees", false, "one hundred and twenty = 120");
        check("two hundred thousand", false, "two hundred thousand = 200000");
        check("half a million trees", false, "half a million = 500000");
        check("a hundred trees", false, "a hundred = 100");
        check("three and a tree", false, "three = 3");
        check("a tree", false, "");
        check("one two", false, "one = 1");
    }
}
