//! What may be done to a lot.

use kernel::{Date, Digest, Fen, Sealed, Timestamp, local_date, midnight};

use super::{Facts, Refusal, apply, assess, rounds, written};
use crate::book::Selection;
use crate::{
    BidId, Command, Created, FailGround, Late, Lot, LotEvent, LotState, Notice, Procedure, Stage, model::Panel,
};

/// The largest panel.
const SEATS_MOST: u32 = 15;

/// Whether a lot may be planned so.
pub fn planned(created: &Created) -> Result<LotEvent, Refusal> {
    written(&created.project_name, "/name")?;
    written(&created.name, "/lots")?;
    if created.estimate <= Fen::ZERO {
        return Err(Refusal::Amount { pointer: "/estimate" });
    }
    Ok(LotEvent::Created(Box::new(created.clone())))
}

/// What happens if `command` reaches the lot now. What time has done by itself comes first.
pub fn decide(lot: &Lot, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    let mut events = by_time(lot, facts.now, facts.today);
    events.extend(rounds::ended(lot, facts));
    let mut lot = lot.clone();
    events.iter().for_each(|event| apply(&mut lot, event));
    events.extend(acted(&lot, command, facts)?);
    Ok(events)
}

fn acted(lot: &Lot, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    use {Command as C, LotState as S};
    let event = match command {
        C::Tick => return Ok(vec![]),
        C::Notify { notice, reserve } => {
            facts.tenderer(lot)?;
            if !matches!(lot.state, S::Planned | S::Returned { .. }) {
                return Err(not_now(lot, command));
            }
            let mut notice = check_notice(lot, notice, facts)?;
            rounds::check_reserve(&notice, *reserve, facts)?;
            if let Some(rounds) = &mut notice.rounds {
                rounds.reserve = facts.reserve.clone();
            }
            LotEvent::Notified { notice }
        }
        C::Publish => {
            let by = facts.centre(lot)?;
            let (S::Checking, Some(notice)) = (&lot.state, &lot.notice) else { return Err(not_now(lot, command)) };
            check_notice(lot, notice, facts)?;
            let (point, commitment) = facts.fresh.clone().ok_or(Refusal::NotHouse)?;
            LotEvent::Published { at: facts.now, by: Some(by), point, commitment }
        }
        C::SendBack { reason } => {
            let by = facts.centre(lot)?;
            match lot.state {
                S::Checking => LotEvent::SentBack { by, reason: written(reason, "/reason")? },
                _ => return Err(not_now(lot, command)),
            }
        }
        C::Ask { text } => {
            let party = facts.company(lot)?;
            before_deadline(lot, command, facts)?;
            LotEvent::Asked { party, text: written(text, "/text")?, at: facts.now }
        }
        C::Clarify { text, deadline } => {
            facts.tenderer(lot)?;
            let notice = before_deadline(lot, command, facts)?;
            clarify(notice, text, *deadline, facts)?
        }
        C::Object { stage, text } => object(lot, *stage, text, command, facts)?,
        C::Answer { objection, text } => {
            facts.tenderer(lot)?;
            let one = lot.objections.get(*objection).ok_or(Refusal::NotFound)?;
            if one.answer.is_some() {
                return Err(Refusal::Answered);
            }
            let text = written(text, "/text")?;
            LotEvent::Answered { objection: *objection, text, on: facts.today, party: one.party }
        }
        C::Quote { price } => return rounds::quote(lot, *price, command, facts),
        C::GiveUp => return rounds::give_up(lot, command, facts),
        C::Settle { flow, amount } => return rounds::settle(lot, flow, *amount, command, facts),
        C::Open => return open(lot, command, facts),
        C::CloseOpening => return close(lot, command, facts),
        C::Score { seat, sheet } => {
            if facts.seat != Some(*seat) {
                return Err(Refusal::NotDrawn);
            }
            if lot.state != S::Assessing {
                return Err(not_now(lot, command));
            }
            if lot.sheets.contains_key(seat) {
                return Err(Refusal::Scored);
            }
            assess::check_sheet(lot, facts.procedure, sheet)?;
            LotEvent::Scored { seat: *seat, sheet: sheet.clone() }
        }
        C::Report => return report(lot, command, facts),
        C::PublishCandidates => {
            facts.tenderer(lot)?;
            let (S::Assessed { .. }, Some(publicity)) = (&lot.state, &facts.procedure.publicity) else {
                return Err(not_now(lot, command));
            };
            free(lot)?;
            LotEvent::CandidatesPublished { on: facts.today, until: publicity.last(facts.today, &facts.calendar) }
        }
        C::Award { reason } => award(lot, reason.as_deref(), command, facts)?,
        C::Sign { amount } => {
            facts.tenderer(lot)?;
            let (S::Awarded { .. }, Some(winner)) = (&lot.state, lot.winner()) else {
                return Err(not_now(lot, command));
            };
            free(lot)?;
            if *amount != winner.price {
                return Err(Refusal::AmountDiffers { price: winner.price });
            }
            let back_by = facts.procedure.deposit_back.last(facts.today, &facts.calendar);
            let instalments = rounds::instalments(*amount, facts.today, facts);
            LotEvent::Contracted { on: facts.today, amount: *amount, back_by, instalments }
        }
    };
    Ok(vec![event])
}

