//! A small house to test in: people and companies are made up (birth year 1900, sequences 998 and 999).

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use identity::{
    Door, Knock, LoginName, NewPerson, Opened, Organisation, Origin, Particulars, Password, Passwords, Person, Phc,
    Policy, Refusal, Registers, Representative, Session, Token,
};
use kernel::{Actor, CreditCode, PartyId, ResidentId};
use store::{Db, Error, Failure, Tx, testing::each_database};

pub const SETUP: Actor = Actor::System("setup");
pub const PASSWORD: &str = "taihu-2026";

/// One pool for all tests: each hash is slow on purpose.
pub static PASSWORDS: LazyLock<Arc<Passwords>> = LazyLock::new(|| Arc::new(Passwords::new(2, 64)));
pub static PHC: LazyLock<Phc> = LazyLock::new(|| PASSWORDS.hash(&Password::given(PASSWORD).unwrap()).unwrap());

/// A house with its door, on each database at hand. In the end the rows are what the journal says.
pub fn house(test: impl Fn(&Db, &Door)) {
    each_database(&[identity::MIGRATIONS], |db| {
        test(&db, &Door::new(db.clone(), PASSWORDS.clone(), Policy::default()));
        let report = store::verify_journal(&db, &[&Registers], &[]).unwrap();
        let problems: Vec<_> = report.problems.iter().filter(|problem| !problem.what.contains("sealed")).collect();
        assert!(problems.is_empty(), "{problems:?}");
    });
}

pub fn resident(text: &str) -> ResidentId {
    text.parse().unwrap()
}

pub fn company_code() -> CreditCode {
    CreditCode::from_parts('9', '1', "320102", "MA000099").unwrap()
}

pub fn chen() -> Person {
    person("陈梅", "320102190001019997")
}

pub fn wang() -> Person {
    person("王䶮", "320505190003159986")
}

fn person(name: &str, id: &str) -> Person {
    let region = Some("320102000000".parse().unwrap());
    Person { name: name.parse().unwrap(), id: resident(id), phone: Some("13800001234".parse().unwrap()), region }
}

pub fn company(representative: &Person) -> Organisation {
    let representative = Representative { name: representative.name.clone(), id: Some(representative.id) };
    let (name, region) = ("玄武湖畔餐饮有限公司".parse().unwrap(), Some("320102000000".parse().unwrap()));
    Organisation {
        name,
        code: company_code(),
        representative,
        phone: None,
        region,
        address: Some("玄武巷 1 号".into()),
    }
}

pub fn write<T: Send + 'static>(
    db: &Db,
    job: impl FnMut(&mut Tx<'_>) -> Result<T, Failure<Refusal>> + Send + 'static,
) -> Result<T, Failure<Refusal>> {
    db.write(job)
}

pub fn enter(db: &Db, particulars: Particulars) -> PartyId {
    write(db, move |tx| identity::enter(tx, &SETUP, &particulars)).unwrap()
}

/// Registers a person with the password that all have here.
pub fn register(door: &Door, login: &str, person: Person) -> Result<Token, Failure<Refusal>> {
    let login: LoginName = login.parse().unwrap();
    let password = Password::given(PASSWORD).unwrap();
    door.register_person(&NewPerson { login, password, person }).map(|entered| entered.token)
}

/// Signs in from nowhere in particular.
pub fn sign_in(door: &Door, login: &str, password: &str) -> Result<Token, Failure<Refusal>> {
    match door.sign_in(&knock(login, password, Origin::default()))? {
        Opened::In(entered) => Ok(entered.token),
        other => panic!("a session was due, got {other:?}"),
    }
}

pub fn knock(login: &str, password: &str, origin: Origin) -> Knock {
    Knock { login: login.to_owned(), password: password.to_owned(), code: None, origin }
}

/// Somebody at this address.
pub fn at(address: &str) -> Origin {
    Origin { address: Some(address.parse().unwrap()), device: None }
}

pub fn session(db: &Db, token: &Token) -> Option<Session> {
    db.read::<_, Error>(|read| identity::session(read, token)).unwrap()
}

/// Registers and gives the open session.
pub fn signed_in(db: &Db, door: &Door, login: &str, person: Person) -> Session {
    session(db, &register(door, login, person).unwrap()).unwrap()
}

pub fn party_of(session: &Session) -> PartyId {
    match session.actor {
        Actor::Citizen { person, .. } => person,
        _ => panic!("not a citizen: {:?}", session.actor),
    }
}

pub fn refused<T: std::fmt::Debug>(answer: Result<T, Failure<Refusal>>) -> Refusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("a refusal was due, got {other:?}"),
    }
}

pub fn pass(db: &Db, span: Duration) {
    db.time().advance(span);
}
