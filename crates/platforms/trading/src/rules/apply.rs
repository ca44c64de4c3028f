//! What events make of a lot. Cannot fail, and names every event.

use std::collections::BTreeMap;

use crate::{Clarification, Created, Lot, LotCode, LotEvent, LotState, Objection, Question, Quote, Settlement};

/// The lot that an opening event gives.
pub fn begin(code: LotCode, created: &Created) -> Lot {
    Lot {
        code,
        version: 1,
        project: created.project,
        project_name: created.project_name.clone(),
        name: created.name.clone(),
        procedure: created.procedure.clone(),
        centre: created.centre,
        tenderer: created.tenderer,
        tenderer_name: created.tenderer_name.clone(),
        tenderer_code: created.tenderer_code,
        estimate: created.estimate,
        made: created.at,
        brought: created.brought,
        notice: None,
        published: None,
        point: None,
        commitment: None,
        questions: vec![],
        clarifications: vec![],
        objections: vec![],
        opened: None,
        envelopes: vec![],
        bids: vec![],
        panel: None,
        sheets: BTreeMap::new(),
        ranking: vec![],
        rejected: vec![],
        experts: vec![],
        seed: None,
        suspended: false,
        late: vec![],
        returned: false,
        quotes: vec![],
        ends: None,
        back_by: None,
        instalments: None,
        settled: vec![],
        state: LotState::Planned,
    }
}

/// The lot that a stream gives.
pub fn replay<'a>(code: LotCode, events: impl IntoIterator<Item = &'a LotEvent>) -> Option<Lot> {
    let mut events = events.into_iter();
    let LotEvent::Created(created) = events.next()? else { return None };
    let mut lot = begin(code, created);
    events.for_each(|event| apply(&mut lot, event));
    Some(lot)
}

/// What an event did to a lot.
pub fn apply(lot: &mut Lot, event: &LotEvent) {
    lot.version += 1;
    match event {
        LotEvent::Created(_) => {}
        LotEvent::Notified { notice } => {
            lot.notice = Some(notice.clone());
            lot.state = LotState::Checking;
        }
        LotEvent::SentBack { reason, .. } => lot.state = LotState::Returned { reason: reason.clone() },
        LotEvent::Published { at, point, commitment, .. } => {
            lot.published = Some(*at);
            lot.point = Some(point.clone());
            lot.commitment = Some(*commitment);
            lot.state = LotState::Tendering;
        }
        LotEvent::Asked { party, text, at } => {
            lot.questions.push(Question { party: *party, text: text.clone(), at: *at });
        }
        LotEvent::Clarified { text, at, deadline } => {
            lot.clarifications.push(Clarification { text: text.clone(), at: *at, deadline: *deadline });
            if let (Some(notice), Some(deadline)) = (&mut lot.notice, deadline) {
                notice.deadline = *deadline;
            }
        }
        LotEvent::Objected { stage, party, text, on, answer_by } => lot.objections.push(Objection {
            stage: *stage,
            party: *party,
            text: text.clone(),
            on: *on,
            answer_by: *answer_by,
            answer: None,
        }),
        LotEvent::Answered { objection, text, on, .. } => {
            if let Some(one) = lot.objections.get_mut(*objection) {
                one.answer = Some((*on, text.clone()));
            }
        }
        LotEvent::OpeningBegan { at, until, envelopes, .. } => {
            lot.opened = Some(*at);
            lot.envelopes = envelopes.clone();
            lot.state = LotState::Opening { until: *until };
        }
        LotEvent::Quoted { bid, price, at, ends } => {
            lot.quotes.push(Quote { bid: *bid, price: *price, at: *at });
            lot.ends = ends.or(lot.ends);
        }
        LotEvent::BidOpened(bid) => lot.bids.push((**bid).clone()),
        LotEvent::OpeningClosed { .. } => lot.state = LotState::Assessing,
        LotEvent::Drawn { panel } => lot.panel = Some(panel.clone()),
        LotEvent::Scored { seat, sheet } => {
            lot.sheets.insert(*seat, sheet.clone());
        }
        LotEvent::Assessed { ranking, rejected, publish_by, .. } => {
            lot.ranking = ranking.clone();
            lot.rejected = rejected.clone();
            lot.state = LotState::Assessed { publish_by: *publish_by };
        }
        LotEvent::CandidatesPublished { until, .. } => lot.state = LotState::Publicised { until: *until },
        LotEvent::Awarded { place, object_until, contract_by, back_by, .. } => {
            lot.back_by = *back_by;
            lot.late.retain(|late| *late != crate::Late::Contract);
            lot.state = LotState::Awarded { place: *place, object_until: *object_until, contract_by: *contract_by };
        }
        LotEvent::PanelShown { seed, experts } => {
            lot.seed = Some(seed.clone());
            lot.experts = experts.clone();
        }
        LotEvent::Contracted { on, amount, back_by, instalments } => {
            lot.instalments = *instalments;
            if let LotState::Awarded { place, .. } = lot.state {
                lot.state = LotState::Contracted { place, on: *on, amount: *amount, back_by: *back_by };
            }
        }
        LotEvent::Settled { flow, amount, on } => {
            lot.settled.push(Settlement { flow: flow.clone(), amount: *amount, on: *on });
        }
        LotEvent::Failed { ground, on } => lot.state = LotState::Failed { ground: *ground, on: *on },
        LotEvent::Suspended { suspended } => lot.suspended = *suspended,
        LotEvent::DepositsReturned { .. } => lot.returned = true,
        LotEvent::Overdue { what, .. } => lot.late.push(*what),
    }
}
