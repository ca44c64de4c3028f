//! The API as its description says: what is given, and what is refused.

use crate::support::{Answer, Server};
use serde_json::{Value, json};

const REGION: &str = "320102000000";
/// Wanted by people, one file, one licence.
const ITEM: &str = "322018901000";

/// Everything, one subject after another.
pub fn all(server: &Server) {
    sessions(server);
    items(server);
    regions(server);
    bad_bodies(server);
    files(server);
    submitting(server);
    bad_applications(server);
    handling(server);
    lists(server);
    description(server);
    examples(server);
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    let json = answer.json();
    assert_eq!((answer.status, json["code"].as_str()), (status, Some(code)), "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    for member in ["type", "title", "detail", "trace_id", "instance"] {
        assert!(json[member].is_string(), "{member} is missing: {json}");
    }
}

fn sessions(server: &Server) {
    let post = |body: Value| {
        server.ask("POST", "/api/v1/sessions", &[("content-type", "application/json")], body.to_string().as_bytes())
    };
    refused(&post(json!({"account": "citizen.chen", "password": "wrong"})), 401, "identity.wrong-credentials");
    refused(&post(json!({"account": "nobody.at.all", "password": "wrong"})), 401, "identity.wrong-credentials");
    let session = post(json!({"account": "clerk.320102", "password": crate::support::PASSWORD})).json();
    assert_eq!((session["role"].as_str(), session["duties"][0].as_str()), (Some("staff"), Some("receive")));

    let token = session["token"].as_str().unwrap();
    let bearer = format!("Bearer {token}");
    assert_eq!(server.get("/api/v1/cases", Some(token)).status, 200);
    assert_eq!(server.ask("DELETE", "/api/v1/sessions", &[("authorization", &bearer)], b"").status, 204);
    refused(&server.get("/api/v1/cases", Some(token)), 401, "api.signed-out");
    refused(&server.get("/api/v1/cases", Some("rubbish")), 401, "api.signed-out");
    let cookie = format!("tb_session={}", server.sign_in("citizen.chen"));
    refused(&server.ask("GET", "/api/v1/cases", &[("cookie", &cookie)], b""), 401, "api.signed-out");
}

