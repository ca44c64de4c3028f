//! Every route of the house, asked by nobody, by a citizen, by a window clerk and by an auditor, against a written list. A new
//! route, or a door that opens to somebody else, shows up as a changed line.
//!
//! Write the list anew with `TONGBAN_GOLDEN=write cargo test -p tongban`.

use crate::support::Server;
use std::{collections::BTreeSet, fs, path::Path};

/// What stands in the place of a parameter: well formed where that matters, and nobody's.
const PARAMETERS: &[(&str, &str)] = &[
    ("number", "3201023102601010000016"),
    ("bill", "32010226000000000014"),
    ("channel", "wechat"),
    ("day", "2026-01-01"),
    ("code", "320131907000"),
    ("digest", "0000000000000000000000000000000000000000000000000000000000000000"),
    ("id", "00000000000000000000000000000000"),
    ("command", "accept"),
    ("kind", "310"),
    ("page", "1"),
    ("place", "0"),
];

/// Asks every route and compares with `golden/routes.txt`.
pub fn all(server: &Server) {
    let visitors = [None, Some("citizen.bai"), Some("clerk.320508"), Some("auditor")];
    let tokens = visitors.map(|account| account.map(|account| server.sign_in(account)));
    let mut lines = vec![format!("{:<7} {:<44} nobody citizen clerk auditor", "method", "route")];
    for (path, method) in routes() {
        let ends_session = path.contains("session") || path.contains("logout");
        let statuses = visitors.iter().zip(&tokens).map(|(account, token)| {
            let fresh = ends_session.then(|| account.map(|account| server.sign_in(account))).flatten();
            ask(server, &method, &path, fresh.as_deref().or(token.as_deref()))
        });
        let statuses: Vec<String> = statuses.map(|status| status.to_string()).collect();
        lines.push(format!("{method:<7} {path:<44} {}", statuses.join(" ")));
    }
    let found = lines.join("\n") + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/routes.txt");
    if std::env::var("TONGBAN_GOLDEN").is_ok_and(|word| word == "write") {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &found).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (written.lines().collect(), found.lines().collect());
    let gone: Vec<String> = old.difference(&new).map(|line| format!("- {line}")).collect();
    let come: Vec<String> = new.difference(&old).map(|line| format!("+ {line}")).collect();
    assert!(old == new, "routes differ from {}:\n{}\n{}", file.display(), gone.join("\n"), come.join("\n"));
}

fn ask(server: &Server, method: &str, path: &str, token: Option<&str>) -> u16 {
    let mut address = path.to_owned();
    for (name, value) in PARAMETERS {
        address = address.replace(&format!("{{{name}}}"), value);
    }
    while let (Some(start), Some(end)) = (address.find('{'), address.find('}')) {
        address.replace_range(start..=end, "x");
    }
    let bearer = token.map(|token| (format!("Bearer {token}"), format!("tb_session={token}")));
    let mut headers = vec![("accept", "text/html")];
    if let Some((bearer, cookie)) = &bearer {
        headers.extend([("authorization", bearer.as_str()), ("cookie", cookie.as_str())]);
    }
    let is_api = path.starts_with("/api/");
    headers.push(("content-type", if is_api { "application/json" } else { "application/x-www-form-urlencoded" }));
    let body: &[u8] = if is_api && method == "POST" { b"{}" } else { b"" };
    // A server that refuses before it read the body closes the connection; whoever writes to it just then asks once more.
    let answer = server.try_ask(method, &address, &headers, body.to_vec());
    answer.unwrap_or_else(|| server.ask(method, &address, &headers, body)).status
}

/// Path and method of every route, read from the sources: a router cannot be asked what it holds.
fn routes() -> BTreeSet<(String, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    for folder in ["faces/web/src", "faces/portal/src", "faces/console/src", "faces/api/src", "tongban/src"] {
        walk(&crates.join(folder), &mut found);
    }
    assert!(found.len() > 40, "the routes are not where they were: {}", found.len());
    found
}

fn walk(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            walk(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&entry).unwrap();
            registered(&text, found);
            described(&text, found);
        }
    }
}

/// `.route("/path", get(…).post(…))`
fn registered(text: &str, found: &mut BTreeSet<(String, String)>) {
    for rest in text.split(".route(").skip(1) {
        let Some(path) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else { continue };
        let mut depth = 1;
        let end = rest.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let call = &rest[..end.unwrap_or(rest.len())];
        for method in ["get", "post", "put", "delete"] {
            let name = format!("{method}(");
            let is_call = |at: usize| !call[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if call.match_indices(&name).any(|(at, _)| is_call(at)) {
                found.insert((path.to_owned(), method.to_uppercase()));
            }
        }
    }
}

/// `#[utoipa::path(get, path = "/api/…"`
fn described(text: &str, found: &mut BTreeSet<(String, String)>) {
    for rest in text.split("#[utoipa::path(").skip(1) {
        let method = rest.split(',').next().unwrap_or("").trim().to_uppercase();
        if let Some(path) = rest.split("path = \"").nth(1).and_then(|rest| rest.split('"').next()) {
            found.insert((path.to_owned(), method));
        }
    }
}
