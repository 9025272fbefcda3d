use std::fs;
use std::path::Path;
use std::time::SystemTime;

use columns::Layout;
use parquet_sink::{catch_up, damaged, remake};
use serde_json::Value;
use sink::Disk;

use crate::rows::{assert_nested, assert_tables, rows_of};
use crate::{bare, full, write_folder};

const FIRST: &str = "articles-00000000.jsonl";
const SECOND: &str = "articles-00000001.jsonl";

fn names(folder: &Path) -> Vec<String> {
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

fn written(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

fn some(n: usize) -> Vec<Value> {
    (0..n).flat_map(|n| bare(&format!("a{n}"))).collect()
}

#[test]
fn the_open_parts_file_alone_is_written_anew() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let nested = || catch_up(dir, Layout::Nested, &Disk::default()).unwrap().folder;
    write_folder(dir, &[(FIRST, some(2)), (SECOND, some(1))]);
    let folder = nested();
    let closed = folder.join("articles-00000000.parquet");
    let open = folder.join("articles-00000001.parquet");
    let (before, before_open) = (written(&closed), written(&open));
    nested();
    assert_eq!((written(&closed), written(&open)), (before, before_open), "nothing was new");
    write_folder(dir, &[(FIRST, some(2)), (SECOND, some(3))]);
    nested();
    assert_eq!(written(&closed), before);
    assert_eq!(rows_of(&open).len(), 6);
    assert_nested(&folder, &[some(2), some(3)].concat());
}

#[test]
fn another_generation_takes_the_place_of_all() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_folder(dir, &[(FIRST, some(2)), (SECOND, some(1))]);
    let folder = catch_up(dir, Layout::Nested, &Disk::default()).unwrap().folder;
    write_folder(dir, &[("gen-1/articles-00000000.jsonl", vec![full()])]);
    catch_up(dir, Layout::Nested, &Disk::default()).unwrap();
    assert_eq!(names(&folder), ["articles-00000000.parquet"]);
    assert_nested(&folder, &[full()]);
}

#[test]
fn another_layout_takes_the_place_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_folder(dir, &[(FIRST, vec![full()])]);
    let folder = catch_up(dir, Layout::Tables, &Disk::default()).unwrap().folder;
    assert_eq!(names(&folder).len(), 12);
    catch_up(dir, Layout::Nested, &Disk::default()).unwrap();
    assert_eq!(names(&folder), ["articles-00000000.parquet"]);
    assert_nested(&folder, &[full()]);
    catch_up(dir, Layout::Tables, &Disk::default()).unwrap();
    assert_tables(&folder, &[full()]);
}

#[test]
fn what_is_not_whole_is_made_again_and_what_is_not_ours_stays() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_folder(dir, &[(FIRST, vec![full()])]);
    let folder = catch_up(dir, Layout::Tables, &Disk::default()).unwrap().folder;
    let torn = folder.join("mentions-00000000.parquet");
    let bytes = fs::read(&torn).unwrap();
    fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    fs::remove_file(folder.join("notes-00000000.parquet")).unwrap();
    fs::write(folder.join("layers-00000000.parquet.tmp"), "half").unwrap();
    fs::write(folder.join("README.txt"), "mine").unwrap();
    catch_up(dir, Layout::Tables, &Disk::default()).unwrap();
    assert_tables(&folder, &[full()]);
    let names = names(&folder);
    assert!(names.contains(&"README.txt".to_owned()) && names.len() == 13, "{names:?}");
}

#[test]
fn a_damaged_part_is_named_and_the_files_stay() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_folder(dir, &[(FIRST, some(2))]);
    let folder = catch_up(dir, Layout::Nested, &Disk::default()).unwrap().folder;
    write_folder(dir, &[(FIRST, some(3))]);
    let part = dir.join(FIRST);
    let text = fs::read_to_string(&part).unwrap();
    fs::write(&part, text.replace("a2", "a3")).unwrap();
    let error = catch_up(dir, Layout::Nested, &Disk::default()).unwrap_err().to_string();
    assert!(error.contains(FIRST), "{error}");
    assert_eq!(names(&folder), ["articles-00000000.parquet"]);
    assert_nested(&folder, &some(2));
}

#[test]
fn what_was_damaged_is_found_and_made_again() {
    for layout in [Layout::Nested, Layout::Tables] {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        write_folder(dir, &[(FIRST, some(2)), (SECOND, vec![full()])]);
        let folder = catch_up(dir, layout, &Disk::default()).unwrap().folder;
        assert!(damaged(dir).unwrap().is_empty());
        let before = names(&folder);
        for name in [&before[0], before.last().unwrap()] {
            let path = folder.join(name);
            let whole = fs::read(&path).unwrap();
            for at in (0..whole.len()).step_by(whole.len() / 40) {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << (at % 8);
                fs::write(&path, bytes).unwrap();
                assert_eq!(damaged(dir).unwrap(), [path.as_path()], "{layout:?}, byte {at}");
            }
            remake(dir, std::slice::from_ref(&path), &Disk::default()).unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole);
            // A run sees at once what cannot be read.
            fs::write(&path, &whole[..whole.len() / 2]).unwrap();
            assert_eq!(catch_up(dir, layout, &Disk::default()).unwrap().remade, [path.as_path()]);
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
        assert_eq!(names(&folder), before);
    }
}
