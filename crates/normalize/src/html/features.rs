//! A block and its place on the page → the numbers that the model judges by.
//!
//! Kohlschütter, Fankhauser and Nejdl, "Boilerplate detection using shallow text features" (2010)
//! judge a block by its length, its links and its neighbours. Added are what class names say,
//! blocks that look alike, where the prose of the page lies, and what the page tells about itself.

use std::collections::{HashMap, HashSet};

use super::body;
use super::marks;
use super::region::{self, Region};
use super::tags::Tag;
use super::tree::Tree;
use super::wording::{self, Wording, flag};

/// How many numbers there are for each block.
pub(super) const WIDTH: usize = 154;

/// Distance of an element that is not above a block.
const FAR: f32 = 9.0;
/// Elements above a block that are looked at.
const LEVELS: usize = 24;
/// Distance, in blocks, of prose that is nowhere.
const NOWHERE: f32 = 50.0;

/// Elements whose distance above a block is told.
const ABOVE: [&[&str]; 12] = [
    &["li"],
    &["figure", "figcaption"],
    &["table"],
    &["blockquote"],
    &["aside"],
    &["header", "hgroup"],
    &["footer"],
    &["form", "fieldset"],
    &["nav", "menu"],
    &["section"],
    &["article"],
    &["main"],
];

/// What is told of a neighbour that there is not.
const NO_NEIGHBOUR: [f32; 9] = [-1.0; 9];

/// Sums over a group of blocks.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    blocks: f32,
    chars: f32,
    /// Characters of paragraphs.
    prose: f32,
    /// Characters inside links.
    link: f32,
    /// Blocks that end like sentences.
    ended: f32,
    /// Characters of blocks in the region where the prose is.
    chosen: f32,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.blocks += other.blocks;
        self.chars += other.chars;
        self.prose += other.prose;
        self.link += other.link;
        self.ended += other.ended;
        self.chosen += other.chosen;
    }

    /// The group by numbers that do not grow with the page, whose own sum is `all`.
    fn shape(self, all: Self) -> [f32; 6] {
        let (blocks, chars) = (self.blocks.max(1.0), self.chars.max(1.0));
        [
            self.blocks,
            self.prose / all.prose.max(1.0),
            self.link / chars,
            self.ended / blocks,
            self.chars / blocks,
            self.chosen / chars,
        ]
    }
}

/// What the page says about its article, as words.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    pub(super) title: HashSet<String>,
    pub(super) dek: HashSet<String>,
    /// The text of the article, as far as the page gives it.
    pub(super) text: Option<&'a str>,
}

/// Looks of an element and of the one around it.
type Look = (u32, u32);

/// A page as the model sees it.
pub(super) struct Features<'a> {
    tree: &'a Tree,
    wordings: Vec<Wording>,
    /// How often the same text stood before, and stands at all.
    repeats: Vec<(f32, f32)>,
    told: Told<'a>,
    given: Given<'a>,
    /// For each block the share of its words that the page gives elsewhere.
    shares: Vec<f32>,
    region: Region,
    /// Whether each block is in the region.
    chosen: Vec<bool>,
    /// How deep each element lies, and its nearest one on the way to the region's.
    depth: Vec<u32>,
    meet: Vec<u32>,
    within: Vec<Sum>,
    looks: HashMap<Look, Sum>,
    parent_looks: HashMap<Look, Sum>,
    /// Blocks back to the nearest prose, and on to the next.
    since: Vec<f32>,
    until: Vec<f32>,
    /// Prose, and characters of the region, that stand before each block.
    passed: Vec<(f32, f32)>,
    headings: Vec<usize>,
    best: f32,
}

