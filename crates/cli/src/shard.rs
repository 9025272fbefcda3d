//! `copydesk run --shard`: the part of a run that sees each article by itself, over some of the files.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use config::{Output, Plan};
use runner::Reading;
use sink::{FolderOptions, Shard};
use stage_api::{Settings, Source};

use crate::args::{LogFormat, Run};
use crate::exit::{Exit, Trouble};
use crate::failures::Hearing;
use crate::run::{Known, Where};
use crate::summary::{self, Written};
use crate::workplace::{self, Workplace};
use crate::{assemble, kill, run};

/// What `--shard` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `I/N`
    Given(Part),
    /// `auto`, or `auto/N`: the scheduler that started the program knows.
    Auto(Option<u32>),
}

/// One of several shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Counted from 0.
    pub(crate) number: u32,
    pub(crate) of: u32,
}

impl Part {
    fn new(number: u32, of: u32) -> Result<Self, String> {
        match of.checked_sub(1) {
            None => Err("there is at least one shard: write `0/1`".to_owned()),
            Some(last) if number > last => Err(format!(
                "shards are counted from 0, so the last of {of} is `{last}/{of}`, and there is no {number}"
            )),
            Some(_) => Ok(Self { number, of }),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shard {}/{}", self.number, self.of)
    }
}

impl FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write `I/N`, such as `0/8` to `7/8`, or `auto` or `auto/N`".to_owned();
        let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        match text.split_once('/') {
            None if text == "auto" => Ok(Self::Auto(None)),
            None => Err(wrong()),
            Some(("auto", of)) => {
                let of = number(of)?;
                Part::new(0, of).map(|_| Self::Auto(Some(of)))
            }
            Some((at, of)) => Part::new(number(at)?, number(of)?).map(Self::Given),
        }
    }
}

impl Asked {
    /// Which shard that is, given the environment.
    pub(crate) fn resolve(self, env: &dyn Fn(&str) -> Option<String>) -> Result<Part, String> {
        let of = match self {
            Self::Given(part) => return Ok(part),
            Self::Auto(of) => of,
        };
        let number = |name: &str| {
            let value = env(name).filter(|value| !value.is_empty())?;
            Some(value.parse::<u32>().map_err(|_| format!("{name} is `{value}`, and no number")))
        };
        let (slurm, kubernetes) = ("SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX");
        let (task, index) = (number(slurm).transpose()?, number(kubernetes).transpose()?);
        let (id, name) = match (task, index) {
            (Some(id), None) => (id, slurm),
            (None, Some(id)) => (id, kubernetes),
            (None, None) => {
                return Err(format!(
                    "`--shard auto` asks for {slurm} or {kubernetes}, and neither is set; write `--shard I/N`"
                ));
            }
            (Some(_), Some(_)) => {
                return Err(format!("both {slurm} and {kubernetes} are set; write `--shard I/N`"));
            }
        };
        if let Some(of) = of {
            return Part::new(id, of).map_err(|wrong| format!("{name} is {id}: {wrong}"));
        }
        let slurm = |what: &str| {
            let name = format!("SLURM_ARRAY_TASK_{what}");
            number(&name).transpose()
        };
        let (Some(count), Some(first)) = (slurm("COUNT")?, slurm("MIN")?) else {
            return Err(format!(
                "{name} does not say how many shards there are; write `--shard auto/N`"
            ));
        };
        let step = slurm("STEP")?.unwrap_or(1).max(1);
        let last = u64::from(first) + u64::from(count.saturating_sub(1)) * u64::from(step);
        let whole = slurm("MAX")?.is_none_or(|max| u64::from(max) == last);
        let place = id.checked_sub(first).filter(|at| at % step == 0).map(|at| at / step);
        // Some tasks of an array, submitted again, are an array of their own, in which they have other places.
        match place.filter(|at| whole && *at < count) {
            Some(number) => Part::new(number, count),
            None => Err(format!(
                "{name} is {id} in an array that is no range of {count}; number the tasks from 0 and write \
                 `--shard auto/N`"
            )),
        }
    }
}

/// Runs the first half of the plan over the files of one shard.
pub(crate) fn run(
    command: &Run,
    at: &Where<'_>,
    plan: &Plan,
    asked: Asked,
) -> Result<Exit, Trouble> {
    let part = asked.resolve(&|name| std::env::var(name).ok()).map_err(Trouble::Usage)?;
    let (parent, settings) = output(plan)?;
    let mut half = plan.clone().until_ordered();
    half.run.max_failures = None; // judged in input order, where all articles come together
    refuse_without_text(plan, &half)?;
    refuse_other_counts(parent, part)?;
    let (source, listing) = assemble::share(plan, part.number, part.of)?;
    let place = Workplace::open(&parent.join(Shard::folder(part.number, part.of)))?;
    let shard = Shard {
        number: part.number,
        of: part.of,
        files: listing.files(),
        listing: listing.sha256().to_string(),
        configuration: plan.key.clone(),
    };
    let options = FolderOptions {
        shard: Some(shard),
        fresh: command.fresh,
        records: wire::Options { exact: true, ..wire::Options::default() },
        part_bytes: sink::part_bytes(settings),
        compression: sink::compression(settings),
        disk: kill::disk(),
        ..FolderOptions::new(place.dir(), plan.key.as_str(), run::kept(plan)?)
    };
    let exit = into_folder(command, at, &half, source, options, part, &place);
    place.leave(exit)
}

