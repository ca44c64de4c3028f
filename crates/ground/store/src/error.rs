//! What can break below the rules: disk, network, lost races. The same for every room.

use kernel::Refuse;

/// Something below the rules broke. A caller may show `Full` and `Busy` as "later, please"; the rest is for operators.
///
/// It is `Clone` because one failed COMMIT is the answer of every job in its batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The disk is full. Nothing was written; writing works again as soon as there is space.
    #[error("the disk of the database is full: free some space, nothing else is needed ({0})")]
    Full(String),
    /// The database was too busy to answer: a retry by the caller makes sense.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// Another command changed the same stream first (optimistic concurrency).
    #[error("another command changed the same record first")]
    Lost,
    /// Stored content is not what was written: a digest, a tree or a column does not fit.
    #[error("stored data is damaged: {0}")]
    Corrupt(String),
    /// A file or a connection failed.
    #[error("input or output failed: {0}")]
    Io(String),
    /// The database refused a statement.
    #[error("the database refused: {0}")]
    Database(String),
    /// A unique key is taken, for a key that the room did not expect to be taken.
    #[error("a unique key is taken: {0}")]
    Taken(String),
    /// A job panicked. Its transaction was rolled back; the writer goes on.
    #[error("a command stopped by a defect in the program: {0}")]
    Panicked(String),
    /// The database was closed while the job waited.
    #[error("the database is closed")]
    Closed,
    /// The party's key was destroyed, so its values cannot be read any more: this is what erasure means.
    #[error("the values of this party were erased")]
    Erased,
    /// A migration cannot be carried out.
    #[error("migration: {0}")]
    Migration(String),
    /// A key (master key, signing key) is missing, unreadable or does not fit.
    #[error("key: {0}")]
    Key(String),
    /// The operation belongs to another tool, named in the message.
    #[error("{0}")]
    Elsewhere(String),
}

impl Error {
    /// Whether the same command may succeed later without anybody changing anything but the load or the disk.
    pub fn is_passing(&self) -> bool {
        matches!(self, Error::Full(_) | Error::Busy(_) | Error::Closed | Error::Io(_))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::Full(error.to_string()),
            _ => Error::Io(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Corrupt(error.to_string())
    }
}

/// Why a command did not happen: the rules refused it, or something below them broke. A face must look at both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<R> {
    /// The rules said no; the value says why and what to do now.
    Refused(R),
    /// Disk, network or a lost race.
    Broken(Error),
}

impl<R> Failure<R> {
    /// Lifts the refusal of a lower room into the caller's own.
    pub fn map_refusal<S>(self, lift: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Failure::Refused(refusal) => Failure::Refused(lift(refusal)),
            Failure::Broken(error) => Failure::Broken(error),
        }
    }
}

impl<R> From<Error> for Failure<R> {
    fn from(error: Error) -> Self {
        Failure::Broken(error)
    }
}

impl<R: Refuse> From<R> for Failure<R> {
    fn from(refusal: R) -> Self {
        Failure::Refused(refusal)
    }
}

impl<R: std::fmt::Display> std::fmt::Display for Failure<R> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Refused(refusal) => refusal.fmt(out),
            Failure::Broken(error) => error.fmt(out),
        }
    }
}

impl<R: std::fmt::Display + std::fmt::Debug> std::error::Error for Failure<R> {}
