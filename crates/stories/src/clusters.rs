//! Which articles cover one event: incremental clustering.
//!
//! Single-pass clustering by average linkage (after Allan, Papka and Lavrenko 1998, "On-line new event
//! detection and tracking"): an article joins the story whose articles it is most like on average, if that is
//! enough, and opens one otherwise. Ours: it takes less to join a larger story; two stories that an article brings together become one, so that the
//! order of arrival matters less; only articles within the window are compared; and the stories worth comparing
//! are found through their telling terms. Everything adds up in whole numbers.

use std::collections::VecDeque;

use crate::postings::Postings;
use crate::vector::{Entry, SAME, Term, add, add_sum, common, common_of_sums, subtract};

/// Similarity from which an article joins a story of one article.
const JOIN: f64 = 0.18;

/// How much less it takes, as a share, to join a large story: an average over many articles is less likely to be high by
/// chance, and many articles differ more among themselves.
const EASE: f64 = 0.4;

/// Similarity on average from which two stories are one; it costs more to be wrong here.
const MERGE: f64 = 0.24;

/// Stories that an article is compared with, at most.
const COMPARED: usize = 24;

/// What limits the articles that are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Days between two articles, at most, for them to be compared.
    pub(crate) window: i32,
    /// Articles that new ones are compared with, at most: the latest.
    pub(crate) keep: usize,
}

/// The stories so far, as far as it takes to find that of the next article.
#[derive(Debug)]
pub(crate) struct Clusters {
    limits: Limits,
    /// Number of the first article in `articles`.
    first: u32,
    articles: VecDeque<Option<Kept>>,
    kept: usize,
    stories: Vec<Story>,
    postings: Postings,
    /// For each story what the next article shares with it; all zero between articles.
    shared: Vec<u64>,
}

/// An article in the window.
#[derive(Debug)]
struct Kept {
    story: u32,
    day: Option<i32>,
    vector: Box<[Entry]>,
}

#[derive(Debug, Default)]
struct Story {
    merged_into: Option<u32>,
    /// Its articles in the window by day, undated ones apart.
    days: Vec<Day>,
}

/// The articles of one day: how many, and the sum of their vectors.
#[derive(Debug)]
struct Day {
    date: Option<i32>,
    articles: u64,
    sum: Vec<(Term, u32)>,
}