impl<'a> Features<'a> {
    pub(super) fn new(tree: &'a Tree, told: Told<'a>) -> Self {
        let count = tree.blocks.len();
        let wordings: Vec<Wording> = (0..count)
            .map(|block| wording::count(tree.paragraphs.get(block), tree.blocks[block].link))
            .collect();
        let region = region::region(tree);
        let mut chosen = vec![false; count];
        for block in &region.blocks {
            chosen[*block] = true;
        }
        let headings = (0..count).filter(|block| name_of(tree, *block) == "h1").collect();
        let (depth, meet) = depths(tree, region.top);
        let (since, until) = to_prose(&wordings);
        let best = region.scores.iter().copied().fold(1.0, f32::max);
        let mut features = Self {
            tree,
            repeats: repeats(tree),
            given: Given::new(told.text),
            shares: Vec::with_capacity(count),
            told,
            region,
            chosen,
            depth,
            meet,
            within: Vec::new(),
            looks: HashMap::new(),
            parent_looks: HashMap::new(),
            since,
            until,
            passed: Vec::with_capacity(count),
            headings,
            best,
            wordings,
        };
        features.sum();
        features
    }

    fn sum(&mut self) {
        let nodes = &self.tree.nodes;
        self.within = vec![Sum::default(); nodes.len()];
        let mut passed = (0.0, 0.0);
        for block in 0..self.wordings.len() {
            let node = self.tree.blocks[block].node as usize;
            let own = self.own(block);
            self.passed.push(passed);
            passed.0 += own.prose;
            passed.1 += own.chosen;
            self.within[node].add(own);
            self.looks.entry(self.look(node)).or_default().add(own);
            let parent = nodes[node].parent as usize;
            self.parent_looks.entry(self.look(parent)).or_default().add(own);
            let share = self.given.cover(self.tree.paragraphs.get(block));
            self.shares.push(share);
        }
        for node in (1..nodes.len()).rev() {
            let sum = self.within[node];
            self.within[nodes[node].parent as usize].add(sum);
        }
    }

    fn own(&self, block: usize) -> Sum {
        let wording = &self.wordings[block];
        Sum {
            blocks: 1.0,
            chars: wording.chars,
            prose: if wording.is_prose() { wording.chars } else { 0.0 },
            link: wording.link * wording.chars,
            ended: flag(wording.end >= 2.0),
            chosen: if self.chosen[block] { wording.chars } else { 0.0 },
        }
    }

    fn look(&self, node: usize) -> Look {
        let nodes = &self.tree.nodes;
        (nodes[node].look, nodes[nodes[node].parent as usize].look)
    }

    /// The blocks of the region where the prose is.
    pub(super) fn region(&self) -> &[usize] {
        &self.region.blocks
    }

    /// The numbers of one block, in place of those in `row`.
    pub(super) fn fill(&self, block: usize, row: &mut Vec<f32>) {
        row.clear();
        self.words_of(block, row);
        self.above(block, row);
        self.around(block, row);
        self.place(block, row);
        self.neighbours(block, row);
        let all = self.within[0];
        let share = all.chosen / all.prose.max(1.0);
        row.extend([all.prose, all.chosen, share, self.wordings.len() as f32]);
        debug_assert_eq!(row.len(), WIDTH, "each block has all numbers");
    }

    fn words_of(&self, block: usize, row: &mut Vec<f32>) {
        let text = self.tree.paragraphs.get(block);
        let wording = &self.wordings[block];
        row.extend([wording.chars, wording.words, wording.link, wording.end, wording.commas]);
        row.extend([wording.stops, wording.digits, wording.capitals, wording.kind, wording.head]);
        let (seen, repeats) = self.repeats[block];
        let title = wording::share_known(text, &self.told.title);
        let dek = wording::share_known(text, &self.told.dek);
        row.extend([repeats, seen, title, dek, self.shares[block], self.given.coverage()]);
        row.extend([wording.start, wording.sign]);
    }

