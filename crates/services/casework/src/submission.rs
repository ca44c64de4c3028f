//! An application on its way in: everything that can be checked, fetched, sealed and reckoned before the transaction is.

use catalogue::{Answers, BaseItem, Subject};
use identity::PartyKind;
use kernel::{
    Actor, BasicCode, CaseNumber, Date, DepartmentId, Digest, DraftId, Duty, LicenceId, PartyId, ProjectCode,
    RegionCode, Sealed, Timestamp, local_date,
};
use serde::{Deserialize, Serialize};
use store::{Db, Failure, Read, ReadExt, Written};

use crate::{
    Counter, Event, Papers, Refusal, Submitted, Tier, Way, holdings, materials, materials::Gathered, rules,
    table::case::Fresh,
};

/// By which way an application came in (申请方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The web site.
    Online,
    /// A phone.
    Mobile,
    /// A window.
    Window,
    /// A self-service terminal.
    Terminal,
}

/// What somebody wants to file.
#[derive(Debug, Clone, PartialEq)]
pub struct Filing {
    /// Whose application it is.
    pub applicant: PartyId,
    /// The base item.
    pub item: BasicCode,
    /// The person's place; the item is handled there or in the region above that serves it.
    pub region: RegionCode,
    /// Answers to the form.
    pub answers: Answers,
    /// What is handed in. Licences that the government holds and materials it asks of itself need not be named.
    pub materials: Vec<Attachment>,
    /// By which way.
    pub channel: Channel,
    /// How the result is to be received.
    pub way: Way,
    /// The queue ticket that is called to the clerk's window; only staff can name one.
    pub ticket: Option<halls::TicketId>,
    /// The draft it was written in, and its version; it is gone once it is filed.
    pub draft: Option<(DraftId, i64)>,
    /// Under which key, so that sending it twice files it once.
    pub key: Option<Key>,
}

/// An idempotency key: one client's name for one wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Whose key it is.
    pub client: String,
    /// The key.
    pub key: String,
    /// What was asked under it: the request's bytes, or their digest.
    pub request: Vec<u8>,
}

/// One material as the applicant gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name on the item's list.
    pub material: String,
    /// What is given.
    pub brought: Brought,
}

/// What an applicant can give as a material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Brought {
    /// A file uploaded before.
    File {
        /// Its digest.
        digest: Digest,
        /// Its name at home, for the applicant to recognise it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A licence of the applicant's.
    Licence {
        /// Which.
        id: LicenceId,
    },
    /// A file of an earlier case of the applicant's.
    Earlier {
        /// Which case.
        case: CaseNumber,
        /// Which file.
        digest: Digest,
    },
    /// The original, to be shown at the window.
    AtWindow,
}

/// An application that only needs a number: checked, sealed, reckoned. Only [`Submission::prepare`] makes one.
#[derive(Debug, Clone)]
pub struct Submission {
    pub(crate) actor: Actor,
    pub(crate) event: Written,
    pub(crate) fresh: Fresh,
    pub(crate) at: Timestamp,
    pub(crate) answer_by: Date,
    pub(crate) department: DepartmentId,
    pub(crate) day: Date,
    pub(crate) series: String,
    pub(crate) password: String,
    pub(crate) applicant: PartyId,
    pub(crate) ticket: Option<halls::TicketId>,
    pub(crate) draft: Option<(DraftId, i64)>,
    pub(crate) key: Option<Key>,
}

/// What the applicant takes away (收件凭证).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The case's number.
    pub number: CaseNumber,
    /// The six-digit query password.
    pub password: String,
    /// When the application entered the system.
    pub submitted: Timestamp,
    /// The day by which the office answers; after it the application counts as accepted.
    pub answer_by: Date,
    /// Whether this very application had been filed before under the same key.
    pub repeated: bool,
}

