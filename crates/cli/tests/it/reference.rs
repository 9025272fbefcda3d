//! `docs/reference.md` is what `copydesk stages --markdown` prints.

use std::fs;

use crate::program::{copydesk, workspace};

#[test]
fn the_settings_page_is_current() {
    let dir = tempfile::tempdir().unwrap();
    let printed = copydesk(dir.path(), &["stages", "--markdown"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let page = fs::read_to_string(workspace().join("docs/reference.md")).unwrap();
    assert!(page == printed.stdout, "`cargo xtask reference` writes docs/reference.md anew");
}
