//! A licence to test with. All people and companies are made up.

use std::time::Duration;

use identity::{Particulars, Person};
use kernel::{
    AccountId, Actor, Date, DepartmentId, Duty, LicenceId, LicenceTypeCode, PartyId, Power, Scope, StaffId, Uuid,
};
use licences::{Content, Draft, Grant, HolderName, Issuer, Keys, Refusal, SealedLicence, Verdict};
use store::{Db, Error, Failure, Read, Signer, SoftSigner, Tx, testing::each_database};

/// A soft key in a folder that goes away with the test.
pub fn signer() -> SoftSigner {
    let folder = std::env::temp_dir().join(format!("tongban-licences-{}", store::fresh_uuid().simple()));
    let signer = SoftSigner::open(&folder, "test").unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    signer
}

pub fn keys(signer: &dyn Signer) -> Keys {
    Keys::of(signer)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A made-up credit code of a state organ in this region, with right check characters.
pub fn organ(region6: &str, body: &str) -> kernel::CreditCode {
    kernel::CreditCode::from_parts('1', '1', region6, body).unwrap()
}

pub fn content() -> Content {
    let department: DepartmentId = "320508000000-230".parse().unwrap();
    let issuer = organ("320508", "90000023");
    let kind = kernel::LicenceTypeCode::new(organ("320000", "90000023"), 7).unwrap();
    Content {
        format: Content::FORMAT.to_owned(),
        id: LicenceId::new(kind, issuer, "2026000017", 1).unwrap(),
        name: "公共场所卫生许可证".to_owned(),
        number: "3205082302026000017".to_owned(),
        holder: HolderName {
            kind: identity::PartyKind::Person,
            name: "陈梅".to_owned(),
            identifier: "320102190001019997".to_owned(),
        },
        issuer: Issuer { department, name: "苏州市姑苏区卫生健康委员会".to_owned(), code: issuer },
        issued_on: day("2026-09-28"),
        valid_from: day("2026-09-30"),
        valid_until: Some(day("2030-09-29")),
        fields: vec![
            ("单位名称".to_owned(), "梅园理发店".to_owned()),
            (
                "经营地址".to_owned(),
                "江苏省苏州市姑苏区平江街道观前街 18 号一层东侧 102 室（与历史街区保护范围相邻）".to_owned(),
            ),
            ("许可项目".to_owned(), "理发、生活美容".to_owned()),
            ("联系电话".to_owned(), "13800001234".to_owned()),
        ],
        case: None,
    }
}

pub fn holder() -> PartyId {
    PartyId::new(Uuid::from_u128(1))
}

pub fn sealed(content: Content, signer: &dyn Signer) -> SealedLicence {
    Draft::new(holder(), content).unwrap().seal(signer).unwrap()
}

pub const SETUP: Actor = Actor::System("setup");

/// A house with a holder and a licence type, on each database at hand. In the end the rows are what the journal says.
pub fn house(test: impl Fn(&House)) {
    each_database(&[identity::MIGRATIONS, licences::MIGRATIONS], |db| {
        let person = |name: &str, id: &str| {
            let (name, id) = (name.parse().unwrap(), id.parse().unwrap());
            Particulars::Person(Person { name, id, phone: None, region: None })
        };
        let (chen, wang) = (person("陈梅", "320102190001019997"), person("王䶮", "320505190003159986"));
        let (definer, name) = (organ("320000", "90000023"), content().name);
        let (holder, stranger, type_code) = db
            .write::<_, Failure<Refusal>, _>(move |tx| {
                let enter = |tx: &mut Tx<'_>, party: &Particulars| {
                    identity::enter(tx, &SETUP, party)
                        .map_err(|failure| failure.map_refusal(|_| Refusal::UnknownHolder))
                };
                let (holder, stranger) = (enter(tx, &chen)?, enter(tx, &wang)?);
                Ok((holder, stranger, licences::ensure_type(tx, &SETUP, &name, &definer)?))
            })
            .unwrap();
        let house = House { db, holder, stranger, type_code };
        test(&house);
        let replays: [&dyn store::Replay; 2] = [&identity::Registers, &licences::Register];
        let report = store::verify_journal(&house.db, &replays, &[]).unwrap();
        let problems: Vec<_> = report.problems.iter().filter(|problem| !problem.what.contains("sealed")).collect();
        assert!(problems.is_empty(), "{problems:?}");
    });
}

pub struct House {
    pub db: Db,
    pub holder: PartyId,
    pub stranger: PartyId,
    pub type_code: LicenceTypeCode,
}

impl House {
    pub fn keys(&self) -> Keys {
        Keys::of(&*self.db.signer())
    }

    /// A grant that is in force for a year from today.
    pub fn grant(&self) -> Grant {
        let Content { name, issuer, fields, .. } = content();
        let today = self.db.today();
        Grant {
            name,
            type_code: self.type_code,
            holder: self.holder,
            department: issuer.department,
            issuer_name: issuer.name,
            issuer_code: issuer.code,
            issued_on: today,
            valid_from: today,
            valid_until: Some(today.checked_add(YEAR).unwrap()),
            fields,
            case: None,
            document: licences::Document::Licence,
        }
    }

    pub fn prepare(&self, grant: &Grant) -> Result<SealedLicence, Failure<Refusal>> {
        licences::prepare(&self.db, &*self.db.signer(), grant)
    }

    /// Prepares and issues.
    pub fn issue(&self, grant: &Grant) -> Result<LicenceId, Failure<Refusal>> {
        let sealed = self.prepare(grant)?;
        self.write(move |tx| licences::issue(tx, &SETUP, &sealed, None))
    }

    pub fn write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, Failure<Refusal>> + Send + 'static,
    ) -> Result<T, Failure<Refusal>> {
        self.db.write(job)
    }

    pub fn read<T: Send>(&self, ask: impl FnOnce(&mut dyn Read) -> Result<T, Error> + Send) -> T {
        self.db.read::<_, Error>(|read| ask(read)).unwrap()
    }

    pub fn verify(&self, text: &str) -> Verdict {
        self.read(|read| licences::verify(read, text, &self.keys()))
    }

    pub fn citizen(&self, party: PartyId) -> Actor {
        Actor::Citizen { account: AccountId::new(Uuid::from_u128(3)), person: party, acting_for: party }
    }
}

pub const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// A member of staff with one power over the region of the issuing department.
pub fn staff(duty: Duty) -> Actor {
    let region = content().issuer.department.region;
    let powers = vec![Power { duty, scope: Scope { region, subtree: false, kind: None } }];
    Actor::Staff { staff: StaffId::new(Uuid::from_u128(9)), region, post: "审批决定".to_owned(), powers }
}

pub fn refused<T: std::fmt::Debug>(answer: Result<T, Failure<Refusal>>) -> Refusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("a refusal was due, got {other:?}"),
    }
}
