//! Persons over articles: full names by spelling and evidence, family names by who bears them.

use std::cmp::Reverse;

use super::evidence::{Context, Here};
use super::index::hash;
use super::names::Name;
use super::{KeyId, Keys, roles};
use crate::article::{Article, Entity};

/// A person is known by the family name alone when so many articles name it,
const WELL_KNOWN: u32 = 5;
/// without any evidence when so many do,
const FAMOUS: u32 = 50;
/// and all others called by that name together in so much fewer.
const DOMINANT: u32 = 10;

/// A person as the article at hand presents it.
struct Presented<'a> {
    entity: &'a Entity,
    name: Name,
    /// What may stand for a full name.
    keys: [u64; 4],
    /// Single words that the article calls it by.
    called: Vec<String>,
    roles: u64,
}

impl<'a> Presented<'a> {
    fn new(article: &'a Article, entity: &'a Entity) -> Self {
        let name = Name::new(&entity.name);
        let mut called: Vec<String> = Vec::new();
        let mut roles = 0;
        for span in &entity.names {
            let Some(slice) = article.text.get(span.range()) else { continue };
            roles |= roles::beside(&article.text, *span);
            let form = Name::new(slice);
            if let [word] = form.words.as_slice()
                && name.words.contains(word)
                && !called.contains(word)
            {
                called.push(word.clone());
            }
        }
        for quotation in &article.quotations {
            let Some(speaker) = &quotation.speaker else { continue };
            let named = speaker.entity.and_then(|at| article.entities.get(at as usize));
            if named.is_some_and(|named| std::ptr::eq(named, entity)) {
                roles |= speaker.role.as_deref().map_or(0, roles::in_words);
            }
        }
        let keys = if name.is_full() { keys_of(&name) } else { [0; 4] };
        Self { entity, name, keys, called, roles }
    }
}

/// A known person who may be the one at hand: what it takes, the points that speak for it, who.
type Candidate = (u32, Reverse<u32>, usize);

impl Keys {
    /// The person that an entity is.
    pub(super) fn person(&mut self, article: &Article, entity: &Entity, here: &Here) -> KeyId {
        let person = Presented::new(article, entity);
        let (known, apart) = if person.name.is_full() {
            self.by_full_name(&person, here)
        } else {
            (self.by_single_word(&person, here), Vec::new())
        };
        let id = known.map_or_else(|| self.add(entity), |root| KeyId(root as u32));
        self.remember_person(id, &person, here.story);
        let root = self.root(id);
        for other in apart {
            for (one, other) in [(root, other), (other, root)] {
                if let Some(context) = &mut self.known[one].context {
                    context.hold_apart(KeyId(other as u32));
                }
            }
        }
        if person.name.is_full() { self.take_over_single(id, here) } else { id }
    }

    /// Whether a full name of these letters is known.
    pub(super) fn knows_letters(&self, name: &str) -> bool {
        let name = Name::new(name);
        name.is_full()
            && self.index.get(hash("letters", [name.letters().as_str()])).next().is_some()
    }

    fn context(&self, root: usize) -> Option<&Context> {
        self.known[root].context.as_deref()
    }

    /// Whether its full name is known.
    fn is_full(&self, root: usize) -> bool {
        self.context(root).is_some_and(|context| context.names().next().is_some())
    }

    /// Whether being named beside this one tells anything: not of those whom every other article names.
    fn tells(&self, id: KeyId) -> bool {
        self.known[self.root(id)].articles <= 16 + self.articles / 32
    }

    fn points(&self, root: usize, roles: u64, here: &Here) -> u32 {
        let context = self.context(root);
        context.map_or(0, |context| context.points(here, roles, |id| self.tells(id)))
    }

