//! The small house of all rooms, with messages in it: a clerk who stands in the register of staff, and an operator.

use std::sync::Arc;

use casework::{CaseReplay, CaseWheel, Command, Completion, Missing, Subject};
use kernel::{Actor, CaseNumber, Date, Duty, Power, Scope};
use messages::{HoldWheel, Message, ReminderWheel, Teller, Told};
use stage::SETUP;
use store::{Db, Runner, Sender, testing};

pub use stage::{HOUSEHOLD, NAME, PHONE, RENEWAL, RESIDENT, XUANWU, region, staff};

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    let migrations = [stage::MIGRATIONS, &[messages::MIGRATIONS]].concat();
    testing::each_database(&migrations, |db| test(House::open(db)));
}

/// The house and who is in it.
pub struct House {
    stage: stage::House,
    /// A clerk who is in the register of staff, so that their post has an inbox.
    pub clerk: Actor,
    pub operator: Actor,
    /// Whether an SMS channel is set up.
    pub has_channel: bool,
}

impl std::ops::Deref for House {
    type Target = stage::House;

    fn deref(&self) -> &stage::House {
        &self.stage
    }
}

impl House {
    pub fn open(db: Db) -> House {
        let stage = stage::House::open(db);
        stage.db.write(|tx| messages::desk::publish(tx, &SETUP, messages::BUILTIN)).unwrap();
        let clerk = appoint(&stage.db, "C-1", &[Duty::Receive]);
        House { clerk, operator: staff(16, XUANWU, None, &[Duty::Administer]), has_channel: true, stage }
    }

    /// Goes to an hour of a day.
    pub fn go_to(&self, day: Date, hour: u64) {
        self.go_to_hour(day, hour);
    }

    pub fn followers(&self) -> Vec<Arc<dyn store::Follower>> {
        vec![Arc::new(Completion), Arc::new(Teller { has_channel: self.has_channel })]
    }

    /// Everybody does what waits for them; SMS go out by this sender.
    pub fn drain_with(&self, senders: Vec<Arc<dyn Sender>>) {
        let wheels: Vec<Arc<dyn store::Wheel>> =
            vec![Arc::new(CaseWheel), Arc::new(HoldWheel), Arc::new(ReminderWheel { has_channel: self.has_channel })];
        Runner::drain(&self.db, self.followers(), wheels, senders).unwrap();
    }

    pub fn drain(&self) {
        self.drain_with(vec![]);
    }

    /// Carries out steps that must succeed; nothing is paid in between.
    pub fn steps(&self, number: CaseNumber, steps: &[(&Actor, Command)]) {
        for (actor, command) in steps {
            let name = command.name();
            self.handle(actor, number, command.clone()).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        }
    }

    /// The citizen's threads, latest first.
    pub fn threads(&self, actor: &Actor) -> Vec<messages::query::ThreadLine> {
        self.db.read(|read| messages::query::threads(read, actor, None, 50)).unwrap().lines
    }

    /// The messages of the thread about a case, oldest first.
    pub fn told(&self, actor: &Actor, number: &CaseNumber) -> Vec<Message> {
        let line = self.db.read(|read| messages::query::thread_of_case(read, actor, number)).unwrap();
        let Some(line) = line else { return vec![] };
        self.db.read(|read| messages::query::thread(read, actor, &line.id, None, 100)).unwrap().messages
    }

    pub fn titles(&self, actor: &Actor, number: &CaseNumber) -> Vec<String> {
        self.told(actor, number).into_iter().map(|message| message.body.title).collect()
    }

    pub fn unread(&self, actor: &Actor) -> u64 {
        self.db.read(|read| messages::query::unread(read, &actor.party().unwrap())).unwrap()
    }

    /// How many rows the outbox holds for SMS.
    pub fn outbox(&self) -> Vec<(String, String)> {
        const ALL: &str =
            "SELECT idempotency_key, body FROM store_outbox WHERE channel = 'sms' ORDER BY at, id LIMIT 100";
        let rows = self.db.read(|read| store::ReadExt::query(read, ALL, &[], |row| Ok((row.get(0)?, row.get(1)?))));
        rows.unwrap_or_else(|error: store::Error| panic!("{error}"))
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        self.verify_with(&[&CaseReplay, &Told, &payment::BillReplay]);
    }
}

pub fn correct(material: &str) -> Command {
    let missing = vec![
        Missing { what: Subject::Material(material.to_owned()), why: "看不清，请重拍。".to_owned() },
        Missing { what: Subject::Field("phone".to_owned()), why: "号码不对。".to_owned() },
    ];
    Command::Correct { missing, supervisor_reason: None }
}

pub fn grant() -> Command {
    Command::Decide { verdict: casework::Verdict::Grant { reason: None } }
}

pub fn review() -> Command {
    Command::Review { stance: casework::Stance::For, opinion: "符合条件。".to_owned() }
}

pub fn some_case() -> CaseNumber {
    let department: kernel::DepartmentId = "320102000000-090".parse().unwrap();
    CaseNumber::new(department.region, department.kind, Date::constant(2026, 3, 2), 17).unwrap()
}

/// A member of staff of the district's public security, in the register.
pub fn appoint(db: &Db, number: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(XUANWU), subtree: true, kind: None };
    let new = identity::NewStaff {
        number: number.parse().unwrap(),
        name: "周敏".parse().unwrap(),
        person: None,
        post: "综合窗口".to_owned(),
        department: "320102000000-090".parse().unwrap(),
        powers: duties.iter().map(|duty| Power { duty: *duty, scope }).collect(),
    };
    let id = db.write(move |tx| identity::appoint(tx, &SETUP, &new)).unwrap();
    db.read(|read| identity::staff(read, &id)).unwrap().unwrap().actor()
}
