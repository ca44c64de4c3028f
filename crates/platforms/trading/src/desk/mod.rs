//! Commands, each inside the caller's transaction: all of it happens, or none.
//!
//! [`Desk::NOW`] is what faces use. A [`Desk`] of another time brings in a lot that ran in another system: the same rules decide, with
//! the instants of then; such a lot says so, and no other lot can be reached by it.

mod now;

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Actor, CreditCode, DepartmentId, Digest, Duty, Fen, PartyId, Timestamp, local_date};
use store::{Db, Error, Failure, Read, Tx};

use crate::draw::{self, Asked, Eligible};
use crate::envelope::{self, LotSecret, OpeningKey, Plain};
use crate::{
    Bid, BidEvent, BidId, BidState, Command, Complaint, ComplaintCommand, ComplaintEvent, ComplaintId, Created,
    Envelope, Expert, ExpertEvent, ExpertId, Facts, FailGround, Lot, LotCode, LotEvent, NewExpert, OpenBid, Plan,
    ProjectId, Refusal, book, query, rules, table,
};

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

/// An envelope that was looked at and stored; nothing of it was opened.
#[derive(Debug, Clone)]
pub struct Prepared {
    lot: LotCode,
    digest: Digest,
    size: u64,
    id: String,
}

/// A bid that both shares opened.
#[derive(Debug, Clone)]
pub struct Unsealed {
    bid: BidId,
    plain: Plain,
    digest: Digest,
}

