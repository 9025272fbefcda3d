//! `copydesk merge`: the shards of a drop into one folder, as one run over all of it would have left it.

use std::path::PathBuf;
use std::sync::Arc;

use config::{Mode, Output, Overrides, Plan};
use shards::{Shards, ShardsError};
use stage_api::Source;

use crate::args::{Logging, Merge};
use crate::corrections::ByHand;
use crate::exit::{Exit, Trouble};
use crate::interrupts::Interrupts;
use crate::metrics::Metrics;
use crate::pipeline_file::{self, PipelineFile};
use crate::registry;
use crate::run::{self, Articles, Where};
use crate::workplace::Workplace;

/// Merges shards where they lie, or copies of them.
pub(crate) fn merge(command: Merge, logging: &Logging) -> Result<Exit, Trouble> {
    if command.shards.is_empty() {
        let place = Workplace::with_shards(&command.output)?;
        let exit = merge_in(command, logging, &[place.dir().to_owned()], &place);
        return place.leave(exit);
    }
    let open = |folder: &PathBuf| Workplace::with_shards(folder);
    let shards = command.shards.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let folders: Vec<_> = shards.iter().map(|shard| shard.dir().to_owned()).collect();
    let place = Workplace::open(&command.output)?;
    let exit = merge_in(command, logging, &folders, &place);
    let exit = shards.iter().fold(exit, |exit, shard| exit.map_err(|error| shard.told(error)));
    place.leave(exit)
}

/// An ordinary run of the stages from the first ordered one on, over what the shards hold.
fn merge_in(
    command: Merge,
    logging: &Logging,
    folders: &[PathBuf],
    place: &Workplace,
) -> Result<Exit, Trouble> {
    let interrupts = Interrupts::listen()?;
    let shards = Shards::open(folders).map_err(trouble)?;
    let loader = registry::loader();
    let plan = plan(&command, &shards, &loader)?;
    let (Output::Folder(_), Some(settings)) = (&plan.run.output, plan.keeps_records()) else {
        return Err(Trouble::Usage("shards are merged into a folder; name one".to_owned()));
    };
    let by_hand = ByHand::load(&plan)?.in_half(&plan, false);
    let gauges = Arc::default();
    let _metrics = Metrics::of(&plan, &gauges)?;
    let at = Where {
        loader: &loader,
        logging,
        folder: None,
        whole: &plan,
        sees_all: true,
        interrupts: &interrupts,
        gauges: &gauges,
        by_hand: &by_hand,
    };
    let open =
        || -> Result<Box<dyn Source>, Trouble> { Ok(Box::new(shards.source().map_err(trouble)?)) };
    let again = || open().map(Some);
    let articles = Articles { source: open()?, known: None, again: &again };
    let rest = plan.clone().since_ordered();
    run::into_folder(&command.into(), &at, &rest, articles, place, settings)
}

/// The plan of the shards, with another output.
fn plan(command: &Merge, shards: &Shards, loader: &plugin_host::Loader) -> Result<Plan, Trouble> {
    let kept = shards.configuration();
    let (output, workers) = (Some(command.output.clone()), command.workers);
    let overrides = Overrides { output, workers, ..Overrides::default() };
    let options = pipeline_file::options(Mode::Run, true, overrides, loader);
    // Its warnings are about sources, which are not read here and may be on other machines.
    let plan = PipelineFile::File(kept.clone()).plan(&registry::built_in(), &options)?;
    if plan.key == shards.configuration_key() {
        return Ok(plan);
    }
    Err(Trouble::Usage(format!(
        "{}: the stages are not what they were when the shards were made: this is another version of copydesk, or a \
         plugin or a file that a setting names has changed; put it back, or make the shards again",
        kept.display()
    )))
}

fn trouble(error: ShardsError) -> Trouble {
    match error {
        ShardsError::Unreadable(error) => Trouble::failed(error),
        wrong => Trouble::Usage(wrong.to_string()),
    }
}
