use learner::tags::{self, OUTSIDE, TAGS, may_end, may_follow, may_start};
use learner::{Steps, WIDTH};
use proptest::prelude::*;

#[test]
fn what_is_marked_comes_back() {
    let mut row = [OUTSIDE; 8];
    tags::mark(&mut row, 0..1, 2);
    tags::mark(&mut row, 2..5, 0);
    tags::mark(&mut row, 5..7, 0);
    let found: Vec<_> = tags::stretches(&row).collect();
    assert_eq!(found, [(0..1, 2), (2..5, 0), (5..7, 0)]);
}

#[test]
fn a_stretch_never_ends_within_another() {
    let begin_person = 0;
    let end_organization = 4 + 2;
    assert!(!may_follow(begin_person, end_organization));
    assert!(!may_follow(begin_person, OUTSIDE));
    assert!(may_follow(OUTSIDE, begin_person) && may_start(begin_person) && !may_end(begin_person));
}

proptest! {
    /// The best row of tags is the one that an exhaustive search finds.
    #[test]
    fn no_row_of_tags_is_better(
        own in prop::collection::vec(prop::array::uniform16(-50..50_i16), 1..4),
        learned in prop::collection::vec(-50..50_i16, TAGS * TAGS),
    ) {
        let mut weights = [[0; TAGS]; TAGS];
        for (at, weight) in learned.iter().enumerate() {
            weights[at / TAGS][at % TAGS] = *weight;
        }
        let steps = Steps::open(&Steps::build(&weights)).unwrap();
        let mut found = Vec::new();
        steps.best(&own, &mut Vec::new(), &mut found);
        let score = |row: &[u8]| -> Option<i32> {
            let fits = may_start(row[0]) && may_end(row[row.len() - 1])
                && row.windows(2).all(|pair| may_follow(pair[0], pair[1]));
            let own: i32 = row.iter().zip(&own)
                .map(|(tag, own)| if usize::from(*tag) < WIDTH { i32::from(own[usize::from(*tag)]) } else { 0 })
                .sum();
            let between: i32 = row.windows(2)
                .map(|pair| i32::from(weights[usize::from(pair[0])][usize::from(pair[1])]))
                .sum();
            fits.then_some(own + between)
        };
        let all = (0..TAGS.pow(own.len() as u32)).filter_map(|number| {
            let row: Vec<u8> = (0..own.len())
                .map(|at| (number / TAGS.pow(at as u32) % TAGS) as u8)
                .collect();
            score(&row)
        });
        prop_assert_eq!(score(&found), all.max());
    }
}
