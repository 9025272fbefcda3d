//! From links to groups: who stands with whom, and which version is the fullest.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use document::Span;

use super::alignment::{Alignment, align};
use super::links::{Closeness, Link, closeness, shortened};
use super::speakers::{Voices, Who};
use super::transcripts::Found;
use super::utterances::Utterances;
use super::words::{Word, words};
use super::{Fidelity, Group, Member, Relation};

/// A group before its members are written out.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// Who said it.
    pub(super) who: Who<'a>,
    /// The fullest wording.
    pub(super) fullest: usize,
    /// The wordings, with how they came to it.
    pub(super) wordings: Vec<(usize, Relation)>,
    /// Its words elsewhere.
    pub(super) elsewhere: Vec<Elsewhere>,
}

/// Where an article has the words of a group, but no quotation with words in marks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elsewhere {
    pub(super) article: usize,
    /// The quotation of the record, if it is one.
    pub(super) quotation: Option<u32>,
    pub(super) span: Span,
    /// Whether it stands in marks all the same.
    pub(super) in_marks: bool,
}

/// Gathers the wordings into groups.
///
/// The same words join whatever was joined before; parts and variants then go with the closest larger group. No
/// step depends on the order of the articles.
pub(super) fn gather<'a>(utterances: &Utterances<'a>, links: &[Link]) -> Vec<Draft<'a>> {
    let wordings = &utterances.wordings;
    let mut sets = Sets::new(wordings.iter().map(|wording| wording.who).collect());
    for link in links.iter().filter(|link| link.closeness == Closeness::Same) {
        sets.join(link.one, link.other);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..wordings.len() {
        members.entry(sets.root(at)).or_default().push(at);
    }
    let size = |at: usize| (wordings[at].said(), Reverse(at));
    let fullest: BTreeMap<usize, usize> = members
        .iter()
        .map(|(root, members)| {
            (*root, members.iter().copied().max_by_key(|at| size(*at)).unwrap_or(*root))
        })
        .collect();

    // The largest first, so that what a group may go with is settled before it.
    let mut order: Vec<usize> = members.keys().copied().collect();
    order.sort_by_key(|root| Reverse(size(fullest[root])));
    let mut loose: BTreeMap<usize, Vec<(Link, usize)>> = BTreeMap::new();
    for link in links.iter().filter(|link| link.closeness != Closeness::Same) {
        let (one, other) = (sets.root(link.one), sets.root(link.other));
        if one != other {
            loose.entry(one).or_default().push((*link, other));
            loose.entry(other).or_default().push((*link, one));
        }
    }
    let mut rank = vec![0; wordings.len()];
    for (at, root) in order.iter().enumerate() {
        rank[*root] = at;
    }
    let mut goes_with: BTreeMap<usize, (usize, Relation)> = BTreeMap::new();
    for root in &order {
        let host = loose.get(root).into_iter().flatten().filter(|(_, other)| {
            rank[*other] < rank[*root]
                && !goes_with.contains_key(other)
                && sets.may_join(*root, *other)
        });
        if let Some((link, other)) =
            host.min_by_key(|(link, other)| (link.closeness, link.words, rank[*other]))
        {
            let relation =
                if link.closeness == Closeness::Part { Relation::Same } else { Relation::Variant };
            goes_with.insert(*root, (*other, relation));
        }
    }
    let mut drafts = Vec::new();
    let mut draft_of: BTreeMap<usize, usize> = BTreeMap::new();
    for root in order {
        let (draft, relation) = if let Some((host, relation)) = goes_with.get(&root) {
            (draft_of[host], *relation)
        } else {
            draft_of.insert(root, drafts.len());
            let (who, fullest) = (sets.who[root], fullest[&root]);
            drafts.push(Draft { who, fullest, wordings: Vec::new(), elsewhere: Vec::new() });
            (drafts.len() - 1, Relation::Same)
        };
        drafts[draft].wordings.extend(members[&root].iter().map(|wording| (*wording, relation)));
    }
    drafts
}

/// Sets of wordings, each with its speaker.
struct Sets<'a> {
    parent: Vec<usize>,
    who: Vec<Who<'a>>,
}

impl<'a> Sets<'a> {
    fn new(who: Vec<Who<'a>>) -> Self {
        Self { parent: (0..who.len()).collect(), who }
    }

    fn root(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.parent[root] != root {
            self.parent[root] = self.parent[self.parent[root]];
            root = self.parent[root];
        }
        root
    }

