//! The investment project with which the demonstration begins: filed and certified, its first stage open.

use super::people::{CITIZENS, COMPANIES};
use crate::failure::Failed;
use investment::{Investor, Nature, Notice, Refusal, Registration};
use kernel::{Actor, Date, Fen, PartyId};
use store::{Db, Failure};

/// Files the project of the first company, unless it is there.
pub fn file(db: &Db, persons: &[PartyId], organisations: &[PartyId]) -> Result<(), Failed> {
    let (company, unit) = (&COMPANIES[0], organisations[0]);
    let place = CITIZENS.iter().position(|citizen| citizen.account == company.representative);
    let person = persons[place.expect("companies name citizens of the same list")];
    let account = db.read(|read| identity::account_of(read, identity::Holder::Person(person)))?;
    let account = account.ok_or_else(|| Failed::new("a representative of the demonstration has no account"))?;
    let actor = Actor::Citizen { account: account.id, person, acting_for: unit };
    match register(db, &actor, &notice(super::county(company.county), db.today())) {
        Ok(()) | Err(Failure::Refused(Refusal::SameName { .. })) => Ok(()),
        Err(failure) => Err(Failed::refused(failure)),
    }
}

fn register(db: &Db, actor: &Actor, notice: &Notice) -> Result<(), Failure<Refusal>> {
    let registration = Registration::prepare(db, actor, notice)?;
    db.write(move |tx| investment::register(tx, &registration).map(drop))
}

fn notice(region: kernel::RegionCode, today: Date) -> Notice {
    let years = |years| super::papers::years_after(today, years);
    Notice {
        investor: Some(Investor::Enterprise),
        industry: "1432".parse().ok(),
        line: None,
        name: "示例小馆中央厨房新建项目".to_owned(),
        region: Some(region),
        address: "示例路 18 号".to_owned(),
        nature: Some(Nature::New),
        scale: "新建中央厨房一座，建筑面积 6000 平方米，日产速冻食品 8 吨。".to_owned(),
        total: Some(Fen(3_600_000_000)),
        start: today.tomorrow().ok(),
        finish: Some(years(2)),
        declared: true,
    }
}
