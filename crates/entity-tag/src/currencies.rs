//! Currencies: how they are written, and where they are money.
//!
//! Many countries call their money the same. Which one is meant is told by an adjective ("Chilean pesos") or, failing
//! that, by the country that the article names most.

use std::collections::BTreeMap;

/// A currency and the words that point to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    /// Its ISO 4217 code.
    pub(crate) code: &'static str,
    /// The country and its adjectives, divided by `|`.
    words: &'static str,
}

/// What is meant where neither adjective nor article tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Otherwise {
    /// This currency, by convention.
    Code(&'static str),
    /// Money whose currency is not known.
    Unknown,
    /// No money at all.
    Nothing,
    /// This currency, where it stands with millions: nobody drives on an R92 million.
    Millions(Option<&'static str>),
}

/// A sign, letter or noun that stands for money.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sign {
    told: &'static [Currency],
    likely: bool,
    otherwise: Otherwise,
    /// Whether it counts hundredths.
    pub(crate) cents: bool,
}

/// Money of a currency, or of one that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Money {
    /// Of the currency with this ISO 4217 code.
    Of(&'static str),
    /// Of an unknown one.
    Unknown,
}

const fn currency(code: &'static str, words: &'static str) -> Currency {
    Currency { code, words }
}

const fn only(code: &'static str) -> Sign {
    Sign { told: &[], likely: false, otherwise: Otherwise::Code(code), cents: false }
}

/// The most likely of these, or money all the same.
const fn one_of(told: &'static [Currency]) -> Sign {
    Sign { told, likely: true, otherwise: Otherwise::Unknown, cents: false }
}

/// The most likely of these, where the article names its country.
const fn perhaps(told: &'static [Currency]) -> Sign {
    Sign { told, likely: true, otherwise: Otherwise::Nothing, cents: false }
}

/// The same, and this one with millions.
const fn perhaps_or(told: &'static [Currency], code: Option<&'static str>) -> Sign {
    Sign { otherwise: Otherwise::Millions(code), ..perhaps(told) }
}

/// This one, unless an adjective tells another.
const fn unless_told(code: &'static str, told: &'static [Currency]) -> Sign {
    Sign { told, likely: false, otherwise: Otherwise::Code(code), cents: false }
}

