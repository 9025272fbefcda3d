//! What is known of each sentence before it is scored.
//!
//! Everything is linear in the article: similarity to all sentences after (or before) a sentence
//! is one product with the sum of their vectors, never a product for each pair.

use std::ops::{Index, IndexMut};

use document::{Span, View, symbol};
use terms::{Grade, Sum, Terms, Vectors, Weight, similarity};

use crate::craft::Fault;

/// One number about a sentence. Shares and similarities are from 0 to 1; what is said to be scaled is
/// divided by the largest of the article. A trained model knows them by their place: add at the end, and train anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// Sentences before it.
    Index,
    /// Sentences after it.
    FromEnd,
    /// Share of the article's sentences before it.
    Share,
    /// Sentences of the article.
    Sentences,
    /// Words.
    Words,
    /// Words, by those of the article's mean sentence.
    Length,
    /// Similarity to the article as a whole, scaled.
    Central,
    /// Similarity to what comes after: whether the article takes it up again; scaled.
    TakenUp,
    /// Similarity to what came before: whether it only repeats; scaled.
    Repeats,
    /// Mean similarity to all sentences.
    Typical,
    /// Similarity to the first sentence.
    Lead,
    /// Mean similarity to the first three sentences, itself left out.
    Opening,
    /// Similarity to the sentence before.
    Before,
    /// Similarity to the sentence after.
    After,
    /// Mean uses in the article of its terms of content, scaled.
    Used,
    /// Share of the article's ten most used terms that stand here.
    Key,
    /// Share of its terms that are used here first.
    New,
    /// Share of the headline's terms that stand here.
    Headline,
    /// Words that start with a digit.
    Digits,
    /// Share of its bytes between quotation marks.
    Quoted,
    /// What speaks against it: see [`Fault`], 0 for none.
    Fault,
    /// Share of its words that are pronouns of the third person.
    Pronouns,
    /// Share of its words that are pronouns of the first or second person.
    Persons,
    /// Words that report speech.
    Reports,
    /// Commas.
    Commas,
    /// Whether it asks.
    Asks,
    /// Share of its words, but the first, that have a capital.
    Capitals,
    /// How much of what the article names stands here, scaled.
    Names,
    /// Entities named here first.
    FirstNames,
}

/// How many numbers there are of a sentence.
pub(crate) const WIDTH: usize = Number::FirstNames as usize + 1;

/// From here on they are zero in an article whose names are not known, or in lower case.
pub(crate) const NAMES: usize = Number::Capitals as usize;

/// One sentence in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Features(pub(crate) [f32; WIDTH]);

impl Index<Number> for Features {
    type Output = f32;

    fn index(&self, number: Number) -> &f32 {
        &self.0[number as usize]
    }
}

impl IndexMut<Number> for Features {
    fn index_mut(&mut self, number: Number) -> &mut f32 {
        &mut self.0[number as usize]
    }
}

/// The features of every sentence; its buffers are kept for the next article.
#[derive(Debug, Default)]
pub(crate) struct FeatureTable {
    /// One for each sentence.
    pub(crate) rows: Vec<Features>,
    /// The words of each.
    pub(crate) words: Vec<usize>,
    /// The characters of each.
    pub(crate) characters: Vec<usize>,
    vectors: Vectors,
    sum: Sum,
    all: Sum,
    /// By row of the document: how often an entity is named.
    entity_uses: Vec<u32>,
    /// By term: how often it is used.
    uses: Vec<u32>,
    /// By term: what sort of word it is, and whether it is one of those used most.
    sorts: Vec<Sort>,
}

/// What a term is beside its grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sort {
    #[default]
    Other,
    Pronoun,
    Person,
    Report,
    Key,
}

const PRONOUNS: &str =
    "he him his himself she her hers herself they them their theirs it its this that these those";
const PERSONS: &str =
    "i me my mine we us our ours you your yours i'm i've we're we've you're i'd we'll i'll";
const REPORTS: &str = "said says told tells according reported";

impl FeatureTable {
    /// Computes the features of an article whose words are `terms`.
    pub(crate) fn fill(
        &mut self,
        view: &View<'_>,
        sentences: &[Span],
        terms: &mut Terms,
        headline: &[u32],
        faults: &[Option<Fault>],
    ) {
        self.rows.clear();
        self.rows.resize(sentences.len(), Features([0.0; WIDTH]));
        self.words.clear();
        self.words.extend(terms.sentences().iter().map(ExactSizeIterator::len));
        self.place(terms, faults);
        self.sort(terms);
        self.compare(terms);
        self.count_terms(terms);
        self.match_headline(terms, headline);
        self.count_names(view, sentences);
        self.characters.clear();
        let look = |(row, sentence): (&mut Features, &Span)| look(row, view.doc().slice(*sentence));
        self.characters.extend(self.rows.iter_mut().zip(sentences).map(look));
    }

