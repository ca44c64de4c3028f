//! The applicant's side: sign in, hand in, follow, receive.

use super::{
    People,
    application::{application, paper},
    walk::{Step, Stop, Walk, encode, ensure, list, text},
};
use crate::http::Ask;
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// A case that was filed.
pub struct Filed {
    /// Its number.
    pub number: String,
    /// The password with which anybody who has it may look the case up.
    pub password: String,
    /// The applicant's token.
    pub token: String,
    /// What was sent.
    pub application: Value,
    /// Digest of the file that was handed in.
    pub digest: String,
    /// Name of the first material that was handed in as a file.
    pub material: String,
}

/// Signs in for a company, uploads a file and files the application — twice with the same key.
pub fn apply(walk: &mut Walk, people: &People, guide: &Value) -> Step<Filed> {
    let company = crate::demo::people::COMPANIES[0].code().to_string();
    let applicant = &people.applicant;
    let token = walk.sign_in("Sign in, acting for a company", &applicant.name, &applicant.password, Some(&company))?;
    let held = walk.get("Licences the company holds: not asked again", "/api/v1/licences", Some(&token))?;
    let held: Vec<(String, String)> = list(&held, "/licences")?
        .iter()
        .filter_map(|licence| Some((licence["name"].as_str()?.to_owned(), licence["id"].as_str()?.to_owned())))
        .collect();
    walk.note(&held.iter().map(|(name, id)| format!("{name} {id}")).collect::<Vec<_>>().join(", "));

    // A run of its own: its file and its key are not those of an earlier tour.
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let file = Ask::plain().bearer(&token).header("content-type", "application/pdf").body(paper(&run.to_string()));
    let file = walk.ask("Upload a file", "POST", "/api/v1/files", file, 201)?.json();
    let digest = text(&file, "/digest")?;
    walk.note(&format!("SM3 {digest}, {}", text(&file, "/media")?));

    let application = application(guide, &walk.region, &held, &digest);
    let key = format!("tour-{run}");
    let send = |body: &Value| Ask::json(body).bearer(&token).header("idempotency-key", &key);
    let answer = walk.ask("Submit the application", "POST", "/api/v1/cases", send(&application), 201)?;
    let receipt = answer.json();
    let number = text(&receipt, "/number")?;
    let location = answer.header("location").unwrap_or("");
    ensure(location.ends_with(&number), || format!("Location is {location:?}, not the address of {number}"))?;
    walk.note(&format!("case {number}, answered at the latest on {}", receipt["due"].as_str().unwrap_or("?")));

    let again =
        walk.ask("The same once more, same Idempotency-Key", "POST", "/api/v1/cases", send(&application), 201)?;
    let second = text(&again.json(), "/number")?;
    ensure(second == number, || format!("sent twice, two cases: {number} and {second}"))?;
    let mut other = application.clone();
    other["materials"] = Value::Array(vec![]);
    walk.ask("The same key with another body is refused", "POST", "/api/v1/cases", send(&other), 422)?;

    let uploaded = list(&application, "/materials")?.iter().find(|material| material["digest"].is_string());
    let material = uploaded.ok_or_else(|| Stop("the item asks for no file".to_owned()))?;
    let (material, password) = (text(material, "/name")?, text(&receipt, "/query_password")?);
    Ok(Filed { number, password, token, application, digest, material })
}