/// Looks at an envelope and stores it, outside of the transaction. What came too late is refused here and again in it.
pub fn prepare(db: &Db, code: &LotCode, bytes: &[u8]) -> Result<Prepared> {
    let header = envelope::header(bytes, code).map_err(Refusal::Envelope)?;
    let digest = db.files().put(bytes)?;
    Ok(Prepared { lot: *code, digest, size: bytes.len() as u64, id: header.id })
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

    /// The winner's deposit becomes a part of the price, where quotes found the winner.
    fn set_off(self, tx: &mut Tx, lot: Lot, price: Fen, now: Timestamp) -> Result<Lot> {
        let winner = lot.winner().map(|winner| winner.bid).filter(|bid| rules::holds_on(&lot, bid));
        let Some(winner) = winner else { return Ok(lot) };
        let bid = table::bid(tx, &winner)?.ok_or(Refusal::NotFound)?;
        let Some(event) = rules::set_off(&lot, &bid, price, now) else { return Ok(lot) };
        let crate::BidEvent::SetOff { amount, .. } = event else { return Ok(lot) };
        let flow = bid.account.clone();
        happen_bid(tx, &HOUSE, bid, &[event])?;
        happen(tx, &HOUSE, lot, vec![LotEvent::Settled { flow, amount, on: local_date(now) }])
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

    /// A company takes the documents. Twice is once.
    pub fn join(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Bid> {
        let lot = self.lot(tx, actor, code)?;
        if let Some(party) = actor.party()
            && let Some(bid) = table::bid_of(tx, code, &party)?
        {
            return Ok(bid);
        }
        let facts = self.facts(tx, actor, &lot)?;
        let account = format!("BZJ{:012}", tx.number("trading.account")?);
        let event = rules::joined(&lot, account, &facts)?;
        let id = BidId::new(store::fresh_uuid());
        let Some(bid) = rules::replay_bid(id, [&event]) else {
            return Err(Error::Corrupt(format!("bid {id} does not begin")).into());
        };
        table::insert_bid(tx, &bid)?;
        tx.journal(actor, &id.stream(), 1, &[event])?;
        Ok(bid)
    }

    /// An envelope comes.
    pub fn submit(self, tx: &mut Tx, actor: &Actor, prepared: &Prepared) -> Result<Bid> {
        let lot = self.lot(tx, actor, &prepared.lot)?;
        let bid = own_bid(tx, actor, &lot)?;
        table::pass_gate(tx, &lot.code)?;
        let facts = self.facts(tx, actor, &lot)?;
        let envelope =
            Envelope { digest: prepared.digest, size: prepared.size, id: prepared.id.clone(), at: facts.now };
        let events = rules::received(&lot, &bid, envelope, &facts)?;
        happen_bid(tx, actor, bid, &events)
    }

    /// The envelope is taken back.
    pub fn withdraw(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Bid> {
        let lot = self.lot(tx, actor, code)?;
        let bid = own_bid(tx, actor, &lot)?;
        table::pass_gate(tx, code)?;
        let facts = self.facts(tx, actor, &lot)?;
        let events = rules::withdrawn(&lot, &bid, interest(&facts), &facts)?;
        happen_bid(tx, actor, bid, &events)
    }

    /// The bank tells of money on a sub-account.
    pub fn pay(self, tx: &mut Tx, actor: &Actor, account: &str, flow: &str, amount: Fen) -> Result<Bid> {
        let bid = table::bid_of_account(tx, account)?.ok_or(Refusal::NotFound)?;
        let lot = self.lot(tx, &HOUSE, &bid.lot)?;
        let facts = self.facts(tx, actor, &lot)?;
        let events = rules::paid(&bid, flow, amount, &facts)?;
        happen_bid(tx, actor, bid, &events)
    }

    /// Opens the caller's own envelope with the caller's key, outside of a transaction, if the rules let the house use its half now.
    pub fn unseal(self, db: &Db, actor: &Actor, code: &LotCode, key: &OpeningKey) -> Result<Unsealed> {
        let party = actor.party().ok_or(Refusal::NotBidder)?;
        let (bid, digest, sealed) = db.read::<_, Failure<Refusal>>(|read| {
            let lot = self.lot(read, actor, code)?;
            let bid = table::bid_of(read, code, &party)?.ok_or(Refusal::NotBidder)?;
            // Who comes a second time with a bid that is open already is served, and changes nothing.
            if lot.bid(&bid.id).is_none() {
                let now = self.at(read);
                rules::may_unseal(&lot, &bid.id, now)?;
            }
            let digest = bid.envelope().map(|envelope| envelope.digest).ok_or(Refusal::NotBidder)?;
            let (secret, _) = table::key(read, code)?.ok_or_else(|| Error::Key(format!("lot {code} has no key")))?;
            Ok((bid.id, digest, secret))
        })?;
        let text = db.vault().decrypt(SECRET, &kernel::Sealed(sealed))?;
        let secret =
            LotSecret::from_hex(&text).ok_or_else(|| Error::Key(format!("the key of lot {code} is damaged")))?;
        let bytes = db.files().get(&digest)?;
        let plain = envelope::open(&bytes, code, &secret, key).map_err(Refusal::Envelope)?;
        let digest = db.files().put(&plain.file)?;
        Ok(Unsealed { bid, plain: Plain { file: vec![], ..plain }, digest })
    }

    /// A bid that both shares opened comes to light. Twice is once.
    pub fn give_key(self, tx: &mut Tx, actor: &Actor, code: &LotCode, unsealed: &Unsealed) -> Result<Lot> {
        let lot = self.lot(tx, actor, code)?;
        let bid = own_bid(tx, actor, &lot)?;
        if bid.id != unsealed.bid {
            return Err(Refusal::NotFound.into());
        }
        let facts = self.facts(tx, actor, &lot)?;
        let company = company(tx, &bid.party)?;
        let Some(open) = rules::opened(&lot, &bid, &unsealed.plain, unsealed.digest, company, &facts)? else {
            return Ok(lot);
        };
        happen_bid(tx, actor, bid, &[BidEvent::Opened { at: facts.now }])?;
        let mut events = rules::by_time(&lot, facts.now, facts.today);
        events.push(LotEvent::BidOpened(Box::new(open)));
        happen(tx, actor, lot, events)
    }

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

    /// Deposits go back to all who have a right to it; how many. Who gave an award up waits for the tenderer's word.
    pub fn return_deposits(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<usize> {
        let lot = self.lot(tx, actor, code)?;
        if !actor.may(Duty::Trade, &lot.centre) {
            return Err(Refusal::NotCentre.into());
        }
        let facts = self.facts(tx, actor, &lot)?;
        let mut count = 0;
        for bid in table::bids_of_lot(tx, code, BIDS_MOST)? {
            if rules::gave_up(&lot, &bid.id) || rules::holds_on(&lot, &bid.id) {
                continue;
            }
            let back = rules::returned(&lot, &bid, interest(&facts), facts.now);
            match back {
                Ok(Some(event)) => {
                    happen_bid(tx, actor, bid, &[event])?;
                    count += 1;
                }
                Ok(None) | Err(Refusal::NothingHeld) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let is_free = rules::deposits_free(&lot);
        if !is_free && count == 0 {
            return Err(Refusal::NothingHeld.into());
        }
        if is_free && !lot.returned {
            let mut events = rules::by_time(&lot, facts.now, facts.today);
            events.push(LotEvent::DepositsReturned { on: facts.today });
            happen(tx, actor, lot, events)?;
        }
        Ok(count)
    }

    /// The tenderer keeps a deposit.
    pub fn forfeit(self, tx: &mut Tx, actor: &Actor, code: &LotCode, id: &BidId, reason: &str) -> Result<Bid> {
        let lot = self.lot(tx, actor, code)?;
        let bid = table::bid(tx, id)?.filter(|bid| bid.lot == *code && lot.bid(id).is_some());
        let bid = bid.ok_or(Refusal::NotFound)?;
        let facts = self.facts(tx, actor, &lot)?;
        let event = rules::forfeited(&lot, &bid, reason, &facts)?;
        happen_bid(tx, actor, bid, &[event])
    }

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

pub(crate) fn eligible(pool: &[Expert]) -> Vec<Eligible> {
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

/// Name and code of an organisation: both are public.
fn company(read: &mut dyn Read, party: &PartyId) -> Result<(String, CreditCode)> {
    match identity::whole(read, party)? {
        Some(identity::Particulars::Organisation(own)) => Ok((own.name.as_str().to_owned(), own.code)),
        _ => Err(Refusal::NotCompany.into()),
    }
}

fn own_bid(read: &mut dyn Read, actor: &Actor, lot: &Lot) -> Result<Bid> {
    let party = actor.party().ok_or(Refusal::NotBidder)?;
    Ok(table::bid_of(read, &lot.code, &party)?.ok_or(Refusal::NotBidder)?)
}

/// Interest a year on deposits of this lot, in millionths.
fn interest(facts: &Facts) -> u32 {
    if facts.procedure.deposit_interest { book().deposit_interest_per_million } else { 0 }
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

fn envelopes(read: &mut dyn Read, code: &LotCode) -> Result<Vec<BidId>> {
    let bids = table::bids_of_lot(read, code, BIDS_MOST)?;
    let is_there = |bid: &&Bid| matches!(bid.state, BidState::Received { .. });
    Ok(bids.iter().filter(is_there).map(|bid| bid.id).collect())
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

fn shown_panel(tx: &mut Tx, lot: &Lot) -> Result<Option<LotEvent>> {
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

fn happen_bid(tx: &mut Tx, actor: &Actor, mut bid: Bid, events: &[BidEvent]) -> Result<Bid> {
    if events.is_empty() {
        return Ok(bid);
    }
    let version = bid.version;
    events.iter().for_each(|event| rules::apply_bid(&mut bid, event));
    table::save_bid(tx, &bid, version)?;
    tx.journal(actor, &bid.id.stream(), version + 1, events)?;
    Ok(bid)
}
