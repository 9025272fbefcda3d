//! Amounts: money and quantities with a unit.

use document::{Symbol, symbol};

use crate::token::Kind;
use crate::values::Reader;

/// The amount that begins at token `at`: the token after it, its label and its JSON.
pub(crate) fn read(from: Reader<'_>, at: usize) -> Option<(usize, Symbol, String)> {
    let token = from.tokens[at];
    if token.kind == Kind::Number
        || token.kind == Kind::Word && small_number(from.word(at)).is_some()
    {
        return counted(from, at);
    }
    let (next, currency) = currency_before(from, at)?;
    let (end, amount) = number(from, next)?;
    Some((end, symbol::MONEY, money(currency, &amount)))
}

/// A number with what it counts: a unit or a currency.
fn counted(from: Reader<'_>, at: usize) -> Option<(usize, Symbol, String)> {
    let (end, amount) = number(from, at)?;
    let word = from.word(end);
    let digits = from.tokens[at].kind == Kind::Number;
    if let Some((length, currency)) = currency_after(from, end).filter(|_| digits || end > at + 1) {
        return Some((end + length, symbol::MONEY, money(currency, &amount)));
    }
    let hyphen = usize::from(word == "-" && from.glued(end));
    let (length, unit) = unit(from, end + hyphen)?;
    let quantity = format!("{{\"amount\":\"{amount}\",\"unit\":\"{unit}\"}}");
    Some((end + hyphen + length, symbol::QUANTITY, quantity))
}

fn money(currency: &str, amount: &str) -> String {
    format!("{{\"currency\":\"{currency}\",\"amount\":\"{amount}\"}}")
}

/// A number with its scale ("1.5 million"), as decimal digits.
fn number(from: Reader<'_>, at: usize) -> Option<(usize, String)> {
    let word = from.word(at);
    let (digits, end) = match small_number(word) {
        Some(small) => (small.to_owned(), at + 1),
        None if from.tokens.get(at)?.kind == Kind::Number => (plain(word)?, at + 1),
        None => return None,
    };
    let joined =
        from.word(end) == "-" && matches!(from.word(end + 1), "million" | "billion" | "trillion");
    let end = end + usize::from(joined);
    let zeros = match from.word(end) {
        "hundred" => 2,
        "thousand" => 3,
        "million" | "mn" | "mln" => 6,
        "billion" | "bn" => 9,
        "trillion" | "tn" => 12,
        "m" | "M" if from.glued(end) && at > 0 && is_sign(from.word(at - 1)) => 6,
        "b" | "B" if from.glued(end) && at > 0 && is_sign(from.word(at - 1)) => 9,
        "k" | "K" if from.glued(end) && at > 0 && is_sign(from.word(at - 1)) => 3,
        "crore" => 7,
        "lakh" => 5,
        _ => return Some((end - usize::from(joined), digits)),
    };
    Some((end + 1, scaled(&digits, zeros)))
}

fn is_sign(word: &str) -> bool {
    matches!(word, "$" | "€" | "£" | "¥" | "₹" | "₩")
}

/// Decimal digits of a written number: "1,500.5" and "1500.5" alike. None for "1.2.3" or "12,34.5,6".
fn plain(word: &str) -> Option<String> {
    const LONGEST: usize = 24;
    if word.len() > LONGEST || word.matches('.').count() > 1 {
        return None;
    }
    let (whole, part) = word.split_once('.').unwrap_or((word, ""));
    if part.contains(',') {
        return None;
    }
    let whole = whole.replace(',', "");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    Some(if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") })
}

/// The number times ten to the power of `zeros`.
fn scaled(digits: &str, zeros: usize) -> String {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = whole.to_owned();
    let mut part = part.chars();
    for _ in 0..zeros {
        out.push(part.next().unwrap_or('0'));
    }
    let out = match out.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    match part.as_str() {
        "" => out.to_owned(),
        rest => format!("{out}.{rest}"),
    }
}

fn small_number(word: &str) -> Option<&'static str> {
    const WORDS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    const DIGITS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    let at = WORDS.iter().position(|known| *known == word)?;
    Some(DIGITS[at])
}

/// A currency sign or code before the number: the token of the number, and the ISO 4217 code.
fn currency_before(from: Reader<'_>, at: usize) -> Option<(usize, &'static str)> {
    let sign = |word: &str| match word {
        "$" => Some("USD"),
        "€" => Some("EUR"),
        "£" => Some("GBP"),
        "¥" => Some("JPY"),
        "₹" => Some("INR"),
        "₩" => Some("KRW"),
        "₦" => Some("NGN"),
        _ => None,
    };
    if let Some(currency) = sign(from.word(at)) {
        return Some((at + 1, currency));
    }
    if from.word(at + 1) == "$" && from.glued(at + 1) {
        let currency = match from.word(at) {
            "US" | "U.S." => "USD",
            "A" | "AU" => "AUD",
            "C" | "CA" | "CAD" => "CAD",
            "NZ" => "NZD",
            "HK" => "HKD",
            "S" => "SGD",
            "NT" => "TWD",
            "R" => "BRL",
            _ => return None,
        };
        return Some((at + 2, currency));
    }
    code(from.word(at)).map(|currency| (at + 1, currency))
}