fn items(server: &Server) {
    let first = |words: &str| {
        let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = server.get(&format!("/api/v1/items?q={query}&region={REGION}&limit=3"), None).json();
        found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(first("换驾照").iter().any(|name| name.contains("驾驶证")));
    assert!(first("开饭店要什么证").iter().any(|name| name.contains("食品经营许可")));

    let mut seen = 0;
    let mut address = "/api/v1/items?limit=90".to_owned();
    loop {
        let page = server.get(&address, None);
        let json = page.json();
        seen += json["items"].as_array().unwrap().len();
        let Some(next) = json["next"].as_str() else { break };
        assert!(page.header("link").unwrap().contains(next));
        address = format!("/api/v1/items?limit=90&cursor={next}");
    }
    assert_eq!(seen, 201);

    let guide = server.get(&format!("/api/v1/items/{ITEM}?region={REGION}"), None);
    let tag = guide.header("etag").unwrap().to_owned();
    assert!(guide.json()["department"]["name"].as_str().unwrap().contains("玄武"));
    let again = server.ask("GET", &format!("/api/v1/items/{ITEM}?region={REGION}"), &[("if-none-match", &tag)], b"");
    assert_eq!((again.status, again.body.len()), (304, 0));

    refused(&server.get("/api/v1/items/000000000000", None), 404, "catalogue.unknown-item");
    refused(&server.get("/api/v1/items/abc", None), 404, "api.not-found");
    refused(&server.get("/api/v1/items?limit=201", None), 422, "api.parameter");
    refused(&server.get("/api/v1/items?limit=x", None), 422, "api.parameter");
    refused(&server.get("/api/v1/items?colour=red", None), 422, "api.parameter");
    refused(&server.get("/api/v1/items?region=12", None), 422, "api.parameter");
    refused(&server.get("/api/v1/items?region=990000000000", None), 422, "api.parameter");
    for unreadable in ["%ff", "%zz", "%", "%00"] {
        refused(&server.get(&format!("/api/v1/items?q={unreadable}"), None), 422, "api.parameter");
    }
    refused(&server.get("/api/v1/items?cursor=abc", None), 422, "api.cursor");
    let other = server.get("/api/v1/items?limit=5", None).json()["next"].as_str().unwrap().to_owned();
    refused(&server.get(&format!("/api/v1/items?subject=person&cursor={other}"), None), 422, "api.cursor");
}

fn regions(server: &Server) {
    let json = server.get("/api/v1/regions", None).json();
    assert_eq!(json["regions"][0]["code"], "320000000000");
    let below = server.get("/api/v1/regions?parent=320000000000", None).json();
    assert_eq!(below["regions"].as_array().unwrap().len(), 13);
    refused(&server.get("/api/v1/regions?parent=330000000000", None), 404, "api.not-found");
}

fn bad_bodies(server: &Server) {
    let bearer = format!("Bearer {}", server.sign_in("citizen.chen"));
    let send = |kind: &str, body: &[u8]| {
        server.ask("POST", "/api/v1/cases", &[("authorization", &bearer), ("content-type", kind)], body)
    };
    let json = "application/json";
    refused(&send(json, b"{\"item\":"), 400, "api.malformed-json");
    refused(&send(json, b"{\"item\":\"\xff\xfe\"}"), 400, "api.not-utf8");
    refused(&send("text/plain", b"{}"), 415, "api.media-type");
    refused(&send(json, b"{\"item\":\"322018901000\"}"), 422, "api.wrong-value");
    let unknown = send(json, b"{\"item\":\"322018901000\",\"colour\":1}");
    refused(&unknown, 422, "api.unknown-field");
    assert_eq!(unknown.json()["errors"][0]["pointer"], "/colour");
    refused(&send(json, &vec![b' '; 300 * 1024]), 413, "api.too-large");
    refused(&send(json, b"[]"), 422, "api.wrong-value");
    let deep = format!("{{\"form\":{}", "[".repeat(5000));
    assert_eq!(send(json, deep.as_bytes()).status, 400);
}

fn files(server: &Server) {
    let (owner, stranger) = (server.sign_in("citizen.chen"), server.sign_in("citizen.bai"));
    let digest = server.upload(&owner, "files");
    assert_eq!(digest, server.upload(&stranger, "files"), "the same bytes are kept once");
    refused(&server.get(&format!("/api/v1/files/{digest}"), Some(&stranger)), 404, "api.not-found");
    let bearer = format!("Bearer {owner}");
    let send = |kind: &str, body: &[u8]| {
        server.ask("POST", "/api/v1/files", &[("authorization", &bearer), ("content-type", kind)], body)
    };
    assert_eq!(send("application/pdf", b"MZ not a PDF").status, 415);
    assert_eq!(send("image/png", b"%PDF-1.4\n%%EOF").status, 415);
    assert_eq!(send("application/pdf", b"").status, 415);
    refused(&send("application/pdf", &vec![b'x'; 21 * 1024 * 1024]), 413, "api.too-large");
    let form = b"--b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a.pdf\"\r\ncontent-type: application/pdf\r\n\r\n%PDF-1.4\n%%EOF\r\n--b--\r\n";
    assert_eq!(send("multipart/form-data; boundary=b", form).status, 201);
    refused(&send("multipart/form-data; boundary=b", b"--b--\r\n"), 422, "api.no-file");
}

fn submitting(server: &Server) {
    let token = server.sign_in("citizen.chen");
    let digest = server.upload(&token, "submit");
    let application = server.application(ITEM, REGION, &digest);
    let first = server.post("/api/v1/cases", &token, Some("k-1"), &application);
    assert_eq!(first.status, 201, "{}", first.text());
    let number = first.json()["number"].as_str().unwrap().to_owned();
    assert_eq!(first.header("location"), Some(format!("/api/v1/cases/{number}").as_str()));
    let again = server.post("/api/v1/cases", &token, Some("k-1"), &application);
    assert_eq!((again.status, again.json()), (201, first.json()), "the same key gives the same answer");
    let mut other = application.clone();
    other["region"] = "320104000000".into();
    refused(&server.post("/api/v1/cases", &token, Some("k-1"), &other), 422, "casework.key-reused");
    refused(&server.post("/api/v1/cases", &token, Some("a b"), &application), 422, "api.idempotency-key");
    let another = server.post("/api/v1/cases", &token, Some("k-2"), &application).json();
    assert_ne!(another["number"].as_str(), Some(number.as_str()));
    let stranger = server.sign_in("citizen.bai");
    for path in [
        format!("/api/v1/cases/{number}"),
        format!("/api/v1/cases/{number}/events"),
        format!("/api/v1/cases/{number}/clock"),
    ] {
        assert_eq!(server.get(&path, Some(&token)).status, 200, "{path}");
        assert_eq!(server.get(&path, Some(&stranger)).status, 404, "{path}");
        refused(&server.get(&path, None), 401, "api.signed-out");
    }
    assert_eq!(server.get(&format!("/api/v1/files/{digest}"), Some(&token)).status, 200);
    assert_eq!(server.get(&format!("/api/v1/files/{digest}"), Some(&stranger)).status, 404);
    let clerk = server.sign_in("clerk.320102");
    assert_eq!(server.get(&format!("/api/v1/files/{digest}?case={number}"), Some(&clerk)).status, 200);
    assert_eq!(server.post("/api/v1/cases", &clerk, None, &application).status, 403, "staff do not apply");
}

fn bad_applications(server: &Server) {
    let token = server.sign_in("citizen.ji");
    let digest = server.upload(&token, "bad");
    let right = server.application(ITEM, REGION, &digest);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = right.clone();
        change(&mut body);
        server.post("/api/v1/cases", &token, None, &body)
    };
    refused(&with(&|body| body["item"] = "12".into()), 422, "api.wrong-value");
    refused(&with(&|body| body["item"] = "000000000000".into()), 422, "catalogue.unknown-item");
    refused(&with(&|body| body["region"] = "990000000000".into()), 422, "catalogue.unknown-region");
    assert_eq!(with(&|body| body["region"] = "320000000000".into()).status, 422, "not handled by the province");
    let empty = with(&|body| body["form"] = json!({}));
    assert_eq!(empty.status, 422);
    let pointer = empty.json()["errors"][0]["pointer"].as_str().unwrap().to_owned();
    assert!(pointer.starts_with("/form/"), "{pointer}");
    assert_eq!(with(&|body| body["form"]["no_such_question"] = "x".into()).status, 422);
    assert_eq!(with(&|body| body["materials"] = json!([])).status, 422, "a required material is missing");
    let unknown = "0".repeat(64);
    assert_eq!(with(&|body| body["materials"][0]["digest"] = unknown.clone().into()).status, 422);
    refused(&with(&|body| body["materials"][0] = json!({"name": "x"})), 422, "api.wrong-value");
    let rare = with(&|body| body["form"]["applicant_name"] = "𠮷䶮".into());
    assert!(matches!(rare.status, 201 | 422), "{}", rare.text());
    assert_eq!(
        server.get("/api/v1/cases?state=open", Some(&token)).json()["cases"].as_array().unwrap().len(),
        usize::from(rare.status == 201)
    );
}

