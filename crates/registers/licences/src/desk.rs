//! Commands, each inside the caller's transaction: defining types, issuing, and what authorities do afterwards.

mod presentation;

pub use presentation::{PRESENTATION, Presented, Sweeper, present, redeem};

use kernel::{
    Actor, CaseNumber, CreditCode, Date, DepartmentId, Duty, LicenceId, LicenceTypeCode, PartyId, local_date,
};
use store::{Db, Error, Failure, Read, Signer, Tx};

use crate::{
    model::{Content, Draft, Event, HolderName, Issuer, Licence, LicenceType, Place, SealedLicence, Standing},
    query,
    rules::{
        Refusal,
        lifecycle::{self, Command},
    },
    table::{self, LicenceRow},
};

/// What a command of this room answers.
pub type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The code of the licence type `name` of the body `definer`; a new type gets the body's next number.
///
/// # Errors
/// [`Refusal::BadTypeName`]; [`Refusal::TypesFull`] after 999 types.
pub fn ensure_type(tx: &mut Tx, actor: &Actor, name: &str, definer: &CreditCode) -> Result<LicenceTypeCode> {
    let name = name.trim();
    if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Refusal::BadTypeName.into());
    }
    if let Some(known) = table::type_named(tx, definer, name)? {
        return Ok(known.code);
    }
    let last = table::last_type(tx, definer)?;
    let last = last.and_then(|last| last.code.to_string()[18..].parse::<u16>().ok()).unwrap_or(0);
    let code = LicenceTypeCode::new(*definer, last + 1).map_err(|_| Refusal::TypesFull)?;
    let kind = LicenceType { code, name: name.to_owned() };
    table::insert_type(tx, definer, &kind)?;
    let event = Event::TypeDefined { code, name: kind.name };
    tx.journal(actor, &format!("licence-type:{code}"), 1, &[event])?;
    Ok(code)
}

/// What a decision gives to whom, before it is a licence.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Name of the licence (证照名称).
    pub name: String,
    /// Its type, from [`ensure_type`].
    pub type_code: LicenceTypeCode,
    /// Whose it will be; name and number are taken from the register of parties.
    pub holder: PartyId,
    /// The issuing department.
    pub department: DepartmentId,
    /// Its name in full.
    pub issuer_name: String,
    /// Its credit code.
    pub issuer_code: CreditCode,
    /// Date of issue.
    pub issued_on: Date,
    /// First day.
    pub valid_from: Date,
    /// Last day; `None` is 长期.
    pub valid_until: Option<Date>,
    /// What else it states.
    pub fields: Vec<(String, String)>,
    /// The case that led to it.
    pub case: Option<CaseNumber>,
    /// What it is, and how it is numbered.
    pub document: Document,
}

/// What kind of document a decision gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// A licence (证照), numbered by place, kind of department and year.
    Licence,
    /// The written decision itself (批文), numbered in a series of its department and year: `…准字〔2026〕第00001号`.
    Decision {
        /// The short name of who decides, which stands before 准字: 玄武发改.
        by: String,
    },
}

/// Makes and seals the licence for a grant: takes a serial number, fills in the holder and has it sealed. Not inside a
/// job: it opens a transaction for the number, and the signer may take its time. [`issue`] then puts it in force.
///
/// # Errors
/// [`Refusal::UnknownHolder`], [`Refusal::Content`]; or the signer or the database fails.
pub fn prepare(db: &Db, signer: &dyn Signer, grant: &Grant) -> Result<SealedLicence> {
    let year = grant.issued_on.year();
    let serial = db.number(&format!("licences.{}.{}.{year}", grant.type_code, grant.issuer_code))?;
    let serial = format!("{year}{serial:06}");
    let Grant { name, department, issuer_name, issuer_code, .. } = grant.clone();
    let number = match &grant.document {
        Document::Licence => format!("{}{}{serial}", department.region.county6(), department.kind),
        Document::Decision { by } => {
            let running = db.number(&format!("licences.decision.{department}.{year}"))?;
            format!("{by}{}{year}〕第{running:05}号", Content::DECISION)
        }
    };
    let id = LicenceId::new(grant.type_code, grant.issuer_code, &serial, 1);
    let id = id.map_err(|bad| Refusal::Content(bad.into()))?;
    let holder = db.read(|read| identity::whole(read, &grant.holder))?.ok_or(Refusal::UnknownHolder)?;
    let content = Content {
        format: Content::FORMAT.to_owned(),
        id,
        name,
        number,
        holder: HolderName { kind: holder.kind(), name: holder.name(), identifier: holder.identifier() },
        issuer: Issuer { department, name: issuer_name, code: issuer_code },
        issued_on: grant.issued_on,
        valid_from: grant.valid_from,
        valid_until: grant.valid_until,
        fields: grant.fields.clone(),
        case: grant.case,
    };
    let draft = Draft::new(grant.holder, content).map_err(Refusal::Content)?;
    Ok(draft.seal(signer)?)
}

