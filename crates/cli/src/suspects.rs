//! Native plugins can end the program: what is said when one did, and what the next run does about it.

use std::path::Path;

use config::Plan;
use plugin_host::{Hang, Loader, Watch};

use crate::exit::{Exit, Trouble};

/// Watches the native stages of a run, and says which articles ended the last run in `folder`.
/// `None` where the plan has no plugin.
pub(crate) fn watch(
    plan: &Plan,
    loader: &Loader,
    folder: Option<&Path>,
) -> Result<Option<Watch>, Trouble> {
    if plan.plugins.is_empty() {
        return Ok(None);
    }
    let kept = folder.is_some();
    let watch = loader.watch(folder, move |hang| end(hang, kept)).map_err(|error| {
        let folder = folder.unwrap_or(Path::new(""));
        let file = folder.join(plugin_host::IN_FLIGHT_FILE);
        Trouble::Failed(format!("{}: {error}; remove it to go on", file.display()))
    })?;
    for suspect in watch.suspects() {
        tracing::warn!("{suspect}; it is run in a process of its own this time");
    }
    Ok(Some(watch))
}

/// Ends the program where a stage never returns; what plugins registered for its end might not either.
fn end(hang: &Hang, kept: bool) {
    if kept {
        tracing::error!(
            "{hang}; the same command goes on from here and runs that article in a process of its own, as \
             `run = {{ isolate = true }}` does with all"
        );
    } else {
        // Without an output folder nothing is known of this run.
        tracing::error!(
            "{hang}; `run = {{ isolate = true }}` keeps the stage in a process of its own"
        );
    }
    plugin_host::exit_at_once(Exit::Failure as i32);
}
