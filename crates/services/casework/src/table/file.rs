//! Files that were uploaded and examined, each under whose it is.

use kernel::Digest;
use store::{Error, Read, ReadExt, Tx, params};

use crate::StoredFile;

/// Notes a file as `owner`'s; one that they have already stays as it is.
pub(crate) fn insert(tx: &mut Tx, file: &StoredFile, owner: &str) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO casework_upload (digest, owner, size, media, uploaded) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (digest, owner) DO NOTHING";
    let (now, size) = (tx.now(), i64::try_from(file.size).unwrap_or(i64::MAX));
    tx.execute(INSERT, &params![file.digest, owner, size, file.media, now]).map(drop)
}

/// What is known of a file of `owner`'s: nothing, when it is somebody else's.
pub(crate) fn load(read: &mut dyn Read, digest: &Digest, owner: &str) -> Result<Option<StoredFile>, Error> {
    const SELECT: &str = "SELECT size, media FROM casework_upload WHERE digest = $1 AND owner = $2";
    read.query_one(SELECT, &params![digest, owner], |row| {
        Ok(StoredFile { digest: *digest, size: row.get(0)?, media: row.get(1)? })
    })
}