impl Brought {
    /// The file, where it is one.
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Brought::File { digest, .. } | Brought::Earlier { digest, .. } => Some(digest),
            Brought::Licence { .. } | Brought::AtWindow => None,
        }
    }

    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Brought::File { .. } | Brought::Earlier { .. })
    }
}

impl Submission {
    /// Does everything that needs no transaction: places the item, checks form and materials, brings what the government
    /// holds already, seals the answers, reckons the dates.
    ///
    /// What belongs to an investment project is refused: it comes in by [`Submission::prepare_for`].
    pub fn prepare(db: &Db, actor: &Actor, filing: Filing) -> Result<Submission, Failure<Refusal>> {
        Submission::prepared(db, actor, filing, None)
    }

    /// As [`Submission::prepare`], for an approval of the investment project `project`. Only the room that keeps the projects calls it,
    /// after it has seen that the code is that applicant's and that its stage is open: casework stands below and cannot ask.
    pub fn prepare_for(
        db: &Db,
        actor: &Actor,
        filing: Filing,
        project: ProjectCode,
    ) -> Result<Submission, Failure<Refusal>> {
        Submission::prepared(db, actor, filing, Some(project))
    }

    fn prepared(
        db: &Db,
        actor: &Actor,
        filing: Filing,
        project: Option<ProjectCode>,
    ) -> Result<Submission, Failure<Refusal>> {
        let (mut submitted, papers) = db.read(|read| assemble(read, actor, &filing, project))?;
        submitted.form = db.seal(&filing.applicant, &papers.to_json()?)?;
        Ok(Submission {
            actor: actor.clone(),
            department: submitted.department,
            day: submitted.received,
            series: series(&submitted),
            at: submitted.at,
            answer_by: submitted.answer_by,
            fresh: Fresh::new(rules::open(any_number(&submitted)?, &submitted))?,
            event: Written::new(&Event::Submitted(Box::new(submitted)))?,
            password: papers.password,
            applicant: filing.applicant,
            ticket: filing.ticket,
            draft: filing.draft,
            key: filing.key,
        })
    }
}

/// All of a submission but the seal on its papers.
fn assemble(
    read: &mut dyn Read,
    actor: &Actor,
    filing: &Filing,
    project: Option<ProjectCode>,
) -> Result<(Submitted, Papers), Failure<Refusal>> {
    let (now, today) = (read.now(), local_date(read.now()));
    let implementation = catalogue::implementation(read, &filing.item, filing.region)
        .map_err(|failure| failure.map_refusal(Refusal::Item))?;
    let department = implementation.department.id;
    rules::may_stand_alone(&implementation.base, project.as_ref())?;
    may_file(read, actor, filing, &department)?;
    is_for(read, &filing.applicant, &implementation.base)?;
    let form = catalogue::form(read, &filing.item).map_err(|failure| failure.map_refusal(Refusal::Item))?;
    let regions = read.cached::<organisation::Regions>()?;
    let checked = form.check(&filing.answers, today, &regions).map_err(Refusal::Form)?;

    let answers = checked.into_answers();
    rules::names_its_project(&form, &answers, project.as_ref())?;
    let mut terms = rules::terms(&implementation, &form);
    rules::spare(&mut terms, &form, &answers);
    rules::may_go(terms.ways(), filing.way.service())?;
    let Gathered { mut materials, files } = materials::gather(read, actor, &filing.applicant, &filing.materials)?;
    holdings::bring_licences(read, &filing.applicant, &terms, &mut materials)?;
    rules::check_materials(&terms, &materials)?;
    materials.extend(rules::provided(&terms, &materials));

    let password = password();
    let submitted = Submitted {
        item: filing.item,
        terms,
        region: implementation.region,
        department,
        applicant: filing.applicant,
        filed_by: filed_by(actor, filing.applicant),
        channel: filing.channel,
        at: now,
        form: Sealed(String::new()),
        materials,
        lookup: lookup(read, &filing.applicant, &password),
        received: today,
        answer_by: organisation::calendar(read)?.after(today, clock::ANSWER_LIMIT),
        way: filing.way.service(),
        counter: counter(actor, filing)?,
        project,
    };
    let way = filing.way.clone();
    Ok((submitted, Papers { answers, files, password, way }))
}

