//! What refers to somebody without a name: pronouns ("she") and descriptions ("the minister").
//!
//! The article is read once from its beginning to its end, with the persons it speaks of in mind (see
//! `salience`). That is done twice: what the pronouns say of persons whose names tell no gender the first time
//! is known the second time.

use document::{Span, Symbol, symbol};

use crate::article::{Article, Named};
use crate::descriptions::Descriptions;
use crate::entities::Grouping;
use crate::function_words::{ends_clause, is_opening, is_preposition, is_saying, is_unowned};
use crate::gender::{self, Gender};
use crate::lexicon::ROLE;
use crate::quoting;
use crate::salience::{Meant, Place, Salience, Wanted};
use crate::titles;
use crate::token::Kind;

/// A mention without a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Referent {
    pub(crate) span: Span,
    /// `pronoun` or `description`.
    pub(crate) kind: Symbol,
    pub(crate) label: Symbol,
    /// Index of the entity, where only one is possible.
    pub(crate) entity: Option<usize>,
    /// Confidence from 0 to 1.
    pub(crate) score: f32,
}

/// Finds pronouns (where `pronouns` is set) and descriptions, and whom they stand for where one is clearly
/// ahead: unknown beats a guess. Fills in genders that pronouns tell.
pub(crate) fn find(
    article: &Article<'_>,
    names: &[Named],
    grouping: &mut Grouping,
    pronouns: bool,
) -> Vec<Referent> {
    let inside = quoting::inside(article);
    let descriptions = Descriptions::new(article, names, grouping);
    let mut reader = Reader::new(article, names, grouping, &inside, &descriptions);
    reader.read();
    let votes = reader.votes;
    for (entity, [female, male]) in grouping.entities.iter_mut().zip(votes) {
        if entity.gender.is_none() && female.max(male) > 3 * female.min(male) {
            entity.gender = Some(if female > male { Gender::Female } else { Gender::Male });
        }
    }
    let mut reader = Reader::new(article, names, grouping, &inside, &descriptions);
    reader.read();
    let mut found = reader.found;
    found.retain(|referent| pronouns || referent.kind != symbol::PRONOUN);
    found
}

/// One reading of an article.
struct Reader<'a, 't> {
    article: &'a Article<'t>,
    names: &'a [Named],
    grouping: &'a Grouping,
    /// For each token whether it stands in quotation marks.
    inside: &'a [bool],
    descriptions: &'a Descriptions,
    salience: Salience,
    /// The name to come next.
    next_name: usize,
    /// Who spoke last, outside quotation marks.
    last_speaker: Option<usize>,
    /// Who speaks in the paragraph, as far as names tell.
    speakers: Vec<usize>,
    /// Named in the quotation marks of the paragraph.
    quoted: Vec<usize>,
    /// The last subject of the sentence, while its clause lasts.
    clause_subject: Option<usize>,
    /// Whether the sentence has had a subject.
    has_subject: bool,
    /// Where the last description ends.
    described: usize,
    /// The last name of a person: the token after it, and what it is in its sentence.
    last: (usize, Place),
    /// For each entity how many pronouns of each gender can stand for it alone.
    votes: Vec<[u32; 2]>,
    found: Vec<Referent>,
}

impl<'a, 't> Reader<'a, 't> {
    fn new(
        article: &'a Article<'t>,
        names: &'a [Named],
        grouping: &'a Grouping,
        inside: &'a [bool],
        descriptions: &'a Descriptions,
    ) -> Self {
        Self {
            article,
            names,
            grouping,
            inside,
            descriptions,
            salience: Salience::default(),
            next_name: 0,
            last_speaker: None,
            speakers: Vec::new(),
            quoted: Vec::new(),
            clause_subject: None,
            has_subject: false,
            described: 0,
            last: (0, Place::Object),
            votes: vec![[0; 2]; grouping.entities.len()],
            found: Vec::new(),
        }
    }

    fn read(&mut self) {
        let mut at = 0;
        while at < self.article.tokens.len() {
            self.step_into(at);
            let named = self.names.get(self.next_name).filter(|name| name.first <= at);
            at = if let Some(name) = named {
                let end = name.end;
                self.read_name(self.next_name);
                self.next_name += 1;
                end.max(at + 1)
            } else {
                self.read_word(at)
            };
        }
    }

