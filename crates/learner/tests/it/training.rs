use learner::crf::{Lessons, Options, train};
use learner::tags::{self, OUTSIDE};
use learner::{Steps, Sums};

const OPTIONS: Options = Options { passes: 8, settled: 4, rate: 0.2, seed: 3 };

/// Feature 0 is on every token, 1 on those that open a name of class 2, 2 on those that end it.
fn lessons() -> Lessons {
    let mut lessons = Lessons::new();
    for length in 2..6 {
        let mut row = vec![OUTSIDE; length + 2];
        tags::mark(&mut row, 1..length, 2);
        for (at, tag) in row.iter().enumerate() {
            let own = if at == 1 { Some(1) } else { None };
            let last = if at + 1 == length { Some(2) } else { None };
            lessons.push([Some(0), own, last].into_iter().flatten(), *tag);
        }
        lessons.end_sentence(1.0);
    }
    lessons
}

#[test]
fn what_was_taught_is_known() {
    let learned = train(&lessons(), 3, &OPTIONS);
    let steps = Steps::new(&learned.steps.map(|row| row.map(|weight| (weight * 64.0) as i16)));
    let sums = |features: &[usize]| -> Sums {
        let mut sums = Sums::default();
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(&learned.rows[*feature]) {
                *sum += (weight * 64.0) as i16;
            }
        }
        sums
    };
    let sentence = [sums(&[0]), sums(&[0]), sums(&[0, 1]), sums(&[0]), sums(&[0, 2]), sums(&[0])];
    let mut found = Vec::new();
    steps.best(&sentence, &mut Vec::new(), &mut found);
    assert_eq!(tags::stretches(&found).collect::<Vec<_>>(), [(2..5, 2)]);
}

#[test]
fn the_same_lessons_teach_the_same() {
    let bits = |learned: learner::crf::Learned| -> Vec<u32> {
        learned.rows.iter().flatten().map(|weight| weight.to_bits()).collect()
    };
    let once = bits(train(&lessons(), 3, &OPTIONS));
    assert_eq!(once, bits(train(&lessons(), 3, &OPTIONS)));
    let other = Options { seed: 4, ..OPTIONS };
    assert_ne!(once, bits(train(&lessons(), 3, &other)));
}
