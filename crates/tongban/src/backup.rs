//! `backup` and `restore`: the whole house in one folder.

use crate::{config::Config, failure::Failed, serve};
use std::path::Path;

/// Copies everything into `to` while the server runs.
pub fn backup(config: &Config, to: &Path) -> Result<String, Failed> {
    let db = serve::open_existing(config)?;
    let count = store::backup(&db, to)?;
    Ok(format!(
        "{count} files are in {}, checked by their digests. They hold the keys: keep them as safe as the house itself.\n\
         To put them back: tongban restore {} --data NEW-FOLDER",
        to.display(),
        to.display()
    ))
}

/// Puts a backup into the data folder, which must be empty.
pub fn restore(config: &Config, from: &Path) -> Result<String, Failed> {
    let data = Path::new(&config.data.folder);
    let count = store::restore(from, data)?;
    Ok(format!(
        "{count} files are in {}, each as it was backed up. Check the past with: tongban journal verify --data {}",
        data.display(),
        data.display()
    ))
}
