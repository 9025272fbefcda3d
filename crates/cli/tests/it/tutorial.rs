//! `docs/tutorial.md` and `docs/cookbook.md`: what they show is done as it stands there.

use std::fs;
use std::path::Path;

use crate::program::{copydesk, workspace};

/// The fenced blocks of one language, in order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let page = fs::read_to_string(workspace().join("docs").join(page)).unwrap();
    let fence = format!("```{language}\n");
    let block = |rest: &str| rest.split("\n```").next().unwrap().to_owned();
    page.split(fence.as_str()).skip(1).map(block).collect()
}

/// Every pipeline of the cookbook is whole: its first line names the file, and `check` accepts it.
#[test]
fn the_pipelines_of_the_cookbook_are_right() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for folder in ["drop", "crawl"] {
        fs::create_dir(dir.join(folder)).unwrap();
    }
    fs::write(dir.join("crawl/a.warc.gz"), "").unwrap();
    let list = blocks("cookbook.md", "text").into_iter().find(|block| block.starts_with("name\t"));
    fs::write(dir.join("people.tsv"), list.unwrap()).unwrap();
    // The plugin that the guide to plugins shows.
    let tagger = blocks("plugins.md", "python");
    let tagger = tagger.iter().find(|block| block.starts_with("# tagger.py")).unwrap();
    fs::write(dir.join("tagger.py"), tagger).unwrap();
    let module = workspace().join("crates/plugin-host/kit/copydesk_plugin.py");
    fs::copy(module, dir.join("copydesk_plugin.py")).unwrap();
    let pipelines = blocks("cookbook.md", "toml");
    assert!(pipelines.len() >= 4);
    for pipeline in pipelines {
        let name = pipeline.lines().next().unwrap().trim_start_matches("# ");
        if pipeline.contains("python3") && !crate::plugins::has("python3") {
            continue;
        }
        fs::write(dir.join(name), &pipeline).unwrap();
        let checked = copydesk(dir, &["check", name]);
        assert_eq!(checked.code, Some(0), "{name}: {}", checked.stderr);
    }
}

/// A command of the tutorial with what the terminal should answer.
#[cfg(unix)]
struct Step {
    command: String,
    answer: String,
}

/// `$ ` begins a command, `> ` goes on with it, and what follows is the answer.
#[cfg(unix)]
fn steps(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), answer: String::new() });
            continue;
        }
        let step = steps.last_mut().expect("a block begins with a command");
        match line.strip_prefix('>').filter(|_| step.answer.is_empty()) {
            Some(more) => step.command.extend(["\n", more.strip_prefix(' ').unwrap_or(more)]),
            None => step.answer.extend([line, "\n"]),
        }
    }
    steps
}

/// Whether `answer` is what `shown` says, where `…` is any stretch.
#[cfg(unix)]
fn is_as_shown(answer: &str, shown: &str) -> bool {
    let pieces: Vec<&str> = shown.trim_end().split('…').collect();
    let (first, rest) = pieces.split_first().expect("a split has a piece");
    let Some(mut left) = answer.trim_end().strip_prefix(first) else { return false };
    let Some((last, between)) = rest.split_last() else { return left.is_empty() };
    for piece in between {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

#[cfg(unix)]
#[test]
fn the_tutorial_goes_as_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let sample = dir.join("examples/drop");
    fs::create_dir_all(&sample).unwrap();
    fs::copy(workspace().join("pipeline.toml"), dir.join("pipeline.toml")).unwrap();
    for file in fs::read_dir(workspace().join("examples/drop")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), sample.join(file.file_name())).unwrap();
    }
    let steps: Vec<_> =
        blocks("tutorial.md", "console").iter().flat_map(|block| steps(block)).collect();
    assert!(steps.len() > 12, "{} steps", steps.len());
    for Step { command, answer } in steps {
        let said = in_shell(dir, &command);
        assert!(
            is_as_shown(&said, &answer),
            "$ {command}\nshould answer\n{answer}\nand says\n{said}"
        );
    }
}

/// What a shell prints where the program lies in the path.
#[cfg(unix)]
fn in_shell(dir: &Path, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_copydesk")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(dir)
        .env("PATH", format!("{}:{path}", program.display()))
        .env("NO_COLOR", "1")
        .env_remove("COPYDESK_LOG")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
