//! A house with the shipped registers and catalogue, asked over its routes without a network, and browsers that keep cookies.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use identity::{NewOrganisation, Session};
use kernel::{Actor, CreditCode, PartyId, ResidentId};
use organisation::Kinds;
use store::{Db, ReadExt, testing::Folder};
use tower::ServiceExt;
use web::House;

const BUILT_IN: Actor = Actor::System("built-in");

/// The house that all tests share; each registers people of its own.
pub struct Stage {
    pub db: Db,
    app: Router,
    _folder: Folder,
}

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
            delivery::MIGRATIONS,
            ::halls::MIGRATIONS,
            casework::MIGRATIONS,
            evaluation::MIGRATIONS,
            messages::MIGRATIONS,
        ];
        db.migrate(&rooms).unwrap();
        let mut registers = organisation::builtin::builtin().unwrap();
        // Twenty thousand villages would only cost time.
        registers.regions.retain(|line| line.code.level() <= kernel::Level::County);
        registers.aliases.clear();
        db.write(move |tx| organisation::desk::import_builtin(tx, &BUILT_IN, &registers)).unwrap();
        let kinds = db.read(|read| read.cached::<Kinds>()).unwrap();
        let items = catalogue::builtin::builtin(&kinds).unwrap();
        db.write(move |tx| catalogue::desk::publish_builtin(tx, &BUILT_IN, &items)).unwrap();
        let index = Arc::new(search::Index::open(&db).unwrap());
        let house = House::new(db.clone(), index, web::Config::default()).unwrap();
        Stage { db, app: web::dress(house, crate::router()), _folder: folder }
    }

    /// A browser that nobody has signed in with.
    pub fn browser(&'static self) -> Browser {
        Browser { stage: self, cookies: BTreeMap::new() }
    }

    /// A browser in which somebody has just registered; no two are the same person.
    pub async fn citizen(&'static self) -> Browser {
        self.registered().await.0
    }

    /// The same, with the ID number of whoever registered.
    pub async fn registered(&'static self) -> (Browser, String) {
        let mut browser = self.browser();
        let (name, id) = ("林示范", fresh_id());
        let account = format!("t{}", store::fresh_uuid().simple());
        let page = browser.get("/register").await;
        let fields = [
            ("name", name),
            ("id", id.as_str()),
            ("phone", "13800000000"),
            ("account", account.as_str()),
            ("password", "Lake-2026"),
            ("again", "Lake-2026"),
        ];
        let answer = browser.post("/register", &page, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        (browser, id)
    }

    /// A company of its own for whoever is signed in with this browser: they represent it.
    pub fn company(&self, browser: &Browser) -> PartyId {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(100);
        let stem = format!("MA{:06}", NEXT.fetch_add(1, Ordering::Relaxed));
        let new = NewOrganisation {
            name: "玄武湖畔餐饮有限公司".parse().unwrap(),
            code: CreditCode::from_parts('9', '1', "320102", &stem).unwrap(),
            phone: None,
            region: Some("320102000000".parse().unwrap()),
            address: None,
        };
        let actor = self.session(browser).actor;
        self.db.write(move |tx| identity::register_organisation(tx, &actor, &new)).unwrap()
    }

    /// The session of whoever is signed in with this browser.
    pub fn session(&self, browser: &Browser) -> Session {
        let token = browser.cookies["tb_session"].parse().unwrap();
        self.db.read::<_, store::Error>(|read| identity::session(read, &token)).unwrap().unwrap()
    }
}

/// An ID number that nobody has: birth year 1900, sequences of our own.
fn fresh_id() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let stem = format!("3201021900{:02}{:02}99{}", n / 28 % 12 + 1, n % 28 + 1, 8 + n / 336 % 2);
    let whole = "0123456789X".chars().map(|check| format!("{stem}{check}")).find(|id| id.parse::<ResidentId>().is_ok());
    whole.unwrap()
}

pub struct Browser {
    stage: &'static Stage,
    cookies: BTreeMap<String, String>,
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

    /// The form token of the page.
    pub fn token(&self) -> String {
        after(&self.body, "name=\"_csrf\" value=\"").unwrap().to_owned()
    }

    /// The keys of the questions that stand as fields.
    pub fn asked(&self) -> Vec<String> {
        let parts = self.body.split("name=\"_asked\" value=\"").skip(1);
        parts.map(|part| part[..part.find('"').unwrap()].to_owned()).collect()
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let rest = &text[text.find(mark)? + mark.len()..];
    Some(&rest[..rest.find('"')?])
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header("accept", "text/html");
        self.ask(request.header(header::COOKIE, self.line()).body(Body::empty()).unwrap()).await
    }

    pub async fn data(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header("accept", "application/json");
        self.ask(request.header(header::COOKIE, self.line()).body(Body::empty()).unwrap()).await
    }

    /// Sends the form of `page`.
    pub async fn post(&mut self, path: &str, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, &page.token(), fields).await
    }

    pub async fn post_with(&mut self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let token = [("_csrf", token)];
        let pairs = token.iter().chain(fields);
        let body: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", web::words::percent(value))).collect();
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header::COOKIE, self.line());
        self.ask(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    /// Sends the form of `page` with one file.
    pub async fn upload(&mut self, path: &str, page: &Answer, file: (&str, &str, &[u8])) -> Answer {
        self.upload_with(path, page, file, &[]).await
    }

    /// Sends the form of `page` with one file and other fields.
    pub async fn upload_with(
        &mut self,
        path: &str,
        page: &Answer,
        (field, name, content): (&str, &str, &[u8]),
        fields: &[(&str, &str)],
    ) -> Answer {
        let part = |head: String, content: &[u8]| {
            [format!("--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(), content, b"\r\n"].concat()
        };
        let mut body = part("name=\"_csrf\"".to_owned(), page.token().as_bytes());
        for (key, value) in fields {
            body.extend(part(format!("name=\"{key}\""), value.as_bytes()));
        }
        body.extend(part(format!("name=\"{field}\"; filename=\"{name}\""), content));
        body.extend(b"--cut--\r\n");
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "multipart/form-data; boundary=cut")
            .header(header::COOKIE, self.line());
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    fn line(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    async fn ask(&mut self, request: Request<Body>) -> Answer {
        let response = self.stage.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = parts.headers.get(header::LOCATION).map_or("", |location| location.to_str().unwrap()).to_owned();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, location, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}
