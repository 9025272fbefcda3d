//! Which names are one place: countries under all their names and peoples, regions and theirs.

use std::collections::HashMap;

use document::symbol;

use crate::article::Article;
use crate::groups::{Form, Forms, Groups};
use crate::lexicon::{ANY_PLACE, COUNTRY, DEMONYM};

const REGIONS: &str = include_str!("../data/regions.txt");

/// The embedded list of regions; built once.
#[derive(Debug)]
pub(crate) struct Regions {
    rows: Vec<Region>,
    by_name: HashMap<&'static str, usize>,
}

#[derive(Debug)]
struct Region {
    name: &'static str,
    /// The countries that share the name; empty for a region of its own.
    countries: Vec<[u8; 2]>,
}

impl Regions {
    /// Reads the list.
    pub(crate) fn new() -> Self {
        let mut regions = Self { rows: Vec::new(), by_name: HashMap::new() };
        for line in REGIONS.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('|').map(str::trim);
            let mut column = || columns.next().unwrap_or_default();
            let (name, peoples, countries) = (column(), column(), column());
            let items = |list: &'static str| list.split(", ").filter(|item| !item.is_empty());
            for known in std::iter::once(name).chain(items(peoples)) {
                regions.by_name.insert(known, regions.rows.len());
            }
            let countries = items(countries)
                .map(|code| code.as_bytes().try_into().expect("a country's code has two letters"))
                .collect();
            regions.rows.push(Region { name, countries });
        }
        regions
    }

    fn find(&self, name: &str) -> Option<usize> {
        let singular = || name.strip_suffix('s').and_then(|name| self.by_name.get(name));
        self.by_name.get(name).or_else(singular).copied()
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn memory(&self) -> u64 {
        (REGIONS.len() + self.by_name.capacity() * 32) as u64
    }
}

/// The place that a form names, itself or by its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A country, by its ISO 3166 code.
    Country([u8; 2]),
    /// A region, by its row in the list.
    Region(usize),
}

impl Place {
    /// Its name where the article gives only its people.
    pub(crate) fn name(self, article: &Article<'_>, regions: &Regions) -> Option<&'static str> {
        match self {
            Self::Country(code) => article.lexicon.country_name(code),
            Self::Region(row) => Some(regions.rows[row].name),
        }
    }
}

/// Joins the forms that name one place, and says of each form which.
pub(crate) fn join(
    article: &Article<'_>,
    regions: &Regions,
    forms: &Forms<'_>,
    groups: &mut Groups,
) -> Vec<Option<Place>> {
    let mut places: Vec<Option<Place>> =
        forms.all.iter().map(|form| place_of(article, regions, form)).collect();
    // A name that countries share is that of the country which the article speaks of most.
    let mut weights: HashMap<[u8; 2], u32> = HashMap::new();
    for (form, place) in forms.all.iter().zip(&places) {
        if let Some(Place::Country(code)) = place {
            *weights.entry(*code).or_default() += form.mentions;
        }
    }
    for place in places.iter_mut().flatten() {
        let Place::Region(row) = *place else { continue };
        let weight = |code: &[u8; 2]| weights.get(code).copied().unwrap_or_default();
        let countries = &regions.rows[row].countries;
        let most = countries.iter().rev().max_by_key(|code| weight(code));
        if let Some(code) = most.filter(|code| weight(code) > 0) {
            *place = Place::Country(*code);
        }
    }
    let mut first: Vec<(Place, usize)> = Vec::new();
    let mut known: HashMap<[u8; 3], usize> = HashMap::new();
    for (form, place) in places.iter().enumerate() {
        let Some(place) = place else { continue };
        let key = match *place {
            Place::Country([one, two]) => [0, one, two],
            Place::Region(row) => [1, (row >> 8) as u8, row as u8],
        };
        let at = *known.entry(key).or_insert_with(|| {
            first.push((*place, form));
            first.len() - 1
        });
        groups.join(first[at].1, form);
    }
    places
}

fn place_of(article: &Article<'_>, regions: &Regions, form: &Form<'_>) -> Option<Place> {
    if form.label == symbol::PER || form.row.is_some() {
        return None;
    }
    let text = form.text.strip_prefix("the ").unwrap_or(form.text);
    let entry = article.entry(text);
    if let Some(region) = regions.find(text) {
        return (form.label != symbol::ORG).then_some(Place::Region(region));
    }
    let country = entry.classes & COUNTRY != 0;
    let people = entry.classes & DEMONYM != 0 && form.label == symbol::MISC;
    (entry.country != [0; 2] && (country || people)).then_some(Place::Country(entry.country))
}

/// The ISO 3166 code of the country that a form names or lies in.
pub(crate) fn country_of(
    article: &Article<'_>,
    form: &Form<'_>,
    place: Option<Place>,
) -> Option<String> {
    let code = match place {
        Some(Place::Country(code)) => code,
        Some(Place::Region(_)) => return None,
        None => {
            let entry = article.entry(form.text);
            let listed = form.label == symbol::LOC && entry.classes & ANY_PLACE != 0;
            if listed { entry.country } else { [0; 2] }
        }
    };
    (code != [0; 2]).then(|| code.iter().map(|letter| char::from(*letter)).collect())
}
