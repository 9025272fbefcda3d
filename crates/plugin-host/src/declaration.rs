//! What a plugin says about itself, and whether that can be worked with; the same in every lane.

use document::symbol;
use stage_api::{Setting, StageInfo};

use crate::schema;

/// What a plugin declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// Its version; part of every stage's key.
    pub version: String,
    /// Its stages, in its own order.
    pub stages: Vec<StageDeclaration>,
}

/// What a plugin declares about one stage.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four promises that have nothing to do with each other"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageDeclaration {
    /// The part after `/` in `use`.
    pub name: String,
    /// Whether it sees every article in input order.
    pub ordered: bool,
    /// One line for people.
    pub summary: String,
    /// Layers that some stage before must write.
    pub reads: Vec<String>,
    /// Layers that are read if they are there.
    pub reads_if_present: Vec<String>,
    /// Layers that it writes.
    pub writes: Vec<String>,
    /// JSON Schema of its settings; empty for none.
    pub settings: String,
    /// Whether its output depends on text, metadata, layers and settings alone.
    pub pure: bool,
    /// Whether one instance may be called from several threads at once.
    pub shared: bool,
    /// Whether it can restore what it knew; see [`OrderedStage`](stage_api::OrderedStage).
    pub keeps_state: bool,
}

impl Declaration {
    /// Each stage as the host knows it, named `plugin/stage`.
    ///
    /// # Errors
    /// The first thing that is wrong: lowercase, without a full stop.
    pub fn check(&self, plugin: &str) -> Result<Vec<(StageInfo, Vec<Setting>)>, String> {
        if !is_name(&self.name) {
            return Err(format!("its name {} is not made of {NAME_RULE}", shown(&self.name)));
        }
        let printable = |text: &str| text.chars().all(|c| !c.is_control() && !c.is_whitespace());
        if self.version.is_empty() || self.version.len() > 64 || !printable(&self.version) {
            return Err(format!("its version {} is no version", shown(&self.version)));
        }
        if self.stages.is_empty() {
            return Err("it declares no stage".to_owned());
        }
        let mut stages: Vec<(StageInfo, Vec<Setting>)> = Vec::new();
        for stage in &self.stages {
            let name = format!("{plugin}/{}", stage.name);
            if stages.iter().any(|(known, _)| known.name == name) {
                return Err(format!("it declares stage `{}` twice", stage.name));
            }
            stages.push(stage.check(name, &self.version)?);
        }
        Ok(stages)
    }
}

/// What names of plugins and stages are made of.
const NAME_RULE: &str = "lowercase letters, digits and inner hyphens";

impl StageDeclaration {
    fn check(&self, name: String, version: &str) -> Result<(StageInfo, Vec<Setting>), String> {
        if !is_name(&self.name) {
            return Err(format!("a stage's name {} is not made of {NAME_RULE}", shown(&self.name)));
        }
        let wrong = |message: String| format!("stage `{}`: {message}", self.name);
        if self.summary.chars().any(char::is_control) {
            return Err(wrong("its summary is not one line".to_owned()));
        }
        for layer in self.reads.iter().chain(&self.reads_if_present).chain(&self.writes) {
            if !is_layer(layer) {
                return Err(wrong(format!(
                    "{} is no layer: neither a core layer nor one of its own, such as `{}.hit`",
                    shown(layer),
                    self.name
                )));
            }
        }
        if self.writes.iter().any(|layer| layer == "text") {
            return Err(wrong("no plugin may write `text`".to_owned()));
        }
        let settings = schema::settings(&self.settings).map_err(&wrong)?;
        let mut info = StageInfo::new(name, version.to_owned(), self.summary.clone());
        info.reads.extend(self.reads.iter().cloned().map(Into::into));
        info.reads_if_present.extend(self.reads_if_present.iter().cloned().map(Into::into));
        info.writes.extend(self.writes.iter().cloned().map(Into::into));
        Ok((info, settings))
    }
}

/// What a plugin calls something, in marks, cut to a length for people.
fn shown(name: &str) -> String {
    let start: String = name.chars().take(40).collect();
    let rest = if start.len() < name.len() { "…" } else { "" };
    format!("{start:?}{rest}")
}

fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let inner = !name.starts_with('-') && !name.ends_with('-');
    inner && (1..=64).contains(&name.len()) && name.bytes().all(letter)
}

/// A core layer that has rows or is the text, or a name with a dot.
fn is_layer(name: &str) -> bool {
    if let Some(core) = symbol::reserved(name) {
        return (symbol::TEXT.0..=symbol::STORY.0).contains(&core.0);
    }
    let part = |part: &str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !part.is_empty() && part.bytes().all(letter)
    };
    name.len() <= crate::check::MAX_NAME && name.contains('.') && name.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage() -> StageDeclaration {
        StageDeclaration {
            name: "flag".into(),
            writes: vec!["demo.hit".into()],
            ..Default::default()
        }
    }

    fn refusal(stages: Vec<StageDeclaration>) -> String {
        let plugin = Declaration { name: "demo".into(), version: "0.1".into(), stages };
        plugin.check("demo").unwrap_err()
    }

    #[test]
    fn a_stage_is_named_after_the_plugin_in_the_file() {
        let plugin =
            Declaration { name: "demo".into(), version: "0.1".into(), stages: vec![stage()] };
        let stages = plugin.check("mine").unwrap();
        assert_eq!(stages[0].0, StageInfo::new("mine/flag", "0.1", "").writes("demo.hit"));
    }

    #[test]
    fn what_cannot_be_worked_with_is_refused() {
        for (stages, expected) in [
            (vec![], "it declares no stage"),
            (vec![stage(), stage()], "it declares stage `flag` twice"),
            (
                vec![StageDeclaration { name: "Flag".into(), ..stage() }],
                "a stage's name \"Flag\" is not made of lowercase letters, digits and inner hyphens",
            ),
            (
                vec![StageDeclaration { writes: vec!["text".into()], ..stage() }],
                "stage `flag`: no plugin may write `text`",
            ),
            (
                vec![StageDeclaration { writes: vec!["hit".into()], ..stage() }],
                "stage `flag`: \"hit\" is no layer: neither a core layer nor one of its own, such as `flag.hit`",
            ),
            (
                vec![StageDeclaration { reads: vec!["PER".into()], ..stage() }],
                "stage `flag`: \"PER\" is no layer: neither a core layer nor one of its own, such as `flag.hit`",
            ),
            (
                vec![StageDeclaration { settings: "[]".into(), ..stage() }],
                "stage `flag`: the schema is no JSON object",
            ),
            (
                vec![StageDeclaration { summary: "two\nlines".into(), ..stage() }],
                "stage `flag`: its summary is not one line",
            ),
        ] {
            assert_eq!(refusal(stages), expected);
        }
        let plugin =
            Declaration { name: "Demo".into(), version: "1".into(), stages: vec![stage()] };
        assert!(plugin.check("demo").unwrap_err().starts_with("its name \"Demo\""));
        let plugin =
            Declaration { name: "demo".into(), version: "a b".into(), stages: vec![stage()] };
        assert_eq!(plugin.check("demo").unwrap_err(), "its version \"a b\" is no version");
        let plugin = Declaration { version: "1".repeat(100), ..plugin };
        let shown = format!("its version \"{}\"… is no version", "1".repeat(40));
        assert_eq!(plugin.check("demo").unwrap_err(), shown);
    }
}
