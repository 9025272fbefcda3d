//! Descriptions: which words say what somebody is ("the minister", "the ministry"), and who is it in this article.

use std::collections::HashMap;

use document::{Symbol, symbol};

use crate::article::{Article, Named};
use crate::entities::Grouping;
use crate::lexicon::{DEMONYM, ROLE, TITLE};
use crate::titles;
use crate::token::Kind;

/// A description in the text.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    /// Index after its last token.
    pub(crate) end: usize,
    /// `PER` or `ORG`.
    pub(crate) label: Symbol,
    /// Whether it is a mention even where nobody knows whose.
    pub(crate) shown: bool,
    /// Its words without "the", in lower case.
    words: Vec<String>,
}

/// The offices of an article and who holds them.
#[derive(Debug, Default)]
pub(crate) struct Descriptions {
    /// The holders of each office, by its words in lower case.
    offices: HashMap<String, Vec<usize>>,
    /// Organizations by the words of their names, in lower case.
    bodies: HashMap<String, Vec<usize>>,
}

/// Holders of one office beyond these are not told apart.
const ENOUGH: usize = 8;

impl Descriptions {
    /// Reads which offices the article gives to persons: "Foreign Minister Ek", "minister Ek", "Ek, the
    /// minister"; and what its organizations are called.
    pub(crate) fn new(article: &Article<'_>, names: &[Named], grouping: &Grouping) -> Self {
        let mut all = Self::default();
        for (name, entity) in names.iter().zip(&grouping.of_name) {
            if name.label == symbol::PER {
                let title = titles::before(article, name.first);
                let apposition = apposition(article, name.end);
                for (first, end) in [title, apposition] {
                    all.add_office(article, first, end, *entity);
                }
            } else if name.label == symbol::ORG && name.end - name.first > 1 {
                for at in name.first..name.end {
                    let word = article.word(at).to_lowercase();
                    if is_body(&word) {
                        offer(&mut all.bodies, word, *entity);
                    }
                }
            }
        }
        all
    }

