//! Which names of organizations, places and other things are one: acronyms, short forms, spellings.

use std::borrow::Cow;
use std::cmp::Reverse;

use document::{Symbol, symbol};

use crate::article::{Article, Named};
use crate::groups::{Form, Forms, Groups, Index, Key};
use crate::lexicon::{ANY_PLACE, COMMON, COUNTRY, DEMONYM, ORG, ORG_SUFFIX, OUTLET};
use crate::places::Place;

/// Words of a name beyond these are not compared.
const LONGEST: usize = 10;

/// Joins the forms of everything but persons; `places` says which forms are places already joined.
pub(crate) fn join(
    article: &Article<'_>,
    names: &[Named],
    forms: &Forms<'_>,
    groups: &mut Groups,
    places: &[Option<Place>],
) {
    let words = forms.all.iter().map(|form| plain_words(article, form)).collect();
    let joiner = Joiner { article, forms, places, words };
    joiner.join_same(groups);
    joiner.join_bracketed(names, groups);
    joiner.join_acronyms(groups);
    joiner.join_short_forms(groups);
}

/// The words of a form that tell it from others: no article before it, no legal form after it, one spelling.
fn plain_words<'f>(article: &Article<'_>, form: &'f Form<'_>) -> Vec<Cow<'f, str>> {
    let last = form.text.rsplit([' ', ',']).next().unwrap_or_default().trim_end_matches('.');
    let legal = article.lexicon.entry(last).classes & ORG_SUFFIX != 0 && form.text.contains(' ');
    let mut words: Vec<&str> = form.words().collect();
    if legal {
        words.truncate(words.len().saturating_sub(last.split('.').count()).max(1));
    }
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    words.into_iter().map(one_spelling).collect()
}

/// British spellings as American ones, by the endings that organizations' names have.
fn one_spelling(word: &str) -> Cow<'_, str> {
    const ENDINGS: [(&str, &str); 6] = [
        ("isation", "ization"),
        ("isations", "izations"),
        ("ence", "ense"),
        ("bour", "bor"),
        ("ramme", "ram"),
        ("entre", "enter"),
    ];
    let ending = ENDINGS.iter().find_map(|(from, to)| Some((word.strip_suffix(from)?, to)));
    ending.map_or(Cow::Borrowed(word), |(stem, to)| Cow::Owned(format!("{stem}{to}")))
}

fn is_small(word: &str) -> bool {
    const SMALL: [&str; 15] = [
        "of", "the", "and", "for", "in", "on", "at", "to", "de", "la", "del", "do", "da", "des",
        "du",
    ];
    SMALL.contains(&word)
}

struct Joiner<'a, 't> {
    article: &'a Article<'t>,
    forms: &'a Forms<'t>,
    places: &'a [Option<Place>],
    /// For each form its [`plain_words`].
    words: Vec<Vec<Cow<'a, str>>>,
}

impl Joiner<'_, '_> {
    /// Forms of the same words, of whatever label, though a city is not its government or team.
    fn join_same(&self, groups: &mut Groups) {
        let mut known = Index::default();
        for (at, form) in self.forms.all.iter().enumerate() {
            if form.label == symbol::PER {
                continue;
            }
            let letters = self.words[at].concat();
            let mut keys = vec![Key::new("letters", [letters.as_str()])];
            if form.label == symbol::ORG {
                // "Ministry of Trade" and "Trade Ministry".
                let mut content: Vec<&str> = self.content_words(at).collect();
                if content.len() > 1 {
                    content.sort_unstable();
                    keys.push(Key::new("words", content));
                }
            }
            if form.text.ends_with('s') && (form.label == symbol::MISC || form.is_acronym()) {
                let singular = letters.strip_suffix('s').filter(|singular| singular.len() > 3);
                keys.extend(singular.map(|singular| Key::new("letters", [singular])));
            }
            for key in keys {
                let fits = |other: &usize| self.may_be_one(form, &self.forms.all[*other]);
                if let Some(other) = known.get(key).into_iter().find(fits) {
                    groups.join(other, at);
                }
                known.add(key, at);
            }
        }
    }

    fn content_words(&self, form: usize) -> impl Iterator<Item = &str> {
        self.words[form].iter().map(AsRef::as_ref).filter(|word| !is_small(word))
    }

    fn may_be_one(&self, one: &Form<'_>, other: &Form<'_>) -> bool {
        let labels = [one.label, other.label];
        let town = labels.contains(&symbol::LOC) && labels.contains(&symbol::ORG);
        !(town && self.article.entry(one.text).classes & ANY_PLACE != 0)
    }

    /// "Northern Harbour Council (NHC)": a name in brackets after a longer one that it can be short for.
    fn join_bracketed(&self, names: &[Named], groups: &mut Groups) {
        for (at, pair) in names.windows(2).enumerate() {
            let (long, short) = (pair[0], pair[1]);
            let bracketed = self.article.word(long.end) == "("
                && short.first == long.end + 1
                && self.article.word(short.end) == ")";
            let (long, short) = (self.forms.of_name[at], self.forms.of_name[at + 1]);
            if bracketed && (self.abbreviates(long, short) || self.abbreviates(short, long)) {
                groups.join(long, short);
            }
        }
    }

