//! Which names of organizations, places and other things are one: acronyms, short forms, spellings.

use document::{Symbol, symbol};

use crate::article::{Article, Named};
use crate::groups::{Form, Groups, Index};
use crate::lexicon::{ANY_PLACE, COMMON, COUNTRY, DEMONYM, ORG, ORG_SUFFIX, OUTLET};
use crate::places::Place;

/// Words of a name beyond these are not compared.
const LONGEST: usize = 10;

/// Joins the forms of everything but persons; `places` says which forms are places already joined.
pub(crate) fn join(
    article: &Article<'_>,
    names: &[Named],
    groups: &mut Groups<'_>,
    places: &[Option<Place>],
) {
    let words = groups.forms.iter().map(|form| plain_words(article, form)).collect();
    let joiner = Joiner { article, places, words };
    joiner.join_same(groups);
    joiner.join_bracketed(names, groups);
    joiner.join_acronyms(groups);
    joiner.join_short_forms(groups);
}

/// The words of a form that tell it from others: no article before it, no legal form after it, one spelling.
fn plain_words(article: &Article<'_>, form: &Form<'_>) -> Vec<String> {
    let last = form.text.rsplit([' ', ',']).next().unwrap_or_default().trim_end_matches('.');
    let legal = article.lexicon.entry(last).classes & ORG_SUFFIX != 0 && form.text.contains(' ');
    let skip = usize::from(form.words.len() > 1 && form.words[0] == "the");
    let words = form.words.get(skip..).unwrap_or_default();
    let legal_words = if legal { last.split('.').count() } else { 0 };
    let end = words.len().saturating_sub(legal_words).max(1).min(words.len());
    words[..end].iter().map(|word| one_spelling(word)).collect()
}

/// British spellings as American ones, by the endings that organizations' names have.
fn one_spelling(word: &str) -> String {
    const ENDINGS: [(&str, &str); 6] = [
        ("isation", "ization"),
        ("isations", "izations"),
        ("ence", "ense"),
        ("bour", "bor"),
        ("ramme", "ram"),
        ("entre", "enter"),
    ];
    let ending = ENDINGS.iter().find_map(|(from, to)| Some((word.strip_suffix(from)?, to)));
    ending.map_or_else(|| word.to_owned(), |(stem, to)| format!("{stem}{to}"))
}

fn is_small(word: &str) -> bool {
    matches!(
        word,
        "of" | "the"
            | "and"
            | "for"
            | "in"
            | "on"
            | "at"
            | "to"
            | "de"
            | "la"
            | "del"
            | "do"
            | "da"
            | "des"
            | "du"
    )
}

struct Joiner<'a, 't> {
    article: &'a Article<'t>,
    places: &'a [Option<Place>],
    /// For each form its [`plain_words`].
    words: Vec<Vec<String>>,
}

impl Joiner<'_, '_> {
    /// Forms of the same words, of whatever label, though a city is not its government or team.
    fn join_same(&self, groups: &mut Groups<'_>) {
        let mut known = Index::default();
        for form in 0..groups.forms.len() {
            if groups.forms[form].label == symbol::PER {
                continue;
            }
            let words = &self.words[form];
            let mut keys = vec![words.concat()];
            if groups.forms[form].label == symbol::ORG {
                let mut content: Vec<&str> =
                    words.iter().map(String::as_str).filter(|word| !is_small(word)).collect();
                if content.len() > 1 {
                    content.sort_unstable();
                    keys.push(format!("org {}", content.join(" ")));
                }
            }
            if groups.forms[form].label == symbol::MISC {
                let singular = keys[0].strip_suffix('s').filter(|singular| singular.len() > 3);
                keys.extend(singular.map(str::to_owned));
            }
            for key in keys {
                let fits =
                    |other: &&usize| self.may_be_one(&groups.forms[form], &groups.forms[**other]);
                if let Some(other) = known.get(&key).iter().find(fits).copied() {
                    groups.join(other, form);
                }
                known.add(key, form);
            }
        }
    }

    fn may_be_one(&self, one: &Form<'_>, other: &Form<'_>) -> bool {
        let labels = [one.label, other.label];
        let town = labels.contains(&symbol::LOC) && labels.contains(&symbol::ORG);
        !(town && self.article.entry(one.text).classes & ANY_PLACE != 0)
    }

    /// "Northern Harbour Council (NHC)": a name in brackets after a longer one that it can be short for.
    fn join_bracketed(&self, names: &[Named], groups: &mut Groups<'_>) {
        for (at, pair) in names.windows(2).enumerate() {
            let (long, short) = (pair[0], pair[1]);
            let bracketed = self.article.word(long.end) == "("
                && short.first == long.end + 1
                && self.article.word(short.end) == ")";
            let (long, short) = (groups.of_name[at], groups.of_name[at + 1]);
            if bracketed
                && (self.abbreviates(groups, long, short) || self.abbreviates(groups, short, long))
            {
                groups.join(long, short);
            }
        }
    }