    /// What the elements above a block are and say.
    fn above(&self, block: usize, row: &mut Vec<f32>) {
        let nodes = &self.tree.nodes;
        let node = self.tree.blocks[block].node as usize;
        let mut marked = [FAR; marks::KINDS];
        let mut above = [FAR; ABOVE.len()];
        let (mut aside, mut aside_prose, mut declared, mut articles) = (FAR, 0.0, FAR, 0.0_f32);
        let mut at = node;
        for level in (0..LEVELS).map(|level| level as f32) {
            if at == 0 {
                break;
            }
            let element = &nodes[at];
            let near = level.min(FAR - 1.0);
            let name = element.tag.map_or("", Tag::name);
            if !matches!(name, "html" | "body") {
                for (kind, nearest) in marked.iter_mut().enumerate() {
                    if element.marks >> kind & 1 == 1 {
                        *nearest = nearest.min(near);
                    }
                }
                for (nearest, tags) in above.iter_mut().zip(ABOVE) {
                    if tags.contains(&name) {
                        *nearest = nearest.min(near);
                    }
                }
                if element.aside {
                    aside = aside.min(level);
                    aside_prose = self.within[at].prose;
                }
                if element.declared {
                    declared = declared.min(level);
                }
                articles += flag(name == "article");
            }
            at = element.parent as usize;
        }
        row.extend([tag_code(nodes[node].tag), self.depth[node] as f32]);
        row.extend(marked);
        row.extend(above);
        row.extend([aside, aside_prose / self.within[0].prose.max(1.0), declared, articles]);
    }

    /// What else is in the elements around a block, and in those that look like them.
    fn around(&self, block: usize, row: &mut Vec<f32>) {
        const UP: usize = 4;
        let nodes = &self.tree.nodes;
        let all = self.within[0];
        let node = self.tree.blocks[block].node as usize;
        let parent = nodes[node].parent as usize;
        let mut at = node;
        for _ in 0..UP {
            row.extend(self.within[at].shape(all));
            row.push(self.region.scores[at] / self.best);
            at = nodes[at].parent as usize;
        }
        row.push(tag_code(nodes[parent].tag));
        row.extend(self.looks[&self.look(node)].shape(all));
        row.extend(self.parent_looks[&self.look(parent)].shape(all));
    }

    /// Where a block lies, seen from the region of the prose and from the headings.
    fn place(&self, block: usize, row: &mut Vec<f32>) {
        let all = self.within[0];
        let node = self.tree.blocks[block].node as usize;
        let meet = self.meet[node] as usize;
        let first = self.region.blocks.first().map_or(self.wordings.len(), |first| *first);
        let last = self.region.blocks.last().map_or(0, |last| *last);
        let (prose, chosen) = self.passed[block];
        row.extend([flag(self.chosen[block]), flag(!self.region.asides[node])]);
        row.push((self.depth[node] - self.depth[meet]) as f32);
        row.push((self.depth[self.region.top] - self.depth[meet]) as f32);
        row.extend([block as f32 - first as f32, last as f32 - block as f32]);
        row.push(block as f32 / self.wordings.len() as f32);
        row.extend([prose / all.prose.max(1.0), chosen / all.chosen.max(1.0)]);
        row.extend([self.since[block], self.until[block]]);
        let passed = self.headings.partition_point(|heading| *heading <= block);
        let since = passed.checked_sub(1).map(|last| (block - self.headings[last]).min(200));
        row.push(since.map_or(-1.0, |since| since as f32));
        row.push(flag(passed < self.headings.len()));
    }

    fn neighbours(&self, block: usize, row: &mut Vec<f32>) {
        let nodes = &self.tree.nodes;
        let node = self.tree.blocks[block].node as usize;
        for step in [-2, -1, 1, 2] {
            let other = block.checked_add_signed(step).filter(|other| *other < self.wordings.len());
            row.extend(other.map_or(NO_NEIGHBOUR, |other| {
                let wording = &self.wordings[other];
                let its = self.tree.blocks[other].node as usize;
                [
                    wording.chars,
                    wording.link,
                    wording.end,
                    wording.kind,
                    tag_code(nodes[its].tag),
                    flag(self.chosen[other]),
                    flag(self.look(its) == self.look(node)),
                    flag(nodes[its].parent == nodes[node].parent),
                    self.shares[other],
                ]
            }));
        }
    }
}

