//! A project on its way in: checked, given its code, and where filing is enough, certified under seal — before the transaction is.

use identity::PartyKind;
use kernel::{Actor, Date, DepartmentId, Level, PartyId, ProjectCode, RegionCode};
use licences::{Document, Grant, SealedLicence};
use organisation::{Department, Regions};
use store::{Db, Error, Failure, Read, ReadExt};

use crate::{Certificate, Event, Notice, Particulars, Refusal, Registered, Route, Rulebook, rulebook, rules, table};

/// The house itself: it carries out what the rules give.
pub(crate) const HOUSE: Actor = Actor::System("investment");

/// Random digits of a code.
const CODES_A_MONTH: i64 = 100_000;
/// No common factor with them, so that serial numbers become each of them once, in no order that one sees.
const STRIDE: i64 = 61_803;

/// A project that only needs to be kept. Only [`Registration::prepare`] makes one.
#[derive(Debug, Clone)]
pub struct Registration {
    pub(crate) actor: Actor,
    pub(crate) code: ProjectCode,
    pub(crate) unit: PartyId,
    pub(crate) name: String,
    pub(crate) events: Vec<Event>,
    pub(crate) sealed: Option<Box<SealedLicence>>,
}

/// What is known once the notice was found complete.
struct Complete {
    registered: Registered,
    lead: Department,
    certificate: String,
}

impl Registration {
    /// Finds the procedure, checks that nothing is missing, draws the code and, for a filing, has the certificate sealed.
    pub fn prepare(db: &Db, actor: &Actor, notice: &Notice) -> Result<Registration, Failure<Refusal>> {
        let book = rulebook();
        let complete = db.read(|read| complete(read, actor, notice, book))?;
        let Complete { registered, lead, certificate } = &complete;
        let code = draw(db, book, registered.particulars.region, registered.on)?;
        let mut events = vec![Event::Registered(Box::new(registered.clone()))];
        let sealed = match registered.route {
            Route::Filing => {
                let sealed = seal(db, registered, code, lead, certificate)?;
                let content = sealed.content();
                let (licence, number) = (content.id.clone(), content.number.clone());
                events.push(Event::Certified(Certificate { licence, number, on: registered.on }));
                Some(Box::new(sealed))
            }
            Route::Ratification | Route::Approval => None,
        };
        let (unit, name) = (registered.unit, registered.particulars.name.clone());
        Ok(Registration { actor: actor.clone(), code, unit, name, events, sealed })
    }

    /// The code that it will have.
    pub fn code(&self) -> ProjectCode {
        self.code
    }
}

fn complete(
    read: &mut dyn Read,
    actor: &Actor,
    notice: &Notice,
    book: &Rulebook,
) -> Result<Complete, Failure<Refusal>> {
    let unit = unit(read, actor, book)?;
    let on = kernel::local_date(read.now());
    let regions = read.cached::<Regions>()?;
    let (particulars, decision) = rules::complete(book, &regions, notice, on)?;
    if let Some(code) = table::named(read, &unit, &particulars.name)? {
        return Err(Refusal::SameName { code }.into());
    }
    let implementation = catalogue::implementation(read, &book.filing_item, particulars.region);
    let implementation = implementation.map_err(|failure| failure.map_refusal(|_| Refusal::NoLead))?;
    let line = decision.line.map(|line| line.id.clone());
    let lead = implementation.department.clone();
    let registered = Registered { unit, route: decision.route, line, lead: lead.id, particulars, on };
    Ok(Complete { registered, lead, certificate: implementation.base.result.clone() })
}

/// The unit for which somebody acts: an organisation, and the mandate covers investment.
pub(crate) fn unit(read: &mut dyn Read, actor: &Actor, book: &Rulebook) -> Result<PartyId, Failure<Refusal>> {
    let unit = actor.party().ok_or(Refusal::NotUnit)?;
    if identity::kind(read, &unit)? != Some(PartyKind::Organisation) {
        return Err(Refusal::NotUnit.into());
    }
    let covered = identity::may_act(read, actor, Some(&book.filing_item));
    covered.map_err(|failure| failure.map_refusal(|_| Refusal::NoMandate))?;
    Ok(unit)
}

