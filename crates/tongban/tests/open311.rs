//! Open311 GeoReport v2 over HTTP, in JSON and XML: against the published schema where it is at hand, and against what must never be told.

use crate::support::{Answer, Server};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fs, path::Path};

const REGION: &str = "320102000000";
const WRITTEN: &str = "小区东门的路灯三天不亮，晚上看不见台阶。";

/// Everything, one subject after another, on one server.
pub fn all(server: &Server) {
    let schema = Schema::find();
    if schema.is_none() {
        eprintln!(
            "SKIPPED: the GeoReport schema is not at hand (shared/data/open311/georeport_v2-1.yaml): shapes are not checked against it"
        );
    }
    let check = |name: &str, objects: &[Value]| {
        assert!(!objects.is_empty(), "{name}: nothing was answered");
        if let Some(schema) = &schema {
            objects.iter().for_each(|object| schema.check(name, object));
        }
    };
    let both = |path: &str, root: &str, name: &str| -> Vec<Value> {
        let json = server.get(&format!("{path}.json"), None);
        assert_eq!(json.status, 200, "{path}: {}", json.text());
        let xml = server.get(&format!("{path}.xml"), None);
        assert!(xml.header("content-type").unwrap().starts_with("text/xml"));
        let (found, tree) = xml_of(&xml.text());
        assert_eq!(found, root, "{path}");
        let objects: Vec<Value> = match json.json() {
            Value::Array(all) => all,
            one => vec![one],
        };
        check(name, &objects);
        // The same names with the same words in both forms.
        let in_xml: Vec<&Node> = if matches!(json.json(), Value::Array(_)) { tree.iter().collect() } else { vec![] };
        for (object, node) in objects.iter().zip(&in_xml) {
            let (_, Inner::Nodes(children)) = node else { panic!("{path}: {node:?}") };
            let names: Vec<&str> = children.iter().map(|(name, _)| name.as_str()).collect();
            assert!(object.as_object().unwrap().keys().all(|key| names.contains(&key.as_str())), "{path}: {names:?}");
            for (name, inner) in children {
                if let (Inner::Text(text), Value::String(told)) = (inner, &object[name.as_str()]) {
                    assert_eq!(text, told, "{path} {name}");
                }
            }
        }
        objects
    };
    let services = both("/open311/v2/services", "services", "Service");
    assert!(services.iter().any(|service| service["service_code"] == "road-light"));
    let definition = both("/open311/v2/services/road-light", "service_definition", "ServiceDefinition");
    check("ServiceAttribute", definition[0]["attributes"].as_array().unwrap());
    let values = definition[0]["attributes"][0]["values"].as_array().unwrap();
    check("AttributeValue", values);
    assert!(values.iter().all(|value| value["key"] != "tip-off"), "a tip-off has a door of its own");

    let key = issued(server);
    let create = |key: &str, more: &str| {
        let body = format!(
            "api_key={key}&jurisdiction_id={REGION}&service_code=road-light&address_string={}&description={}&phone=13800000991&last_name={}{more}",
            encoded("梅园新村 5 号"),
            encoded(WRITTEN),
            encoded("示例人")
        );
        let form = [("content-type", "application/x-www-form-urlencoded")];
        server.ask("POST", "/open311/v2/requests.json", &form, body.as_bytes())
    };
    told(&create("", ""), 403);
    told(&create("wrong", ""), 403);
    told(&create(&key, "&attribute[kind]=tip-off"), 403);
    told(&create(&key, "&attribute[kind]=nonsense"), 400);
    told(&create(&key, "&address_id=320505000000"), 400);
    let created = create(&key, "&attribute[kind]=complaint");
    assert_eq!(created.status, 200, "{}", created.text());
    let created = created.json();
    check("RequestResponse", created.as_array().unwrap());
    let number = created[0]["service_request_id"].as_str().unwrap().to_owned();
    let token = created[0]["token"].as_str().unwrap();
    let resolved = both(&format!("/open311/v2/tokens/{token}"), "service_requests", "TokenResponse");
    assert_eq!(resolved[0]["service_request_id"], number.as_str());

    let one = both(&format!("/open311/v2/requests/{number}"), "service_requests", "Request");
    assert_eq!((&one[0]["status"], &one[0]["extended_attributes"]["state"]), (&"open".into(), &"waiting".into()));
    both(&format!("/open311/v2/request/{number}"), "service_requests", "Request");
    let list = server.get(&format!("/open311/v2/requests.json?jurisdiction_id={REGION}&status=open"), None);
    check("Request", list.json().as_array().unwrap());
    let listed = list.json().as_array().unwrap().iter().any(|request| request["service_request_id"] == number.as_str());
    assert!(listed, "{}", list.text());
    let updates = format!("/open311/v2/servicerequestupdates.json?service_request_id={number}");
    let updates = server.get(&updates, None);
    assert_eq!(updates.json()[0]["extended_attributes"]["state"], "waiting");
    for answer in [list.text(), updates.text(), Value::from(one).to_string()] {
        for personal in [WRITTEN, "路灯三天", "13800000991", "示例人", "梅园新村"] {
            assert!(!answer.contains(personal), "{personal} is told to the public");
        }
    }
    for (path, status) in [
        ("/open311/v2/services.json?jurisdiction_id=1", 404),
        ("/open311/v2/requests.json?status=half", 400),
        ("/open311/v2/requests.json?start_date=yesterday", 400),
        ("/open311/v2/requests.json?service_code=nothing", 404),
        ("/open311/v2/services/nothing.json", 404),
        ("/open311/v2/requests/1.json", 404),
        ("/open311/v2/tokens/1.json", 404),
    ] {
        told(&server.get(path, None), status);
    }
    assert_eq!(server.get("/open311/v2/services.yaml", None).status, 404);
}