fn handling(server: &Server) {
    let citizen = server.sign_in("citizen.lin");
    let digest = server.upload(&citizen, "handling");
    let application = server.application(ITEM, REGION, &digest);
    let number =
        server.post("/api/v1/cases", &citizen, None, &application).json()["number"].as_str().unwrap().to_owned();
    let path = |command: &str| format!("/api/v1/cases/{number}/{command}");
    let clerk = server.sign_in("clerk.320102");
    for elsewhere in ["clerk.320508", "clerk.320100", "clerk.320000"] {
        let clerk = server.sign_in(elsewhere);
        let answer = server.post(&path("accept"), &clerk, None, &json!({}));
        assert_eq!(answer.status, 404, "{elsewhere} handles the cases of their own level only");
    }
    let supervisor = server.sign_in("supervisor.320000");
    assert_eq!(server.get(&format!("/api/v1/cases/{number}"), Some(&supervisor)).status, 200, "who watches sees below");
    assert_eq!(server.post(&path("accept"), &supervisor, None, &json!({})).status, 403);
    assert_eq!(server.post(&path("accept"), &citizen, None, &json!({})).status, 403, "the applicant");
    refused(&server.post(&path("dance"), &clerk, None, &json!({})), 404, "api.unknown-command");
    refused(&server.post(&path("decline"), &clerk, None, &json!({})), 422, "api.wrong-value");
    let twice = |key| server.post(&path("accept"), &clerk, Some(key), &json!({}));
    assert_eq!(twice("a").status, 200);
    assert_eq!(twice("a").status, 200, "the same key happens once");
    refused(&twice("b"), 409, "casework.not-now");
    assert_eq!(server.post(&path("withdraw"), &citizen, None, &json!({"because": "not-needed"})).status, 200);
    let case = server.get(&format!("/api/v1/cases/{number}"), Some(&citizen)).json();
    assert_eq!(case["state"], "withdrawn");
    let events = server.get(&path("events"), Some(&citizen)).json();
    let kinds: Vec<&str> =
        events["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["submitted", "accepted", "withdrawn"]);
}

fn lists(server: &Server) {
    let token = server.sign_in("citizen.chen");
    let clerk = server.sign_in("clerk.320102");
    let first = server.get("/api/v1/cases?limit=1", Some(&token)).json();
    let next = first["next"].as_str().unwrap();
    let second = server.get(&format!("/api/v1/cases?limit=1&cursor={next}"), Some(&token));
    assert_eq!(second.header("cache-control"), Some("private, no-store"), "no browser keeps what is somebody's own");
    let second = second.json();
    assert_ne!(first["cases"][0]["number"], second["cases"][0]["number"]);
    refused(&server.get(&format!("/api/v1/cases?limit=1&cursor={next}"), Some(&clerk)), 422, "api.cursor");
    refused(&server.get("/api/v1/cases?state=strange", Some(&clerk)), 422, "api.parameter");
    let queue = server.get("/api/v1/cases?state=submitted&limit=200", Some(&clerk)).json();
    assert!(queue["cases"].as_array().unwrap().len() >= 2);
    let auditor = server.sign_in("auditor");
    assert_eq!(server.get("/api/v1/cases", Some(&auditor)).status, 403);
    let held = server.get("/api/v1/licences", Some(&token)).json();
    let id = held["licences"][0]["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/api/v1/licences/{id}"), Some(&token)).status, 200);
    let stranger = server.sign_in("citizen.bai");
    refused(&server.get(&format!("/api/v1/licences/{id}"), Some(&stranger)), 404, "api.not-found");
}

