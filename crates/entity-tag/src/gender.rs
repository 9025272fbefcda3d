//! Whether "he" or "she" can stand for a person: what titles and given names say.

use document::symbol;

use crate::article::{Article, Named};
use crate::entities::Grouping;
use crate::lexicon::{GIVEN_F, GIVEN_M};
use crate::titles;

/// What "he" and "she" can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    Female,
    Male,
}

/// Fills in the gender of every person: what a title says, else what the given name of a full name says.
pub(crate) fn settle(article: &Article<'_>, names: &[Named], grouping: &mut Grouping) {
    let mut given: Vec<Option<Gender>> = vec![None; grouping.entities.len()];
    for (name, entity) in names.iter().zip(&grouping.of_name) {
        if name.label != symbol::PER {
            continue;
        }
        let (first, end) = titles::before(article, name.first);
        let titled = (first..end).rev().find_map(|at| of_title(article.word(at)));
        let titled = titled.or_else(|| beside(article, name.first, name.end));
        let known = &mut grouping.entities[*entity].gender;
        *known = known.or(titled);
        if given[*entity].is_none() {
            given[*entity] = of_given(article, article.slice(name.first, name.end));
        }
    }
    for (entity, given) in grouping.entities.iter_mut().zip(given) {
        entity.gender = entity.gender.or(given);
    }
}

/// What a noun says that a comma parts from the name: "his wife, Ada Ek", "Ada Ek, an actress".
fn beside(article: &Article<'_>, first: usize, end: usize) -> Option<Gender> {
    let before = first.checked_sub(2).filter(|before| article.word(before + 1) == ",");
    let before = before.and_then(|at| of_title(article.word(at)).filter(|_| article.lower(at)));
    let after = || {
        let told = article.word(end) == "," && matches!(article.word(end + 1), "a" | "an" | "the");
        let mut rest = (end + 2..end + 6).take_while(|at| article.lower(*at));
        told.then(|| rest.find_map(|at| of_title(article.word(at)))).flatten()
    };
    before.or_else(after)
}

/// What a title or the word for an office or relative says.
pub(crate) fn of_title(word: &str) -> Option<Gender> {
    match word.trim_end_matches('.').to_lowercase().as_str() {
        "mr" | "sir" | "lord" | "king" | "prince" | "duke" | "emperor" | "spokesman"
        | "chairman" | "congressman" | "businessman" | "actor" | "pope" | "imam" | "husband"
        | "father" | "son" | "brother" | "uncle" | "nephew" | "grandfather" | "grandson"
        | "widower" | "dad" | "boyfriend" | "councilman" | "policeman" | "fireman" | "gunman"
        | "fisherman" | "man" | "boy" | "statesman" | "sultan" | "emir" | "sheikh"
        | "brother-in-law" | "stepfather" => Some(Gender::Male),
        "mrs" | "ms" | "miss" | "dame" | "lady" | "queen" | "princess" | "duchess" | "empress"
        | "spokeswoman" | "chairwoman" | "congresswoman" | "businesswoman" | "actress" | "wife"
        | "mother" | "daughter" | "sister" | "aunt" | "niece" | "grandmother" | "granddaughter"
        | "widow" | "mom" | "mum" | "girlfriend" | "councilwoman" | "policewoman" | "woman"
        | "girl" | "stateswoman" | "nun" | "waitress" | "heiress" | "sheikha" | "stepmother" => {
            Some(Gender::Female)
        }
        _ => None,
    }
}

/// What the given name of a full name says.
pub(crate) fn of_given(article: &Article<'_>, name: &str) -> Option<Gender> {
    let (given, rest) = name.split_once([' ', '-'])?;
    if rest.is_empty() {
        return None;
    }
    match article.entry(given).classes & (GIVEN_M | GIVEN_F) {
        GIVEN_M => Some(Gender::Male),
        GIVEN_F => Some(Gender::Female),
        _ => None,
    }
}
