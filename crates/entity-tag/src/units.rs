//! Units of measure: how they are written, and their symbols.

use crate::numbers::word_after;

/// The unit at byte `at` of `rest`, after a number and perhaps a space or hyphen: the byte after it, and its symbol.
pub(crate) fn read(rest: &str, at: usize) -> Option<(usize, &'static str)> {
    let tail = &rest[at..];
    let unspaced = tail.strip_prefix(' ').unwrap_or(tail);
    let skipped = at + tail.len() - unspaced.len();
    let sign = SIGNS.iter().find(|(sign, _)| unspaced.starts_with(sign));
    if let Some((sign, symbol)) = sign {
        let end = skipped + sign.len();
        let whole = sign.ends_with(['%', '°']) || !rest[end..].starts_with(char::is_alphanumeric);
        return whole.then_some((end, *symbol));
    }
    let (end, word) = word_after(rest, at)?;
    let glued = end - word.len() == at;
    let next = |expected: &str| {
        word_after(rest, end).filter(|(_, next)| *next == expected).map(|(end, _)| end)
    };
    match word {
        "m" if !glued => None,
        "per" => next("cent").map(|end| (end, "%")),
        "percentage" => next("points").or_else(|| next("point")).map(|end| (end, "pp")),
        "basis" => next("points").map(|end| (end, "bp")),
        "nautical" => next("miles").map(|end| (end, "nmi")),
        "degrees" | "degree" => {
            let scale =
                next("Celsius").map(|end| (end, "°C")).or_else(|| next("C").map(|end| (end, "°C")));
            let scale = scale.or_else(|| next("Fahrenheit").map(|end| (end, "°F")));
            Some(scale.or_else(|| next("F").map(|end| (end, "°F"))).unwrap_or((end, "°")))
        }
        "square" | "sq" | "cubic" => {
            let (end, base) = word_after(rest, end)?;
            let base = simple(base)?;
            let known = POWERS
                .iter()
                .find(|(power, of, _)| (*power == "cubic") == (word == "cubic") && *of == base)?;
            Some((end, known.2))
        }
        _ => {
            let symbol = simple(word)?;
            let hour = next("per")
                .and_then(|end| word_after(rest, end))
                .filter(|(_, next)| *next == "hour");
            match (symbol, hour) {
                ("km", Some((end, _))) => Some((end, "km/h")),
                ("mi", Some((end, _))) => Some((end, "mph")),
                _ => Some((end, symbol)),
            }
        }
    }
}

/// What is not letters alone; longer ones first.
const SIGNS: [(&str, &str); 14] = [
    ("%", "%"),
    ("°C", "°C"),
    ("°F", "°F"),
    ("ºC", "°C"),
    ("°", "°"),
    ("km/h", "km/h"),
    ("kph", "km/h"),
    ("m/s", "m/s"),
    ("km²", "km²"),
    ("km2", "km²"),
    ("m²", "m²"),
    ("m2", "m²"),
    ("m³", "m³"),
    ("m3", "m³"),
];

const POWERS: [(&str, &str, &str); 9] = [
    ("square", "km", "km²"),
    ("square", "m", "m²"),
    ("square", "cm", "cm²"),
    ("square", "mi", "sq mi"),
    ("square", "ft", "sq ft"),
    ("square", "yd", "sq yd"),
    ("cubic", "m", "m³"),
    ("cubic", "km", "km³"),
    ("cubic", "ft", "cu ft"),
];

fn simple(word: &str) -> Option<&'static str> {
    Some(match word {
        "percent" | "pct" => "%",
        "km" | "kms" | "kilometers" | "kilometres" | "kilometer" | "kilometre" => "km",
        "m" | "meters" | "metres" | "meter" | "metre" => "m",
        "cm" | "cms" | "centimeters" | "centimetres" | "centimeter" | "centimetre" => "cm",
        "mm" | "millimeters" | "millimetres" | "millimeter" | "millimetre" => "mm",
        "miles" | "mile" => "mi",
        "feet" | "foot" | "ft" => "ft",
        "inches" | "inch" => "in",
        "yards" | "yard" => "yd",
        "kg" | "kgs" | "kilograms" | "kilogrammes" | "kilogram" | "kilos" | "kilo" => "kg",
        "mg" | "milligrams" | "milligram" => "mg",
        "grams" | "grammes" | "gram" => "g",
        "tons" | "tonnes" | "tonne" | "ton" => "t",
        "kilotons" | "kilotonnes" | "kiloton" => "kt",
        "pounds" | "pound" | "lb" | "lbs" => "lb",
        "ounces" | "ounce" | "oz" => "oz",
        "liters" | "litres" | "liter" | "litre" => "l",
        "ml" | "milliliters" | "millilitres" => "ml",
        "barrels" | "barrel" => "bbl",
        "gallons" | "gallon" => "gal",
        "bushels" => "bu",
        "hectares" | "hectare" | "ha" => "ha",
        "acres" | "acre" => "ac",
        "kW" | "kilowatts" | "kilowatt" => "kW",
        "MW" | "megawatts" | "megawatt" => "MW",
        "GW" | "gigawatts" | "gigawatt" => "GW",
        "kWh" => "kWh",
        "MWh" => "MWh",
        "GWh" => "GWh",
        "TWh" => "TWh",
        "MB" | "megabytes" => "MB",
        "GB" | "gigabytes" | "gigabyte" => "GB",
        "TB" | "terabytes" | "terabyte" => "TB",
        "mph" => "mph",
        "knots" => "kn",
        _ => return None,
    })
}