/// Citizens file for themselves or for whom they may act in this item; a clerk takes in what is brought to the window.
fn may_file(
    read: &mut dyn Read,
    actor: &Actor,
    filing: &Filing,
    department: &DepartmentId,
) -> Result<(), Failure<Refusal>> {
    match actor {
        Actor::Citizen { acting_for, .. } if *acting_for == filing.applicant => may_act(read, actor, &filing.item),
        Actor::Staff { .. } if actor.may(Duty::Receive, department) => Ok(()),
        Actor::Staff { .. } => Err(Refusal::NotEmpowered { duties: vec![Duty::Receive] }.into()),
        Actor::Citizen { .. } | Actor::System(_) => Err(Refusal::OnlyTheApplicant.into()),
    }
}

/// What is kept of the window: a clerk who files has seen the originals. A ticket is named by nobody else.
fn counter(actor: &Actor, filing: &Filing) -> Result<Option<Counter>, Refusal> {
    match actor.staff() {
        Some(by) => Ok(Some(Counter { by, identity: Tier::B, ticket: filing.ticket })),
        None if filing.ticket.is_some() => Err(Refusal::Hall(halls::Refusal::NoSuchTicket)),
        None => Ok(None),
    }
}

/// Whether the agent's mandate covers the item.
pub(crate) fn may_act(read: &mut dyn Read, actor: &Actor, item: &BasicCode) -> Result<(), Failure<Refusal>> {
    match actor {
        Actor::Citizen { person, acting_for, .. } if person != acting_for => {
            identity::may_act(read, actor, Some(item)).map_err(|failure| failure.map_refusal(|_| Refusal::NoMandate))
        }
        _ => Ok(()),
    }
}

/// Items for people are not for companies, nor the other way round.
fn is_for(read: &mut dyn Read, applicant: &PartyId, base: &BaseItem) -> Result<(), Failure<Refusal>> {
    let subject = match identity::kind(read, applicant)?.ok_or(Refusal::OnlyTheApplicant)? {
        PartyKind::Person => Subject::Person,
        PartyKind::Organisation => Subject::Organisation,
    };
    if base.is_for(subject) { Ok(()) } else { Err(Refusal::NotForYou { natural: base.is_for(Subject::Person) }.into()) }
}

fn filed_by(actor: &Actor, applicant: PartyId) -> PartyId {
    match actor {
        Actor::Citizen { person, .. } => *person,
        Actor::System(_) | Actor::Staff { .. } => applicant,
    }
}

/// Six digits, each of the million as likely as the others.
fn password() -> String {
    format!("{:06}", u64::from_be_bytes(store::random_bytes()) % 1_000_000)
}

/// A number of the right kind, until the case has its own.
fn any_number(submitted: &Submitted) -> Result<CaseNumber, store::Error> {
    let DepartmentId { region, kind } = submitted.department;
    CaseNumber::new(region, kind, submitted.received, 1).map_err(|error| {
        store::Error::Corrupt(format!("department {} cannot number cases: {error}", submitted.department))
    })
}

/// The series from which the number is taken: one for each county, kind of department and day.
fn series(submitted: &Submitted) -> String {
    let DepartmentId { region, kind } = submitted.department;
    format!("case:{}{kind}{}", region.county6(), submitted.received)
}

/// The keyed hash of a query password: without the house's key six digits cannot be tried out on a stolen table.
pub(crate) fn lookup(read: &mut dyn Read, applicant: &PartyId, password: &str) -> String {
    let hash = read.vault().blind("casework.lookup", &format!("{applicant}:{password}"));
    Digest(hash).to_string()
}
