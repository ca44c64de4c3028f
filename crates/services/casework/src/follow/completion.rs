//! A decision reaches the applicant: a granted case is given its licence, then served and closed; a no is served too. Where a fee is
//! owed, what was granted waits until it is paid or remitted: then payment's events bring it here.

use catalogue::{ResultKind, form::Kind};
use kernel::{CaseNumber, DepartmentId, Level, LicenceId};
use licences::{Document, Grant, SealedLicence};
use organisation::{Department, Regions};
use store::{Db, Effectuation, Entry, Error, Event as _, Failure, Follower, Read, ReadExt as _, Tx};

use crate::{
    Case, Decision, Event, Stage,
    handover::{self, HOUSE},
    model, query, table,
};

/// What a licence shows of the answers, at most.
const FIELDS_MOST: usize = 12;
/// Characters of a label and of a value on a licence.
const LABEL_MOST: usize = 30;
const VALUE_MOST: usize = 200;

/// Gives granted cases their licence, and serves and closes all that is decided.
pub struct Completion;

impl Follower for Completion {
    fn name(&self) -> &'static str {
        "casework.completion"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[Event::ROOM, payment::Event::ROOM]
    }

    /// Licences are made and sealed here, outside the transaction.
    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let mut completed = vec![];
        for entry in entries {
            let Some(case) = db.read(|read| ready(read, entry))? else { continue };
            let number = case.number;
            if completed.iter().any(|(done, _)| *done == number) {
                continue;
            }
            match product(db, &case) {
                Ok(product) => completed.push((number, product)),
                // One case whose holder was erased, or whose item cannot make a licence, must not hold up all others: it stays
                // granted, in the queue of what is to be served.
                Err(Failure::Refused(refusal)) => tracing::error!(case = %number, %refusal, "no licence can be made"),
                Err(Failure::Broken(Error::Erased)) => tracing::warn!(case = %number, "its applicant was erased"),
                Err(Failure::Broken(error)) => return Err(error),
            }
        }
        Ok(Box::new(move |tx| completed.iter().try_for_each(|(number, product)| complete(tx, number, product))))
    }
}

/// The case that an entry makes ready to be served: it was decided, and its fee is no longer owed.
fn ready(read: &mut dyn Read, entry: &Entry) -> Result<Option<Case>, Error> {
    let number = match entry.kind.as_str() {
        "casework.granted" | "casework.denied" | "casework.declined" => model::case_of(&entry.stream),
        "payment.paid" | "payment.exempted" => match payment::bill_of(&entry.stream) {
            Some(bill) => payment::query::subject_of(read, &bill)?.and_then(|subject| model::case_of(&subject)),
            None => None,
        },
        _ => None,
    };
    let Some(number) = number else { return Ok(None) };
    let Some(case) = table::case::load(read, &number)?.filter(waits) else { return Ok(None) };
    let owes = case.stage() == Stage::Granted && case.terms.fee.is_some();
    let is_ready = !owes || payment::query::is_cleared(read, &case.stream())?;
    Ok(is_ready.then_some(case))
}

/// Whether the decision has not been served yet, by hand or in an earlier run.
fn waits(case: &Case) -> bool {
    case.prepared.is_none() && matches!(case.stage(), Stage::Granted | Stage::Denied | Stage::Declined)
}

/// What is handed over with a decision.
enum Product {
    /// Nothing but the decision itself.
    Nothing,
    /// A licence, sealed, to be put in force.
    Sealed(Box<SealedLicence>),
    /// A licence that is in force already.
    InForce(LicenceId),
}

/// Puts the licence in force and hands the result over, or makes it ready: all in one transaction with the follower's cursor.
fn complete(tx: &mut Tx, number: &CaseNumber, product: &Product) -> Result<(), Error> {
    if !table::case::load(tx, number)?.is_some_and(|case| waits(&case)) {
        return Ok(());
    }
    let licence = match product {
        Product::Nothing => None,
        Product::InForce(id) => Some(id.clone()),
        Product::Sealed(sealed) => match licences::issue(tx, &HOUSE, sealed, None) {
            Ok(id) | Err(Failure::Refused(licences::Refusal::AlreadyIssued { id })) => Some(id),
            Err(Failure::Broken(error)) => return Err(error),
            Err(Failure::Refused(refusal)) => return Err(Error::Corrupt(format!("case {number}: {refusal}"))),
        },
    };
    handover::hand_over(tx, number, licence)
}