impl Clusters {
    /// No story yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            first: 0,
            articles: VecDeque::new(),
            kept: 0,
            stories: Vec::new(),
            postings: Postings::default(),
            shared: Vec::new(),
        }
    }

    /// The story that a story is part of now: itself, where it was not merged.
    pub(crate) fn root(&self, mut story: u32) -> u32 {
        while let Some(into) = self.stories[story as usize].merged_into {
            story = into;
        }
        story
    }

    /// Opens a story and gives its number, counted from 0.
    pub(crate) fn open(&mut self) -> u32 {
        self.stories.push(Story::default());
        self.shared.push(0);
        self.stories.len() as u32 - 1
    }

    /// Finds the story of an article, which may be a new one, and what merges it brings about. The article
    /// itself is not in it yet: see [`add`](Self::add).
    pub(crate) fn place(&mut self, vector: &[Entry], day: Option<i32>) -> u32 {
        let mut links: Vec<(f64, u32)> = self
            .candidates(vector, day)
            .into_iter()
            .map(|story| (self.link(vector, day, story), story))
            .filter(|(link, _)| *link >= JOIN)
            .collect();
        // most alike first, of equals the elder
        links.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let Some(&(_, mut story)) = links.first() else { return self.open() };
        for (_, other) in links.iter().skip(1).filter(|(link, _)| *link >= MERGE) {
            if self.link_of_stories((story, vector, day), *other) >= MERGE {
                let (elder, younger) = (story.min(*other), story.max(*other));
                self.merge(elder, younger);
                story = elder;
            }
        }
        story
    }

    /// Adds an article to a story; articles are numbered from 0 in order of arrival. The earliest one leaves
    /// the window where it is full.
    pub(crate) fn add(&mut self, story: u32, vector: Vec<Entry>, day: Option<i32>) {
        let number = self.first + self.articles.len() as u32;
        let days = &mut self.stories[story as usize].days;
        let at = days.iter().position(|known| known.date == day).unwrap_or_else(|| {
            days.push(Day { date: day, articles: 0, sum: Vec::new() });
            days.len() - 1
        });
        days[at].articles += 1;
        add(&mut days[at].sum, &vector);
        self.postings.add(number, &vector);
        self.articles.push_back(Some(Kept { story, day, vector: vector.into() }));
        self.kept += 1;
        while self.kept > self.limits.keep {
            self.forget(self.first);
        }
    }

    /// Takes an article out of the window; nothing where it has left it already.
    pub(crate) fn forget(&mut self, number: u32) {
        let Some(index) = number.checked_sub(self.first) else { return };
        let Some(kept) = self.articles.get_mut(index as usize).and_then(Option::take) else {
            return;
        };
        self.kept -= 1;
        self.postings.remove(number, &kept.vector);
        let story = self.root(kept.story);
        let days = &mut self.stories[story as usize].days;
        let at = days.iter().position(|known| known.date == kept.day);
        let at = at.expect("an article in the window is counted in its story");
        days[at].articles -= 1;
        if days[at].articles == 0 {
            days.swap_remove(at);
        } else {
            subtract(&mut days[at].sum, &kept.vector);
        }
        while let Some(None) = self.articles.front() {
            self.articles.pop_front();
            self.first += 1;
        }
    }

    fn near(&self, one: Option<i32>, other: Option<i32>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => one.abs_diff(other) <= self.limits.window.unsigned_abs(),
            _ => true,
        }
    }

    /// The stories that share the most with an article through telling terms.
    fn candidates(&mut self, vector: &[Entry], day: Option<i32>) -> Vec<u32> {
        let mut found = Vec::new();
        for (number, common) in self.postings.sharing(vector) {
            let Some(kept) = &self.articles[(number - self.first) as usize] else { continue };
            if self.near(day, kept.day) {
                let story = self.root(kept.story);
                let shared = &mut self.shared[story as usize];
                if *shared == 0 {
                    found.push(story);
                }
                *shared += common.max(1);
            }
        }
        let mut ranked: Vec<(u64, u32)> = found
            .into_iter()
            .map(|story| {
                let days = &self.stories[story as usize].days;
                let articles: u64 = days.iter().map(|known| known.articles).sum();
                (std::mem::take(&mut self.shared[story as usize]) / articles.clamp(1, 8), story)
            })
            .collect();
        ranked.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        ranked.truncate(COMPARED);
        ranked.into_iter().map(|(_, story)| story).collect()
    }

    /// How much an article is like those of a story that are near it, on average, the more of them the easier.
    fn link(&self, vector: &[Entry], day: Option<i32>, story: u32) -> f64 {
        let days = &self.stories[story as usize].days;
        let near = days.iter().filter(|known| self.near(day, known.date));
        let (shared, pairs) = near.fold((0, 0), |(shared, pairs), known| {
            (shared + common(vector, &known.sum), pairs + known.articles)
        });
        let ease = EASE * (1.0 - 1.0 / (pairs.max(1) as f64).sqrt());
        average(u128::from(shared), pairs) / (1.0 - ease)
    }

    /// How much a story, with one article more, is like another one, on average over all pairs near each other.
    fn link_of_stories(&self, with: (u32, &[Entry], Option<i32>), other: u32) -> f64 {
        let (story, vector, day) = with;
        let (mut shared, mut pairs) = (0u128, 0);
        for theirs in &self.stories[other as usize].days {
            if self.near(day, theirs.date) {
                shared += u128::from(common(vector, &theirs.sum));
                pairs += theirs.articles;
            }
            for ours in &self.stories[story as usize].days {
                if self.near(ours.date, theirs.date) {
                    shared += common_of_sums(&ours.sum, &theirs.sum);
                    pairs += ours.articles * theirs.articles;
                }
            }
        }
        average(shared, pairs)
    }

    fn merge(&mut self, elder: u32, younger: u32) {
        self.stories[younger as usize].merged_into = Some(elder);
        let days = std::mem::take(&mut self.stories[younger as usize].days);
        for day in days {
            let known = &mut self.stories[elder as usize].days;
            match known.iter_mut().find(|known| known.date == day.date) {
                Some(known) => {
                    known.articles += day.articles;
                    add_sum(&mut known.sum, &day.sum);
                }
                None => known.push(day),
            }
        }
    }
}

fn average(shared: u128, pairs: u64) -> f64 {
    if pairs == 0 { 0.0 } else { shared as f64 / pairs as f64 / SAME as f64 }
}
