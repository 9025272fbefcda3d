use std::path::Path;
use std::time::Duration;

use document::Document;
use plugin_host::Loader;
use stage_api::{
    BuiltStage, Flow, LoadedPlugin, OrderedStage, Placement, PluginError, PluginKey, PluginLoader,
    PluginProgram, PluginRequest, Settings, Stage, StageError, StageSpec,
};

/// What every script begins and ends with; between them it says what `answer` does.
const HEAD: &str = r#"
import json, os, signal, sys

def say(message):
    print(json.dumps(message), flush=True)

def good(doc, **more):
    say({"id": doc["id"], "annotations": [{"layer": "t.hit", "start": 0, "end": 1}], **more})

def hang():
    end, other = os.pipe()
    os.read(end, 1)

def first_time():
    try:
        os.close(os.open("seen", os.O_CREAT | os.O_EXCL))
        return True
    except FileExistsError:
        return False
"#;
const TAIL: &str = r#"
stages = [{"name": "tag", "reads": ["text"], "writes": ["t.hit"]},
          {"name": "sum", "kind": "ordered", "writes": ["values"], "flags": ["state"]}]
say({"copydesk_plugin": 1, "name": "t", "version": "1", "stages": stages})
for line in sys.stdin:
    message = json.loads(line)
    if "start" in message:
        say({"ready": True})
    elif "id" in message:
        answer(message)
    elif "restore" in message:
        restore(message["restore"])
"#;

/// Whether there is a Python to run scripts, one with `match`; says so where there is none.
pub(crate) fn has_python() -> bool {
    let recent = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = std::process::Command::new("python3").args(["-c", recent]).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        println!("skipped: there is no python3, or an old one");
    }
    found
}

/// The stages of a script in a folder.
fn load(folder: &Path, script: &str) -> Result<Vec<StageSpec>, PluginError> {
    std::fs::write(folder.join("tag.py"), script).unwrap();
    load_command(folder, &["python3", "tag.py"]).map(|plugin| plugin.stages)
}

pub(crate) fn load_command(folder: &Path, words: &[&str]) -> Result<LoadedPlugin, PluginError> {
    Loader::new(Vec::new()).load(&PluginRequest {
        name: "p".to_owned(),
        program: PluginProgram::Command {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.to_owned(),
        },
        lane: None,
        sha256: None,
    })
}

fn placement(timeout: Duration) -> Placement {
    Placement { timeout: Some(timeout), ..Placement::named("tag") }
}

fn article_stage(stages: &[StageSpec], timeout: Duration) -> Box<dyn Stage> {
    match stages[0].build_at(&Settings::default(), &placement(timeout)).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

fn ordered_stage(stages: &[StageSpec]) -> Box<dyn OrderedStage> {
    match stages[1].build_at(&Settings::default(), &placement(Duration::from_secs(20))).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => panic!("an ordered stage"),
    }
}

/// An article whose id is its number.
fn article(number: usize) -> Document {
    let mut doc = Document::new(
        number.to_string(),
        document::Origin::path("a"),
        Vec::new(),
        document::Form::Text,
    );
    doc.set_text(document::Text::verbatim(format!("Zoë said {number}.")));
    doc
}

/// One word for each outcome, with the message of those that failed.
pub(crate) fn shown(outcome: &Result<Flow, StageError>, doc: &Document) -> String {
    match outcome {
        Ok(Flow::Keep) => format!("{} row", doc.rows().len()),
        Ok(Flow::Discard(reason)) => format!("discard: {reason}"),
        Err(StageError::Article(message)) => format!("fail: {message}"),
        Err(StageError::Retry(message)) => format!("retry: {message}"),
        Err(StageError::Fatal(message)) => format!("fatal: {message}"),
        Err(StageError::Foreign(class, message)) => format!("{}: {message}", class.word()),
        Err(other) => other.to_string(),
    }
}

fn outcomes(stage: &mut dyn Stage, count: usize) -> Vec<String> {
    let mut docs: Vec<Document> = (0..count).map(article).collect();
    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
    let outcomes = stage.process_batch(&mut batch);
    outcomes.iter().zip(&docs).map(|(outcome, doc)| shown(outcome, doc)).collect()
}

