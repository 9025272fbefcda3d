//! The command line.

mod asking;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use asking::{Export, ExportFormat, ExportWhat, Published, Search, SearchKind};

use crate::shard::Asked;

/// Turns a drop of news articles into clean text, entities, attributed quotations and summaries.
#[derive(Debug, Parser)]
#[command(
    name = "copydesk",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 every article written, unchanged or discarded on purpose; 1 the run failed;
2 the command line or the configuration is wrong; 3 finished, with dead letters; 130 Ctrl-C.",
    after_long_help = "\
Examples:
  copydesk run FOLDER          the articles in a folder, with the built-in pipeline
  copydesk show ARTICLE.html   one article, what was found drawn under the text
  copydesk init                a pipeline.toml to change; then `copydesk run` alone

Exit codes: 0 every article written, unchanged or discarded on purpose; 1 the run failed;
2 the command line or the configuration is wrong; 3 finished, with dead letters; 130 Ctrl-C."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) logging: Logging,
}

/// How to talk, for every command.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Logging {
    /// The form of what is said on standard error.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORM")]
    pub(crate) log_format: LogFormat,
    /// How much is said: error, warn, info, debug, trace, or a filter such as `runner=debug`.
    #[arg(long, global = true, env = "COPYDESK_LOG", value_name = "LEVEL")]
    pub(crate) log: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people, a progress bar on a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a pipeline over a drop of articles.
    Run(Run),
    /// Try again what stands failed in an output folder.
    Retry(Retry),
    /// Put the shards of a drop together, as one run over all of it.
    Merge(Merge),
    /// Check an output folder end to end, and mend what can be mended.
    Verify(Verify),
    /// Draw one article in the terminal, with what was found in it.
    Show(Show),
    /// Write a commented pipeline.toml to start from.
    Init(Init),
    /// Check a pipeline file and print its plan.
    Check(Check),
    /// Print the effective configuration, each value with where it comes from.
    Explain(Explain),
    /// Draw the plan.
    Graph(Graph),
    /// Print the JSON Schema of pipeline.toml, for editors, or of what a run writes.
    Schema(Schema),
    /// List every stage, source and sink with its settings.
    Stages(Stages),
    /// Compare what a pipeline makes of its golden cases with what is expected.
    Test(Test),
    /// Say what changed between two output folders, by stage.
    Diff(Diff),
    /// Write an output folder as pages to read in a browser, without a network.
    Report(Report),
    /// Write quotations, entities or articles for spreadsheets and other programs.
    Export(Export),
    /// Search what an output folder holds: articles, quotations and names.
    Search(Search),
    /// Start, try and look at plugins: stages of your own.
    #[command(subcommand)]
    Plugin(Plugin),
    /// Print a completion script for a shell.
    Completions(Completions),
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  copydesk run                           the pipeline.toml of this folder
  copydesk run FOLDER -o OUT             the articles of a folder, into another one
  copydesk run strict.toml FOLDER        with this pipeline
  copydesk run FOLDER --dry-run 3        look at three articles first; nothing is written
  copydesk run bare.toml --input - -o -  JSON Lines in, records out, by a pipeline without `stories`
  copydesk run --watch                   go on with whatever arrives
  copydesk run OUT --from summarize -o NEW   the last stages again, over the records of OUT
  copydesk run FOLDER --shard 0/8 -o OUT     an eighth of the files, for `copydesk merge`