    fn add_office(&mut self, article: &Article<'_>, first: usize, end: usize, entity: usize) {
        if first >= end {
            return;
        }
        let words: Vec<String> = (first..end)
            .map(|at| article.word(at).trim_end_matches('.').to_lowercase())
            .filter(|word| word != "-")
            .flat_map(|word| word.split('-').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        // Who was president is "the former president", not "the president".
        let past = |word: &str| matches!(word, "former" | "ex" | "late" | "retired" | "outgoing");
        let before = first.checked_sub(1).map_or("", |at| article.word(at)).to_lowercase();
        let last = words.iter().rposition(|word| past(word));
        for from in 0..words.len() {
            let office = words[from..].join(" ");
            if past(&before) {
                offer(&mut self.offices, format!("{before} {office}"), entity);
            } else if last.is_none_or(|last| from <= last) {
                offer(&mut self.offices, office, entity);
            }
        }
    }

    /// The description that begins at token `at`, if one does: "the", up to two words for whose or which, and an
    /// office or kind of organization.
    pub(crate) fn at(&self, article: &Article<'_>, at: usize) -> Option<Description> {
        if !matches!(article.word(at), "the" | "The") {
            return None;
        }
        let modifier = |at: usize| {
            article.tokens.get(at).is_some_and(|token| {
                token.kind == Kind::Word
                    && !token.first()
                    && (token.is(DEMONYM) || is_modifier(article.word(at)))
            })
        };
        let mut first = at + 1;
        while first < at + 4 && modifier(first) {
            first += 1;
        }
        // "the Harbour Party leader": whose leader, before the office in lower case.
        let named = |at: usize| {
            let token = article.tokens.get(at).filter(|token| token.kind == Kind::Word);
            token.is_some_and(|token| token.upper() && !token.first())
        };
        let owner = (first..first + 4).take_while(|at| named(*at)).count();
        if owner > 0 && role_end(article, first + owner) > first + owner {
            first += owner;
        }
        let mut end = role_end(article, first);
        // "the Secretary General", not "the President Ek".
        let titled = |at: usize| {
            article
                .tokens
                .get(at)
                .is_some_and(|token| token.upper() && token.is(TITLE) && !token.first())
        };
        while end == first.max(end) && end < first + 3 && titled(end) {
            end += 1;
        }
        let label = if end > first {
            symbol::PER
        } else {
            let body = article.word(first);
            let goes_on = article.lower(first + 1) && article.is(first + 1, ROLE)
                || article.word(first + 1) == "-";
            if first > at + 1 || !self.bodies.contains_key(body) || goes_on {
                return None;
            }
            end = first + 1;
            symbol::ORG
        };
        let names_on = article
            .tokens
            .get(end)
            .is_some_and(|next| next.upper() && !next.first() && next.kind == Kind::Word);
        if names_on {
            return None;
        }
        let words: Vec<String> = (at + 1..end)
            .flat_map(|at| {
                article.word(at).to_lowercase().split('-').map(str::to_owned).collect::<Vec<_>>()
            })
            .filter(|word| !word.is_empty())
            .collect();
        let shown = label == symbol::PER && !words.last().is_some_and(|last| is_generic(last));
        Some(Description { end, label, shown, words })
    }

    /// Whom a description stands for: the only holder of the office, or of several whom `heaviest` tells.
    pub(crate) fn meant(
        &self,
        description: &Description,
        heaviest: impl Fn(&[usize], Symbol) -> Option<usize>,
    ) -> Option<usize> {
        let words = &description.words;
        let index = if description.label == symbol::PER { &self.offices } else { &self.bodies };
        let holders = (0..words.len()).find_map(|from| index.get(&words[from..].join(" ")))?;
        match holders.as_slice() {
            [holder] => Some(*holder),
            several => heaviest(several, description.label),
        }
    }
}

fn offer(index: &mut HashMap<String, Vec<usize>>, key: String, entity: usize) {
    let known = index.entry(key).or_default();
    if known.len() < ENOUGH && !known.contains(&entity) {
        known.push(entity);
    }
}

/// The office in "Ek, the foreign minister of Norway": the tokens of what he is.
fn apposition(article: &Article<'_>, end: usize) -> (usize, usize) {
    if article.word(end) != "," {
        return (end, end);
    }
    let at = end + 1 + usize::from(matches!(article.word(end + 1), "the" | "a" | "an"));
    let role = (at..at + 4)
        .take_while(|at| article.word(*at) != ",")
        .find(|at| article.lower(*at) && article.is(*at, ROLE) || article.is(*at, TITLE));
    role.map_or((end, end), |role| {
        let mut stop = role + 1;
        while stop < role + 4 && article.is(stop, ROLE | TITLE) {
            stop += 1;
        }
        (role, stop)
    })
}

fn role_end(article: &Article<'_>, at: usize) -> usize {
    let mut end = at;
    while end < at + 4
        && article.lower(end)
        && (article.is(end, ROLE) || is_office(article.word(end)))
    {
        end += 1;
    }
    end
}

/// Offices that are no word before names.
fn is_office(word: &str) -> bool {
    const WORDS: [&str; 8] = [
        "nominee",
        "candidate",
        "congressman",
        "congresswoman",
        "incumbent",
        "host",
        "mogul",
        "lawmaker",
    ];
    WORDS.contains(&word)
}

/// Words that say too little alone to be shown where nobody knows whose they are.
fn is_generic(word: &str) -> bool {
    const WORDS: [&str; 7] =
        ["general", "chief", "deputy", "principal", "fellow", "executive", "counterpart"];
    WORDS.contains(&word)
}

/// The lowercase word for a kind of organization.
fn is_body(word: &str) -> bool {
    const WORDS: [&str; 24] = [
        "ministry",
        "department",
        "university",
        "council",
        "committee",
        "commission",
        "agency",
        "bureau",
        "institute",
        "association",
        "federation",
        "union",
        "party",
        "academy",
        "foundation",
        "authority",
        "bank",
        "board",
        "college",
        "school",
        "hospital",
        "church",
        "museum",
        "party's",
    ];
    WORDS.contains(&word)
}

fn is_modifier(word: &str) -> bool {
    const WORDS: [&str; 26] = [
        "former",
        "prime",
        "foreign",
        "finance",
        "defence",
        "defense",
        "interior",
        "health",
        "education",
        "home",
        "vice",
        "deputy",
        "new",
        "acting",
        "attorney",
        "press",
        "police",
        "outgoing",
        "incumbent",
        "opposition",
        "presidential",
        "party",
        "late",
        "first",
        "senior",
        "current",
    ];
    WORDS.contains(&word)
}
