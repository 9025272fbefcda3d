//! What a line does to a document.

use std::borrow::Cow;

use document::layers::SpeakerDraft;
use document::{Document, Row, RowId, Span, Symbol, View, symbol};
use tokens::push_folded;

use crate::find;
use crate::line::{Change, Place, Wish};

/// What a line did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// The words that it is about.
    pub(crate) span: Option<Span>,
    /// For people.
    pub(crate) told: String,
}

/// Changes the document as asked, or says why that does not fit it; then nothing is changed.
pub(crate) fn apply(doc: &mut Document, change: &Change) -> Result<Done, String> {
    match change {
        Change::Speaker { quotation, speaker, role } => credit(doc, quotation, speaker, role),
        Change::Remove { quotation } => remove(doc, quotation),
        Change::Rename { entity, name } => rename(doc, entity, name),
        Change::Merge { entity, others } => merge(doc, entity, others),
        Change::Split { entity, names, name } => split(doc, entity, names, name.as_deref()),
    }
}

/// A speaker as it will be.
#[derive(Clone)]
struct Speaker {
    span: Option<Span>,
    via: Symbol,
    entity: Option<RowId>,
    name: String,
    role: Option<String>,
}

fn credit(doc: &mut Document, place: &Place, speaker: &Wish, role: &Wish) -> Result<Done, String> {
    let view = doc.view();
    let parts = find::quotations(&view, place)?;
    let of = |part: RowId| {
        let quotation = view.quotations().find(|quotation| quotation.id() == part)?;
        quotation.speaker().map(|speaker| Speaker {
            span: speaker.span(),
            via: speaker.via(),
            entity: speaker.entity(),
            name: speaker.name().into_owned(),
            role: speaker.role().map(Cow::into_owned),
        })
    };
    let before: Vec<Option<Speaker>> = parts.iter().map(|part| of(*part)).collect();
    let after: Vec<Option<Speaker>> = match speaker {
        Wish::Clear => vec![None; parts.len()],
        Wish::Set(name) => {
            let given = Place { text: name.clone(), start: None, occurrence: None };
            let entity = find::entity(&view, &given).ok();
            let full = entity.map(|entity| view.entity(entity).name().into_owned());
            let name = full.unwrap_or_else(|| name.clone());
            let role = match role {
                Wish::Set(role) => Some(role.clone()),
                Wish::Clear => None,
                Wish::Keep => role_of(&view, entity),
            };
            let speaker = Speaker { span: None, via: symbol::NAME, entity, name, role };
            vec![Some(speaker); parts.len()]
        }
        Wish::Keep => {
            if before.iter().all(Option::is_none) {
                return Err("nobody is known to have said it, so there is no role".to_owned());
            }
            let role = match role {
                Wish::Set(role) => Some(role.clone()),
                Wish::Clear | Wish::Keep => None,
            };
            let with_role = |speaker: Speaker| Speaker { role: role.clone(), ..speaker };
            before.iter().cloned().map(|speaker| speaker.map(with_role)).collect()
        }
    };
    let (was, is) = (told(before[0].as_ref(), speaker), told(after[0].as_ref(), speaker));
    drop(view);
    for (part, speaker) in parts.iter().zip(&after) {
        let draft = speaker.as_ref().map(|speaker| SpeakerDraft {
            span: speaker.span,
            via: speaker.via,
            entity: speaker.entity,
            name: &speaker.name,
            role: speaker.role.as_deref(),
        });
        doc.set_speaker(*part, draft.as_ref());
        doc.set_flags(*part, Row::CORRECTED);
    }
    let what = if *speaker == Wish::Keep { "role" } else { "speaker" };
    Ok(Done { span: doc.row(parts[0]).span(), told: format!("{what} by hand: {is}, not {was}") })
}

/// The speaker or, where only that changes, the role, for people.
fn told(speaker: Option<&Speaker>, wish: &Wish) -> String {
    let value = speaker.and_then(|speaker| match wish {
        Wish::Keep => speaker.role.as_deref(),
        _ => Some(&speaker.name),
    });
    value.unwrap_or("unknown").to_owned()
}

/// The role that the article gives an entity somewhere.
fn role_of(view: &View<'_>, entity: Option<RowId>) -> Option<String> {
    let entity = entity?;
    let of = |speaker: document::Speaker<'_>| speaker.role().map(Cow::into_owned);
    view.quotations()
        .filter_map(document::Quotation::speaker)
        .filter(|speaker| speaker.entity() == Some(entity))
        .find_map(of)
}

fn remove(doc: &mut Document, place: &Place) -> Result<Done, String> {
    let parts = find::quotations(&doc.view(), place)?;
    let span = doc.row(parts[0]).span();
    doc.remove(&parts);
    Ok(Done { span, told: "no quotation, by hand".to_owned() })
}

fn rename(doc: &mut Document, place: &Place, name: &str) -> Result<Done, String> {
    let entity = find::entity(&doc.view(), place)?;
    let told = format!("name by hand: {name}, not {}", doc.view().entity(entity).name());
    set_name(doc, entity, name);
    doc.set_flags(entity, Row::CORRECTED);
    Ok(Done { span: first_name(doc, entity), told })
}

