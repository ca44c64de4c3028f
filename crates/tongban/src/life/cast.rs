//! Who plays: fictitious residents and companies of every county, and the demonstration's staff.

use super::Draw;
use crate::{
    demo::{DEMO, PASSWORD, people, staff},
    failure::Failed,
};
use casework::keep_file;
use identity::{
    Batch, Holder, Organisation, Password, Passwords, Person, Representative, SeedOrganisation, SeedPerson,
};
use kernel::{Actor, Digest, Level, PartyId, RegionCode};
use organisation::Regions;
use std::collections::HashMap;
use store::{Db, ReadExt};

/// Residents of each county; more of them where the demonstration goes into detail.
const RESIDENTS: usize = 3;
const RESIDENTS_IN_DETAIL: usize = 16;
const DETAILED: [&str; 2] = ["320102", "320508"];
/// Every so many residents one has a company.
const OWNERS: usize = 5;

const FAMILY: [&str; 30] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨", "朱", "秦", "尤",
    "许", "何", "吕", "施", "张", "孔", "曹", "严", "华", "金", "魏",
];
const GIVEN: [&str; 6] = ["样例", "示范", "演示", "模拟", "样本", "示例"];
const TRADES: [&str; 6] = ["餐饮", "物流", "科技", "商贸", "劳务", "文化"];

/// Somebody who applies: a resident, or a company for which its representative acts.
#[derive(Debug, Clone)]
pub struct Resident {
    /// In whose name.
    pub actor: Actor,
    /// Whose cases they are.
    pub party: PartyId,
    /// Where they live or are registered.
    pub county: RegionCode,
    /// Whether it is a company.
    pub is_company: bool,
    /// A paper that they hand in.
    pub paper: Digest,
}

/// Everybody.
pub struct Cast {
    /// Those who apply.
    pub residents: Vec<Resident>,
    staff: HashMap<(&'static str, RegionCode), Actor>,
}

/// Somebody before they are entered.
struct Sketch {
    county: RegionCode,
    person: SeedPerson,
    company: Option<SeedOrganisation>,
}

impl Cast {
    /// Enters the residents and finds the staff.
    pub fn enter(db: &Db) -> Result<Cast, Failed> {
        let regions = db.read(|read| read.cached::<Regions>())?;
        let sketches = sketches(&regions)?;
        let passwords = Passwords::new(1, 1);
        let password = Password::chosen(PASSWORD, &"demo".parse().map_err(said)?).map_err(said)?;
        let companies: Vec<SeedOrganisation> = sketches.iter().filter_map(|one| one.company.clone()).collect();
        let batch = Batch {
            phc: passwords.hash(&password).map_err(Failed::refused)?,
            persons: sketches.iter().map(|one| one.person.clone()).collect(),
            organisations: companies,
            staff: vec![],
        };
        let entered = db.write(move |tx| identity::import(tx, &DEMO, &batch)).map_err(Failed::refused)?;
        let mut organisations = entered.organisations.into_iter();
        let mut residents = vec![];
        for (sketch, person) in sketches.iter().zip(entered.persons) {
            let account = db.read(|read| identity::account_of(read, Holder::Person(person)))?;
            let account = account.ok_or_else(|| Failed::new("a resident of the month has no account"))?.id;
            let company = sketch.company.as_ref().and_then(|_| organisations.next());
            for party in std::iter::once(person).chain(company) {
                let actor = Actor::Citizen { account, person, acting_for: party };
                // All hand in the same page; it belongs to each of them.
                let paper = keep_file(db, &actor, &crate::tour::paper("month"), None).map_err(Failed::refused)?.digest;
                residents.push(Resident { actor, party, county: sketch.county, is_company: party != person, paper });
            }
        }
        Ok(Cast { residents, staff: members(db, &regions)? })
    }

    /// Who has this role at a place.
    pub fn staff(&self, role: &'static str, region: RegionCode) -> Option<&Actor> {
        self.staff.get(&(role, region))
    }
}

fn sketches(regions: &Regions) -> Result<Vec<Sketch>, Failed> {
    let mut sketches = vec![];
    for county in regions.at(Level::County) {
        let six = county.code.to_string()[..6].to_owned();
        let many = if DETAILED.contains(&six.as_str()) { RESIDENTS_IN_DETAIL } else { RESIDENTS };
        for place in 0..many {
            sketches.push(sketch(county, &six, place, sketches.len())?);
        }
    }
    Ok(sketches)
}

fn sketch(county: &organisation::Region, six: &str, place: usize, number: usize) -> Result<Sketch, Failed> {
    let mut draw = Draw::of("resident", number as u64);
    let (family, given) = (draw.of_these(&FAMILY), GIVEN[place % GIVEN.len()]);
    let birthday = format!("02{:02}", place + 1);
    let sequence = if draw.chance(50) { "998" } else { "999" };
    let id = people::resident_id(six, &birthday, sequence);
    let person =
        Person { name: format!("{family}{given}").parse().map_err(said)?, id, phone: None, region: Some(county.code) };
    let company = number.is_multiple_of(OWNERS).then(|| {
        let trade = draw.of_these(&TRADES);
        Ok::<_, Failed>(SeedOrganisation {
            organisation: Organisation {
                name: format!("{}{family}{given}{trade}有限公司", county.name).parse().map_err(said)?,
                code: people::credit_code(six, &format!("MAL{number:05}")),
                representative: Representative { name: person.name.clone(), id: Some(person.id) },
                phone: None,
                region: Some(county.code),
                address: Some(format!("{}示例路{}号", county.name, place + 1)),
            },
        })
    });
    let login = format!("resident.{six}.{:02}", place + 1).parse().map_err(said)?;
    Ok(Sketch { county: county.code, person: SeedPerson { person, login: Some(login) }, company: company.transpose()? })
}

/// The staff that the demonstration entered, by role and place; departments of one kind have their own people, who rest this month.
fn members(db: &Db, regions: &Regions) -> Result<HashMap<(&'static str, RegionCode), Actor>, Failed> {
    let members = staff::members(regions).into_iter().filter(|member| member.kind.is_none());
    db.read(|read| {
        let mut found = HashMap::new();
        for member in members {
            let Ok(number) = member.account.replace('.', "-").parse() else { continue };
            if let Some(staff) = identity::staff_by_number(read, &number)? {
                found.insert((member.role, member.region), staff.actor());
            }
        }
        Ok(found)
    })
}

fn said(error: impl std::fmt::Display) -> Failed {
    Failed::new(format!("the people of the demonstration's month are wrong: {error}"))
}
