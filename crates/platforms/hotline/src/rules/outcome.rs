//! How it went: the officer asks the caller, or the caller says it; then it is closed or done again.

use kernel::Date;

use super::{ASKING, Facts, Refusal, handling::Limits, not_now, supervised};
use crate::{Command, Ending, Event, Next, Rated, Round, State, Supervised, WorkOrder};

pub(super) fn decide(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Missed => missed(order, command, facts),
        Command::FollowUp { .. } => follow_up(order, command, facts),
        Command::Rate { .. } => rate(order, command, facts),
        _ => Err(not_now(order, command)),
    }
}

/// The officer who asks; never who handled it.
fn officer(order: &WorkOrder, round: &Round, facts: &Facts) -> Result<kernel::StaffId, Refusal> {
    let by = facts.centre(order, &ASKING)?;
    if round.handler == Some(by) { Err(Refusal::OwnFeedback) } else { Ok(by) }
}

fn missed(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let (State::FedBack, Some(round)) = (&order.state, order.round()) else {
        facts.centre(order, &ASKING)?;
        return Err(not_now(order, command));
    };
    let by = officer(order, round, facts)?;
    let mut events = vec![Event::Missed { by, at: facts.now }];
    if round.tries + 1 >= facts.book.follow_up_tries {
        events.push(Event::Closed { at: facts.now, ending: Ending::Handled });
    }
    Ok(events)
}

fn follow_up(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let (State::FedBack, Some(round)) = (&order.state, order.round()) else {
        facts.centre(order, &ASKING)?;
        return Err(not_now(order, command));
    };
    let Command::FollowUp { solved, satisfaction, words, next } = command else { return Err(not_now(order, command)) };
    let by = officer(order, round, facts)?;
    let at = facts.now;
    let mut events = vec![];
    // What the caller has said by themselves stands; the officer only says what follows.
    let rated = match &round.rated {
        Some(rated) => rated.clone(),
        None => {
            let rated = Rated { solved: *solved, satisfaction: *satisfaction, by: Some(by), on: facts.today };
            events.push(Event::Rated { rated: rated.clone(), at, words: facts.sealed.clone() });
            rated
        }
    };
    if !rated.is_well() {
        events.extend(supervised(order, Supervised::Unsatisfied, at));
    }
    match (next, rated.is_well()) {
        (Next::Close, true) => events.push(Event::Closed { at, ending: Ending::Handled }),
        (Next::Close, false) => {
            facts.sealed(words, "/words")?;
            events.push(Event::Closed { at, ending: Ending::Settled });
        }
        (Next::Redo, true) => return Err(Refusal::NothingToRedo),
        (Next::Redo, false) => {
            let redone = order.rounds.iter().filter(|round| round.redo).count();
            let most = facts.book.redos_most;
            if redone >= most as usize {
                return Err(Refusal::RedoneEnough { most });
            }
            let Limits { sign_by, contact_by, handle_by } = Limits::of(order, facts);
            events.push(Event::Redone { by, at, sign_by, contact_by, handle_by });
        }
    }
    Ok(events)
}

fn rate(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let Command::Rate { solved, satisfaction, .. } = command else { return Err(not_now(order, command)) };
    if !facts.is_caller {
        return Err(Refusal::OnlyTheCaller);
    }
    let at = facts.now;
    let rated = Rated { solved: *solved, satisfaction: *satisfaction, by: None, on: facts.today };
    let said = match order.round() {
        Some(round) => round.rated.is_some(),
        None => order.rated.is_some(),
    };
    let mut events = match &order.state {
        State::FedBack | State::Closed { .. } if said => return Err(Refusal::AlreadyRated),
        State::Closed { ending: Ending::Merged { .. }, .. } => return Err(not_now(order, command)),
        State::Closed { on, .. } if is_late(*on, facts) => {
            return Err(Refusal::RateLate { days: facts.book.rate_days });
        }
        State::Closed { .. } | State::FedBack => {
            vec![Event::Rated { rated: rated.clone(), at, words: facts.sealed.clone() }]
        }
        _ => return Err(not_now(order, command)),
    };
    if !rated.is_well() {
        events.extend(supervised(order, Supervised::Unsatisfied, at));
    } else if order.state == State::FedBack {
        events.push(Event::Closed { at, ending: Ending::Handled });
    }
    Ok(events)
}

fn is_late(closed: Date, facts: &Facts) -> bool {
    let days = std::time::Duration::from_secs(u64::from(facts.book.rate_days) * 86_400);
    closed.checked_add(days).is_ok_and(|last| facts.today > last)
}
