//! A house with the shipped registers and catalogue, one department with its people, and browsers that are signed in.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use casework::{Attachment, Brought, Channel, Command, Filing, Refusal, Submission, Way};
use identity::{Batch, LoginName, NewStaff, Particulars, Password, Passwords, Person, SeedStaff};
use kernel::{AccountId, Actor, CaseNumber, DepartmentId, Duty, PartyId, Power, ResidentId, Scope};
use organisation::Kinds;
use store::{Db, Failure, ReadExt, testing::Folder};
use tower::ServiceExt;
use web::House;

const SETUP: Actor = Actor::System("built-in");
const PASSWORD: &str = "taihu-2026";
/// 居民身份证换领: promised in working days, two files, two hands.
pub const RENEWAL: &str = "320709902000";
/// 临时居民身份证申领: on the spot.
pub const TEMPORARY: &str = "320709904000";
pub const PLACE: &str = "320102000000";
pub const HOUSEHOLD: &str = "居民户口簿";
/// The number that stands in the answers.
pub const RESIDENT: &str = "320102190001019997";

pub struct Stage {
    pub db: Db,
    house: Arc<House>,
    app: Router,
    _folder: Folder,
}

/// The house that all tests share; each files cases of its own.
pub fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(Stage::new)
}

impl Stage {
    fn new() -> Stage {
        let folder = Folder::new();
        let db = Db::open(store::Config::new(folder.path())).unwrap();
        let rooms = [
            organisation::MIGRATIONS,
            catalogue::MIGRATIONS,
            identity::MIGRATIONS,
            licences::MIGRATIONS,
            payment::MIGRATIONS,
            casework::MIGRATIONS,
            messages::MIGRATIONS,
            evaluation::MIGRATIONS,
            messages::MIGRATIONS,
        ];
        db.migrate(&rooms).unwrap();
        let mut registers = organisation::builtin::builtin().unwrap();
        registers.regions.retain(|line| line.code.level() <= kernel::Level::County);
        registers.aliases.clear();
        db.write(move |tx| organisation::desk::import_builtin(tx, &SETUP, &registers)).unwrap();
        let kinds = db.read(|read| read.cached::<Kinds>()).unwrap();
        let items = catalogue::builtin::builtin(&kinds).unwrap();
        db.write(move |tx| catalogue::desk::publish_builtin(tx, &SETUP, &items)).unwrap();
        let phc = Passwords::new(1, 4).hash(&Password::given(PASSWORD).unwrap()).unwrap();
        let staff = vec![
            official("clerk", &[Duty::Receive]),
            official("reviewer", &[Duty::Review]),
            official("decider", &[Duty::Decide]),
            official("supervisor", &[Duty::Supervise]),
            official("idle", &[Duty::Publish]),
        ];
        let batch = Batch { phc, persons: vec![], organisations: vec![], staff };
        db.write(move |tx| identity::import(tx, &SETUP, &batch)).unwrap();
        let index = Arc::new(search::Index::open(&db).unwrap());
        let house = House::new(db.clone(), index, web::Config::default()).unwrap();
        let app = web::dress(house.clone(), console::routes());
        Stage { db, house, app, _folder: folder }
    }

    /// A browser in which one of the house's people has signed in.
    pub fn staff(&'static self, login: &str) -> Browser {
        let knock =
            identity::Knock { login: login.to_owned(), password: PASSWORD.to_owned(), ..identity::Knock::default() };
        let opened = self.house.door.sign_in(&knock).unwrap_or_else(|failure| panic!("{login}: {failure}"));
        let identity::Opened::In(identity::Entered { token, .. }) = opened else { panic!("{login}: no second factor") };
        Browser { stage: self, cookie: format!("tb_session={}", token.reveal()) }
    }

    /// A browser that nobody has signed in with.
    pub fn stranger(&'static self) -> Browser {
        Browser { stage: self, cookie: String::new() }
    }

    /// An application of somebody new.
    pub fn filed(&self, item: &str) -> CaseNumber {
        let applicant = self.applicant();
        let actor = citizen(applicant);
        let materials = match item {
            TEMPORARY => vec![HOUSEHOLD, "近期免冠照片"],
            _ => vec![HOUSEHOLD, "原居民身份证"],
        };
        let filing = Filing {
            applicant,
            item: item.parse().unwrap(),
            region: PLACE.parse().unwrap(),
            answers: answers(item),
            materials: materials.into_iter().map(|name| self.upload(&actor, name)).collect(),
            channel: Channel::Online,
            ticket: None,
            draft: None,
            key: None,
            way: Way::default(),
        };
        let submission = Submission::prepare(&self.db, &actor, filing).unwrap_or_else(|failure| panic!("{failure:?}"));
        self.db.write(move |tx| casework::submit(tx, &submission)).unwrap().number
    }

    fn applicant(&self) -> PartyId {
        let person = Person {
            name: "𠮷小满".parse().unwrap(),
            id: fresh_id(),
            phone: Some("13800000997".parse().unwrap()),
            region: Some(PLACE.parse().unwrap()),
        };
        self.db.write(move |tx| identity::enter(tx, &SETUP, &Particulars::Person(person.clone()))).unwrap()
    }

    fn upload(&self, actor: &Actor, name: &str) -> Attachment {
        let bytes = format!("%PDF-1.7 {name} {}", store::fresh_uuid());
        let digest = casework::keep_file(&self.db, actor, bytes.as_bytes(), None).unwrap().digest;
        let brought = Brought::File { digest, name: Some(format!("{name}.pdf")) };
        Attachment { material: name.to_owned(), brought }
    }