/// Runs ten articles through a script in which `answer` is as given, and compares what became of
/// those that are not simply kept.
#[track_caller]
fn check(answer: &str, timeout: Duration, expected: &[(usize, &str)]) {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HEAD}\ndef answer(doc):\n    n = doc[\"id\"]\n{answer}\n{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), timeout);
    let outcomes = outcomes(stage.as_mut(), 10);
    for (number, outcome) in outcomes.iter().enumerate() {
        let unusual = expected.iter().find(|(unusual, _)| *unusual == number);
        let expected = unusual.map_or("1 row", |(_, expected)| *expected);
        assert!(outcome.starts_with(expected), "article {number}: {outcome}\nexpected: {expected}");
    }
}

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_script_adds_rows() {
    check("    good(doc)", LONG, &[]);
}

#[test]
fn what_a_script_answers_is_what_becomes_of_the_article() {
    check(
        r#"
    match n:
        case "1": say({"id": n, "discard": "too short"})
        case "2": say({"id": n, "fail": "no model"})
        case "3": say({"id": n, "retry": "busy"})
        case "4": say({"id": n, "fatal": "no licence"})
        case _: good(doc)"#,
        LONG,
        &[
            (1, "discard: too short"),
            (2, "fail: `p/tag`: no model"),
            (3, "retry: `p/tag`: busy"),
            (4, "fatal: `p/tag`: no licence"),
        ],
    );
}

#[test]
fn what_a_script_says_is_cut_to_a_length_for_people() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let answer = r#"
def answer(doc):
    long = "é" * 9000
    match doc["id"]:
        case "0": say({"id": "0", "discard": long})
        case "1": say({"id": "1", "fail": long})
        case _: say({"id": long})
"#;
    let script = format!("{HEAD}{answer}{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), LONG);
    let lengths: Vec<usize> =
        outcomes(stage.as_mut(), 3).iter().map(|outcome| outcome.len() / 100).collect();
    assert_eq!(lengths, [41, 41, 41]);
}

/// Wrong in itself, but certainly about this article: it costs this article and no restart.
#[test]
fn an_answer_that_breaks_the_contract_costs_its_article() {
    check(
        r#"
    hit = {"layer": "t.hit", "start": 0, "end": 1}
    match n:
        case "1": say({"id": n, "annotations": [{**hit, "end": 12}]})
        case "2": say({"id": n, "annotations": [{**hit, "start": 3, "end": 2}]})
        case "3": say({"id": n, "annotations": [{**hit, "layer": "other.hit"}]})
        case "4": say({"id": n, "annotations": [{**hit, "end": 3, "text": "Zo\u00eb!"}]})
        case "5": say({"id": n, "mentions": [{"start": 0, "end": 3, "label": "PER"}]})
        case "6": say({"id": n, "annotations": [hit, {**hit, "score": 7}]})
        case "7": say({"id": n, "annotations": [{"layer": "t.hit", "start": 0}]})
        case "8": say({"id": n, "annotations": [{**hit, "end": 3, "text": "Zo\u00eb"}]})
        case _: good(doc)"#,
        LONG,
        &[
            (
                1,
                "contract: `p/tag`: answered what it may not: `annotations` 0: the end 12 lies beyond the text (11 characters)",
            ),
            (
                2,
                "contract: `p/tag`: answered what it may not: `t.hit` row 0: it ends (2) before it starts (4)",
            ),
            (
                3,
                "contract: `p/tag`: answered what it may not: `other.hit` row 0: the stage does not declare",
            ),
            (
                4,
                "contract: `p/tag`: answered what it may not: `annotations` 0: its text is `Zoë!`, the article has `Zoë` there",
            ),
            (
                5,
                "contract: `p/tag`: answered what it may not: `mentions` row 0: the stage does not declare",
            ),
            (
                6,
                "contract: `p/tag`: answered what it may not: `t.hit` row 1: the score 7 is not within 0 and 1",
            ),
            (
                7,
                "contract: `p/tag`: answered what it may not: `annotations` 0: of `start` and `end` one is missing",
            ),
        ],
    );
}

#[test]
fn an_article_that_kills_the_child_is_a_dead_letter_and_the_others_go_on() {
    check(
        r#"
    match n:
        case "3": os.kill(os.getpid(), signal.SIGKILL)
        case "4": sys.exit("no more memory")
        case _: good(doc)"#,
        LONG,
        &[
            (3, "crash: `p/tag`: the child died on this article: it was killed by SIGKILL"),
            (
                4,
                "crash: `p/tag`: the child died on this article: it exited with code 1; \
                 its last words: no more memory",
            ),
        ],
    );
}

