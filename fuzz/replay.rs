//! The first inputs of each target: the same each time, and every one of them comes to an end.

use fuzz::{Changes, TARGETS};

#[test]
fn the_first_inputs_of_every_target_come_to_an_end() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        for seed in &seeds {
            (target.run)(seed);
        }
        let mut changes = Changes::new(seeds, 1);
        for _ in 0..150 {
            (target.run)(&changes.input());
        }
    }
}

#[test]
fn inputs_are_the_same_each_time_and_differ() {
    let inputs = || {
        let mut changes = Changes::new((TARGETS[3].seeds)(), 9);
        (0..50).map(|_| changes.input()).collect::<Vec<_>>()
    };
    assert_eq!(inputs(), inputs());
    assert!(inputs().windows(2).any(|pair| pair[0] != pair[1]));
}
