//! The layout of every table: pinned here, and the same in `include/copydesk.h`.

use std::fmt::Write as _;
use std::fs;
use std::mem::{align_of, offset_of, size_of};
use std::path::Path;
use std::process::Command;

use plugin_abi::*;

/// `(C type, Rust size, [(field, Rust offset)])` for each table.
macro_rules! tables {
    ($($c:ident = $rust:ident { $($field:ident),* })*) => {
        vec![$((
            stringify!($c),
            size_of::<$rust>(),
            vec![$((stringify!($field), offset_of!($rust, $field))),*],
        )),*]
    };
}

type Table = (&'static str, usize, Vec<(&'static str, usize)>);

fn tables() -> Vec<Table> {
    tables! {
        copydesk_bytes = Bytes { ptr, len }
        copydesk_row = Row { start, end, layer, kind, label, producer, score, value_start, value_len, flags }
        copydesk_relation = Relation { from, to, role, producer }
        copydesk_field = Field { key, value, from, confidence, supplied }
        copydesk_document = Document {
            size, row_size, relation_size, field_size, id, text, rows, row_count, relations, relation_count,
            values, names, name_count, fields, field_count
        }
        copydesk_output = Output {
            size, row_size, relation_size, reserved, rows, row_count, relations, relation_count, values,
            names, name_count
        }
        copydesk_host = Host { size, abi, emit, explain, ability }
        copydesk_stage = Stage {
            size, kind, flags, name, summary, reads, read_count, reads_if_present, read_if_present_count,
            writes, write_count, settings, create, destroy, process, ability
        }
        copydesk_plugin_table = Plugin { size, abi, name, version, stages, stage_count, stage_size, reserved }
        copydesk_host_state_1 = HostState1 { size, reserved, change }
        copydesk_stage_state_1 = StageState1 { size, reserved, restore }
        copydesk_values_1 = Values1 { size, reserved, number, json }
        copydesk_settings_1 = Settings1 { size, reserved, number, truth, text, item }
        copydesk_log_1 = Log1 { size, reserved, log }
        copydesk_cancel_1 = Cancel1 { size, reserved, cancelled }
    }
}

/// Numbers of the header, with ours.
fn numbers() -> Vec<(String, i64)> {
    let mut numbers: Vec<(String, i64)> = [
        ("ABI", i64::from(ABI)),
        ("NO_SPAN", i64::from(Row::NO_SPAN)),
        ("NO_SCORE", Row::NO_SCORE as i64),
        ("NEGATED", i64::from(Row::NEGATED)),
        ("KEEP", outcome::KEEP.into()),
        ("DISCARD", outcome::DISCARD.into()),
        ("FAIL", outcome::FAIL.into()),
        ("RETRY", outcome::RETRY.into()),
        ("FATAL", outcome::FATAL.into()),
        ("PANIC", outcome::PANIC.into()),
        ("ARTICLE", kind::ARTICLE.into()),
        ("ORDERED", kind::ORDERED.into()),
        ("PURE", flag::PURE.cast_signed()),
        ("SHARED", flag::SHARED.cast_signed()),
        ("ERROR", level::ERROR.into()),
        ("WARN", level::WARN.into()),
        ("INFO", level::INFO.into()),
        ("DEBUG", level::DEBUG.into()),
        ("FIRST_LOCAL", symbol::FIRST_LOCAL.into()),
        ("NONE", symbol::NONE.into()),
    ]
    .map(|(name, number)| (format!("COPYDESK_{name}"), number))
    .into();
    let named = symbol::RESERVED.iter().filter(|(number, _)| *number != symbol::NONE);
    numbers.extend(named.map(|(number, name)| {
        (format!("COPYDESK_NAME_{}", name.to_uppercase()), (*number).into())
    }));
    numbers
}