/// A child that was killed from outside, or that answers only so often, is no article's fault.
#[test]
fn a_child_that_dies_once_costs_nothing() {
    check(
        r#"
    if n == "5" and first_time():
        os.kill(os.getpid(), signal.SIGKILL)
    good(doc)"#,
        LONG,
        &[],
    );
    check("    good(doc)\n    if n in \"147\": sys.exit()", LONG, &[]);
}

#[test]
fn an_article_that_hangs_is_a_dead_letter_and_the_others_go_on() {
    check(
        r#"
    if n == "3":
        print("looking hard", file=sys.stderr, flush=True)
        hang()
    good(doc)"#,
        Duration::from_secs(3),
        &[(3, "timeout: `p/tag`: no answer within 3 s; its last words: looking hard")],
    );
}

/// One that has left its process group is not killed with it, and once was waited for forever.
#[test]
fn a_child_that_hangs_in_another_group_is_killed() {
    check(
        r#"
    if n == "3":
        os.setpgid(0, os.getpgid(os.getppid()))
        hang()
    good(doc)"#,
        Duration::from_secs(3),
        &[(3, "timeout: `p/tag`: no answer within 3 s")],
    );
}

#[test]
fn a_child_that_closes_its_output_is_dead() {
    check(
        r#"
    if n == "2":
        os.close(1)
        hang()
    good(doc)"#,
        LONG,
        &[(2, "crash: `p/tag`: the child died on this article: it closed its output and lived on")],
    );
}

#[test]
fn what_is_no_answer_costs_its_article() {
    check(
        r#"
    match n:
        case "2": print("looking at number 2", flush=True)
        case "4": say({"id": n, "annotation": []})
        case "6": say({"id": "9"})
        case "8": say([])
        case _: pass
    good(doc)"#,
        LONG,
        &[
            (
                2,
                "contract: `p/tag`: its answer is none (expected value at line 1 column 1): looking at",
            ),
            (4, "contract: `p/tag`: its answer is none (unknown field `annotation`"),
            (6, "contract: `p/tag`: it answered article `9` instead"),
            (8, "contract: `p/tag`: its answer is none ("),
        ],
    );
}

#[test]
fn an_answer_too_many_is_left_out() {
    check("    good(doc)\n    if n in \"259\":\n        good(doc)", LONG, &[]);
}

#[test]
fn an_answer_too_few_is_a_hang() {
    check(
        "    if n != \"4\": good(doc)",
        Duration::from_secs(3),
        &[(4, "contract: `p/tag`: it answered article `5` instead")],
    );
    check(
        "    if n != \"9\": good(doc)",
        Duration::from_secs(3),
        &[(9, "timeout: `p/tag`: no answer within 3 s")],
    );
}

#[test]
fn a_line_without_an_end_is_cut_off() {
    check(
        r#"
    while n == "3":
        sys.stdout.write("x" * 1_000_000)
    good(doc)"#,
        LONG,
        &[(3, "contract: `p/tag`: its answer has more than 64 MiB")],
    );
}

/// Far more than a pipe holds, in every direction: nobody waits for the other.
#[test]
fn full_pipes_block_nobody() {
    check(
        r#"
    print("x" * 3_000_000, file=sys.stderr)
    good(doc, notes=[{"message": "n" * 3_000_000}])"#,
        LONG,
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|number| (number, "2 row")),
    );
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HEAD}\ndef answer(doc):\n    good(doc)\n{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), LONG);
    let mut docs: Vec<Document> = (0..8).map(article).collect();
    for doc in &mut docs {
        let text = "words and ".repeat(300_000);
        *doc = Document::new(doc.id(), doc.origin.clone(), Vec::new(), document::Form::Text);
        doc.set_text(document::Text::verbatim(text));
    }
    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
    assert!(stage.process_batch(&mut batch).iter().all(|outcome| outcome == &Ok(Flow::Keep)));
}

/// Dies on each article: every one is blamed by itself.
#[test]
fn a_child_that_always_dies_fails_every_article() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HEAD}\ndef answer(doc):\n    sys.exit(3)\n{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), LONG);
    for outcome in outcomes(stage.as_mut(), 2) {
        assert!(
            outcome.starts_with(
                "crash: `p/tag`: the child died on this article: it exited with code 3"
            ),
            "{outcome}"
        );
    }
}