/// What the applicant and the public see after the decision.
pub fn result(walk: &mut Walk, _people: &People, filed: &Filed) -> Step<()> {
    let path = format!("/api/v1/cases/{}", filed.number);
    let licence = walk.until("The licence is issued and the case closed", &path, &filed.token, |case| {
        let closed = case["state"] == "closed" || case["state"] == "served";
        closed.then(|| case["licence"].as_str().map(str::to_owned)).flatten()
    })?;
    walk.note(&format!("licence {licence}"));
    let view =
        walk.get("The licence as its holder sees it", &format!("/api/v1/licences/{licence}"), Some(&filed.token))?;
    walk.note(&format!("{} · {}", text(&view, "/name")?, text(&view, "/status")?));
    let ask = Ask::plain().bearer(&filed.token);
    let pdf = walk.ask("Its PDF", "GET", &format!("/api/v1/licences/{licence}/pdf"), ask, 200)?;
    check_pdf(walk, &pdf.body)?;
    walk.page("Anybody can verify it", &format!("/verify/{licence}"), &["有效"])?;

    let clock = walk.get("Why that date: every day explained", &format!("{path}/clock"), Some(&filed.token))?;
    let lines = list(&clock, "/lines")?;
    ensure(!lines.is_empty(), || "the clock explains nothing".to_owned())?;
    let shown =
        lines.iter().take(3).filter_map(|line| Some(format!("{} {}", line["date"].as_str()?, line["text"].as_str()?)));
    walk.note(&shown.collect::<Vec<_>>().join(" · "));
    let events = walk.get("What happened, step by step", &format!("{path}/events"), Some(&filed.token))?;
    let kinds: Vec<&str> = list(&events, "/events")?.iter().filter_map(|event| event["kind"].as_str()).collect();
    walk.note(&kinds.join(" → "));
    for kind in
        ["submitted", "correction-requested", "resubmitted", "accepted", "reviewed", "granted", "served", "closed"]
    {
        ensure(kinds.contains(&kind), || format!("the events of {} lack {kind}", filed.number))?;
    }
    public_lookup(walk, filed)
}

/// The licence file as anybody can check it offline, and a forged copy of it.
fn check_pdf(walk: &mut Walk, pdf: &[u8]) -> Step<()> {
    let keys = walk.get("The keys with which licences are sealed", "/api/v1/licences/keys", None)?;
    let keys = crate::licence::keys_of(&keys).map_err(Stop)?;
    let verdict = crate::licence::check(pdf, &keys);
    ensure(verdict.is_ok(), || {
        format!("the sealed PDF does not verify: {}", verdict.clone().err().unwrap_or_default())
    })?;
    let mut forged = pdf.to_vec();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    ensure(crate::licence::check(&forged, &keys).is_err(), || "one changed byte of the PDF was not found".to_owned())?;
    walk.note("the seal holds; with one byte changed it does not");
    Ok(())
}

fn public_lookup(walk: &mut Walk, filed: &Filed) -> Step<()> {
    let form = walk.page("Public look-up by number and query password", "/progress", &["查询密码"])?;
    let mut fields = vec![("number", filed.number.clone()), ("password", filed.password.clone())];
    fields.extend(hidden_fields(&form.text()));
    let body = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
    let cookies: Vec<&str> = form
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .filter_map(|(_, value)| value.split(';').next())
        .collect();
    let ask = Ask::plain()
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", walk.server.base())
        .header("cookie", &cookies.join("; "))
        .body(body.into_bytes());
    let answer = walk.ask("… shows the progress, names masked", "POST", "/progress", ask, 200)?;
    let page = answer.text();
    ensure(page.contains(&filed.number), || "the look-up does not show the case".to_owned())?;
    let name = crate::demo::people::CITIZENS
        .iter()
        .find(|citizen| citizen.account == "citizen.zhou")
        .map_or("", |citizen| citizen.name);
    ensure(!page.contains(name), || "the public look-up shows a full name".to_owned())
}

/// Name and value of each hidden field of the first form, which carries the page's CSRF token.
fn hidden_fields(html: &str) -> Vec<(&'static str, String)> {
    let attribute = |tag: &str, name: &str| {
        let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
        Some(tag[start..].split('"').next()?.to_owned())
    };
    let tags = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let csrf = tags
        .filter(|tag| tag.contains("type=\"hidden\""))
        .find(|tag| attribute(tag, "name").as_deref() == Some("_csrf"));
    csrf.and_then(|tag| attribute(tag, "value")).map(|value| vec![("_csrf", value)]).unwrap_or_default()
}
