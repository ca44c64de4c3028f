//! The account of a day: the channel's lines against ours, and how a difference is resolved.

use std::collections::BTreeMap;

use kernel::{Actor, Duty, Fen, Timestamp};

use super::{Facts, Refusal, written};
use crate::{Difference, Event, Finding, Reconciliation, Resolution, Settling, statement::Line};

/// Differences of one day that are taken; a file with more is not the account of that day.
pub const DIFFERENCES_MOST: usize = 1_000;

/// A payment or a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowKind {
    /// Money came.
    Pay,
    /// Money went back.
    Refund,
}

/// Money that moved by our books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Payment or refund.
    pub kind: FlowKind,
    /// The channel's number.
    pub reference: String,
    /// Our order or refund.
    pub own_no: String,
    /// How much.
    pub amount: Fen,
    /// When, as the channel says.
    pub at: Timestamp,
}

/// What comparing gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// Our numbers of payments that agree: their bills may be settled.
    pub even: Vec<String>,
    /// Refunds that agree.
    pub even_refunds: u32,
    /// What does not agree, by our number.
    pub differences: Vec<Unlike>,
}

/// A line that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlike {
    /// Of which class.
    pub finding: Finding,
    /// Our number.
    pub own_no: String,
    /// The channel's number.
    pub reference: String,
    /// In our books.
    pub ours: Option<Fen>,
    /// In the channel's.
    pub theirs: Option<Fen>,
}

/// Compares a channel's lines with our flows of the same day. `knows` says whether a number of ours exists though no money has
/// moved by it.
///
/// Five classes: agreed (平), surplus (长款), shortfall (短款), amount (金额不符), state (状态不符).
pub fn compare(theirs: &[Line], ours: &[Flow], knows: impl Fn(&str) -> bool) -> Compared {
    let mut open: BTreeMap<(FlowKind, &str), &Flow> =
        ours.iter().map(|flow| ((flow.kind, flow.reference.as_str()), flow)).collect();
    let mut compared = Compared::default();
    for line in theirs {
        let mut differs = |finding, ours| {
            let (own_no, reference) = (line.own_no.clone(), line.reference.clone());
            compared.differences.push(Unlike { finding, own_no, reference, ours, theirs: Some(line.amount) });
        };
        match open.remove(&(line.kind, line.reference.as_str())) {
            Some(flow) if flow.amount != line.amount => differs(Finding::Amount, Some(flow.amount)),
            Some(flow) if flow.own_no != line.own_no => differs(Finding::State, Some(flow.amount)),
            Some(_) if line.kind == FlowKind::Pay => compared.even.push(line.own_no.clone()),
            Some(_) => compared.even_refunds += 1,
            None if knows(&line.own_no) => differs(Finding::State, None),
            None => differs(Finding::Surplus, None),
        }
    }
    for flow in open.into_values() {
        let (own_no, reference) = (flow.own_no.clone(), flow.reference.clone());
        let (finding, ours) = (Finding::Shortfall, Some(flow.amount));
        compared.differences.push(Unlike { finding, own_no, reference, ours, theirs: None });
    }
    compared
}

/// Resolves a difference: a step of whoever settles, with its words.
pub fn resolve(
    account: &Reconciliation,
    reference: &str,
    how: Settling,
    words: &str,
    facts: &Facts,
) -> Result<Event, Refusal> {
    let found = account.differences.iter().find(|difference| difference.reference == reference);
    let difference: &Difference = found.ok_or(Refusal::NoSuchDifference)?;
    let by = match facts.actor {
        Actor::Staff { staff, powers, .. } => {
            let may = match &difference.department {
                Some(department) => facts.actor.may(Duty::Settle, department),
                None => powers
                    .iter()
                    .any(|power| power.duty == Duty::Settle && power.scope.region.level() == kernel::Level::Province),
            };
            if may { *staff } else { return Err(Refusal::NotEmpowered { duties: vec![Duty::Settle] }) }
        }
        _ => return Err(Refusal::NotEmpowered { duties: vec![Duty::Settle] }),
    };
    if difference.resolution.is_some() {
        return Err(Refusal::ResolvedBefore);
    }
    let words = written(words, "/words")?;
    Ok(Event::Resolved { reference: reference.to_owned(), resolution: Resolution { how, words, by, at: facts.now } })
}
