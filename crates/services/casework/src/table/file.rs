//! Files that were uploaded and examined.

use kernel::Digest;
use store::{Error, Read, ReadExt, Tx, params};

use crate::StoredFile;

/// Notes a file; one that is known already stays as it is.
pub(crate) fn insert(tx: &mut Tx, file: &StoredFile) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO casework_file (digest, size, media, uploaded) VALUES ($1, $2, $3, $4)
        ON CONFLICT (digest) DO NOTHING";
    let (now, size) = (tx.now(), i64::try_from(file.size).unwrap_or(i64::MAX));
    tx.execute(INSERT, &params![file.digest, size, file.media, now]).map(drop)
}

/// What is known of a file.
pub(crate) fn load(read: &mut dyn Read, digest: &Digest) -> Result<Option<StoredFile>, Error> {
    const SELECT: &str = "SELECT size, media FROM casework_file WHERE digest = $1";
    read.query_one(SELECT, &params![digest], |row| {
        Ok(StoredFile { digest: *digest, size: row.get(0)?, media: row.get(1)? })
    })
}