/// What is handed over: a licence, or the decision as a sealed document, if the case was granted and its item produces one.
fn product(db: &Db, case: &Case) -> Result<Product, Failure<licences::Refusal>> {
    let (Stage::Granted, ResultKind::Licence | ResultKind::Decision, Some(decision)) =
        (case.stage(), case.terms.result, &case.decision)
    else {
        return Ok(Product::Nothing);
    };
    let made = db.read(|read| licences::of_case(read, &case.number))?;
    if let Some(made) = made.into_iter().find(|made| made.content.name == case.terms.result_name) {
        return Ok(Product::InForce(made.id));
    }
    let (issuer, definer, fields, document) = db.read(|read| {
        let issuer = department(read, &case.department)?;
        let definer = definer(read, &issuer)?;
        let (fields, document) = match case.terms.result {
            ResultKind::Decision => (decided(case, fields(read, case)?), Document::Decision { by: by(read, &issuer)? }),
            _ => (fields(read, case)?, Document::Licence),
        };
        Ok::<_, Error>((issuer, definer, fields, document))
    })?;
    let (name, code) = (case.terms.result_name.clone(), definer.credit_code);
    let type_code = db.write(move |tx| licences::ensure_type(tx, &HOUSE, &name, &code))?;
    let Decision { on, .. } = decision;
    let grant = Grant {
        name: case.terms.result_name.clone(),
        type_code,
        holder: case.applicant,
        department: issuer.id,
        issuer_name: issuer.name,
        issuer_code: issuer.credit_code,
        issued_on: *on,
        valid_from: *on,
        valid_until: case.terms.validity_years.and_then(|years| licences::last_day(*on, years)),
        fields,
        case: Some(case.number),
        document,
    };
    licences::prepare(db, db.signer().as_ref(), &grant).map(|sealed| Product::Sealed(Box::new(sealed)))
}

/// What a written decision says before the facts (行政许可法 第三十八条: a grant is a written decision).
fn decided(case: &Case, facts: Vec<(String, String)>) -> Vec<(String, String)> {
    let said = [("事项", case.terms.name.clone()), ("决定", "经审查，申请符合法定条件、标准，决定准予。".to_owned())];
    let said = said.into_iter().map(|(label, value)| (label.to_owned(), value.chars().take(VALUE_MOST).collect()));
    said.chain(facts).collect()
}

/// The short name of a department, as it stands before 准字: the region without 市 or 区, and what the office is called for short.
fn by(read: &mut dyn Read, issuer: &Department) -> Result<String, Error> {
    let regions = read.cached::<Regions>()?;
    let name = regions.get(&issuer.id.region).map(|region| region.name.clone()).unwrap_or_default();
    let stem = name.strip_suffix(['省', '市', '区', '县']).filter(|stem| stem.chars().count() >= 2).unwrap_or(&name);
    let by = format!("{stem}{}", issuer.short);
    Ok(by.chars().filter(|c| !c.is_control()).take(40).collect())
}

fn department(read: &mut dyn Read, id: &DepartmentId) -> Result<Department, Error> {
    organisation::department(read, id)?.ok_or_else(|| Error::Corrupt(format!("there is no department {id}")))
}

/// The body that defines the type: the department of the same kind at the province, or the issuer where there is none.
fn definer(read: &mut dyn Read, issuer: &Department) -> Result<Department, Error> {
    let province = issuer.id.region.at(Level::Province).map(|region| DepartmentId { region, kind: issuer.id.kind });
    let found = match province {
        Some(id) => organisation::department(read, &id)?,
        None => None,
    };
    Ok(found.unwrap_or_else(|| issuer.clone()))
}

/// What the licence shows of the answers: what the form says belongs on it, and nothing else.
fn fields(read: &mut dyn Read, case: &Case) -> Result<Vec<(String, String)>, Error> {
    let papers = query::unsealed(read, case)?;
    let Some(form) = catalogue::query::form_version(read, &case.terms.form, case.terms.form_version)? else {
        return Ok(vec![]);
    };
    let shown = form.questions().filter(|question| question.on_licence);
    let facts = shown.filter_map(|question| {
        let unit = if let Kind::Number { unit, .. } = &question.kind { unit } else { "" };
        let value = papers.answers.get(&question.key)?.shown() + unit;
        let clean: String = value.chars().filter(|c| !c.is_control()).take(VALUE_MOST).collect();
        let label: String = question.noun.chars().take(LABEL_MOST).collect();
        (!clean.trim().is_empty()).then_some((label, clean))
    });
    Ok(facts.take(FIELDS_MOST).collect())
}
