//! Files: stored under their SM3 digest, durable before anybody is told, checked on reading.
//!
//! Why not the `object_store` crate for the local folder: its local backend does not fsync, so a file whose upload was
//! acknowledged could be empty after a power cut. A bucket backend belongs here, behind the same three functions.

use crate::keys::sync_folder;
use crate::{Error, sm3};
use kernel::Digest;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of files. A cheap handle. Its functions block: call them from a thread that may.
#[derive(Debug, Clone)]
pub struct Files(Arc<PathBuf>);

impl Files {
    /// The files below `root`, which is made when the first file comes.
    pub fn new(root: PathBuf) -> Self {
        Files(Arc::new(root))
    }

    /// Stores the bytes; when it returns they survive a power cut. The same content is stored once. The caller
    /// bounds the size.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, Error> {
        let digest = sm3(bytes);
        let path = self.path(&digest);
        if self.get(&digest).is_ok() {
            return Ok(digest);
        }
        let folder = path.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder)?;
        let draft = folder.join(format!(".{}", hex::encode(crate::random_bytes::<12>())));
        let written = write_durably(&draft, bytes).and_then(|()| Ok(fs::rename(&draft, &path)?));
        if let Err(error) = written {
            let _ = fs::remove_file(&draft);
            return Err(error);
        }
        for folder in path.ancestors().skip(1).take(3) {
            sync_folder(folder)?;
        }
        Ok(digest)
    }

    /// The bytes. Fails with [`Error::Corrupt`] when they are not what the digest says, or not there.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>, Error> {
        let bytes = match fs::read(self.path(digest)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Error::Corrupt(format!("file {digest} is missing")));
            }
            Err(error) => return Err(error.into()),
        };
        if sm3(&bytes) != *digest {
            return Err(Error::Corrupt(format!("file {digest} holds other bytes")));
        }
        Ok(bytes)
    }

    /// Whether the file is there (its bytes are not looked at).
    pub fn exists(&self, digest: &Digest) -> bool {
        self.path(digest).is_file()
    }

    /// Where they are kept.
    pub fn root(&self) -> &Path {
        &self.0
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.0.join(&name[..2]).join(&name[2..4]).join(name)
    }
}

/// Writes a new file and makes its content durable.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
