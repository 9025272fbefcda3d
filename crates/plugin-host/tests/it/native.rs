//! The native lane, with `plugins/misbehave` as its library.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use document::{Document, Field, Producer, Sha256, symbol};
use plugin_host::Loader;
use sha2::Digest as _;
use stage_api::{
    BuiltStage, FailureClass, Flow, Lane, LoadedPlugin, OrderedStage, Placement, PluginError,
    PluginKey, PluginLoader, PluginProgram, PluginRequest, Settings, Stage, StageError, StageSpec,
};

/// The library of `plugins/misbehave`, which cargo builds beside the test, as a dependency.
pub(crate) fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.with_file_name(format!("{DLL_PREFIX}misbehave{DLL_SUFFIX}"))
}

pub(crate) fn request(path: &Path) -> PluginRequest {
    let program = PluginProgram::File { written: path.to_owned(), resolved: path.to_owned() };
    PluginRequest { name: "bad".to_owned(), program, lane: None, sha256: None }
}

pub(crate) fn loader() -> Loader {
    Loader::new(Vec::new())
}

pub(crate) fn load(path: &Path) -> Result<LoadedPlugin, PluginError> {
    loader().load(&request(path))
}

pub(crate) fn stage(loaded: &LoadedPlugin, name: &str) -> StageSpec {
    let named = |spec: &&StageSpec| spec.info.name == format!("bad/{name}");
    loaded.stages.iter().find(named).unwrap().clone()
}

pub(crate) fn wrong(how: &str) -> Settings {
    Settings::default().with("how", how).with("on", "now")
}

pub(crate) fn article(spec: &StageSpec, settings: &Settings) -> Box<dyn Stage> {
    match spec.build(settings).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

fn ordered(spec: &StageSpec) -> Box<dyn OrderedStage> {
    match spec.build(&Settings::default()).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => panic!("an ordered stage"),
    }
}

pub(crate) fn doc(text: &str) -> Document {
    let mut doc = testkit::doc(text);
    let producer = Producer { stage: "bad".into(), version: "0".into(), key: String::new() };
    doc.begin_stage(Arc::new(producer));
    doc
}

#[test]
fn reserved_names_are_those_of_the_boundary() {
    let ours: Vec<_> = symbol::RESERVED.iter().map(|(symbol, name)| (symbol.0, *name)).collect();
    assert_eq!(ours, plugin_abi::symbol::RESERVED);
    assert_eq!(symbol::FIRST_LOCAL, plugin_abi::symbol::FIRST_LOCAL);
}

#[test]
fn a_library_becomes_stages_like_any_other() {
    let without_prefix_and_suffix = library().with_file_name("misbehave");
    let loaded = load(&without_prefix_and_suffix).unwrap();
    let names: Vec<_> = loaded.stages.iter().map(|spec| spec.info.name.as_ref()).collect();
    assert_eq!(names[..4], ["bad/wrong", "bad/mark", "bad/copy", "bad/tally"]);
    let mark = stage(&loaded, "mark");
    assert_eq!(mark.info.reads, ["text"]);
    assert_eq!(mark.info.reads_if_present, ["mentions"]);
    assert_eq!(mark.info.writes, ["misbehave.hit", "values"]);
    let settings: Vec<_> = mark.settings.iter().map(|s| (s.name.as_ref(), s.required)).collect();
    assert_eq!(settings, [("least", false), ("terms", true)]);
    assert!(stage(&loaded, "tally").ordered);
    assert_eq!(loaded.file.lane, Lane::Native);
    assert_eq!(loaded.file.path, library().canonicalize().unwrap());
}