/// The server counts what comes through a proxy, by the client's address; what comes from this machine itself it does not.
pub fn rates(server: &Server) {
    let ask = |client: &str| server.ask("GET", "/api/v1/regions", &[("x-forwarded-for", client)], b"");
    let first = ask("192.0.2.1");
    assert_eq!(first.header("ratelimit-policy"), Some("\"client\";q=30;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"client\";r=29;t=60"));
    let last = (0..40).map(|_| ask("192.0.2.1")).find(|answer| answer.status != 200).unwrap();
    refused(&last, 429, "face.too-many");
    assert!(last.header("retry-after").is_some());
    assert_eq!(ask("192.0.2.2").status, 200, "another client is not held back");
}

/// Every route of the description has a summary, a success, its errors and, where it has a body, an example that its schema names.
fn description(server: &Server) {
    let document = server.get("/api/openapi.json", None).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let name = format!("{method} {path}");
            assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{name}");
            let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
            assert!(statuses.iter().any(|status| status.starts_with('2')), "{name}");
            assert!(statuses.iter().any(|status| *status == "422"), "{name}");
            if operation["security"].is_array() {
                assert!(statuses.iter().any(|status| *status == "401"), "{name}");
            }
        }
    }
    assert_eq!(operations, 76, "a new route belongs into this count and into the reference");
    let page = server.get("/docs/api", None);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("/api/v1/cases/{number}/{command}"));
}

