//! One entry of `paths`: a folder, a file or a glob, and the ids that it gives.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use stage_api::{SettingError, is_address};

/// See the [module documentation](self).
#[derive(Clone, Debug)]
pub(crate) struct Root {
    /// As the user wrote it.
    pub(crate) given: String,
    /// The folder or file; for a glob, the folder in front of the pattern.
    pub(crate) place: PathBuf,
    /// The pattern below `place`.
    pub(crate) pattern: Option<String>,
    /// What every id begins with: the name of `place`.
    name: String,
}

impl Root {
    /// The roots of a list, none of which share an id.
    pub(crate) fn all(paths: &[&str]) -> Result<Vec<Self>, SettingError> {
        if paths.is_empty() {
            return Err(SettingError::new(
                "paths",
                "the list is empty; name a folder, a glob or a file",
            ));
        }
        let roots = paths.iter().map(|path| Self::new(path)).collect::<Result<Vec<_>, _>>()?;
        refuse_same_ids(&roots)?;
        Ok(roots)
    }

    fn new(given: &str) -> Result<Self, SettingError> {
        let path = Path::new(given);
        let (place, mut rest) = split_glob(path);
        if is_address(&place)
            && let Err(error) = stores::check(&place)
        {
            return Err(SettingError::new(
                "paths",
                format!("`{given}`: {error}{}", stores::advice(&error)),
            ));
        }
        // By itself `**` matches folders only, and would leave out the files beside them.
        if rest == "**" || rest.ends_with("/**") {
            rest.push_str("/*");
        }
        let name = base_name(&place);
        if let Err(error) = glob::Pattern::new(&rest) {
            return Err(SettingError::new("paths", format!("`{given}` is no glob: {}", error.msg)));
        }
        let pattern = (!rest.is_empty()).then_some(rest);
        Ok(Self { given: given.to_owned(), place, pattern, name })
    }

    /// The id of `path`, which lies in this root.
    pub(crate) fn id_of(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.place).unwrap_or(path);
        let mut id = self.name.clone();
        for component in inside.components() {
            if !id.is_empty() {
                id.push('/');
            }
            push_portable(&mut id, component.as_os_str());
        }
        id
    }

    /// What stands for the root itself where it cannot be read.
    pub(crate) fn own_id(&self) -> String {
        match &self.pattern {
            None => self.name.clone(),
            Some(pattern) => format!("{}/{pattern}", self.name),
        }
    }

    /// The whole glob, with what is literal in it protected.
    pub(crate) fn glob(&self, pattern: &str) -> String {
        let place = glob::Pattern::escape(&self.place.to_string_lossy());
        format!("{}/{pattern}", place.trim_end_matches('/'))
    }
}

/// Splits a path before the first part that is a pattern and no name of something there.
fn split_glob(path: &Path) -> (PathBuf, String) {
    let mut literal = PathBuf::new();
    let mut rest = String::new();
    let is_away = is_address(path);
    let is_there = |path: &Path| !is_away && path.symlink_metadata().is_ok();
    // Without `./`, which paths below would lack.
    for component in path.components().filter(|part| *part != Component::CurDir) {
        let part = component.as_os_str();
        let is_pattern = part.to_string_lossy().contains(['*', '?', '[']);
        if rest.is_empty() && (!is_pattern || is_there(&literal.join(part))) {
            literal.push(part);
            if is_away && literal.as_os_str() == part {
                literal.as_mut_os_string().push("//"); // parts of a path have one stroke between them
            }
        } else {
            if !rest.is_empty() {
                rest.push('/');
            }
            rest.push_str(&part.to_string_lossy());
        }
    }
    if literal.as_os_str().is_empty() {
        literal.push(".");
    }
    (literal, rest)
}

/// The last name of a path, also of `..`; empty for the root of the file system.
pub(crate) fn base_name(path: &Path) -> String {
    let mut name = String::new();
    let real = path.file_name().is_none().then(|| path.canonicalize().ok()).flatten();
    if let Some(last) = real.as_deref().unwrap_or(path).file_name() {
        push_portable(&mut name, last);
    }
    name
}

/// Appends one part of a path; bytes that are no UTF-8 as `%FF`, so that names stay distinct.
fn push_portable(id: &mut String, part: &OsStr) {
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        id.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(id, "%{byte:02X}").expect("a string takes what is written to it");
        }
    }
}

/// Refuses roots of which two give the same id. Only roots of one name can, so only their
/// files are listed.
fn refuse_same_ids(roots: &[Root]) -> Result<(), SettingError> {
    let mut by_name: BTreeMap<&str, Vec<&Root>> = BTreeMap::new();
    for root in roots {
        by_name.entry(&root.name).or_default().push(root);
    }
    for same in by_name.values().filter(|same| same.len() > 1) {
        let mut places: BTreeMap<String, PathBuf> = BTreeMap::new();
        for found in same.iter().flat_map(|root| root.files()).flatten() {
            if let Some(other) = places.insert(found.id.clone(), found.path.clone()) {
                return Err(SettingError::new("paths", same_id(&found.id, &other, &found.path)));
            }
        }
    }
    Ok(())
}

fn same_id(id: &str, one: &Path, other: &Path) -> String {
    let is_same = one == other
        || one.canonicalize().ok().is_some_and(|one| other.canonicalize().ok() == Some(one));
    let (one, other) = (one.display(), other.display());
    if is_same {
        return format!("`{other}` is named twice; name it once");
    }
    format!(
        "`{one}` and `{other}` would both have the id `{id}`; rename one of the folders, or run them as two drops"
    )
}
