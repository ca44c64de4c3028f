//! A small house to work in: Nanjing's regions, a payer, the money desk.

use std::sync::Arc;

use catalogue::Tariff;
use identity::{Particulars, Person};
use kernel::{AccountId, Actor, Duty, Fen, PaymentCode, StaffId, Uuid, midnight};
use payment::{
    Bill, BillReplay, BillWheel, Bookkeeping, Command, Courier, Gateway, Opening, Refusal, SilenceWheel, query,
};
use store::{Db, Failure, Runner, Sender, Tx, testing};

use crate::given;

pub const MIGRATIONS: &[&[store::Migration]] =
    &[organisation::MIGRATIONS, catalogue::MIGRATIONS, identity::MIGRATIONS, licences::MIGRATIONS, payment::MIGRATIONS];

const SETUP: Actor = Actor::System("import");

/// The house and who is in it.
pub struct House {
    pub db: Db,
    pub payer: Actor,
    pub cashier: Actor,
    pub treasurer: Actor,
}

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

impl House {
    pub fn open(db: Db) -> House {
        let person = Person {
            name: "陈样例".parse().unwrap(),
            id: "320102190001019997".parse().unwrap(),
            phone: Some("13800000997".parse().unwrap()),
            region: Some("320102000000".parse().unwrap()),
        };
        let particulars = Particulars::Person(person);
        let party = db.write(move |tx| identity::enter(tx, &SETUP, &particulars)).unwrap();
        let payer = Actor::Citizen { account: AccountId::new(Uuid::from_u128(1)), person: party, acting_for: party };
        House { db, payer, cashier: given::cashier(), treasurer: given::treasurer() }
    }

    /// A bill of twenty yuan for a subject.
    pub fn bill(&self, subject: &str) -> Bill {
        self.bill_for(subject, given::tariff(&[("", 2_000)]))
    }

    pub fn bill_for(&self, subject: &str, tariff: Tariff) -> Bill {
        let opening = Opening {
            payer: self.payer.party().unwrap(),
            subject: subject.to_owned(),
            title: "居民身份证换领".to_owned(),
            department: given::department(),
            tariff,
        };
        self.db
            .write::<_, store::Error, _>(move |tx: &mut Tx<'_>| payment::open(tx, &given::house(), &opening))
            .unwrap()
    }

    pub fn handle(&self, actor: &Actor, code: PaymentCode, command: Command) -> Result<Bill, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| payment::handle(tx, &actor, &code, &command))
    }

    pub fn steps(&self, code: PaymentCode, steps: &[(&Actor, Command)]) -> Bill {
        for (actor, command) in steps {
            self.handle(actor, code, command.clone()).unwrap_or_else(|failure| panic!("{}: {failure}", command.name()));
        }
        self.look(code)
    }

    pub fn look(&self, code: PaymentCode) -> Bill {
        self.db.read(|read| query::bill_for(read, &Actor::System("test"), &code)).unwrap()
    }

    /// Followers, wheels and the courier do what waits for them.
    pub fn drain(&self, gateway: Option<&Arc<dyn Gateway>>) {
        let senders: Vec<Arc<dyn Sender>> = gateway
            .map(|gateway| Arc::new(Courier::new(self.db.clone(), Arc::clone(gateway))) as Arc<dyn Sender>)
            .into_iter()
            .collect();
        let wheels: Vec<Arc<dyn store::Wheel>> = vec![Arc::new(BillWheel), Arc::new(SilenceWheel { pace: 1 })];
        Runner::drain(&self.db, vec![Arc::new(Bookkeeping)], wheels, senders).unwrap();
    }

    /// The journal is sound, every row is what its events say, and the ledger balances.
    pub fn verify(&self) {
        self.drain(None);
        let report = store::verify_journal(&self.db, &[&BillReplay], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        let audit = self.db.read(|read| query::audit(read)).unwrap();
        assert!(audit.is_good(), "{audit:?}");
        let from = kernel::Date::constant(2026, 1, 1);
        let books = self.db.read(|read| query::books(read, &given::treasurer(), from)).unwrap();
        assert_eq!(books.sum(), Fen::ZERO);
    }

    /// Lets time pass by the house's clock.
    pub fn pass(&self, seconds: u64) {
        self.db.time().advance(std::time::Duration::from_secs(seconds));
    }
}

pub fn refusal<T: std::fmt::Debug>(result: Result<T, Failure<Refusal>>) -> Refusal {
    match result.unwrap_err() {
        Failure::Refused(refusal) => refusal,
        Failure::Broken(error) => panic!("{error}"),
    }
}

pub fn somebody(id: u128, duties: &[Duty]) -> Actor {
    given::staff(StaffId::new(Uuid::from_u128(id)), duties)
}

pub fn today_is_over(house: &House) {
    let tomorrow = house.db.today().tomorrow().unwrap();
    house.db.time().advance_to(midnight(tomorrow));
}
