//! The help text of every command, in `help/`: read them like a person who has never seen the program.

use std::path::Path;

use crate::program::command;

/// What `--help` of a command says, a hundred columns wide.
fn help(dir: &Path, name: &str) -> String {
    let args: Vec<_> = name.split_whitespace().chain(["--help"]).collect();
    let output = command(dir, &args).env("COLUMNS", "100").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{name}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help text lists.
fn listed(help: &str) -> Vec<&str> {
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let name = |line: &'_ str| -> Option<usize> { line.trim_start().find(' ') };
    commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| Some(&line.trim_start()[..name(line)?]))
        .filter(|name| *name != "help")
        .collect()
}

#[test]
fn of_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("help");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut left = vec![String::new()];
    let mut seen = 0;
    while let Some(name) = left.pop() {
        let help = help(dir.path(), &name);
        left.extend(listed(&help).iter().map(|command| format!("{name} {command}")));
        let file = format!("copydesk{}", name.replace(' ', "-"));
        settings.bind(|| insta::assert_snapshot!(file, help));
        seen += 1;
    }
    assert!(seen > 15, "{seen} help texts");
}

/// At the end of the long help stands how it is used and how it ends.
#[test]
fn has_an_example_and_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    for name in listed(&help(dir.path(), "")) {
        let help = help(dir.path(), name);
        if !listed(&help).is_empty() {
            continue; // its commands have their own
        }
        assert!(help.contains("\nExample"), "`{name}` has no example");
        assert!(help.contains("\nExit codes:") || name == "completions", "`{name}`: exit codes");
    }
}
