//! The panel: the pool, the draw, and who sat once that may be known.

use std::collections::BTreeSet;

use kernel::{Actor, CreditCode, Digest, Duty};
use store::{Error, Read, Tx};

use super::{Desk, EXPERT, POOL_MOST, Result, SEALED_PANEL, SEAT, SEED, happen};
use crate::draw::{self, Asked, Eligible};
use crate::{Expert, ExpertEvent, ExpertId, Lot, LotCode, LotEvent, NewExpert, Refusal, rules, table};

impl Desk {
    /// Draws the experts: once, reproducibly, and sealed.
    pub fn draw(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Lot> {
        let lot = self.lot(tx, actor, code)?;
        let facts = self.facts(tx, actor, &lot)?;
        // Who may not draw, or not now, hears that before anything is reckoned.
        let nobody = kernel::Sealed(String::new());
        rules::drawn(&lot, nobody, Digest([0; 32]), &facts)?;
        let pool = eligible(&table::pool(tx, POOL_MOST)?);
        let asked = asked(&lot);
        let (_, sealed_seed) = table::key(tx, code)?.ok_or_else(|| Error::Key(format!("lot {code} has no seed")))?;
        let vault = tx.vault();
        let seed = draw::seed(&vault.decrypt(SEED, &kernel::Sealed(sealed_seed))?)
            .ok_or_else(|| Error::Key(format!("the seed of lot {code} is damaged")))?;
        let drawn = draw::draw(&seed, &pool, &asked)
            .map_err(|few| Refusal::TooFewExperts { found: few.found, need: asked.seats })?;
        let sealed = vault.encrypt(SEALED_PANEL, &serde_json::to_string(&drawn).map_err(Error::from)?);
        let event = rules::drawn(&lot, sealed, draw::pool_digest(&pool), &facts)?;
        let from = serde_json::to_string(&(&pool, &asked)).map_err(Error::from)?;
        let blind: Vec<String> = drawn.iter().map(|id| seat_key(tx, id)).collect();
        table::insert_draw(tx, code, &from, &blind, facts.now)?;
        happen(tx, actor, lot, vec![event])
    }
}

/// Enters experts into the pool, or anew; how many. For the house, the centre, and who administers.
pub fn enroll(tx: &mut Tx, actor: &Actor, experts: &[NewExpert]) -> Result<usize> {
    if !actor.holds(Duty::Administer) && !actor.holds(Duty::Trade) {
        return Err(Refusal::NotCentre.into());
    }
    let vault = tx.vault();
    let mut count = 0;
    for new in experts {
        let known = table::expert_of(tx, &new.staff)?;
        if known.as_ref().is_some_and(|one| one.employer == new.employer && one.specialties == new.specialties) {
            continue;
        }
        let (id, version) = known.map_or_else(|| (ExpertId::new(store::fresh_uuid()), 0), |one| (one.id, one.version));
        let name = vault.encrypt(EXPERT, &new.name);
        let expert = Expert {
            id,
            version: version + 1,
            staff: new.staff,
            name: name.clone(),
            employer: new.employer,
            specialties: new.specialties.clone(),
        };
        table::save_expert(tx, &expert)?;
        let event = ExpertEvent::Enrolled {
            staff: new.staff,
            name,
            employer: new.employer,
            specialties: new.specialties.clone(),
        };
        tx.journal(actor, &id.stream(), version + 1, &[event])?;
        count += 1;
    }
    Ok(count)
}

/// What stands for an expert in the table of seats.
pub(crate) fn seat_key(read: &mut dyn Read, id: &ExpertId) -> String {
    hex::encode(read.vault().blind(SEAT, &id.to_string()))
}

fn eligible(pool: &[Expert]) -> Vec<Eligible> {
    let one = |expert: &Expert| Eligible {
        id: expert.id,
        employer: expert.employer,
        specialties: expert.specialties.clone(),
    };
    pool.iter().map(one).collect()
}

/// Whom this draw wants, and whom not.
fn asked(lot: &Lot) -> Asked {
    let mut avoid: BTreeSet<CreditCode> = lot.bids.iter().map(|bid| bid.code).collect();
    avoid.insert(lot.tenderer_code);
    Asked {
        specialty: lot.notice.as_ref().map_or_else(String::new, |notice| notice.specialty.clone()),
        seats: lot.notice.as_ref().map_or(0, |notice| notice.seats),
        avoid,
        bids: lot.bids.iter().map(|bid| bid.digest).collect(),
    }
}

pub(super) fn shown_panel(tx: &mut Tx, lot: &Lot) -> Result<Option<LotEvent>> {
    let Some(panel) = &lot.panel else { return Ok(None) };
    let Some((_, seed)) = table::key(tx, &lot.code)? else { return Ok(None) };
    let vault = tx.vault();
    let ids: Vec<ExpertId> = serde_json::from_str(&vault.decrypt(SEALED_PANEL, &panel.sealed)?).map_err(Error::from)?;
    let mut experts = vec![];
    for id in &ids {
        experts.push(match table::expert(tx, id)? {
            Some(expert) => vault.decrypt(EXPERT, &expert.name)?,
            None => id.to_string(),
        });
    }
    let seed = vault.decrypt(SEED, &kernel::Sealed(seed))?;
    Ok(Some(LotEvent::PanelShown { seed, experts }))
}
