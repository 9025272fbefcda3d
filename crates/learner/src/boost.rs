//! Training of [`Trees`]: gradient boosting on histograms, leaf by leaf, as `LightGBM` does (Ke et al. 2017).
//!
//! One thread, floating point in a fixed order, random choices from a seed: the same rows give the same trees on the
//! same machine.

use crate::trees::{Node, Tree, Trees};

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Trees.
    pub trees: usize,
    /// Leaves of a tree, at most [`Tree::MOST`].
    pub leaves: usize,
    /// What a tree's answer counts.
    pub rate: f32,
    /// The fewest rows of a leaf.
    pub least: usize,
    /// What is added to the rows of a leaf when their mean is taken, so that small leaves say little.
    pub caution: f32,
    /// The share of rows that each tree sees, of 256.
    pub rows: u8,
    /// The share of features that each tree sees, of 256.
    pub features: u8,
    /// Seed of the random choices.
    pub seed: u64,
}

/// Rows to learn from: numbers, what the trees should answer, and how much the row counts.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    width: usize,
    numbers: Vec<f32>,
    wanted: Vec<f32>,
    weights: Vec<f32>,
}

impl Lessons {
    /// No rows yet, of `width` numbers each.
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If it has not the width of all.
    pub fn push(&mut self, row: &[f32], wanted: f32, weight: f32) {
        assert_eq!(row.len(), self.width, "all rows have the same width");
        self.numbers.extend(row);
        self.wanted.push(wanted);
        self.weights.push(weight);
    }

    fn len(&self) -> usize {
        self.wanted.len()
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.numbers[row * self.width..(row + 1) * self.width]
    }
}

/// Trains trees whose sum comes as close as it can, in squares, to what is wanted.
///
/// # Panics
/// If there is no row.
pub fn train(lessons: &Lessons, options: &Options) -> Trees {
    let bins = Bins::new(lessons);
    let total: f32 = lessons.weights.iter().sum();
    let mean = lessons.wanted.iter().zip(&lessons.weights).map(|(y, w)| y * w).sum::<f32>() / total;
    let mut trees = vec![Tree { nodes: Vec::new(), leaves: vec![mean] }];
    let mut left: Vec<f32> = lessons.wanted.iter().map(|wanted| wanted - mean).collect();
    let mut chance = Chance(options.seed);
    for _ in 0..options.trees {
        let rows: Vec<u32> =
            (0..lessons.len() as u32).filter(|_| chance.takes(options.rows)).collect();
        let features: Vec<usize> =
            (0..lessons.width).filter(|_| chance.takes(options.features)).collect();
        let tree = Growth { lessons, bins: &bins, left: &left, features, options }.tree(rows);
        for (row, left) in left.iter_mut().enumerate() {
            *left -= tree.answer(lessons.row(row));
        }
        trees.push(tree);
    }
    Trees::new(trees)
}

/// Each number as one of a few steps between the smallest and the largest of its feature.
struct Bins {
    /// By feature, the largest number of each step but the last.
    borders: Vec<Vec<f32>>,
    /// By feature, then row.
    steps: Vec<Vec<u8>>,
}

/// The most steps of a feature.
const STEPS: usize = 96;

impl Bins {
    fn new(lessons: &Lessons) -> Self {
        let mut bins = Self { borders: Vec::new(), steps: Vec::new() };
        for feature in 0..lessons.width {
            let numbers: Vec<f32> =
                (0..lessons.len()).map(|row| lessons.row(row)[feature]).collect();
            let mut sorted = numbers.clone();
            sorted.sort_unstable_by(f32::total_cmp);
            let mut borders: Vec<f32> =
                (1..STEPS).map(|step| sorted[step * sorted.len() / STEPS]).collect();
            borders.dedup();
            borders.pop_if(|last| Some(&*last) == sorted.last());
            let step = |number: &f32| borders.partition_point(|border| border < number) as u8;
            bins.steps.push(numbers.iter().map(step).collect());
            bins.borders.push(borders);
        }
        bins
    }
}

/// One tree while it grows.
struct Growth<'a> {
    lessons: &'a Lessons,
    bins: &'a Bins,
    /// What the trees so far leave to be said of each row.
    left: &'a [f32],
    features: Vec<usize>,
    options: &'a Options,
}

