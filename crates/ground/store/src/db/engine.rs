//! What a transaction needs of a database, so that `Tx` and `Reader` are the same over both.

use super::value::{Param, Row};
use crate::Error;

/// What is done with each row of an answer.
pub type EachRow<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<(), Error>;

/// One connection inside one transaction.
pub(crate) trait Engine {
    /// Runs a statement and hands over each row it returns.
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error>;
    /// Runs a statement; how many rows it changed.
    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error>;
    /// Runs a single-row INSERT for each `width` of the parameters.
    fn insert_many(&mut self, sql: &'static str, width: usize, params: &[Param<'_>]) -> Result<u64, Error>;
    /// Runs several statements without parameters (migrations).
    fn script(&mut self, sql: &str) -> Result<(), Error>;
    /// Takes a block of numbers in a way that outlives this transaction, or `None` where the transaction itself must
    /// carry it.
    fn outside_block(&mut self, series: &str, size: i64) -> Option<Result<i64, Error>>;
}
