//! What an event did to an order.

use std::collections::BTreeSet;

use kernel::local_date;

use crate::{Clock, Ending, Event, OrderNumber, Registered, Round, State, WorkOrder};

/// The order with which it begins.
pub fn begin(number: OrderNumber, registered: &Registered) -> WorkOrder {
    let Registered {
        kind,
        category,
        region,
        channel,
        urgent,
        confidential,
        holder,
        contact,
        has_phone,
        call,
        taken_by,
        at,
        dispatch_by,
        ..
    } = registered;
    WorkOrder {
        number,
        version: 1,
        kind: *kind,
        category: category.clone(),
        region: *region,
        channel: *channel,
        urgent: *urgent,
        confidential: *confidential,
        holder: *holder,
        contact: contact.clone(),
        has_phone: *has_phone,
        call: call.clone(),
        taken_by: *taken_by,
        at: *at,
        updated: *at,
        state: State::Waiting { by: *dispatch_by },
        rounds: vec![],
        returned: false,
        settled: false,
        late_dispatch: false,
        supervised: BTreeSet::new(),
        answer: None,
        joined: vec![],
        rated: None,
    }
}

/// The order that a whole stream gives.
pub fn replay<'a>(number: OrderNumber, events: impl IntoIterator<Item = &'a Event>) -> Option<WorkOrder> {
    let mut events = events.into_iter();
    let Event::Registered(registered) = events.next()? else { return None };
    let mut order = begin(number, registered);
    events.for_each(|event| apply(&mut order, event));
    Some(order)
}

/// What `event` did to `order`.
pub fn apply(order: &mut WorkOrder, event: &Event) {
    order.version += 1;
    order.updated = event.at();
    match event {
        Event::Registered(_) | Event::Seen { .. } => {}
        Event::Answered { at, words, .. } => {
            order.answer = Some(words.clone());
            order.state = State::Closed { ending: Ending::Answered, on: local_date(*at) };
        }
        Event::Dispatched { at, lead, assisting, coordinated, sign_by, return_by, contact_by, handle_by, .. } => {
            order.settled |= *coordinated;
            order.rounds.push(Round {
                lead: *lead,
                assisting: assisting.clone(),
                at: *at,
                redo: false,
                sign_by: *sign_by,
                return_by: *return_by,
                contact_by: *contact_by,
                handle_by: *handle_by,
                signed: None,
                contacted: None,
                fed_back: None,
                handler: None,
                feedback: None,
                returned: None,
                paused: None,
                extended: false,
                late: BTreeSet::new(),
                follow_up_by: None,
                tries: 0,
                rated: None,
            });
            order.state = State::Dispatched;
        }
        Event::Redone { at, sign_by, contact_by, handle_by, .. } => {
            if let Some(last) = order.rounds.last() {
                let redo = Round {
                    at: *at,
                    redo: true,
                    sign_by: *sign_by,
                    contact_by: *contact_by,
                    handle_by: *handle_by,
                    signed: None,
                    contacted: None,
                    fed_back: None,
                    handler: None,
                    feedback: None,
                    returned: None,
                    paused: None,
                    extended: false,
                    late: BTreeSet::new(),
                    follow_up_by: None,
                    tries: 0,
                    rated: None,
                    ..last.clone()
                };
                order.rounds.push(redo);
            }
            order.state = State::Dispatched;
        }
        Event::Merged { at, into, .. } => {
            order.state = State::Closed { ending: Ending::Merged { into: *into }, on: local_date(*at) };
        }
        Event::Joined { from, .. } => order.joined.push(*from),
        Event::Relayed { words, .. } => order.answer = Some(words.clone()),
        Event::Signed { .. } => order.state = State::Handling,
        Event::Returned { dispatch_by, .. } => {
            order.returned = true;
            order.late_dispatch = false;
            order.state = State::Waiting { by: *dispatch_by };
        }
        Event::Disputed { at, .. } => order.state = State::Disputed { on: local_date(*at) },
        Event::FedBack { .. } => order.state = State::FedBack,
        Event::Closed { at, ending } => order.state = State::Closed { ending: ending.clone(), on: local_date(*at) },
        Event::Supervised { ground, .. } => drop(order.supervised.insert(*ground)),
        Event::Overdue { clock: Clock::Dispatch, .. } => order.late_dispatch = true,
        Event::Rated { rated, .. } if order.rounds.is_empty() => order.rated = Some(rated.clone()),
        Event::Rated { .. }
        | Event::Overdue { .. }
        | Event::Contacted { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Extended { .. }
        | Event::Missed { .. } => {}
    }
    // A redo and a dispatch began the round themselves.
    if !matches!(event, Event::Dispatched { .. } | Event::Redone { .. })
        && let Some(round) = order.rounds.last_mut()
    {
        to_round(round, event);
    }
}

fn to_round(round: &mut Round, event: &Event) {
    match event {
        Event::Signed { at, .. } => round.signed = Some(*at),
        Event::Returned { at, ground, .. } => round.returned = Some((local_date(*at), ground.clone())),
        Event::Disputed { at, .. } => round.returned = Some((local_date(*at), "dispute".to_owned())),
        Event::Contacted { at, .. } => drop(round.contacted.get_or_insert(local_date(*at))),
        Event::Paused { at, .. } => round.paused = Some(local_date(*at)),
        Event::Resumed { handle_by, .. } => {
            round.paused = None;
            round.handle_by = *handle_by;
        }
        Event::Extended { handle_by, .. } => {
            round.extended = true;
            round.handle_by = *handle_by;
        }
        Event::FedBack { by, at, outcome, words, follow_up_by } => {
            round.paused = None;
            round.handler = Some(*by);
            round.fed_back = Some(local_date(*at));
            round.feedback = Some((*outcome, words.clone()));
            round.follow_up_by = Some(*follow_up_by);
        }
        Event::Missed { .. } => round.tries += 1,
        Event::Rated { rated, .. } => round.rated = Some(rated.clone()),
        Event::Overdue { clock, .. } if *clock != Clock::Dispatch => drop(round.late.insert(*clock)),
        _ => {}
    }
}
