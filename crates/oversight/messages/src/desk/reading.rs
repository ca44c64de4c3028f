//! Opening a thread.

use kernel::Actor;
use store::{Read, Tx};

use super::Result;
use crate::{model::ThreadId, query, table};

/// Everything in the thread is read now. When somebody reads is their own affair and stands in no journal.
///
/// # Errors
/// [`crate::Refusal::NotFound`] for a thread that the actor may not read.
pub fn mark_read(tx: &mut Tx, actor: &Actor, thread: &ThreadId) -> Result<()> {
    let row = query::thread_for(tx, actor, thread)?;
    let now = tx.now();
    table::thread::read_all(tx, &row.id, &row.recipient, now)?;
    Ok(())
}