#[test]
fn what_is_no_plugin_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let real = fs::read(library()).unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().canonicalize().unwrap().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let symbol = b"copydesk_plugin\0";
    let at = |symbol: &[u8]| real.windows(symbol.len()).position(|found| found == symbol).unwrap();
    let mut nameless = real.clone();
    nameless[at(symbol)] = b'C';
    let missing = folder.path().join("absent");
    let mut cases = vec![
        (missing.clone(), format!("there is no plugin at `{0}` or `{0}{DLL_SUFFIX}`", missing.display())),
        (folder.path().to_owned(), format!("`{}` is a folder", folder.path().display())),
        (file("notes.txt", b"some notes"), "{file} is neither a library nor a program".to_owned()),
        (file("empty.so", b""), "{file} is neither a library nor a program".to_owned()),
        (
            file("nameless.so", &nameless),
            "{file} has no symbol `copydesk_plugin`: it is a library, and no plugin of this program".to_owned(),
        ),
    ];
    if cfg!(target_os = "linux") {
        let mut foreign = real.clone();
        foreign[18] = if cfg!(target_arch = "x86_64") { 183 } else { 62 };
        let its = if cfg!(target_arch = "x86_64") { "aarch64" } else { "x86_64" };
        let ours = std::env::consts::ARCH;
        cases.push((
            file("foreign.so", &foreign),
            format!("{{file}} is a library for Linux or BSD on {its}, and this program runs on Linux or BSD on {ours}"),
        ));
        let cut = file("cut.so", &real[..8192]);
        cases.push((
            cut,
            "{file} is a library whose end is missing; was it copied whole?".to_owned(),
        ));
    }
    for (path, expected) in cases {
        let refused = load(&path).unwrap_err();
        assert_eq!(refused.key, PluginKey::Path);
        assert_eq!(refused.message, expected.replace("{file}", &format!("`{}`", path.display())));
    }
}

#[test]
fn lane_and_digest_are_held_to() {
    let digest = Sha256(sha2::Sha256::digest(fs::read(library()).unwrap()).into());
    let pinned = PluginRequest { sha256: Some(digest), ..request(&library()) };
    assert_eq!(loader().load(&pinned).unwrap().file.digest, digest);
    let refused = loader()
        .load(&PluginRequest { sha256: Some(Sha256([7; 32])), ..request(&library()) })
        .unwrap_err();
    assert_eq!(refused.key, PluginKey::Sha256);
    assert!(
        refused
            .message
            .ends_with(&format!("is not the file that was pinned: its digest is {digest}"))
    );
    let program = std::env::current_exe().unwrap();
    let refused = loader()
        .load(&PluginRequest { lane: Some(Lane::Native), ..request(&program) })
        .unwrap_err();
    assert_eq!(refused.key, PluginKey::Lane);
    let command =
        PluginProgram::Command { words: vec!["sh".to_owned()], folder: PathBuf::from(".") };
    let native = PluginRequest { program: command, lane: Some(Lane::Native), ..request(&program) };
    assert_eq!(loader().load(&native).unwrap_err().key, PluginKey::Lane);
}

#[cfg(unix)]
#[test]
fn what_everyone_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("open.so");
    fs::copy(library(), &file).unwrap();
    let allow =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (file_mode, folder_mode, expected) in [
        (0o666, 0o700, Some("may be written by everyone")),
        (0o755, 0o777, Some("lies in a folder that everyone may write")),
        (0o755, 0o1777, None),
        (0o755, 0o700, None),
    ] {
        allow(&file, file_mode);
        allow(folder.path(), folder_mode);
        let refused = load(&file).err().map(|error| error.message);
        let expected = expected.map(|what| format!("`{}` {what}", file.display()));
        assert_eq!(refused, expected);
        // A command's own files are looked at as a library is.
        let words = vec!["sh".to_owned(), "open.so".to_owned()];
        let folder = folder.path().canonicalize().unwrap();
        let program = PluginProgram::Command { words, folder };
        let refused = loader().load(&PluginRequest { program, ..request(&file) }).unwrap_err();
        match expected {
            Some(expected) => {
                assert_eq!((refused.key, refused.message), (PluginKey::Command, expected));
            }
            None => assert!(!refused.message.contains("everyone"), "{}", refused.message),
        }
    }
}

