//! A house with the shipped registers and catalogue, asked over its routes without a network.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use catalogue::Items;
use kernel::{Actor, Level, RegionCode};
use organisation::{Kinds, Regions};
use store::{Db, ReadExt, testing::Folder};
use tower::ServiceExt;
use web::{Config, House};

const BUILT_IN: Actor = Actor::System("built-in");

/// 玄武区
pub const HERE: &str = "320102000000";

pub struct Stage {
    pub items: Arc<Items>,
    pub regions: Arc<Regions>,
    app: Router,
    _folder: Folder,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// The house that all tests share: nothing here changes it.
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
            halls::MIGRATIONS,
            casework::MIGRATIONS,
            evaluation::MIGRATIONS,
            messages::MIGRATIONS,
        ];
        db.migrate(&rooms).unwrap();
        let mut registers = organisation::builtin::builtin().unwrap();
        // Villages of one county are enough; all of them would only cost time.
        let here: RegionCode = HERE.parse().unwrap();
        registers.regions.retain(|line| line.code.level() <= Level::County || here.contains(line.code));
        registers.aliases.clear();
        db.write(move |tx| organisation::desk::import_builtin(tx, &BUILT_IN, &registers)).unwrap();
        let kinds = db.read(|read| read.cached::<Kinds>()).unwrap();
        let items = catalogue::builtin::builtin(&kinds).unwrap();
        db.write(move |tx| catalogue::desk::publish_builtin(tx, &BUILT_IN, &items)).unwrap();
        let index = Arc::new(search::Index::open(&db).unwrap());
        let (items, regions) =
            db.read::<_, store::Error>(|read| Ok((read.cached::<Items>()?, read.cached::<Regions>()?))).unwrap();
        let house = House::new(db, index, Config { demo: true, ..Config::default() }).unwrap();
        Stage { items, regions, app: web::dress(house, portal::router()), _folder: folder }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, "").await
    }

    /// With a cookie line.
    pub async fn get_with(&self, path: &str, cookies: &str) -> Answer {
        let request = Request::get(path).header("cookie", cookies).body(Body::empty()).unwrap();
        let (parts, body) = self.app.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

impl Answer {
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Every text between `start` and `end`, in order.
    pub fn every(&self, start: &str, end: &str) -> Vec<&str> {
        self.body.split(start).skip(1).map(|part| part.split(end).next().unwrap()).collect()
    }
}
