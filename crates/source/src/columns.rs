//! Which field of the input means what: our own names, and the setting `fields` over them.

use std::collections::BTreeMap;

use document::Field;
use stage_api::{Kind, Setting, SettingError};

/// What a field of the input is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Text,
    Html,
    Id,
    Field(Field),
}

impl Target {
    const OWN: [Self; 3] = [Self::Text, Self::Html, Self::Id];

    fn all() -> impl Iterator<Item = Self> {
        Self::OWN.into_iter().chain(Field::ALL.into_iter().map(Self::Field))
    }

    /// Our name for it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Id => "id",
            Self::Field(field) => field.key(),
        }
    }
}

/// How a tool writes articles.
#[derive(Debug)]
struct Preset {
    name: &'static str,
    /// Our name for a field, and the tool's: it may have several, one for each of its forms of output.
    /// Those that it calls as we do are not listed.
    columns: &'static [(&'static str, &'static [&'static str])],
    /// A field that is an object with more fields.
    nested: Option<&'static str>,
    /// What it writes instead of a value that there is not.
    absent: Option<&'static str>,
    /// What stands between two authors of one string.
    between_names: Option<char>,
}

const PRESETS: [Preset; 3] = [
    // JSON output has other names than the rows that come of Python's dictionaries.
    Preset {
        name: "trafilatura",
        columns: &[
            ("byline", &["author"]),
            ("dek", &["excerpt", "description"]),
            ("outlet", &["source-hostname", "sitename"]),
            ("published", &["date"]),
            ("url", &["source", "url"]),
        ],
        nested: None,
        absent: None,
        between_names: Some(';'),
    },
    // Its `text` is the page's, without the extraction; a date that it has not found is `None` in words.
    Preset {
        name: "news-please",
        columns: &[
            ("byline", &["authors"]),
            ("dek", &["description"]),
            ("modified", &["date_modify"]),
            ("outlet", &["source_domain"]),
            ("published", &["date_publish"]),
            ("text", &["maintext"]),
        ],
        nested: None,
        absent: Some("None"),
        between_names: None,
    },
    // Its `date` is the crawler's, with or without `expand_metadata`.
    Preset {
        name: "datatrove",
        columns: &[],
        nested: Some("metadata"),
        absent: None,
        between_names: None,
    },
];

/// The names of the tools whose fields are known.
pub(crate) fn presets() -> [&'static str; PRESETS.len()] {
    PRESETS.map(|preset| preset.name)
}

/// Names of the input's fields with their meaning; any other field goes to `meta`.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    known: Vec<(String, Target)>,
    tool: Option<&'static Preset>,
}

impl Columns {
    /// The keys of the setting `fields`.
    pub(crate) fn settings() -> Vec<Setting> {
        let setting = |target: Target| {
            let doc = format!("the input's name for `{}`", target.key());
            Setting::new(target.key(), Kind::Text, doc)
        };
        Target::all().map(setting).collect()
    }

    /// Our own names, save where `renamed` (our name → the input's) says otherwise.
    pub(crate) fn new(renamed: &BTreeMap<&str, &str>) -> Result<Self, SettingError> {
        let mut known: Vec<(String, Target)> = Vec::new();
        for (&ours, &theirs) in renamed {
            let target =
                Target::all().find(|target| target.key() == ours).ok_or_else(|| unknown(ours))?;
            if let Some((_, other)) = known.iter().find(|(name, _)| name == theirs) {
                let message = format!(
                    "`{theirs}` is given for both `{}` and `{ours}`; keep one",
                    other.key()
                );
                return Err(SettingError::new("fields", message));
            }
            known.push((theirs.to_owned(), target));
        }
        for target in Target::all() {
            let taken = known.iter().any(|(name, other)| *other == target || name == target.key());
            if !taken {
                known.push((target.key().to_owned(), target));
            }
        }
        Ok(Self { known, tool: None })
    }

    /// The names that a tool writes, save where `renamed` says otherwise.
    pub(crate) fn of_tool(
        tool: Option<&str>,
        renamed: &BTreeMap<&str, &str>,
    ) -> Result<Self, SettingError> {
        let tool = PRESETS.iter().find(|preset| Some(preset.name) == tool);
        let preset = tool.map_or(&[][..], |preset| preset.columns);
        let is_given = |theirs: &str| renamed.values().any(|name| *name == theirs);
        let mut names: BTreeMap<&str, &str> = preset
            .iter()
            .filter_map(|(ours, theirs)| {
                Some((*ours, *theirs.iter().find(|name| !is_given(name))?))
            })
            .collect();
        names.extend(renamed);
        let mut columns = Self::new(&names)?;
        let others = preset.iter().filter(|(ours, _)| !renamed.contains_key(ours));
        for (ours, theirs) in others {
            let target = Target::all().find(|target| target.key() == *ours);
            for name in *theirs {
                if columns.target(name).is_none() {
                    columns.known.extend(target.map(|target| ((*name).to_owned(), target)));
                }
            }
        }
        Ok(Self { tool, ..columns })
    }

    /// Our own names alone, as in sidecars.
    pub(crate) fn own() -> Self {
        Self::new(&BTreeMap::new()).expect("our own names do not collide")
    }

    /// What the input's field `name` is for; `None` for a field of `meta`.
    pub(crate) fn target(&self, name: &str) -> Option<Target> {
        self.known.iter().find(|(known, _)| known == name).map(|(_, target)| *target)
    }

    /// Whether the input's field `name`, which has no meaning itself, is an object with fields that have one.
    pub(crate) fn is_nested(&self, name: &str) -> bool {
        self.tool.is_some_and(|tool| tool.nested == Some(name))
    }

    /// Whether `value` is the tool's word for no value.
    pub(crate) fn is_absent(&self, value: &str) -> bool {
        self.tool.is_some_and(|tool| tool.absent == Some(value))
    }

    /// The authors in one string of the input.
    pub(crate) fn names<'n>(&self, string: &'n str) -> impl Iterator<Item = &'n str> {
        let between = self.tool.and_then(|tool| tool.between_names);
        string.split(move |c| Some(c) == between).map(str::trim)
    }

    /// The input's name for a target, for messages.
    pub(crate) fn name(&self, target: Target) -> &str {
        self.known.iter().find(|(_, known)| *known == target).map_or(target.key(), |(name, _)| name)
    }
}

fn unknown(name: &str) -> SettingError {
    let keys: Vec<&str> = Target::all().map(Target::key).collect();
    let near = keys.iter().find(|key| strsim::damerau_levenshtein(key, name) <= 2);
    let hint = near.map_or(String::new(), |key| format!("did you mean `{key}`? "));
    let list = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    SettingError::new("fields", format!("there is no field `{name}`; {hint}known are {list}"))
}
