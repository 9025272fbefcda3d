//! The model that tells blocks of the body from all others (`docs/models/normalize.md`).

use std::sync::LazyLock;

use learner::{Borders, Forest, ModelError, ModelFile};

use super::features::WIDTH;

/// Log-odds, in 1/256, above which a block is taken for the body: what is missed is harder to get
/// back than what is too much.
const TAKEN_FROM: i32 = -100;

/// Sections of the file.
const FOREST: &str = "forest";
const BORDERS: &str = "borders";

/// What was learned of the blocks of pages.
#[derive(Clone, Debug)]
pub struct Model {
    borders: Borders,
    forest: Forest,
}

impl Model {
    /// A model of numbers parted by these borders.
    pub fn new(borders: Borders, forest: Forest) -> Self {
        Self { borders, forest }
    }

    /// The model of this build.
    pub(super) fn embedded() -> &'static Self {
        static MODEL: LazyLock<Model> = LazyLock::new(|| {
            let opened = Model::open(include_bytes!("../../models/body.model"));
            opened.expect("the embedded model is one of this version")
        });
        &MODEL
    }

    fn open(bytes: &'static [u8]) -> Result<Self, ModelError> {
        let file = ModelFile::open(bytes)?;
        let borders = Borders::open(file.section(BORDERS)?, WIDTH)?;
        Ok(Self { borders, forest: Forest::open(file.section(FOREST)?, WIDTH)? })
    }

    /// The bytes of the model's file.
    pub fn to_bytes(&self) -> Vec<u8> {
        ModelFile::build(&[(BORDERS, self.borders.to_bytes()), (FOREST, self.forest.to_bytes())])
    }

    /// Whether a block with these numbers is part of the body.
    pub(super) fn takes(&self, numbers: &[f32], facts: &mut Vec<u8>) -> bool {
        self.borders.facts(numbers, facts);
        self.forest.score(facts) > TAKEN_FROM
    }
}