    /// Notices that a paragraph, sentence or clause begins at token `at`.
    fn step_into(&mut self, at: usize) {
        let article = self.article;
        if quoting::begins_paragraph(article, at) {
            self.speakers = self.speakers_of(at);
            self.quoted.clear();
            self.salience.end_quotation();
        }
        let token = article.tokens[at];
        // A sentence inside quotation marks leaves the persons around them as they are; one that opens in lower
        // case goes on with the one before: `"…?" asked Ek.`
        let quoted = self.inside[at] && at > 0 && self.inside[at - 1];
        if token.first() && !quoted && !token.lower() {
            self.salience.next_sentence();
            self.clause_subject = None;
            self.has_subject = false;
        }
        let word = article.word(at);
        if self.clause_subject.is_some() && (ends_clause(word) || is_saying(word)) {
            self.clause_subject = None;
        }
    }

    /// The entities whose names stand beside a word of saying in the paragraph of token `first`.
    fn speakers_of(&self, first: usize) -> Vec<usize> {
        let article = self.article;
        let mut speakers = Vec::new();
        for at in self.next_name..self.names.len() {
            let name = &self.names[at];
            let starts = |at: usize| at > first && quoting::begins_paragraph(article, at);
            if speakers.len() > 3
                || at > self.next_name && (self.names[at - 1].end..=name.first).any(starts)
                || at == self.next_name && (first + 1..=name.first).any(starts)
            {
                break;
            }
            if name.label == symbol::PER
                && !self.inside[name.first]
                && self.says(name.first, name.end)
            {
                speakers.push(self.grouping.of_name[at]);
            }
        }
        speakers
    }

    /// Whether a word of saying stands right before or after the tokens from `first` to `end`, but for a
    /// title before and an apposition between commas after.
    fn says(&self, first: usize, end: usize) -> bool {
        let article = self.article;
        let (title, _) = titles::before(article, first);
        let before = title.checked_sub(1).is_some_and(|at| is_saying(article.word(at)));
        let after = end
            + usize::from(matches!(article.word(end), "also" | "has" | "had" | "then" | "later"));
        let apposition = || {
            let mut rest = (end + 1)..(end + 14).min(article.tokens.len());
            let comma = rest.find(|at| article.word(*at) == ",");
            article.word(end) == "," && comma.is_some_and(|at| is_saying(article.word(at + 1)))
        };
        before || is_saying(article.word(after)) || apposition()
    }

    fn read_name(&mut self, at: usize) {
        let name = self.names[at];
        if name.label != symbol::PER {
            return;
        }
        let entity = self.grouping.of_name[at];
        let inside = self.inside[name.first];
        let says = !inside && self.says(name.first, name.end);
        let (title, _) = titles::before(self.article, name.first);
        // Of two that "and" joins the second is what the first is.
        let joined = title > 0 && self.last.0 == title - 1 && self.article.word(title - 1) == "and";
        let place = if joined { self.last.1 } else { self.place(title, name.end, inside, says) };
        self.last = (name.end, place);
        self.mention(Some(entity), None, place, inside);
        if says {
            self.last_speaker = Some(entity);
        }
        if inside {
            self.quote(entity);
        }
    }

    /// Remembers that the quotation speaks of somebody.
    fn quote(&mut self, entity: usize) {
        const ENOUGH: usize = 8;
        if self.quoted.len() < ENOUGH && !self.quoted.contains(&entity) {
            self.quoted.push(entity);
        }
    }

    /// What the words around tokens `first` to `end` make of them.
    fn place(&self, first: usize, end: usize, inside: bool, says: bool) -> Place {
        let article = self.article;
        let owner = article.tokens.get(end).is_some_and(|token| token.kind == Kind::Possessive)
            || article.word(end) == "’" && article.word(end - 1).ends_with('s');
        let before = first.checked_sub(1).map_or("", |before| article.word(before));
        if says {
            Place::Subject
        } else if owner || is_preposition(before) && !article.tokens[first].first() {
            Place::Aside
        } else if !inside && !self.has_subject {
            Place::Subject
        } else {
            Place::Object
        }
    }