#[test]
fn settings_that_do_not_fit_are_named() {
    let loaded = load(&library()).unwrap();
    let refused =
        |name: &str, settings: &Settings| stage(&loaded, name).build(settings).unwrap_err();
    let error = refused("mark", &Settings::default().with("terms", vec![""]).with("least", 0));
    assert_eq!(error.to_string(), "`terms`: an empty word stands everywhere");
    let error = refused("wrong", &Settings::default().with("how", "nothing").with("on", "panic"));
    assert_eq!(error.setting, "use");
    assert!(error.message.contains("panicked at plugins/misbehave/src/lib.rs:"), "{error}");
    assert!(error.message.ends_with(": no stage can be made"), "{error}");
}

#[test]
fn a_stage_writes_what_it_says() {
    let loaded = load(&library()).unwrap();
    let settings = Settings::default().with("terms", vec!["ship", "harbour"]).with("least", 1);
    let mut mark = article(&stage(&loaded, "mark"), &settings);
    let mut doc = doc("A ship left the harbour. Another ship came.");
    doc.metadata.supply(Field::Title, "Two \"ships\"", "sidecar");
    doc.metadata.set_meta("desk", "\"sea\"".to_owned());
    assert_eq!(mark.process(&mut doc), Ok(Flow::Keep));
    let drawn: Vec<_> = doc
        .rows()
        .iter()
        .map(|row| {
            let text = row.span().map_or("", |span| doc.slice(span));
            let (layer, label) = (doc.name_of(row.layer), doc.name_of(row.label));
            format!("{layer} {text} {label} {}", doc.value(row).unwrap_or_default())
        })
        .collect();
    assert_eq!(
        drawn,
        [
            r#"misbehave.hit ship ship "Two \"ships\"""#,
            r#"misbehave.hit ship ship "Two \"ships\"""#,
            r#"misbehave.hit harbour harbour "Two \"ships\"""#,
            "values   3",
        ]
    );
    let mut none = self::doc("Nothing here.");
    assert_eq!(mark.process(&mut none), Ok(Flow::Discard("too few hits: 0".into())));
    assert!(none.rows().is_empty());
}

/// Whatever a stage does to one article, the article is as before, the message says who and why, and the next
/// article is worked on.
#[test]
fn each_way_to_go_wrong_costs_its_article() {
    use FailureClass::{Contract, Panic};

    let loaded = load(&library()).unwrap();
    let spec = stage(&loaded, "wrong");
    let text = "Ünow is the time";
    let foreign =
        |class, message: &str| StageError::Foreign(class, format!("`bad/wrong`: {message}"));
    let answered =
        |message: &str| foreign(Contract, &format!("answered what it may not: {message}"));
    for (how, expected) in [
        ("fail", StageError::Article("`bad/wrong`: there is nothing to be done".into())),
        ("retry", StageError::Retry("`bad/wrong`: not now".into())),
        ("fatal", StageError::Fatal("`bad/wrong`: nothing works any more".into())),
        ("end", answered("`misbehave.row` row 0: the end 18 lies beyond the text (17 bytes)")),
        ("split", answered("`misbehave.row` row 0: the end 1 splits a character")),
        ("backwards", answered("`misbehave.row` row 0: it ends (0) before it starts (17)")),
        (
            "undeclared",
            answered("`quotations` row 0: the stage does not declare that it writes this layer"),
        ),
        ("no-name", answered("`misbehave.row` row 0: its label 999 is no name")),
        ("score", answered("`misbehave.row` row 0: the score NaN is not within 0 and 1")),
        (
            "json",
            answered(
                "`misbehave.row` row 1: its value is no JSON: EOF while parsing a string at line 1 column 5",
            ),
        ),
        ("relation", answered("relation 0: row 7 does not exist (1 rows with the new ones)")),
        ("layout", answered("`values` row 0: its kind, the value's name, has no dot")),
        ("huge", answered("output: `rows` has 2097153 elements: more than 64 MiB")),
        (
            "panic",
            foreign(
                Panic,
                "panicked at plugins/misbehave/src/lib.rs:LINE: the article is too long: 17 bytes",
            ),
        ),
    ] {
        let mut stage = article(&spec, &wrong(how));
        for _ in 0..2 {
            let mut doc = doc(text);
            let before = format!("{doc:?}");
            let error = stage.process(&mut doc).unwrap_err();
            let (expected, error) = (format!("{expected:?}"), without_line(&format!("{error:?}")));
            assert_eq!(error, expected, "{how}");
            assert_eq!(format!("{doc:?}"), before, "{how}");
            assert_eq!(stage.process(&mut self::doc("later")), Ok(Flow::Keep), "{how}");
        }
    }
    let mut stage = article(&spec, &wrong("discard"));
    assert_eq!(stage.process(&mut doc(text)), Ok(Flow::Discard("out of season: summer".into())));
}

