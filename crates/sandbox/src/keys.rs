//! Key files of the sandbox: made at its first start, for its owner alone.

use crate::Error;
use rsa::{
    PrivateKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding},
};
use std::{fs, io::Write as _, path::Path};

/// RSA keys as the payment channel uses them.
const BITS: usize = 2048;

/// The RSA key in this file (PKCS#8 PEM), made if it is not there.
pub(crate) fn rsa(folder: &Path, name: &str) -> Result<PrivateKey, Error> {
    let said = |error: &dyn std::fmt::Display| Error::Key(format!("{name}: {error}"));
    let pem = text(folder, name, || {
        let key = PrivateKey::new(&mut getrandom::SysRng, BITS).map_err(|error| said(&error))?;
        Ok(key.to_pkcs8_pem(LineEnding::LF).map_err(|error| said(&error))?.to_string())
    })?;
    PrivateKey::from_pkcs8_pem(&pem).map_err(|error| said(&error))
}

/// The text in this file, made if it is not there.
pub(crate) fn text(folder: &Path, name: &str, fresh: impl FnOnce() -> Result<String, Error>) -> Result<String, Error> {
    let path = folder.join(name);
    if let Ok(found) = fs::read_to_string(&path) {
        return Ok(found);
    }
    let made = fresh()?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?.write_all(made.as_bytes())?;
    Ok(made)
}

/// So many random bytes as hex.
pub(crate) fn random_hex<const N: usize>() -> String {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}
