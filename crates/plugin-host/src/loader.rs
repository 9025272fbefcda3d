//! From a `[[plugin]]` table to stages: finds the file, looks at it, and picks the lane.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use document::Sha256;
use sha2::Digest;
use stage_api::{
    Lane, LoadedPlugin, PluginError, PluginFile, PluginKey, PluginLoader, PluginProgram,
    PluginRequest,
};

use crate::Declaration;
use crate::child::command;
use crate::in_flight::{Hang, InFlight, Watch, crash};
use crate::native::{Binary, Library, Native, Serve, look};

/// Loads plugins of every lane. One for a program: it knows what it has loaded.
#[derive(Clone)]
pub struct Loader {
    in_flight: InFlight,
    /// The command that serves a library in a process of its own.
    serve: Vec<OsString>,
    libraries: Arc<Mutex<Libraries>>,
}

/// What was opened: by file, with the digest that it had then.
type Libraries = BTreeMap<PathBuf, (Sha256, Arc<Library>)>;

impl Loader {
    /// A loader that runs libraries in processes of their own by this command, to which the library's
    /// file is added: one that ends in [`serve`](crate::serve).
    pub fn new(serve: Vec<OsString>) -> Self {
        Self { in_flight: InFlight::default(), serve, libraries: Arc::default() }
    }

    /// Keeps a note in `folder` of which article each native stage is working on, from here to
    /// [`Watch::finish`], and says who did it where a signal ends the program. Without a folder
    /// it does only the latter.
    ///
    /// The articles that the note of the last run names are run in processes of their own this time.
    /// `on_hang` is called, on a thread of the loader's, where a stage does not return in time although it
    /// was asked to; it should say so and end the program.
    ///
    /// Call it when the folder is locked and before the first article; the stages may be built already.
    ///
    /// # Errors
    /// Where the note of the last run cannot be read.
    pub fn watch(
        &self,
        folder: Option<&Path>,
        on_hang: impl Fn(&Hang) + Send + Sync + 'static,
    ) -> io::Result<Watch> {
        self.in_flight.watch(folder, Arc::new(on_hang))
    }

    /// As [`load`](PluginLoader::load), with what the plugin says about itself in its own words.
    ///
    /// # Errors
    /// As [`load`](PluginLoader::load).
    pub fn declare(
        &self,
        request: &PluginRequest,
    ) -> Result<(LoadedPlugin, Declaration), PluginError> {
        match &request.program {
            PluginProgram::File { written, resolved } => self.load_file(request, written, resolved),
            PluginProgram::Command { words, folder } => {
                if request.lane == Some(Lane::Native) {
                    let message = "a command is a process of its own, never native";
                    return Err(PluginError::new(PluginKey::Lane, message)
                        .help("leave `lane` out, or name a library by `path`"));
                }
                command::load(&request.name, words, folder, request.sha256.as_ref())
            }
        }
    }

    fn load_file(
        &self,
        request: &PluginRequest,
        written: &Path,
        resolved: &Path,
    ) -> Result<(LoadedPlugin, Declaration), PluginError> {
        let at_path = |message: String| PluginError::new(PluginKey::Path, message);
        let file = find(written, resolved).map_err(|error| {
            at_path(error)
                .help("a relative path is looked for beside this file, then beside the program")
        })?;
        let name = format!("`{}`", file.display());
        refuse_writable(&file)
            .map_err(|error| at_path(format!("{name} {error}")).help(WRITABLE))?;
        let (head, len, digest) =
            read(&file).map_err(|error| at_path(format!("{name} cannot be read: {error}")))?;
        if request.sha256.is_some_and(|pin| pin != digest) {
            let message = format!("{name} is not the file that was pinned: its digest is {digest}");
            return Err(PluginError::new(PluginKey::Sha256, message));
        }
        let binary = look(&head, len);
        let lane = lane(request.lane, &binary, &name)?;
        let plugin_file = PluginFile { path: file.clone(), digest, lane };
        let serve = Serve {
            command: self.serve.clone(),
            library: file.clone(),
            plugin: request.name.clone(),
        };
        let (stages, declaration) = match (lane, binary) {
            (Lane::Native, _) => self
                .library(&file, digest)
                .and_then(|library| {
                    let declaration = library.declaration().clone();
                    Native { library, serve, in_flight: self.in_flight.clone() }
                        .stages()
                        .map(|stages| (stages, declaration))
                        .map_err(|error| format!("has a bad table: {error}"))
                })
                .map_err(|error| at_path(format!("{name} {error}")))?,
            (_, Binary::Library) => serve
                .program()
                .and_then(|program| program.declared())
                .map_err(|error| at_path(format!("{name} does not run as a child: {error}")))?,
            _ => {
                let folder = file.parent().unwrap_or(Path::new("."));
                let word = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let loaded = command::load(&request.name, &[word], folder, None);
                let (loaded, declaration) =
                    loaded.map_err(|error| PluginError { key: PluginKey::Path, ..error })?;
                return Ok((LoadedPlugin { file: plugin_file, ..loaded }, declaration));
            }
        };
        Ok((LoadedPlugin { stages, file: plugin_file }, declaration))
    }