    /// The terms of sentence `index` that count, each once.
    pub(crate) fn content(&self, index: usize) -> &[Weight] {
        self.vectors.of(index)
    }

    fn place(&mut self, terms: &Terms, faults: &[Option<Fault>]) {
        let count = self.rows.len() as f32;
        let mean = (terms.tokens().len() as f32 / count).max(1.0);
        for (index, row) in self.rows.iter_mut().enumerate() {
            let words = self.words[index] as f32;
            row[Number::Index] = index as f32;
            row[Number::FromEnd] = count - 1.0 - index as f32;
            row[Number::Share] = index as f32 / count;
            row[Number::Sentences] = count;
            row[Number::Words] = words;
            row[Number::Length] = words / mean;
            row[Number::Fault] = faults[index].map_or(0.0, |fault| 1.0 + f32::from(fault as u8));
        }
    }

    /// Counts the uses of terms and finds those of the closed lists and the most used ones.
    fn sort(&mut self, terms: &mut Terms) {
        self.uses.clear();
        self.uses.resize(terms.count(), 0);
        for token in terms.tokens() {
            self.uses[token.term as usize] += 1;
        }
        self.sorts.clear();
        self.sorts.resize(terms.count(), Sort::Other);
        for (list, sort) in
            [(PRONOUNS, Sort::Pronoun), (PERSONS, Sort::Person), (REPORTS, Sort::Report)]
        {
            for term in terms.known_in(list) {
                self.sorts[term as usize] = sort;
            }
        }
        let content = (0..terms.count() as u32).filter(|term| terms.grade(*term) == Grade::Content);
        let mut content: Vec<u32> = content.collect();
        let rank = |term: &u32| (std::cmp::Reverse(self.uses[*term as usize]), *term);
        if content.len() > KEYS {
            content.select_nth_unstable_by_key(KEYS, rank);
            content.truncate(KEYS);
        }
        for term in content {
            self.sorts[term as usize] = Sort::Key;
        }
    }

    fn compare(&mut self, terms: &Terms) {
        self.vectors.fill(terms);
        self.all.reset(terms.count());
        self.all.add(self.vectors.all());
        let count = self.rows.len();
        self.sum.reset(terms.count());
        for index in 0..count.min(OPENING) {
            self.sum.add(self.vectors.of(index));
        }
        for (index, row) in self.rows.iter_mut().enumerate() {
            let vector = self.vectors.of(index);
            let own = if vector.is_empty() { 0.0 } else { 1.0 };
            let itself = if index < OPENING { own } else { 0.0 };
            row[Number::Opening] = (self.sum.similarity(vector) - itself) / OPENING as f32;
            row[Number::Lead] = similarity(vector, self.vectors.of(0));
            if index + 1 < count {
                row[Number::After] = similarity(vector, self.vectors.of(index + 1));
            }
        }
        for index in 1..count {
            self.rows[index][Number::Before] = self.rows[index - 1][Number::After];
        }
        self.sum.reset(terms.count());
        for (index, row) in self.rows.iter_mut().enumerate() {
            let vector = self.vectors.of(index);
            let own = if vector.is_empty() { 0.0 } else { 1.0 };
            let central = self.all.similarity(vector);
            let repeats = self.sum.similarity(vector);
            let taken_up = central - repeats - own;
            row[Number::Central] = central;
            row[Number::Typical] = central / count as f32;
            row[Number::Repeats] = repeats;
            row[Number::TakenUp] = if taken_up > ROUNDING { taken_up } else { 0.0 };
            self.sum.add(vector);
        }
        for number in [Number::Central, Number::TakenUp, Number::Repeats] {
            self.scale(number);
        }
    }

