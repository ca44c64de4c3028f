//! Commands, each inside the caller's transaction: all of it happens, or none.
//!
//! [`Desk::NOW`] is what faces use. A [`Desk`] of another time brings in a lot that ran in another system: the same rules decide, with
//! the instants of then; such a lot says so, and no other lot can be reached by it.

mod bid;
mod complaint;
mod deposit;
mod now;
mod panel;

use std::collections::BTreeMap;

use kernel::{Actor, CreditCode, DepartmentId, Digest, Fen, PartyId, Timestamp, local_date};
use store::{Error, Failure, Read, Tx};

use crate::draw;
use crate::envelope::LotSecret;
use crate::{
    Bid, BidId, Command, Created, Facts, FailGround, Lot, LotCode, LotEvent, OpenBid, Plan, ProjectId, Refusal, book,
    query, rules, table,
};

use bid::envelopes;
use panel::shown_panel;

pub use bid::{Prepared, Unsealed, prepare};
pub use panel::enroll;
pub(crate) use panel::seat_key;

pub use now::{
    complain, draw_panel, forfeit, give_key, handle, handle_complaint, join, pay, plan, publish, return_deposits,
    submit, unseal, withdraw,
};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The house itself.
const HOUSE: Actor = Actor::System("trading");
/// The panel: who of it says what is sealed until the result.
const PANEL: Actor = Actor::System("panel");
/// Companies of one lot at most.
const BIDS_MOST: usize = 1_000;
/// Experts of the pool at most.
const POOL_MOST: usize = 20_000;
const SECRET: &str = "trading.secret";
const SEED: &str = "trading.seed";
const RESERVE: &str = "trading.reserve";
const SEAT: &str = "trading.seat";
const EXPERT: &str = "trading.expert";
/// What seals the names of a panel.
pub(crate) const SEALED_PANEL: &str = "trading.panel";

/// At which time commands are carried out.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    at: Option<Timestamp>,
}

/// Fresh keys for a publication, made outside of the transaction.
pub struct Fresh {
    secret: LotSecret,
    seed: [u8; 32],
}

impl Fresh {
    /// Makes them.
    pub fn make() -> std::result::Result<Fresh, Error> {
        let secret = LotSecret::fresh().ok_or_else(|| Error::Key("no key for a lot can be made".to_owned()))?;
        Ok(Fresh { secret, seed: store::random_bytes() })
    }
}

impl Desk {
    /// Now.
    pub const NOW: Desk = Desk { at: None };

    /// Then, for lots that are brought in.
    pub fn then(at: Timestamp) -> Desk {
        Desk { at: Some(at) }
    }

    fn at(self, read: &mut dyn Read) -> Timestamp {
        self.at.map_or_else(|| read.now(), |at| at.min(read.now()))
    }

    /// The lot, if this desk may touch it.
    fn lot(self, read: &mut dyn Read, actor: &Actor, code: &LotCode) -> Result<Lot> {
        let lot = query::lot_for(read, actor, code)?;
        if self.at.is_some() && !lot.brought {
            return Err(Refusal::NotHouse.into());
        }
        Ok(lot)
    }