    /// Does something to a case without a browser.
    pub fn handle(&self, number: CaseNumber, login: &str, command: Command) {
        let number_of = login.parse().unwrap();
        let staff = self.db.read(|read| identity::staff_by_number(read, &number_of)).unwrap().unwrap();
        let actor = staff.actor();
        let done: Result<_, Failure<Refusal>> =
            self.db.write(move |tx| casework::handle(tx, &actor, &number, &command).map(drop));
        done.unwrap_or_else(|failure| panic!("{failure:?}"));
    }

    /// The applicant hands in what was asked for: the household book.
    pub fn resubmit(&self, number: CaseNumber) {
        let actor = citizen(self.case(number).applicant);
        let brought = [self.upload(&actor, HOUSEHOLD)];
        let command = casework::resubmission(&self.db, &actor, &number, None, &brought).unwrap();
        let done: Result<_, Failure<Refusal>> =
            self.db.write(move |tx| casework::handle(tx, &actor, &number, &command).map(drop));
        done.unwrap_or_else(|failure| panic!("{failure:?}"));
    }

    pub fn case(&self, number: CaseNumber) -> casework::Case {
        self.db.read(|read| casework::query::case_for(read, &Actor::System("test"), &number)).unwrap()
    }
}

fn citizen(party: PartyId) -> Actor {
    Actor::Citizen { account: AccountId::new(store::fresh_uuid()), person: party, acting_for: party }
}

/// Someone of the district's police, 090, whose number is their login.
fn official(login: &str, duties: &[Duty]) -> SeedStaff {
    let region = PLACE.parse().unwrap();
    let department = DepartmentId::new(region, "090".parse().unwrap());
    let scope = Scope { region, subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    let (number, name) = (login.parse().unwrap(), "周敏".parse().unwrap());
    let staff = NewStaff { number, name, person: None, post: format!("{login}岗"), department, powers };
    SeedStaff { staff, login: Some(login.parse::<LoginName>().unwrap()) }
}

fn answers(item: &str) -> catalogue::Answers {
    let own: &[(&str, &str)] = match item {
        RENEWAL => &[("reason", "坏了，看不清"), ("away", "否"), ("temporary", "否")],
        _ => &[("matter", "按规定申请办理。"), ("first_time", "第一次办"), ("place", PLACE)],
    };
    let all = [("name", "𠮷小满"), ("resident_id", RESIDENT), ("phone", "13800000997")];
    all.iter().chain(own).map(|(key, value)| ((*key).to_owned(), (*value).into())).collect()
}

/// An ID number that nobody has: birth year 1900, sequences of our own.
fn fresh_id() -> ResidentId {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let stem = format!("3201021900{:02}{:02}99{}", n / 28 % 12 + 1, n % 28 + 1, 8 + n / 336 % 2);
    "0123456789X".chars().find_map(|check| format!("{stem}{check}").parse().ok()).unwrap()
}

pub struct Browser {
    stage: &'static Stage,
    cookie: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
}

impl Answer {
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Fails unless the page says all of it.
    #[track_caller]
    pub fn says(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.has(text), "“{text}” is not on the page: {} {}", self.status, self.body);
        }
    }

    /// Fails if the page says any of it.
    #[track_caller]
    pub fn says_none(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.has(text), "“{text}” is on the page: {}", self.body);
        }
    }

    /// The form token of the page.
    pub fn token(&self) -> String {
        self.hidden().into_iter().find(|(name, _)| name == "_csrf").unwrap().1
    }

    /// The hidden fields of the page, as a browser would send them, with the version and the form token among them.
    fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self.body.split("<input type=\"hidden\" name=\"").skip(1);
        inputs
            .filter_map(|rest| {
                let (name, rest) = rest.split_once("\" value=\"")?;
                let (value, _) = rest.split_once('"')?;
                Some((name.to_owned(), unescaped(value)))
            })
            .collect()
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

impl Browser {
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("accept", "text/html").header(header::COOKIE, &self.cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Presses a button on `page`: its token and version, and these fields.
    pub async fn press(&self, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
        let kept = page.hidden().into_iter().filter(|(name, _)| name == "_csrf" || name == "version");
        let mut seen = vec![];
        let mut pairs: Vec<(String, String)> = vec![];
        for (name, value) in kept {
            if !seen.contains(&name) {
                seen.push(name.clone());
                pairs.push((name, value));
            }
        }
        pairs.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.send(path, &pairs).await
    }

    /// Sends just these fields.
    pub async fn raw(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(path, &pairs).await
    }

    /// Answers the page that asks whether one is sure: everything that it holds, and the answer.
    pub async fn answer(&self, page: &Answer, path: &str, sure: &str) -> Answer {
        assert!(page.has("name=\"sure\" value=\"yes\""), "the page does not ask: {} {}", page.status, page.body);
        let mut pairs = page.hidden();
        let at = pairs.iter().rposition(|(name, _)| name == "_csrf").unwrap();
        pairs.drain(..at);
        pairs.push(("sure".to_owned(), sure.to_owned()));
        self.send(path, &pairs).await
    }

    async fn send(&self, path: &str, pairs: &[(String, String)]) -> Answer {
        let body: Vec<String> =
            pairs.iter().map(|(key, value)| format!("{key}={}", web::words::percent(value))).collect();
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header::COOKIE, &self.cookie);
        self.ask(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.stage.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let location = parts.headers.get(header::LOCATION).map_or("", |place| place.to_str().unwrap()).to_owned();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, location, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}
