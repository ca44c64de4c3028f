//! The folder of keys: one file a key, readable by its owner alone, made once and never written over.

use crate::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// Reads the key file, or makes it from `fresh`. Of two processes that start at once, one makes it and both read it.
pub(crate) fn read_or_make(path: &Path, fresh: impl FnOnce() -> Result<Vec<u8>, Error>) -> Result<Vec<u8>, Error> {
    if let Some(found) = read(path)? {
        return Ok(found);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{}", hex::encode(crate::random_bytes::<8>())));
    let mut file = owner_only(OpenOptions::new().write(true).create_new(true)).open(&draft)?;
    file.write_all(&fresh()?)?;
    file.sync_all()?;
    // A link fails where a rename would silently replace the other process's key.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
        _ => sync_folder(folder)?,
    }
    read(path)?.ok_or_else(|| Error::Key(format!("{} vanished", path.display())))
}

/// Reads a key file, if it is there.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => file.read_to_end(&mut bytes).map(|_| Some(bytes)).map_err(Error::from),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::Key(format!("{}: {error}", path.display()))),
    }
}

/// Makes a folder for its owner alone.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// Makes the names in a folder durable: a file's own fsync does not.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
