//! Clusters of words from the vector table of a spaCy model (`vocab/` of `en_core_web_md`): k-means over the
//! principal components of its rows.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use entity_tag::training::build_groups;

const ROWS: usize = 20_000;
const WIDTH: usize = 300;
/// Clusters at each grain.
const GRAINS: [usize; 3] = [64, 512, 2048];
const PASSES: usize = 12;
/// Principal components that are kept, and the steps to find them.
const KEPT: usize = 100;
const STEPS: usize = 40;

/// The sections `groups` and `clusters` of a model.
pub(crate) fn sections(folder: &Path) -> Result<[(&'static str, Vec<u8>); 2]> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).with_context(|| path.display().to_string())
    };
    let vectors = components(&vectors(&read("vectors")?)?);
    let rows = rows_by_key(&read("key2row")?)?;
    let strings: Vec<String> = serde_json::from_slice(&read("strings.json")?)?;
    let mut words: Vec<(&str, u16)> = strings
        .iter()
        .filter_map(|word| Some((word.as_str(), *rows.get(&murmur(word.as_bytes(), 1))?)))
        .collect();
    words.sort_unstable();
    words.dedup();
    let known: HashMap<&str, u16> = words.iter().copied().collect();
    // What the tagger finds in lower case need not be kept as written.
    words.retain(|(word, row)| {
        let low = word.to_lowercase();
        let found = *word != low && known.get(low.as_str()) == Some(row);
        !found && !word.contains(char::is_whitespace) && word.len() <= 24
    });
    let grains = GRAINS.map(|count| k_means(&vectors, count));
    let clusters = (0..ROWS).flat_map(|row| [0, 1, 2].map(|grain: usize| grains[grain][row]));
    let clusters = clusters.flat_map(u16::to_le_bytes).collect();
    Ok([("groups", build_groups(words)), ("clusters", clusters)])
}

/// The rows of a `NumPy` file, moved to a mean of 0 after being brought to length 1.
fn vectors(file: &[u8]) -> Result<Vec<f32>> {
    ensure!(file.len() == 128 + ROWS * WIDTH * 4, "`vectors` has another size than expected");
    let (numbers, _) = file[128..].as_chunks::<4>();
    let mut vectors: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let mut mean = [0.0; WIDTH];
    for row in vectors.chunks_exact_mut(WIDTH) {
        let length = row.iter().map(|part| part * part).sum::<f32>().sqrt().max(1e-6);
        for (part, mean) in row.iter_mut().zip(&mut mean) {
            *part /= length;
            *mean += *part / ROWS as f32;
        }
    }
    for row in vectors.chunks_exact_mut(WIDTH) {
        row.iter_mut().zip(&mean).for_each(|(part, mean)| *part -= mean);
    }
    Ok(vectors)
}

/// The rows in the directions in which they differ most, found by orthogonal iteration.
fn components(vectors: &[f32]) -> Vec<f32> {
    let mut covariance = vec![[0.0_f32; WIDTH]; WIDTH];
    for row in vectors.as_chunks::<WIDTH>().0 {
        for (part, sums) in row.iter().zip(&mut covariance) {
            sums.iter_mut().zip(row).for_each(|(sum, other)| *sum += part * other);
        }
    }
    let start = |number: usize| ((number * 7919 + 13) % 1009) as f32 / 1009.0 - 0.5;
    let mut axes: Vec<Vec<f32>> = (0..KEPT)
        .map(|axis| (0..WIDTH).map(|part| start(axis + part * 13 + axis * part)).collect())
        .collect();
    for _ in 0..STEPS {
        for axis in &mut axes {
            *axis = covariance.iter().map(|row| dot(row, axis)).collect();
        }
        for number in 0..KEPT {
            let (done, rest) = axes.split_at_mut(number);
            let newest = &mut rest[0];
            for other in done {
                let shared = dot(newest, other);
                newest
                    .iter_mut()
                    .zip(other.iter())
                    .for_each(|(part, other)| *part -= shared * other);
            }
            let length = dot(newest, newest).sqrt().max(f32::MIN_POSITIVE);
            for part in newest.iter_mut() {
                *part /= length;
            }
        }
    }
    let rows = vectors.as_chunks::<WIDTH>().0.iter();
    rows.flat_map(|row| axes.iter().map(move |axis| dot(row, axis))).collect()
}

