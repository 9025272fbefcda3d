//! What a word reports and whom it credits: the best tags of a statement as seen from it.

use std::ops::Range;

use learner::Batch;

use crate::features::{self, SHARED, Seen};
use crate::model::{Model, NEVER, NONE, SCALE, Sums, TAGS};
use crate::signs::{STRETCH, Sign};

/// What is added to the score of each content: half of what would be missed is right. This and the next
/// three are logarithms of odds in steps of 1/[`SCALE`], chosen on the dev part.
const CONTENT: i32 = 40;
/// The same for words in marks that nothing seems to report.
const BARE: i32 = 40;
/// What is added to the score of each speaker.
const SOURCE: i32 = 20;
/// What is added to it where a report has found none.
const WANTED: i32 = 120;
/// What is added to it for the last time.
const GUESSED: i32 = 320;
/// What a word must have at a glance to be looked at.
const GLANCE: i32 = -20;

/// What one anchor reports.
#[derive(Clone, Debug)]
pub(crate) struct Tagged {
    /// The tokens of the content, in pieces.
    pub(crate) contents: Vec<Range<usize>>,
    /// The tokens of the speaker.
    pub(crate) source: Option<Range<usize>>,
    /// The tokens of who may be the speaker, where nobody is likely to be.
    pub(crate) guess: Option<Range<usize>>,
    /// How much better this is than no report at all, in the units of logarithms of odds.
    pub(crate) margin: f32,
}

/// Finds the best tags, keeping its buffers.
#[derive(Debug, Default)]
pub(crate) struct Tagger {
    sums: Vec<Sums>,
    back: Vec<[u8; TAGS]>,
    batch: Batch,
    /// Sums of what is looked up together.
    parts: Vec<Sums>,
    /// For each token of the window, which of the parts it shares with its neighbours.
    sharing: Vec<[usize; SHARED]>,
    /// For each token of the statement, before, at and after an anchor, what it is beside the anchor.
    beside: [Vec<Option<Sums>>; 3],
}

impl Tagger {
    /// Begins a statement of so many tokens.
    pub(crate) fn start(&mut self, tokens: usize) {
        for side in &mut self.beside {
            side.clear();
            side.resize(tokens, None);
        }
    }

    /// Whether the word at a token may report, at a glance.
    pub(crate) fn may_report(&mut self, model: &Model<'_>, signs: &[Sign], at: usize) -> bool {
        let mut sums = [[0; NONE]];
        self.batch.clear();
        features::glance(signs, at, &mut |feature| self.batch.push(feature));
        self.batch.end_token();
        self.batch.add_to(model.rows, &mut sums);
        i32::from(sums[0][3]) > GLANCE
    }

    /// How likely it is that the words in marks at a token are what somebody said, whoever reports them, as a logarithm of
    /// odds.
    pub(crate) fn quoted(&mut self, model: &Model<'_>, signs: &[Sign], at: usize) -> f32 {
        let mut sums = [[0; NONE]];
        self.batch.clear();
        features::quoted(signs, at, &mut |feature| self.batch.push(feature));
        self.batch.end_token();
        self.batch.add_to(model.rows, &mut sums);
        f32::from(sums[0][3]) / SCALE
    }

    /// What the anchor at a token reports; `None` for nothing. Where the report has no speaker, it is asked
    /// again: one that is nearly as likely is better than none.
    pub(crate) fn tag(&mut self, model: &Model<'_>, signs: &[Sign], at: usize) -> Option<Tagged> {
        let window = self.look(model, signs, at);
        let stretch = signs[at].bits & STRETCH != 0;
        let content = if stretch { BARE } else { CONTENT };
        let mut found = self.read(model.steps, at, &window, [content, SOURCE])?;
        let mut again = |more: i32| {
            self.read(model.steps, at, &window, [content, more]).and_then(|again| again.source)
        };
        if found.source.is_none() {
            found.source = again(WANTED);
        }
        if found.source.is_none() {
            found.guess = again(GUESSED);
        }
        Some(found)
    }

    /// Whom the anchor at a token credits, whatever it reports.
    pub(crate) fn whom(
        &mut self,
        model: &Model<'_>,
        signs: &[Sign],
        at: usize,
    ) -> Option<Range<usize>> {
        let window = self.look(model, signs, at);
        self.read(model.steps, at, &window, [0, GUESSED])?.source
    }