/// Whoever copies an example out of /docs/api and sends it is served: bodies as they stand, and every address that can be read.
fn examples(server: &Server) {
    let document = server.get("/api/openapi.json", None).json();
    let example = |operation: &Value| {
        let content = operation["requestBody"]["content"].as_object()?.values().next()?;
        let reference = content["schema"]["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
        let of_schema = reference.and_then(|at| document.pointer(at)).map(|schema| &schema["example"]);
        let example = if content["example"].is_null() { of_schema? } else { &content["example"] };
        Some(example.as_str().map_or_else(|| example.to_string(), str::to_owned))
    };
    let operations = || {
        let paths = document["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (path.clone(), method.clone(), operation))
        })
    };
    let body = |id: &str| {
        let (_, _, operation) = operations().find(|(_, _, operation)| operation["operationId"] == id).unwrap();
        example(operation).unwrap_or_else(|| panic!("{id} has no example"))
    };
    let json = ("content-type", "application/json");
    let session = server.ask("POST", "/api/v1/sessions", &[json], body("signIn").as_bytes());
    assert_eq!(session.status, 201, "{}", session.text());
    let bearer = format!("Bearer {}", session.json()["token"].as_str().unwrap());
    let own = ("authorization", bearer.as_str());
    let file = ("content-type", "application/octet-stream");
    let uploaded = server.ask("POST", "/api/v1/files", &[own, file], body("uploadFile").as_bytes());
    assert_eq!(uploaded.status, 201, "{}", uploaded.text());
    let submitted = server.ask("POST", "/api/v1/cases", &[own, json], body("submitCase").as_bytes());
    assert_eq!(submitted.status, 201, "{}", submitted.text());
    let number = submitted.json()["number"].as_str().unwrap().to_owned();
    let step = |command: &str| format!("/api/v1/cases/{number}/{command}");
    let clerk = server.sign_in("clerk.320102");
    assert_eq!(server.post(&step("accept"), &clerk, None, &json!({})).status, 200);
    let reviewer = format!("Bearer {}", server.sign_in("reviewer.320102"));
    let reviewed =
        server.ask("POST", &step("review"), &[("authorization", &reviewer), json], body("handleCase").as_bytes());
    assert_eq!(reviewed.status, 200, "{}", reviewed.text());

    let digest = uploaded.json()["digest"].as_str().unwrap().to_owned();
    let licences = server.ask("GET", "/api/v1/licences", &[own], b"").json();
    let licence = licences["licences"][0]["id"].as_str().unwrap().to_owned();
    let sent = ["signIn", "signOut", "uploadFile", "submitCase", "handleCase"];
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        let code = if path.contains("/regions") { REGION } else { ITEM };
        let address = path.replace("{number}", &number).replace("{digest}", &digest);
        let address = address.replace("{code}", code);
        // Ids are each room's own: what is at hand here is a licence.
        let address = if path.contains("/licences") { address.replace("{id}", &licence) } else { address };
        // The place is the only thing that an address must be asked with.
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let needed = parameters.iter().filter(|one| one["in"] == "query" && one["required"] == true);
        let needed: Vec<&str> = needed.filter_map(|one| one["name"].as_str()).collect();
        let is_placed = id == "getItem" || needed == ["region"];
        let address = if is_placed { format!("{address}?region={REGION}") } else { address };
        let is_known = !address.contains('{') && (needed.is_empty() || is_placed);
        if method == "get" && is_known {
            let answer = server.ask("GET", &address, &[own], b"");
            // A case that costs nothing, needs no parcel or got no number has none of these: that is told by name, too.
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            let is_other = !code.starts_with("casework.") && code.ends_with(".not-found");
            let has_none = answer.status == 404 && is_other && address.contains(&number);
            assert!(matches!(answer.status, 200 | 403) || has_none, "{id} {address}: {}", answer.text());
        } else if let Some(body) = example(operation).filter(|_| !sent.contains(&id)) {
            // What it speaks of is another room's; here its shape is what counts.
            let answer = server.ask(&method.to_uppercase(), &address, &[own, json], body.as_bytes());
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            assert!(!code.starts_with("api.wrong") && !code.starts_with("api.malformed"), "{id}: {}", answer.text());
        }
    }
    assert_eq!(server.ask("DELETE", "/api/v1/sessions", &[own], b"").status, 204);
}
