//! Every window clerk of the demonstration gets a window in the hall of their place.

use super::{DEMO, staff::Member};
use crate::failure::Failed;
use halls::{Hall, HallId, Refusal, Window, desk, query, rulebook, rules::window::Command};
use kernel::StaffId;
use std::collections::BTreeMap;
use store::{Db, Failure, Tx};

/// Gives a free window to every clerk who has none. Clerks of single departments get one that handles what is theirs.
pub fn give(db: &Db, members: &[Member], staff: &[StaffId]) -> Result<(), Failed> {
    let mut clerks: BTreeMap<HallId, Vec<(StaffId, Option<kernel::KindCode>)>> = BTreeMap::new();
    for (member, id) in members.iter().zip(staff).filter(|(member, _)| member.role == "clerk") {
        clerks.entry(HallId(member.region)).or_default().push((*id, member.kind));
    }
    db.write(move |tx| clerks.iter().try_for_each(|(hall, clerks)| in_hall(tx, hall, clerks))).map_err(Failed::refused)
}

fn in_hall(
    tx: &mut Tx<'_>,
    id: &HallId,
    clerks: &[(StaffId, Option<kernel::KindCode>)],
) -> Result<(), Failure<Refusal>> {
    let Some(hall) = query::hall(tx, id)? else { return Ok(()) };
    for (clerk, kind) in clerks {
        let windows = query::windows(tx, &hall)?;
        if windows.iter().any(|window| window.seat == Some(*clerk)) {
            continue;
        }
        let free = windows.iter().filter(|window| window.seat.is_none());
        let Some(window) = free.min_by_key(|window| strangeness(&hall, window, *kind)) else { continue };
        desk::sit(tx, &DEMO, id, window.number, &Command::Seat { clerk: Some(*clerk) })?;
    }
    Ok(())
}

/// How badly a window fits a clerk: not handling what is theirs is worst, handling much else comes next; general clerks want
/// windows that handle everything.
fn strangeness(hall: &Hall, window: &Window, kind: Option<kernel::KindCode>) -> (bool, usize, u16) {
    let services = hall.window(window.number).map(|post| post.services.clone()).unwrap_or_default();
    match kind.and_then(|kind| hall.service_of(rulebook(), kind)) {
        Some(own) => (!services.contains(&own), services.len(), window.number),
        None => (false, usize::MAX - services.len(), window.number),
    }
}
