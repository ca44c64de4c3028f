//! Complaints to the supervision department, and what they mean for the lot.

use kernel::Actor;
use store::{Error, Tx};

use super::{BIDS_MOST, Desk, HOUSE, Result, happen};
use crate::{
    Complaint, ComplaintCommand, ComplaintEvent, ComplaintId, FailGround, LotCode, LotEvent, query, rules, table,
};

impl Desk {
    /// A company complains.
    pub fn complain(
        self,
        tx: &mut Tx,
        actor: &Actor,
        code: &LotCode,
        objection: usize,
        text: &str,
    ) -> Result<Complaint> {
        let lot = self.lot(tx, actor, code)?;
        let facts = self.facts(tx, actor, &lot)?;
        let event = rules::complained(&lot, objection, text, &facts)?;
        let id = ComplaintId::new(store::fresh_uuid());
        let Some(complaint) = rules::replay_complaint(id, [&event]) else {
            return Err(Error::Corrupt(format!("complaint {id} does not begin")).into());
        };
        table::insert_complaint(tx, &complaint, facts.now)?;
        tx.journal(actor, &id.stream(), 1, &[event])?;
        Ok(complaint)
    }

    /// Carries out `command` on a complaint; what it means for the lot happens with it.
    pub fn handle_complaint(
        self,
        tx: &mut Tx,
        actor: &Actor,
        id: &ComplaintId,
        command: &ComplaintCommand,
    ) -> Result<Complaint> {
        let mut complaint = query::complaint_for(tx, actor, id)?;
        let lot = self.lot(tx, &HOUSE, &complaint.lot)?;
        let facts = self.facts(tx, actor, &lot)?;
        let events = rules::decide_complaint(&complaint, command, &facts)?;
        if events.is_empty() {
            return Ok(complaint);
        }
        let (version, suspended) = (complaint.version, complaint.suspends);
        events.iter().for_each(|event| rules::apply_complaint(&mut complaint, event));
        table::save_complaint(tx, &complaint, version)?;
        tx.journal(actor, &id.stream(), version + 1, &events)?;
        let mut told = vec![];
        if complaint.suspends != suspended {
            let others = table::complaints_of_lot(tx, &lot.code, BIDS_MOST)?;
            let still = others.iter().any(|other| other.suspends);
            if still != lot.suspended {
                told.push(LotEvent::Suspended { suspended: still });
            }
        }
        let upheld = events.iter().any(|event| matches!(event, ComplaintEvent::Decided { upheld: true, .. }));
        if upheld && !matches!(lot.state, crate::LotState::Failed { .. }) {
            told.push(LotEvent::Failed { ground: FailGround::Void, on: facts.today });
        }
        happen(tx, actor, lot, told)?;
        Ok(complaint)
    }
}
