//! `copydesk diff`: what changed between two output folders, by stage.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use serde_json::{Value, json};
use sink::{RecordPlace, Records};
use wire::{Fact, Facts};

use crate::args::Diff;
use crate::comparison::{self, Change, ChangeKind};
use crate::differences;
use crate::drawing::Style;
use crate::exit::{Exit, Trouble};
use crate::summary;

pub(crate) fn diff(command: &Diff) -> Result<Exit, Trouble> {
    let mut before = Records::open(&command.before)?;
    let mut after = Records::open(&command.after)?;
    let mut tally = Tally::default();
    let mut out = BufWriter::new(stdout().lock());
    for place in before.in_order() {
        let old = before.read(place)?;
        let Some(new_place) = after.place_of(place) else {
            tally.only_before += 1;
            report_article(&mut out, command, ChangeKind::Lost, &facts(&before, place, &old)?)?;
            continue;
        };
        let new = after.read(new_place)?;
        tally.both += 1;
        // Most articles of most pairs: not worth parsing.
        if old == new {
            continue;
        }
        let (old, new) = (facts(&before, place, &old)?, facts(&after, new_place, &new)?);
        let (old, new) = if old.payload == new.payload {
            (old, new)
        } else {
            (old.without_places_in_payload(), new.without_places_in_payload())
        };
        let changes = comparison::compare(&old, &new);
        if changes.is_empty() {
            continue;
        }
        tally.differing += 1;
        for change in &changes {
            tally.count(change);
        }
        if command.json {
            for change in &changes {
                writeln!(out, "{}", change_json(&new.id, change))?;
            }
        } else if tally.differing <= command.details {
            let drawn = differences::draw(&old, &new, &changes, &Style::of_stdout());
            writeln!(out, "{}\n{drawn}", new.id)?;
        }
    }
    for place in after.in_order() {
        if before.place_of(place).is_none() {
            tally.only_after += 1;
            let line = after.read(place)?;
            report_article(&mut out, command, ChangeKind::Gained, &facts(&after, place, &line)?)?;
        }
    }
    if command.json {
        writeln!(out, "{}", tally.json())?;
    } else {
        write!(out, "{}", tally.table(command))?;
    }
    out.flush()?;
    let fails = command.exit_code && !tally.is_same();
    Ok(if fails { Exit::Failure } else { Exit::Success })
}

/// What a record says.
fn facts(records: &Records, place: RecordPlace, line: &[u8]) -> Result<Facts, Trouble> {
    let path = || records.path_of(place);
    Facts::parse(line).map_err(|error| Trouble::Failed(format!("{}: {error}", path().display())))
}

/// An article that one folder lacks: a line of JSON, and for people only counted.
fn report_article(
    out: &mut impl Write,
    command: &Diff,
    kind: ChangeKind,
    facts: &Facts,
) -> Result<(), Trouble> {
    if command.json {
        writeln!(out, "{}", json!({"change": kind.word(), "article": facts.id}))?;
    }
    Ok(())
}

fn change_json(article: &str, change: &Change) -> Value {
    let says = |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.says.clone());
    json!({
        "change": change.kind().word(),
        "article": article,
        "stage": change.stage(),
        "layer": change.fact().layer,
        "name": change.fact().name,
        "before": says(&change.before),
        "after": says(&change.after),
    })
}

/// How often something was gained, lost, changed.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    gained: u64,
    lost: u64,
    changed: u64,
}

/// What the comparison adds up to.
#[derive(Debug, Default)]
struct Tally {
    both: u64,
    differing: u64,
    only_before: u64,
    only_after: u64,
    /// By stage (none for what came with the article) and layer.
    counts: BTreeMap<(Option<String>, String), Count>,
}

impl Tally {
    fn count(&mut self, change: &Change) {
        let key = (change.stage().map(str::to_owned), change.fact().layer.clone());
        let count = self.counts.entry(key).or_default();
        *match change.kind() {
            ChangeKind::Gained => &mut count.gained,
            ChangeKind::Lost => &mut count.lost,
            ChangeKind::Changed => &mut count.changed,
        } += 1;
    }

    fn is_same(&self) -> bool {
        self.differing + self.only_before + self.only_after == 0
    }

    fn json(&self) -> Value {
        let layer = |((stage, layer), count): (&(Option<String>, String), &Count)| {
            json!({
                "stage": stage,
                "layer": layer,
                "gained": count.gained,
                "lost": count.lost,
                "changed": count.changed,
            })
        };
        json!({"summary": {
            "articles": self.both,
            "differing": self.differing,
            "only_before": self.only_before,
            "only_after": self.only_after,
            "layers": self.counts.iter().map(layer).collect::<Vec<_>>(),
        }})
    }

    fn table(&self, command: &Diff) -> String {
        let mut out = String::new();
        if !self.counts.is_empty() {
            let stage = |stage: &Option<String>| stage.clone().unwrap_or("(the input)".to_owned());
            let width = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
            let stages = width(&mut self.counts.keys().map(|key| stage(&key.0).len())).max(5);
            let layers = width(&mut self.counts.keys().map(|key| key.1.len())).max(5);
            let mut row = |cells: [&str; 5]| {
                let [stage, layer, gained, lost, changed] = cells;
                writeln!(
                    out,
                    "{stage:stages$}  {layer:layers$}  {gained:>8} {lost:>8} {changed:>8}"
                )
                .expect("a string takes everything");
            };
            row(["stage", "layer", "gained", "lost", "changed"]);
            for ((of, layer), count) in &self.counts {
                let counts = [count.gained, count.lost, count.changed].map(|n| n.to_string());
                row([&stage(of), layer, &counts[0], &counts[1], &counts[2]]);
            }
            out.push('\n');
        }
        let name = |folder: &Path| folder.display().to_string();
        let mut parts = vec![match self.differing {
            0 => format!("{} in both: the same", summary::plural(self.both, "article")),
            differing => {
                let articles = summary::plural(self.both, "article");
                let drawn = differing.min(command.details);
                let hidden = if drawn < differing {
                    format!(" ({drawn} drawn above; `--details N` draws more, `--json` tells all)")
                } else {
                    String::new()
                };
                format!(
                    "{articles} in both: {} the same, {differing} not{hidden}",
                    self.both - differing
                )
            }
        }];
        for (count, folder) in
            [(self.only_before, &command.before), (self.only_after, &command.after)]
        {
            if count > 0 {
                parts.push(format!("{count} only in {}", name(folder)));
            }
        }
        writeln!(out, "{}", parts.join("; ")).expect("a string takes everything");
        out
    }
}