pub(super) fn not_now(lot: &Lot, command: &Command) -> Refusal {
    Refusal::NotNow { state: lot.state.name(), command: command.name() }
}

fn free(lot: &Lot) -> Result<(), Refusal> {
    if lot.suspended { Err(Refusal::Suspended) } else { Ok(()) }
}

/// The notice, if it may go out today: periods, deposit and panel are as the law wants them.
pub fn check_notice(lot: &Lot, notice: &Notice, facts: &Facts) -> Result<Notice, Refusal> {
    let procedure = facts.procedure;
    let documents = procedure.documents.least(facts.today, &facts.calendar);
    if notice.documents_until < documents {
        let article = procedure.documents.article.as_str();
        return Err(Refusal::TooShort { pointer: "/documents_until", least: documents, article });
    }
    let deadline = local_date(notice.deadline);
    if deadline < notice.documents_until {
        let article = procedure.documents.article.as_str();
        return Err(Refusal::TooShort { pointer: "/deadline", least: notice.documents_until, article });
    }
    let text = written(&notice.text, "/text")?;
    match &procedure.selection {
        Selection::Sealed(terms) => {
            let period = procedure.bidding(lot.estimate);
            let least = period.least(facts.today, &facts.calendar);
            if deadline < least {
                return Err(Refusal::TooShort { pointer: "/deadline", least, article: period.article.as_str() });
            }
            check_deposit(notice.deposit, lot.estimate, procedure)?;
            let least = terms.panel.least;
            if notice.seats < least || notice.seats.is_multiple_of(2) || notice.seats > SEATS_MOST {
                return Err(Refusal::Seats { least, article: terms.panel.article.as_str() });
            }
            let specialty = written(&notice.specialty, "/specialty")?;
            Ok(Notice { text, specialty, rounds: None, ..notice.clone() })
        }
        Selection::Rounds(terms) => {
            let rounds = rounds::check(lot, notice, terms, facts)?;
            check_deposit(notice.deposit, rounds.start, procedure)?;
            Ok(Notice { text, seats: 0, specialty: String::new(), rounds: Some(rounds), ..notice.clone() })
        }
    }
}

/// A deposit between what the law wants at least and allows at most, of the estimate or the start price.
fn check_deposit(deposit: Fen, of: Fen, procedure: &'static Procedure) -> Result<(), Refusal> {
    if deposit < Fen::ZERO {
        return Err(Refusal::Amount { pointer: "/deposit" });
    }
    if let Some(share) = &procedure.deposit_most
        && deposit > share.of(of)
    {
        return Err(Refusal::DepositTooHigh { most: share.of(of), article: share.article.as_str() });
    }
    if let Some(share) = &procedure.deposit_least
        && deposit < share.of(of)
    {
        return Err(Refusal::DepositTooLow { least: share.of(of), article: share.article.as_str() });
    }
    Ok(())
}

fn before_deadline<'a>(lot: &'a Lot, command: &Command, facts: &Facts) -> Result<&'a Notice, Refusal> {
    match (&lot.state, &lot.notice) {
        (LotState::Tendering, Some(notice)) if facts.now < notice.deadline => Ok(notice),
        (LotState::Tendering, Some(notice)) => Err(Refusal::TooLate { at: notice.deadline }),
        _ => Err(not_now(lot, command)),
    }
}

/// What changes the documents leaves bidders their days, or the deadline moves.
fn clarify(notice: &Notice, text: &str, deadline: Option<Timestamp>, facts: &Facts) -> Result<LotEvent, Refusal> {
    let period = &facts.procedure.clarify_before;
    let least = period.least(facts.today, &facts.calendar);
    if deadline.is_some_and(|deadline| deadline < notice.deadline) {
        return Err(Refusal::NotEarlier);
    }
    if local_date(deadline.unwrap_or(notice.deadline)) < least {
        return Err(Refusal::TooShort { pointer: "/deadline", least, article: period.article.as_str() });
    }
    let deadline = deadline.filter(|deadline| *deadline != notice.deadline);
    Ok(LotEvent::Clarified { text: written(text, "/text")?, at: facts.now, deadline })
}