    /// The known person of this full name, and those of similar names that the article names beside it.
    fn by_full_name(&mut self, person: &Presented<'_>, here: &Here) -> (Option<usize>, Vec<usize>) {
        let mut found: Vec<Candidate> = Vec::new();
        let mut apart = Vec::new();
        let alike = self.roots(person.keys[0]);
        if let [only] = alike[..]
            && self.context(only).is_some_and(|context| context.in_story(here.story))
            && self.need(only, person) == Some(0)
        {
            // Compared with all others when the story first named it.
            return (Some(only), apart);
        }
        for root in self.candidates(person) {
            let points = self.points(root, person.roles, here);
            let beside = here.names_person(root);
            // Other spellings need evidence; most names have none in common.
            if points == 0 && !beside && !alike.contains(&root) {
                continue;
            }
            let Some(need) = self.need(root, person) else { continue };
            if need > 0 && beside {
                apart.push(root);
            } else if need <= points {
                found.push((need, Reverse(points), root));
            }
        }
        (self.closest(found), apart)
    }

    /// The one that needs the least and has the most evidence, joined with all others that are the same
    /// one; `None` where two are as close and cannot be one.
    fn closest(&mut self, mut found: Vec<Candidate>) -> Option<usize> {
        found.sort_unstable();
        let &(need, points, best) = found.first()?;
        let mut rivals = found[1..].iter().filter(|other| (other.0, other.1) == (need, points));
        if need > 0 && rivals.any(|other| !self.may_be_one(best, other.2)) {
            // "A. Ek" where both Ada and Adam are known.
            return None;
        }
        let mut joined = best;
        for (_, _, other) in found[1..].iter().filter(|other| other.0 > 0) {
            if self.may_be_one(joined, *other) {
                joined = self.join(joined, *other);
            }
        }
        Some(joined)
    }

