//! Errands to couriers: orders, cancellations and questions leave through the outbox, and what is answered comes back as commands.

use std::sync::Arc;

use kernel::Actor;
use serde::{Deserialize, Serialize};
use store::{Db, Error, Failure, Message, SendError, Sender};

use crate::{
    Command, ParcelId, desk,
    model::{Booking, Parcel, State, order_id},
    port::{Answer, Courier, Order, Trouble},
    rules::Refusal,
    table,
};

/// The outbox channel of a courier. Each has its own, so that a slow one keeps no other waiting.
pub(crate) fn channel(courier: &str) -> String {
    format!("courier.{courier}")
}

/// What a courier is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Errand {
    /// To carry a parcel.
    Order,
    /// Not to carry it after all.
    Cancel,
    /// Where it is.
    Ask,
}

/// What stands in the outbox: nothing personal.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Body {
    pub errand: Errand,
    pub parcel: ParcelId,
    pub attempt: u32,
}

/// Runs errands to one courier. Errands to a courier that is not set up wait until it is.
pub struct CourierSender {
    db: Db,
    courier: Arc<dyn Courier>,
    channel: String,
}

impl CourierSender {
    /// A sender that notes answers in `db`.
    pub fn new(db: Db, courier: Arc<dyn Courier>) -> CourierSender {
        CourierSender { db, channel: channel(courier.code()), courier }
    }

    fn run(&self, body: &Body) -> Result<(), SendError> {
        let found = self.db.read(|read| table::load(read, &body.parcel)).map_err(broken)?;
        let Some(parcel) = found else { return Err(gone()) };
        let courier = self.courier.as_ref();
        match body.errand {
            Errand::Order => self.order(courier, &parcel, body.attempt),
            Errand::Cancel => cancel(courier, &parcel, body.attempt),
            Errand::Ask => self.ask(courier, &parcel, body.attempt),
        }
    }

    /// Orders once, however often it is tried: the courier knows the order by its id.
    fn order(&self, courier: &dyn Courier, parcel: &Parcel, attempt: u32) -> Result<(), SendError> {
        let is_wanted = parcel.attempt == attempt && parcel.booking == Booking::Asked;
        if !is_wanted || parcel.state == State::Cancelled {
            return Ok(());
        }
        let ends = match self.db.read(|read| crate::query::ends(read, parcel)) {
            Ok(ends) => ends,
            // Whose data were erased is sent nothing any more.
            Err(Error::Erased) => return Err(gone()),
            Err(error) => return Err(broken(error)),
        };
        let order = Order { id: order_id(&parcel.id, attempt), ends, payer: parcel.payer };
        let command = match courier.order(&order) {
            Ok(Answer::Booked(number)) => Command::Booked { attempt, number },
            Ok(Answer::Refused(reason)) => Command::NotBooked { attempt, reason },
            Err(trouble) => return Err(later(trouble)),
        };
        let after = self.note(parcel.id, command)?;
        // Taken back while the courier was being asked.
        if after.state == State::Cancelled { cancel(courier, &after, attempt) } else { Ok(()) }
    }

    fn ask(&self, courier: &dyn Courier, parcel: &Parcel, attempt: u32) -> Result<(), SendError> {
        let Some(number) = parcel.number().filter(|_| parcel.attempt == attempt) else { return Ok(()) };
        let reports = courier.track(&order_id(&parcel.id, attempt), number).map_err(later)?;
        let code = parcel.courier.clone();
        let noted = self.db.write(move |tx| desk::report(tx, &code, &reports));
        noted.map(drop).map_err(said)
    }

    fn note(&self, id: ParcelId, command: Command) -> Result<Parcel, SendError> {
        const HOUSE: Actor = desk::HOUSE;
        self.db.write(move |tx| desk::handle(tx, &HOUSE, &id, &command)).map_err(said)
    }
}

impl Sender for CourierSender {
    fn channel(&self) -> &str {
        &self.channel
    }

    fn send(&self, message: &Message) -> Result<(), SendError> {
        let body: Body = serde_json::from_str(&message.body)
            .map_err(|error| SendError { reason: format!("unreadable errand: {error}"), retry: false })?;
        self.run(&body)
    }
}

fn cancel(courier: &dyn Courier, parcel: &Parcel, attempt: u32) -> Result<(), SendError> {
    courier.cancel(&order_id(&parcel.id, attempt), parcel.number()).map_err(later)
}

fn gone() -> SendError {
    SendError { reason: "the parcel is gone".to_owned(), retry: false }
}

fn broken(error: Error) -> SendError {
    SendError { reason: error.to_string(), retry: true }
}

fn later(trouble: Trouble) -> SendError {
    SendError { reason: trouble.reason, retry: trouble.retry }
}

fn said(failure: Failure<Refusal>) -> SendError {
    match failure {
        Failure::Broken(error) => broken(error),
        Failure::Refused(refusal) => SendError { reason: refusal.to_string(), retry: false },
    }
}