    /// Sums up the weights of the tokens that the anchor sees.
    fn look(&mut self, model: &Model<'_>, signs: &[Sign], at: usize) -> Range<usize> {
        let seen = Seen::new(signs, at);
        let window = seen.window();
        self.look_beside(model, signs, &seen);
        let batch = &mut self.batch;
        batch.clear();
        self.sharing.clear();
        let (mut keys, mut last, mut count) = ([0; SHARED], [0; SHARED], 0); // no key is 0
        for token in window.clone() {
            for (number, key) in seen.keys(token).into_iter().enumerate() {
                if keys[number] != key {
                    keys[number] = key;
                    seen.shared(token, number, &mut |feature| batch.push(feature));
                    batch.end_token();
                    last[number] = count;
                    count += 1;
                }
            }
            self.sharing.push(last);
        }
        self.parts.clear();
        self.parts.resize(count, [0; NONE]);
        batch.add_to(model.rows, &mut self.parts);
        batch.clear();
        self.sums.clear();
        for (token, sharing) in window.clone().zip(&self.sharing) {
            seen.read(token, &mut |feature| batch.push(feature));
            batch.end_token();
            let mut sums = self.beside[seen.side(token) as usize - 1][token].unwrap_or_default();
            for part in sharing {
                add(&mut sums, &self.parts[*part]);
            }
            self.sums.push(sums);
        }
        batch.add_to(model.rows, &mut self.sums);
        window
    }

    /// Sums up what the tokens are beside the anchor, as far as no anchor on the same side of them has done so.
    fn look_beside(&mut self, model: &Model<'_>, signs: &[Sign], seen: &Seen<'_>) {
        let batch = &mut self.batch;
        batch.clear();
        let missing = |token: &usize| self.beside[seen.side(*token) as usize - 1][*token].is_none();
        for token in seen.window().filter(missing) {
            features::fixed(signs, token, seen.side(token), &mut |feature| batch.push(feature));
            batch.end_token();
        }
        self.parts.clear();
        self.parts.resize(seen.window().filter(missing).count(), [0; NONE]);
        batch.add_to(model.rows, &mut self.parts);
        let mut parts = self.parts.iter();
        for token in seen.window() {
            let beside = &mut self.beside[seen.side(token) as usize - 1][token];
            *beside = beside.or_else(|| parts.next().copied());
        }
    }

    /// Reads off the best tags, with these additions to the score of each content and each source.
    fn read(
        &mut self,
        steps: &[[i32; TAGS]; TAGS],
        at: usize,
        window: &Range<usize>,
        more: [i32; 2],
    ) -> Option<Tagged> {
        let mut steps = *steps;
        for row in &mut steps {
            for (class, more) in more.iter().enumerate() {
                row[4 * class] += more;
                row[4 * class + 3] += more;
            }
        }
        let (tags, margin) = self.best(&steps);
        let mut found = Tagged { contents: Vec::new(), source: None, guess: None, margin };
        for (range, class) in learner::tags::stretches(&tags) {
            let range = window.start + range.start..window.start + range.end;
            if class == 0 {
                found.contents.push(range);
            } else if found.source.as_ref().is_none_or(|other| nearer(at, &range, other)) {
                found.source = Some(range);
            }
        }
        (!found.contents.is_empty() || found.source.is_some()).then_some(found)
    }

    /// The best tags (Viterbi), and how far they are ahead of no tags.
    fn best(&mut self, steps: &[[i32; TAGS]; TAGS]) -> (Vec<u8>, f32) {
        let may_end = |tag: usize| steps[tag][NONE] > NEVER / 2;
        let may_start = |tag: usize| steps[NONE][tag] > NEVER / 2;
        let own = |sums: &Sums, tag: usize| if tag == NONE { 0 } else { i32::from(sums[tag]) };
        self.back.clear();
        let mut scores = [NEVER; TAGS];
        let mut bare = 0;
        for (at, sums) in self.sums.iter().enumerate() {
            let mut best = [NEVER; TAGS];
            let mut from = [0_u8; TAGS];
            if at == 0 {
                for (tag, best) in best.iter_mut().enumerate() {
                    *best =
                        if may_start(tag) { steps[NONE][tag] - steps[NONE][NONE] } else { NEVER };
                }
            } else {
                bare += steps[NONE][NONE];
                for (tag, score) in scores.iter().enumerate() {
                    for next in 0..TAGS {
                        let score = score + steps[tag][next];
                        if score > best[next] {
                            best[next] = score;
                            from[next] = tag as u8;
                        }
                    }
                }
            }
            for (tag, best) in best.iter_mut().enumerate() {
                *best = (*best + own(sums, tag)).max(NEVER);
            }
            scores = best;
            self.back.push(from);
        }
        let mut last = NONE;
        for tag in 0..NONE {
            if may_end(tag) && scores[tag] > scores[last] {
                last = tag;
            }
        }
        let margin = (scores[last] - bare) as f32 / SCALE;
        let mut tags = vec![0; self.sums.len()];
        for (tag, from) in tags.iter_mut().zip(&self.back).rev() {
            *tag = if last == NONE { learner::tags::OUTSIDE } else { last as u8 };
            last = usize::from(from[last]);
        }
        (tags, margin)
    }
}

fn add(sums: &mut Sums, more: &Sums) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
}

/// Whether a range is nearer to a token than another.
fn nearer(at: usize, range: &Range<usize>, other: &Range<usize>) -> bool {
    let far = |range: &Range<usize>| {
        if range.start > at { range.start - at } else { at - range.end.min(at) }
    };
    far(range) < far(other)
}
