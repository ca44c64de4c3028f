//! Real databases for tests: a fresh SQLite file, and a fresh PostgreSQL database when `TEST_PG_URL` names a server
//! (`postgres://postgres@127.0.0.1:54329/postgres`), each test in its own copy of a migrated template.
#![expect(clippy::panic, reason = "a test may fail by panicking")]

use crate::{Config, Db, Migration, sm3};
use postgres::{Client, NoTls};
use std::path::{Path, PathBuf};

/// Runs the test on each database at hand, with these rooms' tables in place.
pub fn each_database(rooms: &[&'static [Migration]], test: impl Fn(Db)) {
    for place in places(rooms) {
        test(place.open());
    }
}

/// The databases at hand, empty but for these rooms' tables, for tests that close and open.
pub fn places(rooms: &[&'static [Migration]]) -> Vec<Place> {
    let mut places = vec![Place::sqlite(rooms)];
    places.extend(Place::postgres(rooms));
    places
}

/// A database that is removed in the end, and its data folder.
pub struct Place {
    folder: Folder,
    base: Option<Base>,
}

impl Place {
    /// A SQLite database.
    pub fn sqlite(rooms: &[&'static [Migration]]) -> Self {
        let place = Place { folder: Folder::new(), base: None };
        must(place.open().migrate(rooms), "the tables are made");
        place
    }

    /// A PostgreSQL database, if there is a server for tests.
    pub fn postgres(rooms: &[&'static [Migration]]) -> Option<Self> {
        let server = std::env::var("TEST_PG_URL").ok()?;
        Some(Place { folder: Folder::new(), base: Some(Base::new(&server, rooms)) })
    }

    /// How it is opened.
    pub fn config(&self) -> Config {
        let url = self.base.as_ref().map(|base| base.url.clone());
        Config { url, writers: 4, readers: 4, ..Config::new(self.folder.path()) }
    }

    /// Opens it.
    pub fn open(&self) -> Db {
        must(Db::open(self.config()), "the database opens")
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A folder of its own for a test, removed in the end.
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh folder.
    #[expect(clippy::new_without_default, reason = "a default that makes a folder would surprise")]
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("tongban-test-{}", crate::fresh_uuid().simple()));
        must(std::fs::create_dir_all(&path), "a folder for the test is made");
        Folder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A PostgreSQL database of its own, dropped in the end.
struct Base {
    server: String,
    name: String,
    url: String,
}

impl Base {
    fn new(server: &str, rooms: &[&'static [Migration]]) -> Self {
        let text: String = crate::MIGRATIONS.iter().chain(rooms.iter().copied().flatten()).map(|one| one.sql).collect();
        let template = format!("tongban_template_{}", &sm3(text.as_bytes()).to_string()[..16]);
        let mut admin = connect(server);
        // One process makes the template, the others wait and copy it.
        run(&mut admin, "SELECT pg_advisory_lock(7461198202)");
        let found = admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&template]);
        if must(found, "the server answers").is_none() {
            make_template(server, &template, rooms, &mut admin);
        }
        let name = format!("tongban_test_{}", crate::fresh_uuid().simple());
        run(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        run(&mut admin, "SELECT pg_advisory_unlock(7461198202)");
        Base { server: server.to_owned(), url: beside(server, &name), name }
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        if let Ok(mut admin) = Client::connect(&self.server, NoTls) {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

fn make_template(server: &str, template: &str, rooms: &[&'static [Migration]], admin: &mut Client) {
    let draft = format!("{template}_draft");
    run(admin, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"));
    run(admin, &format!("CREATE DATABASE {draft} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"));
    let (folder, url) = (Folder::new(), beside(server, &draft));
    let config = Config { url: Some(url.clone()), writers: 1, readers: 1, ..Config::new(folder.path()) };
    let db = must(Db::open(config), "the template opens");
    must(db.migrate(rooms), "the template's tables are made");
    drop(db);
    // Each copy has a data folder, and so a master key, of its own.
    run(&mut connect(&url), "DELETE FROM store_value WHERE name = 'master key'");
    run(admin, &format!("ALTER DATABASE {draft} RENAME TO {template}"));
}

/// The address of another database on the same server.
fn beside(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, String::new()), |(a, o)| (a, format!("?{o}")));
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    format!("{}/{name}{options}", &address[..end])
}

fn connect(url: &str) -> Client {
    must(Client::connect(url, NoTls), "the server for tests (TEST_PG_URL) answers")
}

fn run(client: &mut Client, sql: &str) {
    must(client.batch_execute(sql), sql);
}

fn must<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}