/// An error as GeoReport tells it.
fn told(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let json = answer.json();
    assert_eq!(json[0]["code"], status, "{}", answer.text());
    assert!(json[0]["description"].as_str().is_some_and(|say| say.ends_with('。')), "{}", answer.text());
}

/// A key that the leader of the hotline gives out on the page for it.
fn issued(server: &Server) -> String {
    let cookie = format!("tb_session={}", server.sign_in("chief.320100"));
    let page = server.ask("GET", "/hotline/keys", &[("cookie", &cookie), ("accept", "text/html")], b"").text();
    let token = page.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let body = format!("_csrf={token}&name={}", encoded("示例小程序"));
    let form =
        [("cookie", cookie.as_str()), ("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    let page = server.ask("POST", "/hotline/keys", &form, body.as_bytes()).text();
    page.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).unwrap().to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Name and what is inside.
type Node = (String, Inner);

#[derive(Debug)]
enum Inner {
    Text(String),
    Nodes(Vec<Node>),
}

/// The root's name and its children; panics where tags do not match.
fn xml_of(text: &str) -> (String, Vec<Node>) {
    let body =
        text.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>").unwrap_or_else(|| panic!("no XML: {text}"));
    let mut rest = body.trim();
    let (name, inner) = node(&mut rest);
    assert!(rest.is_empty(), "something follows the root: {rest}");
    match inner {
        Inner::Nodes(nodes) => (name, nodes),
        Inner::Text(text) => panic!("the root holds text: {text}"),
    }
}

fn node(rest: &mut &str) -> Node {
    let (name, after) =
        rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).unwrap_or_else(|| panic!("no tag: {rest}"));
    *rest = after;
    let close = format!("</{name}>");
    let mut nodes = vec![];
    let inner = if rest.starts_with('<') {
        while !rest.starts_with("</") {
            nodes.push(node(rest));
        }
        Inner::Nodes(nodes)
    } else {
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        *rest = after;
        let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
        Inner::Text(plain.replace("&amp;", "&"))
    };
    *rest = rest.strip_prefix(close.as_str()).unwrap_or_else(|| panic!("<{name}> is not closed: {rest}"));
    (name.to_owned(), inner)
}

/// What a definition of the schema says of one value.
#[derive(Default)]
struct Definition {
    required: Vec<String>,
    /// Name → type and allowed words.
    properties: BTreeMap<String, (String, Vec<String>)>,
}

/// The definitions of the published schema.
struct Schema(BTreeMap<String, Definition>);

impl Schema {
    /// The schema in the folder `shared` beside one of the folders above, if it is there.
    fn find() -> Option<Schema> {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let mut places = above.map(|folder| folder.join("shared/data/open311/georeport_v2-1.yaml"));
        let text = places.find_map(|place| fs::read_to_string(place).ok())?;
        let schema = Schema::read(&text);
        assert!(schema.0.len() >= 7 && schema.0["Request"].required.len() == 4, "the schema was not understood");
        Some(schema)
    }

    /// Reads the part `definitions`: two more blanks a level, lists under `required` and `enum`.
    fn read(text: &str) -> Schema {
        let mut definitions: BTreeMap<String, Definition> = BTreeMap::new();
        let (mut inside, mut name, mut property, mut list) = (false, String::new(), String::new(), "");
        for line in text.lines() {
            let depth = line.len() - line.trim_start().len();
            let word = line.trim();
            match (depth, word) {
                (0, _) => inside = word == "definitions:",
                _ if !inside => {}
                (2, word) => {
                    name = word.trim_end_matches(':').to_owned();
                    definitions.entry(name.clone()).or_default();
                    list = "";
                }
                (4, "required:") => list = "required",
                (4, word) => list = if word == "properties:" { "properties" } else { "" },
                (6, word) if list == "required" => {
                    let field = word.trim_start_matches("- ").to_owned();
                    definitions.get_mut(&name).unwrap().required.push(field);
                }
                (6, word) if list == "properties" => {
                    property = word.trim_end_matches(':').to_owned();
                    definitions.get_mut(&name).unwrap().properties.entry(property.clone()).or_default();
                }
                (8, word) if list == "properties" => {
                    if let Some(kind) = word.strip_prefix("type: ") {
                        definitions.get_mut(&name).unwrap().properties.get_mut(&property).unwrap().0 = kind.to_owned();
                    }
                }
                (10, word) if list == "properties" && word.starts_with("- ") => {
                    let allowed = &mut definitions.get_mut(&name).unwrap().properties.get_mut(&property).unwrap().1;
                    allowed.push(word.trim_start_matches("- ").to_owned());
                }
                _ => {}
            }
        }
        Schema(definitions)
    }

    fn check(&self, name: &str, value: &Value) {
        let definition = &self.0[name];
        let object: &Map<String, Value> = value.as_object().unwrap_or_else(|| panic!("{name}: {value}"));
        for field in &definition.required {
            assert!(object.contains_key(field), "{name} lacks {field}: {value}");
        }
        for (field, value) in object {
            // Fields of our own are allowed beside those of the schema.
            let Some((kind, allowed)) = definition.properties.get(field) else { continue };
            let fits = match kind.as_str() {
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64(),
                "number" => value.is_number(),
                "array" => value.is_array(),
                _ => true,
            };
            assert!(fits, "{name}.{field} is no {kind}: {value}");
            let is_allowed =
                allowed.is_empty() || value.as_str().is_some_and(|word| allowed.iter().any(|one| one == word));
            assert!(is_allowed, "{name}.{field}: {value}");
            if field.ends_with("_datetime") {
                let text = value.as_str().unwrap_or_default();
                assert!(text.len() == 25 && text.ends_with("+08:00"), "{name}.{field}: {text}");
            }
        }
    }
}
