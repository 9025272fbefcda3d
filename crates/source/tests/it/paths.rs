//! Folders, files and globs: what is found, in which order, under which ids.

use source::{Context, list_files, open_file, open_files};
use stage_api::{Arrival, Settings, Source};

use crate::drop::{Drop, all};

#[test]
fn folders_are_walked_in_the_order_of_file_names() {
    Drop::new()
        .file("drop/b.txt", "3")
        .file("drop/a.txt", "2")
        .file("drop/a/z.txt", "1")
        .file("drop/B.txt", "0")
        .file("drop/é.txt", "4")
        .check(&[
            "drop/B.txt text 0",
            "drop/a/z.txt text 1",
            "drop/a.txt text 2",
            "drop/b.txt text 3",
            "drop/é.txt text 4",
        ]);
}

#[test]
fn roots_keep_the_order_of_the_list() {
    let drop = Drop::new().file("b/x.txt", "1").file("a/x.txt", "2").file("a/y.txt", "3");
    drop.check_paths(
        &["b", "a/y.txt", "a/x.txt"],
        &["b/x.txt text 1", "y.txt text 3", "x.txt text 2"],
    );
}

#[test]
fn hidden_files_sidecars_and_page_folders_are_passed_over() {
    Drop::new()
        .file("drop/.hidden.txt", "no")
        .file("drop/.git/config", "no")
        .file("drop/drop.csv", "file,title\n")
        .file("drop/a.meta.json", "{}")
        .file("drop/page.html", "<p>yes")
        .file("drop/page_files/frame.html", "<p>no")
        .file("drop/other_files/x.txt", "yes")
        .check(&["drop/other_files/x.txt text yes", "drop/page.html html <p>yes"]);
}

#[test]
fn paths_that_a_shell_expanded_skip_the_same_things() {
    let drop = Drop::new()
        .file("drop/drop.csv", "file,title\n")
        .file("drop/page.html", "<p>yes")
        .file("drop/page_files/frame.html", "<p>no");
    drop.check_paths(
        &["drop/drop.csv", "drop/page.html", "drop/page_files"],
        &["page.html html <p>yes"],
    );
}

#[test]
fn globs_give_ids_from_their_literal_folder_on() {
    let drop = Drop::new()
        .file("drop/a.txt", "1")
        .file("drop/sub/b.txt", "2")
        .file("drop/sub/deep/c.txt", "3")
        .file("drop/sub/c.md", "4")
        .file("drop/sub/.d.txt", "no");
    drop.check_paths(&["drop/*.txt"], &["drop/a.txt text 1"]);
    drop.check_paths(&["drop/*/b.txt"], &["drop/sub/b.txt text 2"]);
    drop.check_paths(
        &["drop/**/*.txt"],
        &["drop/a.txt text 1", "drop/sub/b.txt text 2", "drop/sub/deep/c.txt text 3"],
    );
    let folder = ["drop/sub/b.txt text 2", "drop/sub/c.md text 4", "drop/sub/deep/c.txt text 3"];
    drop.check_paths(&["drop/s*"], &folder);
    drop.check_paths(
        &["drop/sub/**/*"],
        &["sub/b.txt text 2", "sub/c.md text 4", "sub/deep/c.txt text 3"],
    );
}

#[test]
fn a_glob_that_matches_folders_and_their_files_gives_each_file_once() {
    let drop = Drop::new()
        .file("drop/p/1.txt", "1")
        .file("drop/p/q/2.txt", "2")
        .file("drop/p/q.txt", "3")
        .file("drop/r/4.txt", "4")
        .file("drop/p.txt", "5");
    let expected = [
        "drop/p/1.txt text 1",
        "drop/p/q/2.txt text 2",
        "drop/p/q.txt text 3",
        "drop/p.txt text 5",
        "drop/r/4.txt text 4",
    ];
    for glob in ["drop/**/*", "drop/*", "drop/**"] {
        drop.check_paths(&[glob], &expected);
    }
}

#[test]
fn globs_pass_over_page_folders() {
    let drop =
        Drop::new().file("drop/page.html", "<p>yes").file("drop/page_files/frame.html", "<p>no");
    drop.check_paths(&["drop/**/*.html"], &["drop/page.html html <p>yes"]);
    drop.check_paths(&["drop/*"], &["drop/page.html html <p>yes"]);
}

#[test]
fn a_name_with_the_signs_of_a_glob_is_a_name_where_it_exists() {
    let drop = Drop::new().file("drop [1]/a[b].txt", "1");
    drop.check_paths(&["drop [1]/a[b].txt"], &["a[b].txt text 1"]);
    drop.check_paths(&["drop [1]/*.txt"], &["drop [1]/a[b].txt text 1"]);
}

