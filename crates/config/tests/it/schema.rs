//! The JSON Schema against right and wrong files.

use config::schema;
use serde_json::Value as Json;

use crate::plans::WHOLE;
use crate::registry::registry;

/// A pipeline file as an editor's schema check sees it.
fn json(text: &str) -> Json {
    fn value(node: &toml::de::DeValue<'_>) -> Json {
        use toml::de::DeValue as V;
        match node {
            V::String(text) => text.as_ref().into(),
            V::Integer(number) => number.as_str().parse::<i64>().expect("small").into(),
            V::Float(number) => number.as_str().parse::<f64>().expect("a number").into(),
            V::Boolean(value) => (*value).into(),
            V::Datetime(date) => date.to_string().into(),
            V::Array(items) => items.iter().map(|item| value(item.get_ref())).collect(),
            V::Table(entries) => table(entries),
        }
    }
    fn table(entries: &toml::de::DeTable<'_>) -> Json {
        entries
            .iter()
            .map(|(key, item)| (key.get_ref().to_string(), value(item.get_ref())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
    table(toml::de::DeTable::parse(text).expect("TOML").get_ref())
}

fn accepts(text: &str) -> bool {
    let schema: Json = serde_json::from_str(&schema(&registry())).expect("JSON");
    jsonschema::draft7::new(&schema).expect("a schema").is_valid(&json(text))
}

#[test]
fn it_is_a_schema_of_draft_7() {
    let schema: Json = serde_json::from_str(&schema(&registry())).expect("JSON");
    assert!(jsonschema::draft7::meta::is_valid(&schema));
}

#[test]
fn right_files_pass() {
    assert!(accepts(WHOLE));
    assert!(accepts("version = 1\n"));
    assert!(accepts("version = 1\n[run]\nworkers = \"${N:-2}\"\nmax_failures = 3\n"));
    assert!(accepts(
        "version = 1\n[[stage]]\nuse = \"normalize\"\nwhen = { \"meta.a\" = [\"b\"], meta.c = [\"d\"] }\n"
    ));
}

#[test]
fn mistakes_of_one_table_fail() {
    for wrong in [
        "",
        "version = 2\n",
        "version = 1\nworkers = 1\n",
        "version = 1\n[run]\nworker = 1\n",
        "version = 1\n[run]\nworkers = -1\n",
        "version = 1\n[run]\nmemory = 64\n",
        "version = 1\n[run]\nmemory = \"64\"\n",
        "version = 1\n[run]\nmax_failures = \"5\"\n",
        "version = 1\n[[stage]]\nname = \"a\"\n",
        "version = 1\n[[stage]]\nuse = \"nothing\"\n",
        "version = 1\n[[stage]]\nuse = \"normalize\"\nsentences = 3\n",
        "version = 1\n[[stage]]\nuse = \"summarize\"\nsentences = 101\n",
        "version = 1\n[[stage]]\nuse = \"linker\"\n",
        "version = 1\n[[stage]]\nuse = \"scorer\"\nlimits = { depth = 1, node = 1 }\n",
        "version = 1\n[[stage]]\nuse = \"scorer\"\nweights = { a = 11 }\n",
        "version = 1\n[[stage]]\nuse = \"normalize\"\nwhen = { langauge = [\"en\"] }\n",
        "version = 1\n[[stage]]\nuse = \"normalize\"\nwhen = { language = \"en\" }\n",
        "version = 1\n[[stage]]\nuse = \"normalize\"\nrun = { worker = 1 }\n",
        "version = 1\n[stage]\nuse = \"normalize\"\n",
        "version = 1\n[[source]]\nuse = \"files\"\npaths = \"drop\"\n",
        "version = 1\n[[sink]]\nuse = \"null\"\noffsets = \"bytes\"\n",
    ] {
        assert!(!accepts(wrong), "{wrong}");
    }
}
