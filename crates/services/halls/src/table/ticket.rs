//! Queues and tickets.

use kernel::{BasicCode, Date, PartyId, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::rules::ticket::due;
use crate::{HallId, Lane, Letter, Ticket, TicketId};

/// The next number of a queue, from 1 each day. The row is taken, so that numbers and drawing agree in their order.
pub(crate) fn draw(tx: &mut Tx<'_>, hall: &HallId, day: Date, service: Letter) -> Result<u32, Error> {
    const DRAW: &str = "INSERT INTO halls_queue (hall, day, service, drawn, calls) VALUES ($1, $2, $3, 1, 0)
        ON CONFLICT (hall, day, service) DO UPDATE SET drawn = halls_queue.drawn + 1 RETURNING drawn";
    let drawn = tx.query_one(DRAW, &params![hall, day, service], |row| row.get(0))?;
    drawn.ok_or_else(|| Error::Corrupt("halls_queue gave no number".to_owned()))
}

/// Takes the queue for a call: two windows that call at once do so one after the other.
pub(crate) fn begin_call(tx: &mut Tx<'_>, hall: &HallId, day: Date, service: Letter) -> Result<(), Error> {
    const CALL: &str = "INSERT INTO halls_queue (hall, day, service, drawn, calls) VALUES ($1, $2, $3, 0, 1)
        ON CONFLICT (hall, day, service) DO UPDATE SET calls = halls_queue.calls + 1";
    tx.execute(CALL, &params![hall, day, service]).map(drop)
}

pub(crate) fn insert(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO halls_ticket
        (id, version, hall, day, service, is_now, lane, turn, serial, at_window, party, item, at, called, served, due, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let body = serde_json::to_string(ticket)?;
    let Ticket { id, version, hall, day, service, lane, turn, number, party, item, at, called, served, state, .. } =
        ticket;
    tx.execute(
        INSERT,
        &params![
            id,
            version,
            hall,
            day,
            service,
            state.name(),
            lane.name(),
            turn,
            number.serial,
            state.window(),
            party,
            item,
            at,
            called,
            served,
            due(ticket),
            body
        ],
    )
    .map(drop)
}

/// Saves a ticket that was at `version` when it was loaded.
pub(crate) fn save(tx: &mut Tx<'_>, ticket: &Ticket, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE halls_ticket SET version = $1, service = $2, is_now = $3, turn = $4, at_window = $5,
        called = $6, served = $7, due = $8, party = $9, body = $10 WHERE id = $11 AND version = $12";
    let body = serde_json::to_string(ticket)?;
    let Ticket { id, service, turn, called, served, party, state, .. } = ticket;
    let (is_now, window, due) = (state.name(), state.window(), due(ticket));
    let params = params![ticket.version, service, is_now, turn, window, called, served, due, party, body, id, version];
    if tx.execute(UPDATE, &params)? == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &TicketId) -> Result<Option<Ticket>, Error> {
    const SELECT: &str = "SELECT body FROM halls_ticket WHERE id = $1";
    read.query_one(SELECT, &params![id], from_row)
}

/// Whether the columns by which queues find the ticket say what it says itself.
pub(crate) fn is_listed_right(read: &mut dyn Read, ticket: &Ticket) -> Result<bool, Error> {
    const SELECT: &str = "SELECT hall, day, service, is_now, lane, turn, at_window, called, served, due, party
        FROM halls_ticket WHERE id = $1";
    let found = read.query_one(SELECT, &params![ticket.id], |row| {
        let place: (HallId, Date, Letter) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let stands: (String, String, Timestamp, Option<u16>) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        let times: (Option<Timestamp>, u32, Option<Timestamp>) = (row.get(7)?, row.get(8)?, row.get(9)?);
        Ok((place, stands, times, row.get::<Option<PartyId>>(10)?))
    })?;
    let Ticket { hall, day, service, lane, turn, called, served, party, state, .. } = ticket;
    let stands = (state.name().to_owned(), lane.name().to_owned(), *turn, state.window());
    Ok(found == Some(((*hall, *day, *service), stands, (*called, *served, due(ticket)), *party)))
}

/// The tickets of one hall and day in one state, the earliest turn first.
pub(crate) fn in_state(
    read: &mut dyn Read,
    hall: &HallId,
    day: Date,
    is_now: &str,
    limit: usize,
) -> Result<Vec<Ticket>, Error> {
    const SELECT: &str = "SELECT body FROM halls_ticket WHERE hall = $1 AND day = $2 AND is_now = $3
        ORDER BY turn, serial LIMIT $4";
    read.query(SELECT, &params![hall, day, is_now, limit], from_row)
}

/// Those who wait for one service, the earliest turn first.
pub(crate) fn waiting(
    read: &mut dyn Read,
    hall: &HallId,
    day: Date,
    service: Letter,
    limit: usize,
) -> Result<Vec<Ticket>, Error> {
    const SELECT: &str = "SELECT body FROM halls_ticket
        WHERE hall = $1 AND day = $2 AND is_now = 'waiting' AND service = $3 ORDER BY turn, serial LIMIT $4";
    read.query(SELECT, &params![hall, day, service, limit], from_row)
}

/// How many tickets of one hall and day stand in each state, by service.
pub(crate) fn count(read: &mut dyn Read, hall: &HallId, day: Date) -> Result<Vec<(Letter, String, u32)>, Error> {
    const COUNT: &str = "SELECT service, is_now, COUNT(*) FROM halls_ticket WHERE hall = $1 AND day = $2
        GROUP BY service, is_now ORDER BY service, is_now LIMIT 300";
    read.query(COUNT, &params![hall, day], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The lanes of the latest calls of a service, the latest first.
pub(crate) fn recent(
    read: &mut dyn Read,
    hall: &HallId,
    day: Date,
    service: Letter,
    limit: usize,
) -> Result<Vec<Lane>, Error> {
    const SELECT: &str = "SELECT lane FROM halls_ticket
        WHERE hall = $1 AND day = $2 AND service = $3 AND called IS NOT NULL ORDER BY called DESC LIMIT $4";
    read.query(SELECT, &params![hall, day, service, limit], |row| row.parse(0))
}

/// The latest service times of one service on one day, in seconds.
pub(crate) fn times_of_day(
    read: &mut dyn Read,
    hall: &HallId,
    day: Date,
    service: Letter,
    limit: usize,
) -> Result<Vec<u32>, Error> {
    const SELECT: &str = "SELECT served FROM halls_ticket
        WHERE hall = $1 AND day = $2 AND service = $3 AND called IS NOT NULL AND is_now = 'done' AND served > 0
        ORDER BY called DESC LIMIT $4";
    read.query(SELECT, &params![hall, day, service, limit], |row| row.get(0))
}

/// The latest service times of one item in one hall, in seconds.
pub(crate) fn times_of_item(
    read: &mut dyn Read,
    hall: &HallId,
    item: &BasicCode,
    limit: usize,
) -> Result<Vec<u32>, Error> {
    const SELECT: &str = "SELECT served FROM halls_ticket
        WHERE hall = $1 AND item = $2 AND item IS NOT NULL AND called IS NOT NULL AND is_now = 'done' AND served > 0
        ORDER BY called DESC LIMIT $3";
    read.query(SELECT, &params![hall, item, limit], |row| row.get(0))
}

/// The tickets that are at one window now: called to it or held by it.
pub(crate) fn at_window(read: &mut dyn Read, hall: &HallId, day: Date, window: u16) -> Result<Vec<Ticket>, Error> {
    const SELECT: &str = "SELECT body FROM halls_ticket
        WHERE hall = $1 AND day = $2 AND is_now IN ('called', 'held') AND at_window = $3 ORDER BY turn, serial LIMIT 50";
    read.query(SELECT, &params![hall, day, window], from_row)
}

/// Open tickets of one party on one day.
pub(crate) fn open_of(read: &mut dyn Read, party: &PartyId, day: Date) -> Result<Vec<Ticket>, Error> {
    const SELECT: &str = "SELECT body FROM halls_ticket WHERE party = $1 AND party IS NOT NULL AND day = $2
        AND is_now IN ('waiting', 'called', 'held', 'missed') ORDER BY at DESC, id DESC LIMIT 20";
    read.query(SELECT, &params![party, day], from_row)
}

/// The tickets of one party, latest first, before `before`.
pub(crate) fn of(
    read: &mut dyn Read,
    party: &PartyId,
    before: Option<(Timestamp, TicketId)>,
    limit: usize,
) -> Result<Vec<Ticket>, Error> {
    const LATEST: &str = "SELECT body FROM halls_ticket WHERE party = $1 AND party IS NOT NULL
        ORDER BY at DESC, id DESC LIMIT $2";
    const BEFORE: &str = "SELECT body FROM halls_ticket WHERE party = $1 AND party IS NOT NULL AND (at, id) < ($2, $3)
        ORDER BY at DESC, id DESC LIMIT $4";
    match before {
        None => read.query(LATEST, &params![party, limit], from_row),
        Some((at, id)) => read.query(BEFORE, &params![party, at, id, limit], from_row),
    }
}

/// Tickets whose day is over.
pub(crate) fn due_now(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<TicketId>, Error> {
    const DUE: &str = "SELECT id FROM halls_ticket WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.parse(0))
}

fn from_row(row: &dyn Row) -> Result<Ticket, Error> {
    row.json(0)
}
