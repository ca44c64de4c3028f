//! A house on an empty database in a folder of its own, asked without a network.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use tower::ServiceExt;
use web::{Config, House};

pub struct Stage {
    app: Router,
    folder: PathBuf,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Stage {
    pub fn new(faces: Router<Arc<House>>) -> Stage {
        Stage::limited(faces, 0)
    }

    pub fn limited(faces: Router<Arc<House>>, requests_per_minute: u32) -> Stage {
        let folder = std::env::temp_dir().join(format!("tongban-web-{}", store::fresh_uuid()));
        let db = store::Db::open(store::Config::new(&folder)).unwrap();
        db.migrate(&[organisation::MIGRATIONS, catalogue::MIGRATIONS, identity::MIGRATIONS, messages::MIGRATIONS])
            .unwrap();
        let index = Arc::new(search::Index::open(&db).unwrap());
        let config = Config { requests_per_minute, file_bytes_max: 1024 * 1024, ..Config::default() };
        let house = House::new(db, index, config).unwrap();
        Stage { app: web::dress(house, faces), folder }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub async fn asked_by(&self, method: &str, path: &str) -> Answer {
        self.ask(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_from(&self, path: &str, address: &str) -> Answer {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 40_000)));
        self.ask(request).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn upload(&self, path: &str, cookie: &str, token: &str, name: &str, content: &[u8]) -> Answer {
        let head = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--cut--\r\n"].concat();
        let request =
            Request::post(path).header("content-type", "multipart/form-data; boundary=cut").header("cookie", cookie);
        self.ask(request.body(Body::from(body)).unwrap()).await
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning.
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// `name=value` of a cookie that the answer sets.
    pub fn cookie(&self, name: &str) -> String {
        let found = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let pair = found.filter_map(|text| text.split(';').next()).find(|pair| pair.starts_with(&format!("{name}=")));
        pair.unwrap_or_else(|| panic!("no cookie {name}")).to_owned()
    }

    pub fn between(&self, start: &str, end: &str) -> &str {
        let from = self.body.find(start).unwrap_or_else(|| panic!("no {start} in {}", self.body)) + start.len();
        let to = self.body[from..].find(end).unwrap() + from;
        &self.body[from..to]
    }
}