fn object(lot: &Lot, stage: Stage, text: &str, command: &Command, facts: &Facts) -> Result<LotEvent, Refusal> {
    let party = facts.company(lot)?;
    let answer = &facts.procedure.answer;
    let answer_by = match stage {
        Stage::Documents => {
            let notice = before_deadline(lot, command, facts)?;
            let last = facts.procedure.object_before.as_ref().map(|period| period.before(local_date(notice.deadline)));
            if last.is_some_and(|last| facts.today > last) {
                return Err(Refusal::ObjectLate);
            }
            answer.last(facts.today, &facts.calendar)
        }
        // On the spot, and answered on the spot (条例 44).
        Stage::Opening => {
            if !matches!(lot.state, LotState::Opening { .. }) {
                return Err(not_now(lot, command));
            }
            facts.today
        }
        Stage::Result => {
            let until = match &lot.state {
                LotState::Publicised { until } => *until,
                LotState::Awarded { object_until: Some(until), .. } => *until,
                LotState::Awarded { .. } | LotState::Contracted { .. } => return Err(Refusal::ObjectLate),
                _ => return Err(not_now(lot, command)),
            };
            if facts.today > until {
                return Err(Refusal::ObjectLate);
            }
            answer.last(facts.today, &facts.calendar)
        }
    };
    if stage != Stage::Documents && !facts.is_bidder {
        return Err(Refusal::NotBidder);
    }
    Ok(LotEvent::Objected { stage, party, text: written(text, "/text")?, on: facts.today, answer_by })
}

/// Opening: at the due instant, with enough bidders. Pressed twice it happens once.
fn open(lot: &Lot, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    let by = facts.centre(lot)?;
    let Some(terms) = facts.procedure.sealed() else { return Err(not_now(lot, command)) };
    let (LotState::Tendering, Some(notice)) = (&lot.state, &lot.notice) else {
        return if lot.opened.is_some() { Ok(vec![]) } else { Err(not_now(lot, command)) };
    };
    if facts.now < notice.deadline {
        return Err(Refusal::BeforeDue { at: notice.deadline });
    }
    free(lot)?;
    answered(lot, Stage::Documents)?;
    let bids = facts.envelopes.len();
    if bids < terms.least_bidders.count {
        return Ok(vec![LotEvent::Failed { ground: FailGround::TooFew { bids }, on: facts.today }]);
    }
    let window = terms.window_minutes.saturating_mul(60_000_000);
    let until = Timestamp::from_microsecond(facts.now.as_microsecond().saturating_add(window));
    Ok(vec![LotEvent::OpeningBegan {
        at: facts.now,
        until: until.unwrap_or(Timestamp::MAX),
        envelopes: facts.envelopes.clone(),
        by: Some(by),
    }])
}

fn answered(lot: &Lot, stage: Stage) -> Result<(), Refusal> {
    match lot.unanswered(stage) {
        0 => Ok(()),
        count => Err(Refusal::Unanswered { count }),
    }
}

fn close(lot: &Lot, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    facts.centre(lot)?;
    match lot.state {
        LotState::Opening { until } => {
            answered(lot, Stage::Opening)?;
            if lot.bids.len() < lot.envelopes.len() {
                return Err(Refusal::WindowRuns { until });
            }
            Ok(closed(lot, facts.now, facts.today))
        }
        _ if lot.opened.is_some() => Ok(vec![]),
        _ => Err(not_now(lot, command)),
    }
}

/// The end of an opening.
fn closed(lot: &Lot, at: Timestamp, today: Date) -> Vec<LotEvent> {
    let unopened = lot.envelopes.iter().filter(|id| lot.bid(id).is_none()).copied().collect();
    let mut events = vec![LotEvent::OpeningClosed { at, unopened }];
    if lot.bids.is_empty() {
        events.push(LotEvent::Failed { ground: FailGround::NoneOpened, on: today });
    }
    events
}

/// The experts were drawn.
pub fn drawn(lot: &Lot, sealed: Sealed, pool: Digest, facts: &Facts) -> Result<LotEvent, Refusal> {
    facts.centre(lot)?;
    let (LotState::Assessing, Some(notice)) = (&lot.state, &lot.notice) else {
        return Err(Refusal::NotNow { state: lot.state.name(), command: "draw" });
    };
    if lot.panel.is_some() {
        return Err(Refusal::Panel { drawn: true });
    }
    Ok(LotEvent::Drawn { panel: Panel { seats: notice.seats, sealed, pool, at: facts.now } })
}

fn report(lot: &Lot, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    facts.centre(lot)?;
    if lot.state != LotState::Assessing {
        return Err(not_now(lot, command));
    }
    free(lot)?;
    let panel = lot.panel.as_ref().ok_or(Refusal::Panel { drawn: false })?;
    let missing = (panel.seats as usize).saturating_sub(lot.sheets.len());
    if missing > 0 {
        return Err(Refusal::SheetsMissing { count: missing });
    }
    let found = assess::assess(lot, facts.procedure);
    let publish_by = facts.procedure.publish_within.last(facts.today, &facts.calendar);
    let is_empty = found.ranking.is_empty();
    let mut events =
        vec![LotEvent::Assessed { ranking: found.ranking, rejected: found.rejected, on: facts.today, publish_by }];
    if is_empty {
        events.push(LotEvent::Failed { ground: FailGround::AllRejected, on: facts.today });
    }
    Ok(events)
}