    /// What the sentences' words are, and how much the article uses them.
    fn count_terms(&mut self, terms: &Terms) {
        let mut next = 0; // terms are numbered as they come
        for (index, row) in self.rows.iter_mut().enumerate() {
            let (mut content, mut used, mut new, mut key) = (0u32, 0u32, 0u32, 0u32);
            let (mut pronouns, mut persons) = (0u32, 0u32);
            let tokens = terms.of_sentence(index);
            for token in tokens {
                let first = token.term >= next;
                next = next.max(token.term + 1);
                match self.sorts[token.term as usize] {
                    Sort::Pronoun => pronouns += 1,
                    Sort::Person => persons += 1,
                    Sort::Report => row[Number::Reports] += 1.0,
                    Sort::Key => key += 1,
                    Sort::Other => {}
                }
                if terms.grade(token.term) == Grade::Content {
                    content += 1;
                    used += self.uses[token.term as usize];
                    new += u32::from(first);
                }
            }
            let words = tokens.len().max(1) as f32;
            row[Number::Used] = used as f32 / content.max(1) as f32;
            row[Number::New] = new as f32 / content.max(1) as f32;
            row[Number::Key] = key as f32 / KEYS as f32;
            row[Number::Pronouns] = pronouns as f32 / words;
            row[Number::Persons] = persons as f32 / words;
        }
        self.scale(Number::Used);
    }

    fn match_headline(&mut self, terms: &Terms, headline: &[u32]) {
        let mut wanted: Vec<u32> =
            headline.iter().copied().filter(|term| terms.grade(*term) != Grade::Stop).collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return;
        }
        for index in 0..self.rows.len() {
            let wanted_here = |weight: &&Weight| wanted.binary_search(&weight.term).is_ok();
            let found = self.content(index).iter().filter(wanted_here).count();
            self.rows[index][Number::Headline] = found as f32 / wanted.len() as f32;
        }
    }

    /// Counts each mention of a name once for each sentence, by how often the article mentions its entity.
    fn count_names(&mut self, view: &View<'_>, sentences: &[Span]) {
        let named = || view.mentions().filter(|mention| mention.kind() == symbol::NAME);
        self.entity_uses.clear();
        self.entity_uses.resize(view.doc().rows().len(), 0);
        for entity in named().filter_map(document::Mention::entity) {
            self.entity_uses[entity.0 as usize] += 1;
        }
        for mention in named() {
            let at = sentences.partition_point(|sentence| sentence.end() <= mention.span().start());
            if let (Some(row), Some(entity)) = (self.rows.get_mut(at), mention.entity()) {
                let uses = &mut self.entity_uses[entity.0 as usize];
                if *uses & SEEN == 0 {
                    *uses |= SEEN;
                    row[Number::FirstNames] += 1.0;
                }
                row[Number::Names] += ((*uses & !SEEN) as f32).sqrt();
            }
        }
        self.scale(Number::Names);
    }

    /// Divides a feature by its largest value in the article.
    fn scale(&mut self, number: Number) {
        let largest = self.rows.iter().map(|row| row[number]).fold(0.0, f32::max);
        if largest > 0.0 {
            for row in &mut self.rows {
                row[number] /= largest;
            }
        }
    }
}

/// Counts what shows in the letters and marks of a sentence; returns its characters.
fn look(row: &mut Features, sentence: &str) -> usize {
    let (mut quoted, mut inside) = (0u32, false);
    let (mut commas, mut digits, mut capitals) = (0u32, 0u32, 0u32);
    let (mut before, mut characters) = (' ', 0);
    for character in sentence.chars() {
        characters += 1;
        match character {
            '“' => inside = true,
            '”' => inside = false,
            '"' => inside = !inside,
            ',' => commas += 1,
            _ if before.is_alphanumeric() => {}
            _ if character.is_ascii_digit() => digits += 1,
            _ if character.is_uppercase() => capitals += 1,
            _ => {}
        }
        quoted += if inside { character.len_utf8() as u32 } else { 0 };
        before = character;
    }
    row[Number::Quoted] = quoted as f32 / sentence.len().max(1) as f32;
    row[Number::Commas] = commas as f32;
    row[Number::Digits] = digits as f32;
    let others = (row[Number::Words] - 1.0).max(1.0);
    row[Number::Capitals] = (capitals as f32 - 1.0).max(0.0) / others;
    row[Number::Asks] =
        if sentence.trim_end_matches(['"', '”', '’', '\'']).ends_with('?') { 1.0 } else { 0.0 };
    characters
}

/// The bit of an entity whose first name was passed.
const SEEN: u32 = 1 << 31;

/// How many of the most used terms are the article's key terms.
const KEYS: usize = 10;

/// How many sentences open the article.
const OPENING: usize = 3;

/// What two sums that should be equal may differ by.
const ROUNDING: f32 = 1e-4;
