//! Bills, and the money that came in and went back.

use std::collections::BTreeMap;

use kernel::Fen;
use payment::Event;
use store::{Entry, Error};

use super::{Common, Source, Thread};
use crate::model::Fact;

pub(super) const SOURCE: Source =
    Source { room: "payment", kinds: &["payment.opened", "payment.paid", "payment.refunded"], see };

/// What is remembered of a bill.
#[derive(Debug)]
pub struct Bill {
    common: Common,
    refunds: BTreeMap<String, Fen>,
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    let is_looked_at = SOURCE.kinds.contains(&&*entry.kind) || entry.kind == "payment.refund-asked";
    if payment::bill_of(&entry.stream).is_none() || !is_looked_at {
        return Ok(());
    }
    let event = entry.event()?;
    if let Event::Opened(new) = &event {
        let common = Common::of(new.department, None, "");
        facts.extend(common.fact("bills", entry.at, 0));
        *thread = Thread::Bill(Bill { common, refunds: BTreeMap::new() });
        return Ok(());
    }
    let Thread::Bill(bill) = thread else { return Ok(()) };
    match event {
        Event::Paid { payment } => {
            bill.common.way = payment.channel.name().to_owned();
            facts.extend(bill.common.fact("paid", entry.at, payment.amount.0));
        }
        Event::RefundAsked { refund } => {
            bill.refunds.insert(refund.no, refund.amount);
        }
        Event::Refunded { no, .. } => {
            let amount = bill.refunds.get(&no).copied().unwrap_or_default();
            facts.extend(bill.common.fact("refunded", entry.at, amount.0));
        }
        _ => {}
    }
    Ok(())
}