fn merge(doc: &mut Document, place: &Place, others: &[Place]) -> Result<Done, String> {
    let view = doc.view();
    let stays = find::entity(&view, place)?;
    let mut goes = Vec::new();
    for other in others {
        let entity = find::entity(&view, other).map_err(|why| format!("{}: {why}", other.text))?;
        if entity == stays {
            return Err(format!("`{}` and `{}` are one already", place.text, other.text));
        }
        if !goes.contains(&entity) {
            goes.push(entity);
        }
    }
    let name = view.entity(stays).name().into_owned();
    let names: Vec<_> = goes.iter().map(|entity| view.entity(*entity).name()).collect();
    let told = format!("one by hand: {name} and {}", names.join(", "));
    drop(view);
    for entity in &goes {
        for speaker in speakers_of(doc, *entity) {
            doc.set_string(speaker, &name);
        }
        doc.redirect(symbol::ENTITY, *entity, stays, |_| true);
    }
    doc.set_flags(stays, Row::CORRECTED);
    let span = first_name(doc, stays);
    doc.remove(&goes);
    Ok(Done { span, told })
}

fn split(
    doc: &mut Document,
    place: &Place,
    names: &[Place],
    name: Option<&str>,
) -> Result<Done, String> {
    let view = doc.view();
    let old = find::entity(&view, place)?;
    let mut leave = Vec::new();
    for name in names {
        leave.extend(find::names_of(&view, old, name)?);
    }
    let spans: Vec<Span> = leave.iter().filter_map(|name| doc.row(*name).span()).collect();
    let of_old = |mention: &document::Mention<'_>| {
        mention.kind() == symbol::NAME && mention.entity() == Some(old)
    };
    let kept: Vec<&str> = view
        .mentions()
        .filter(|mention| of_old(mention) && !leave.contains(&mention.id()))
        .map(document::Mention::text)
        .collect();
    let Some(kept_name) = fullest(&kept) else {
        return Err("no name would be left for it".to_owned());
    };
    let left: Vec<&str> = spans.iter().map(|span| doc.slice(*span)).collect();
    let new_name = name.or_else(|| fullest(&left)).unwrap_or(&place.text).to_owned();
    // A name that has left is no name of the old one any more.
    let old_name = view.entity(old).name().into_owned();
    let is_gone = left.contains(&&*old_name) && !kept.contains(&&*old_name);
    let kept_name = is_gone.then(|| kept_name.to_owned());
    let label = view.entity(old).label();
    drop(view);
    let new = doc.add_entity(label, &plain_key(doc, label, &new_name), &new_name, None);
    let leaving_speakers: Vec<RowId> = speakers_of(doc, old)
        .into_iter()
        .filter(|speaker| doc.row(*speaker).span().is_some_and(|span| spans.contains(&span)))
        .collect();
    for speaker in &leaving_speakers {
        doc.set_string(*speaker, &new_name);
    }
    doc.redirect(symbol::ENTITY, old, new, |from| {
        leave.contains(&from) || leaving_speakers.contains(&from)
    });
    if let Some(kept_name) = &kept_name {
        set_name(doc, old, kept_name);
    }
    doc.set_flags(old, Row::CORRECTED);
    doc.set_flags(new, Row::CORRECTED);
    let told = format!("another by hand: {new_name}, not {old_name}");
    Ok(Done { span: spans.first().copied(), told })
}

/// Gives an entity another name, and a key after it where its key was made of the old one.
fn set_name(doc: &mut Document, entity: RowId, name: &str) {
    let view = doc.view();
    let label = view.entity(entity).label();
    let was_plain = view.entity(entity).key() == plain_key(doc, label, &view.entity(entity).name());
    let key = view.related(entity, symbol::KEY).next().filter(|_| was_plain);
    drop(view);
    if let Some(key) = key {
        doc.set_string(key, &plain_key(doc, label, name));
    }
    for speaker in speakers_of(doc, entity) {
        doc.set_string(speaker, name);
    }
    doc.set_string(entity, name);
}

/// The rows of speakers who are this entity.
fn speakers_of(doc: &Document, entity: RowId) -> Vec<RowId> {
    let leads = doc.relations().iter().filter(|relation| {
        relation.role == symbol::ENTITY
            && relation.to == entity
            && doc.row(relation.from).layer == symbol::PARTS
    });
    leads.map(|relation| relation.from).collect()
}

fn first_name(doc: &Document, entity: RowId) -> Option<Span> {
    let view = doc.view();
    view.mentions()
        .find(|mention| mention.kind() == symbol::NAME && mention.entity() == Some(entity))
        .map(document::Mention::span)
}

/// The longest, of these the first.
fn fullest<'t>(names: &[&'t str]) -> Option<&'t str> {
    names.iter().rev().max_by_key(|name| name.chars().count()).copied()
}

/// A key of the article alone, as `entity-tag` makes them: the label and the folded name.
fn plain_key(doc: &Document, label: Symbol, name: &str) -> String {
    let mut key = doc.name_of(label).to_lowercase();
    key.push(':');
    push_folded(&mut key, name);
    key
}