#[test]
fn a_child_that_does_not_start_again_ends_the_run() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "{HEAD}\ndef answer(doc):\n    os.rename(\"tag.py\", \"gone.py\")\n    sys.exit(3)\n{TAIL}"
    );
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), LONG);
    for outcome in outcomes(stage.as_mut(), 2) {
        assert!(outcome.starts_with("fatal: `p/tag`: the child does not start again: `python3` ended without saying what it declares: it exited with code 2"), "{outcome}");
    }
}

/// A sum over articles: it survives the child, and a run.
const SUM: &str = r#"
total = 0
def restore(number):
    global total
    total += number
def answer(doc):
    n = int(doc["id"])
    if n == 3 and first_time():
        sys.exit(1)
    if n == 5:
        sys.exit(1)
    restore(n)
    say({"id": doc["id"], "values": {"t.sum": total}, "change": n})
"#;

#[test]
fn an_ordered_stage_keeps_its_state_over_children_and_runs() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stages = load(folder.path(), &format!("{HEAD}{SUM}{TAIL}")).unwrap();
    let mut changes: Vec<Vec<u8>> = Vec::new();
    let mut sums = Vec::new();
    for run in [0..4, 4..7] {
        let mut stage = ordered_stage(&stages);
        for change in &changes {
            stage.restore(change).unwrap();
        }
        for number in run {
            let mut doc = article(number);
            let outcome = stage.process(&mut doc);
            changes.extend(stage.take_change());
            sums.push(match outcome {
                Ok(_) => doc.values().to_owned(),
                Err(error) => error.to_string()[..12].to_owned(),
            });
        }
    }
    assert_eq!(sums, ["0", "1", "3", "6", "10", "`p/sum`: the", "16"]);
    assert_eq!(changes.concat(), b"012346");
}

/// A state that is longer than what is written ahead of a child does not keep the first article from it.
#[test]
fn a_long_state_is_restored_before_the_first_article() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stages = load(folder.path(), &format!("{HEAD}{SUM}{TAIL}")).unwrap();
    let mut stage = ordered_stage(&stages);
    for _ in 0..30_000 {
        stage.restore(b"1").unwrap();
    }
    let mut doc = article(1);
    stage.process(&mut doc).unwrap();
    assert_eq!(doc.values().to_owned(), "30001");
}

/// What came with an answer that was not the last is not told to anyone, nor is what a stage says that
/// does not declare a state.
#[test]
fn a_change_counts_where_it_is_taken() {
    if !has_python() {
        return;
    }
    let answer = r#"
tried = set()
def answer(doc):
    n = int(doc["id"])
    if n == 2 and first_time():
        sys.exit(1)
    if n == 1 and n not in tried:
        tried.add(n)
        restore(100)
        return say({"id": doc["id"], "retry": "later", "change": 100})
    restore(n)
    say({"id": doc["id"], "values": {"t.sum": total}, "change": n})
"#;
    let head = SUM.split("def answer").next().unwrap();
    for (flags, sums, kept) in [("[\"state\"]", "0 101 3", "012"), ("[]", "0 101 2", "")] {
        let folder = tempfile::tempdir().unwrap();
        let tail = TAIL.replace("[\"state\"]", flags);
        let stages = load(folder.path(), &format!("{HEAD}{head}{answer}{tail}")).unwrap();
        let mut stage = ordered_stage(&stages);
        let (mut seen, mut changes) = (Vec::new(), Vec::new());
        for number in 0..3 {
            let mut doc = article(number);
            if let Err(error) = stage.process(&mut doc) {
                assert!(matches!(error, StageError::Retry(_)), "{error}");
                stage.process(&mut doc).unwrap();
            }
            changes.extend(stage.take_change());
            seen.push(doc.values().to_owned());
        }
        assert_eq!((seen.join(" ").as_str(), changes.concat()), (sums, kept.into()), "{flags}");
        assert_eq!(stage.restore(b"1").is_ok(), flags != "[]");
    }
}

#[test]
fn a_command_has_one_digest_wherever_its_files_lie() {
    if !has_python() {
        return;
    }
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let script = |folder: &Path, more: &str| {
        std::fs::write(folder.join("tag.py"), format!("{HEAD}{more}{TAIL}")).unwrap();
    };
    let digest = |folder: &Path, words: &[&str]| load_command(folder, words).unwrap().file.digest;
    script(here.path(), "");
    let first = digest(here.path(), &["python3", "tag.py"]);
    let full = here.path().join("tag.py");
    assert_eq!(digest(there.path(), &["python3", &full.to_string_lossy()]), first);
    assert_ne!(digest(here.path(), &["python3", "tag.py", "--fast"]), first);
    script(here.path(), "# another\n");
    assert_ne!(digest(here.path(), &["python3", "tag.py"]), first);
}

