//! A small house to work in: Nanjing's regions, the shipped catalogue, a company, officials of one district.

use std::sync::Arc;

use casework::{Arrival, Attachment, Brought, CaseReplay, CaseWheel, Command, Completion, Stance, Tally, Verdict};
use identity::{Organisation, Particulars, Person, Representative};
use investment::{Follow, Joint, Project, ProjectWheel, Projects, Refusal, Registration, Stage, StageForm, needed};
use kernel::{
    AccountId, Actor, BasicCode, CaseNumber, Digest, Duty, PartyId, Power, ProjectCode, Scope, StaffId, Uuid,
};
use store::{Db, Failure, Runner, testing};

use crate::filing::notice;

pub use stage::XUANWU;

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    let migrations = [stage::MIGRATIONS, &[investment::MIGRATIONS]].concat();
    testing::each_database(&migrations, |db| test(House::open(db)));
}

/// The house and who is in it.
pub struct House {
    pub db: Db,
    /// The representative, acting for the company.
    pub company: Actor,
    /// The same person in their own name.
    pub person: Actor,
    /// Another company.
    pub other: Actor,
    pub clerk: Actor,
    pub reviewer: Actor,
    pub decider: Actor,
    /// A decider of the neighbouring district.
    pub elsewhere: Actor,
    /// A decider of a kind of department that has nothing to do with projects.
    pub police: Actor,
}

impl House {
    pub fn open(db: Db) -> House {
        stage::begin(&db);
        let (company, person) = enter(&db, 1, "示例制造有限公司", "91350100M000100Y43", "320102190001019997");
        let (other, _) = enter(&db, 2, "另一示例有限公司", "11100000000013338W", "320505190003159986");
        House {
            company,
            person,
            other,
            clerk: staff(11, XUANWU, None, &[Duty::Receive]),
            reviewer: staff(12, XUANWU, None, &[Duty::Review]),
            decider: staff(13, XUANWU, None, &[Duty::Decide]),
            elsewhere: staff(14, "320104000000", None, &[Duty::Decide]),
            police: staff(15, XUANWU, Some("090"), &[Duty::Decide]),
            db,
        }
    }

    /// The morning of a day so many days from today.
    pub fn pass_days(&self, days: u64) {
        self.db.time().advance(std::time::Duration::from_secs(days * 24 * 3600));
    }

    pub fn drain(&self) {
        let followers: Vec<Arc<dyn store::Follower>> =
            vec![Arc::new(Completion), Arc::new(Arrival), Arc::new(Tally), Arc::new(Follow)];
        let wheels: Vec<Arc<dyn store::Wheel>> = vec![Arc::new(CaseWheel), Arc::new(ProjectWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    pub fn register(&self, name: &str) -> Result<Project, Failure<Refusal>> {
        self.register_as(&self.company, |notice| notice.name = name.to_owned())
    }

    pub fn register_as(
        &self,
        actor: &Actor,
        change: impl Fn(&mut investment::Notice),
    ) -> Result<Project, Failure<Refusal>> {
        let mut notice = notice();
        notice.start = self.db.today().tomorrow().ok();
        notice.finish = notice.start.map(|day| (0..400).fold(day, |day, _| day.tomorrow().unwrap()));
        change(&mut notice);
        let registration = Registration::prepare(&self.db, actor, &notice)?;
        self.db.write(move |tx| investment::register(tx, &registration))
    }

    pub fn upload(&self, name: &str) -> Digest {
        let bytes = format!("%PDF-1.7 {name}");
        casework::keep_file(&self.db, &self.company, bytes.as_bytes(), Some("application/pdf")).unwrap().digest
    }

    /// The form of a stage with everything that is wanted and not held.
    pub fn form(&self, code: &ProjectCode, stage: Stage, asked: &[BasicCode]) -> StageForm {
        let needed = self.db.read(|read| needed(read, &self.company, code, stage, asked)).unwrap();
        let missing = needed.iter().filter(|needed| needed.required && needed.held.is_none());
        let attach = |needed: &investment::Needed| Attachment {
            material: needed.name.clone(),
            brought: Brought::File { digest: self.upload(&needed.name), name: None },
        };
        StageForm {
            contact_name: "示例人".to_owned(),
            contact_phone: "13800000997".to_owned(),
            note: String::new(),
            asked: asked.to_vec(),
            materials: missing.map(attach).collect(),
        }
    }

    pub fn submit(&self, code: &ProjectCode, stage: Stage, form: &StageForm) -> Result<Project, Failure<Refusal>> {
        let joint = Joint::prepare(&self.db, &self.company, code, stage, form)?;
        self.db.write(move |tx| investment::submit(tx, &joint))
    }

    pub fn command(
        &self,
        actor: &Actor,
        code: &ProjectCode,
        command: investment::Command,
    ) -> Result<Project, Failure<Refusal>> {
        let (actor, code) = (actor.clone(), *code);
        self.db.write(move |tx| investment::handle(tx, &actor, &code, &command))
    }

    pub fn case(&self, actor: &Actor, number: CaseNumber, command: Command) {
        let actor = actor.clone();
        self.db.write(move |tx| casework::handle(tx, &actor, &number, &command)).unwrap();
    }

    /// Accepts, reviews and grants all open cases of a project, each by three people.
    pub fn grant_all(&self, project: &Project) {
        for number in project.cases.iter().filter(|case| case.state.is_open()).map(|case| case.number) {
            self.case(&self.clerk, number, Command::Accept);
            let opinion = "符合条件，建议准予。".to_owned();
            self.case(&self.reviewer, number, Command::Review { stance: Stance::For, opinion });
            self.case(&self.decider, number, Command::Decide { verdict: Verdict::Grant { reason: None } });
        }
        self.drain();
    }

    pub fn project(&self, code: &ProjectCode) -> Project {
        self.db.read(|read| investment::query::project_for(read, &Actor::System("test"), code)).unwrap()
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let rooms: &[&dyn store::Replay] = &[&CaseReplay, &Projects, &licences::Register];
        let report = store::verify_journal(&self.db, rooms, &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}

/// A company and its representative.
fn enter(db: &Db, account: u128, name: &str, code: &str, id: &str) -> (Actor, Actor) {
    let region = Some(XUANWU.parse().unwrap());
    let person = Person { name: "示例人".parse().unwrap(), id: id.parse().unwrap(), phone: None, region };
    let organisation = Organisation {
        name: name.parse().unwrap(),
        code: code.parse().unwrap(),
        representative: Representative { name: "示例人".parse().unwrap(), id: Some(id.parse().unwrap()) },
        phone: None,
        region,
        address: None,
    };
    let party = |particulars: Particulars| -> PartyId {
        db.write(move |tx| identity::enter(tx, &stage::SETUP, &particulars)).unwrap()
    };
    let person = party(Particulars::Person(person));
    let company = party(Particulars::Organisation(organisation));
    let account = AccountId::new(Uuid::from_u128(account));
    (Actor::Citizen { account, person, acting_for: company }, Actor::Citizen { account, person, acting_for: person })
}

pub fn staff(id: u128, place: &str, kind: Option<&str>, duties: &[Duty]) -> Actor {
    let region = place.parse().unwrap();
    let scope = Scope { region, subtree: false, kind: kind.map(|kind| kind.parse().unwrap()) };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: StaffId::new(Uuid::from_u128(id)), region, post: "测试岗".to_owned(), powers }
}

/// The refusal of something that must be refused.
pub fn refused<T: std::fmt::Debug, R: kernel::Refuse>(result: Result<T, Failure<R>>) -> R {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
