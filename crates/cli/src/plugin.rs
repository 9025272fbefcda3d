//! `copydesk plugin`: what a plugin declares, whether it keeps its promises, and a project to start
//! one from.

mod check;
mod conformance;
mod project;
mod samples;
mod subject;
mod warnings;

use std::fs;
use std::io::{Write, stdout};
use std::path::{PathBuf, absolute};
use std::sync::Arc;

use plugin_host::{Declaration, Loader, StageDeclaration};
use serde_json::{Map, Value, json};
use sha2::Digest;
use stage_api::{LoadedPlugin, PluginProgram, PluginRequest, Registry};

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
    let opened = Opened::open(&registry::loader(), &command.program)?;
    let file = Arc::new(opened.plugin.file.clone());
    let stages = opened.plugin.stages.iter().cloned().zip(&opened.declaration.stages);
    let stages: Vec<_> = stages
        .map(|(mut stage, declared)| {
            stage.plugin = Some(file.clone());
            (Registry { stages: vec![stage], ..Registry::default() }, flags(declared))
        })
        .collect();
    if command.json {
        let stage = |(registry, flags): &(Registry, Vec<&str>)| {
            let mut stage = config::stages_json(registry)["stages"][0].take();
            stage["flags"] = json!(flags);
            stage
        };
        let stages: Vec<Value> = stages.iter().map(stage).collect();
        let facts = opened.facts().into_iter();
        let mut info: Map<String, Value> =
            facts.map(|(key, value)| (key.to_owned(), value.into())).collect();
        info.insert("stages".to_owned(), stages.into());
        writeln!(stdout(), "{:#}", Value::Object(info))?;
        return Ok(Exit::Success);
    }
    write!(stdout(), "{}", opened.heading())?;
    for (registry, flags) in stages {
        write!(stdout(), "\n{}", config::stages(&registry))?;
        if !flags.is_empty() {
            writeln!(stdout(), "  flags {}", flags.join(", "))?;
        }
    }
    Ok(Exit::Success)
}

/// What a stage promises about being run, in the words of the protocol.
fn flags(stage: &StageDeclaration) -> Vec<&'static str> {
    let flags = [("pure", stage.pure), ("shared", stage.shared), ("state", stage.keeps_state)];
    flags.into_iter().filter_map(|(word, set)| set.then_some(word)).collect()
}

/// A plugin outside of any pipeline, under the name that it gives itself.
struct Opened {
    request: PluginRequest,
    plugin: LoadedPlugin,
    declaration: Declaration,
}

impl Opened {
    /// Loads what the command line names, as a pipeline would.
    fn open(loader: &Loader, program: &PluginProgramArg) -> Result<Self, Trouble> {
        // Its name is known once it has said it.
        let mut request = request(program)?;
        request.name = load(loader, &request)?.1.name;
        let (plugin, declaration) = load(loader, &request)?;
        Ok(Self { request, plugin, declaration })
    }

    /// What there is to say about the plugin as a whole.
    fn facts(&self) -> [(&'static str, String); 6] {
        let file = &self.plugin.file;
        [
            ("name", self.declaration.name.clone()),
            ("version", self.declaration.version.clone()),
            ("lane", file.lane.word().to_owned()),
            ("abi", format!("{}.{}", plugin_host::ABI_MAJOR, plugin_host::ABI_MINOR)),
            ("file", file.path.display().to_string()),
            ("sha256", self.pin()),
        ]
    }

    /// What `sha256` in a pipeline may say: the digest of the library, or of the first file that a command names.
    fn pin(&self) -> String {
        let file = &self.plugin.file;
        match &self.request.program {
            PluginProgram::File { .. } => file.digest.to_string(),
            PluginProgram::Command { .. } => fs::read(&file.path).map_or_else(
                |_| "none".to_owned(),
                |bytes| document::Sha256(sha2::Sha256::digest(bytes).into()).to_string(),
            ),
        }
    }

    /// The same in lines.
    fn heading(&self) -> String {
        let lines = self.facts().map(|(key, value)| format!("{key:8} {value}\n"));
        lines.concat()
    }
}

fn load(loader: &Loader, request: &PluginRequest) -> Result<(LoadedPlugin, Declaration), Trouble> {
    loader.declare(request).map_err(|error| {
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
    Ok(PluginRequest { name: "plugin".to_owned(), program, lane: None, sha256: None })
}

/// Serves a library over standard input and output, until the input ends.
fn serve(command: &PluginServe) -> Result<Exit, Trouble> {
    plugin_host::serve(&command.file).map_err(Trouble::failed)?;
    Ok(Exit::Success)
}