const DOLLARS: &[Currency] = &[
    currency("USD", "US|U.S|U.S.|American"),
    currency("CAD", "Canadian"),
    currency("AUD", "Australian"),
    currency("NZD", "New Zealand"),
    currency("HKD", "Hong Kong|HK"),
    currency("SGD", "Singapore|Singaporean"),
    currency("TWD", "Taiwan|Taiwanese|New Taiwan"),
    currency("NAD", "Namibian|Namibia"),
    currency("BND", "Brunei|Bruneian"),
    currency("FJD", "Fijian|Fiji"),
    currency("JMD", "Jamaican|Jamaica"),
    currency("BBD", "Barbadian|Barbados"),
    currency("BZD", "Belize"),
    currency("GYD", "Guyanese|Guyana"),
    currency("LRD", "Liberian"),
    currency("TTD", "Trinidad"),
    currency("XCD", "Eastern Caribbean|East Caribbean"),
    currency("ZWL", "Zimbabwean|Zimbabwe|Zim"),
];
const PESOS: &[Currency] = &[
    currency("MXN", "Mexican|Mexico"),
    currency("ARS", "Argentine|Argentinian|Argentina"),
    currency("CLP", "Chilean|Chile"),
    currency("COP", "Colombian|Colombia"),
    currency("PHP", "Philippine|Philippines|Filipino"),
    currency("CUP", "Cuban|Cuba"),
    currency("DOP", "Dominican"),
    currency("UYU", "Uruguayan|Uruguay"),
];
const POUNDS: &[Currency] = &[
    currency("GBP", "British|Britain|UK|U.K.|England|London|Scotland|Wales"),
    currency("EGP", "Egyptian|Egypt|Cairo"),
    currency("LBP", "Lebanese|Lebanon|Beirut"),
    currency("SYP", "Syrian|Syria|Damascus"),
    currency("SDG", "Sudanese|Sudan|Khartoum"),
    currency("SSP", "South Sudanese|South Sudan|Juba"),
];
const RUPEES: &[Currency] = &[
    currency("INR", "Indian|India|Delhi|Mumbai"),
    currency("PKR", "Pakistani|Pakistan|Islamabad|Karachi|Lahore"),
    currency("LKR", "Sri Lankan|Sri Lanka|Colombo"),
    currency("NPR", "Nepali|Nepalese|Nepal|Kathmandu"),
    currency("MUR", "Mauritian|Mauritius"),
    currency("SCR", "Seychelles|Seychellois"),
];
const FRANCS: &[Currency] = &[
    currency("CHF", "Swiss|Switzerland|Zurich|Geneva"),
    currency("XOF", "West African CFA|Senegal|Ivory Coast|Mali|Burkina Faso|Niger|Benin|Togo"),
    currency("XAF", "Central African CFA|Cameroon|Gabon|Chad"),
    currency("RWF", "Rwandan|Rwanda|Kigali"),
    currency("BIF", "Burundian|Burundi"),
    currency("CDF", "Congolese|Congo|Kinshasa"),
    currency("GNF", "Guinean|Guinea|Conakry"),
    currency("DJF", "Djiboutian|Djibouti"),
];
const CFA_FRANCS: &[Currency] = &[
    currency(
        "XOF",
        "Senegal|Ivory Coast|Côte d'Ivoire|Mali|Burkina Faso|Niger|Benin|Togo|Guinea-Bissau",
    ),
    currency("XAF", "Cameroon|Gabon|Chad|Central African Republic|Equatorial Guinea"),
];
const SHILLINGS: &[Currency] = &[
    currency("KES", "Kenyan|Kenya|Kenyans|Nairobi"),
    currency("UGX", "Ugandan|Uganda|Ugandans|Kampala"),
    currency("TZS", "Tanzanian|Tanzania|Tanzanians"),
    currency("SOS", "Somali|Somalia|Mogadishu"),
];
const DINARS: &[Currency] = &[
    currency("KWD", "Kuwaiti|Kuwait"),
    currency("IQD", "Iraqi|Iraq|Baghdad"),
    currency("JOD", "Jordanian|Jordan|Amman"),
    currency("DZD", "Algerian|Algeria|Algiers"),
    currency("TND", "Tunisian|Tunisia|Tunis"),
    currency("LYD", "Libyan|Libya|Tripoli"),
    currency("BHD", "Bahraini|Bahrain"),
    currency("RSD", "Serbian|Serbia|Belgrade"),
    currency("MKD", "Macedonian|North Macedonia"),
];
const DIRHAMS: &[Currency] = &[
    currency("AED", "Emirati|UAE|U.A.E.|Emirates|Dubai|Abu Dhabi|Sharjah"),
    currency("MAD", "Moroccan|Morocco|Rabat|Casablanca"),
];
const RIYALS: &[Currency] = &[
    currency("SAR", "Saudi|Saudi Arabia|Riyadh"),
    currency("QAR", "Qatari|Qatar|Doha"),
    currency("OMR", "Omani|Oman|Muscat"),
    currency("YER", "Yemeni|Yemen|Sanaa"),
    currency("IRR", "Iranian|Iran|Tehran"),
];
const CROWNS: &[Currency] = &[
    currency("SEK", "Swedish|Sweden|Stockholm"),
    currency("NOK", "Norwegian|Norway|Oslo"),
    currency("DKK", "Danish|Denmark|Copenhagen"),
    currency("ISK", "Icelandic|Iceland|Reykjavik"),
    currency("CZK", "Czech|Prague"),
];
const WONS: &[Currency] =
    &[currency("KPW", "North Korean"), currency("KRW", "South Korean|Korean|South Korea|Seoul")];
const KWACHAS: &[Currency] =
    &[currency("ZMW", "Zambian|Zambia|Lusaka"), currency("MWK", "Malawian|Malawi")];
const ROUBLES: &[Currency] = &[currency("RUB", "Russian"), currency("BYN", "Belarusian")];
const LIRAS: &[Currency] = &[
    currency("TRY", "Turkish|Turkey|Ankara|Istanbul"),
    currency("LBP", "Lebanese|Lebanon|Beirut"),
    currency("SYP", "Syrian|Syria|Damascus"),
];
const YENS: &[Currency] =
    &[currency("JPY", "Japan|Japanese|Tokyo"), currency("CNY", "China|Chinese|Beijing|Shanghai")];
const RAND: &[Currency] =
    &[currency("ZAR", "South Africa|South African|South Africans|Johannesburg|Pretoria|Cape Town")];
const NAIRA: &[Currency] = &[currency("NGN", "Nigeria|Nigerian|Nigerians|Lagos|Abuja")];
const LETTER_P: &[Currency] = &[
    currency("PHP", "Philippines|Philippine|Filipino|Manila"),
    currency("BWP", "Botswana|Gaborone"),
];
const LETTER_K: &[Currency] =
    &[currency("ZMW", "Zambia|Zambian|Lusaka"), currency("PGK", "Papua New Guinea|Port Moresby")];