The same command again takes only what is new or changed.
Exit codes: 0 every article written, unchanged or discarded on purpose; 1 the run failed;
2 the command line or the configuration is wrong; 3 finished, with dead letters; 130 Ctrl-C.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Run {
    /// A `.toml` path is the pipeline (default: pipeline.toml here, else the built-in one); other
    /// paths are articles to read in place of those that the pipeline names.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// A further path to read; `-` is standard input, as JSON Lines.
    #[arg(long, value_name = "PATH")]
    pub(crate) input: Vec<PathBuf>,
    /// Where records go; `-` is standard output. Default: as the pipeline says, else `out`.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Worker threads; 0 is one per core. Default: as the pipeline says, else 0.
    #[arg(short, long, value_name = "N")]
    pub(crate) workers: Option<usize>,
    /// Run this stage and those after it over records of an earlier run: what the pipeline's source `records`
    /// names, or the output folders named here.
    #[arg(long, value_name = "STAGE", conflicts_with = "watch")]
    pub(crate) from: Option<String>,
    /// Of N shards of the files, counted from 0, run this one: every Nth file, through the stages before the
    /// first ordered one, into a folder of its own in that of `--output`. `auto` takes both numbers from a Slurm
    /// array, `auto/N` the shard's from that or from an indexed job of Kubernetes.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["watch", "from", "preview"])]
    pub(crate) shard: Option<Asked>,
    /// Begin from nothing, in a new generation beside what the output folder holds.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Go on when everything is done: take new and changed files once they have settled, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["fresh", "preview"])]
    pub(crate) watch: bool,
    /// End with 0 also where articles became dead letters.
    #[arg(long)]
    pub(crate) accept_failures: bool,
    /// Read the first N articles, write nothing, and draw what was found on standard output.
    #[arg(long = "dry-run", value_name = "N", conflicts_with = "fresh")]
    pub(crate) preview: Option<u64>,
    /// Whether only what failed is taken.
    #[arg(skip)]
    pub(crate) retry: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The pipeline and the articles are those that the folder's last run was given, as its configuration.toml
keeps them. Only those that stand in dead-letters.jsonl are taken; their records are appended to the
last part.

Example:
  copydesk retry out    after the plugin, disk or file was mended

Exit codes: as of `copydesk run`.")]
pub(crate) struct Retry {
    /// The output folder.
    #[arg(value_name = "DIR", default_value = "out")]
    pub(crate) folder: PathBuf,
    /// Read this in place of the last run's articles; `-` is standard input, as JSON Lines.
    #[arg(long, value_name = "PATH")]
    pub(crate) input: Vec<PathBuf>,
    /// Worker threads; 0 is one per core.
    #[arg(short, long, value_name = "N")]
    pub(crate) workers: Option<usize>,
    /// End with 0 also where articles failed again.
    #[arg(long)]
    pub(crate) accept_failures: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The pipeline is that of the shards. Revisions and duplicates are told over all of them, the stages from
the first ordered one on run, and OUT holds what one run over the whole drop would have left. The same
command again goes on after a kill, and takes nothing twice.

Examples:
  copydesk run FOLDER --shard 0/2 -o out    and --shard 1/2, on another machine perhaps
  copydesk merge out                        the shards in out, into out
  copydesk merge all parts/shard-*          named one by one

Exit codes: as of `copydesk run`; 2 also where shards are missing, incomplete or not of one drop.")]
pub(crate) struct Merge {
    /// Where records go.
    #[arg(value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Folders of shards, or a folder that they lie in. Default: OUT.
    #[arg(value_name = "SHARD")]
    pub(crate) shards: Vec<PathBuf>,
    /// Worker threads; 0 is one per core. Default: as the pipeline says, else 0.
    #[arg(short, long, value_name = "N")]
    pub(crate) workers: Option<usize>,
    /// Begin from nothing, in a new generation beside what OUT holds.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// End with 0 also where articles became dead letters.
    #[arg(long)]
    pub(crate) accept_failures: bool,
}

impl From<Merge> for Run {
    fn from(merge: Merge) -> Self {
        let Merge { output, workers, fresh, accept_failures, .. } = merge;
        Self { workers, fresh, accept_failures, ..Self::into_folder(output) }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Uncommitted bytes are cut and derived files written anew; nothing that counts is ever changed
without `--take-back`.

Examples:
  copydesk verify out --dry-run      only look
  copydesk verify out --take-back    go back to the last commit before the damage

Exit codes: 0 sound, or sound now; 1 damaged, or something is left for the next run or, under
`--dry-run`, to mend; 2 no output folder, or a run is writing to it.")]
pub(crate) struct Verify {
    /// The output folder.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Only say what would be mended.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where something is damaged, go back to the last commit before it: the next run does again what
    /// was committed after that, as far as its files are still there.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) take_back: bool,
    /// Delete the generations of earlier configurations, unless something is damaged.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) prune: bool,
}

impl Run {
    /// A run of the pipeline here into a folder, everything else by default.
    pub(crate) fn into_folder(folder: PathBuf) -> Self {
        Self {
            paths: Vec::new(),
            input: Vec::new(),
            output: Some(folder),
            workers: None,
            from: None,
            shard: None,
            fresh: false,
            watch: false,
            accept_failures: false,
            preview: None,
            retry: false,
        }
    }
}

impl From<Retry> for Run {
    fn from(retry: Retry) -> Self {
        let Retry { folder, input, workers, accept_failures } = retry;
        Self { input, workers, accept_failures, retry: true, ..Self::into_folder(folder) }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  copydesk show page.html                       run the pipeline over this file alone
  copydesk show page.html --after normalize     its clean text, before anything is found in it
  copydesk show drop/page.html -o out           the record of an article, by its id
  xclip -o | copydesk show -                    whatever was copied

Exit codes: 0 drawn; 1 the record cannot be read; 2 no such file or article, or the pipeline is
wrong; 3 the article is a dead letter.")]
pub(crate) struct Show {
    /// A file or folder, `-` for pasted text on standard input, or, where there is no such file or
    /// `--output` is given, the id of an article in the output folder.
    #[arg(value_name = "FILE|-|ID")]
    pub(crate) article: String,
    /// Stop after this stage.
    #[arg(long, value_name = "STAGE")]
    pub(crate) after: Option<String>,
    /// The pipeline file; default: pipeline.toml here, else the built-in one.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) pipeline: Option<PathBuf>,
    /// The output folder to look an id up in; default: the pipeline's.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  copydesk init && copydesk check    then set the paths under [[source]]

Exit codes: 0 written; 1 the file cannot be written; 2 it is there already.")]
pub(crate) struct Init {
    /// Where to write; nothing is overwritten.
    #[arg(value_name = "FILE", default_value = "pipeline.toml")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  copydesk check                   the plan: each stage, what it reads and from where
  copydesk check nightly.toml      every mistake at its line and column
  copydesk check --json            the same for programs

Exit codes: 0 right; 2 wrong.")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) pipeline: PipelineArg,
    /// Print mistakes, or the plan, as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
    /// Fail also where an environment variable is not set.
    #[arg(long)]
    pub(crate) strict_env: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  copydesk explain nightly.toml    which values are the file's, which are defaults

Exit codes: 0 printed; 2 the pipeline is wrong.")]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) pipeline: PipelineArg,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  copydesk graph                             in the terminal
  copydesk graph -f dot | dot -Tsvg > plan.svg

Exit codes: 0 drawn; 2 the pipeline is wrong.")]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) pipeline: PipelineArg,
    /// The form of the drawing.
    #[arg(short, long, value_enum, default_value_t = GraphForm::Text, value_name = "FORM")]
    pub(crate) format: GraphForm,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum GraphForm {
    /// For a terminal.
    Text,
    /// A Mermaid flowchart.
    Mermaid,
    /// Graphviz.
    Dot,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  copydesk schema > pipeline.schema.json     for an editor; draft 7
  copydesk schema --of article               of a record; draft 2020-12

Exit codes: 0 printed; 2 the pipeline is wrong.")]
pub(crate) struct Schema {
    #[command(flatten)]
    pub(crate) pipeline: PipelineArg,
    /// What it is the schema of.
    #[arg(long, value_enum, default_value_t = SchemaOf::Pipeline, value_name = "WHAT")]
    pub(crate) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A pipeline file, with the settings of the plugins that this one names.
    Pipeline,
    /// A record: a line of articles-NNNNNNNN.jsonl.
    Article,
    /// A line of stories.jsonl.
    Story,
    /// A line of dead-letters.jsonl.
    DeadLetter,
    /// manifest.json.
    Manifest,
    /// run.json.
    Run,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  copydesk stages                  built-in ones, and those of the plugins in pipeline.toml
  copydesk stages mine.toml        and those of the plugins in mine.toml

Exit codes: 0 printed; 2 the pipeline is wrong.")]
pub(crate) struct Stages {
    #[command(flatten)]
    pub(crate) pipeline: PipelineArg,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print every key of a pipeline file as a page of Markdown.
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
A case is a file that `run` reads, such as cases/ferry.txt, beside cases/ferry.txt.expected.json.
A key that an expectation leaves out, such as `sentences`, is not compared.

Examples:
  copydesk test                    every case in cases/, beside the pipeline file
  copydesk test --update           keep what is found as what is expected; read it

Exit codes: 0 all as expected, or updated; 1 not; 2 no cases, or the pipeline is wrong.")]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) pipeline: PipelineArg,
    /// Write what the pipeline finds as what is expected.
    #[arg(long)]
    pub(crate) update: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Articles are matched by id, the latest revision of each.

Examples:
  copydesk diff before after                  drawn, and counted by stage
  copydesk diff before after --json | jq .    every difference as a line

Exit codes: 0 compared; 1 a folder cannot be read, or they differ under `--exit-code`; 2 no such
folder.")]
pub(crate) struct Diff {
    /// The output folder before.
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// The output folder after.
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
    /// How many of the differing articles to draw.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) details: u64,
    /// Print every difference as a line of JSON, then one with the summary.
    #[arg(long)]
    pub(crate) json: bool,
    /// End with 1 where there is a difference.
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Prints the path of the first page. The pages are made from the folder alone and replace those of an
earlier report.

Example:
  copydesk report out    then open out/report/index.html

Exit codes: 0 written; 1 it cannot be written; 2 no output folder.")]
pub(crate) struct Report {
    /// The output folder; the report is its folder `report`.
    #[arg(value_name = "DIR", default_value = "out")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Plugin {
    /// Write a project to start a plugin from, with all it needs, a pipeline and an article.
    New(PluginNew),
    /// Try whether a plugin keeps its promises, on articles made to be difficult.
    Test(PluginTest),
    /// Print what a plugin declares.
    Info(PluginInfo),
    /// Serve a native plugin over standard input and output: what `isolate = true` runs.
    #[command(hide = true)]
    Serve(PluginServe),
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  copydesk plugin new --lang python tides && cd tides && copydesk run

Exit codes: 0 written; 1 it cannot be written; 2 the folder is not empty.")]
pub(crate) struct PluginNew {
    /// The language to write it in.
    #[arg(long, value_enum)]
    pub(crate) lang: Language,
    /// The folder to write into: new, or empty. Its name is the plugin's.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// A library, typed and without `unsafe`.
    Rust,
    /// A library from one file and one header.
    C,
    /// A script in a process of its own.
    Python,
}

#[derive(Debug, clap::Args)]
#[command(
    override_usage = "copydesk plugin test [OPTIONS] <FILE | -- COMMAND…>",
    after_long_help = "\
Examples:
  copydesk plugin test target/release/libtides
  copydesk plugin test -- python3 plugin.py

Exit codes: 0 all ok; 1 a check FAILED; 2 the plugin cannot be loaded."
)]
pub(crate) struct PluginTest {
    #[command(flatten)]
    pub(crate) program: PluginProgramArg,
    /// A pipeline that uses its stages: their settings, and what stands before them, are taken from there.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) pipeline: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(
    override_usage = "copydesk plugin info [OPTIONS] <FILE | -- COMMAND…>",
    after_long_help = "\
Examples:
  copydesk plugin info target/release/libtides
  copydesk plugin info -- python3 plugin.py

Exit codes: 0 printed; 2 the plugin cannot be loaded."
)]
pub(crate) struct PluginInfo {
    #[command(flatten)]
    pub(crate) program: PluginProgramArg,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginServe {
    /// The library.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// A plugin outside of any pipeline.
#[derive(Debug, clap::Args)]
pub(crate) struct PluginProgramArg {
    /// The library; prefix and suffix of the platform are supplied.
    #[arg(value_name = "FILE", required_unless_present = "command", conflicts_with = "command")]
    pub(crate) file: Option<PathBuf>,
    /// A command that runs it as a child process, after `--`: `-- python3 tag.py`.
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  copydesk completions bash > ~/.local/share/bash-completion/completions/copydesk")]
pub(crate) struct Completions {
    /// The shell to complete in.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// The pipeline that a command looks at.
#[derive(Debug, clap::Args)]
pub(crate) struct PipelineArg {
    /// The pipeline file; default: pipeline.toml here, else the built-in one.
    #[arg(value_name = "PIPELINE")]
    pub(crate) file: Option<PathBuf>,
}
