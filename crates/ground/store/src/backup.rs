//! Backups: the database as of one moment, all files, the keys, and a list of their digests that a restore checks.
//!
//! A backup holds the keys and must be kept as safe as the house itself.

use crate::db::{Db, sqlite_fault};
use crate::files::write_durably;
use crate::keys::{make_folder, sync_folder};
use crate::{Error, sm3};
use kernel::Digest;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs;
use std::path::{Component, Path, PathBuf};

const DATABASE: &str = "tongban.db";
/// Written last: a backup without it is not one.
const MANIFEST: &str = "MANIFEST";
const HEADING: &str = "tongban backup v1";

/// Copies the database and everything beside it into the folder `to`, which must be empty or not there, while the
/// house goes on working. How many files were copied.
///
/// Fails with [`Error::Elsewhere`] on PostgreSQL, whose own tool does this better; the message names it.
pub fn backup(db: &Db, to: &Path) -> Result<usize, Error> {
    let Some(sqlite) = db.sqlite() else {
        let data = db.data().display();
        return Err(Error::Elsewhere(format!(
            "a PostgreSQL database is backed up by its own tool: run \"pg_dump --format=custom --file={}/database.dump \
             DATABASE-URL\" first, then copy {data}/files and {data}/keys",
            to.display()
        )));
    };
    make_empty(to)?;
    // The database first: every file that it speaks of is there already, and files are never changed.
    copy_database(&sqlite.reading_connection()?, &to.join(DATABASE))?;
    let mut lines = vec![line(to, Path::new(DATABASE))?];
    for folder in ["keys", "files"] {
        for path in files_below(db.data(), Path::new(folder))? {
            copy(&db.data().join(&path), &to.join(&path))?;
            lines.push(line(to, &path)?);
        }
    }
    let text = format!("{HEADING} {}\n{}", db.now(), lines.concat());
    write_durably(&to.join(MANIFEST), text.as_bytes())?;
    sync_folder(to)?;
    Ok(lines.len())
}

/// Makes the data folder `data`, which must be empty or not there, from a backup. Everything is checked against the
/// manifest before the first byte is written. How many files were copied.
pub fn restore(from: &Path, data: &Path) -> Result<usize, Error> {
    let damaged = |what: String| Error::Corrupt(format!("{}: {what}", from.display()));
    let text = fs::read_to_string(from.join(MANIFEST))
        .map_err(|error| damaged(format!("no readable {MANIFEST}, so the backup is not complete ({error})")))?;
    let mut lines = text.lines();
    if !lines.next().is_some_and(|heading| heading.starts_with(HEADING)) {
        return Err(damaged(format!("{MANIFEST} is of another kind")));
    }
    let mut paths = Vec::new();
    for line in lines {
        let parsed = line.split_once("  ").and_then(|(digest, path)| Some((digest.parse::<Digest>().ok()?, path)));
        let (digest, path) = parsed.ok_or_else(|| damaged(format!("{MANIFEST} cannot be read")))?;
        let path = PathBuf::from(path);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(damaged(format!("{} leads out of the backup", path.display())));
        }
        let bytes = fs::read(from.join(&path)).map_err(|error| damaged(format!("{}: {error}", path.display())))?;
        if sm3(&bytes) != digest {
            return Err(damaged(format!("{} holds other bytes than were backed up", path.display())));
        }
        paths.push(path);
    }
    make_empty(data)?;
    for path in &paths {
        copy(&from.join(path), &data.join(path))?;
    }
    sync_folder(data)?;
    Ok(paths.len())
}

fn make_empty(folder: &Path) -> Result<(), Error> {
    make_folder(folder)?;
    match fs::read_dir(folder)?.next() {
        None => Ok(()),
        Some(_) => Err(Error::Io(format!("{} is not empty: name a new folder", folder.display()))),
    }
}

fn copy_database(from: &Connection, to: &Path) -> Result<(), Error> {
    let mut target = Connection::open(to).map_err(sqlite_fault)?;
    {
        // In one step: one state, and writers do not wait for readers.
        let copying = Backup::new(from, &mut target).map_err(sqlite_fault)?;
        match copying.step(-1).map_err(sqlite_fault)? {
            StepResult::Done => {}
            other => return Err(Error::Busy(format!("the copy of the database stopped: {other:?}"))),
        }
    }
    // The copy stands alone, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(sqlite_fault)?;
    target.close().map_err(|(_, error)| sqlite_fault(error))?;
    Ok(fs::File::open(to)?.sync_all()?)
}

/// All files below `root/folder`, as paths below `root`. Drafts (names that begin with a dot) are left out.
fn files_below(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        if !root.join(&folder).is_dir() {
            continue;
        }
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if !entry.file_name().to_string_lossy().starts_with('.') {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies content and permissions, and makes both durable.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let folder = to.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    fs::copy(from, to)?;
    fs::File::open(to)?.sync_all()?;
    sync_folder(folder)
}

fn line(root: &Path, path: &Path) -> Result<String, Error> {
    Ok(format!("{}  {}\n", sm3(&fs::read(root.join(path))?), path.display()))
}