/// On machines with pointers of 64 bits; what is frozen with 1.0.
#[test]
#[cfg(target_pointer_width = "64")]
fn the_layout_is_pinned() {
    let sizes: Vec<_> = tables().iter().map(|(name, size, _)| (*name, *size)).collect();
    let expected = [
        ("copydesk_bytes", 16),
        ("copydesk_row", 32),
        ("copydesk_relation", 12),
        ("copydesk_field", 56),
        ("copydesk_document", 128),
        ("copydesk_output", 80),
        ("copydesk_host", 32),
        ("copydesk_stage", 144),
        ("copydesk_plugin_table", 64),
        ("copydesk_host_state_1", 16),
        ("copydesk_stage_state_1", 16),
        ("copydesk_values_1", 24),
        ("copydesk_settings_1", 40),
        ("copydesk_log_1", 16),
        ("copydesk_cancel_1", 16),
    ];
    assert_eq!(sizes, expected);
    assert_eq!((align_of::<Row>(), align_of::<Relation>(), align_of::<Document>()), (4, 4, 8));
    let offsets = |table: &str| -> Vec<usize> {
        let (_, _, fields) = tables().into_iter().find(|(name, ..)| *name == table).unwrap();
        fields.into_iter().map(|(_, offset)| offset).collect()
    };
    assert_eq!(offsets("copydesk_row"), [0, 4, 8, 10, 12, 14, 16, 20, 24, 28]);
    assert_eq!(offsets("copydesk_relation"), [0, 4, 8, 10]);
    assert_eq!(offsets("copydesk_field"), [0, 16, 32, 48, 52]);
    assert_eq!(
        offsets("copydesk_document"),
        [0, 4, 8, 12, 16, 32, 48, 56, 64, 72, 80, 96, 104, 112, 120]
    );
    assert_eq!(offsets("copydesk_output"), [0, 4, 8, 12, 16, 24, 32, 40, 48, 64, 72]);
    assert_eq!(offsets("copydesk_host"), [0, 4, 8, 16, 24]);
    assert_eq!(
        offsets("copydesk_stage"),
        [0, 4, 8, 16, 32, 48, 56, 64, 72, 80, 88, 96, 112, 120, 128, 136]
    );
    assert_eq!(offsets("copydesk_plugin_table"), [0, 4, 8, 24, 40, 48, 56, 60]);
}

#[test]
fn ids_of_abilities_are_those_of_the_header() {
    let header = fs::read_to_string(include_folder().join("copydesk.h")).unwrap();
    let ids = [
        ("STATE", ability::STATE),
        ("VALUES", ability::VALUES),
        ("SETTINGS", ability::SETTINGS),
        ("LOG", ability::LOG),
        ("CANCEL", ability::CANCEL),
    ];
    for (name, id) in ids {
        let line = format!("#define COPYDESK_{name} \"{}\"\n", id.to_str().unwrap());
        assert!(header.contains(&line), "{line}");
    }
    assert!(header.contains(&format!("*{ENTRY}(uint32_t host_abi);")));
}

/// A C program prints what its compiler makes of the header.
#[test]
fn the_header_says_what_the_types_say() {
    let mut source =
        String::from("#include <stdio.h>\n#include \"copydesk.h\"\nint main(void) {\n");
    let mut expected = String::new();
    for (table, size, fields) in tables() {
        writeln!(source, "printf(\"{table} %zu\\n\", sizeof({table}));").unwrap();
        writeln!(expected, "{table} {size}").unwrap();
        for (field, offset) in fields {
            writeln!(source, "printf(\"{table}.{field} %zu\\n\", offsetof({table}, {field}));")
                .unwrap();
            writeln!(expected, "{table}.{field} {offset}").unwrap();
        }
    }
    for (name, number) in numbers() {
        writeln!(source, "printf(\"{name} %lld\\n\", (long long){name});").unwrap();
        writeln!(expected, "{name} {number}").unwrap();
    }
    source.push_str("return 0; }\n");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("header");
    fs::create_dir_all(&folder).unwrap();
    let (file, program) = (folder.join("layout.c"), folder.join("layout"));
    fs::write(&file, source).unwrap();
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut compile = Command::new(&compiler);
    compile.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]);
    compile.arg("-I").arg(include_folder()).arg(&file).arg("-o").arg(&program);
    let Ok(done) = compile.output() else {
        println!("skipped: there is no C compiler `{compiler}`");
        return;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let printed = Command::new(&program).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&printed.stdout), expected);
}

fn include_folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("include")
}
