//! Who an article speaks of right now: the persons that a pronoun may stand for, with weights.
//!
//! After Lappin and Leass 1994, "An Algorithm for Pronominal Anaphora Resolution": a mention adds a weight for
//! its place in the sentence, each further sentence halves all weights, and a pronoun stands for the heaviest
//! person that fits. Changed: there is no parser, so places are told from the words around; what is said inside
//! quotation marks weighs apart from what is said around them; persons without a name ("a teacher") compete;
//! and where the second is near the first, no one is chosen.

use crate::gender::Gender;

/// What a mention is in its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Who acts, as far as one can tell without a parser.
    Subject,
    /// Any other.
    Object,
    /// Before a possessive, or after a preposition.
    Aside,
}

impl Place {
    fn weight(self) -> u32 {
        match self {
            Self::Subject => 1000,
            Self::Object => 600,
            Self::Aside => 450,
        }
    }
}

/// Somebody a pronoun may stand for.
#[derive(Clone, Copy, Debug)]
struct Person {
    /// The entity, or none for a person without a name.
    entity: Option<usize>,
    gender: Option<Gender>,
    outside: u32,
    inside: u32,
    /// The sentence in which it was last the subject.
    subject_in: u32,
}

/// What a pronoun asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'w> {
    pub(crate) gender: Gender,
    /// Whether it stands in quotation marks.
    pub(crate) inside: bool,
    /// Whether it can stand for the subject of its own clause, as "his" and "himself" do.
    pub(crate) own_subject: bool,
    /// Entities that it does not stand for.
    pub(crate) not: &'w [usize],
}

/// What a pronoun stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// A named person, and whether nobody else came near.
    Entity(usize, bool),
    /// A person without a name.
    Nameless,
    /// Nobody, or one of several.
    Unclear,
}

/// The persons of the last few sentences.
#[derive(Debug, Default)]
pub(crate) struct Salience {
    persons: Vec<Person>,
    sentence: u32,
}

/// More persons than these at a time are not told apart.
const ENOUGH: usize = 16;
/// A person below this weight is forgotten.
const LEAST: u32 = 60;

impl Salience {
    /// Goes on to the next sentence.
    pub(crate) fn next_sentence(&mut self) {
        self.sentence += 1;
        for person in &mut self.persons {
            person.outside /= 2;
            person.inside /= 2;
        }
        self.persons.retain(|person| person.outside.max(person.inside) >= LEAST);
    }

    /// Takes a mention in; `entity` is none for a person without a name.
    pub(crate) fn mention(
        &mut self,
        entity: Option<usize>,
        gender: Option<Gender>,
        place: Place,
        inside: bool,
    ) {
        let known =
            self.persons.iter().position(|person| person.entity == entity && entity.is_some());
        let at = known.unwrap_or_else(|| {
            if self.persons.len() == ENOUGH {
                let least = |at: &usize| self.persons[*at].outside + self.persons[*at].inside;
                let at = (0..ENOUGH).min_by_key(least).expect("there are enough");
                self.persons.remove(at);
            }
            let subject_in = u32::MAX;
            self.persons.push(Person { entity, gender, outside: 0, inside: 0, subject_in });
            self.persons.len() - 1
        });
        let person = &mut self.persons[at];
        person.gender = person.gender.or(gender);
        let weight = if entity.is_some() { place.weight() } else { place.weight() * 2 / 3 };
        let most = 3 * Place::Subject.weight() / 2;
        if inside {
            person.inside = (person.inside + weight).min(most);
        } else {
            person.outside = (person.outside + weight).min(most);
            if place == Place::Subject {
                person.subject_in = self.sentence;
            }
        }
    }

    /// Forgets what was said inside quotation marks.
    pub(crate) fn end_quotation(&mut self) {
        for person in &mut self.persons {
            person.inside /= 2;
        }
    }

    /// Whom a pronoun stands for, if one is clearly ahead.
    pub(crate) fn meant(&self, wanted: &Wanted<'_>) -> Meant {
        let mut best: Option<(u32, usize)> = None;
        let mut second = 0;
        for (at, person) in self.persons.iter().enumerate() {
            let weight = self.weight(person, wanted);
            match best {
                Some((most, _)) if weight <= most => second = second.max(weight),
                _ => {
                    second = best.map_or(0, |(most, _)| most);
                    best = Some((weight, at));
                }
            }
        }
        let Some((most, at)) = best.filter(|(most, _)| *most >= LEAST) else {
            return Meant::Unclear;
        };
        if most * 4 < second * 5 {
            return Meant::Unclear;
        }
        self.persons[at].entity.map_or(Meant::Nameless, |entity| Meant::Entity(entity, second == 0))
    }

    fn weight(&self, person: &Person, wanted: &Wanted<'_>) -> u32 {
        let excluded = person.entity.is_some_and(|entity| wanted.not.contains(&entity));
        if excluded || person.gender.is_some_and(|gender| gender != wanted.gender) {
            return 0;
        }
        let mut weight = if wanted.inside {
            person.inside + person.outside / 2
        } else {
            person.outside + person.inside / 4
        };
        if person.gender.is_none() {
            weight = weight * 2 / 3;
        }
        if wanted.own_subject && person.subject_in == self.sentence {
            weight = weight * 5 / 4;
        }
        weight
    }
}
