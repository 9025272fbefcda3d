//! Text → mentions and entities: who and what an article names, which dates and amounts it gives,
//! and which mentions are one entity.
//!
//! The registry of the program depends on this crate, through [`spec`]; other stages meet its
//! work only in the layers `mentions` and `entities`.
//!
//! ```
//! use document::{Document, Form, Origin, Text, symbol};
//! use stage_api::{BuiltStage, Settings};
//!
//! let spec = entity_tag::spec();
//! let BuiltStage::Article(factory) = spec.build(&Settings::defaults(&spec.settings))? else { unreachable!() };
//! let mut doc = Document::new("a", Origin::path("a.txt"), Vec::new(), Form::Text);
//! doc.set_text(Text::verbatim("Minister Ada Lindholm spoke in Oslo on 6 February 2023. Lindholm left at once."));
//! factory.instance().process(&mut doc)?;
//!
//! let view = doc.view();
//! let names: Vec<&str> = view.mentions().filter(|found| found.kind() == symbol::NAME).map(|found| found.text()).collect();
//! assert_eq!(names, ["Ada Lindholm", "Oslo", "Lindholm"]);
//! let keys: Vec<String> = view.entities().map(|entity| entity.key().into_owned()).collect();
//! assert_eq!(keys, ["per:ada-lindholm", "loc:oslo"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! How it works, in the order of the files: `token` cuts the text into words with what the
//! `lexicon` says of each; `values` reads dates (`dates`, `years`,
//! `relative`, on a `calendar`) and amounts (`amounts`, with `numbers`, `currencies` and `units`); `tagger` finds
//! names with one of the `models`: it reads a `page` of words (with their `clusters`, and what is `known` of them from
//! unlabelled text), turns each into `features`, and tags them twice, the second time with a `memory` of how the same words were
//! tagged elsewhere in the article; `lists` of the user win over it; `entities`
//! groups names (`groups`, with `places`, `persons`, `organizations`); `referents` adds pronouns and descriptions
//! (`descriptions`), by whom the article speaks of at that place (`salience`).
//!
//! # Who is who
//!
//! A person is known by the full name in either order, its parts, initials, nicknames and spellings ("J. Ek",
//! "Bill Ek" and "William Ek", "Ha-joon" and "Ha Joon"), a country by every name and its people, anything else by
//! its words, acronym and short forms ("Ministry of Trade", "Trade Ministry", "the Ministry"). Two persons of one
//! family name stay two; the bare name is that of the one whom the article speaks of most or calls so already,
//! else of the one named last. A pronoun or description leads to an entity where one is clearly ahead, else to none.
//!
//! # Lists
//!
//! `lists = ["people.tsv"]` names tables that win over the tagger in span, label and key: a header line, columns
//! parted by tabs, `name` and `label` and perhaps `key` and `aliases`, these parted by `|`; lines that start with `#`
//! are comments. A name or alias counts as it is written and in capitals, at borders of words, the longest first.
//!
//! # Dates and amounts
//!
//! | label | what is read | value |
//! |---|---|---|
//! | `DATE` | a day, month or year by name or number, with a weekday, a range of days: "Tuesday, Jan. 31, 2023", "29 January to 2 February", "2023-02-06", "31.01.2023", "June 2022", "2021-22", "1960s" | an ISO date, or two with a slash |
//! | `DATE` | the same without a year, and weekdays: "31 January", "June", "Tuesday" | resolved against `published`, else none |
//! | `DATE` | "today", "last night", "this week", "next month", "two years ago" | resolved against `published`; without it, no mention |
//! | `MONEY` | a sign, code or noun of a currency with a number: "$1.5 million", "Rs 20 crore", "two million Chilean pesos", "€2-3bn" | `{"currency", "amount"}`, with `to` for the upper end of a range |
//! | `QUANTITY` | a number with a unit of length, area, volume, mass, power, energy, data, speed, temperature, or percent | `{"amount", "unit"}`, with `to` |
//!
//! A day or month without a year falls within half a year of the article, or before it where the sentence tells of the past
//! ("On 6 April ministers met"). Within quotation marks "today" and "last week" are of the speech, whose day is not known: no mention. A weekday is the nearest such day not after it, or
//! after it where the clause says so ("will meet on Friday"). The words that say which day, month or year is meant stay
//! outside: of "last Tuesday", "June this year" and "the first half of 2021" the spans are "Tuesday", "June" and "2021", and the values
//! last Tuesday's, that June's and that half's. Days by number that read either way round ("05-08-2021") have a value
//! only where one reading falls within three weeks of the article. A bare dollar sign is the US dollar's; pesos, rupees, francs and
//! other names that countries share are told apart by an adjective, else by the country that the article
//! names most, else the currency is null.
//!
//! Not read: "early", "late" and seasons (a season depends on the hemisphere; the year or month beside them is read), holidays,
//! centuries, years before 1000 and BC, times of day, durations and ages, counts of people and things, sums that name no
//! number ("billions of dollars"), cryptocurrencies.
//!
//! It does not link entities to any knowledge base or over articles, does not resolve "it" and
//! "they", and speaks English only: an article in another language gets a note and empty layers.

mod amounts;
mod article;
mod calendar;
mod choices;
mod clusters;
mod currencies;
mod dates;
mod descriptions;
mod entities;
mod features;
mod function_words;
mod gender;
mod groups;
mod known;
mod lexicon;
mod lists;
mod memo;
mod memory;
mod models;
mod nicknames;
mod numbers;
mod organizations;
mod page;
mod persons;
mod places;
mod quoting;
mod referents;
mod relative;
mod salience;
mod stage;
mod tagger;
mod tense;
mod titles;
mod token;
pub mod training;
mod units;
mod values;
mod vocabulary;
mod years;

pub use stage::spec;
