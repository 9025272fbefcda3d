//! A command line in a pipeline file: what it starts, and which files it is made of.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use document::Sha256;
use sha2::Digest;
use stage_api::{Lane, LoadedPlugin, PluginError, PluginFile, PluginKey};

use super::Program;
use crate::Declaration;
use crate::loader::{WRITABLE, refuse_writable};

/// Starts a command to hear what it declares.
///
/// A first word that names a file beside the pipeline file is that file, otherwise it is looked up as a
/// shell would. The command runs in the folder of the pipeline file, so the other words may name
/// files there, too; the first word of all that does so is the plugin's file, which `sha256` pins.
///
/// # Errors
/// [`PluginError`] where the command is not there or does not speak as a plugin does.
pub(crate) fn load(
    plugin: &str,
    words: &[String],
    folder: &Path,
    pin: Option<&Sha256>,
) -> Result<(LoadedPlugin, Declaration), PluginError> {
    let wrong = |message: String| PluginError::new(PluginKey::Command, message);
    let files: Vec<Option<PathBuf>> = words.iter().map(|word| beside(folder, word)).collect();
    let mut whole = sha2::Sha256::new();
    let mut main: Option<(&PathBuf, Sha256)> = None;
    for (word, file) in words.iter().zip(&files) {
        // A file counts by its content, so that the same command has one digest from any folder.
        whole.update([u8::from(file.is_some())]);
        let Some(file) = file else {
            whole.update((word.len() as u64).to_le_bytes());
            whole.update(word);
            continue;
        };
        refuse_writable(file)
            .map_err(|error| wrong(format!("`{}` {error}", file.display())).help(WRITABLE))?;
        let digest = digest(file)
            .map_err(|error| wrong(format!("`{}` cannot be read: {error}", file.display())))?;
        whole.update(digest.0);
        main.get_or_insert((file, digest));
    }
    if let Some(pin) = pin {
        let wrong = |message: String| PluginError::new(PluginKey::Sha256, message);
        match &main {
            None => return Err(wrong("the command names no file whose digest it could be".into())),
            Some((file, digest)) if digest != pin => {
                let file = file.display();
                return Err(wrong(format!(
                    "`{file}` is not the file that was pinned: its digest is {digest}"
                )));
            }
            Some(_) => {}
        }
    }
    let mut started: Vec<OsString> = words.iter().map(Into::into).collect();
    if let Some(Some(program)) = files.first() {
        started[0] = program.into();
    }
    let path = main.map_or_else(|| PathBuf::from(&words[0]), |(file, _)| file.clone());
    let asked = Program::ask(started, folder, plugin).and_then(|program| program.declared());
    let (stages, declaration) = asked.map_err(wrong)?;
    let file = PluginFile { path, digest: Sha256(whole.finalize().into()), lane: Lane::Child };
    Ok((LoadedPlugin { stages, file }, declaration))
}

/// The file that a word names, seen from the folder of the pipeline file.
fn beside(folder: &Path, word: &str) -> Option<PathBuf> {
    let path = std::path::absolute(folder.join(word)).ok()?;
    (!word.is_empty() && path.is_file()).then_some(path)
}

fn digest(file: &Path) -> io::Result<Sha256> {
    let mut digest = sha2::Sha256::new();
    io::copy(&mut File::open(file)?, &mut Hashing(&mut digest))?;
    Ok(Sha256(digest.finalize().into()))
}

/// A digest to copy into.
struct Hashing<'d>(&'d mut sha2::Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