/// The number of each row's cluster.
fn k_means(vectors: &[f32], count: usize) -> Vec<u16> {
    let row = |number: usize| &vectors[number * KEPT..(number + 1) * KEPT];
    let mut centres: Vec<f32> =
        (0..count).flat_map(|cluster| row((cluster * ROWS / count + 17) % ROWS).to_vec()).collect();
    let mut nearest = vec![0; ROWS];
    for _ in 0..PASSES {
        let lengths: Vec<f32> =
            centres.chunks_exact(KEPT).map(|centre| dot(centre, centre)).collect();
        for (number, nearest) in nearest.iter_mut().enumerate() {
            let mut best = (f32::MAX, 0);
            for (cluster, centre) in centres.chunks_exact(KEPT).enumerate() {
                let distance = lengths[cluster] - 2.0 * dot(row(number), centre);
                if distance < best.0 {
                    best = (distance, cluster as u16);
                }
            }
            *nearest = best.1;
        }
        let mut sizes = vec![0.0; count];
        let mut sums = vec![0.0; count * KEPT];
        for (number, cluster) in nearest.iter().enumerate() {
            let cluster = usize::from(*cluster);
            sizes[cluster] += 1.0;
            let sum = &mut sums[cluster * KEPT..(cluster + 1) * KEPT];
            sum.iter_mut().zip(row(number)).for_each(|(sum, part)| *sum += part);
        }
        for (cluster, size) in sizes.iter().enumerate().filter(|(_, size)| **size > 0.0) {
            let range = cluster * KEPT..(cluster + 1) * KEPT;
            centres[range.clone()]
                .iter_mut()
                .zip(&sums[range])
                .for_each(|(centre, sum)| *centre = sum / size);
        }
    }
    nearest
}

/// The product of two rows, summed in lanes so that it can be vectorised in a fixed order.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0; 20];
    for (a, b) in a.as_chunks::<20>().0.iter().zip(b.as_chunks::<20>().0) {
        for lane in 0..20 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum()
}

/// The map from the hash of a word to its row, as `MessagePack`.
fn rows_by_key(file: &[u8]) -> Result<HashMap<u64, u16>> {
    ensure!(file.first() == Some(&0xdf), "`key2row` is no map");
    let mut rest = &file[5..];
    let mut rows = HashMap::new();
    while !rest.is_empty() {
        let key = number(&mut rest).context("`key2row` is cut short")?;
        let row = number(&mut rest).context("`key2row` is cut short")?;
        rows.insert(key, u16::try_from(row)?);
    }
    Ok(rows)
}

/// The next unsigned number.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let (first, tail) = rest.split_first()?;
    let length = match first {
        0..=0x7f => 0,
        0xcc..=0xcf => 1 << (first - 0xcc),
        _ => return None,
    };
    let (bytes, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    Some(if length == 0 { u64::from(*first) } else { value })
}

/// `MurmurHash64A` (Austin Appleby, public domain), by which spaCy numbers its words.
fn murmur(bytes: &[u8], seed: u64) -> u64 {
    const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(FACTOR);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let mut word = u64::from_le_bytes(*word).wrapping_mul(FACTOR);
        word ^= word >> 47;
        hash = (hash ^ word.wrapping_mul(FACTOR)).wrapping_mul(FACTOR);
    }
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte));
        hash = (hash ^ last).wrapping_mul(FACTOR);
    }
    hash ^= hash >> 47;
    hash = hash.wrapping_mul(FACTOR);
    hash ^ (hash >> 47)
}
