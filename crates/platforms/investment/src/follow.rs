//! What casework reports: each case's steps go to its project.

use std::collections::BTreeMap;

use casework::{Event as Case, Stance};
use kernel::{CaseNumber, Date, ProjectCode, local_date};
use store::{Db, Effectuation, Entry, Error, Follower};

use crate::{Move, desk, table};

/// Follows casework.
pub struct Follow;

impl Follower for Follow {
    fn name(&self) -> &'static str {
        "investment.follow"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &["casework"]
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let mut known: BTreeMap<CaseNumber, Option<ProjectCode>> = BTreeMap::new();
        let mut moves: BTreeMap<ProjectCode, Vec<(CaseNumber, Move, Date)>> = BTreeMap::new();
        for entry in entries {
            let Some(number) = casework::case_of(&entry.stream).filter(|_| is_move(&entry.kind)) else { continue };
            let code = match known.get(&number) {
                Some(code) => *code,
                None => db.read(|read| table::linked(read, &number))?,
            };
            known.insert(number, code);
            if let (Some(code), Some((to, on))) = (code, read(entry)?) {
                moves.entry(code).or_default().push((number, to, on));
            }
        }
        Ok(Box::new(move |tx| moves.iter().try_for_each(|(code, moves)| desk::observe(tx, code, moves))))
    }
}

/// Whether an entry can move a case. Most of the journal can be passed over by its kind alone.
fn is_move(kind: &str) -> bool {
    !matches!(
        kind,
        "casework.submitted"
            | "casework.served"
            | "casework.prepared"
            | "casework.closed"
            | "casework.extended"
            | "casework.way-chosen"
            | "casework.lookup-locked"
    )
}

/// The move that an entry tells of, and its day.
fn read(entry: &Entry) -> Result<Option<(Move, Date)>, Error> {
    let today = local_date(entry.at);
    Ok(match entry.event::<Case>()? {
        Case::Accepted { on, .. } => Some((Move::Accepted { since: on }, on)),
        Case::DeemedAccepted { since, .. } => Some((Move::Accepted { since }, today)),
        Case::CorrectionRequested { on, .. } => Some((Move::Correcting, on)),
        Case::Resubmitted { received, .. } => Some((Move::Resubmitted, received)),
        Case::Reviewed { stance, opinion, on, .. } => {
            Some((Move::Reviewed { against: stance == Stance::Against, opinion }, on))
        }
        Case::Suspended { on, .. } => Some((Move::Suspended, on)),
        Case::Resumed { on, .. } => Some((Move::Resumed, on)),
        Case::Granted { on, .. } => Some((Move::Granted, on)),
        Case::Denied { on, .. } => Some((Move::Denied, on)),
        Case::Declined { on, .. } => Some((Move::Declined, on)),
        Case::Returned { on } => Some((Move::Returned, on)),
        Case::Withdrawn { .. } => Some((Move::Withdrawn, today)),
        Case::Submitted(_)
        | Case::Extended { .. }
        | Case::Served { .. }
        | Case::Prepared { .. }
        | Case::WayChosen { .. }
        | Case::Closed { .. }
        | Case::LookupLocked { .. } => None,
    })
}
