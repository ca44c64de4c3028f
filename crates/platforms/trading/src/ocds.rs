//! What is public of a lot, in the Open Contracting Data Standard 1.1.5: one release for each thing that became public, made from the
//! journal, and one compiled release.

use kernel::{CreditCode, Date, Fen, Timestamp, local_date, local_time, midnight};
use serde_json::{Map, Value, json};
use store::{Entry, Error, Failure, Read};

use crate::{FailGround, Family, Lot, LotCode, LotEvent, LotState, Refusal, book, query, rules};

/// Stands before lots' codes in an OCID. A publisher registers a prefix of its own; this one says that none is registered.
pub const PREFIX: &str = "ocds-000000-";
/// Entries of one lot that are looked at.
const ENTRIES_MOST: usize = 5_000;

/// The OCID of a lot.
pub fn ocid(code: &LotCode) -> String {
    format!("{PREFIX}{code}")
}

/// The lot of an OCID.
pub fn code_of(ocid: &str) -> Option<LotCode> {
    ocid.strip_prefix(PREFIX)?.parse().ok()
}

/// Whether the standard can speak of a lot: it knows what the public side buys, not what it sells by quotes.
pub fn speaks_of(lot: &Lot) -> bool {
    book().procedure(&lot.procedure).is_some_and(|procedure| procedure.sealed().is_some())
}

/// All releases of a lot, oldest first.
pub fn releases(read: &mut dyn Read, code: &LotCode) -> Result<Vec<Value>, Failure<Refusal>> {
    if !speaks_of(&query::public(read, code)?) {
        return Err(Refusal::NotFound.into());
    }
    let entries = store::journal::stream(read, &code.stream(), 1, ENTRIES_MOST)?;
    Ok(fold(code, &entries)?)
}

/// A release package (`uri` is where it is to be had).
pub fn package(uri: &str, publisher: &str, releases: Vec<Value>, now: Timestamp) -> Value {
    let mut package = head(uri, publisher, now);
    package.insert("releases".to_owned(), Value::Array(releases));
    Value::Object(package)
}

/// A record package of lots, each with its releases and the compiled one.
pub fn records(uri: &str, publisher: &str, lots: Vec<(LotCode, Vec<Value>)>, now: Timestamp) -> Value {
    let record = |(code, releases): (LotCode, Vec<Value>)| {
        let mut compiled = releases.last().cloned().unwrap_or_default();
        if let Some(compiled) = compiled.as_object_mut() {
            compiled.insert("id".to_owned(), json!(format!("{}-compiled", ocid(&code))));
            compiled.insert("tag".to_owned(), json!(["compiled"]));
        }
        json!({"ocid": ocid(&code), "releases": releases, "compiledRelease": compiled})
    };
    let mut package = head(uri, publisher, now);
    package.insert("records".to_owned(), lots.into_iter().map(record).collect());
    Value::Object(package)
}

fn head(uri: &str, publisher: &str, now: Timestamp) -> Map<String, Value> {
    let head = json!({
        "uri": uri, "version": "1.1", "publishedDate": time(now), "publisher": {"name": publisher}, "extensions": []
    });
    head.as_object().cloned().unwrap_or_default()
}

fn fold(code: &LotCode, entries: &[Entry]) -> Result<Vec<Value>, Error> {
    let mut lot: Option<Lot> = None;
    let mut releases = vec![];
    let (mut publicised, mut last) = (false, Timestamp::MIN);
    for entry in entries {
        let event: LotEvent = entry.event()?;
        match (&mut lot, &event) {
            (None, LotEvent::Created(created)) => lot = Some(rules::begin(*code, created)),
            (None, _) => return Err(Error::Corrupt(format!("lot {code} does not begin"))),
            (Some(lot), event) => rules::apply(lot, event),
        }
        let (Some(lot), Some((tag, at))) = (&lot, public(&event, entry.at, publicised)) else { continue };
        publicised |= matches!(event, LotEvent::CandidatesPublished { .. });
        // Releases stand in the order of their dates, also where of a later one only the day is known.
        last = last.max(at);
        releases.push(release(lot, tag, last));
    }
    Ok(releases)
}

/// The tag of what became public, and when it did.
fn public(event: &LotEvent, told: Timestamp, publicised: bool) -> Option<(&'static str, Timestamp)> {
    Some(match event {
        LotEvent::Published { at, .. } => ("tender", *at),
        LotEvent::Clarified { at, .. } => ("tenderUpdate", *at),
        LotEvent::OpeningBegan { at, .. } | LotEvent::OpeningClosed { at, .. } => ("tenderUpdate", *at),
        LotEvent::CandidatesPublished { on, .. } => ("award", moment(*on, told)),
        LotEvent::Awarded { on, .. } if publicised => ("awardUpdate", moment(*on, told)),
        LotEvent::Awarded { on, .. } => ("award", moment(*on, told)),
        LotEvent::Contracted { on, .. } => ("contract", moment(*on, told)),
        LotEvent::Failed { on, .. } => ("tenderCancellation", moment(*on, told)),
        _ => return None,
    })
}

/// The instant at which something of a day was told; of what was brought in later only the day is known.
fn moment(on: Date, told: Timestamp) -> Timestamp {
    if local_date(told) == on { told } else { midnight(on) }
}