/// The next code of the county and month: none is given twice.
fn draw(db: &Db, book: &Rulebook, region: RegionCode, on: Date) -> Result<ProjectCode, Failure<Refusal>> {
    let (year, month) = (on.year().unsigned_abs(), on.month().unsigned_abs());
    let six = region.county6();
    let serial = db.number(&format!("investment.code.{year}{month:02}.{six}"))?;
    let random = scattered(serial, six).ok_or(Refusal::CodesUsedUp)?;
    let parts = &book.code;
    let code = ProjectCode::from_parts(year, month, six, &parts.department, &parts.kind, random);
    code.map_err(|error| Error::Corrupt(format!("no project code for {region}: {error}")).into())
}

/// Five digits for a serial number from 1 on; none after 100,000.
fn scattered(serial: i64, six: &str) -> Option<u32> {
    let place = (1..=CODES_A_MONTH).contains(&serial).then_some(serial)?;
    let start = six.parse::<i64>().unwrap_or_default();
    u32::try_from((place * STRIDE + start * 7) % CODES_A_MONTH).ok()
}

/// The certificate: an electronic licence, numbered, sealed, and to be verified like any other.
fn seal(
    db: &Db,
    registered: &Registered,
    code: ProjectCode,
    lead: &Department,
    name: &str,
) -> Result<SealedLicence, Failure<Refusal>> {
    let definer = db.read(|read| definer(read, lead))?;
    let (title, definer) = (name.to_owned(), definer.credit_code);
    let type_code = db.write(move |tx| licences::ensure_type(tx, &HOUSE, &title, &definer));
    let type_code =
        type_code.map_err(|failure: Failure<licences::Refusal>| failure.map_refusal(Refusal::Certificate))?;
    let grant = Grant {
        name: name.to_owned(),
        type_code,
        holder: registered.unit,
        department: lead.id,
        issuer_name: lead.name.clone(),
        issuer_code: lead.credit_code,
        issued_on: registered.on,
        valid_from: registered.on,
        valid_until: None,
        fields: fields(&registered.particulars, code),
        case: None,
        document: Document::Licence,
    };
    licences::prepare(db, db.signer().as_ref(), &grant).map_err(|failure| failure.map_refusal(Refusal::Certificate))
}

/// The body that defines the type: the department of the same kind at the province, or the lead where there is none.
fn definer(read: &mut dyn Read, lead: &Department) -> Result<Department, Error> {
    let province = lead.id.region.at(Level::Province).map(|region| DepartmentId { region, kind: lead.id.kind });
    let found = match province {
        Some(id) => organisation::department(read, &id)?,
        None => None,
    };
    Ok(found.unwrap_or_else(|| lead.clone()))
}

fn fields(particulars: &Particulars, code: ProjectCode) -> Vec<(String, String)> {
    let plan = |day: Date| format!("{}年{}月", day.year(), day.month());
    let Particulars { name, address, nature, industry, scale, total, start, finish, .. } = particulars;
    [
        ("项目代码", code.to_string()),
        ("项目名称", name.clone()),
        ("建设地点", address.clone()),
        ("建设性质", nature.word().to_owned()),
        ("国民经济行业", format!("{industry} {}", industry.section())),
        ("建设规模和内容", scale.replace('\n', " ")),
        ("项目总投资", format!("{} 元", total)),
        ("计划开工", plan(*start)),
        ("计划竣工", plan(*finish)),
        ("声明", "项目单位声明：项目符合产业政策，所填信息真实、合法、完整。".to_owned()),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_hundred_thousand_serials_are_a_hundred_thousand_codes() {
        let codes: BTreeSet<u32> = (1..=CODES_A_MONTH).filter_map(|serial| scattered(serial, "320102")).collect();
        assert_eq!(codes.len(), 100_000);
        assert_eq!(scattered(CODES_A_MONTH + 1, "320102"), None);
        assert_eq!(scattered(0, "320102"), None);
    }
}