/// The place of a panic without its line and column.
fn without_line(message: &str) -> String {
    let Some((before, after)) = message.split_once(".rs:") else { return message.to_owned() };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{before}.rs:LINE:{rest}")
}

#[test]
fn an_ordered_stage_is_told_again_what_it_knew() {
    let loaded = load(&library()).unwrap();
    let spec = stage(&loaded, "tally");
    let mut first = ordered(&spec);
    let mut changes = Vec::new();
    for text in ["one", "PANIC", "three"] {
        let result = first.process(&mut doc(text));
        assert_eq!(result.is_ok(), text != "PANIC");
        changes.extend(first.take_change());
    }
    assert_eq!(changes.len(), 3, "a panic changes the state, too");
    let mut second = ordered(&spec);
    for change in &changes {
        second.restore(change).unwrap();
    }
    let mut next = doc("four");
    second.process(&mut next).unwrap();
    assert_eq!(next.value(&next.rows()[0]), Some("4"));
    assert_eq!(second.restore(b"odd").unwrap_err(), "`bad/tally`: 3 bytes are no number");
}

#[test]
fn two_instances_know_nothing_of_each_other() {
    let loaded = load(&library()).unwrap();
    let spec = stage(&loaded, "mark");
    let marked = |term: &str| {
        article(&spec, &Settings::default().with("terms", vec![term]).with("least", 0))
    };
    let (mut one, mut two) = (marked("sea"), marked("land"));
    let hits = |stage: &mut Box<dyn Stage>| {
        let mut doc = doc("the sea, the sea");
        stage.process(&mut doc).unwrap();
        doc.rows().iter().filter(|row| row.span().is_some()).count()
    };
    assert_eq!((hits(&mut one), hits(&mut two), hits(&mut one)), (2, 0, 2));
    drop(one);
    assert_eq!(hits(&mut two), 0);
}

/// A placement's timeout raises `cancel/1`, and what the stage answers then does not count.
#[test]
fn a_stage_that_is_asked_to_give_up_loses_its_article() {
    let loaded = load(&library()).unwrap();
    let placement = Placement {
        timeout: Some(std::time::Duration::from_millis(20)),
        ..Placement::named("slow")
    };
    let built = stage(&loaded, "wrong").build_at(&wrong("hang"), &placement).unwrap();
    let BuiltStage::Article(factory) = built else { panic!("an article stage") };
    let mut stage = factory.instance();
    let expected =
        StageError::Foreign(FailureClass::Timeout, "`bad/wrong`: took longer than 20ms".into());
    assert_eq!(stage.process(&mut doc("now")), Err(expected));
    assert_eq!(stage.process(&mut doc("later")), Ok(Flow::Keep));
    // The next instance gets the slot of this one, and once was told that its first call took too long.
    drop(stage);
    assert_eq!(factory.instance().process(&mut doc("later")), Ok(Flow::Keep));
}
