//! Every command of [`Desk`], carried out now: what faces use.

use kernel::{Actor, Fen};
use store::{Db, Tx};

use super::{Desk, Fresh, Prepared, Result, Unsealed};
use crate::envelope::OpeningKey;
use crate::{Bid, BidId, Command, Complaint, ComplaintCommand, ComplaintId, Lot, LotCode, Plan};

/// [`Desk::plan`], now.
pub fn plan(tx: &mut Tx, actor: &Actor, plan: &Plan) -> Result<Vec<LotCode>> {
    Desk::NOW.plan(tx, actor, plan)
}

/// [`Desk::handle`], now.
pub fn handle(tx: &mut Tx, actor: &Actor, code: &LotCode, command: &Command) -> Result<Lot> {
    Desk::NOW.handle(tx, actor, code, command)
}

/// [`Desk::publish`], now.
pub fn publish(tx: &mut Tx, actor: &Actor, code: &LotCode, fresh: &Fresh) -> Result<Lot> {
    Desk::NOW.publish(tx, actor, code, fresh)
}

/// [`Desk::join`], now.
pub fn join(tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Bid> {
    Desk::NOW.join(tx, actor, code)
}

/// [`Desk::submit`], now.
pub fn submit(tx: &mut Tx, actor: &Actor, prepared: &Prepared) -> Result<Bid> {
    Desk::NOW.submit(tx, actor, prepared)
}

/// [`Desk::withdraw`], now.
pub fn withdraw(tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Bid> {
    Desk::NOW.withdraw(tx, actor, code)
}

/// [`Desk::pay`], now.
pub fn pay(tx: &mut Tx, actor: &Actor, account: &str, flow: &str, amount: Fen) -> Result<Bid> {
    Desk::NOW.pay(tx, actor, account, flow, amount)
}

/// [`Desk::unseal`], now.
pub fn unseal(db: &Db, actor: &Actor, code: &LotCode, key: &OpeningKey) -> Result<Unsealed> {
    Desk::NOW.unseal(db, actor, code, key)
}

/// [`Desk::give_key`], now.
pub fn give_key(tx: &mut Tx, actor: &Actor, code: &LotCode, unsealed: &Unsealed) -> Result<Lot> {
    Desk::NOW.give_key(tx, actor, code, unsealed)
}

/// [`Desk::draw`], now.
pub fn draw_panel(tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Lot> {
    Desk::NOW.draw(tx, actor, code)
}

/// [`Desk::return_deposits`], now.
pub fn return_deposits(tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<usize> {
    Desk::NOW.return_deposits(tx, actor, code)
}

/// [`Desk::forfeit`], now.
pub fn forfeit(tx: &mut Tx, actor: &Actor, code: &LotCode, bid: &BidId, reason: &str) -> Result<Bid> {
    Desk::NOW.forfeit(tx, actor, code, bid, reason)
}

/// [`Desk::complain`], now.
pub fn complain(tx: &mut Tx, actor: &Actor, code: &LotCode, objection: usize, text: &str) -> Result<Complaint> {
    Desk::NOW.complain(tx, actor, code, objection, text)
}

/// [`Desk::handle_complaint`], now.
pub fn handle_complaint(tx: &mut Tx, actor: &Actor, id: &ComplaintId, command: &ComplaintCommand) -> Result<Complaint> {
    Desk::NOW.handle_complaint(tx, actor, id, command)
}
