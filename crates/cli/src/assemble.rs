//! A checked plan into what the runner runs.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use config::{Plan, PlannedStage, PlannedTable, SegmentKind};
use document::{Producer, Sha256};
use runner::{PipelineStage, Policy, Segment};
use sink::Standing;
use source::{Context, FilesSource, KnownFiles, Listing, Share};
use stage_api::{Arrival, Progress, SettingError, Settings, Source, SourceError};

use crate::corrections::ByHand;
use crate::exit::Trouble;
use crate::records;

/// The plan's stages, cut into segments, with the corrections in their place if there are any.
pub(crate) fn segments(plan: &Plan, by_hand: &ByHand) -> Vec<Segment> {
    let segment = |planned: config::Segment| {
        let workers = match planned.kind {
            SegmentKind::Own(workers) => Some(workers),
            SegmentKind::Pool | SegmentKind::Ordered => None,
        };
        let stages = plan.stages[planned.stages].iter().map(stage).collect();
        Segment { stages, workers }
    };
    let alone = |stage| Segment { stages: vec![stage], workers: None };
    let mut corrections = by_hand.stage(plan);
    let mut segments = Vec::new();
    for planned in plan.segments() {
        let (kind, stages) = (planned.kind, planned.stages.clone());
        let mut segment = segment(planned);
        // They stand before an ordered stage or at the end, so always between two segments.
        let follows = |at: usize| kind == SegmentKind::Pool && at == stages.end;
        if let Some((_, stage)) = corrections.take_if(|(at, _)| follows(*at)) {
            segment.stages.push(stage);
        } else if let Some((_, stage)) = corrections.take_if(|(at, _)| *at == stages.start) {
            segments.push(alone(stage));
        }
        segments.push(segment);
    }
    segments.extend(corrections.map(|(_, stage)| alone(stage)));
    segments
}

fn stage(planned: &PlannedStage) -> PipelineStage {
    let producer = Producer {
        stage: planned.name.clone(),
        version: planned.spec.info.version.to_string(),
        key: planned.key.clone(),
    };
    PipelineStage {
        producer: Arc::new(producer),
        writes: planned.spec.info.writes.iter().map(ToString::to_string).collect(),
        drop_file: planned.spec.info.drop_file.as_ref().map(ToString::to_string),
        when: planned.when.clone(),
        policy: Policy { on_error: planned.run.on_error, retries: planned.run.retries },
        built: planned.built.clone().expect("a plan to be run has every stage built"),
    }
}

/// The plan's sources, one after the other; without the files that are known, if any are.
pub(crate) fn sources(plan: &Plan, known: Option<&KnownFiles>) -> Result<Box<dyn Source>, Trouble> {
    let context = Context { max_article: plan.run.max_article };
    if plan.sources.len() > 1 {
        refuse_collisions(plan, context)?;
    }
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    for table in &plan.sources {
        sources.push(open(plan, table, context, known)?);
    }
    Ok(if sources.len() == 1 { sources.remove(0) } else { Box::new(Chain { sources, at: 0 }) })
}

/// Of the files that the plan's sources name, those of one shard, and the listing of all.
pub(crate) fn share(
    plan: &Plan,
    number: u32,
    of: u32,
) -> Result<(Box<dyn Source>, Listing), Trouble> {
    let context = Context { max_article: plan.run.max_article };
    if plan.sources.len() > 1 {
        refuse_collisions(plan, context)?;
    }
    let mut listing = Listing::default();
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    for table in &plan.sources {
        let share = Share { number, of, first: listing.files() };
        open_files(plan, table, context)?.list(&mut listing);
        sources.push(Box::new(open_files(plan, table, context)?.sharing(share)));
    }
    Ok((Box::new(Chain { sources, at: 0 }), listing))
}

