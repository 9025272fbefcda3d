//! `copydesk plugin`: what a plugin declares, whether it keeps its promises, and a project to start
//! one from.

mod check;
mod conformance;
mod project;
mod samples;
mod subject;

use std::io::{Write, stdout};
use std::path::{Path, PathBuf, absolute};

use serde_json::{Value, json};
use stage_api::{LoadedPlugin, PluginLoader, PluginProgram, PluginRequest, Registry};

use crate::args::{Plugin, PluginInfo, PluginProgramArg, PluginServe};
use crate::exit::{Exit, Trouble};
use crate::registry;

pub(crate) fn plugin(command: &Plugin) -> Result<Exit, Trouble> {
    match command {
        Plugin::New(command) => project::new(command),
        Plugin::Test(command) => conformance::test(command),
        Plugin::Info(command) => info(command),
        Plugin::Serve(command) => serve(command),
    }
}

fn info(command: &PluginInfo) -> Result<Exit, Trouble> {
    let request = request(&command.program)?;
    let loaded = load(&registry::loader(), &request)?;
    let mut stages = loaded.stages.clone();
    let file = std::sync::Arc::new(loaded.file.clone());
    for stage in &mut stages {
        stage.plugin = Some(file.clone());
    }
    let registry = Registry { stages, ..Registry::default() };
    let facts = facts(&loaded);
    if command.json {
        let mut info = config::stages_json(&registry);
        let stages = info["stages"].take();
        let mut info: serde_json::Map<String, Value> =
            facts.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
        info.insert("stages".to_owned(), stages);
        writeln!(stdout(), "{:#}", json!(info))?;
        return Ok(Exit::Success);
    }
    for (key, value) in facts {
        writeln!(stdout(), "{key:8} {value}")?;
    }
    write!(stdout(), "\n{}", config::stages(&registry))?;
    Ok(Exit::Success)
}

/// What there is to say about the plugin as a whole.
fn facts(loaded: &LoadedPlugin) -> Vec<(&'static str, String)> {
    let LoadedPlugin { stages, file, .. } = loaded;
    let version = stages.first().map(|stage| stage.info.version.to_string()).unwrap_or_default();
    let name = stages.first().and_then(|stage| stage.info.name.split_once('/'));
    vec![
        ("name", name.map(|(plugin, _)| plugin.to_owned()).unwrap_or_default()),
        ("version", version),
        ("lane", file.lane.word().to_owned()),
        ("abi", format!("{}.{}", plugin_host::ABI_MAJOR, plugin_host::ABI_MINOR)),
        ("file", file.path.display().to_string()),
        ("sha256", file.digest.to_string()),
    ]
}

/// Loads a plugin as a pipeline would.
fn load(loader: &dyn PluginLoader, request: &PluginRequest) -> Result<LoadedPlugin, Trouble> {
    loader.load(request).map_err(|error| {
        // The help on a missing file is about pipelines.
        let missing =
            matches!(&request.program, PluginProgram::File { resolved, .. } if !resolved.exists());
        let help = error.help.as_ref().filter(|_| !missing);
        let help = help.map(|help| format!("; {help}")).unwrap_or_default();
        Trouble::Usage(format!("{error}{help}"))
    })
}

/// What is asked for on the command line, as a `[[plugin]]` table would ask.
fn request(program: &PluginProgramArg) -> Result<PluginRequest, Trouble> {
    let program = match (&program.file, &program.command[..]) {
        (Some(file), []) => {
            let resolved = absolute(file)
                .map_err(|error| Trouble::Usage(format!("{}: {error}", file.display())))?;
            PluginProgram::File { written: file.clone(), resolved }
        }
        (None, [_, ..]) => {
            PluginProgram::Command { words: program.command.clone(), folder: PathBuf::from(".") }
        }
        _ => {
            let help =
                "name a file, or a command after `--`: `copydesk plugin info -- python3 tag.py`";
            return Err(Trouble::Usage(help.to_owned()));
        }
    };
    Ok(PluginRequest { name: name_of(&program), program, lane: None, sha256: None })
}

/// A name for a plugin: that of its library, program or script.
fn name_of(program: &PluginProgram) -> String {
    let file = match program {
        PluginProgram::File { written, .. } => written.as_path(),
        PluginProgram::Command { words, .. } => {
            let script = words[1..].iter().find(|word| !word.starts_with('-'));
            Path::new(script.unwrap_or(&words[0]))
        }
    };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let prefix = std::env::consts::DLL_PREFIX;
    let is_library =
        file.extension().is_some_and(|extension| extension == std::env::consts::DLL_EXTENSION);
    let stem =
        stem.strip_prefix(prefix).filter(|_| is_library && !prefix.is_empty()).unwrap_or(&stem);
    let letters = stem.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    match letters.trim_matches('-') {
        "" => "plugin".to_owned(),
        name => name.to_owned(),
    }
}

/// Serves a library over standard input and output, until the input ends.
fn serve(command: &PluginServe) -> Result<Exit, Trouble> {
    plugin_host::serve(&command.file).map_err(Trouble::failed)?;
    Ok(Exit::Success)
}