    /// Whether an acronym in brackets can stand for the name before it.
    fn abbreviates(&self, groups: &Groups<'_>, long: usize, short: usize) -> bool {
        let (long_form, short_form) = (&groups.forms[long], &groups.forms[short]);
        if long_form.label == symbol::PER
            || !short_form.is_acronym()
            || long_form.words.len() < 2
            || self.places[short].is_some() && self.places[long].is_none()
        {
            return false;
        }
        // An acronym of the name in its own language has other letters; only an organization's is sure then.
        let foreign = long_form.label == symbol::ORG
            && self.article.entry(short_form.text).classes & (OUTLET | ANY_PLACE) == 0;
        foreign || is_drawn_from(&short_form.letters(), &long_form.words)
    }

    /// Acronyms of the initials of longer names, wherever they stand.
    fn join_acronyms(&self, groups: &mut Groups<'_>) {
        let mut initials = Index::default();
        for form in 0..groups.forms.len() {
            let words = &groups.forms[form].words;
            let person = groups.forms[form].label == symbol::PER;
            if words.len() < 2 + usize::from(person) || words.len() > LONGEST {
                continue;
            }
            let of = |words: &mut dyn Iterator<Item = &String>| -> String {
                words.filter_map(|word| word.chars().next()).collect()
            };
            let kind = if person { "per" } else { "" };
            initials.add(kind.to_owned() + &of(&mut words.iter()), form);
            initials
                .add(kind.to_owned() + &of(&mut words.iter().filter(|word| !is_small(word))), form);
            let plain = &self.words[form];
            initials
                .add(kind.to_owned() + &of(&mut plain.iter().filter(|word| !is_small(word))), form);
        }
        for form in 0..groups.forms.len() {
            let short = &groups.forms[form];
            if !short.is_acronym() || self.places[form].is_some() {
                continue;
            }
            let (letters, label) = (short.letters(), short.label);
            let person = label == symbol::PER;
            let least = if label == symbol::ORG { 2 } else { 3 };
            let mut found = Vec::new();
            for letters in [letters.as_str(), letters.strip_suffix('s').unwrap_or_default()] {
                if letters.len() < least {
                    continue;
                }
                let key = if person { format!("per{letters}") } else { letters.to_owned() };
                let fits =
                    |other: &usize| self.fits_acronym(label, groups.forms[*other].label, *other);
                found.extend(initials.get(&key).iter().copied().filter(fits));
            }
            if let Some(long) = found.into_iter().rev().max_by_key(|long| groups.mentions(*long)) {
                groups.join(long, form);
            }
        }
    }

    fn fits_acronym(&self, short: Symbol, long: Symbol, form: usize) -> bool {
        let place = long == symbol::LOC && short != symbol::LOC;
        !place && (self.places[form].is_none() || short == symbol::LOC)
    }

    /// Organizations by the first or last words of their names: "the Council", "Keio", "the Times".
    fn join_short_forms(&self, groups: &mut Groups<'_>) {
        let mut persons = Index::default();
        for (form, person) in groups.forms.iter().enumerate() {
            if person.label == symbol::PER {
                for word in &person.words {
                    persons.add(word.clone(), form);
                }
            }
        }
        let mut order: Vec<usize> = (0..groups.forms.len())
            .filter(|form| groups.forms[*form].label == symbol::ORG)
            .collect();
        order.sort_by_key(|form| std::cmp::Reverse(self.words[*form].len()));
        let mut shorts = Index::default();
        for form in order {
            let words = &self.words[form];
            let key = words.join(" ");
            if self.may_be_short(groups, form) && persons.get(&key).is_empty() {
                let found = shorts.groups(&key, groups);
                groups.join_or_choose(form, &found);
                if found.len() > 1 {
                    continue;
                }
            }
            let known = self.article.entry(groups.forms[form].text).classes & ORG != 0;
            for length in 1..words.len().min(LONGEST) {
                shorts.add(words[..length].join(" "), form);
                if !known {
                    shorts.add(words[words.len() - length..].join(" "), form);
                }
            }
        }
    }

    /// Whether a form says so little alone that a longer name may be meant.
    fn may_be_short(&self, groups: &Groups<'_>, form: usize) -> bool {
        let text = groups.forms[form].text;
        let classes = self.article.entry(text).classes;
        self.places[form].is_none()
            && classes & (ANY_PLACE | COUNTRY | DEMONYM | COMMON | ORG) == 0
            && !groups.forms[form].is_acronym()
    }
}

/// Whether `letters` can be picked from the words in order, beginning with the first letter of the first
/// word that is no small one.
fn is_drawn_from(letters: &str, words: &[String]) -> bool {
    let start = words.iter().position(|word| !is_small(word)).unwrap_or_default();
    let letters = letters.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(letters);
    let mut rest = words[start..].iter().flat_map(|word| word.chars());
    let mut wanted = letters.chars();
    wanted.next() == rest.next() && wanted.all(|letter| rest.any(|other| other == letter))
}
