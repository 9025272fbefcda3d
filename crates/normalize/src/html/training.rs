//! Pages as the model sees them, for whoever trains it or judges it.

use super::features::{Features, WIDTH};
pub use super::model::Model;
use super::tree::{self, Tree};
use super::{Finding, body, facts, json_ld, teasers};

/// How many numbers there are for each block.
pub const VALUES: usize = WIDTH;

/// A page that is ready to be judged.
#[derive(Debug)]
pub struct Page {
    tree: Tree,
    findings: Vec<Finding>,
    values: Vec<f32>,
    region: Vec<usize>,
}

impl Page {
    /// Reads a page.
    pub fn read(html: &str) -> Self {
        let tree = tree::parse(html);
        let articles = json_ld::articles(&tree.facts.json_ld);
        let findings = facts::findings(&tree, &articles);
        let given = body::given(&articles);
        let features = Features::new(&tree, body::told(&findings, given.as_deref()));
        let (mut values, mut row) = (Vec::new(), Vec::new());
        for block in 0..tree.blocks.len() {
            features.fill(block, &mut row);
            values.extend_from_slice(&row);
        }
        let region = features.region().to_vec();
        Self { tree, findings, values, region }
    }

    /// How many blocks it has.
    pub fn blocks(&self) -> usize {
        self.tree.blocks.len()
    }

    /// The words of a block.
    ///
    /// # Panics
    /// If there are not as many blocks.
    pub fn text(&self, block: usize) -> &str {
        self.tree.paragraphs.get(block)
    }

    /// The numbers of a block, [`VALUES`] of them.
    ///
    /// # Panics
    /// If there are not as many blocks.
    pub fn values(&self, block: usize) -> &[f32] {
        &self.values[block * WIDTH..(block + 1) * WIDTH]
    }

    /// The blocks that are the body by this model, in order.
    pub fn body(&self, model: &Model) -> Vec<usize> {
        let mut facts = Vec::new();
        let likely = |block: &usize| model.takes(self.values(*block), &mut facts);
        let taken = (0..self.blocks()).filter(likely).collect();
        let mut body = body::settle(&self.tree, taken, &self.region);
        body::drop_title_and_dek(&self.tree, &mut body, &self.findings);
        teasers::drop_behind_related(&self.tree, &mut body);
        body
    }
}
