//! Changing what stages have written: for what people know better.
//!
//! Stages only ever add; these methods are for the corrections that follow them. A [`Checkpoint`](super::Checkpoint)
//! made before does not lead back over them.

use super::Document;
use crate::layers::SpeakerDraft;
use crate::{Relation, Row, RowId, Symbol, json, symbol};

impl Document {
    /// Sets flags of a row beside those that it has.
    ///
    /// # Panics
    /// If the row does not exist.
    pub fn set_flags(&mut self, row: RowId, flags: u32) {
        self.edited = true;
        self.rows[row.0 as usize].flags |= flags;
    }

    /// Puts `text` in place of a row's value, as a JSON string.
    ///
    /// # Panics
    /// If the row does not exist.
    pub fn set_string(&mut self, row: RowId, text: &str) {
        self.edited = true;
        let value_start = self.values.len() as u32;
        json::push_string(&mut self.values, text);
        let value_len = self.values.len() as u32 - value_start;
        let row = &mut self.rows[row.0 as usize];
        (row.value_start, row.value_len) = (value_start, value_len);
    }

    /// Says who said a quotation, in place of whoever was credited before; `None` is unknown.
    ///
    /// # Panics
    /// If the quotation or the speaker's entity does not exist.
    pub fn set_speaker(&mut self, quotation: RowId, speaker: Option<&SpeakerDraft<'_>>) {
        self.edited = true;
        self.relations
            .retain(|relation| relation.from != quotation || relation.role != symbol::SPEAKER);
        if let Some(speaker) = speaker {
            self.add_speaker(quotation, speaker);
        }
    }

    /// Lets every relation in `role` to the row `old`, whose start passes, lead to `new` instead.
    ///
    /// # Panics
    /// If `new` does not exist.
    pub fn redirect(
        &mut self,
        role: Symbol,
        old: RowId,
        new: RowId,
        passes: impl Fn(RowId) -> bool,
    ) {
        assert!((new.0 as usize) < self.rows.len(), "a relation links rows that exist");
        self.edited = true;
        for relation in &mut self.relations {
            if relation.role == role && relation.to == old && passes(relation.from) {
                relation.to = new;
            }
        }
    }

    /// Takes rows away with every relation from or to them, and then the parts that nothing leads to any
    /// more. The other rows move up: a [`RowId`] from before may name another row.
    pub fn remove(&mut self, rows: &[RowId]) {
        self.edited = true;
        let mut keeps: Vec<bool> = self.rows.iter().map(|row| row.layer != symbol::PARTS).collect();
        for row in rows {
            keeps[row.0 as usize] = false;
        }
        let stays = |keeps: &[bool], relation: &Relation| {
            let is_kept = |row: RowId| keeps[row.0 as usize];
            is_kept(relation.from) && !rows.contains(&relation.to)
        };
        // A part may have parts of its own (a speaker's role), so what is reached grows until it stands.
        loop {
            let reached: Vec<RowId> = self
                .relations
                .iter()
                .filter(|relation| stays(&keeps, relation) && !keeps[relation.to.0 as usize])
                .map(|relation| relation.to)
                .collect();
            if reached.is_empty() {
                break;
            }
            for row in reached {
                keeps[row.0 as usize] = true;
            }
        }
        self.relations.retain(|relation| stays(&keeps, relation));
        let mut next = 0;
        let moved: Vec<RowId> = keeps
            .iter()
            .map(|keep| {
                next += u32::from(*keep);
                RowId(next.saturating_sub(1))
            })
            .collect();
        for relation in &mut self.relations {
            relation.from = moved[relation.from.0 as usize];
            relation.to = moved[relation.to.0 as usize];
        }
        let mut keeps = keeps.into_iter();
        self.rows.retain(|_: &Row| keeps.next().expect("a decision for each row"));
    }
}

#[cfg(test)]
mod tests {
    use crate::layers::{MentionDraft, QuotationDraft, SpeakerDraft};
    use crate::{Document, Form, Origin, Row, RowId, Span, Text, symbol};

    const TEXT: &str = "“Yes,” said Ada Ek. “No,” said Bo Lind.";

