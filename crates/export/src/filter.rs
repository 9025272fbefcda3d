//! Which articles, and who of them.

use wire::{Record, has_words};

/// Limits an export; without any it has everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Quotations whose speaker, entities whose name has these words, letter case and accents aside; articles that
    /// quote or name such a one. Also a key as the records or `stories.jsonl` have it.
    pub person: Option<String>,
    /// Articles of outlets whose name has these words, likewise.
    pub outlet: Option<String>,
    /// Articles published on this day or later: an ISO date, or only its year, or year and month.
    pub since: Option<String>,
    /// Articles published on this day or before, in the same form: of a month, all of it.
    pub until: Option<String>,
}

impl Filter {
    /// Whether outlet and date of an article are wanted. One without a date is not, where dates are asked for.
    pub(crate) fn takes_article(&self, record: &Record) -> bool {
        let outlet = record.outlet.as_deref().unwrap_or_default();
        self.outlet.as_ref().is_none_or(|wanted| has_words(outlet, wanted))
            && self.since.as_ref().is_none_or(|since| {
                date_to(record, since.len()).is_some_and(|date| date >= since.as_str())
            })
            && self.until.as_ref().is_none_or(|until| {
                date_to(record, until.len()).is_some_and(|date| date <= until.as_str())
            })
    }

    /// Whether who or what is called so is wanted.
    pub(crate) fn takes_person(&self, called: &Called<'_>) -> bool {
        self.person.as_deref().is_none_or(|wanted| {
            called.keys.contains(&wanted) || called.names.iter().any(|name| has_words(name, wanted))
        })
    }
}

/// Everything that somebody or something is called.
#[derive(Default)]
pub(crate) struct Called<'r> {
    /// Keys, in the record and over articles.
    pub(crate) keys: Vec<&'r str>,
    /// Names, likewise.
    pub(crate) names: Vec<&'r str>,
}

/// As much of the date as is compared.
fn date_to(record: &Record, characters: usize) -> Option<&str> {
    let date = record.published.as_deref()?;
    date.get(..characters.min(date.len()))
}
