//! The sink `parquet`, on the sample drop and as others read it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{copydesk, records, workspace};
use crate::rows::{assert_nested, assert_tables, rows};

/// A run of the shipped pipeline with this layout over the sample drop, into `out` in `dir`.
fn run(dir: &Path, layout: &str) -> PathBuf {
    let shipped = fs::read_to_string(workspace().join("pipeline.toml")).unwrap();
    let sink = format!("\n[[sink]]\nuse = \"parquet\"\nlayout = \"{layout}\"\n");
    fs::write(dir.join("pipeline.toml"), shipped + &sink).unwrap();
    let drop = workspace().join("examples/drop");
    let ran = copydesk(dir, &["run", drop.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("Parquet files in out/parquet"), "{}", ran.stderr);
    dir.join("out")
}

#[test]
fn files_agree_with_the_records_field_by_field() {
    let dir = tempfile::tempdir().unwrap();
    let out = run(dir.path(), "nested");
    let records = records(&out);
    assert_nested(&out.join("parquet"), &records);
    run(dir.path(), "tables");
    assert_tables(&out.join("parquet"), &records);
}

#[test]
fn revisions_and_generations_come_out() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let pipeline = |sentences: u32| {
        let text = format!(
            "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n\
             [[stage]]\nuse = \"summarize\"\nsentences = {sentences}\n\
             [[sink]]\nuse = \"jsonl\"\n[[sink]]\nuse = \"parquet\"\n"
        );
        fs::write(dir.join("pipeline.toml"), text).unwrap();
    };
    let run = || assert_eq!(copydesk(dir, &["run"]).code, Some(0));
    let told = |column: &str| -> Vec<String> {
        let rows = rows(&dir.join("out/parquet"), "articles");
        rows.iter().map(|row| row[column].to_string()).collect()
    };
    fs::create_dir(dir.join("drop")).unwrap();
    fs::write(dir.join("drop/a.txt"), "The ferry is late. It rains. The bell rings.").unwrap();
    fs::write(dir.join("drop/b.txt"), "The bridge is open. Boats pass.").unwrap();
    pipeline(1);
    run();
    assert_eq!(told("revision"), ["1", "1"]);
    fs::write(dir.join("drop/a.txt"), "The ferry is on time. It rains. The bell rings.").unwrap();
    run();
    assert_eq!(told("id"), ["\"drop/a.txt\"", "\"drop/b.txt\"", "\"drop/a.txt\""]);
    assert_eq!(told("revision"), ["1", "1", "2"]);
    pipeline(2);
    run();
    assert_eq!(told("revision"), ["1", "1"]);
    assert_nested(&dir.join("out/parquet"), &records(&dir.join("out/gen-1")));
}

/// A file that cannot be written costs no record, and the next run makes it.
#[test]
fn a_follower_that_fails_costs_no_record() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    run(dir.path(), "nested");
    fs::remove_dir_all(out.join("parquet")).unwrap();
    fs::write(out.join("parquet"), "in the way").unwrap();
    let drop = workspace().join("examples/drop");
    let again = || copydesk(dir.path(), &["run", drop.to_str().unwrap()]);
    let ran = again();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("Parquet files: ") && ran.stderr.contains("the records are safe"));
    fs::remove_file(out.join("parquet")).unwrap();
    assert_eq!(again().code, Some(0));
    assert_nested(&out.join("parquet"), &records(&out));
}

/// What of `docs/parquet.md` stands under a heading, in blocks of one language.
fn blocks(page: &str, heading: &str, language: &str) -> Vec<String> {
    let section = page.split("\n# ").find(|section| section.starts_with(heading)).unwrap();
    let opening = format!("```{language}\n");
    section
        .split(&opening)
        .skip(1)
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// `DuckDB` and Polars run what the page shows. `COPYDESK_PYTHON` names a Python that has them.
#[test]
fn duckdb_and_polars_open_the_files() {
    let python = std::env::var("COPYDESK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_them = Command::new(&python).args(["-c", "import duckdb, polars"]).output();
    if !has_them.is_ok_and(|output| output.status.success()) {
        return println!(
            "skipped without a Python that has duckdb and polars: set COPYDESK_PYTHON"
        );
    }
    let page = fs::read_to_string(workspace().join("docs/parquet.md")).unwrap();
    let mut seen = 0;
    for (heading, layout) in [("Nested", "nested"), ("Tables", "tables")] {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), layout);
        let sql = blocks(&page, heading, "sql").into_iter().map(|query| {
            let query = serde_json::to_string(&query).unwrap();
            format!("import duckdb\nrows = duckdb.sql({query}).fetchall()\nassert rows, 'no rows'\nprint(rows)")
        });
        for script in sql.chain(blocks(&page, heading, "python")) {
            let output = Command::new(&python)
                .arg("-c")
                .arg(&script)
                .current_dir(dir.path())
                .output()
                .unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && !output.stdout.is_empty(), "{script}\n{stderr}");
            seen += 1;
        }
    }
    assert_eq!(seen, 7, "what the page shows");
}
