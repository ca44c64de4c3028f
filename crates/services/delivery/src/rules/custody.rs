//! In whose hands the papers are: what can be scanned when, and what the chain lacks.

use crate::model::{Booking, Direction, Gap, Holder, Meaning, Parcel, Place, State, Step, Trouble};

use super::{Refusal, trace};

/// In whose hands the papers are, by scans and by the courier's word.
pub fn holder(parcel: &Parcel) -> Holder {
    let first = match parcel.direction {
        Direction::Collect => Holder::Citizen,
        Direction::Deliver => Holder::Office,
    };
    let scanned = match last(parcel) {
        Some(Step::Packed | Step::Received) => Holder::Office,
        Some(Step::Given) => Holder::Courier,
        Some(Step::ToArchive) => Holder::Archive,
        Some(Step::ToApplicant) => Holder::Citizen,
        None => first,
    };
    let is_in = matches!(last(parcel), Some(Step::Received | Step::ToArchive | Step::ToApplicant));
    match parcel.state {
        _ if is_in && !is_sent_since(parcel) => scanned,
        State::Delivered if parcel.direction == Direction::Deliver => Holder::Citizen,
        state if state.is_under_way() || matches!(state, State::Delivered | State::Returned | State::Lost) => {
            Holder::Courier
        }
        _ => scanned,
    }
}

fn last(parcel: &Parcel) -> Option<Step> {
    parcel.custody.last().map(|handover| handover.step)
}

/// Whether a courier took it from the sender after the last scan that brought it in.
fn is_sent_since(parcel: &Parcel) -> bool {
    let came_in = parcel.custody.iter().rev().find(|handover| handover.step == Step::Received);
    came_in.is_some_and(|came_in| {
        let later = |at| at > came_in.at;
        parcel
            .traces
            .iter()
            .any(|told| told.attempt == parcel.attempt && told.meaning == Some(Meaning::PickedUp) && later(told.at))
    })
}

/// Whether `step` can happen now, and what the chain lacks before it.
pub fn scan(parcel: &Parcel, step: Step) -> Result<Option<Gap>, Refusal> {
    let holder = holder(parcel);
    let impossible = || Refusal::Impossible { step, holder };
    if parcel.state == State::Cancelled {
        return Err(impossible());
    }
    match (step, holder, parcel.direction) {
        (Step::Packed, Holder::Office, Direction::Deliver) => match last(parcel) {
            Some(Step::Packed) => Err(Refusal::ScannedBefore { step }),
            _ => Ok(None),
        },
        (Step::Given, Holder::Office, Direction::Deliver) => match (last(parcel), &parcel.booking) {
            (Some(Step::Packed), Booking::Booked { .. }) => Ok(None),
            (Some(Step::Packed), _) => Err(Refusal::NotBookedYet),
            _ => Err(Refusal::NotPacked),
        },
        // The courier was quicker to tell than the window to scan: the scan is late, not wrong.
        (Step::Given, Holder::Courier, Direction::Deliver) => match last(parcel) {
            Some(Step::Given) => Err(Refusal::ScannedBefore { step }),
            Some(Step::Packed) if parcel.state != State::Returned => Ok(Some(Gap::NotScannedOut)),
            _ => Err(impossible()),
        },
        (Step::Received, Holder::Citizen, Direction::Collect) => Ok(Some(Gap::NotToldPickedUp)),
        (Step::Received, Holder::Courier, Direction::Collect) => {
            Ok((parcel.state != State::Delivered).then_some(Gap::NotToldArrived))
        }
        (Step::Received, Holder::Courier, Direction::Deliver) => {
            Ok((parcel.state != State::Returned).then_some(Gap::NotToldArrived))
        }
        (Step::ToArchive | Step::ToApplicant, Holder::Office, _) => Ok(None),
        _ => Err(impossible()),
    }
}

/// Every gap of the chain: those that scans found, and a hand-over to the courier that nobody has scanned yet.
pub fn gaps(parcel: &Parcel) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = parcel.custody.iter().filter_map(|handover| handover.gap).collect();
    let unscanned = parcel.direction == Direction::Deliver
        && holder(parcel) != Holder::Office
        && !matches!(last(parcel), Some(Step::Given | Step::Received | Step::ToArchive | Step::ToApplicant));
    if unscanned && (parcel.state.is_under_way() || parcel.state == State::Delivered) {
        gaps.push(Gap::NotScannedOut);
    }
    gaps
}

/// What is next at the desk.
pub fn place(parcel: &Parcel) -> Place {
    if parcel.state == State::Cancelled {
        return Place::Done;
    }
    match (holder(parcel), parcel.direction, last(parcel)) {
        (Holder::Archive, ..) => Place::Done,
        (Holder::Citizen, Direction::Deliver, _) | (Holder::Citizen, _, Some(Step::ToApplicant)) => Place::Done,
        (Holder::Citizen, Direction::Collect, _) => Place::UnderWay,
        (Holder::Office, Direction::Deliver, Some(Step::Packed)) => Place::ToGive,
        (Holder::Office, Direction::Deliver, None) => Place::ToPack,
        // Back, and to be sent again.
        (Holder::Office, Direction::Deliver, Some(Step::Received)) if parcel.state == State::Created => Place::ToPack,
        (Holder::Office, ..) => Place::Held,
        (Holder::Courier, Direction::Collect, _) if parcel.state == State::Delivered => Place::ToReceive,
        (Holder::Courier, Direction::Deliver, _) if parcel.state == State::Returned => Place::ToReceive,
        (Holder::Courier, ..) => Place::UnderWay,
    }
}

/// Why staff must look at it, if they must: the gravest reason.
pub fn trouble(parcel: &Parcel) -> Option<Trouble> {
    let under_way = matches!(place(parcel), Place::UnderWay | Place::ToReceive | Place::ToGive);
    if trace::is_contradicted(parcel) && !is_settled_by_hand(parcel) {
        return Some(Trouble::Contradicted);
    }
    // What was scanned back in and decided upon is no trouble any more.
    match parcel.state {
        _ if place(parcel) == Place::Done => None,
        State::Lost => Some(Trouble::Lost),
        State::Returned if parcel.direction == Direction::Deliver && !is_decided(parcel) => Some(Trouble::Returned),
        State::NotDelivered if under_way && trace::was_refused(parcel) => Some(Trouble::Refused),
        State::NotDelivered if under_way => Some(Trouble::NotDelivered),
        _ if matches!(parcel.booking, Booking::Refused { .. }) => Some(Trouble::NotBooked),
        _ if parcel.silent && under_way => Some(Trouble::Silent),
        _ => None,
    }
}

/// Whether somebody put the state right after all that the courier told.
fn is_settled_by_hand(parcel: &Parcel) -> bool {
    parcel.correction.as_ref().is_some_and(|correction| parcel.traces.iter().all(|told| told.at <= correction.at))
}

/// Whether it came back to the office and it was decided what happens: fetched at the window, or sent again.
fn is_decided(parcel: &Parcel) -> bool {
    let returned = parcel.since;
    parcel.acts.iter().any(|acted| acted.at >= returned && acted.act != crate::model::Act::Called)
}