/// Whether a run over the plan's sources would find files that are not known, or have changed.
pub(crate) fn has_news(plan: &Plan, known: &KnownFiles) -> Result<bool, Trouble> {
    let context = Context { max_article: plan.run.max_article };
    for table in &plan.sources {
        let opened = open_files(plan, table, context)?;
        if opened.pass_over(known.clone()).has_news() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Two inputs must not give the same path, whichever source tables name them: opening all paths as
/// one source tells.
fn refuse_collisions(plan: &Plan, context: Context) -> Result<(), Trouble> {
    if plan.reads_records() {
        return Ok(()); // their articles have ids, and of one id the last record counts
    }
    let paths = plan.sources.iter().flat_map(|table| table.settings.texts("paths"));
    let all = Settings::default().with("paths", paths.collect::<Vec<_>>());
    source::open_files(&all, &context)
        .map(drop)
        .map_err(|error| Trouble::Usage(format!("sources: {error}")))
}

/// The files that steer a run. In a folder of articles they are none.
fn steering(plan: &Plan) -> [PathBuf; 2] {
    [plan.run.corrections.clone(), PathBuf::from(&plan.file)]
}

fn open(
    plan: &Plan,
    table: &PlannedTable,
    context: Context,
    known: Option<&KnownFiles>,
) -> Result<Box<dyn Source>, Trouble> {
    if plan.reads_records() {
        let anew = records::made_anew(plan);
        let opened = source::open_records(&table.settings, &context, anew);
        return Ok(Box::new(opened.map_err(|error| wrong(table, &error))?));
    }
    let opened = open_files(plan, table, context)?;
    Ok(match known {
        Some(known) => Box::new(opened.pass_over(known.clone())),
        None => Box::new(opened),
    })
}

fn open_files(plan: &Plan, table: &PlannedTable, context: Context) -> Result<FilesSource, Trouble> {
    let opened = source::open_files(&table.settings, &context);
    Ok(opened.map_err(|error| wrong(table, &error))?.apart_from(steering(plan)))
}

fn wrong(table: &PlannedTable, error: &SettingError) -> Trouble {
    Trouble::Usage(format!("source `{}`: {error}", table.name))
}

/// Sources one after the other, as one.
struct Chain {
    sources: Vec<Box<dyn Source>>,
    at: usize,
}

impl Source for Chain {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        while let Some(source) = self.sources.get_mut(self.at) {
            if let Some(arrival) = source.next()? {
                return Ok(Some(arrival));
            }
            self.at += 1;
        }
        Ok(None)
    }

    fn may_wait(&self) -> bool {
        self.sources.get(self.at).is_some_and(|source| source.may_wait())
    }

    fn can_repeat(&self) -> bool {
        self.sources.iter().all(|source| source.can_repeat())
    }

    fn again(&mut self, ids: BTreeSet<String>) {
        self.sources.iter_mut().for_each(|source| source.again(ids.clone()));
        self.at = 0;
    }

    fn file(&self) -> Option<u64> {
        self.sources.get(self.at)?.file()
    }

    fn progress(&self) -> Progress {
        let add = |sum: Progress, next: Progress| Progress {
            read: sum.read + next.read,
            total: sum.total.zip(next.total).map(|(sum, next)| sum + next),
        };
        let zero = Progress { read: 0, total: Some(0) };
        self.sources.iter().map(|source| source.progress()).fold(zero, add)
    }
}

/// The first articles of a source.
pub(crate) struct First {
    source: Box<dyn Source>,
    left: u64,
}

impl First {
    pub(crate) fn new(source: Box<dyn Source>, articles: u64) -> Self {
        Self { source, left: articles }
    }
}

impl Source for First {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.source.next()
            }
            None => Ok(None),
        }
    }

    fn may_wait(&self) -> bool {
        self.source.may_wait()
    }
}

/// Of a source, the articles that stand failed, and those that have the same payload: of these they may be
/// duplicates.
pub(crate) struct Failed {
    source: Box<dyn Source>,
    ids: HashSet<String>,
    payloads: HashSet<Sha256>,
}

impl Failed {
    pub(crate) fn new(source: Box<dyn Source>, standing: &[Standing]) -> Self {
        let ids = standing.iter().map(|letter| letter.id.clone()).collect();
        let payloads = standing.iter().map(|letter| letter.payload).collect();
        Self { source, ids, payloads }
    }

    fn takes(&self, arrival: &Arrival) -> bool {
        match arrival {
            Arrival::Article(doc) | Arrival::Ended { doc, .. } => {
                self.ids.contains(doc.id()) || self.payloads.contains(&doc.origin.sha256)
            }
            Arrival::Failed(failure) => self.ids.contains(&failure.id),
            Arrival::Discarded { .. } | Arrival::Unchanged { .. } => false,
        }
    }
}

impl Source for Failed {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        loop {
            match self.source.next()? {
                Some(arrival) if !self.takes(&arrival) => {}
                found => return Ok(found),
            }
        }
    }

    fn may_wait(&self) -> bool {
        self.source.may_wait()
    }

    fn progress(&self) -> Progress {
        self.source.progress()
    }
}
