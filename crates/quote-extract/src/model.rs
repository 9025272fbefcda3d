//! The learned model: which words report, what stands in a clause, who speaks.

use std::borrow::Cow;

use learner::{Codes, ModelError, ModelFile, Rows};

/// Tags of a token: content (begin, inside, end, single), speaker (the same), none.
pub(crate) const TAGS: usize = 9;
/// The tag of a token that is neither; it has no weights.
pub(crate) const NONE: usize = TAGS - 1;
/// What a weight of 1 is kept as.
pub(crate) const SCALE: f32 = 40.0;
/// What tags that may not follow one another get: no sum of weights makes up for it.
pub(crate) const NEVER: i32 = i32::MIN / 4;

/// Sums of weights of a token.
pub(crate) type Sums = [i16; NONE];

/// The file of a model, checked when it was opened.
#[derive(Debug)]
pub(crate) struct Stored {
    file: ModelFile,
    steps: [[i32; TAGS]; TAGS],
}

/// What was learned, ready to be looked up; made anew for each article, so that nothing is searched for in the file later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model<'a> {
    /// The weights of features.
    pub(crate) rows: Rows<'a, NONE>,
    /// From tag, to tag.
    pub(crate) steps: &'a [[i32; TAGS]; TAGS],
    cues: Codes<'a>,
    groups: Codes<'a>,
    clusters: &'a [[u8; 6]],
}

impl Stored {
    /// Opens the bytes of a model.
    ///
    /// # Errors
    /// If they are no model of this version.
    pub(crate) fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ModelError> {
        let file = ModelFile::open(bytes)?;
        let (numbers, _) = file.section("steps")?.as_chunks::<2>();
        if numbers.len() != TAGS * TAGS {
            return Err(ModelError::damaged("the weights of steps have an odd length"));
        }
        let mut steps = [[NEVER; TAGS]; TAGS];
        for (at, number) in numbers.iter().enumerate() {
            let (from, to) = (at / TAGS, at % TAGS);
            if may_follow(from, to) {
                steps[from][to] = i32::from(i16::from_le_bytes(*number));
            }
        }
        let stored = Self { file, steps };
        stored.read()?;
        Ok(stored)
    }

    /// Bytes that it takes.
    pub(crate) fn memory(&self) -> u64 {
        self.file.size() as u64
    }

    /// What was learned.
    pub(crate) fn model(&self) -> Model<'_> {
        self.read().expect("checked when it was opened")
    }

    fn read(&self) -> Result<Model<'_>, ModelError> {
        let (clusters, rest) = self.file.section("clusters")?.as_chunks();
        if !rest.is_empty() {
            return Err(ModelError::damaged("the clusters have an odd length"));
        }
        Ok(Model {
            rows: Rows::open(self.file.section("rows")?)?,
            steps: &self.steps,
            cues: Codes::open(self.file.section("cues")?)?,
            groups: Codes::open(self.file.section("groups")?)?,
            clusters,
        })
    }
}

impl Model<'_> {
    /// How often the word with this hash reports; 0 for one that never does.
    pub(crate) fn cue(&self, word: u64) -> u16 {
        self.cues.get(word).unwrap_or(0)
    }

    /// The coarse and the middle cluster of the word with this hash, from 1 on; zeros for an unknown one.
    pub(crate) fn clusters(&self, word: u64) -> [u32; 2] {
        let group = self.groups.get(word);
        let found = group.and_then(|group| self.clusters.get(usize::from(group)));
        found.map_or([0; 2], |found| {
            [0, 2].map(|at| u32::from(u16::from_le_bytes([found[at], found[at + 1]])) + 1)
        })
    }
}

/// Whether `next` may follow `tag`; both below [`TAGS`].
pub(crate) fn may_follow(tag: usize, next: usize) -> bool {
    let wide = |tag: usize| if tag == NONE { learner::tags::OUTSIDE } else { tag as u8 };
    learner::tags::may_follow(wide(tag), wide(next))
}
