//! What a stage declares of itself.

use serde_json::{Map, Value, json};

/// What a stage declares: its name, what it reads and writes, its settings.
#[derive(Clone, Debug)]
pub struct Contract {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) ordered: bool,
    pub(crate) pure: bool,
    pub(crate) keeps_state: bool,
    pub(crate) reads: Vec<&'static str>,
    pub(crate) reads_if_present: Vec<&'static str>,
    pub(crate) writes: Vec<&'static str>,
    settings: Vec<Setting>,
    schema: Option<&'static str>,
}

impl Contract {
    /// A stage that sees one article at a time, on any worker. `name` is the part after `/` in `use`
    /// (lowercase letters, digits, hyphens), `summary` one line for people.
    pub fn article(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            summary,
            ordered: false,
            pure: false,
            keeps_state: false,
            reads: Vec::new(),
            reads_if_present: Vec::new(),
            writes: Vec::new(),
            settings: Vec::new(),
            schema: None,
        }
    }

    /// A stage that sees every article in input order, in one instance.
    pub fn ordered(name: &'static str, summary: &'static str) -> Self {
        Self { ordered: true, ..Self::article(name, summary) }
    }

    /// A layer that some stage before must have written, such as `text` or `mentions`.
    pub fn reads(mut self, layer: &'static str) -> Self {
        self.reads.push(layer);
        self
    }

    /// A layer that is read if it is there.
    pub fn reads_if_present(mut self, layer: &'static str) -> Self {
        self.reads_if_present.push(layer);
        self
    }

    /// A layer that it writes: a core layer in place of the built-in stage, `values`, or one of its
    /// own, which has a dot (`words.hit`).
    pub fn writes(mut self, layer: &'static str) -> Self {
        self.writes.push(layer);
        self
    }

    /// A setting.
    pub fn setting(mut self, setting: Setting) -> Self {
        self.settings.push(setting);
        self
    }

    /// The settings as JSON Schema in place of [`setting`](Self::setting), for what that cannot say.
    pub fn schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Promises that the output depends on text, metadata, layers and settings alone.
    pub fn pure(mut self) -> Self {
        self.pure = true;
        self
    }

    /// Says that what it learns is given to [`Output::change`](crate::Output::change), and that
    /// [`Stage::restore`](crate::Stage::restore) can be told it again.
    pub fn keeps_state(mut self) -> Self {
        self.keeps_state = true;
        self
    }

    /// The JSON Schema of the settings; empty for none.
    pub(crate) fn schema_text(&self) -> String {
        if let Some(schema) = self.schema {
            return schema.to_owned();
        }
        if self.settings.is_empty() {
            return String::new();
        }
        object(&self.settings).to_string()
    }
}

/// One setting of a stage: what its value must be, its default, what it is for.
///
/// Sizes arrive as bytes and durations as milliseconds, both as whole numbers; paths as they are
/// resolved against the folder of `pipeline.toml`.
#[derive(Clone, Debug)]
pub struct Setting {
    name: &'static str,
    schema: Map<String, Value>,
    required: bool,
}

impl Setting {
    fn new(name: &'static str, doc: &str, kind: Value) -> Self {
        let Value::Object(mut schema) = kind else { unreachable!("every kind is an object") };
        schema.insert("description".to_owned(), doc.into());
        Self { name, schema, required: false }
    }

    /// `true` or `false`.
    pub fn truth(name: &'static str, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "boolean"}))
    }

    /// A whole number from `min` to `max`, both included.
    pub fn integer(name: &'static str, min: i64, max: i64, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "integer", "minimum": min, "maximum": max}))
    }

    /// A number from `min` to `max`, both included.
    pub fn number(name: &'static str, min: f64, max: f64, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "number", "minimum": min, "maximum": max}))
    }

    /// Any text.
    pub fn text(name: &'static str, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "string"}))
    }

    /// One of a few words.
    pub fn choice(name: &'static str, words: &[&str], doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "string", "enum": words}))
    }

    /// A list of texts.
    pub fn texts(name: &'static str, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "array", "items": {"type": "string"}}))
    }

    /// A file or folder; what is in it is part of the stage's key.
    pub fn path(name: &'static str, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "string", "format": "path"}))
    }

    /// A list of files or folders.
    pub fn paths(name: &'static str, doc: &str) -> Self {
        let path = json!({"type": "string", "format": "path"});
        Self::new(name, doc, json!({"type": "array", "items": path}))
    }

    /// An amount of memory, such as `"64 MiB"`.
    pub fn size(name: &'static str, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "string", "format": "size"}))
    }

    /// A length of time, such as `"5s"`.
    pub fn duration(name: &'static str, doc: &str) -> Self {
        Self::new(name, doc, json!({"type": "string", "format": "duration"}))
    }

    /// A table with free keys and texts as values.
    pub fn text_map(name: &'static str, doc: &str) -> Self {
        let text = json!({"type": "string"});
        Self::new(name, doc, json!({"type": "object", "additionalProperties": text}))
    }

    /// A table with these keys and no others.
    pub fn table(name: &'static str, settings: &[Self], doc: &str) -> Self {
        Self::new(name, doc, object(settings))
    }

    /// The value where the key is absent; that of a size in bytes, that of a duration in milliseconds.
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.schema.insert("default".to_owned(), value.into());
        self
    }

    /// The key must be there.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

fn object(settings: &[Setting]) -> Value {
    let properties: Map<String, Value> = settings
        .iter()
        .map(|setting| (setting.name.to_owned(), Value::Object(setting.schema.clone())))
        .collect();
    let required: Vec<_> =
        settings.iter().filter(|setting| setting.required).map(|setting| setting.name).collect();
    let mut schema =
        json!({"type": "object", "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}
