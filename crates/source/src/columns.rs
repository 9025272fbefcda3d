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

/// What tools call the fields: our name, theirs. Those that they call as we do are not listed.
pub(crate) const PRESETS: [(&str, &[(&str, &str)]); 3] = [
    (
        "trafilatura",
        &[
            ("byline", "author"),
            ("dek", "excerpt"),
            ("outlet", "source-hostname"),
            ("published", "date"),
            ("url", "source"),
        ],
    ),
    (
        "news-please",
        &[
            ("byline", "authors"),
            ("dek", "description"),
            ("modified", "date_modify"),
            ("outlet", "source_domain"),
            ("published", "date_publish"),
            ("text", "maintext"),
        ],
    ),
    // Its `date` is the crawler's, and what is inside `metadata` stays together in `meta`.
    ("datatrove", &[]),
];

/// Names of the input's fields with their meaning; any other field goes to `meta`.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    known: Vec<(String, Target)>,
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
        Ok(Self { known })
    }

    /// The names that a tool writes, save where `renamed` says otherwise.
    pub(crate) fn of_tool(
        tool: Option<&str>,
        renamed: &BTreeMap<&str, &str>,
    ) -> Result<Self, SettingError> {
        let preset = PRESETS
            .iter()
            .find(|(name, _)| Some(*name) == tool)
            .map_or(&[][..], |(_, names)| names);
        let taken = |theirs: &str| renamed.values().any(|name| *name == theirs);
        let mut names: BTreeMap<&str, &str> =
            preset.iter().copied().filter(|(_, theirs)| !taken(theirs)).collect();
        names.extend(renamed);
        Self::new(&names)
    }

    /// Our own names alone, as in sidecars.
    pub(crate) fn own() -> Self {
        Self::new(&BTreeMap::new()).expect("our own names do not collide")
    }

    /// What the input's field `name` is for; `None` for a field of `meta`.
    pub(crate) fn target(&self, name: &str) -> Option<Target> {
        self.known.iter().find(|(known, _)| known == name).map(|(_, target)| *target)
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