/// Rows that are not split yet, and the best split of them.
struct Bud {
    rows: Vec<u32>,
    total: Total,
    /// Where it hangs: a node and a side of it.
    parent: Option<(usize, usize)>,
    split: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f32,
    feature: usize,
    /// The last step that goes left.
    step: usize,
}

/// The rows of a step or a bud together.
#[derive(Clone, Copy, Default)]
struct Total {
    rows: usize,
    weight: f32,
    left: f32,
}

impl Total {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.weight += other.weight;
        self.left += other.left;
    }

    fn without(self, other: Self) -> Self {
        Self {
            rows: self.rows - other.rows,
            weight: self.weight - other.weight,
            left: self.left - other.left,
        }
    }

    /// How much nearer the best single answer brings these rows.
    fn gain(self, caution: f32) -> f32 {
        self.left * self.left / (self.weight + caution)
    }
}

impl Growth<'_> {
    fn tree(&self, rows: Vec<u32>) -> Tree {
        let mut tree = Tree::default();
        let mut buds = vec![self.bud(rows, None)];
        while buds.len() < self.options.leaves {
            let gain = |bud: &Bud| bud.split.map_or(f32::MIN, |split| split.gain);
            let best = (0..buds.len())
                .max_by(|one, other| gain(&buds[*one]).total_cmp(&gain(&buds[*other])))
                .expect("a tree has a bud");
            let Some(split) = buds[best].split else { break };
            let bud = buds.swap_remove(best);
            let place = tree.nodes.len();
            let threshold = self.bins.borders[split.feature][split.step];
            let feature = u8::try_from(split.feature).expect("rows are narrower than 256");
            tree.nodes.push(Node { feature, threshold, children: [0; 2] });
            attach(&mut tree, bud.parent, place as i8);
            let steps = &self.bins.steps[split.feature];
            let (left, right) =
                bud.rows.iter().partition(|row| usize::from(steps[**row as usize]) <= split.step);
            buds.push(self.bud(left, Some((place, 0))));
            buds.push(self.bud(right, Some((place, 1))));
        }
        for bud in buds {
            let leaf = tree.leaves.len() as i8;
            attach(&mut tree, bud.parent, !leaf);
            let answer = bud.total.left / (bud.total.weight + self.options.caution);
            tree.leaves.push(answer * self.options.rate);
        }
        tree
    }

    fn bud(&self, rows: Vec<u32>, parent: Option<(usize, usize)>) -> Bud {
        let mut total = Total::default();
        for row in &rows {
            total.add(self.of(*row));
        }
        let mut split: Option<Split> = None;
        for feature in &self.features {
            let found = self.split(&rows, total, *feature);
            if found.is_some_and(|found| split.is_none_or(|split| found.gain > split.gain)) {
                split = found;
            }
        }
        Bud { rows, total, parent, split }
    }

    fn of(&self, row: u32) -> Total {
        let weight = self.lessons.weights[row as usize];
        Total { rows: 1, weight, left: weight * self.left[row as usize] }
    }

    fn split(&self, rows: &[u32], total: Total, feature: usize) -> Option<Split> {
        let mut steps = [Total::default(); STEPS];
        let of_row = &self.bins.steps[feature];
        for row in rows {
            steps[usize::from(of_row[*row as usize])].add(self.of(*row));
        }
        let caution = self.options.caution;
        let mut below = Total::default();
        let mut best: Option<Split> = None;
        for (step, of_step) in steps.iter().enumerate().take(self.bins.borders[feature].len()) {
            below.add(*of_step);
            let above = total.without(below);
            if below.rows.min(above.rows) < self.options.least {
                continue;
            }
            let gain = below.gain(caution) + above.gain(caution) - total.gain(caution);
            if gain > best.map_or(1e-6, |best| best.gain) {
                best = Some(Split { gain, feature, step });
            }
        }
        best
    }
}

fn attach(tree: &mut Tree, parent: Option<(usize, usize)>, child: i8) {
    if let Some((node, side)) = parent {
        tree.nodes[node].children[side] = child;
    }
}

/// Random choices: `SplitMix64` (Steele et al. 2014).
struct Chance(u64);

impl Chance {
    /// True in `share` of 256 cases.
    fn takes(&mut self, share: u8) -> bool {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 56) as u8 <= share
    }
}