    fn quotation(doc: &mut Document, words: &str, speaker: &SpeakerDraft<'_>) -> RowId {
        let span = span(words);
        doc.add_quotation(&QuotationDraft {
            span,
            kind: symbol::DIRECT,
            marked: &[span],
            cue: None,
            speaker: Some(*speaker),
            addressee: None,
            occasion: None,
            said_on: None,
            negated: false,
            score: 0.9,
        })
    }

    fn span(words: &str) -> Span {
        let start = TEXT.find(words).unwrap();
        Span::from_range(start..start + words.len())
    }

    fn by<'n>(name: &'n str, entity: RowId, role: Option<&'n str>) -> SpeakerDraft<'n> {
        SpeakerDraft { span: Some(span(name)), via: symbol::NAME, entity: Some(entity), name, role }
    }

    fn doc() -> Document {
        let mut doc = Document::new("a", Origin::path("a"), TEXT.into(), Form::Text);
        doc.set_text(Text::verbatim(TEXT));
        let mut add = |name: &str, key: &str| {
            let mention = doc.add_mention(&MentionDraft::name(span(name), symbol::PER, 1.0));
            let entity = doc.add_entity(symbol::PER, key, name, None);
            doc.set_entity(mention, entity);
            entity
        };
        let (ada, bo) = (add("Ada Ek", "per:ada ek"), add("Bo Lind", "per:bo lind"));
        quotation(&mut doc, "Yes", &by("Ada Ek", ada, Some("mayor")));
        quotation(&mut doc, "No", &by("Bo Lind", bo, Some("judge")));
        doc
    }

    /// Each quotation with its speaker, role and the key of the entity.
    fn said(doc: &Document) -> Vec<String> {
        let view = doc.view();
        view.quotations()
            .map(|quotation| {
                let speaker = quotation.speaker().map(|speaker| {
                    let key = speaker.entity().map(|entity| view.entity(entity).key());
                    format!("{} {:?} {:?}", speaker.name(), speaker.role(), key)
                });
                format!("{} {speaker:?}", doc.slice(quotation.span()))
            })
            .collect()
    }

    fn first(doc: &Document) -> RowId {
        doc.view().quotations().next().unwrap().id()
    }

    #[test]
    fn what_is_taken_away_leaves_the_rest_as_it_was() {
        let mut doc = doc();
        let before = said(&doc);
        doc.remove(&[first(&doc)]);
        assert_eq!(said(&doc), before[1..]);
        let parts = doc.layer(symbol::PARTS).count();
        assert_eq!(parts, 5, "two keys, and marked, speaker and role of the other quotation");
        assert_eq!(doc.view().mentions().filter(|mention| mention.entity().is_some()).count(), 2);
    }

    #[test]
    fn a_speaker_takes_the_place_of_another_or_nobody_does() {
        let mut doc = doc();
        let other = SpeakerDraft {
            span: None,
            via: symbol::NAME,
            entity: None,
            name: "Cleo Moss",
            role: None,
        };
        doc.set_speaker(first(&doc), Some(&other));
        doc.set_flags(first(&doc), Row::CORRECTED);
        assert_eq!(said(&doc)[0], "Yes Some(\"Cleo Moss None None\")");
        assert!(doc.view().quotations().next().unwrap().corrected());
        doc.set_speaker(first(&doc), None);
        assert_eq!(said(&doc)[0], "Yes None");
    }

    #[test]
    fn one_entity_takes_over_what_another_had() {
        let mut doc = doc();
        let [ada, bo] = [0, 1].map(|at| doc.view().entities().nth(at).unwrap().id());
        doc.redirect(symbol::ENTITY, bo, ada, |_| true);
        doc.set_string(ada, "Ada Lind");
        doc.remove(&[bo]);
        assert_eq!(doc.view().entities().next().unwrap().name(), "Ada Lind");
        assert_eq!(
            said(&doc)[1],
            "No Some(\"Bo Lind Some(\\\"judge\\\") Some(\\\"per:ada ek\\\")\")"
        );
        assert_eq!(doc.view().entities().count(), 1);
    }

    #[test]
    #[should_panic(expected = "was edited")]
    fn a_checkpoint_does_not_lead_back_over_an_edit() {
        let mut doc = doc();
        let before = doc.checkpoint();
        doc.remove(&[first(&doc)]);
        doc.roll_back(before);
    }
}
