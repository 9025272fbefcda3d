//! Clusters of words: words that stand in the same company have the same number.

use learner::{Codes, ModelError, ModelFile, hash};

/// Clusters by word, at three grains.
#[derive(Clone, Copy)]
pub(crate) struct Clusters<'a> {
    /// The group of each word.
    groups: Codes<'a>,
    /// The clusters of each group, coarse to fine.
    clusters: &'a [[u8; 6]],
}

impl<'a> Clusters<'a> {
    /// From the sections `groups` and `clusters` of a model.
    ///
    /// # Errors
    /// If they are missing or damaged.
    pub(crate) fn open(file: &'a ModelFile) -> Result<Self, ModelError> {
        let groups = Codes::open(file.section("groups")?)?;
        let (clusters, rest) = file.section("clusters")?.as_chunks();
        if !rest.is_empty() {
            return Err(ModelError::damaged("the clusters have an odd length"));
        }
        Ok(Self { groups, clusters })
    }

    /// The clusters of a word, from 1 on; zeros for an unknown one. One that is not known as written is
    /// looked up in lower case, then as names are written.
    pub(crate) fn of(&self, written: &str, low: &str) -> [u32; 3] {
        let group = self.group(written).or_else(|| self.group(low));
        let group = group.or_else(|| self.group(&titled(low)));
        let clusters = group.and_then(|group| self.clusters.get(usize::from(group)));
        clusters.map_or([0; 3], |clusters| {
            let (numbers, _) = clusters.as_chunks::<2>();
            [0, 1, 2].map(|grain| u32::from(u16::from_le_bytes(numbers[grain])) + 1)
        })
    }

    fn group(&self, word: &str) -> Option<u16> {
        self.groups.get(hash::bytes(word.as_bytes()))
    }
}

fn titled(low: &str) -> String {
    let mut letters = low.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