    /// Known persons whose names may be spellings or shorter or longer forms of this one.
    fn candidates(&self, person: &Presented<'_>) -> Vec<usize> {
        let ids = person.keys.iter().flat_map(|key| self.index.get(*key));
        let mut roots: Vec<usize> = ids.map(|id| self.root(id)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// What it takes for the person to be this known one; `None` where one of its names speaks against it.
    fn need(&self, root: usize, person: &Presented<'_>) -> Option<u32> {
        let context = self.context(root)?;
        let mut least: Option<u32> = None;
        for known in context.names().map(Name::new) {
            if known.contradicts(&person.name) {
                return None;
            }
            let Some(need) = known.need(&person.name) else { continue };
            let points = if need.turned {
                // The word that stands alone is the family name: it must be the same in both orders.
                let alike = person.called.iter().any(|word| context.is_called(word));
                let apart = !person.called.is_empty() && context.called().next().is_some();
                match (alike, apart) {
                    (true, _) => need.points.saturating_sub(1),
                    (false, true) => continue,
                    (false, false) => need.points,
                }
            } else {
                need.points
            };
            least = Some(least.map_or(points, |least| least.min(points)));
        }
        least
    }

    /// Whether nothing speaks against two known persons being one: no name, and no article that names both.
    fn may_be_one(&self, one: usize, other: usize) -> bool {
        let apart = self.context(one).into_iter().flat_map(Context::apart);
        if apart.into_iter().any(|id| self.root(*id) == other) {
            return false;
        }
        let names = |root: usize| -> Vec<Name> {
            self.context(root).into_iter().flat_map(Context::names).map(Name::new).collect()
        };
        let others = names(other);
        let alike = |name: &Name, other: &Name| {
            name.letters() == other.letters() || name.need(other).is_some()
        };
        names(one).iter().all(|name| others.iter().all(|other| alike(name, other)))
    }

    /// The person whom an article calls by one word only.
    fn by_single_word(&self, person: &Presented<'_>, here: &Here) -> Option<usize> {
        let word = person.name.first();
        let others = |mut roots: Vec<usize>| {
            roots.retain(|root| !here.names_person(*root));
            roots
        };
        let well_known = self.well_known(word).filter(|root| !here.names_person(*root));
        let likely = well_known.filter(|root| {
            self.known[*root].articles >= FAMOUS || self.points(*root, person.roles, here) > 0
        });
        match others(self.roots(in_story(here.story, word)))[..] {
            [only] if well_known.is_none_or(|known| known == only) => return Some(only),
            [_] => return likely,
            [] => {}
            _ => return None,
        }
        let bearers = others(self.roots(hash("called", [word])));
        let points = bearers.into_iter().map(|root| (self.points(root, person.roles, here), root));
        let mut ranked: Vec<(Reverse<u32>, usize)> =
            points.map(|(points, root)| (Reverse(points), root)).collect();
        ranked.sort_unstable();
        let &(Reverse(points), best) = ranked.first()?;
        let next = ranked.get(1).map_or(0, |next| next.0.0);
        let nobody_better = well_known.is_none_or(|known| known == best);
        if points >= 2 && points > next && nobody_better { Some(best) } else { likely }
    }

    /// The person whom a family name means wherever it stands alone: named in many articles, called so, and
    /// all others of that name together in far fewer.
    fn well_known(&self, word: &str) -> Option<usize> {
        let key = hash("called", [word]);
        if self.index.is_full(key) {
            return None;
        }
        let called =
            |root: &usize| self.context(*root).is_some_and(|context| context.is_called(word));
        let bearers =
            self.roots(key).into_iter().filter(|root| self.is_full(*root) && called(root));
        let counted: Vec<(u32, Reverse<usize>)> =
            bearers.map(|root| (self.known[root].articles, Reverse(root))).collect();
        let (articles, Reverse(root)) = counted.iter().copied().max()?;
        let all: u32 = counted.iter().map(|(articles, _)| articles).sum();
        let dominant = articles >= WELL_KNOWN && (all - articles) * DOMINANT <= articles;
        let family = self
            .context(root)
            .is_some_and(|context| context.names().any(|name| Name::new(name).last() == word));
        (family && dominant).then_some(root)
    }

    fn remember_person(&mut self, id: KeyId, person: &Presented<'_>, story: u32) {
        let root = self.root(id);
        let context = self.known[root].context.get_or_insert_default();
        context.roles |= person.roles;
        let new_story = !context.in_story(story);
        let mut keys = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        if person.name.is_full() {
            let new = context.add_name(&person.entity.name, 1);
            if new {
                keys.extend(person.keys);
            }
            if new || new_story {
                words.push(person.name.last());
            }
        }
        for word in &person.called {
            if context.call(word) || new_story {
                words.push(word);
            }
        }
        if !person.name.is_full() && (id.0 as usize == root || new_story) {
            words.push(person.name.first());
        }
        for word in words {
            keys.extend([hash("called", [word]), in_story(story, word)]);
        }
        let id = KeyId(root as u32);
        for key in keys {
            self.index.add(key, id);
        }
    }

    /// Those whom earlier articles of the story called by one word only are the person whose full name is
    /// known now, where nobody else can be meant.
    fn take_over_single(&mut self, id: KeyId, here: &Here) -> KeyId {
        let mut root = self.root(id);
        let Some(context) = self.context(root) else { return id };
        let mut words: Vec<String> = context.called().map(str::to_owned).collect();
        words.extend(context.names().map(|name| Name::new(name).last().to_owned()));
        words.sort_unstable();
        words.dedup();
        for word in words {
            let bearers = self.roots(in_story(here.story, &word));
            let (full, single): (Vec<usize>, Vec<usize>) =
                bearers.into_iter().partition(|root| self.is_full(*root));
            let other = || self.well_known(&word).is_some_and(|known| known != root);
            if single.is_empty() || full != [root] || other() {
                continue;
            }
            for other in single.into_iter().filter(|other| !here.names_person(*other)) {
                root = self.join(root, other);
            }
        }
        KeyId(root as u32)
    }
}

fn in_story(story: u32, word: &str) -> u64 {
    hash("in story", [story.to_string().as_str(), word])
}

/// What may stand for a full name.
fn keys_of(name: &Name) -> [u64; 4] {
    let consonants = String::from_utf8_lossy(&name.consonants()).into_owned();
    let initial = name.first().chars().next().map(String::from).unwrap_or_default();
    [
        hash("letters", [name.letters().as_str()]),
        hash("consonants", [consonants.as_str()]),
        hash("family", [name.last()]),
        hash("initial", [initial.as_str(), name.last()]),
    ]
}
