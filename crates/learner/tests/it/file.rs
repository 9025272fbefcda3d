use std::collections::BTreeSet;

use learner::hash::feature;
use learner::{Batch, Codes, ModelFile, Rows, WIDTH};
use proptest::prelude::*;

fn sample() -> Vec<u8> {
    ModelFile::build(&[("first", vec![1, 2, 3]), ("empty", vec![]), ("last", vec![9; 40])])
}

#[test]
fn sections_come_back() {
    let file = ModelFile::open(sample()).unwrap();
    assert_eq!(file.section("first").unwrap(), [1, 2, 3]);
    assert_eq!(file.section("empty").unwrap(), [0; 0]);
    assert_eq!(file.section("last").unwrap(), [9; 40]);
    assert!(file.section("other").is_err());
}

#[test]
fn a_damaged_file_is_refused() {
    let good = sample();
    for cut in 0..good.len() {
        assert!(ModelFile::open(good[..cut].to_vec()).is_err(), "cut at {cut}");
    }
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        assert!(ModelFile::open(bad).is_err(), "changed at {at}");
    }
}

#[test]
fn a_message_says_what_to_do() {
    let error = ModelFile::open(b"something else".to_vec()).unwrap_err().to_string();
    assert!(error.contains("does not start like one") && error.contains("train it again"));
}

#[test]
fn tables_of_odd_lengths_are_refused() {
    assert!(Codes::open(&[0; 5]).is_err());
    assert!(Codes::open(&[1; 8]).is_err(), "no free slot");
    assert!(<Rows>::open(&[0; 33]).is_err());
    assert!(<Rows>::open(&[1; 34]).is_err(), "no free slot");
    assert_eq!(Codes::open(&[]).unwrap().get(5), None);
}

proptest! {
    #[test]
    fn codes_are_found_again(entries in prop::collection::btree_map(any::<u32>(), any::<u16>(), 0..200)) {
        let hashed = |key: u32| feature(1, key, 0);
        let bytes = Codes::build(entries.iter().map(|(key, value)| (hashed(*key), *value)));
        let codes = Codes::open(&bytes).unwrap();
        // Of entries that only the rest of their hashes tells apart, one may be lost.
        let check = |key: u32| (hashed(key) >> 48).max(1);
        for (key, value) in &entries {
            let alone = entries.keys().all(|other| other == key || check(*other) != check(*key));
            if alone {
                prop_assert_eq!(codes.get(hashed(*key)), Some(*value));
            }
        }
    }

    #[test]
    fn weights_are_added(rows in prop::collection::btree_map(any::<u32>(), any::<i8>(), 1..100)) {
        let hashed = |key: u32| feature(1, key, 0);
        let checks: BTreeSet<u64> = rows.keys().map(|key| (hashed(*key) >> 48).max(1)).collect();
        prop_assume!(checks.len() == rows.len());
        let table: Vec<_> =
            rows.iter().map(|(key, weight)| (hashed(*key), [*weight; 2 * WIDTH])).collect();
        let bytes = Rows::build(&table);
        let table = Rows::open(&bytes).unwrap();
        let mut sums = [0; 2 * WIDTH];
        for key in rows.keys() {
            table.add(hashed(*key), &mut sums);
        }
        let expected: i16 = rows.values().map(|weight| i16::from(*weight)).sum();
        prop_assert_eq!(sums, [expected; 2 * WIDTH]);
    }

    /// However features are looked up, the same weights are added.
    #[test]
    fn looked_up_together_they_add_the_same(
        known in prop::collection::btree_map(0..400_u32, any::<i8>(), 1..300),
        tokens in prop::collection::vec(prop::collection::vec(0..400_u32, 0..40), 0..9),
    ) {
        let table: Vec<_> =
            known.iter().map(|(key, weight)| (feature(1, *key, 0), [*weight; 8])).collect();
        let bytes = Rows::<8>::build(&table);
        let rows = Rows::<8>::open(&bytes).unwrap();
        let mut batch = Batch::default();
        let mut one_by_one = vec![[0; 8]; tokens.len()];
        let mut of_token = one_by_one.clone();
        let mut together = one_by_one.clone();
        for (at, token) in tokens.iter().enumerate() {
            let features: Vec<u64> = token.iter().map(|key| feature(1, *key, 0)).collect();
            rows.add_all(&features, &mut of_token[at]);
            for feature in features {
                rows.add(feature, &mut one_by_one[at]);
                batch.push(feature);
            }
            batch.end_token();
        }
        batch.add_to(rows, &mut together);
        prop_assert_eq!(&of_token, &one_by_one);
        prop_assert_eq!(&together, &one_by_one);
    }
}