/// To the first candidate; to the next one only if the one before gave up or was found unfit (条例 55).
fn award(lot: &Lot, reason: Option<&str>, command: &Command, facts: &Facts) -> Result<LotEvent, Refusal> {
    facts.tenderer(lot)?;
    let procedure = facts.procedure;
    let place = match (&lot.state, &procedure.publicity) {
        (LotState::Publicised { until }, publicity) => {
            if facts.today <= *until {
                let article = publicity.as_ref().map_or("", |period| period.article.as_str());
                return Err(Refusal::StillPublic { until: *until, article });
            }
            0
        }
        (LotState::Assessed { .. }, None) => 0,
        (LotState::Awarded { place, .. }, _) => place + 1,
        _ => return Err(not_now(lot, command)),
    };
    free(lot)?;
    answered(lot, Stage::Result)?;
    let reason = match place {
        0 => None,
        _ => Some(written(reason.unwrap_or_default(), "/reason")?),
    };
    let bid = lot.ranked(place).filter(|_| place < procedure.candidates()).ok_or(Refusal::NoCandidate)?;
    let object = procedure.result_objection.as_ref().filter(|_| procedure.publicity.is_none());
    Ok(LotEvent::Awarded {
        place,
        party: bid.party,
        on: facts.today,
        object_until: object.map(|period| period.last(facts.today, &facts.calendar)),
        contract_by: procedure.contract.last(facts.today, &facts.calendar),
        reason,
        back_by: procedure.rounds().map(|_| procedure.deposit_back.last(facts.today, &facts.calendar)),
    })
}

/// What time alone has done.
pub fn by_time(lot: &Lot, now: Timestamp, today: Date) -> Vec<LotEvent> {
    let mut events = vec![];
    for (what, due) in clocks(lot) {
        if today > due {
            events.push(LotEvent::Overdue { what, due });
        }
    }
    if let LotState::Opening { until } = lot.state
        && now >= until
    {
        events.extend(closed(lot, until, local_date(until)));
    }
    events
}

/// The last days that still run.
fn clocks(lot: &Lot) -> Vec<(Late, Date)> {
    let answers = lot.objections.iter().enumerate().filter(|(_, one)| one.answer.is_none());
    let mut clocks: Vec<(Late, Date)> = answers.map(|(place, one)| (Late::Answer(place), one.answer_by)).collect();
    match &lot.state {
        LotState::Assessed { publish_by } => clocks.push((Late::Candidates, *publish_by)),
        LotState::Awarded { contract_by, .. } => clocks.push((Late::Contract, *contract_by)),
        LotState::Contracted { back_by, .. } if !lot.returned && lot.rounds().is_none() => {
            clocks.push((Late::Deposits, *back_by));
        }
        _ => {}
    }
    clocks.extend(rounds::clocks(lot));
    clocks.retain(|(what, _)| !lot.late.contains(what));
    clocks
}

/// When the wheel must knock.
pub fn due(lot: &Lot) -> Option<Timestamp> {
    let window = match lot.state {
        LotState::Opening { until } => Some(until),
        _ => None,
    };
    let days = clocks(lot).into_iter().map(|(_, due)| midnight(due.tomorrow().unwrap_or(Date::MAX)));
    days.chain(window).chain(rounds::ending(lot)).min()
}

/// Whether deposits may go back: after a tender with the contract, after quotes with the award.
pub(crate) fn deposits_free(lot: &Lot) -> bool {
    match lot.state {
        LotState::Failed { .. } | LotState::Contracted { .. } => true,
        LotState::Awarded { .. } => lot.rounds().is_some(),
        _ => false,
    }
}

/// Whether the house holds on to this deposit although others go back: the winner's becomes a part of the price.
pub(crate) fn holds_on(lot: &Lot, bid: &BidId) -> bool {
    lot.rounds().is_some() && lot.winner().is_some_and(|winner| winner.bid == *bid)
}

/// Whether a bid lost its award.
pub(crate) fn gave_up(lot: &Lot, bid: &BidId) -> bool {
    let place = lot.ranking.iter().position(|ranked| ranked.bid == *bid);
    let (awarded, overdue) = match lot.state {
        LotState::Awarded { place, .. } => (place, lot.late.contains(&Late::Contract)),
        LotState::Contracted { place, .. } => (place, false),
        _ => return false,
    };
    place.is_some_and(|place| place < awarded || (place == awarded && overdue))
}
