//! One-time codes by SMS.

use kernel::{AccountId, Actor, PartyId, local_date};
use store::{Effect, Failure, Read, ReadExt, Tx};
use subtle::ConstantTimeEq as _;

use super::Result;
use crate::model::CodeId;
use crate::routing::Routing;
use crate::rules::code::{self as rules, Before, Code, Limits, Purpose};
use crate::sms::Payload;
use crate::tell::CHANNEL;
use crate::{Event, Refusal, table};

/// The journal's name for what happens before somebody is known.
const DOOR: Actor = Actor::System("door");
/// The notice with the words of the SMS.
const NOTICE: &str = "sign-in-code";

/// Sends a code to the number that `party`, the holder of `account`, left. `address` is where it was asked from; `rate` is
/// how fast the house's clock runs.
///
/// # Errors
/// [`Refusal::NoNumber`], [`Refusal::CodeTooSoon`], [`Refusal::CodesEnough`].
pub fn send_code(
    tx: &mut Tx,
    account: AccountId,
    party: PartyId,
    purpose: Purpose,
    address: &str,
    rate: u32,
) -> Result<CodeId> {
    let limits = tx.cached::<Routing>()?.codes.at_rate(rate);
    let (now, vault) = (tx.now(), tx.vault());
    let today = local_date(now);
    let phone = identity::whole(tx, &party)?.and_then(|whole| whole.phone().copied()).ok_or(Refusal::NoNumber)?;
    let by_number = vault.blind("messages.code.number", &phone.to_string());
    let by_address = vault.blind("messages.code.address", address);
    let before = Before {
        now,
        last: table::code::last(tx, &account)?,
        number: table::code::count(tx, &by_number, today)?,
        address: table::code::count(tx, &by_address, today)?,
    };
    rules::may_send(&before, &limits)?;
    table::code::add(tx, &by_number, today)?;
    table::code::add(tx, &by_address, today)?;

    let id = CodeId::new(store::fresh_uuid());
    let digits = format!("{:06}", u64::from_be_bytes(store::random_bytes()) % 1_000_000);
    let span = std::time::Duration::from_secs(u64::from(limits.valid_minutes) * 60);
    let code = Code {
        id,
        account,
        purpose: purpose.name().to_owned(),
        sent: now,
        ends: now.saturating_add(span).unwrap_or(kernel::Timestamp::MAX),
        tries: 0,
        used: false,
        version: 1,
    };
    table::code::insert(tx, &code, &vault.blind("messages.code", &format!("{id} {digits}")))?;
    let minutes = (limits.valid_minutes / rate.max(1)).to_string();
    let fields = [("code".to_owned(), digits), ("minutes".to_owned(), minutes)].into_iter().collect();
    let payload = Payload { to: Some(phone), notice: NOTICE.to_owned(), text: None, fields };
    let body = tx.seal(&party, &serde_json::to_string(&payload).map_err(store::Error::from)?)?;
    let (channel, key) = (CHANNEL.to_owned(), id.to_string());
    tx.outbox(&Effect { channel, key, party: Some(party), body: body.0 })?;
    let event = Event::CodeSent { account, purpose: purpose.name().to_owned() };
    tx.journal(&DOOR, &stream(&id), 1, &[event])?;
    Ok(id)
}

/// Whether these are the digits that were sent; whose account they open. A miss is kept and then refused, so the refusal
/// comes inside.
///
/// # Errors
/// When the database fails.
pub fn check_code(
    tx: &mut Tx,
    id: &CodeId,
    digits: &str,
    purpose: Purpose,
    rate: u32,
) -> std::result::Result<std::result::Result<AccountId, Refusal>, Failure<Refusal>> {
    let limits: Limits = tx.cached::<Routing>()?.codes.at_rate(rate);
    let Some((mut code, digest)) = table::code::load(tx, id)? else { return Ok(Err(Refusal::CodeOver)) };
    let given: String = digits.chars().filter(char::is_ascii_digit).take(7).collect();
    let given = tx.vault().blind("messages.code", &format!("{id} {given}"));
    let right = bool::from(given.as_slice().ct_eq(&digest));
    let (event, refusal) = match rules::decide(&code, purpose, right, tx.now(), &limits) {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let before = code.version;
    rules::apply(&mut code, &event);
    table::code::save(tx, &code, before)?;
    tx.journal(&DOOR, &stream(id), code.version, &[event])?;
    Ok(refusal.map_or(Ok(code.account), Err))
}

fn stream(id: &CodeId) -> String {
    format!("code:{id}")
}