fn into_folder(
    command: &Run,
    at: &Where<'_>,
    half: &Plan,
    source: Box<dyn Source>,
    options: FolderOptions,
    part: Part,
    place: &Workplace,
) -> Result<Exit, Trouble> {
    let mut folder = run::open(options)?;
    if folder.is_complete() {
        if at.logging.log_format == LogFormat::Text {
            let records = folder.total().written;
            let (articles, dir) = (summary::plural(records, "article"), place.shown(place.dir()));
            let dir = dir.display();
            eprintln!("{part} is complete: {articles} in {dir}; `--fresh` reads its files again");
        }
        return Ok(Exit::Success);
    }
    let known = folder.known().map_err(Trouble::failed)?;
    let known = known.map(|known| known.map_err(std::io::Error::other));
    let at = Where { folder: Some(place.dir()), ..*at };
    let mut hearing = Hearing::new(&mut folder);
    let reading = Known::Before(Reading::behind(known));
    let report = run::start(half, source, &mut hearing, reading, &at)?;
    hearing.tell(at.logging);
    if report.is_complete() {
        folder.complete().map_err(|error| Trouble::writing(&error))?;
    }
    at.by_hand.tell(None);
    run::write_figures(&folder, &report, half, &at, None)?;
    let written = Written { records: &place.shown(place.dir()), made: &[] };
    run::conclude(command, at.logging, half, &report, Some(&written))
}

/// The folder that the shards' folders are to lie in, and the settings of what keeps records.
fn output(plan: &Plan) -> Result<(&Path, &Settings), Trouble> {
    match (&plan.run.output, plan.keeps_records()) {
        (Output::Folder(dir), Some(settings)) => Ok((dir, settings)),
        _ => Err(Trouble::Usage(
            "a shard is a folder for `copydesk merge`; name where it is to lie with `--output DIR`"
                .to_owned(),
        )),
    }
}

/// The stages behind the shards get the articles as records, which are of no use without a text.
fn refuse_without_text(plan: &Plan, half: &Plan) -> Result<(), Trouble> {
    let writes_text =
        |stage: &config::PlannedStage| stage.spec.info.writes.iter().any(|layer| layer == "text");
    if half.stages.iter().any(writes_text) {
        return Ok(());
    }
    let before = match plan.stages.get(half.stages.len()) {
        Some(ordered) => format!(" before `{}`, which sees all articles in order", ordered.name),
        None => String::new(),
    };
    Err(Trouble::Usage(format!(
        "there is nothing to do in shards: no stage writes text{before}; run it as a whole"
    )))
}

/// Shards of one count lie in a folder: who counts differently now would do work that fits to nothing.
fn refuse_other_counts(parent: &Path, part: Part) -> Result<(), Trouble> {
    let names = workplace::folders_in(parent)?.into_iter();
    let other =
        names.filter(|name| Shard::of_folder(name).is_some_and(|(_, of)| of != part.of)).min();
    match other {
        None => Ok(()),
        Some(other) => Err(Trouble::Usage(format!(
            "{} holds {other}, and this is {part}; name another folder with `--output`, or the same count",
            parent.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Part};

    fn resolve(asked: &str, env: &[(&str, &str)]) -> Result<(u32, u32), String> {
        let asked: Asked = asked.parse()?;
        let value = |name: &str| {
            env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        asked.resolve(&value).map(|Part { number, of }| (number, of))
    }

    #[test]
    fn a_shard_is_counted_from_0() {
        assert_eq!(resolve("0/1", &[]), Ok((0, 1)));
        assert_eq!(resolve("7/8", &[("JOB_COMPLETION_INDEX", "3")]), Ok((7, 8)));
        for (asked, says) in [
            ("8/8", "the last of 8 is `7/8`"),
            ("0/0", "at least one"),
            ("3", "such as `0/8`"),
            ("-1/8", "such as `0/8`"),
            ("automatic", "or `auto`"),
            ("auto/0", "at least one"),
        ] {
            let error = resolve(asked, &[]).unwrap_err();
            assert!(error.contains(says), "{asked}: {error}");
        }
    }

    #[test]
    fn the_scheduler_knows_which_shard_it_is() {
        let array = |id, first, last, count, step| {
            [
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", first),
                ("SLURM_ARRAY_TASK_MAX", last),
                ("SLURM_ARRAY_TASK_COUNT", count),
                ("SLURM_ARRAY_TASK_STEP", step),
            ]
        };
        assert_eq!(resolve("auto", &array("3", "0", "7", "8", "1")), Ok((3, 8)));
        assert_eq!(resolve("auto", &array("8", "1", "8", "8", "1")), Ok((7, 8)));
        assert_eq!(resolve("auto", &array("6", "0", "14", "8", "2")), Ok((3, 8)));
        assert_eq!(resolve("auto/8", &array("5", "3", "5", "2", "1")), Ok((5, 8)));
        assert_eq!(resolve("auto/8", &[("JOB_COMPLETION_INDEX", "3")]), Ok((3, 8)));
        let again = array("5", "3", "5", "2", "1");
        let both = [("SLURM_ARRAY_TASK_ID", "1"), ("JOB_COMPLETION_INDEX", "1")];
        for (asked, env, says) in [
            ("auto", &[][..], "neither is set"),
            ("auto", &both[..], "both"),
            ("auto", &[("JOB_COMPLETION_INDEX", "3")][..], "`--shard auto/N`"),
            ("auto", &again[..], "no range of 2"),
            ("auto/8", &array("8", "1", "8", "8", "1")[..], "the last of 8 is `7/8`"),
            ("auto/8", &[("JOB_COMPLETION_INDEX", "three")][..], "no number"),
        ] {
            let error = resolve(asked, env).unwrap_err();
            assert!(error.contains(says), "{asked}: {error}");
        }
    }
}
