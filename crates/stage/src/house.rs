//! The house, who is in it, and the life of a case.

use casework::{Attachment, Brought, Case, Channel, Command, Filing, Receipt, Refusal, Submission, Way};
use kernel::{Actor, CaseNumber, Date, Digest, Duty, WorkingDays, midnight};
use std::time::Duration;
use store::{Db, Failure, Migration, Replay};

use crate::{
    HOUSEHOLD, NAME, OLD_CARD, PHONE, PHOTO, RENEWAL, RESIDENT, TEMPORARY, XUANWU, begin, code, enter, general, region,
    renewal, staff,
};

/// The tables of the rooms up to casework.
pub const MIGRATIONS: &[&[Migration]] = &[
    organisation::MIGRATIONS,
    catalogue::MIGRATIONS,
    identity::MIGRATIONS,
    licences::MIGRATIONS,
    payment::MIGRATIONS,
    delivery::MIGRATIONS,
    halls::MIGRATIONS,
    casework::MIGRATIONS,
];

/// The house and who is in it.
pub struct House {
    /// Its database.
    pub db: Db,
    /// Who applies.
    pub citizen: Actor,
    /// Somebody else.
    pub other: Actor,
    /// Receives and accepts in 玄武区.
    pub clerk: Actor,
    /// Reviews for its police.
    pub reviewer: Actor,
    /// Decides there.
    pub decider: Actor,
    /// Supervises the city.
    pub supervisor: Actor,
    /// A clerk of the neighbouring district.
    pub elsewhere: Actor,
}

impl House {
    /// Opens it on an empty database.
    pub fn open(db: Db) -> House {
        begin(&db);
        let citizen = enter(&db, 1, NAME, RESIDENT, PHONE);
        let other = enter(&db, 2, "示例人", "320505190003159986", "13800000996");
        House {
            citizen,
            other,
            clerk: staff(11, XUANWU, None, &[Duty::Receive]),
            reviewer: staff(12, XUANWU, Some("090"), &[Duty::Review]),
            decider: staff(13, XUANWU, None, &[Duty::Decide]),
            supervisor: staff(14, "320100000000", None, &[Duty::Supervise]),
            elsewhere: staff(15, "320104000000", None, &[Duty::Receive, Duty::Review, Duty::Decide]),
            db,
        }
    }

    /// The day it is.
    pub fn today(&self) -> Date {
        self.db.today()
    }

    /// Goes to the morning of a day.
    pub fn go_to(&self, day: Date) {
        self.go_to_hour(day, 9);
    }

    /// Goes to an hour of a day.
    pub fn go_to_hour(&self, day: Date, hour: u64) {
        self.db.time().advance_to(midnight(day));
        self.db.time().advance(Duration::from_secs(hour * 3600));
    }

    /// Lets days pass.
    pub fn pass_days(&self, days: u64) {
        self.db.time().advance(Duration::from_secs(days * 24 * 3600));
    }

    /// The day so many working days from today.
    pub fn working_days_on(&self, days: u32) -> Date {
        let calendar = self.db.read(|read| organisation::calendar(read)).unwrap();
        calendar.after(self.today(), WorkingDays(days))
    }

    /// Keeps a file of somebody's.
    pub fn file(&self, actor: &Actor, words: &str) -> Digest {
        let bytes = format!("%PDF-1.7 {words}");
        casework::keep_file(&self.db, actor, bytes.as_bytes(), Some("application/pdf")).unwrap().digest
    }

    /// A material of the citizen's, uploaded.
    pub fn upload(&self, name: &str) -> Attachment {
        self.upload_by(&self.citizen, name)
    }

    /// A material of somebody's, uploaded under a name that tells whose it is.
    pub fn upload_by(&self, actor: &Actor, name: &str) -> Attachment {
        let brought = Brought::File { digest: self.file(actor, name), name: Some(format!("{NAME}的{name}.pdf")) };
        Attachment { material: name.to_owned(), brought }
    }

    /// A right application.
    pub fn filing(&self, actor: &Actor, item: &str) -> Filing {
        let (answers, materials) = match item {
            RENEWAL => (renewal(), vec![HOUSEHOLD, OLD_CARD]),
            TEMPORARY => (general(), vec![HOUSEHOLD, PHOTO]),
            _ => (general(), vec![HOUSEHOLD]),
        };
        Filing {
            applicant: actor.party().unwrap(),
            item: code(item),
            region: region(XUANWU),
            answers,
            materials: materials.into_iter().map(|name| self.upload_by(actor, name)).collect(),
            channel: Channel::Online,
            way: Way::Electronic,
            ticket: None,
            draft: None,
            key: None,
        }
    }

    /// Submits it, or is refused.
    pub fn try_submit(&self, actor: &Actor, filing: Filing) -> Result<Receipt, Failure<Refusal>> {
        let submission = Submission::prepare(&self.db, actor, filing)?;
        self.db.write(move |tx| casework::submit(tx, &submission))
    }

    /// Submits an application of the citizen's.
    pub fn submit(&self, item: &str) -> Receipt {
        self.try_submit(&self.citizen, self.filing(&self.citizen, item)).unwrap()
    }

    /// Carries out a command on a case, or is refused.
    pub fn handle(&self, actor: &Actor, number: CaseNumber, command: Command) -> Result<Case, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| casework::handle(tx, &actor, &number, &command))
    }

    /// The fee of a case is paid at the window, if one is owed.
    pub fn pay(&self, number: CaseNumber) {
        let cashier = staff(16, XUANWU, None, &[Duty::Collect]);
        let subject = casework::stream(&number);
        let bill = self.db.read(|read| payment::query::bill_of_subject(read, &cashier, &subject)).unwrap();
        let Some(bill) = bill.filter(payment::Bill::is_payable) else { return };
        let take_in = payment::Command::TakeIn { flow: format!("C{}", bill.code), amount: bill.payable() };
        self.db.write(move |tx| payment::handle(tx, &cashier, &bill.code, &take_in)).unwrap();
    }

    /// Carries out steps that must succeed. What is owed is paid as soon as it is owed.
    pub fn steps(&self, number: CaseNumber, steps: &[(&Actor, Command)]) {
        for (actor, command) in steps {
            self.handle(actor, number, command.clone())
                .unwrap_or_else(|failure| panic!("{}: {failure}", command.name()));
            self.pay(number);
        }
    }

    /// The case as it stands.
    pub fn case(&self, number: CaseNumber) -> Case {
        self.db.read(|read| casework::query::case_for(read, &Actor::System("test"), &number)).unwrap()
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify_with(&self, replays: &[&dyn Replay]) {
        let report = store::verify_journal(&self.db, replays, &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}