    fn may_join(&self, one: usize, other: usize) -> bool {
        self.who[one].and(self.who[other]) != Voices::Two
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (first, second) = (one.min(other), one.max(other));
        if first != second && self.may_join(first, second) {
            // A person is named rather than an office, and either rather than nobody.
            let known = |who: Who<'a>| (who.key.is_some(), who.is_person, who.name.is_some());
            if known(self.who[second]) > known(self.who[first]) {
                self.who[first] = self.who[second];
            }
            self.parent[second] = first;
        }
    }
}

impl Draft<'_> {
    /// Writes the members out, each with its relation to the fullest; `found` is what a transcript says.
    pub(super) fn finish(&self, utterances: &Utterances<'_>, found: Option<&Found>) -> Group {
        let full = &utterances.wordings[self.fullest];
        let passage = found.and_then(|found| found.passage.as_ref());
        let (base, base_who) = match passage {
            Some(passage) => (passage.words.as_slice(), None),
            None => (shortened(&full.words), Some(full.who)),
        };
        let mut members = Vec::new();
        for (at, relation) in &self.wordings {
            let wording = &utterances.wordings[*at];
            let fidelity = found.and_then(|found| found.fidelity(*at));
            let voices = base_who.map_or(Voices::One, |who| who.and(wording.who));
            let own = shortened(&wording.words);
            let itself = *at == self.fullest && passage.is_none();
            let alignment = if itself { Alignment::of_itself(own) } else { align(own, base) };
            let direct = match (passage, fidelity) {
                (Some(_), Some(Fidelity::Verbatim | Fidelity::Cut)) => Some(Relation::Same),
                (Some(_), Some(_)) => Some(Relation::Variant),
                _ => closeness(&alignment, own, base, voices).map(|closeness| match closeness {
                    Closeness::Variant => Relation::Variant,
                    Closeness::Same | Closeness::Part => Relation::Same,
                }),
            };
            let relation = if itself { Relation::Same } else { direct.unwrap_or(*relation) };
            for utterance in &wording.utterances {
                let text = &utterances.article(utterance.article).text;
                let own = words(text, utterance.quotation.stretches());
                members.push(Member {
                    relation,
                    article: utterance.article,
                    quotation: Some(utterance.quotation.number),
                    span: utterance.quotation.span,
                    cut: unpaired(base, alignment.pairs.iter().map(|pair| pair.1)),
                    added: unpaired(&own, alignment.pairs.iter().map(|pair| pair.0)),
                    fidelity,
                });
            }
        }
        for place in &self.elsewhere {
            let own = words(&utterances.article(place.article).text, [place.span]);
            let alignment = align(shortened(&own), base);
            members.push(Member {
                relation: if place.in_marks { Relation::Same } else { Relation::Unmarked },
                article: place.article,
                quotation: place.quotation,
                span: place.span,
                cut: unpaired(base, alignment.pairs.iter().map(|pair| pair.1)),
                added: unpaired(&own, alignment.pairs.iter().map(|pair| pair.0)),
                fidelity: None,
            });
        }
        let first = full.first();
        let mut fullest = (first.article, first.quotation.span);
        if let Some(passage) = passage {
            fullest = (passage.article, passage.span);
            members.push(Member {
                relation: Relation::Same,
                article: passage.article,
                quotation: None,
                span: passage.span,
                cut: Vec::new(),
                added: Vec::new(),
                fidelity: None,
            });
        }
        members.sort_by_key(|member| (member.article, member.span, member.quotation));
        let fullest = members
            .iter()
            .position(|member| (member.article, member.span) == fullest)
            .unwrap_or_default();
        Group {
            speaker: self.who.name.map(str::to_owned),
            key: self.who.key.map(str::to_owned),
            fullest,
            members,
        }
    }
}

/// The stretches of the words that are in no pair; `paired` in order.
fn unpaired(words: &[Word], paired: impl Iterator<Item = usize>) -> Vec<Span> {
    let mut stretches: Vec<Span> = Vec::new();
    let mut next = 0;
    for at in paired.chain([words.len()]) {
        let run = words.get(next..at).unwrap_or_default();
        // What an editor put in is no difference, though it may stand where words were cut.
        let mut said = run.iter().filter(|word| !word.is_inserted());
        if let Some(first) = said.next() {
            stretches.push(first.span.cover(said.next_back().unwrap_or(first).span));
        }
        next = at + 1;
    }
    stretches
}
