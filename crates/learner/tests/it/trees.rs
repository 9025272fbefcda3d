use learner::boost::{Lessons, Options, train};
use learner::trees::{Node, Tree};
use learner::{Prepared, Trees};
use proptest::prelude::*;

const OPTIONS: Options = Options {
    trees: 60,
    leaves: 4,
    rate: 0.2,
    least: 2,
    caution: 0.5,
    rows: 255,
    features: 255,
    seed: 1,
};

/// One where the first number is large and the second small, else nothing; the third tells nothing.
fn lessons() -> Lessons {
    let mut lessons = Lessons::new(3);
    for number in 0..400u16 {
        let row = [number % 20, number / 20 % 20, number % 7].map(f32::from);
        lessons.push(&row, f32::from(row[0] > 12.0 && row[1] < 6.0), 1.0);
    }
    lessons
}

#[test]
fn trees_learn_what_two_numbers_say_together() {
    let trees = train(&lessons(), &OPTIONS);
    for (row, wanted) in [([19.0, 0.0, 3.0], 1.0), ([19.0, 19.0, 3.0], 0.0), ([0.0, 0.0, 3.0], 0.0)]
    {
        let sum: f32 = trees.sum(&row);
        assert!((sum - wanted).abs() < 0.1, "{row:?}: {sum}");
    }
}

#[test]
fn the_same_lessons_give_the_same_bytes() {
    assert_eq!(train(&lessons(), &OPTIONS).build(), train(&lessons(), &OPTIONS).build());
}

#[test]
fn trees_come_back_from_their_bytes() {
    let trees = train(&lessons(), &OPTIONS);
    assert_eq!(Trees::open(&trees.build(), 3).unwrap(), trees);
    let narrow = Trees::open(&trees.build(), 1);
    assert!(narrow.is_err(), "a tree that looks beyond the row is refused");
}

#[test]
fn a_tree_that_never_ends_is_refused() {
    let node = |children| Node { feature: 0, threshold: 0.5, children };
    for (children, sound) in
        [([!0, !1], true), ([0, !1], false), ([1, !1], false), ([!0, !2], false), ([!1, !1], false)]
    {
        let tree = Tree { nodes: vec![node(children)], leaves: vec![0.0, 1.0] };
        assert_eq!(Trees::open(&Trees::new(vec![tree]).build(), 1).is_ok(), sound, "{children:?}");
    }
}

#[test]
fn the_mean_of_models_is_between_them() {
    let leaf = |leaf| Trees::new(vec![Tree { nodes: vec![], leaves: vec![leaf] }]);
    assert_eq!(Trees::mean(&[leaf(1.0), leaf(2.0)]).sum(&[]).to_bits(), 1.5f32.to_bits());
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(trees) = Trees::open(&bytes, 4) {
            let row = [0.0, 1.0, -1.0, f32::NAN];
            prop_assert_eq!(Prepared::new(&trees).sum(&row).to_bits(), trees.sum(&row).to_bits());
        }
    }

    #[test]
    fn made_ready_they_answer_the_same(
        row in prop::array::uniform3(prop_oneof![0.0..20.0_f32, Just(12.0), Just(f32::NAN)]),
        leaves in 2..20_usize,
    ) {
        let trees = train(&lessons(), &Options { leaves, trees: 9, ..OPTIONS });
        prop_assert_eq!(Prepared::new(&trees).sum(&row).to_bits(), trees.sum(&row).to_bits());
    }
}