const LETTER_D: &[Currency] = &[currency("GMD", "Gambia|Gambian|Gambians|Banjul")];
const LETTER_Q: &[Currency] = &[currency("GTQ", "Guatemala|Guatemalan")];
const LETTER_L: &[Currency] = &[currency("HNL", "Honduras|Honduran")];
const BOLIVARS: &[Currency] =
    &[currency("VES", "Venezuela|Venezuelan|Caracas"), currency("BOB", "Bolivia|Bolivian|La Paz")];
const CORDOBAS: &[Currency] = &[
    currency("NIO", "Nicaragua|Nicaraguan|Managua"),
    currency("CAD", "Canada|Canadian|Ottawa|Toronto"),
];
const CUBAN: &[Currency] = &[currency("CUP", "Cuba|Cuban|Cubans|Havana")];
const TURKISH: &[Currency] = &[currency("TRY", "Turkey|Turkish|Ankara|Istanbul")];
const MOROCCAN: &[Currency] = &[currency("MAD", "Morocco|Moroccan|Rabat|Casablanca")];
const BOLIVIAN: &[Currency] = &[currency("BOB", "Bolivia|Bolivian|La Paz")];
const PERUVIAN: &[Currency] = &[currency("PEN", "Peru|Peruvian|Lima")];
const ROMANIAN: &[Currency] = &[currency("RON", "Romania|Romanian|Bucharest")];

/// A sign of currency before a number.
pub(crate) fn symbol(character: char) -> Option<Sign> {
    Some(match character {
        '$' | '＄' => only("USD"),
        '€' => only("EUR"),
        '£' => only("GBP"),
        '¥' | '￥' => Sign { otherwise: Otherwise::Code("JPY"), ..one_of(YENS) },
        '₹' => only("INR"),
        '₩' => only("KRW"),
        '₦' => only("NGN"),
        '₱' => one_of(PESOS),
        '₺' => only("TRY"),
        '₽' => only("RUB"),
        '₪' => only("ILS"),
        '฿' => only("THB"),
        '₫' => only("VND"),
        '₴' => only("UAH"),
        '₵' => only("GHS"),
        '₡' => only("CRC"),
        '₲' => only("PYG"),
        '₭' => only("LAK"),
        '₸' => only("KZT"),
        '৳' => only("BDT"),
        _ => return None,
    })
}

/// Letters right before a dollar sign: "US$", "N$".
pub(crate) fn dollar(letters: &str) -> Sign {
    match letters {
        "US" | "U.S." | "U.S" | "USD" => only("USD"),
        "A" | "AU" | "AUD" | "Au" => only("AUD"),
        "CA" | "CAD" | "CDN" | "Cdn" => only("CAD"),
        "C" => one_of(CORDOBAS),
        "NZ" => only("NZD"),
        "HK" => only("HKD"),
        "S" | "SG" => only("SGD"),
        "NT" => only("TWD"),
        "N" => only("NAD"),
        "R" => only("BRL"),
        "MX" | "Mex" => only("MXN"),
        "COP" | "COL" => only("COP"),
        "CLP" => only("CLP"),
        "AR" | "ARS" => only("ARS"),
        "RD" => only("DOP"),
        "J" => only("JMD"),
        "TT" => only("TTD"),
        "BZ" => only("BZD"),
        "EC" => only("XCD"),
        "FJ" => only("FJD"),
        "GY" => only("GYD"),
        "LD" => only("LRD"),
        "ZW" | "ZWL" | "Z" => only("ZWL"),
        _ => one_of(&[]),
    }
}