    fn mention(
        &mut self,
        entity: Option<usize>,
        gender: Option<Gender>,
        place: Place,
        inside: bool,
    ) {
        let gender = entity.map_or(gender, |entity| self.grouping.entities[entity].gender);
        self.salience.mention(entity, gender, place, inside);
        if place == Place::Subject && !inside {
            self.has_subject = true;
            self.clause_subject = entity;
        }
    }

    /// Reads the token at `at`, which is no name, and says where to go on.
    fn read_word(&mut self, at: usize) -> usize {
        let article = self.article;
        let reaches_into = |end: usize| {
            self.names.get(self.next_name).is_some_and(|name| name.first < end && name.end > end)
        };
        let description = self.descriptions.at(article, at);
        if let Some(description) = description.filter(|found| !reaches_into(found.end)) {
            let end = description.end;
            let entity = self
                .descriptions
                .meant(&description, |candidates, label| self.heaviest(candidates, label, at));
            if description.label == symbol::PER {
                let says = !self.inside[at] && self.says(at, end);
                let place = self.place(at, end, self.inside[at], says);
                self.mention(
                    entity,
                    gender::of_title(article.word(end - 1)),
                    place,
                    self.inside[at],
                );
                if says && entity.is_some() {
                    self.last_speaker = entity;
                }
            }
            if entity.is_some() || description.shown {
                self.push(at, end, symbol::DESCRIPTION, description.label, entity);
            }
            // What stands inside ("the French president") may still be a name of its own.
            return at + 1;
        }
        if let Some(pronoun) = self.pronoun(at) {
            self.read_pronoun(at, pronoun);
        } else if self.is_nameless(at) {
            let gender = gender::of_title(article.word(at));
            let says = !self.inside[at] && self.says(at, at + 1);
            let place = self.place(at, at + 1, self.inside[at], says);
            self.mention(None, gender, place, self.inside[at]);
        }
        at + 1
    }

    /// A noun for one person after "a", "the", "his" and the like, that no name follows: "a teacher".
    fn is_nameless(&self, at: usize) -> bool {
        let article = self.article;
        let token = article.tokens[at];
        if at < self.described
            || !token.lower()
            || !(token.is(ROLE) || gender::of_title(article.word(at)).is_some())
        {
            return false;
        }
        let named = self
            .names
            .get(self.next_name)
            .is_some_and(|name| name.first <= at + 1 + usize::from(article.word(at + 1) == ","));
        let determined = (at.saturating_sub(4)..at).any(|before| {
            matches!(
                article.word(before),
                "a" | "an"
                    | "the"
                    | "A"
                    | "An"
                    | "The"
                    | "his"
                    | "her"
                    | "their"
                    | "my"
                    | "one"
                    | "another"
                    | "His"
                    | "Her"
            )
        });
        let goes_on = article.is(at + 1, ROLE) && article.lower(at + 1);
        determined && !named && !goes_on
    }

    /// The heaviest of some entities, if it is clearly ahead of the others.
    fn heaviest(&self, candidates: &[usize], label: Symbol, at: usize) -> Option<usize> {
        if label != symbol::PER {
            return None;
        }
        let others: Vec<usize> = (0..self.grouping.entities.len())
            .filter(|entity| !candidates.contains(entity))
            .collect();
        let meant = [Gender::Female, Gender::Male].map(|gender| {
            let wanted =
                Wanted { gender, inside: self.inside[at], own_subject: false, not: &others };
            self.salience.meant(&wanted)
        });
        match meant {
            [Meant::Entity(one, _), Meant::Entity(other, _)] if one == other => Some(one),
            [Meant::Entity(one, _), Meant::Unclear] | [Meant::Unclear, Meant::Entity(one, _)] => {
                Some(one)
            }
            _ => None,
        }
    }

