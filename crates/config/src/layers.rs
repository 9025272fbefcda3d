//! Contracts between stages: who writes what others read.

use std::borrow::Cow;
use std::ops::Range;

use document::symbol;
use stage_api::{StageInfo, StageSpec, When};

use crate::Mistake;
use crate::checker::Checker;
use crate::suggest::listed;
use crate::when::exclude_each_other;

/// A stage as far as its layers matter.
pub(crate) struct Link<'a> {
    /// `None` for a stage that is not known; it may read and write anything.
    pub(crate) info: Option<&'a StageInfo>,
    pub(crate) name: String,
    /// Where the stage is named in the file.
    pub(crate) span: Range<usize>,
    pub(crate) when: When,
}

/// Whether only one stage may write a layer: all core layers except those that stages add rows to.
pub(crate) fn exclusive(layer: &str) -> bool {
    symbol::reserved(layer).is_some_and(|layer| {
        (symbol::TEXT.0..=symbol::KEYPHRASES.0).contains(&layer.0) || layer == symbol::STORY
    })
}

/// The stage before `at` that wrote `layer` last.
pub(crate) fn writer<'s>(
    stages: impl IntoIterator<Item = &'s StageInfo>,
    layer: &str,
) -> Option<usize> {
    let writes = |info: &StageInfo| info.writes.iter().any(|written| written == layer);
    stages.into_iter().enumerate().filter(|(_, info)| writes(info)).map(|(at, _)| at).last()
}

/// Checks that every layer is written before it is read, and by one stage. Returns the stages
/// whose layers clash with another's. Records have any layer, and their text for good.
pub(crate) fn check(checker: &mut Checker<'_>, links: &[Link<'_>], records: bool) -> Vec<usize> {
    let mut clashing = Vec::new();
    for (at, link) in links.iter().enumerate() {
        let Some(info) = link.info else { continue };
        let before = &links[..at];
        if records {
            if let Some(mistake) = text_again(checker, link) {
                checker.report(mistake);
                clashing.push(at);
            }
        } else if before.iter().all(|known| known.info.is_some()) {
            let written = |layer: &str| {
                before
                    .iter()
                    .filter_map(|known| known.info)
                    .any(|info| info.writes.iter().any(|w| w == layer))
            };
            let missing: Vec<_> = info.reads.iter().filter(|layer| !written(layer)).collect();
            if !missing.is_empty() {
                let mistake = unwritten(checker, link, &missing, &links[at + 1..]);
                checker.report_missing(mistake);
            }
        }
        if let Some(mistake) =
            clash(checker, link, before).or_else(|| same_file(checker, link, before))
        {
            checker.report(mistake);
            clashing.push(at);
        }
    }
    clashing
}

/// A stage that writes the text of records, which have theirs; no matter where only later stages run.
fn text_again(checker: &Checker<'_>, link: &Link<'_>) -> Option<Mistake> {
    let writes_text = link.info?.writes.iter().any(|layer| layer == "text");
    (writes_text && !checker.options.overrides.records).then(|| {
        let message = format!("`{}` writes text, which records have already", link.name);
        Mistake::error(&link.span, message).label("the text of an article is written once").help(
            "remove it, or say with `copydesk run --from STAGE` which later stage comes first",
        )
    })
}

/// A stage that reads what nothing before it writes.
fn unwritten(
    checker: &Checker<'_>,
    link: &Link<'_>,
    missing: &[&Cow<'static, str>],
    after: &[Link<'_>],
) -> Mistake {
    let layers = listed(missing, "and");
    let mistake = Mistake::error(
        &link.span,
        format!("`{}` reads {layers}, which no stage before it writes", link.name),
    )
    .label(format!("needs {layers}"));
    let writes_one = |info: &StageInfo| missing.iter().any(|layer| info.writes.contains(layer));
    if let Some(later) = after.iter().find(|later| later.info.is_some_and(writes_one)) {
        let place = checker.lines.line(later.span.start);
        return mistake
            .help(format!("move `{}` (line {place}) before it", later.name))
            .also(&later.span, "written only here");
    }
    let mut writers: Vec<&str> = Vec::new();
    for layer in missing {
        let writes_it = |spec: &&StageSpec| spec.info.writes.contains(layer);
        if let Some(spec) = checker.registry.stages.iter().find(writes_it)
            && !writers.contains(&spec.info.name.as_ref())
        {
            writers.push(&spec.info.name);
        }
    }
    if writers.is_empty() {
        return mistake.help("no stage of this program writes that; is a plugin missing?");
    }
    mistake.help(format!("put {} before it", listed(&writers, "and")))
}

/// A stage that writes a file of drop records which another one writes; `when` keeps articles apart, but
/// not files.
fn same_file(checker: &Checker<'_>, link: &Link<'_>, before: &[Link<'_>]) -> Option<Mistake> {
    let file = link.info?.drop_file.as_deref()?;
    let writes_it = |info: &StageInfo| info.drop_file.as_deref() == Some(file);
    let first = before.iter().find(|other| other.info.is_some_and(writes_it))?;
    let place = checker.lines.line(first.span.start);
    let message =
        format!("`{}` writes {file}.jsonl, which `{}` writes already", link.name, first.name);
    let mistake = Mistake::error(&link.span, message)
        .label("one stage writes a file of drop records")
        .help(format!("remove one of the two; the other is on line {place}"))
        .also(&first.span, "written here");
    Some(mistake)
}

/// A stage that writes a core layer which another one wrote already for the same articles.
fn clash(checker: &Checker<'_>, link: &Link<'_>, before: &[Link<'_>]) -> Option<Mistake> {
    let info = link.info?;
    let shared = |other: &StageInfo| -> Vec<&Cow<'static, str>> {
        info.writes
            .iter()
            .filter(|layer| exclusive(layer) && other.writes.contains(layer))
            .collect()
    };
    let (first, layers) = before
        .iter()
        .filter(|other| !exclude_each_other(&other.when, &link.when))
        .filter_map(|other| Some((other, shared(other.info?))))
        .find(|(_, layers)| !layers.is_empty())?;
    let place = checker.lines.line(first.span.start);
    let message = if first.info.is_some_and(|other| other.name == info.name) {
        format!("`{}` is used a second time: it writes {} again", info.name, listed(&layers, "and"))
    } else {
        format!(
            "`{}` writes {}, which `{}` writes already",
            link.name,
            listed(&layers, "and"),
            first.name
        )
    };
    let mistake = Mistake::error(&link.span, message)
        .label("one stage writes a core layer")
        .help(format!(
            "remove one of the two, or keep them apart by `when`; the other is on line {place}"
        ))
        .also(&first.span, "written here");
    Some(mistake)
}
