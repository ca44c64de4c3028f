//! The demonstration: fictitious people, companies, licences and staff, entered through the rooms' own desks. Entering them
//! twice changes nothing.

pub mod page;
mod papers;
pub mod people;
mod projects;
mod seats;
pub mod staff;
pub mod trading;

use crate::failure::Failed;
use identity::{
    Batch, Delegation, Extent, NewDelegation, Organisation, Password, Passwords, Person, Representative,
    SeedOrganisation, SeedPerson,
};
use kernel::{Actor, PartyId, RegionCode};
use organisation::Regions;
use people::{CITIZENS, COMPANIES, Citizen, Company};
use serde::Serialize;
use std::fmt::Display;
use store::{Db, ReadExt};

/// The password of every account of the demonstration.
pub const PASSWORD: &str = "Tongban-2026";

/// Who enters the demonstration, for the journal.
pub const DEMO: Actor = Actor::System("demo");

/// One account as /demo lists it.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// `citizen`, or the role of a member of staff.
    pub role: &'static str,
    /// Account name.
    pub account: String,
    /// Password.
    pub password: &'static str,
    /// Name.
    pub name: String,
    /// Region code.
    pub region: String,
    /// Home department of staff.
    pub department: Option<String>,
    /// In a sentence, for the page.
    #[serde(skip)]
    pub about: String,
    /// Full name of the region, for the page.
    #[serde(skip)]
    pub place: String,
}

/// Enters everybody and gives the list of accounts.
pub fn seed(db: &Db) -> Result<Vec<Account>, Failed> {
    let passwords = Passwords::new(1, 1);
    let regions = db.read(|read| read.cached::<Regions>())?;
    let members: Vec<staff::Member> = staff::members(&regions);
    let login = "demo".parse().map_err(said)?;
    let password = Password::chosen(PASSWORD, &login).map_err(said)?;
    let batch = Batch {
        phc: passwords.hash(&password).map_err(Failed::refused)?,
        persons: CITIZENS.iter().map(person).collect::<Result<_, _>>()?,
        organisations: COMPANIES.iter().map(organisation).collect::<Result<_, _>>()?,
        staff: members.iter().map(|member| member.seed().map_err(Failed::new)).collect::<Result<_, _>>()?,
    };
    let imported = db.write(move |tx| identity::import(tx, &DEMO, &batch)).map_err(Failed::refused)?;
    delegate(db, &imported.persons, &imported.organisations)?;
    papers::issue(db, &imported.persons, &imported.organisations)?;
    projects::file(db, &imported.persons, &imported.organisations)?;
    seats::give(db, &members, &imported.staff)?;
    trading::seed(db, &members, &imported)?;
    Ok(accounts(&regions, &members))
}

fn person(citizen: &Citizen) -> Result<SeedPerson, Failed> {
    let person = Person {
        name: citizen.name.parse().map_err(said)?,
        id: citizen.id(),
        phone: Some(citizen.phone().parse().map_err(said)?),
        region: Some(county(citizen.county)),
    };
    Ok(SeedPerson { person, login: Some(citizen.account.parse().map_err(said)?) })
}

fn organisation(company: &Company) -> Result<SeedOrganisation, Failed> {
    let representative = citizen(company.representative);
    let organisation = Organisation {
        name: company.name.parse().map_err(said)?,
        code: company.code(),
        representative: Representative {
            name: representative.name.parse().map_err(said)?,
            id: Some(representative.id()),
        },
        phone: Some(representative.phone().parse().map_err(said)?),
        region: Some(county(company.county)),
        address: Some(company.address.to_owned()),
    };
    Ok(SeedOrganisation { organisation })
}

/// Gives the agents of companies their mandates, where they have none yet.
fn delegate(db: &Db, persons: &[PartyId], organisations: &[PartyId]) -> Result<(), Failed> {
    for (company, principal) in COMPANIES.iter().zip(organisations) {
        let Some(agent) = company.agent else { continue };
        let (representative, agent) = (place(company.representative, persons), place(agent, persons));
        let principal = *principal;
        let given = db.read(|read| identity::delegations(read, &principal, None, 50))?;
        let today = db.today();
        if given.iter().any(|delegation: &Delegation| delegation.agent == agent && delegation.holds(today)) {
            continue;
        }
        let account = db.read(|read| identity::account_of(read, identity::Holder::Person(representative)))?;
        let account = account.ok_or_else(|| Failed::new("a representative of the demonstration has no account"))?;
        let actor = Actor::Citizen { account: account.id, person: representative, acting_for: principal };
        let until = papers::years_after(today, 1);
        let new = NewDelegation { agent, extent: Extent::Everything, until };
        db.write(move |tx| identity::delegate(tx, &actor, &new).map(drop)).map_err(Failed::refused)?;
    }
    Ok(())
}

fn accounts(regions: &Regions, members: &[staff::Member]) -> Vec<Account> {
    let citizens = CITIZENS.iter().map(|citizen| Account {
        role: "citizen",
        account: citizen.account.to_owned(),
        password: PASSWORD,
        name: citizen.name.to_owned(),
        region: county(citizen.county).to_string(),
        department: None,
        about: citizen.about.to_owned(),
        place: regions.full_name(&county(citizen.county)),
    });
    let staff = members.iter().map(|member| Account {
        role: member.role,
        account: member.account.clone(),
        password: PASSWORD,
        name: member.name.clone(),
        region: member.region.to_string(),
        department: Some(member.department().to_string()),
        about: member.about(),
        place: regions.full_name(&member.region),
    });
    citizens.chain(staff).collect()
}

/// The id of the citizen with this account name.
fn place(account: &str, persons: &[PartyId]) -> PartyId {
    let place = CITIZENS.iter().position(|citizen| citizen.account == account);
    persons[place.expect("companies name citizens of the same list")]
}

fn citizen(account: &str) -> &'static Citizen {
    CITIZENS.iter().find(|citizen| citizen.account == account).expect("companies name citizens of the same list")
}

fn county(six: &str) -> RegionCode {
    format!("{six}000000").parse().expect("the counties of the demonstration are six digits")
}

fn said(error: impl Display) -> Failed {
    Failed::new(format!("the demonstration's own data are wrong: {error}"))
}