/// A lot as it stood, in words of the standard.
fn release(lot: &Lot, tag: &str, at: Timestamp) -> Value {
    let mut release = json!({
        "ocid": ocid(&lot.code),
        "id": format!("{}-{}", ocid(&lot.code), lot.version),
        "date": time(at),
        "tag": [tag],
        "initiationType": "tender",
        "language": "zh",
        "parties": parties(lot),
        "buyer": reference(&lot.tenderer_code, &lot.tenderer_name),
        "tender": tender(lot),
    });
    if let Some(release) = release.as_object_mut() {
        let awards = awards(lot);
        if !awards.is_empty() {
            release.insert("awards".to_owned(), Value::Array(awards));
        }
        if let LotState::Contracted { place, on, amount, .. } = lot.state {
            let contract = json!({
                "id": format!("{}-C1", lot.code),
                "awardID": award_id(lot, place),
                "title": lot.name,
                "status": "active",
                "value": money(amount),
                "dateSigned": time(midnight(on)),
            });
            release.insert("contracts".to_owned(), json!([contract]));
        }
    }
    release
}

fn tender(lot: &Lot) -> Value {
    let procedure = book().procedure(&lot.procedure);
    let status = match &lot.state {
        LotState::Tendering | LotState::Opening { .. } => "active",
        LotState::Failed { ground: FailGround::Void, .. } => "cancelled",
        LotState::Failed { .. } => "unsuccessful",
        LotState::Planned | LotState::Checking | LotState::Returned { .. } => "planned",
        LotState::Assessing | LotState::Assessed { .. } | LotState::Publicised { .. } => "active",
        LotState::Awarded { .. } | LotState::Contracted { .. } => "complete",
    };
    let mut tender = json!({
        "id": lot.code.to_string(),
        "title": format!("{} {}", lot.project_name, lot.name),
        "status": status,
        "procuringEntity": reference(&lot.tenderer_code, &lot.tenderer_name),
        "value": money(lot.estimate),
        "procurementMethod": "open",
        "submissionMethod": ["electronicSubmission"],
        "hasEnquiries": !lot.questions.is_empty(),
    });
    let Some(out) = tender.as_object_mut() else { return tender };
    if let Some(procedure) = procedure {
        out.insert("procurementMethodDetails".to_owned(), json!(procedure.name));
        if procedure.family == Family::Works {
            out.insert("mainProcurementCategory".to_owned(), json!("works"));
        }
    }
    if let (Some(notice), Some(published)) = (&lot.notice, lot.published) {
        out.insert("description".to_owned(), json!(notice.text));
        out.insert("tenderPeriod".to_owned(), json!({"startDate": time(published), "endDate": time(notice.deadline)}));
        let end = midnight(notice.documents_until.tomorrow().unwrap_or(notice.documents_until));
        out.insert("enquiryPeriod".to_owned(), json!({"startDate": time(published), "endDate": time(end)}));
    }
    if !lot.clarifications.is_empty() {
        let changes: Vec<Value> = lot
            .clarifications
            .iter()
            .zip(1..)
            .map(|(one, n)| json!({"id": n.to_string(), "date": time(one.at), "rationale": one.text}))
            .collect();
        out.insert("amendments".to_owned(), Value::Array(changes));
    }
    if lot.opened.is_some() {
        let tenderers: Vec<Value> = lot.bids.iter().map(|bid| reference(&bid.code, &bid.name)).collect();
        out.insert("numberOfTenderers".to_owned(), json!(lot.envelopes.len()));
        if !tenderers.is_empty() {
            out.insert("tenderers".to_owned(), Value::Array(tenderers));
        }
    }
    tender
}

/// The candidates while they are public, then who was awarded; who gave it up is cancelled.
fn awards(lot: &Lot) -> Vec<Value> {
    let most = book().procedure(&lot.procedure).map_or(0, |procedure| procedure.candidates());
    let award = |place: usize, status: &str| {
        let bid = lot.ranked(place)?;
        Some(json!({
            "id": award_id(lot, place),
            "title": lot.name,
            "status": status,
            "value": money(bid.price),
            "suppliers": [reference(&bid.code, &bid.name)],
        }))
    };
    match lot.state {
        LotState::Publicised { .. } => (0..most).filter_map(|place| award(place, "pending")).collect(),
        LotState::Awarded { place, .. } | LotState::Contracted { place, .. } => {
            let gave_up = (0..place).filter_map(|place| award(place, "cancelled"));
            gave_up.chain(award(place, "active")).collect()
        }
        _ => vec![],
    }
}

fn award_id(lot: &Lot, place: usize) -> String {
    format!("{}-A{}", lot.code, place + 1)
}

fn parties(lot: &Lot) -> Vec<Value> {
    let party = |code: &CreditCode, name: &str, roles: &[&str]| {
        json!({
            "id": party_id(code),
            "name": name,
            "identifier": {"scheme": "CN-USCC", "id": code.to_string(), "legalName": name},
            "roles": roles,
        })
    };
    let mut parties = vec![party(&lot.tenderer_code, &lot.tenderer_name, &["buyer", "procuringEntity"])];
    let winner = lot.winner().map(|bid| bid.bid);
    parties.extend(lot.bids.iter().map(|bid| {
        let roles: &[&str] = if winner == Some(bid.bid) { &["tenderer", "supplier"] } else { &["tenderer"] };
        party(&bid.code, &bid.name, roles)
    }));
    parties
}

fn party_id(code: &CreditCode) -> String {
    format!("CN-USCC-{code}")
}

fn reference(code: &CreditCode, name: &str) -> Value {
    json!({"id": party_id(code), "name": name})
}

fn money(amount: Fen) -> Value {
    json!({"amount": amount.0 as f64 / 100.0, "currency": "CNY"})
}

/// RFC 3339 in Beijing time.
fn time(at: Timestamp) -> String {
    let local = local_time(at);
    format!("{}T{:02}:{:02}:{:02}+08:00", local.date(), local.hour(), local.minute(), local.second())
}
