//! What is known of words before any article is read: the embedded lists, in one table.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Classes of a word or phrase, one bit each.
pub(crate) type Classes = u64;

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $number:literal $section:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Classes = 1 << $number;)*

        /// The class that a section of `words.txt` gives.
        fn class_of_section(section: &str) -> Classes {
            match section {
                $($section => $name,)*
                other => panic!("`words.txt` has no class `{other}`"),
            }
        }
    };
}

classes! {
    /// A given name, mostly of men.
    GIVEN_M = 0 "given-m";
    /// A given name, mostly of women.
    GIVEN_F = 1 "given-f";
    /// A common family name.
    SURNAME = 2 "surname";
    /// A rare family name.
    RARE_SURNAME = 3 "rare-surname";
    /// A city of over 15,000 people.
    CITY = 4 "city";
    /// A capital, or a city of over 200,000 people.
    BIG_CITY = 5 "big-city";
    /// A state of the US, a country, or another known place.
    PLACE = 6 "place";
    /// A country.
    COUNTRY = 7 "country";
    /// The people or adjective of a country, region or faith.
    DEMONYM = 8 "demonym";
    /// An honorific or office, as written before a name.
    TITLE = 9 "title";
    /// A known organization.
    ORG = 10 "org";
    /// A word that a sentence often starts with, or a lowercase stop word.
    COMMON = 11 "common";
    /// A month.
    MONTH = 12 "month";
    /// A day of the week.
    WEEKDAY = 13 "weekday";
    /// A small word inside personal names.
    PARTICLE = 14 "particle";
    /// The lowercase word for what a person is.
    ROLE = 15 "role";
    /// A word that organizations start with before "of" or "for".
    ORG_HEAD = 16 "org-head";
    /// A word that organizations end with.
    ORG_TAIL = 17 "org-tail";
    /// The legal form at the end of a company's name.
    ORG_SUFFIX = 18 "org-suffix";
    /// A word that places start or end with.
    PLACE_WORD = 19 "place-word";
    /// A lowercase noun that follows or precedes the name of a place.
    PLACE_NOUN = 20 "place-noun";
    /// A lowercase word right before places.
    PLACE_BEFORE = 21 "place-before";
    /// A lowercase word that often stands before places.
    PLACE_MAYBE = 22 "place-maybe";
    /// A lowercase noun that follows organizations.
    ORG_NOUN = 23 "org-noun";
    /// A lowercase noun that follows demonyms.
    PEOPLE_NOUN = 24 "people-noun";
    /// A lowercase word right before organizations.
    ORG_BEFORE = 25 "org-before";
    /// A word that events, works and laws end with.
    MISC_WORD = 26 "misc-word";
    /// A known event, work, law or the like.
    MISC = 27 "misc";
    /// A verb of speaking, thinking or living: what persons do.
    SPEECH = 28 "speech";
    /// A news outlet.
    OUTLET = 29 "outlet-word";
}

/// Any given name.
pub(crate) const GIVEN: Classes = GIVEN_M | GIVEN_F;
/// Any family name.
pub(crate) const FAMILY: Classes = SURNAME | RARE_SURNAME;
/// Any place known by its name.
pub(crate) const ANY_PLACE: Classes = CITY | BIG_CITY | PLACE | COUNTRY;

/// What the lists say of one word or phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Every class that it has.
    pub(crate) classes: Classes,
    /// ISO 3166 code, or zeros.
    pub(crate) country: [u8; 2],
}

impl Entry {
    /// A demonym that is no place as well, so that a plural in -s can only be its people.
    fn is_people(&self) -> bool {
        self.classes & DEMONYM != 0 && self.classes & COUNTRY == 0
    }
}

/// The embedded lists; built once and shared by all instances of the stage.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    entries: HashMap<&'static str, Entry, BuildHasherDefault<WordHasher>>,
    /// Codes of countries with their plain names.
    countries: Vec<([u8; 2], &'static str)>,
}

const COMPILED: &str = include_str!("../data/lexicon.txt");
const COUNTRIES: &str = include_str!("../data/countries.txt");
const WORDS: &str = include_str!("../data/words.txt");

/// Words longer than this many bytes are in no list and are not looked up.
const LONGEST: usize = 64;

impl Lexicon {
    /// Bytes that it takes, the embedded lists included.
    pub(crate) fn memory(&self) -> u64 {
        let lists = COMPILED.len() + COUNTRIES.len() + WORDS.len();
        let slots = self.entries.capacity() * size_of::<(&str, Entry)>();
        (lists + slots + size_of_val(self.countries.as_slice())) as u64
    }