#[test]
fn relative_paths_give_the_same_ids() {
    // Tests run in the folder of their crate.
    let ids = |path: &str| {
        let settings = Settings::default().with("paths", vec![path]);
        let mut source = open_files(&settings, &Context { max_article: 1 << 20 }).unwrap();
        let id = |arrival: Arrival| match arrival {
            Arrival::Article(doc) => doc.id().to_owned(),
            Arrival::Failed(failure) => failure.message,
            Arrival::Discarded { id, .. } | Arrival::Unchanged { id } => id,
            Arrival::Ended { .. } => unreachable!("files bring none"),
        };
        all(&mut source).into_iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(ids("./tests/it/s*.rs"), ["it/sidecars.rs", "it/stdin.rs"]);
    assert_eq!(ids("tests/it/../it/main.rs"), ["main.rs"]);
    assert!(ids("./tests/").contains(&"tests/it/main.rs".to_owned()));
    assert!(ids(".").contains(&"source/tests/it/main.rs".to_owned()));
    assert!(ids("Cargo.*").contains(&"source/Cargo.toml".to_owned()));
    assert!(ids("tests/..").contains(&"source/Cargo.toml".to_owned()));
    assert_eq!(ids("./gone"), ["`gone` does not exist; correct the path or put the file back"]);
}

#[test]
fn what_is_missing_fails_in_its_turn() {
    let drop = Drop::new().file("drop/a.txt", "1");
    drop.check_paths(
        &["gone", "drop/*.pdf", "drop"],
        &[
            "gone unreadable: `gone` does not exist; correct the path or put the file back",
            "drop/*.pdf unreadable: nothing matches `drop/*.pdf`; correct the glob",
            "drop/a.txt text 1",
        ],
    );
}

#[test]
fn two_ways_to_one_id_are_refused() {
    let drop =
        Drop::new().file("a/drop/x.txt", "1").file("b/drop/x.txt", "2").file("b/drop/y.txt", "3");
    let both = "`paths`: `a/drop/x.txt` and `b/drop/x.txt` would both have the id `drop/x.txt`; rename one of the \
                folders, or run them as two drops";
    assert_eq!(drop.refusal(&["a/drop", "b/drop"]), both);
    assert_eq!(drop.refusal(&["a/drop", "b/drop/*.txt"]), both);
    assert_eq!(
        drop.refusal(&["a/drop", "a/../a/drop"]),
        "`paths`: `a/../a/drop/x.txt` is named twice; name it once"
    );
    assert_eq!(
        drop.refusal(&["a/drop/x.txt", "a/drop/x.txt"]),
        "`paths`: `a/drop/x.txt` is named twice; name it once"
    );
    drop.check_paths(&["a/drop", "b/drop/y.txt"], &["drop/x.txt text 1", "y.txt text 3"]);
    drop.check_paths(&["a/drop", "b/drop/y*"], &["drop/x.txt text 1", "drop/y.txt text 3"]);
}

#[test]
fn paths_that_cannot_be_meant_are_refused() {
    let drop = Drop::new();
    assert_eq!(drop.refusal(&[]), "`paths`: the list is empty; name a folder, a glob or a file");
    assert!(drop.refusal(&["drop/***"]).contains("is no glob: "));
}

#[test]
fn an_empty_folder_gives_nothing() {
    let drop = Drop::new();
    std::fs::create_dir(drop.path("drop")).unwrap();
    drop.check(&[]);
}

#[test]
fn progress_counts_bytes_as_stored() {
    let drop =
        Drop::new().file("drop/a.jsonl", b"{\"text\": \"a\"}\n").file("drop/b.pdf", b"%PDF-");
    let mut source = drop.open(&["drop"]).unwrap();
    assert_eq!((source.progress().read, source.progress().total), (0, Some(19)));
    assert_eq!(all(&mut source).len(), 2);
    assert_eq!((source.progress().read, source.progress().total), (19, Some(19)));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_loop_of_links_fails_and_the_walk_goes_on() {
        let drop = Drop::new().file("drop/a/x.txt", "1").file("drop/b.txt", "2");
        symlink(drop.path("drop"), drop.path("drop/a/loop")).unwrap();
        drop.check(&[
            "drop/a/loop unreadable: `drop/a/loop` is a link back to `drop` around it and was not followed; remove \
             the link",
            "drop/a/x.txt text 1",
            "drop/b.txt text 2",
        ]);
    }

    #[test]
    fn links_are_followed_and_dead_ones_fail() {
        let drop = Drop::new().file("elsewhere/x.txt", "1").file("drop/b.txt", "2");
        symlink(drop.path("elsewhere"), drop.path("drop/a")).unwrap();
        symlink("nowhere", drop.path("drop/c.txt")).unwrap();
        symlink("nowhere", drop.path("drop/.#lock")).unwrap();
        drop.check(&[
            "drop/a/x.txt text 1",
            "drop/b.txt text 2",
            "drop/c.txt unreadable: `drop/c.txt` is a link to something that does not exist; correct or remove it",
        ]);
    }

    #[test]
    fn what_may_not_be_read_fails() {
        let drop =
            Drop::new().file("drop/a.txt", "1").file("drop/b.txt", "2").file("drop/c/x.txt", "3");
        std::fs::set_permissions(drop.path("drop/a.txt"), PermissionsExt::from_mode(0o0)).unwrap();
        std::fs::set_permissions(drop.path("drop/c"), PermissionsExt::from_mode(0o0)).unwrap();
        if std::fs::File::open(drop.path("drop/a.txt")).is_ok() {
            println!("skipped: this user may read everything");
            return;
        }
        drop.check(&[
            "drop/a.txt unreadable: `drop/a.txt` may not be read; allow reading it and run again",
            "drop/b.txt text 2",
            "drop/c unreadable: `drop/c` may not be read; allow reading it and run again",
        ]);
        std::fs::set_permissions(drop.path("drop/c"), PermissionsExt::from_mode(0o700)).unwrap();
    }

    #[test]
    fn a_path_through_a_file_fails() {
        Drop::new().file("drop/a.txt", "1").check_paths(
            &["drop/a.txt/deeper"],
            &["deeper unreadable: `drop/a.txt/deeper` cannot be read: Not a directory (os error 20)"],
        );
    }

    #[test]
    fn sockets_in_a_folder_are_not_waited_for() {
        let drop = Drop::new().file("drop/a.txt", "1");
        let _socket = std::os::unix::net::UnixListener::bind(drop.path("drop/b")).unwrap();
        drop.check(&[
            "drop/a.txt text 1",
            "drop/b unreadable: `drop/b` is no regular file; only those are read",
        ]);
    }

    #[test]
    fn names_that_are_no_utf8_stay_distinct() {
        let drop = Drop::new().file("drop/a.txt", "1");
        for name in [&b"\xfe.txt"[..], b"\xff.txt"] {
            if std::fs::write(drop.path("drop").join(std::ffi::OsStr::from_bytes(name)), "2")
                .is_err()
            {
                println!("skipped: this file system takes UTF-8 alone");
                return;
            }
        }
        drop.check(&["drop/a.txt text 1", "drop/%FE.txt text 2", "drop/%FF.txt text 2"]);
    }
}

#[test]
fn files_one_by_one_give_what_all_of_them_give() {
    let drop = Drop::new()
        .file("drop/a.txt", "one")
        .file("drop/drop.csv", "file,title\na.txt,Ferries\n")
        .file("drop/in/b.jsonl", "{\"text\": \"two\"}\n{\"text\": \"three\"}\n{}\n")
        .file("drop/in/c.html", "<p>four")
        .file("drop/.hidden.txt", "no");
    let path = drop.path("drop");
    let settings = Settings::default().with("paths", vec![path.to_str().unwrap()]);
    let context = Context { max_article: 1 << 20 };
    let files = list_files(&settings).unwrap();
    let ids: Vec<&str> = files.iter().map(|file| &*file.id).collect();
    assert_eq!(ids, ["drop/a.txt", "drop/in/b.jsonl", "drop/in/c.html"]);
    let told = |arrivals: Vec<Arrival>| -> Vec<String> {
        arrivals.iter().map(|arrival| format!("{arrival:?}")).collect()
    };
    let one_by_one = files
        .into_iter()
        .flat_map(|file| all(&mut open_file(&settings, &context, file).unwrap()))
        .collect();
    assert_eq!(told(one_by_one), told(drop.arrivals(&["drop"])));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_opened_says_so_in_its_turn() {
    let drop = Drop::new().file("drop/a.txt", "one");
    std::os::unix::fs::symlink("nowhere", drop.path("drop/b.txt")).unwrap();
    let path = drop.path("drop");
    let settings = Settings::default().with("paths", vec![path.to_str().unwrap()]);
    let mut files = list_files(&settings).unwrap();
    let broken = files.pop().unwrap();
    assert!(broken.unreadable.as_deref().is_some_and(|why| why.contains("does not exist")));
    let source = open_file(&settings, &Context { max_article: 1 << 20 }, broken);
    let arrivals = all(&mut source.unwrap());
    assert!(matches!(&arrivals[..], [Arrival::Failed(failure)] if failure.id == "drop/b.txt"));
}
