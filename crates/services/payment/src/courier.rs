//! The courier to a channel: carries the outbox' errands to the [`Gateway`] and brings back what it says.
//!
//! Nothing here decides. What a channel answers goes through the same commands as its notices, so that it does not matter which of
//! them comes first, or twice, or never.

use std::{sync::Arc, time::Duration};

use kernel::{Date, Fen, Sealed, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Db, Error, Failure, Message, SendError, Sender};

use crate::gateway::{OrderAsk, OrderState, RefundAsk, RefundNow, Trouble};
use crate::{
    Channel, Command, Gateway, RefundOutcome, Refusal, State, Told, Way, account, desk, reference_bill, table,
};

/// How long an order stays open and the bill locked to it.
pub const ORDER_LASTS: Duration = Duration::from_secs(30 * 60);

/// When a channel that says nothing is asked, in seconds after the last time; the last one again and again.
pub(crate) const LOOKS: [i64; 7] = [15, 30, 60, 120, 300, 600, 3_600];

/// The first look at a fresh order: an hour of the house's clock has as many seconds as the lock is long by it.
pub(crate) fn first_look(now: Timestamp, lasts: Duration) -> Timestamp {
    let pace = (lasts.as_secs() / ORDER_LASTS.as_secs()).max(1);
    desk::later(now, LOOKS[0], u32::try_from(pace).unwrap_or(u32::MAX))
}

/// Something to be done at a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "errand")]
pub enum Errand {
    /// Place an order.
    Order {
        /// Our number.
        order: String,
        /// What the payer reads.
        title: String,
        /// How much.
        amount: Fen,
        /// How it is paid.
        way: Way,
        /// The payer's address on the network, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<Sealed>,
    },
    /// Ask what became of an order.
    Query {
        /// Our number.
        order: String,
    },
    /// Close an order.
    Close {
        /// Our number.
        order: String,
    },
    /// Give money back.
    Refund {
        /// Our number.
        no: String,
        /// The order it goes back from.
        order: String,
        /// How much.
        amount: Fen,
        /// What came by the order.
        total: Fen,
        /// Why.
        reason: String,
    },
    /// Ask what became of a refund.
    QueryRefund {
        /// Our number.
        no: String,
    },
    /// Fetch the account of a day and compare it.
    Account {
        /// The day.
        day: Date,
    },
}

/// The outbox' name for a channel.
pub fn outbox(channel: Channel) -> &'static str {
    match channel {
        Channel::Wechat => "payment.wechat",
        Channel::Counter => "payment.counter",
    }
}

/// Carries errands to one channel.
pub struct Courier {
    db: Db,
    gateway: Arc<dyn Gateway>,
}

impl Courier {
    /// A courier for this channel.
    pub fn new(db: Db, gateway: Arc<dyn Gateway>) -> Courier {
        Courier { db, gateway }
    }

    fn run(&self, errand: Errand) -> Result<(), SendError> {
        match errand {
            Errand::Order { order, title, amount, way, client } => {
                let ask = OrderAsk { no: order, title, amount, way, lasts: ORDER_LASTS, client: None };
                self.order(ask, client.as_ref())
            }
            Errand::Query { order } => {
                let state = self.gateway.query(&order).map_err(passing)?;
                self.ended(order, state)
            }
            Errand::Close { order } => {
                let state = self.gateway.close(&order).map_err(passing)?;
                self.ended(order, state)
            }
            Errand::Refund { no, order, amount, total, reason } => {
                match self.gateway.refund(&RefundAsk { no: no.clone(), order, amount, total, reason }) {
                    Ok(now) => self.refund(no, now),
                    Err(trouble) if trouble.passes => Err(passing(trouble)),
                    // Refused for good: a person must look.
                    Err(trouble) => self.refund(no, RefundNow::Ended(RefundOutcome::Failed { reason: trouble.reason })),
                }
            }
            Errand::QueryRefund { no } => {
                let now = self.gateway.query_refund(&no).map_err(passing)?;
                self.refund(no, now)
            }
            Errand::Account { day } => {
                let lines = self.gateway.statement(day).map_err(passing)?;
                let compared = account::compare_lines(&self.db, self.gateway.channel(), day, lines);
                compared.map(drop).map_err(said)
            }
        }
    }

    /// Places an order that is still wanted.
    fn order(&self, mut ask: OrderAsk, client: Option<&Sealed>) -> Result<(), SendError> {
        let no = ask.no.clone();
        let bill = reference_bill(&no);
        let bill = self.db.read::<_, Error>(|read| bill.map_or(Ok(None), |code| table::bill::load(read, &code)));
        let bill = bill.map_err(|error| SendError { reason: error.to_string(), retry: true })?;
        let wanted = bill.filter(|bill| matches!(&bill.state, State::Paying { order, .. } if *order == no));
        let Some(bill) = wanted else { return Ok(()) };
        if self.gateway.is_simulator() {
            ask.title = format!("（模拟）{}", ask.title);
        }
        // Of a payer who was erased meanwhile nobody knows the address any more.
        ask.client = client.and_then(|sealed| self.db.unseal(&bill.payer, sealed).ok());
        match self.gateway.order(&ask) {
            Ok(link) => self.command(no.clone(), Command::Place { order: no, link }),
            Err(trouble) if trouble.passes => Err(passing(trouble)),
            Err(trouble) => {
                tracing::warn!(order = no, reason = trouble.reason, "the channel refused an order");
                // It may have taken the order earlier and refuse it now because it is paid.
                let state = self.gateway.query(&no).map_err(passing)?;
                self.ended(no, state)
            }
        }
    }

    /// What the channel says of an order goes into the books.
    fn ended(&self, order: String, state: OrderState) -> Result<(), SendError> {
        match state {
            OrderState::Open => Ok(()),
            OrderState::Closed => self.command(order.clone(), Command::Release { order }),
            OrderState::Paid(charge) => {
                self.db.write(move |tx| desk::told(tx, &Told::Charge(charge.clone()))).map_err(said)
            }
        }
    }

    fn refund(&self, no: String, now: RefundNow) -> Result<(), SendError> {
        match now {
            // Unknown: the errand that asks for it is still under way, or waits parked for an operator.
            RefundNow::Underway | RefundNow::Unknown => Ok(()),
            RefundNow::Ended(outcome) => {
                let told = Told::Refund { no, outcome };
                self.db.write(move |tx| desk::told(tx, &told)).map_err(said)
            }
        }
    }

    fn command(&self, own_no: String, command: Command) -> Result<(), SendError> {
        self.db.write(move |tx| desk::by_house(tx, &own_no, &command)).map_err(said)
    }
}

fn passing(trouble: Trouble) -> SendError {
    SendError { reason: trouble.reason, retry: trouble.passes }
}

fn said(failure: Failure<Refusal>) -> SendError {
    let retry = matches!(failure, Failure::Broken(_));
    SendError { reason: failure.to_string(), retry }
}

impl Sender for Courier {
    fn channel(&self) -> &str {
        outbox(self.gateway.channel())
    }

    fn send(&self, message: &Message) -> Result<(), SendError> {
        let errand = serde_json::from_str(&message.body);
        let errand = errand.map_err(|error| SendError { reason: format!("no errand: {error}"), retry: false })?;
        self.run(errand)
    }
}