/// Whatever is wrong with a command is said before the run.
#[test]
fn a_command_that_is_no_plugin_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no program").unwrap();
    let manifest = r#"echo '{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag"}]}'; "#;
    let echo = |line: &str| format!("echo '{line}'; cat");
    for (words, expected) in [
        (vec!["no-such-program"], "there is no program `no-such-program`"),
        (vec!["./notes.txt"], "/notes.txt` may not be executed"),
        (
            vec!["sh", "-c", "echo help >&2; exit 4"],
            "`sh` ended without saying what it declares: it exited with code 4; its last words: help",
        ),
        (
            vec!["sh", "-c", &echo("Welcome!")],
            "`sh` does not speak as a plugin does: its first line is no manifest (expected value at line 1 column 1): Welcome!",
        ),
        (
            vec![
                "sh",
                "-c",
                &echo(r#"{"copydesk_plugin": 2, "name": "t", "version": "1", "stages": []}"#),
            ],
            "`sh` does not speak as a plugin does: it speaks version 2 of the protocol, not 1",
        ),
        (
            vec![
                "sh",
                "-c",
                &echo(r#"{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": []}"#),
            ],
            "it declares no stage",
        ),
        (
            vec![
                "sh",
                "-c",
                &echo(
                    r#"{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag", "write": []}]}"#,
                ),
            ],
            "(unknown field `write`, expected one of",
        ),
    ] {
        let error = load_command(folder.path(), &words).unwrap_err();
        assert_eq!(error.key, PluginKey::Command);
        assert!(error.message.contains(expected), "{}\nexpected: {expected}", error.message);
    }
    for (start, setting, expected) in [
        (r#"echo '{"refused": "is empty", "setting": "terms"}'; cat"#, "terms", "is empty"),
        (r#"echo '{"refused": "no model"}'; cat"#, "use", "no model"),
        ("echo '{}'; cat", "use", "it is neither ready nor refuses to start"),
        (
            "echo Ready; cat",
            "use",
            "it did not say that it is ready (expected value at line 1 column 1): Ready",
        ),
        ("exit 1", "use", "it ended instead of starting: it exited with code 1"),
    ] {
        let script = format!("{manifest}{start}");
        let plugin = load_command(folder.path(), &["sh", "-c", &script]).unwrap();
        let error = plugin.stages[0].build(&Settings::default()).unwrap_err();
        assert_eq!((error.setting.as_str(), error.message.as_str()), (setting, expected));
    }
}

/// The key of a command hangs on its words and on the files among them.
#[test]
fn a_command_is_known_by_its_words_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("tag.sh");
    let text = r#"echo '{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag"}]}'; cat"#;
    let load = |words: &[&str], pin| {
        let program = PluginProgram::Command {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.path().to_owned(),
        };
        let request = PluginRequest { name: "p".to_owned(), program, lane: None, sha256: pin };
        Loader::new(Vec::new()).load(&request)
    };
    std::fs::write(&script, text).unwrap();
    let first = load(&["sh", "tag.sh"], None).unwrap().file;
    assert_eq!(first.path.file_name().unwrap(), "tag.sh");
    assert_eq!(load(&["sh", "tag.sh"], None).unwrap().file, first);
    assert_ne!(load(&["sh", "tag.sh", "-v"], None).unwrap().file.digest, first.digest);
    std::fs::write(&script, format!("{text} ")).unwrap();
    assert_ne!(load(&["sh", "tag.sh"], None).unwrap().file.digest, first.digest);

    let refusal = load(&["sh", "tag.sh"], Some(first.digest)).unwrap_err();
    assert_eq!(refusal.key, PluginKey::Sha256);
    let digest = refusal.message.rsplit(' ').next().unwrap().to_owned();
    let bytes: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).unwrap()).collect();
    load(&["sh", "tag.sh"], Some(document::Sha256(bytes.try_into().unwrap()))).unwrap();
    let refusal = load(&["sh", "-c", text], Some(first.digest)).unwrap_err();
    assert_eq!(refusal.message, "the command names no file whose digest it could be");
}