    /// The library in a file, opened once.
    fn library(&self, file: &Path, digest: Sha256) -> Result<Arc<Library>, String> {
        let mut libraries = self.libraries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, library)) = libraries.get(file) {
            if *known != digest {
                return Err("has changed since it was loaded; start the program anew".to_owned());
            }
            return Ok(Arc::clone(library));
        }
        crash::install();
        let name = file.to_string_lossy();
        let library = Arc::new(crash::loading(&name, || Library::open(file))?);
        libraries.insert(file.to_owned(), (digest, Arc::clone(&library)));
        Ok(library)
    }
}

impl PluginLoader for Loader {
    fn load(&self, request: &PluginRequest) -> Result<LoadedPlugin, PluginError> {
        self.declare(request).map(|(loaded, _)| loaded)
    }
}

/// The lane for a file: the one that was asked for, if the file can go there.
fn lane(asked: Option<Lane>, binary: &Binary, name: &str) -> Result<Lane, PluginError> {
    match (asked, binary) {
        (_, Binary::Foreign { its, ours }) => Err(PluginError::new(
            PluginKey::Path,
            format!("{name} is a library for {its}, and this program runs on {ours}"),
        )),
        (_, Binary::Cut) => Err(PluginError::new(
            PluginKey::Path,
            format!("{name} is a library whose end is missing; was it copied whole?"),
        )),
        (_, Binary::Other) => Err(PluginError::new(
            PluginKey::Path,
            format!("{name} is neither a library nor a program"),
        )
        .help("a script needs `#!` in its first line, or is named by `command`")),
        (Some(Lane::Native), Binary::Program) => Err(PluginError::new(
            PluginKey::Lane,
            format!("{name} is a program, and only a library can be native"),
        )),
        (None, Binary::Program) => Ok(Lane::Child),
        (None, Binary::Library) => Ok(Lane::Native),
        (Some(lane), _) => Ok(lane),
    }
}

/// The file that a path means: as it is written, and with the platform's prefix and suffix, beside
/// the pipeline file and then beside this program; with links resolved.
fn find(written: &Path, resolved: &Path) -> Result<PathBuf, String> {
    let mut places = names(resolved);
    if let Ok(program) = std::env::current_exe()
        && let Some(folder) = program.parent()
    {
        places.extend(names(&folder.join(written)));
    }
    for place in &places {
        match fs::metadata(place) {
            Ok(found) if found.is_file() => {
                let file = place.canonicalize();
                return file.map_err(|error| format!("`{}`: {error}", place.display()));
            }
            Ok(_) if place == resolved => {
                return Err(format!("`{}` is a folder", place.display()));
            }
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Err(format!("`{}` cannot be looked at: {error}", place.display()));
            }
            _ => {}
        }
    }
    let tried: Vec<_> = places[..2].iter().map(|place| format!("`{}`", place.display())).collect();
    Err(format!("there is no plugin at {}", tried.join(" or ")))
}

/// A path as it is, with the platform's suffix, and with its prefix and suffix.
fn names(path: &Path) -> Vec<PathBuf> {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};

    let mut paths = vec![path.to_owned()];
    if let Some(name) = path.file_name() {
        let with = |prefix: &str| {
            let mut file = OsString::from(prefix);
            file.push(name);
            file.push(DLL_SUFFIX);
            path.with_file_name(file)
        };
        paths.push(with(""));
        paths.push(with(DLL_PREFIX));
    }
    paths
}

/// What to do about a file that [`refuse_writable`] refuses.
pub(crate) const WRITABLE: &str = "anyone could put other code there: `chmod o-w`";

/// Refuses a file that everyone may write, or replace in its folder.
#[cfg(unix)]
pub(crate) fn refuse_writable(file: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;

    const OTHERS: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let mode = |path: &Path| {
        fs::metadata(path)
            .map(|found| found.permissions().mode())
            .map_err(|error| error.to_string())
    };
    if mode(file)? & OTHERS != 0 {
        return Err("may be written by everyone".to_owned());
    }
    if let Some(folder) = file.parent() {
        let mode = mode(folder)?;
        if mode & OTHERS != 0 && mode & STICKY == 0 {
            return Err("lies in a folder that everyone may write".to_owned());
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn refuse_writable(_file: &Path) -> Result<(), String> {
    Ok(())
}

/// The first 4 KiB of a file, how many bytes it has, and its digest.
fn read(path: &Path) -> io::Result<(Vec<u8>, u64, Sha256)> {
    const HEAD: usize = 4096;
    let mut file = File::open(path)?;
    let (mut head, mut len, mut digest) = (Vec::new(), 0, sha2::Sha256::new());
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok((head, len, Sha256(digest.finalize().into()))),
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        head.extend_from_slice(&read[..read.len().min(HEAD - head.len())]);
        digest.update(read);
        len += read.len() as u64;
    }
}
