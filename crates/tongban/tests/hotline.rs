//! 12345 over HTTP for somebody who does not sign in: written in by a form, found again by number and code, and no code is guessed.

use crate::support::{Answer, Server};

const REGION: &str = "320102000000";

/// Everything, one subject after another, on one server.
pub fn all(server: &Server) {
    let mut browser = Browser { server, cookies: vec![] };
    let text = "楼下作坊夜里往河里倒废水，气味很大。";
    let words = [("kind", "complaint"), ("region", REGION), ("text", text), ("key", "once")];
    let nameless = browser.send("/ask", "/ask", &words);
    assert_eq!(nameless.status, 422, "neither signed in nor a number");
    assert!(nameless.text().contains("留一个手机号码") && nameless.text().contains(text), "what was typed is kept");
    let wrong = browser.send("/ask", "/ask", &[&words[..], &[("phone", "123")]].concat());
    assert_eq!(wrong.status, 422);
    let whole = [&words[..], &[("phone", "13800000993")]].concat();
    let sent = browser.send("/ask", "/ask", &whole);
    assert_eq!(sent.status, 200, "{}", sent.text());
    let (number, code) = told(&sent);
    assert_eq!(told(&browser.send("/ask", "/ask", &whole)), (number.clone(), code.clone()), "sent twice is one order");

    let look = |browser: &mut Browser, code: &str| {
        browser.send("/ticket", "/ticket", &[("number", number.as_str()), ("code", code)])
    };
    let found = look(&mut browser, &code);
    assert!(found.status == 200 && found.text().contains(text));
    assert!(!found.text().contains("13800000993"), "a number is not even shown to its owner");
    let other = if code == "000000" { "000001" } else { "000000" };
    let mut answers = (0..12).map(|_| look(&mut browser, other));
    let first = answers.next().unwrap();
    assert!(first.status == 404 && first.text().contains("对不上"), "{}", first.status);
    let last = answers.last().unwrap();
    assert_eq!(last.status, 429, "guessing waits");
    assert_eq!(look(&mut browser, &code).status, 429, "… and so does whoever guesses right then");
}

/// Number and code of the page that tells them.
fn told(page: &Answer) -> (String, String) {
    let text = page.text();
    let mut parts =
        text.split("<b class=\"digits nowrap\">").skip(1).map(|part| part.split('<').next().unwrap().to_owned());
    (parts.next().unwrap(), parts.next().unwrap())
}

/// Somebody's browser: it keeps cookies and hands the form's token back.
struct Browser<'a> {
    server: &'a Server,
    cookies: Vec<(String, String)>,
}

impl Browser<'_> {
    /// Opens the page and sends the form on it.
    fn send(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let opened = self.ask("GET", page, "");
        assert_eq!(opened.status, 200, "{page}");
        let text = opened.text();
        let token = text.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let pair = |(name, value): &(&str, &str)| format!("&{name}={}", encoded(value));
        let body = format!("_csrf={token}{}", fields.iter().map(pair).collect::<String>());
        self.ask("POST", to, &body)
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let cookie: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie = cookie.join("; ");
        let kind = "application/x-www-form-urlencoded";
        let headers = [("accept", "text/html"), ("cookie", cookie.as_str()), ("content-type", kind)];
        let answer = self.server.ask(method, path, &headers, body.as_bytes());
        for (name, line) in &answer.headers {
            let set = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let (true, Some((cookie, value))) = (name.eq_ignore_ascii_case("set-cookie"), set) {
                self.cookies.retain(|(known, _)| known != cookie);
                self.cookies.push((cookie.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
