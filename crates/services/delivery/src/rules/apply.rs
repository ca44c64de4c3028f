//! What events did to a parcel. Cannot fail, and names every event.

use crate::{
    Created, Event,
    model::{Acted, Booking, Direction, Parcel, ParcelId, State},
};

/// The parcel that its opening begins.
pub fn opened(id: ParcelId, created: &Created) -> Parcel {
    Parcel {
        id,
        version: 1,
        bound: created.bound.clone(),
        party: created.party,
        department: created.department,
        direction: created.direction,
        payer: created.payer,
        courier: created.courier.clone(),
        ends: created.ends.clone(),
        contents: created.contents.clone(),
        made: created.at,
        attempt: 1,
        // The courier is asked at once to fetch originals; a result must be packed first.
        booking: if created.direction == Direction::Collect { Booking::Asked } else { Booking::None },
        state: State::Created,
        since: created.at,
        heard: created.at,
        quiet_by: created.quiet_by,
        silent: false,
        traces: vec![],
        correction: None,
        custody: vec![],
        acts: vec![],
    }
}

/// The parcel that a whole stream gives; `None` if it does not begin with an opening.
pub fn replay<'a>(id: ParcelId, events: impl IntoIterator<Item = &'a Event>) -> Option<Parcel> {
    let mut events = events.into_iter();
    let Some(Event::Created(created)) = events.next() else { return None };
    let mut parcel = opened(id, created);
    events.for_each(|event| apply(&mut parcel, event));
    Some(parcel)
}

/// What `event` did to `parcel`.
pub fn apply(parcel: &mut Parcel, event: &Event) {
    parcel.version += 1;
    match event {
        Event::Created(created) => *parcel = opened(parcel.id, created),
        Event::Ordered { attempt, quiet_by } => {
            let again = *attempt != parcel.attempt;
            parcel.attempt = *attempt;
            parcel.booking = Booking::Asked;
            parcel.quiet_by = *quiet_by;
            parcel.silent = false;
            if again {
                parcel.state = State::Created;
                parcel.correction = None;
            }
        }
        Event::Booked { number } => parcel.booking = Booking::Booked { number: *number },
        Event::NotBooked { reason } => parcel.booking = Booking::Refused { reason: reason.clone() },
        Event::Traced { traces, quiet_by } => {
            let latest = traces.iter().map(|trace| trace.at).max();
            parcel.heard = latest.map_or(parcel.heard, |at| parcel.heard.max(at));
            parcel.traces.extend(traces.iter().cloned());
            parcel.quiet_by = *quiet_by;
            parcel.silent = false;
        }
        Event::Moved { state, at, .. } => (parcel.state, parcel.since) = (*state, *at),
        Event::Scanned { handover, .. } => parcel.custody.push(handover.clone()),
        Event::Acted { act, by, at, note } => {
            parcel.acts.push(Acted { act: *act, by: *by, at: *at, note: note.clone() });
        }
        Event::Corrected { correction } => parcel.correction = Some(correction.clone()),
        Event::Silent { .. } => parcel.silent = true,
        Event::Cancelled { at } => (parcel.state, parcel.since) = (State::Cancelled, *at),
    }
}
