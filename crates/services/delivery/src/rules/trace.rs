//! The state of a parcel by what its courier told: from all reports together, in the order of their own time.

use kernel::Timestamp;

use crate::model::{Meaning, Parcel, State, Trace};

/// The state that all reports of the running attempt give together, and since when.
///
/// The order in which they arrived and how often does not matter. Signed for and returned stay: the first of them, by time,
/// counts, until the courier takes it back or somebody puts it right. Lost stays until the parcel turns up at an end.
pub fn derived(parcel: &Parcel, more: &[Trace]) -> (State, Timestamp) {
    let base = match &parcel.correction {
        Some(correction) => (correction.state, correction.at),
        None => (State::Created, parcel.made),
    };
    let mut told: Vec<&Trace> = parcel.traces.iter().chain(more).filter(|trace| counts(parcel, trace)).collect();
    told.sort_by(|a, b| (a.at, a.meaning, &a.key).cmp(&(b.at, b.meaning, &b.key)));
    told.into_iter().fold(base, |(state, since), trace| match trace.meaning.map(|meaning| follows(state, meaning)) {
        Some(Some(next)) if next != state => (next, trace.at),
        _ => (state, since),
    })
}

/// Whether a report tells of the running attempt and of an instant that nobody put right since.
fn counts(parcel: &Parcel, trace: &Trace) -> bool {
    let corrected = parcel.correction.as_ref().map(|correction| correction.at);
    trace.attempt == parcel.attempt && corrected.is_none_or(|at| trace.at > at)
}

/// The state after `meaning`, if it changes anything.
fn follows(state: State, meaning: Meaning) -> Option<State> {
    let next = meaning.state();
    match state {
        State::Delivered | State::Returned | State::Cancelled => (meaning == Meaning::Corrected).then_some(next),
        State::Lost => matches!(meaning, Meaning::Delivered | Meaning::Returned | Meaning::Corrected).then_some(next),
        _ => Some(next),
    }
}

/// Where the parcel is after `more` was told: what the reports give together, but never back from a final state unless the
/// courier itself takes something back.
pub fn settled(parcel: &Parcel, more: &[Trace]) -> (State, Timestamp) {
    let takes_back = more.iter().any(|trace| trace.meaning == Some(Meaning::Corrected));
    if parcel.state.is_final() && !takes_back {
        return (parcel.state, parcel.since);
    }
    derived(parcel, more)
}

/// Whether the courier's reports together say something else than the state that stands: two ends were told.
pub fn is_contradicted(parcel: &Parcel) -> bool {
    parcel.state.is_final() && parcel.state != State::Cancelled && derived(parcel, &[]).0 != parcel.state
}

/// Whether the last failed attempt at the door was a refusal.
pub fn was_refused(parcel: &Parcel) -> bool {
    let told = parcel.traces.iter().filter(|trace| counts(parcel, trace));
    let tried = told.filter(|trace| matches!(trace.meaning, Some(Meaning::NotDelivered | Meaning::Refused)));
    tried.max_by_key(|trace| trace.at).is_some_and(|trace| trace.meaning == Some(Meaning::Refused))
}