/// Letters before a number: "Rs", "RM", "USD". With `glued`, no space is between them, so that a single letter may do.
pub(crate) fn letters(letters: &str, glued: bool) -> Option<Sign> {
    Some(match letters {
        "Rs" | "Re" | "Rs." | "INRs" => one_of(RUPEES),
        "Tk" | "Taka" => only("BDT"),
        "Dh" | "Dhs" | "DH" | "Dh." => {
            Sign { otherwise: Otherwise::Code("AED"), ..one_of(DIRHAMS) }
        }
        "SR" => only("SAR"),
        "QR" => only("QAR"),
        "KD" => only("KWD"),
        "BD" => only("BHD"),
        "JD" => only("JOD"),
        "RO" => only("OMR"),
        "LE" | "L.E." => only("EGP"),
        "NIS" => only("ILS"),
        "RM" => only("MYR"),
        "Rp" => only("IDR"),
        "S/" | "S/." => perhaps(PERUVIAN),
        "Bs" | "Bs." => perhaps(BOLIVARS),
        "Ksh" | "KSh" | "KSH" | "Kshs" | "Sh" | "Shs" => match letters {
            "Sh" | "Shs" => perhaps(SHILLINGS),
            _ => only("KES"),
        },
        "USh" | "Ush" | "Shs." => only("UGX"),
        "TSh" | "Tsh" => only("TZS"),
        "GH" | "GHc" | "GHC" | "GH₵" | "GH¢" => only("GHS"),
        "CFA" | "FCFA" => one_of(CFA_FRANCS),
        "R" if glued => perhaps_or(RAND, Some("ZAR")),
        "N" if glued => perhaps_or(NAIRA, Some("NGN")),
        "P" if glued => perhaps(LETTER_P),
        "K" if glued => perhaps(LETTER_K),
        "Q" if glued => perhaps(LETTER_Q),
        "L" if glued => perhaps(LETTER_L),
        "D" => perhaps(LETTER_D),
        _ => return code(letters),
    })
}

/// An ISO 4217 code. Codes that are words or initials of something else count only where the article names their country.
pub(crate) fn code(word: &str) -> Option<Sign> {
    const CODES: [&str; 61] = [
        "AED", "AOA", "ARS", "AUD", "BDT", "BGN", "BHD", "BND", "BRL", "BWP", "CAD", "CHF", "CLP",
        "CNY", "CZK", "DKK", "DZD", "EGP", "ETB", "EUR", "GBP", "GHS", "HKD", "HUF", "IDR", "ILS",
        "INR", "IQD", "JOD", "JPY", "KES", "KRW", "KWD", "KZT", "LKR", "MMK", "MXN", "MYR", "NAD",
        "NGN", "NOK", "NPR", "NZD", "OMR", "PHP", "PKR", "PLN", "QAR", "RUB", "RWF", "SAR", "SEK",
        "SGD", "THB", "TND", "TWD", "TZS", "UAH", "UGX", "USD", "VND",
    ];
    if word.len() != 3 {
        return None;
    }
    if let Ok(at) = CODES.binary_search(&word) {
        return Some(only(CODES[at]));
    }
    Some(match word {
        "RMB" => only("CNY"),
        "XAF" => only("XAF"),
        "XOF" => only("XOF"),
        "ZAR" => only("ZAR"),
        "ZMW" => only("ZMW"),
        "CUP" => perhaps(CUBAN),
        "TRY" => perhaps(TURKISH),
        "MAD" => perhaps(MOROCCAN),
        "BOB" => perhaps(BOLIVIAN),
        "PEN" => perhaps(PERUVIAN),
        "RON" => perhaps(ROMANIAN),
        _ => return None,
    })
}

