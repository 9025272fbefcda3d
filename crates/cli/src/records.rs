//! Running over records of earlier runs: which stages come first, and what must be in the records.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use config::{Output, Plan};
use source::Anew;
use stage_api::Registry;

use crate::exit::Trouble;
use crate::registry;

/// The plan from a stage on, over records.
pub(crate) fn starting_at(plan: Plan, stage: &str) -> Result<Plan, Trouble> {
    if plan.sources.is_empty() {
        let help = "name an output folder, or add a source `records` to the pipeline";
        return Err(Trouble::Usage(format!("`--from` reads records, and none are named; {help}")));
    }
    let names: Vec<_> = plan.stages.iter().map(|stage| stage.name.clone()).collect();
    let file = plan.file.clone();
    let Some(plan) = plan.starting_at(stage) else {
        let help = match config::nearest(stage, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "it has no stages".to_owned(),
            None => format!("there is `{}`", names.join("`, `")),
        };
        return Err(Trouble::Usage(format!("no stage `{stage}` in {file}; {help}")));
    };
    check(&plan)?;
    Ok(plan)
}

/// What must hold before records are read; nothing where the plan reads none.
pub(crate) fn check(plan: &Plan) -> Result<(), Trouble> {
    if !plan.reads_records() {
        return Ok(());
    }
    let registry = registry::built_in();
    for path in plan.sources.iter().flat_map(|source| source.settings.texts("paths")) {
        if path == "-" {
            return Err(not_from_stdin());
        }
        let folder = Path::new(path);
        refuse_own_output(plan, folder)?;
        refuse_missing_layers(plan, folder, &registry)?;
    }
    // A stage before them would have set the text, which happens once.
    let sets_text =
        |stage: &&config::PlannedStage| stage.spec.info.writes.iter().any(|layer| layer == "text");
    if let Some(stage) = plan.stages.iter().find(sets_text) {
        return Err(Trouble::Usage(format!(
            "`{}` writes text, which records have already; begin with a stage after it, or run over the articles \
             themselves",
            stage.name
        )));
    }
    Ok(())
}

/// Records come from folders, where the last of each article can be told.
pub(crate) fn not_from_stdin() -> Trouble {
    Trouble::Usage(
        "records are not read from standard input; name an output folder or its part files"
            .to_owned(),
    )
}

/// Records that are read must not be replaced by those that are made from them: the next run would
/// take its own for theirs.
fn refuse_own_output(plan: &Plan, path: &Path) -> Result<(), Trouble> {
    let Output::Folder(output) = &plan.run.output else { return Ok(()) };
    let real = |path: &Path| path.canonicalize().ok();
    let (Some(output), Some(input)) = (real(output), real(path)) else { return Ok(()) };
    if !input.starts_with(&output) {
        return Ok(());
    }
    Err(Trouble::Usage(format!(
        "{} is where the output goes; name another folder with `--output`, so that the records that are read stay",
        path.display()
    )))
}

/// Refuses stages that read a layer which no stage of the folder's last run can have written.
fn refuse_missing_layers(plan: &Plan, folder: &Path, registry: &Registry) -> Result<(), Trouble> {
    let Some(written) = layers_of(folder, registry) else { return Ok(()) };
    let mut known = written;
    for stage in &plan.stages {
        let info = &stage.spec.info;
        if let Some(layer) = info.reads.iter().find(|layer| !known.contains(layer.as_ref())) {
            return Err(Trouble::Usage(format!(
                "`{}` reads {layer}, which no stage wrote for the records in {}; begin with an earlier stage that \
                 writes it, or run over the articles themselves",
                stage.name,
                folder.display()
            )));
        }
        known.extend(info.writes.iter().map(ToString::to_string));
    }
    Ok(())
}

/// The layers that the last run into a folder can have written, as far as its configuration tells: `None` where
/// it has none, read records itself, or ran stages of plugins.
fn layers_of(folder: &Path, registry: &Registry) -> Option<BTreeSet<String>> {
    let file: PathBuf = folder.join(sink::CONFIGURATION);
    let stages = config::uses(&file, "stage");
    if !file.exists() || config::uses(&file, "source").iter().any(|source| source == "records") {
        return None;
    }
    let mut layers = BTreeSet::new();
    for stage in &stages {
        layers.extend(registry.stage(stage)?.info.writes.iter().map(ToString::to_string));
    }
    Some(layers)
}

/// What the plan's stages make anew.
pub(crate) fn made_anew(plan: &Plan) -> Anew {
    let mut anew = Anew::default();
    for stage in &plan.stages {
        let info = &stage.spec.info;
        anew.layers.extend(info.writes.iter().map(ToString::to_string));
        anew.stages.extend([stage.name.clone(), info.name.to_string()]);
    }
    // Corrections change what these stages write, and are applied to it again.
    if crate::corrections::CHANGED.iter().any(|layer| anew.layers.contains(*layer)) {
        anew.stages.insert(corrections::STAGE.to_owned());
        anew.layers.insert(corrections::LAYER.to_owned());
    }
    anew
}
