//! What becomes of articles when a child dies or hangs.

use std::time::Duration;

use crate::scripts::{HEAD, LONG, TAIL, article_stage, check, has_python, load, outcomes};

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
