//! `journal verify`: the events of a lot, a bid, an expert or a complaint, replayed, must give the row that is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{BidEvent, BidId, ComplaintEvent, ComplaintId, ExpertEvent, ExpertId, LotCode, LotEvent, rules, table};

/// Replays what this room keeps.
pub struct TradingReplay;

impl Replay for TradingReplay {
    fn room(&self) -> &'static str {
        LotEvent::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        if let Some(code) = LotCode::of_stream(stream) {
            return lot(read, code, entries);
        }
        let is_right = if let Some(id) = BidId::of_stream(stream) {
            let events = events::<BidEvent>(entries)?;
            let replayed = rules::replay_bid(id, &events);
            let kept = replayed.as_ref().is_none_or(|bid| bid.deposit.held().0 >= 0);
            kept && replayed.is_some() && replayed == table::bid(read, &id)?
        } else if let Some(id) = ComplaintId::of_stream(stream) {
            let events = events::<ComplaintEvent>(entries)?;
            let replayed = rules::replay_complaint(id, &events);
            replayed.is_some() && replayed == table::complaint(read, &id)?
        } else if let Some(id) = ExpertId::of_stream(stream) {
            let last = events::<ExpertEvent>(entries)?.pop();
            let stored = table::expert(read, &id)?;
            match (last, stored) {
                (Some(ExpertEvent::Enrolled { staff, name, employer, specialties }), Some(expert)) => {
                    (expert.staff, expert.name, expert.employer, expert.specialties)
                        == (staff, name, employer, specialties)
                        && expert.version == entries.len() as i64
                }
                _ => false,
            }
        } else {
            return Ok(Some(format!("{stream} is no stream of trading")));
        };
        Ok((!is_right).then(|| "the stored row differs from its events".to_owned()))
    }
}

fn events<E: store::Event>(entries: &[Entry]) -> Result<Vec<E>, Error> {
    entries.iter().map(Entry::event).collect()
}

fn lot(read: &mut dyn Read, code: LotCode, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = events::<LotEvent>(entries)?;
    let Some(replayed) = rules::replay(code, &events) else {
        return Ok(Some("the stream does not begin with a plan".to_owned()));
    };
    if table::lot(read, &code)?.as_ref() != Some(&replayed) {
        return Ok(Some("the stored lot differs from its events".to_owned()));
    }
    let want = (table::stage(&replayed.state).to_owned(), replayed.published, rules::due(&replayed));
    let is_right = table::columns(read, &code)? == Some(want);
    Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
}
