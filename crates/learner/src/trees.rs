//! Boosted regression trees: many small trees whose answers add up (Friedman 2001).

use crate::file::ModelError;

/// A step down a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Which number of a row it looks at.
    pub feature: u8,
    /// Rows with at most this go left, all others right.
    pub threshold: f32,
    /// The nodes on both sides, as places in the tree; `!leaf` for a leaf's number.
    pub children: [i8; 2],
}

/// One tree: its nodes, the root first, and the answers of its leaves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// Its nodes; none where the tree is one leaf.
    pub nodes: Vec<Node>,
    /// Its answers.
    pub leaves: Vec<f32>,
}

impl Tree {
    /// The most leaves of a tree.
    pub const MOST: usize = 64;

    /// The answer for a row.
    ///
    /// # Panics
    /// If the row is shorter than those it was trained on.
    pub fn answer(&self, row: &[f32]) -> f32 {
        let mut at = if self.nodes.is_empty() { !0 } else { 0 };
        while let Ok(place) = usize::try_from(at) {
            let node = &self.nodes[place];
            at = node.children[usize::from(row[usize::from(node.feature)] > node.threshold)];
        }
        self.leaves[usize::from((!at).cast_unsigned())]
    }
}

/// Trees whose answers are added.
///
/// Additions of 32-bit floats in a fixed order: the same rows get the same sums on every processor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trees(Vec<Tree>);

impl Trees {
    /// These trees, in the order in which their answers are added.
    pub fn new(trees: Vec<Tree>) -> Self {
        Self(trees)
    }

    /// Trees whose sum is the mean of these sums.
    pub fn mean(all: &[Self]) -> Self {
        let share = |leaf: &f32| leaf / all.len() as f32;
        let tree =
            |tree: &Tree| Tree { leaves: tree.leaves.iter().map(share).collect(), ..tree.clone() };
        Self(all.iter().flat_map(|trees| &trees.0).map(tree).collect())
    }

    /// The trees, in the order in which their answers are added.
    pub fn all(&self) -> &[Tree] {
        &self.0
    }

    /// The sum of the trees' answers for a row; [`Prepared`](crate::Prepared) gives it faster.
    ///
    /// # Panics
    /// If the row is shorter than those that the trees were trained on.
    pub fn sum(&self, row: &[f32]) -> f32 {
        self.0.iter().map(|tree| tree.answer(row)).sum()
    }

    /// Reads trees from the bytes that [`build`](Self::build) gave, for rows of `width` numbers.
    ///
    /// # Errors
    /// If they are none, or look beyond a row of this width.
    pub fn open(bytes: &[u8], width: usize) -> Result<Self, ModelError> {
        let mut rest = bytes;
        let mut trees = Vec::new();
        while !rest.is_empty() {
            let tree = read_tree(&mut rest);
            let fits = |tree: &Tree| sound(tree, width);
            trees.push(tree.filter(fits).ok_or_else(|| ModelError::damaged("a tree is broken"))?);
        }
        Ok(Self(trees))
    }

    /// The trees as bytes: for each the number of its leaves, its nodes (feature, two children,
    /// threshold), its leaves; floats little-endian.
    pub fn build(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for tree in &self.0 {
            bytes.push(u8::try_from(tree.leaves.len()).expect("a tree has at most 64 leaves"));
            for node in &tree.nodes {
                bytes.push(node.feature);
                bytes.extend(node.children.map(i8::cast_unsigned));
                bytes.extend(node.threshold.to_le_bytes());
            }
            bytes.extend(tree.leaves.iter().flat_map(|leaf| leaf.to_le_bytes()));
        }
        bytes
    }
}

fn read_tree(rest: &mut &[u8]) -> Option<Tree> {
    fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
        let (head, tail) = rest.split_first_chunk()?;
        *rest = tail;
        Some(*head)
    }
    let leaves = usize::from(take::<1>(rest)?[0]);
    let mut tree = Tree::default();
    for _ in 1..leaves {
        let [feature, left, right] = take(rest)?;
        let threshold = f32::from_le_bytes(take(rest)?);
        let children = [left, right].map(u8::cast_signed);
        tree.nodes.push(Node { feature, threshold, children });
    }
    for _ in 0..leaves {
        tree.leaves.push(f32::from_le_bytes(take(rest)?));
    }
    Some(tree)
}

/// Whether every way down ends in a leaf of its own, and no node looks beyond a row.
fn sound(tree: &Tree, width: usize) -> bool {
    let leaves = tree.leaves.len();
    let down = |place: usize, child: i8| match usize::try_from(child) {
        Ok(child) => child > place && child < tree.nodes.len(),
        Err(_) => usize::from((!child).cast_unsigned()) < leaves,
    };
    let mut children: Vec<i8> = tree.nodes.iter().flat_map(|node| node.children).collect();
    children.sort_unstable();
    (1..=Tree::MOST).contains(&leaves)
        && children.is_sorted_by(|one, next| one < next)
        && tree.leaves.iter().all(|leaf| leaf.is_finite())
        && tree.nodes.iter().enumerate().all(|(place, node)| {
            usize::from(node.feature) < width
                && node.children.iter().all(|child| down(place, *child))
        })
}
