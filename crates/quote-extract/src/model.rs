//! The learned model: which words report, what stands in a clause, who speaks.

use std::borrow::Cow;

use learner::{Codes, ModelError, ModelFile, Rows, hash};

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

/// An opened model.
#[derive(Debug)]
pub(crate) struct Model {
    file: ModelFile,
    /// From tag, to tag.
    pub(crate) steps: [[i32; TAGS]; TAGS],
}

impl Model {
    /// Opens the bytes of a model.
    ///
    /// # Errors
    /// If they are no model of this version.
    pub(crate) fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ModelError> {
        let file = ModelFile::open(bytes)?;
        Codes::open(file.section("cues")?)?;
        Codes::open(file.section("groups")?)?;
        Rows::<NONE>::open(file.section("rows")?)?;
        if !file.section("clusters")?.len().is_multiple_of(6) {
            return Err(ModelError::damaged("the clusters have an odd length"));
        }
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
        Ok(Self { file, steps })
    }

    /// Bytes that it takes.
    pub(crate) fn memory(&self) -> u64 {
        self.file.size() as u64
    }

    /// The weights of features.
    pub(crate) fn rows(&self) -> Rows<'_, NONE> {
        Rows::open(self.section("rows")).expect("checked when it was opened")
    }

    /// How often a word in lower case reports; 0 for one that never does.
    pub(crate) fn cue(&self, lower: &str) -> u16 {
        let cues = Codes::open(self.section("cues")).expect("checked when it was opened");
        cues.get(hash::bytes(lower.as_bytes())).unwrap_or(0)
    }

    /// The coarse and the middle cluster of a word in lower case, from 1 on; zeros for an unknown one.
    pub(crate) fn clusters(&self, lower: &str) -> [u32; 2] {
        let groups = Codes::open(self.section("groups")).expect("checked when it was opened");
        let group = groups.get(hash::bytes(lower.as_bytes()));
        let (clusters, _) = self.section("clusters").as_chunks::<6>();
        let found = group.and_then(|group| clusters.get(usize::from(group)));
        found.map_or([0; 2], |found| {
            [0, 2].map(|at| u32::from(u16::from_le_bytes([found[at], found[at + 1]])) + 1)
        })
    }

    fn section(&self, name: &str) -> &[u8] {
        self.file.section(name).expect("checked when it was opened")
    }
}

/// Whether `next` may follow `tag`; both below [`TAGS`].
pub(crate) fn may_follow(tag: usize, next: usize) -> bool {
    let wide = |tag: usize| if tag == NONE { learner::tags::OUTSIDE } else { tag as u8 };
    learner::tags::may_follow(wide(tag), wide(next))
}
