//! Signed heads outside the database: each is also added to a file in the data folder, so that whoever changes the database alone
//! cannot take the last of them, or all, away unseen.
//!
//! What this proves: database and folder agree. Whoever can write both, and sign, can make both anew; against that only a head helps
//! that somebody else keeps (a witness).

use super::TreeHead;
use crate::Error;
use crate::keys::{make_folder, sync_folder};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The folder of the file, below the data folder.
const FOLDER: &str = "heads";
const FILE: &str = "heads.jsonl";
/// So much of the file's end is read for checking, in bytes: some ten thousand heads.
const READ_MAX: u64 = 4 << 20;

/// Where the heads are kept.
pub fn path(data: &Path) -> PathBuf {
    data.join(FOLDER).join(FILE)
}

/// Adds a head; when it returns it survives a power cut.
pub(crate) fn keep(data: &Path, head: &TreeHead) -> Result<(), Error> {
    let path = path(data);
    let is_new = !path.exists();
    make_folder(&data.join(FOLDER))?;
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let mut line = serde_json::to_vec(head)?;
    line.push(b'\n');
    // One write: a line is there whole or, after a power cut, as a last half that reading passes over.
    file.write_all(&line)?;
    file.sync_all()?;
    if is_new {
        sync_folder(&data.join(FOLDER))?;
        sync_folder(data)?;
    }
    Ok(())
}

/// The latest heads kept, in the order in which they were signed; none where there is no file.
pub fn read(data: &Path) -> Result<Vec<TreeHead>, Error> {
    let mut file = match File::open(path(data)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(error) => return Err(error.into()),
    };
    let length = file.metadata()?.len();
    let from = length.saturating_sub(READ_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    // Where reading began in the middle of a line, that line is left out; so is a last line without its end.
    let first =
        if from == 0 { 0 } else { bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1) };
    let last = bytes.iter().rposition(|byte| *byte == b'\n').map_or(first, |at| at + 1);
    let text = String::from_utf8_lossy(bytes.get(first..last).unwrap_or_default()).into_owned();
    parse(&text).map_err(|error| Error::Corrupt(format!("{}: {error}", path(data).display())))
}

/// Heads as they are kept or handed to a witness: one JSON object a line.
pub fn parse(text: &str) -> Result<Vec<TreeHead>, serde_json::Error> {
    text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str).collect()
}