    /// Whether an acronym in brackets can stand for the name before it.
    fn abbreviates(&self, long: usize, short: usize) -> bool {
        let (long_form, short_form) = (&self.forms.all[long], &self.forms.all[short]);
        if long_form.label == symbol::PER
            || !short_form.is_acronym()
            || long_form.words().nth(1).is_none()
            || self.places[short].is_some() && self.places[long].is_none()
        {
            return false;
        }
        // An acronym of the name in its own language has other letters; only an organization's is sure then.
        let foreign = long_form.label == symbol::ORG
            && self.article.entry(short_form.text).classes & (OUTLET | ANY_PLACE) == 0;
        foreign || is_drawn_from(&short_form.letters(), long_form.words())
    }

    /// Acronyms of the initials of longer names, wherever they stand.
    fn join_acronyms(&self, groups: &mut Groups) {
        let mut initials = Index::default();
        for (at, form) in self.forms.all.iter().enumerate() {
            let person = form.label == symbol::PER;
            if !(2 + usize::from(person)..=LONGEST).contains(&form.words().count()) {
                continue;
            }
            let all = first_letters(form.words());
            let large = first_letters(form.words().filter(|word| !is_small(word)));
            let plain = first_letters(self.content_words(at));
            for letters in [all, large, plain] {
                initials.add(Key::new(acronym_class(form.label), [letters.as_str()]), at);
            }
        }
        for (at, form) in self.forms.all.iter().enumerate() {
            if !form.is_acronym() || self.places[at].is_some() {
                continue;
            }
            let least = if matches!(form.label, symbol::ORG | symbol::LOC) { 2 } else { 3 };
            let letters = form.letters();
            let singular = letters.strip_suffix('s').unwrap_or_default();
            let mut found = Vec::new();
            for letters in [letters.as_str(), singular].into_iter().filter(|it| it.len() >= least) {
                found.extend(initials.get(Key::new(acronym_class(form.label), [letters])));
            }
            found.retain(|long| self.places[*long].is_none());
            if let Some(long) = found.into_iter().rev().max_by_key(|long| groups.mentions(*long)) {
                groups.join(long, at);
            }
        }
    }

    /// Organizations by the first or last words of their names: "the Council", "Keio", "the Times".
    fn join_short_forms(&self, groups: &mut Groups) {
        let mut persons = Index::default();
        let mut order = Vec::new();
        for (at, form) in self.forms.all.iter().enumerate() {
            match form.label {
                symbol::PER => {
                    form.words().for_each(|word| persons.add(Key::new("short", [word]), at));
                }
                symbol::ORG => order.push(at),
                _ => {}
            }
        }
        order.sort_by_key(|form| Reverse(self.words[*form].len()));
        let mut shorts = Index::default();
        for at in order {
            let words: Vec<&str> = self.words[at].iter().map(AsRef::as_ref).collect();
            let short = |words: &[&str]| Key::new("short", words.iter().copied());
            if self.may_be_short(at) && persons.get(short(&words)).is_empty() {
                let found = groups.roots(&shorts.get(short(&words)));
                groups.join_or_choose(at, &found);
                if found.len() > 1 {
                    continue;
                }
            }
            // The whole of a known name is what it is; the Harwick Foundation is not Harwick.
            let known = self.article.entry(self.forms.all[at].text).classes & ORG != 0;
            let other = words.last().is_some_and(|last| OTHER_BODIES.contains(last));
            for length in 1..words.len().min(LONGEST) {
                if !other {
                    shorts.add(short(&words[..length]), at);
                }
                if !known {
                    shorts.add(short(&words[words.len() - length..]), at);
                }
            }
        }
    }

    /// Whether a form says so little alone that a longer name may be meant.
    fn may_be_short(&self, form: usize) -> bool {
        let text = self.forms.all[form].text;
        let classes = self.article.entry(text).classes;
        self.places[form].is_none()
            && classes & (ANY_PLACE | COUNTRY | DEMONYM | COMMON | ORG) == 0
            && !self.forms.all[form].is_acronym()
    }
}

/// The last words of bodies and buildings that bear the name of another body.
const OTHER_BODIES: [&str; 16] = [
    "foundation",
    "stadium",
    "arena",
    "trust",
    "fund",
    "museum",
    "hospital",
    "center",
    "park",
    "prize",
    "hall",
    "tower",
    "airport",
    "station",
    "union",
    "library",
];

/// Acronyms of organizations, of places and of persons are not each other's.
fn acronym_class(label: Symbol) -> &'static str {
    match label {
        symbol::PER => "person",
        symbol::LOC => "place",
        _ => "body",
    }
}

fn first_letters<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.filter_map(|word| word.chars().next()).collect()
}

/// Whether `letters` can be picked from the words in order, beginning with the first letter of the first
/// word that is no small one.
fn is_drawn_from<'w>(letters: &str, words: impl Iterator<Item = &'w str>) -> bool {
    let letters = letters.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(letters);
    let mut rest = words.skip_while(|word| is_small(word)).flat_map(str::chars);
    let mut wanted = letters.chars();
    wanted.next() == rest.next() && wanted.all(|letter| rest.any(|other| other == letter))
}