/// Puts a sealed licence in force and in the register. With `replaces`, it takes that version's place.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::UnknownType`], [`Refusal::AlreadyIssued`] for a case that has its licence,
/// [`Refusal::OtherHolder`], [`Refusal::NotNextVersion`], [`Refusal::NotNow`].
pub fn issue(tx: &mut Tx, actor: &Actor, sealed: &SealedLicence, replaces: Option<&LicenceId>) -> Result<LicenceId> {
    let content = sealed.content();
    let id = content.id.clone();
    // The platform carries out what an official decided; an official issues within their power.
    if !matches!(actor, Actor::System(_)) && !actor.may(Duty::Decide, &content.issuer.department) {
        return Err(Refusal::NotAllowed.into());
    }
    if table::licence_type(tx, &id.type_code())?.is_none() {
        return Err(Refusal::UnknownType.into());
    }
    match replaces {
        Some(old) => give_way(tx, actor, old, sealed)?,
        None => only_one(tx, content)?,
    }
    let stored = tx.seal(&sealed.holder(), &content.canonical())?;
    let row = LicenceRow {
        id: id.clone(),
        place: Place::new(store::fresh_uuid()),
        holder: sealed.holder(),
        content: stored.clone(),
        seal: sealed.seal().clone(),
        standing: Standing::InForce,
        issued_at: tx.now(),
        version: 1,
    };
    match table::insert(tx, &row, content, replaces) {
        Err(Error::Taken(_)) => return Err(Refusal::AlreadyIssued { id }.into()),
        other => other?,
    }
    let event = Event::Issued {
        id: id.clone(),
        holder: sealed.holder(),
        name: content.name.clone(),
        department: content.issuer.department,
        case: content.case,
        valid_from: content.valid_from,
        valid_until: content.valid_until,
        content: stored,
        seal: sealed.seal().clone(),
        replaces: replaces.cloned(),
    };
    tx.journal(actor, &stream(&id), 1, &[event])?;
    Ok(id)
}

/// One case leads to one licence of a name, however often its followers try.
fn only_one(tx: &mut Tx, content: &Content) -> Result<()> {
    let Some(case) = &content.case else { return Ok(()) };
    for row in table::of_case(tx, case)? {
        let id = row.id.clone();
        if row.open(tx)?.content.name == content.name {
            return Err(Refusal::AlreadyIssued { id }.into());
        }
    }
    Ok(())
}

/// The old version gives way to the new one.
fn give_way(tx: &mut Tx, actor: &Actor, old: &LicenceId, new: &SealedLicence) -> Result<()> {
    let licence = query::get(tx, old)?.ok_or(Refusal::Unknown)?;
    if licence.holder != new.holder() {
        return Err(Refusal::OtherHolder.into());
    }
    let today = local_date(tx.now());
    let event = lifecycle::replace(&licence.content, &licence.standing, &new.content().id, today)?;
    carry(tx, actor, licence, event).map(drop)
}

/// Carries out what an authority decides about a licence in the register.
///
/// # Errors
/// A [`Refusal`] of [`crate::lifecycle::decide`]; [`Refusal::Unknown`].
pub fn handle(tx: &mut Tx, actor: &Actor, id: &LicenceId, command: &Command) -> Result<Licence> {
    let licence = query::get(tx, id)?.ok_or(Refusal::Unknown)?;
    let today = local_date(tx.now());
    let event = lifecycle::decide(&licence.content, &licence.standing, actor, command, today)?;
    carry(tx, actor, licence, event)
}

fn carry(tx: &mut Tx, actor: &Actor, mut licence: Licence, event: Event) -> Result<Licence> {
    lifecycle::apply(&mut licence.standing, &event);
    licence.version += 1;
    table::set_standing(tx, &licence.id, &licence.standing, licence.version)?;
    tx.journal(actor, &stream(&licence.id), licence.version, &[event])?;
    Ok(licence)
}

fn stream(id: &LicenceId) -> String {
    format!("licence:{id}")
}