    fn facts<'a>(self, read: &mut dyn Read, actor: &'a Actor, lot: &Lot) -> Result<Facts<'a>> {
        let now = self.at(read);
        let party = actor.party();
        let is_company = match party {
            Some(party) => identity::kind(read, &party)? == Some(identity::PartyKind::Organisation),
            None => false,
        };
        let own = match party {
            Some(party) => table::bid_of(read, &lot.code, &party)?,
            None => None,
        };
        let gave_quotes = |bid: &Bid| lot.quotes.iter().any(|quote| quote.bid == bid.id);
        let has_deposit = |bid: &Bid| {
            lot.notice.as_ref().is_some_and(|notice| bid.deposit.sum_until(notice.deadline) >= notice.deposit)
        };
        Ok(Facts {
            now,
            today: local_date(now),
            calendar: organisation::calendar(read)?,
            procedure: book().procedure(&lot.procedure).ok_or(Refusal::UnknownProcedure)?,
            actor,
            is_company,
            own: own.as_ref().map(|bid| bid.id),
            admitted: own.as_ref().is_some_and(has_deposit),
            is_bidder: own.is_some_and(|bid| bid.envelope().is_some() || gave_quotes(&bid)),
            ended: None,
            reserve: None,
            envelopes: vec![],
            fresh: None,
            seat: None,
        })
    }

    /// Plans a project with its lots, for the organisation that the actor acts for.
    pub fn plan(self, tx: &mut Tx, actor: &Actor, plan: &Plan) -> Result<Vec<LotCode>> {
        const LOTS_MOST: usize = 20;
        let party = actor.party().ok_or(Refusal::NotTenderer)?;
        let (name, credit) = company(tx, &party)?;
        let procedure = book().procedure(&plan.procedure).ok_or(Refusal::UnknownProcedure)?;
        let centre = DepartmentId::new(plan.region, book().centre_kind);
        organisation::department(tx, &centre)?.ok_or(Refusal::NotFound)?;
        if plan.lots.is_empty() || plan.lots.len() > LOTS_MOST {
            return Err(Refusal::Words { pointer: "/lots" }.into());
        }
        let at = self.at(tx);
        let day = local_date(at);
        let project = ProjectId::new(store::fresh_uuid());
        let mut codes = vec![];
        for new in &plan.lots {
            let created = Created {
                project,
                project_name: plan.name.trim().to_owned(),
                name: new.name.trim().to_owned(),
                procedure: procedure.code.clone(),
                centre,
                tenderer: party,
                tenderer_name: name.clone(),
                tenderer_code: credit,
                estimate: new.estimate,
                at,
                brought: self.at.is_some(),
            };
            let event = rules::planned(&created)?;
            let serial = tx.number(&format!("trading.lot.{day}"))?;
            let serial = u32::try_from(serial).unwrap_or(u32::MAX);
            let code = LotCode::new(&procedure.letter, &credit, day, serial)
                .map_err(|error| Error::Corrupt(format!("no code for a lot: {error}")))?;
            table::insert_lot(tx, &rules::begin(code, &created))?;
            tx.journal(actor, &code.stream(), 1, &[event])?;
            codes.push(code);
        }
        Ok(codes)
    }

    /// Carries out `command` on a lot.
    pub fn handle(self, tx: &mut Tx, actor: &Actor, code: &LotCode, command: &Command) -> Result<Lot> {
        let lot = self.lot(tx, actor, code)?;
        let mut facts = self.facts(tx, actor, &lot)?;
        if rules::ending(&lot).is_some_and(|ends| facts.now >= ends) {
            facts.ended = Some(ended(tx, &lot, facts.now)?);
        }
        if let Command::Notify { reserve: Some(amount), .. } = command {
            facts.reserve = Some(tx.vault().encrypt(RESERVE, &amount.0.to_string()));
        }
        if *command == Command::Open {
            table::pass_gate(tx, code)?;
            facts.envelopes = envelopes(tx, code)?;
        }
        if matches!(command, Command::Score { .. }) {
            facts.seat = query::seat(tx, actor, code)?;
        }
        let events = rules::decide(&lot, command, &facts)?;
        let as_panel = matches!(command, Command::Score { .. });
        let lot = happen(tx, if as_panel { &PANEL } else { actor }, lot, events)?;
        if let Command::Sign { amount } = command { self.set_off(tx, lot, *amount, facts.now) } else { Ok(lot) }
    }

    /// Publishes the notice, with fresh keys.
    pub fn publish(self, tx: &mut Tx, actor: &Actor, code: &LotCode, fresh: &Fresh) -> Result<Lot> {
        let lot = self.lot(tx, actor, code)?;
        let mut facts = self.facts(tx, actor, &lot)?;
        let point = fresh.secret.point();
        facts.fresh = Some((point.clone(), draw::commitment(&fresh.seed)));
        let events = rules::decide(&lot, &Command::Publish, &facts)?;
        let vault = tx.vault();
        let secret = vault.encrypt(SECRET, &fresh.secret.to_hex());
        let seed = vault.encrypt(SEED, &hex::encode(fresh.seed));
        table::insert_key(tx, code, &point, secret.as_str(), seed.as_str())?;
        happen(tx, actor, lot, events)
    }
}

/// Name and code of an organisation: both are public.
fn company(read: &mut dyn Read, party: &PartyId) -> Result<(String, CreditCode)> {
    match identity::whole(read, party)? {
        Some(identity::Particulars::Organisation(own)) => Ok((own.name.as_str().to_owned(), own.code)),
        _ => Err(Refusal::NotCompany.into()),
    }
}

/// Those who gave quotes, each with the highest, and the reserve.
fn ended(read: &mut dyn Read, lot: &Lot, now: Timestamp) -> Result<rules::Ended> {
    let mut highest: BTreeMap<BidId, Fen> = BTreeMap::new();
    lot.quotes.iter().for_each(|quote| {
        highest.insert(quote.bid, quote.price);
    });
    let mut bids = vec![];
    if !highest.is_empty() {
        for bid in table::bids_of_lot(read, &lot.code, BIDS_MOST)? {
            let Some(price) = highest.get(&bid.id) else { continue };
            let (name, code) = company(read, &bid.party)?;
            bids.push(OpenBid {
                bid: bid.id,
                party: bid.party,
                name,
                code,
                price: *price,
                days: 0,
                file: String::new(),
                digest: Digest([0; 32]),
                has_deposit: true,
                at: now,
            });
        }
    }
    let sealed = lot.rounds().and_then(|rounds| rounds.reserve.as_ref());
    let reserve = match sealed {
        Some(sealed) => {
            let text = read.vault().decrypt(RESERVE, sealed)?;
            Some(Fen(text.parse().map_err(|_| Error::Key(format!("the reserve of lot {} is damaged", lot.code)))?))
        }
        None => None,
    };
    Ok(rules::Ended { bids, reserve })
}

/// Saves what happened to a lot and tells it. With the result the panel is shown.
fn happen(tx: &mut Tx, actor: &Actor, mut lot: Lot, mut events: Vec<LotEvent>) -> Result<Lot> {
    if events.is_empty() {
        return Ok(lot);
    }
    let version = lot.version;
    events.iter().for_each(|event| rules::apply(&mut lot, event));
    let is_result = events.iter().any(|event| {
        matches!(event, LotEvent::Awarded { .. })
            || matches!(event, LotEvent::Failed { ground: FailGround::AllRejected | FailGround::Void, .. })
    });
    if is_result
        && lot.experts.is_empty()
        && let Some(shown) = shown_panel(tx, &lot)?
    {
        rules::apply(&mut lot, &shown);
        events.push(shown);
    }
    table::save_lot(tx, &lot, version)?;
    tx.journal(actor, &lot.code.stream(), version + 1, &events)?;
    Ok(lot)
}
