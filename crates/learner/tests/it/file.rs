use std::collections::BTreeSet;

use learner::hash::feature;
use learner::{Codes, ModelFile, Rows, WIDTH};
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
}
