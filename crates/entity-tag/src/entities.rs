//! Grouping: which names of an article are one entity, and its key and fullest name.
//!
//! Names are compared as *forms*, the distinct ways in which the article writes them, so that the
//! work grows with what is said and not with how often: `places` joins those of countries and regions,
//! `persons` those of persons, `organizations` the rest. A short form that fits several entities
//! ("Moss" beside Ada and Paul Moss) is settled at each place where it stands.

use document::{Symbol, symbol};
use tokens::push_folded;

use crate::article::{Article, Named};
use crate::gender::{self, Gender};
use crate::groups::{Form, Forms, Groups};
use crate::lists::Lists;
use crate::nicknames::Nicknames;
use crate::places::{self, Place, Regions};
use crate::{choices, organizations, persons};

/// What several names refer to.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) label: Symbol,
    pub(crate) key: String,
    /// The fullest form of its name.
    pub(crate) name: String,
    /// ISO 3166 code.
    pub(crate) country: Option<String>,
    /// What its given name and titles say; `None` where they say nothing or contradict each other.
    pub(crate) gender: Option<Gender>,
}

/// The entities of an article in order of their first name, and for each name its entity.
#[derive(Debug, Default)]
pub(crate) struct Grouping {
    pub(crate) entities: Vec<Entity>,
    pub(crate) of_name: Vec<usize>,
}

/// What grouping knows before any article; built once.
#[derive(Debug)]
pub(crate) struct Knowledge {
    pub(crate) nicknames: Nicknames,
    pub(crate) regions: Regions,
    pub(crate) lists: Lists,
}

impl Knowledge {
    /// Bytes that it takes, roughly.
    pub(crate) fn memory(&self) -> u64 {
        self.nicknames.memory() + self.regions.memory() + self.lists.memory()
    }
}

/// Groups names into entities.
pub(crate) fn group(article: &Article<'_>, names: &[Named], knowledge: &Knowledge) -> Grouping {
    let forms = Forms::new(article, names, &knowledge.lists);
    let mut groups = Groups::new(&forms);
    let places = places::join(article, &knowledge.regions, &forms, &mut groups);
    persons::join(article, &forms, &mut groups, &knowledge.nicknames);
    organizations::join(article, names, &forms, &mut groups, &places);

    let roots = choices::settle(article, names, &forms, &mut groups);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut at_root: Vec<Option<usize>> = vec![None; forms.all.len()];
    let mut seen = vec![false; forms.all.len()];
    let mut of_name = Vec::with_capacity(names.len());
    for (at, root) in roots.into_iter().enumerate() {
        let entity = *at_root[root].get_or_insert_with(|| {
            drafts.push(Draft { row: groups.row(root), ..Draft::default() });
            drafts.len() - 1
        });
        let form = forms.of_name[at];
        let first = !std::mem::replace(&mut seen[form], true);
        drafts[entity].take(form, first, &forms.all[form], places[form]);
        of_name.push(entity);
    }
    let writer = Writer { article, knowledge, forms: &forms.all, places: &places };
    let entities = drafts.iter().map(|draft| writer.entity(draft)).collect();
    let mut grouping = Grouping { entities, of_name };
    gender::settle(article, names, &mut grouping);
    grouping
}

/// An entity as its names come in.
#[derive(Default)]
struct Draft {
    forms: Vec<usize>,
    row: Option<usize>,
    /// Names by label, those of peoples left out.
    votes: [u32; 4],
}

const LABELS: [Symbol; 4] = [symbol::PER, symbol::ORG, symbol::LOC, symbol::MISC];

impl Draft {
    fn take(&mut self, at: usize, first: bool, form: &Form<'_>, place: Option<Place>) {
        if first {
            self.forms.push(at);
        }
        let people = place.is_some() && form.label == symbol::MISC;
        let label = LABELS.iter().position(|label| *label == form.label);
        if let Some(label) = label.filter(|_| !people) {
            self.votes[label] += 1;
        }
    }

    /// The label of most of its names; of a people alone, that of its place.
    fn label(&self) -> Symbol {
        let most = (0..4).rev().max_by_key(|label| self.votes[*label]).unwrap_or_default();
        if self.votes[most] == 0 { symbol::LOC } else { LABELS[most] }
    }
}

struct Writer<'a, 't> {
    article: &'a Article<'t>,
    knowledge: &'a Knowledge,
    forms: &'a [Form<'t>],
    places: &'a [Option<Place>],
}

impl Writer<'_, '_> {
    fn entity(&self, draft: &Draft) -> Entity {
        let row = draft.row.map(|row| self.knowledge.lists.row(row));
        let place = draft.forms.iter().find_map(|form| self.places[*form]);
        let label = row.map_or_else(|| draft.label(), |row| row.label);
        let country = draft.forms.iter().find_map(|form| {
            places::country_of(self.article, &self.forms[*form], self.places[*form])
        });
        let name = row.map_or_else(|| self.fullest(draft, label, place), |row| row.name.clone());
        let key = match (row.and_then(|row| row.key.clone()), place) {
            (Some(key), _) => key,
            (None, Some(Place::Country(code))) => {
                format!("loc:{}", String::from_utf8_lossy(&code).to_lowercase())
            }
            (None, _) => plain_key(label, &name),
        };
        Entity { label, key, name, country, gender: None }
    }

    /// The form of most words, of these the one that does not shout, the longest, the first.
    fn fullest(&self, draft: &Draft, label: Symbol, place: Option<Place>) -> String {
        let own = draft.forms.iter().map(|form| &self.forms[*form]).filter(|form| {
            let people = place.is_some() && form.label == symbol::MISC;
            !people && (form.label == label || label != symbol::PER)
        });
        let rank = |form: &&Form<'_>| {
            let shouts = form.text.len() > 4 && !form.text.contains(char::is_lowercase);
            let person = if label == symbol::PER { form.words().count() } else { 0 };
            (person, !shouts, form.text.chars().count())
        };
        let mut fullest: Option<&Form<'_>> = None;
        for form in own {
            if fullest.is_none_or(|best| rank(&form) > rank(&best)) {
                fullest = Some(form);
            }
        }
        let of_place = || place.and_then(|place| place.name(self.article, &self.knowledge.regions));
        let text = fullest.map(|form| form.text).or_else(of_place);
        let text = text.unwrap_or_else(|| self.forms[draft.forms[0]].text);
        text.strip_prefix("the ").unwrap_or(text).to_owned()
    }
}

/// A key of the article alone: the label and the folded name.
fn plain_key(label: Symbol, text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 5);
    key.push_str(match label {
        symbol::PER => "per:",
        symbol::ORG => "org:",
        symbol::LOC => "loc:",
        _ => "misc:",
    });
    push_folded(&mut key, text);
    key
}