    fn pronoun(&self, at: usize) -> Option<Pronoun> {
        let female = |form| Some(Pronoun { gender: Gender::Female, form });
        let male = |form| Some(Pronoun { gender: Gender::Male, form });
        match self.article.word(at) {
            "he" | "He" => male(Case::Subject),
            "him" | "Him" => male(Case::Object),
            "his" | "His" => male(Case::Owner),
            "himself" => male(Case::Self_),
            "she" | "She" => female(Case::Subject),
            "hers" | "Hers" => female(Case::Owner),
            "herself" => female(Case::Self_),
            "her" | "Her" => {
                // "saw her house", "saw her at the gate".
                let next = self.article.tokens.get(at + 1).filter(|next| !next.first());
                let owner = next.is_some_and(|next| {
                    matches!(next.kind, Kind::Word | Kind::Number)
                        && !is_unowned(self.article.word(at + 1))
                });
                female(if owner { Case::Owner } else { Case::Object })
            }
            _ => None,
        }
    }

    fn read_pronoun(&mut self, at: usize, pronoun: Pronoun) {
        let Pronoun { gender, form } = pronoun;
        let inside = self.inside[at];
        let says = !inside && form == Case::Subject && self.says(at, at + 1);
        let mut not: Vec<usize> = Vec::new();
        if inside {
            // Who speaks says "I".
            not.extend(&self.speakers);
            if self.speakers.is_empty() {
                not.extend(self.last_speaker);
            }
        } else if says {
            // Who is spoken of in the quotation is not who speaks, unless named around it, too.
            not.extend(self.quoted.iter().filter(|entity| Some(**entity) != self.last_speaker));
        }
        if form == Case::Object {
            not.extend(self.clause_subject);
        }
        let own_subject = matches!(form, Case::Owner | Case::Self_);
        let wanted = Wanted { gender, inside, own_subject, not: &not };
        let meant = match self.named_later(at, gender) {
            Some(entity) => Meant::Entity(entity, false),
            None => self.salience.meant(&wanted),
        };
        let place = match form {
            Case::Subject => Place::Subject,
            Case::Object => Place::Object,
            Case::Owner | Case::Self_ => Place::Aside,
        };
        let entity = match meant {
            Meant::Entity(entity, alone) => {
                if alone && !inside && self.grouping.entities[entity].gender.is_none() {
                    self.votes[entity][usize::from(gender == Gender::Male)] += 1;
                }
                self.mention(Some(entity), None, place, inside);
                if says {
                    self.last_speaker = Some(entity);
                } else if inside {
                    self.quote(entity);
                }
                Some(entity)
            }
            Meant::Nameless => {
                self.mention(None, Some(gender), place, inside);
                None
            }
            Meant::Unclear => None,
        };
        self.push(at, at + 1, symbol::PRONOUN, symbol::PER, entity);
    }

    /// The person named after a pronoun that opens its sentence with a preposition or the like:
    /// "In his speech, Ek …".
    fn named_later(&self, at: usize, gender: Gender) -> Option<usize> {
        const FAR: usize = 14;
        let article = self.article;
        let start = (at.saturating_sub(4)..=at).rev().find(|at| article.tokens[*at].first())?;
        if self.inside[at] || !is_opening(article.word(start)) || self.has_subject {
            return None;
        }
        let name =
            self.names[self.next_name..].iter().position(|name| name.label == symbol::PER)?;
        let name = self.next_name + name;
        let entity = self.grouping.of_name[name];
        let (title, _) = titles::before(article, self.names[name].first);
        let first = title.checked_sub(1)?;
        let fits = self.grouping.entities[entity].gender.is_none_or(|known| known == gender);
        let near = first > at && first < at + FAR && article.word(first) == ",";
        let same = !(start + 1..=first).any(|at| article.tokens[at].first());
        (fits && near && same).then_some(entity)
    }

    fn push(
        &mut self,
        first: usize,
        end: usize,
        kind: Symbol,
        label: Symbol,
        entity: Option<usize>,
    ) {
        let tokens = self.article.tokens;
        let span = Span::new(tokens[first].start, tokens[end - 1].end);
        let score = match (kind, entity) {
            (_, None) => 0.5,
            (symbol::PRONOUN, Some(_)) => 0.6,
            _ => 0.7,
        };
        self.found.push(Referent { span, kind, label, entity, score });
    }
}

/// A pronoun for one person.
#[derive(Clone, Copy)]
struct Pronoun {
    gender: Gender,
    form: Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Subject,
    Object,
    Owner,
    Self_,
}
