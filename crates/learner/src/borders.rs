//! Numbers → facts: how many learned borders a number lies above.

use crate::file::ModelError;

/// Most borders of one number, so that what they part is a byte.
const MOST: usize = 63;

/// For each of a row of numbers the borders that part its range. A [`crate::Forest`] asks for facts of
/// one byte; lengths, shares and counts become such facts by where they lie among those of the lessons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Borders(Vec<Vec<f32>>);

impl Borders {
    /// Borders between all the values that a number has in `rows` (row after row, `width` numbers each), or at
    /// even shares of the rows where it has many.
    pub fn learn(rows: &[f32], width: usize) -> Self {
        let borders = |number: usize| {
            let mut all: Vec<f32> = rows.iter().skip(number).step_by(width).copied().collect();
            all.sort_by(f32::total_cmp);
            let mut distinct = all.clone();
            distinct.dedup();
            if distinct.len() <= MOST {
                return distinct.windows(2).map(|two| f32::midpoint(two[0], two[1])).collect();
            }
            let mut borders: Vec<f32> =
                (1..=MOST).map(|part| all[(all.len() - 1) * part / (MOST + 1)]).collect();
            borders.dedup();
            borders
        };
        Self((0..width).map(borders).collect())
    }

    /// The facts that these numbers are, in place of those in `facts`.
    ///
    /// # Panics
    /// If there are not as many numbers as borders were learned for.
    pub fn facts(&self, numbers: &[f32], facts: &mut Vec<u8>) {
        assert_eq!(numbers.len(), self.0.len(), "each number has its borders");
        let below = |(number, borders): (&f32, &Vec<f32>)| {
            borders.partition_point(|border| border < number) as u8
        };
        facts.clear();
        facts.extend(numbers.iter().zip(&self.0).map(below));
    }

    /// The borders in a section of a model file, for rows of `width` numbers.
    ///
    /// # Errors
    /// If the bytes are no borders, or not of as many numbers.
    pub fn open(bytes: &[u8], width: usize) -> Result<Self, ModelError> {
        let damaged = || ModelError::damaged("its borders are not those of as many numbers");
        let (counts, rest) = bytes.split_at_checked(width).ok_or_else(damaged)?;
        let (mut rest, []) = rest.as_chunks() else { return Err(damaged()) };
        let mut borders = Vec::with_capacity(width);
        for count in counts {
            let (own, others) = rest.split_at_checked(usize::from(*count)).ok_or_else(damaged)?;
            borders.push(own.iter().copied().map(f32::from_le_bytes).collect());
            rest = others;
        }
        if rest.is_empty() { Ok(Self(borders)) } else { Err(damaged()) }
    }

    /// The bytes that [`Self::open`] reads: how many borders each number has, then all of them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let counts = self.0.iter().map(|borders| borders.len() as u8);
        let borders = self.0.iter().flatten().flat_map(|border| border.to_le_bytes());
        counts.chain(borders).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_places_among_the_borders() {
        let rows: Vec<f32> =
            (0..1000).flat_map(|row| [row as f32, (row % 3) as f32, 7.0]).collect();
        let learned = Borders::learn(&rows, 3);
        let borders = Borders::open(&learned.to_bytes(), 3).unwrap();
        assert_eq!(borders, learned);
        let facts = |numbers: [f32; 3]| {
            let mut facts = vec![9];
            borders.facts(&numbers, &mut facts);
            facts
        };
        assert_eq!(facts([-1.0, 0.0, 7.0]), [0, 0, 0]);
        assert_eq!(facts([500.0, 1.0, 8.0]), [32, 1, 0]);
        assert_eq!(facts([2000.0, 2.0, f32::NAN]), [63, 2, 0]);
        assert!(Borders::open(&learned.to_bytes(), 2).is_err());
        assert!(Borders::open(&learned.to_bytes()[1..], 3).is_err());
        assert!(Borders::open(&[], 3).is_err());
    }
}