/// The text that a page gives of its article, as words three by three.
struct Given<'a> {
    triples: HashSet<[&'a str; 3]>,
    /// Those of them that a block has.
    covered: HashSet<[&'a str; 3]>,
}

impl<'a> Given<'a> {
    const LEAST: usize = 250;
    const MOST: usize = 1 << 20;

    fn new(text: Option<&'a str>) -> Self {
        let text = text.filter(|text| (Self::LEAST..Self::MOST).contains(&text.len()));
        let triples = text.map(|text| body::triples(text).collect()).unwrap_or_default();
        Self { triples, covered: HashSet::new() }
    }

    /// Share of a block's words that are in the text; below 0 where that cannot be told.
    fn cover(&mut self, block: &'a str) -> f32 {
        if self.triples.is_empty() {
            return -1.0;
        }
        let (mut all, mut known) = (0.0_f32, 0.0_f32);
        for three in body::triples(block) {
            all += 1.0;
            if self.triples.contains(&three) {
                known += 1.0;
                self.covered.insert(three);
            }
        }
        if all > 0.0 { known / all } else { -0.5 }
    }

    /// Share of the text that blocks have.
    fn coverage(&self) -> f32 {
        if self.triples.is_empty() {
            return -1.0;
        }
        self.covered.len() as f32 / self.triples.len() as f32
    }
}

/// For each block how often its text stood before, and how often it stands on the page.
fn repeats(tree: &Tree) -> Vec<(f32, f32)> {
    let mut times: HashMap<&str, f32> = HashMap::new();
    let mut seen = Vec::with_capacity(tree.blocks.len());
    for block in 0..tree.blocks.len() {
        let count = times.entry(tree.paragraphs.get(block)).or_default();
        seen.push(*count);
        *count += 1.0;
    }
    let all = |(block, seen)| (seen, times[tree.paragraphs.get(block)]);
    seen.into_iter().enumerate().map(all).collect()
}

/// For each element how deep it lies, and where the way up from it meets the way up from `top`.
fn depths(tree: &Tree, top: usize) -> (Vec<u32>, Vec<u32>) {
    let mut depth = vec![0; tree.nodes.len()];
    let mut meet = vec![0; tree.nodes.len()];
    let mut on_way = vec![false; tree.nodes.len()];
    let mut at = top;
    while at != 0 {
        on_way[at] = true;
        at = tree.nodes[at].parent as usize;
    }
    for node in 1..tree.nodes.len() {
        let parent = tree.nodes[node].parent as usize;
        depth[node] = depth[parent] + 1;
        meet[node] = if on_way[node] { node as u32 } else { meet[parent] };
    }
    (depth, meet)
}

/// For each block how many stand between it and the prose before it, and the prose after it.
fn to_prose(wordings: &[Wording]) -> (Vec<f32>, Vec<f32>) {
    let mut since = vec![NOWHERE; wordings.len()];
    let mut until = since.clone();
    let next = |other: &Wording, its: f32| {
        if other.is_prose() { 0.0 } else { (its + 1.0).min(NOWHERE) }
    };
    for block in 1..wordings.len() {
        since[block] = next(&wordings[block - 1], since[block - 1]);
    }
    for block in (1..wordings.len()).rev() {
        until[block - 1] = next(&wordings[block], until[block]);
    }
    (since, until)
}

fn name_of(tree: &Tree, block: usize) -> &'static str {
    tree.nodes[tree.blocks[block].node as usize].tag.map_or("", Tag::name)
}

/// Elements of one use have one number.
fn tag_code(tag: Option<Tag>) -> f32 {
    match tag.map_or("", Tag::name) {
        "p" => 1.0,
        "div" => 2.0,
        "li" => 3.0,
        "h1" => 4.0,
        "h2" => 5.0,
        "h3" => 6.0,
        "h4" | "h5" | "h6" => 7.0,
        "td" | "th" | "tr" => 8.0,
        "blockquote" => 9.0,
        "figcaption" | "figure" => 10.0,
        "section" => 11.0,
        "article" => 12.0,
        "dd" | "dt" | "dl" => 13.0,
        "ul" | "ol" => 14.0,
        _ => 0.0,
    }
}