fn code(word: &str) -> Option<&'static str> {
    const CODES: [&str; 27] = [
        "USD", "EUR", "GBP", "JPY", "CNY", "RMB", "INR", "AUD", "CAD", "NZD", "HKD", "SGD", "CHF",
        "SEK", "NOK", "DKK", "RUB", "TRY", "BRL", "MXN", "ZAR", "KRW", "AED", "SAR", "EGP", "PLN",
        "GHS",
    ];
    let code = CODES.iter().find(|code| **code == word)?;
    Some(if *code == "RMB" { "CNY" } else { code })
}

/// A currency after the number: how many tokens, and its code.
fn currency_after(from: Reader<'_>, at: usize) -> Option<(usize, &'static str)> {
    if let Some(currency) = code(from.word(at)) {
        return Some((1, currency));
    }
    let (skip, adjective) = match from.word(at) {
        word @ ("US" | "U.S." | "American" | "Canadian" | "Australian" | "Hong" | "Singapore"
        | "Egyptian" | "British" | "Syrian" | "Lebanese" | "Indian" | "Pakistani"
        | "Mexican" | "Chilean" | "Kenyan" | "Saudi") => (1, word),
        _ => (0, ""),
    };
    let currency = match (adjective, from.word(at + skip)) {
        ("" | "US" | "U.S." | "American", "dollars" | "dollar") => "USD",
        ("Canadian", "dollars") => "CAD",
        ("Australian", "dollars") => "AUD",
        ("Singapore", "dollars") => "SGD",
        ("", "euros" | "euro") => "EUR",
        ("Egyptian", "pounds" | "Pounds") => "EGP",
        ("Syrian", "pounds") => "SYP",
        ("Lebanese", "pounds") => "LBP",
        ("" | "British", "pounds") => "GBP",
        ("", "yen") => "JPY",
        ("", "yuan" | "renminbi") => "CNY",
        ("", "baht") => "THB",
        ("" | "Indian", "rupees") => "INR",
        ("Pakistani", "rupees") => "PKR",
        ("", "rubles" | "roubles") => "RUB",
        ("", "rand") => "ZAR",
        ("", "naira") => "NGN",
        ("" | "Mexican", "pesos") => "MXN",
        ("Chilean", "pesos") => "CLP",
        ("" | "Kenyan", "shillings") => "KES",
        ("Saudi", "riyals") => "SAR",
        ("", "dirhams") => "AED",
        ("", "francs") => "CHF",
        ("", "kronor") => "SEK",
        ("", "won")
            if at > 0 && matches!(from.word(at - 1), "million" | "billion" | "trillion") =>
        {
            "KRW"
        }
        _ => return None,
    };
    Some((skip + 1, currency))
}

/// A unit: how many tokens, and its symbol.
fn unit(from: Reader<'_>, at: usize) -> Option<(usize, &'static str)> {
    let unit = match from.word(at) {
        "%" | "percent" | "pct" => "%",
        "per" if from.word(at + 1) == "cent" => return Some((2, "%")),
        "km" | "kms" | "kilometers" | "kilometres" | "kilometer" | "kilometre" => "km",
        "m" if from.glued(at) => "m",
        "meters" | "metres" | "meter" | "metre" => "m",
        "cm" | "centimeters" | "centimetres" => "cm",
        "mm" | "millimeters" | "millimetres" => "mm",
        "miles" | "mile" => "mi",
        "feet" | "foot" | "ft" => "ft",
        "inches" | "inch" => "in",
        "yards" => "yd",
        "kg" | "kgs" | "kilograms" | "kilogrammes" | "kilos" => "kg",
        "grams" | "grammes" => "g",
        "tons" | "tonnes" | "tonne" | "ton" => "t",
        "pounds" => "lb",
        "liters" | "litres" | "liter" | "litre" => "l",
        "barrels" => "bbl",
        "gallons" => "gal",
        "hectares" | "hectare" | "ha" => "ha",
        "acres" | "acre" => "ac",
        "square" => {
            let unit = match from.word(at + 1) {
                "km" | "kilometers" | "kilometres" => "km²",
                "meters" | "metres" => "m²",
                "miles" => "sq mi",
                "feet" => "sq ft",
                _ => return None,
            };
            return Some((2, unit));
        }
        "MW" | "megawatts" => "MW",
        "GW" | "gigawatts" => "GW",
        "kW" | "kilowatts" => "kW",
        "MWh" => "MWh",
        "GB" | "gigabytes" => "GB",
        "km/h" | "kph" => "km/h",
        "mph" => "mph",
        "knots" => "kn",
        "degrees" => "°",
        _ => return None,
    };
    Some((1, unit))
}
