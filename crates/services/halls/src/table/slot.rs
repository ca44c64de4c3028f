//! How many persons are booked into each slot.

use kernel::Date;
use store::{Error, Read, ReadExt, Tx, params};

use crate::{HallId, Letter, Slot};

/// Takes `persons` places of a slot if they fit into `capacity`; whether they did. One statement, so that two who book at once
/// cannot both take the last place: the second counts what the first has left.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    (hall, service, slot): (&HallId, Letter, &Slot),
    persons: u16,
    capacity: u16,
) -> Result<bool, Error> {
    const TAKE: &str = "INSERT INTO halls_slot (hall, service, day, minute, taken)
        SELECT $1, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT)
        WHERE CAST($5 AS BIGINT) <= CAST($6 AS BIGINT)
        ON CONFLICT (hall, service, day, minute) DO UPDATE SET taken = halls_slot.taken + excluded.taken
        WHERE halls_slot.taken + excluded.taken <= CAST($6 AS BIGINT)";
    let taken = tx.execute(TAKE, &params![hall, service, slot.day, slot.minute, persons, capacity])?;
    Ok(taken == 1)
}

/// Gives places back.
pub(crate) fn give_back(
    tx: &mut Tx<'_>,
    (hall, service, slot): (&HallId, Letter, &Slot),
    persons: u16,
) -> Result<(), Error> {
    const GIVE: &str = "UPDATE halls_slot SET taken = taken - $5
        WHERE hall = $1 AND service = $2 AND day = $3 AND minute = $4";
    let changed = tx.execute(GIVE, &params![hall, service, slot.day, slot.minute, persons])?;
    if changed == 1 { Ok(()) } else { Err(Error::Corrupt(format!("hall {hall} has no slot to give back"))) }
}

/// Persons booked into one slot.
pub(crate) fn taken(read: &mut dyn Read, (hall, service, slot): (&HallId, Letter, &Slot)) -> Result<u16, Error> {
    const TAKEN: &str = "SELECT taken FROM halls_slot WHERE hall = $1 AND service = $2 AND day = $3 AND minute = $4";
    let found = read.query_one(TAKEN, &params![hall, service, slot.day, slot.minute], |row| row.get(0))?;
    Ok(found.unwrap_or(0))
}

/// Persons booked into the slots from `from` to `to`: day, minute, persons.
pub(crate) fn taken_between(
    read: &mut dyn Read,
    hall: &HallId,
    service: Letter,
    (from, to): (Date, Date),
) -> Result<Vec<(Date, u16, u16)>, Error> {
    const BETWEEN: &str = "SELECT day, minute, taken FROM halls_slot
        WHERE hall = $1 AND service = $2 AND day >= $3 AND day <= $4 ORDER BY day, minute LIMIT 5000";
    read.query(BETWEEN, &params![hall, service, from, to], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}