/// A noun for money after a number, in lower case: "euros", "pesos".
pub(crate) fn noun(word: &str) -> Option<Sign> {
    Some(match word {
        "dollars" | "dollar" | "Dollars" => unless_told("USD", DOLLARS),
        "cents" | "cent" => Sign { cents: true, ..unless_told("USD", DOLLARS) },
        "pence" => Sign { cents: true, ..only("GBP") },
        "euros" | "euro" | "Euros" => only("EUR"),
        "pounds" | "pound" | "Pounds" => perhaps_or(POUNDS, None),
        "yen" => only("JPY"),
        "yuan" | "renminbi" => only("CNY"),
        "baht" => only("THB"),
        "rupees" | "rupee" | "Rupees" | "Rs" => one_of(RUPEES),
        "pesos" | "peso" => one_of(PESOS),
        "francs" | "franc" => one_of(FRANCS),
        "FCFA" | "CFA" => one_of(CFA_FRANCS),
        "shillings" | "shilling" => one_of(SHILLINGS),
        "dinars" | "dinar" => one_of(DINARS),
        "dirhams" | "dirham" | "dhs" | "Dhs" => one_of(DIRHAMS),
        "riyals" | "riyal" | "rials" | "rial" => one_of(RIYALS),
        "kronor" | "krona" | "kroner" | "krone" | "crowns" => one_of(CROWNS),
        "won" => perhaps_or(WONS, Some("KRW")),
        "kwacha" => one_of(KWACHAS),
        "rubles" | "roubles" | "ruble" | "rouble" => unless_told("RUB", ROUBLES),
        "liras" | "lira" => one_of(LIRAS),
        "rand" => only("ZAR"),
        "naira" => only("NGN"),
        "cedis" | "cedi" => only("GHS"),
        "ringgit" => only("MYR"),
        "rupiah" => only("IDR"),
        "shekels" | "shekel" => only("ILS"),
        "taka" => only("BDT"),
        "kyat" | "kyats" => only("MMK"),
        "dong" => only("VND"),
        "zloty" | "zlotys" | "zlotych" => only("PLN"),
        "forints" | "forint" => only("HUF"),
        "hryvnia" | "hryvnias" => only("UAH"),
        "tenge" => only("KZT"),
        "birr" => only("ETB"),
        "kwanza" | "kwanzas" => only("AOA"),
        "dalasi" | "dalasis" => only("GMD"),
        "pula" => only("BWP"),
        "lempiras" | "lempira" => only("HNL"),
        "quetzales" | "quetzals" => only("GTQ"),
        "soles" => only("PEN"),
        "reais" => only("BRL"),
        "bolivars" | "bolívares" | "bolivares" => only("VES"),
        "bolivianos" => only("BOB"),
        "guaranies" | "guaraníes" => only("PYG"),
        "córdobas" | "cordobas" => only("NIO"),
        "colones" => only("CRC"),
        "riel" | "riels" => only("KHR"),
        "kip" => only("LAK"),
        "afghanis" => only("AFN"),
        "leones" => only("SLE"),
        "ariary" => only("MGA"),
        "meticais" => only("MZN"),
        _ => return None,
    })
}

/// Counts how often an article names the countries of a currency; each is looked for at most once.
#[derive(Debug, Default)]
pub(crate) struct Countries {
    counts: BTreeMap<&'static str, usize>,
}

impl Countries {
    /// What a sign stands for in `text`, with `millions` or a smaller number; `None` is no money. `adjective` is what stands before a noun; one that does not fit the noun makes it no money.
    pub(crate) fn resolve(
        &mut self,
        text: &str,
        sign: Sign,
        adjective: &str,
        millions: bool,
    ) -> Option<Money> {
        if !adjective.is_empty() {
            let fits =
                |currency: &&Currency| currency.words.split('|').any(|word| word == adjective);
            return sign.told.iter().find(fits).map(|currency| Money::Of(currency.code));
        }
        let mut best: Option<(usize, &'static str)> = None;
        let mut tied = false;
        for currency in sign.told.iter().filter(|_| sign.likely) {
            let count = self.count(text, currency);
            if count > best.map_or(0, |(most, _)| most) {
                (best, tied) = (Some((count, currency.code)), false);
            } else if count > 0 && best.is_some_and(|(most, _)| most == count) {
                tied = true;
            }
        }
        match (best.filter(|_| !tied), sign.otherwise) {
            (Some((_, code)), _) | (None, Otherwise::Code(code)) => Some(Money::Of(code)),
            (None, Otherwise::Unknown) => Some(Money::Unknown),
            (None, Otherwise::Millions(code)) if millions => {
                Some(code.map_or(Money::Unknown, Money::Of))
            }
            (None, Otherwise::Nothing | Otherwise::Millions(_)) => tied.then_some(Money::Unknown),
        }
    }

    fn count(&mut self, text: &str, currency: &'static Currency) -> usize {
        *self.counts.entry(currency.words).or_insert_with(|| {
            let letter = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
            let whole = |(at, word): &(usize, &str)| {
                !letter(text[..*at].chars().next_back())
                    && !letter(text[at + word.len()..].chars().next())
            };
            currency
                .words
                .split('|')
                .map(|word| text.match_indices(word).filter(whole).count())
                .sum()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Countries, Money, noun};

    #[test]
    fn the_article_or_an_adjective_tells_whose_pesos_they_are() {
        let cases = [
            (
                "Prices in Chile rose; Chilean growers sell to Argentina.",
                "",
                Some(Money::Of("CLP")),
            ),
            ("Chile and Cuba.", "", Some(Money::Unknown)),
            ("Nobody says where.", "", Some(Money::Unknown)),
            ("Chile.", "Mexican", Some(Money::Of("MXN"))),
            ("Chile.", "Danish", None),
        ];
        for (text, adjective, expected) in cases {
            let sign = noun("pesos").expect("a currency");
            assert_eq!(
                Countries::default().resolve(text, sign, adjective, false),
                expected,
                "{text} {adjective}"
            );
        }
    }
}
