//! What other rooms' entries look like to the rules.

use casework::{Event, Service, Subject};
use catalogue::Source;
use kernel::{CaseNumber, Fen, local_date};
use store::{Entry, Error};

use crate::{Seen, Sign};

/// The case that an entry concerns and what the rules see of it; none if they do not look at it. A bill's later entries do not name
/// their case: `bill_of` knows it.
pub fn seen(
    entry: &Entry,
    bill_of: &mut dyn FnMut(&str) -> Result<Option<CaseNumber>, Error>,
) -> Result<Option<(CaseNumber, Sign)>, Error> {
    let found = match entry.room() {
        "casework" => casework::case_of(&entry.stream)
            .map(|number| Ok::<_, Error>((number, case(&entry.event()?))))
            .transpose()?,
        "payment" => match bill(entry)? {
            Some(saw) => bill_of(&entry.stream)?.map(|number| (number, saw)),
            None => None,
        },
        "evaluation" => entry
            .stream
            .strip_prefix("service:case-")
            .and_then(|number| number.parse().ok())
            .and_then(|number| Some((number, rating(entry)?))),
        _ => None,
    };
    let version = (entry.room() == "casework").then_some(entry.version);
    Ok(found.map(|(number, saw)| (number, Sign { seq: entry.seq, version, at: entry.at, saw })))
}

fn case(event: &Event) -> Seen {
    match event {
        Event::Submitted(new) => Seen::Submitted {
            department: new.department,
            item: new.terms.name.clone(),
            instant: new.terms.is_instant(),
            online: matches!(new.channel, casework::Channel::Online | casework::Channel::Mobile),
            limit: new.terms.limit,
            statutory: new.terms.statutory,
            listed: new
                .terms
                .materials
                .iter()
                .filter(|listed| listed.source != Source::Government)
                .map(|listed| listed.name.clone())
                .collect(),
            received: new.received,
            answer_by: new.answer_by,
        },
        Event::Accepted { by, on, .. } => Seen::Accepted { by: Some(*by), on: *on },
        Event::DeemedAccepted { since, .. } => Seen::Accepted { by: None, on: *since },
        Event::CorrectionRequested { missing, on, by, repeated, .. } => Seen::Corrected {
            by: *by,
            on: *on,
            reason: repeated.clone(),
            materials: missing
                .iter()
                .filter_map(|missing| match &missing.what {
                    Subject::Material(name) => Some(name.clone()),
                    Subject::Field(_) => None,
                })
                .collect(),
        },
        Event::Resubmitted { received, answer_by, .. } => {
            Seen::Resubmitted { received: *received, answer_by: *answer_by }
        }
        Event::Reviewed { by, on, .. } => Seen::Reviewed { by: *by, on: *on },
        Event::Suspended { reason, on, expected, by, .. } => {
            Seen::Suspended { by: *by, on: *on, reason: reason.clone(), expected: *expected }
        }
        Event::Resumed { on, .. } => Seen::Resumed { on: *on },
        Event::Extended { days, reason, on, by, .. } => {
            Seen::Extended { by: *by, on: *on, days: *days, reason: reason.clone() }
        }
        Event::Granted { by, on, serve_by, .. } => {
            Seen::Decided { by: *by, on: *on, granted: true, reasoned: true, serve_by: *serve_by }
        }
        Event::Denied { by, on, reason, article, remedy, serve_by } => Seen::Decided {
            by: *by,
            on: *on,
            granted: false,
            reasoned: is_reasoned(reason, article, remedy),
            serve_by: *serve_by,
        },
        Event::Declined { by, on, reason, article, remedy, serve_by, .. } => {
            Seen::Declined { by: *by, on: *on, reasoned: is_reasoned(reason, article, remedy), serve_by: *serve_by }
        }
        Event::Served { how, on, .. } => Seen::Served { on: *on, visit: *how == Service::Window },
        Event::Closed { on, outcome: casework::Outcome::Returned } => Seen::Ended { on: *on },
        Event::Closed { on, .. } => Seen::Closed { on: *on },
        Event::Returned { on } | Event::Withdrawn { on, .. } => Seen::Ended { on: *on },
        _ => Seen::Other,
    }
}

/// A no has its reason, its basis and its remedy (行政许可法 art. 38).
fn is_reasoned(reason: &str, article: &str, remedy: &casework::Remedy) -> bool {
    !reason.trim().is_empty() && !article.trim().is_empty() && remedy.review_days > 0 && remedy.suit_months > 0
}

fn bill(entry: &Entry) -> Result<Option<Seen>, Error> {
    use payment::Event as E;
    let billed = |lines: &[payment::Line]| {
        let amount = Fen::checked_sum(lines.iter().map(|line| line.amount)).unwrap_or_default();
        // Where the standard names no amount, a clerk reckons it: then the assessed line is all there is to compare.
        let standard =
            |line: &payment::Line| line.rate.and_then(|rate| rate.checked_mul(line.quantity)).unwrap_or(line.amount);
        let standard = Fen::checked_sum(lines.iter().map(standard)).unwrap_or_default();
        Seen::Billed { amount, standard }
    };
    if payment::bill_of(&entry.stream).is_none() {
        return Ok(None);
    }
    Ok(match entry.event::<E>()? {
        E::Opened(opened) => Some(billed(&opened.lines)),
        E::Assessed { line, .. } => Some(billed(std::slice::from_ref(&line))),
        E::RefundApproved { no, .. } => Some(Seen::RefundDue { no, on: local_date(entry.at) }),
        E::Refunded { no, .. } | E::RefundRefused { no, .. } => Some(Seen::RefundDone { no }),
        _ => None,
    })
}

/// Ratings are read by their kind: where that room is not built, there are none.
fn rating(entry: &Entry) -> Option<Seen> {
    let body = || serde_json::from_str::<serde_json::Value>(&entry.body).ok();
    let due = |name: &str| body().and_then(|body| serde_json::from_value(body[name]["due"].clone()).ok());
    match entry.kind.as_str() {
        "evaluation.rated" => {
            let body = body()?;
            let level = &body["rated"]["level"];
            let poor = level.as_u64().is_some_and(|level| level >= 4) || matches!(level.as_str(), Some("poor" | "bad"));
            Some(Seen::Rated { poor })
        }
        "evaluation.set-aside" => Some(Seen::SetAside),
        "evaluation.contact-overdue" => Some(Seen::RedressLate { rectify: false, due: due("contact-overdue")? }),
        "evaluation.rectify-overdue" => Some(Seen::RedressLate { rectify: true, due: due("rectify-overdue")? }),
        _ => None,
    }
}
