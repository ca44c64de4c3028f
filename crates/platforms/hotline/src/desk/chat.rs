//! A conversation by WeChat: one push in, one reply out, and in the end an order.

use kernel::{Actor, Level, RegionCode, Timestamp};
use organisation::Regions;
use serde::{Deserialize, Serialize};
use store::{Error, Failure, Read, ReadExt as _, Tx};

use super::{Intake, Result, hex, register};
use crate::rules::{Turn, answer};
use crate::{Call, Channel, Chat, OrderNumber, Reply, Said, Step, query, table};

/// Who writes what came by WeChat.
const WECHAT: Actor = Actor::System("wechat");
/// Under which key conversations are sealed, and followers marked.
const DOMAIN: &str = "hotline.chat";
/// A conversation that rests longer begins anew.
const REST_MINUTES: i64 = 30;
/// Replies that are kept in case their push comes again.
const KEPT: usize = 8;
/// Places of one name that are offered.
const PLACES_MOST: usize = 5;

/// What is kept of a follower between two pushes.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    chat: Chat,
    /// Pushes that were answered, with what was said to them, latest last.
    replies: Vec<(String, Reply)>,
}

/// Answers what a follower sent. The same push (`key`) gives the same answer and happens once.
///
/// A refusal of the room is an answer too: whoever writes learns why, and can go on.
pub fn chat(tx: &mut Tx, openid: &str, key: &str, said: &Said) -> Result<Reply> {
    let mark = hex(&tx.vault().blind(DOMAIN, openid));
    let mut kept = load(tx, &mark)?;
    if let Some((_, reply)) = kept.replies.iter().find(|(known, _)| known == key) {
        return Ok(reply.clone());
    }
    let places = match (kept.chat.step, said) {
        (Step::Place, Said::Words(text)) => places(tx, text)?,
        _ => vec![],
    };
    let (after, turn) = answer(&kept.chat, said, &places);
    kept.chat = after;
    let reply = match turn {
        Turn::Say(reply) => reply,
        Turn::Look(number) => look(tx, openid, number)?,
        Turn::Register => match registered(tx, openid, &kept.chat) {
            Ok(reply) => {
                kept.chat = Chat::default();
                reply
            }
            Err(Failure::Refused(refusal)) => Reply::Refused { why: refusal.to_string() },
            Err(broken) => return Err(broken),
        },
    };
    kept.replies.push((key.to_owned(), reply.clone()));
    let old = kept.replies.len().saturating_sub(KEPT);
    kept.replies.drain(..old);
    let body = tx.vault().encrypt(DOMAIN, &serde_json::to_string(&kept).map_err(Error::from)?);
    let now = tx.now();
    table::chat::save(tx, &mark, now, body.as_str())?;
    Ok(reply)
}

fn load(tx: &mut Tx, mark: &str) -> Result<Kept> {
    let Some((at, body)) = table::chat::load(tx, mark)? else { return Ok(Kept::default()) };
    let text = tx.vault().decrypt(DOMAIN, &kernel::Sealed(body))?;
    let mut kept: Kept = serde_json::from_str(&text).map_err(Error::from)?;
    if rested(at, tx.now()) {
        kept.chat = Chat::default();
    }
    Ok(kept)
}

fn rested(at: Timestamp, now: Timestamp) -> bool {
    now.as_second().saturating_sub(at.as_second()) > REST_MINUTES * 60
}

/// The counties that somebody may mean: `玄武区`, `南京玄武`, `玄武`.
fn places(tx: &mut Tx, text: &str) -> Result<Vec<RegionCode>> {
    let regions = tx.cached::<Regions>()?;
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_county = |code: &RegionCode| code.level() == Level::County;
    let exact = regions.find(&text, 20).into_iter().map(|region| region.code).filter(is_county);
    let mut found: Vec<RegionCode> = exact.collect();
    if found.is_empty() {
        // With the city before it.
        let ends = |name: &str| {
            !name.is_empty() && (text.ends_with(name) || text.ends_with(name.trim_end_matches(['区', '县', '市'])))
        };
        found = regions.at(Level::County).filter(|region| ends(&region.name)).map(|region| region.code).collect();
    }
    let is_whole = |code: &RegionCode| regions.get(code).is_some_and(|region| region.name == text);
    if let Some(whole) = found.iter().copied().find(is_whole)
        && found.iter().filter(|code| is_whole(code)).count() == 1
    {
        return Ok(vec![whole]);
    }
    found.truncate(PLACES_MOST);
    Ok(found)
}

fn registered(tx: &mut Tx, openid: &str, chat: &Chat) -> Result<Reply> {
    let (Some(kind), Some(region)) = (chat.kind, chat.region) else { return Ok(Reply::Menu) };
    let order = register(
        tx,
        &WECHAT,
        &Intake {
            kind,
            category: String::new(),
            region,
            channel: Channel::Wechat,
            urgent: false,
            confidential: false,
            name: String::new(),
            phone: chat.phone,
            openid: Some(openid.to_owned()),
            call: Call { text: chat.text.clone(), ..Call::default() },
            source: format!("wechat {openid}"),
            key: String::new(),
        },
    )?;
    Ok(Reply::Registered { number: order.number, is_protected: order.is_protected() })
}

/// Where an order stands, for whoever wrote it from the same account.
fn look(tx: &mut Tx, openid: &str, number: OrderNumber) -> Result<Reply> {
    let Some(order) = table::order::load(tx, &number)? else { return Ok(Reply::NotYours) };
    let own = order.channel == Channel::Wechat && query::contact(tx, &order)?.openid.as_deref() == Some(openid);
    Ok(if own { Reply::Where { number, stage: order.stage() } } else { Reply::NotYours })
}