    /// Reads the embedded lists.
    pub(crate) fn new() -> Self {
        let mut lexicon = Self {
            entries: HashMap::with_capacity_and_hasher(100_000, BuildHasherDefault::default()),
            countries: Vec::new(),
        };
        lexicon.read_compiled();
        lexicon.read_words();
        lexicon.read_countries();
        lexicon
    }

    /// What is known of `word`; an empty entry for an unknown one.
    pub(crate) fn entry(&self, word: &str) -> Entry {
        if word.len() > LONGEST {
            return Entry::default();
        }
        let mut entry = self.entries.get(word).copied().unwrap_or_default();
        let singular =
            word.strip_suffix('s').filter(|singular| !singular.ends_with(['s', 'h', 'e']));
        if let Some(people) = singular
            .and_then(|singular| self.entries.get(singular))
            .filter(|entry| entry.is_people())
        {
            entry.classes |= DEMONYM;
            entry.country = people.country;
        }
        if entry.classes & COMMON != 0 && word.len() <= 3 {
            // "On" and "So" are names somewhere; in English text they are words.
            entry.classes &= !(GIVEN | FAMILY | CITY);
        }
        entry
    }

    /// The English name of the country with this code.
    pub(crate) fn country_name(&self, country: [u8; 2]) -> Option<&'static str> {
        self.countries.iter().find(|(code, _)| *code == country).map(|(_, name)| *name)
    }

    /// As [`entry`](Self::entry), and for a word in capitals what is known of its usual form.
    pub(crate) fn entry_in_capitals(&self, word: &str) -> Entry {
        let entry = self.entry(word);
        if entry.classes != 0 || word.len() > LONGEST {
            return entry;
        }
        let mut usual = String::with_capacity(word.len());
        let mut inside = false;
        for character in word.chars() {
            if inside {
                usual.extend(character.to_lowercase());
            } else {
                usual.push(character);
            }
            inside = character.is_alphanumeric();
        }
        self.entry(&usual)
    }

    fn add(&mut self, word: &'static str, classes: Classes, country: [u8; 2]) {
        let entry = self.entries.entry(word).or_default();
        entry.classes |= classes;
        if country != [0; 2] {
            entry.country = country;
        }
    }

    /// Lines of word, tab, letters, and perhaps a colon and a country.
    fn read_compiled(&mut self) {
        for line in content_lines(COMPILED) {
            let (word, rest) = line.split_once('\t').expect("a compiled line has a tab");
            let (letters, country) = rest.split_once(':').unwrap_or((rest, ""));
            let classes =
                letters.bytes().fold(0, |classes, letter| classes | class_of_letter(letter));
            self.add(word, classes, code(country));
            if classes & COUNTRY != 0 {
                self.countries.push((code(country), word));
            }
        }
    }

    fn read_words(&mut self) {
        let mut class = 0;
        for line in content_lines(WORDS) {
            if let Some(section) = line.strip_prefix('[') {
                class = class_of_section(section.trim_end_matches(']'));
                continue;
            }
            for word in items(line) {
                self.add(word, class, [0; 2]);
                if class == PLACE && self.entry(word).classes & COUNTRY == 0 {
                    // A small town may share the name of a continent.
                    self.entries.entry(word).or_default().country = [0; 2];
                }
            }
        }
    }

    fn read_countries(&mut self) {
        for line in content_lines(COUNTRIES) {
            let mut columns = line.split('|').map(str::trim);
            let mut column = || columns.next().unwrap_or_default();
            let (country, names, demonyms) = (code(column()), column(), column());
            for name in items(names) {
                self.add(name, COUNTRY, country);
            }
            for demonym in items(demonyms) {
                self.add(demonym, DEMONYM, country);
            }
        }
    }
}

fn content_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn items(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn code(text: &str) -> [u8; 2] {
    <[u8; 2]>::try_from(text.as_bytes()).ok().filter(|code| code[0] != b'-').unwrap_or_default()
}

fn class_of_letter(letter: u8) -> Classes {
    match letter {
        b'm' => GIVEN_M,
        b'f' => GIVEN_F,
        b'l' => SURNAME,
        b'r' => RARE_SURNAME,
        b'c' => CITY,
        b'C' => CITY | BIG_CITY,
        b's' => PLACE,
        b'k' => COUNTRY,
        b't' => TITLE,
        b'o' => OUTLET | ORG,
        b'w' => COMMON,
        other => panic!("`lexicon.txt` has no class `{}`", char::from(other)),
    }
}

/// A fast hash for the table of known words, which no input can change.
#[derive(Default)]
pub(crate) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = (self.0.rotate_left(5) ^ learner::hash::bytes(bytes))
            .wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}
