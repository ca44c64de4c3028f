//! A small house to work in: Nanjing's regions, the shipped catalogue, people and officials.

use std::sync::Arc;

use casework::{Attachment, CaseReplay, CaseWheel, Channel, Command, Completion, Filing, Tally};
use evaluation::{
    Evaluations, ExposureWheel, Figures, Level, NewRating, Refusal, Service, ServiceWheel, Services, Subject, Turn, Way,
};
use kernel::{Actor, CaseNumber, Duty};
use stage::staff;

pub use stage::{NAME, PHONE, RESIDENT, XUANWU, code, region};
use store::{Db, Failure, Runner, testing};

/// 公共图书馆读者证办理: on the spot, free of charge, a licence comes of it.
pub const READER: &str = "322022901000";

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    let migrations = [stage::MIGRATIONS, &[evaluation::MIGRATIONS]].concat();
    testing::each_database(&migrations, |db| test(House::open(db)));
}

/// The house and who is in it.
pub struct House {
    stage: stage::House,
    /// Receives, and also holds the duty to look after ratings: still without a hand in those of their own work.
    pub clerk: Actor,
    /// Looks after ratings in the district.
    pub officer: Actor,
    pub second: Actor,
    pub supervisor: Actor,
    /// Looks after ratings in the neighbouring district.
    pub elsewhere: Actor,
}

impl std::ops::Deref for House {
    type Target = stage::House;

    fn deref(&self) -> &stage::House {
        &self.stage
    }
}

impl House {
    pub fn open(db: Db) -> House {
        House {
            stage: stage::House::open(db),
            clerk: staff(11, XUANWU, None, &[Duty::Receive, Duty::Redress]),
            officer: staff(21, XUANWU, None, &[Duty::Redress]),
            second: staff(22, XUANWU, None, &[Duty::Redress]),
            supervisor: staff(23, "320100000000", None, &[Duty::Supervise]),
            elsewhere: staff(24, "320104000000", None, &[Duty::Redress, Duty::Supervise]),
        }
    }

    /// The number of the month in which it is.
    pub fn month(&self) -> i64 {
        i64::from(self.today().year()) * 100 + i64::from(self.today().month())
    }

    pub fn drain(&self) {
        let followers: Vec<Arc<dyn store::Follower>> =
            vec![Arc::new(Completion), Arc::new(Tally), Arc::new(Services), Arc::new(Figures)];
        let wheels: Vec<Arc<dyn store::Wheel>> =
            vec![Arc::new(CaseWheel), Arc::new(ServiceWheel), Arc::new(ExposureWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    /// A case that the clerk has just finished; nothing has followed yet.
    pub fn finish(&self, channel: Channel) -> CaseNumber {
        let paper = self.file(&self.citizen, "申请人居民身份证");
        let brought = casework::Brought::File { digest: paper, name: None };
        let materials = vec![Attachment { material: "申请人居民身份证".to_owned(), brought }];
        let filing = Filing { materials, channel, ..self.filing(&self.citizen, READER) };
        let number = self.try_submit(&self.citizen, filing).unwrap().number;
        let clerk = self.clerk.clone();
        let grant = Command::Decide { verdict: casework::Verdict::Grant { reason: None } };
        self.db.write(move |tx| casework::handle(tx, &clerk, &number, &grant)).unwrap();
        number
    }

    /// A service that may be rated.
    pub fn served(&self) -> CaseNumber {
        let number = self.finish(Channel::Online);
        self.drain();
        number
    }

    pub fn rate(
        &self,
        actor: &Actor,
        number: CaseNumber,
        turn: Turn,
        level: Level,
    ) -> Result<Service, Failure<Refusal>> {
        let (actor, new) = (actor.clone(), rating(level, "说了等一会儿，结果等了一上午。"));
        self.db.write(move |tx| evaluation::rate(tx, &actor, &number, turn, &new, None))
    }

    pub fn handle(
        &self,
        actor: &Actor,
        number: CaseNumber,
        command: evaluation::Command,
    ) -> Result<Service, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| evaluation::handle(tx, &actor, &Subject::Case(number), &command))
    }

    pub fn service(&self, number: CaseNumber) -> Service {
        let subject = Subject::Case(number);
        self.db.read(|read| evaluation::query::service_for(read, &Actor::System("test"), &subject)).unwrap()
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        self.verify_with(&[&CaseReplay, &Evaluations]);
    }

    /// The figures are what a recount gives.
    pub fn recount(&self) {
        let differences = self.db.read(|read| evaluation::query::recount(read, self.month())).unwrap();
        assert_eq!(differences, []);
    }
}

pub fn rating(level: Level, text: &str) -> NewRating {
    NewRating { level, way: Way::Page, aspects: vec!["efficiency".to_owned()], text: text.to_owned() }
}

/// The refusal of a command that must be refused.
pub fn refused<T>(result: Result<T, Failure<Refusal>>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(error)) => panic!("broken: {error}"),
        Ok(_) => panic!("it was not refused"),
    }
}
