//! Native stages that end the program: the test starts itself again, and reads what is left.

use std::path::Path;
use std::process::{Command, Output};

use plugin_host::End;
use stage_api::{BuiltStage, FailureClass, Placement, PluginLoader, StageError};

use crate::native::{doc, library, loader, request, stage, wrong};

const HOW: &str = "PLUGIN_HOST_TEST_HOW";
const FOLDER: &str = "PLUGIN_HOST_TEST_FOLDER";

/// A library that cannot even be loaded.
const ABORTS: &str = "aborts.so";

/// What a plugin may have registered for the end of the program.
extern "C" fn never_ends() {
    loop {
        std::thread::park();
    }
}

/// What the other process does: works on an article that ends it. Does nothing in a run of all tests.
#[test]
fn in_another_process() {
    let (Ok(how), Ok(folder)) = (std::env::var(HOW), std::env::var(FOLDER)) else { return };
    let loader = loader();
    if how == "loaded" {
        let refused = loader.load(&request(&Path::new(&folder).join(ABORTS))).map(drop);
        panic!("lives on: {refused:?}");
    }
    let plugin = loader.load(&request(&library())).unwrap();
    if how == "sent" {
        // SAFETY: any signal may be raised; to this thread, so that it has come when the call returns.
        unsafe { libc::raise(libc::SIGABRT) };
        panic!("lives on");
    }
    if how == "deaf" {
        // SAFETY: the function may be called at any time.
        unsafe { libc::atexit(never_ends) };
    }
    let timeout = Some(std::time::Duration::from_millis(30));
    let placement = Placement { timeout, ..Placement::named("trouble") };
    let settings = match how.as_str() {
        "made" => wrong("nothing").with("on", "abort"),
        "ended" => wrong("nothing").with("on", "abort at the end"),
        how => wrong(how),
    };
    let built = stage(&plugin, "wrong").build_at(&settings, &placement).unwrap();
    let BuiltStage::Article(factory) = built else { panic!("an article stage") };
    let watch = loader
        .watch(Some(Path::new(&folder)), |hang| {
            eprintln!("{hang}");
            plugin_host::exit_at_once(1);
        })
        .unwrap();
    let mut stage = factory.instance();
    stage.process(&mut doc("later")).unwrap();
    let _ = stage.process(&mut doc("now"));
    watch.finish().unwrap();
}

fn run(how: &str, folder: &Path) -> Output {
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", "ends::in_another_process", "--nocapture"]);
    test.env(HOW, how).env(FOLDER, folder).env("RUST_BACKTRACE", "0").output().unwrap()
}

#[test]
#[cfg(unix)]
fn the_next_start_knows_who_did_it() {
    for (how, said, end) in [
        (
            "abort",
            "copydesk: stage `trouble` ended the program on article `test` (abort)",
            End::Crash,
        ),
        (
            "exit",
            "copydesk: stage `trouble` ended the program on article `test` (exit)",
            End::Crash,
        ),
        (
            "overflow",
            "copydesk: stage `trouble` ended the program on article `test` (segmentation fault)",
            End::Crash,
        ),
        (
            "deaf",
            "stage `trouble` hangs on article `test`: it did not return within 30ms, nor when asked to",
            End::Hang,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = run(how, folder.path());
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{how}: {talk}");
        assert!(talk.contains(said), "{how}: {talk}");
        // A run that ends before it comes to the article forgets nothing.
        for end in [end, End::Unknown] {
            let loader = loader();
            let watch = loader.watch(Some(folder.path()), |_| {}).unwrap();
            let [suspect] = watch.suspects() else { panic!("one suspect: {:?}", watch.suspects()) };
            assert_eq!(
                (suspect.stage.as_str(), suspect.article.as_str(), suspect.end),
                ("trouble", "test", end)
            );
        }
        let loader = loader();
        let watch = loader.watch(Some(folder.path()), |_| {}).unwrap();
        // There is no command to serve the library by, so here the article fails; the others do not.
        let plugin = loader.load(&request(&library())).unwrap();
        let built =
            stage(&plugin, "wrong").build_at(&wrong(how), &Placement::named("trouble")).unwrap();
        let BuiltStage::Article(factory) = built else { panic!("an article stage") };
        let mut stage = factory.instance();
        let error = stage.process(&mut doc("now")).unwrap_err();
        assert!(matches!(&error, StageError::Foreign(FailureClass::Crash, _)), "{error}");
        assert!(error.to_string().starts_with("`bad/wrong`: ended the last run on it"), "{error}");
        drop(stage);
        watch.finish().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// No article did it, so nothing is found at the next start: the words must say what helps.
#[test]
#[cfg(unix)]
fn a_stage_that_ends_the_program_between_articles_is_named() {
    for how in ["made", "ended"] {
        let folder = tempfile::tempdir().unwrap();
        let output = run(how, folder.path());
        let talk = String::from_utf8_lossy(&output.stderr);
        let said = format!(
            "copydesk: stage `trouble` ended the program while it was {how} (abort); \
             `run = {{ isolate = true }}` keeps it in a process of its own"
        );
        assert_eq!(output.status.code(), Some(1), "{how}: {talk}");
        assert!(talk.contains(&said), "{how}: {talk}");
    }
}

#[test]
#[cfg(unix)]
fn a_library_that_ends_the_program_while_it_is_loaded_is_named() {
    let constructor =
        "#include <stdlib.h>\n__attribute__((constructor)) static void load(void) { abort(); }\n";
    let entry = "#include <stdlib.h>\nvoid *copydesk_plugin(int abi) { (void)abi; abort(); }\n";
    for source in [constructor, entry] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().canonicalize().unwrap().join(ABORTS);
        if !crate::c::compiled(source, &file) {
            return;
        }
        let output = run("loaded", folder.path());
        let talk = String::from_utf8_lossy(&output.stderr);
        let said = format!(
            "copydesk: library `{}` ended the program while it was loaded (abort); \
             `lane = \"child\"` keeps it in a process of its own",
            file.display()
        );
        assert_eq!(output.status.code(), Some(1), "{talk}");
        assert!(talk.contains(&said), "{talk}");
    }
}

/// One that no stage raised ends the program, as it does any other.
#[test]
#[cfg(unix)]
fn a_signal_from_outside_is_not_swallowed() {
    use std::os::unix::process::ExitStatusExt;

    let folder = tempfile::tempdir().unwrap();
    let output = run("sent", folder.path());
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{talk}");
}

#[test]
fn a_run_that_ends_well_leaves_no_suspects() {
    let folder = tempfile::tempdir().unwrap();
    let output = run("panic", folder.path());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_damaged_file_suspects_nobody() {
    let folder = tempfile::tempdir().unwrap();
    for content in [b"".as_slice(), b"something else", &[0xff; 4096]] {
        std::fs::write(folder.path().join(plugin_host::IN_FLIGHT_FILE), content).unwrap();
        let watch = loader().watch(Some(folder.path()), |_| {}).unwrap();
        assert!(watch.suspects().is_empty());
    }
}
