//! What every sentence was given, and why, for people who ask.

use document::{Document, Row, json};

use crate::features::{Features, Number};
use crate::reading::Reading;
use crate::select::Choice;

/// The layer of the sentences' scores.
const LAYER: &str = "summarize.scores";

/// Writes one annotation for each sentence: its score, and as data its rank (1 is the best score), whether
/// it was chosen, and in words what speaks for and against it.
///
/// The layer is not among those that the stage declares: where nobody asked for it, it is not there, not empty.
pub(crate) fn tell(doc: &mut Document, reading: &Reading, scores: &[f32], choice: &Choice) {
    let layer = doc.intern(LAYER);
    doc.mark_written(layer);
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one])); // stable: of equals the earlier
    let mut ranks = vec![0; scores.len()];
    for (rank, index) in (1..).zip(order) {
        ranks[index] = rank;
    }
    for (index, sentence) in reading.sentences.iter().enumerate() {
        let chosen = choice.sentences.contains(&index);
        let against: Vec<&str> = reading.faults[index].iter().map(|fault| fault.of_one()).collect();
        let mut data = format!("{{\"rank\":{},\"chosen\":{chosen},\"for\":", ranks[index]);
        push_list(&mut data, &merits(&reading.table.rows[index]));
        data.push_str(",\"against\":");
        push_list(&mut data, &against);
        data.push('}');
        doc.add_with_value(Row::new(layer).at(*sentence).score(scores[index]), &data);
    }
}

/// What speaks for a sentence, in words.
fn merits(features: &Features) -> Vec<&'static str> {
    const MERITS: [(Number, f32, &str); 6] = [
        (Number::Headline, 0.5, "shares words with the headline"),
        (Number::Central, 0.8, "is close to the article as a whole"),
        (Number::TakenUp, 0.7, "is taken up again by what follows"),
        (Number::Opening, 0.25, "says more of what the article opens with"),
        (Number::Key, 0.4, "holds the article's key words"),
        (Number::Names, 0.7, "names whom the article is about"),
    ];
    let opens = (features[Number::Index] < 3.0).then_some("stands at the start");
    let has = |(number, least, told): &(Number, f32, &'static str)| {
        (features[*number] >= *least).then_some(*told)
    };
    opens.into_iter().chain(MERITS.iter().filter_map(has)).collect()
}

fn push_list(out: &mut String, texts: &[&str]) {
    out.push('[');
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        json::push_string(out, text);
    }
    out.push(']');
}
