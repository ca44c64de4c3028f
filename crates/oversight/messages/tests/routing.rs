//! The routing as data: what ships is good, and what is wrong is refused with its place.

use messages::{BUILTIN, Routing, builtin, pieces};
use proptest::prelude::*;

#[test]
fn the_shipped_routing_is_good() {
    let routing =
        builtin().unwrap_or_else(|bad| panic!("{}", bad.iter().map(|one| format!("{one}\n")).collect::<String>()));
    assert!(routing.routes.len() > 30);
    assert!(routing.groups.iter().any(|group| !group.law.is_empty()));
    // Every text that an operator must register is known by a code of its own.
    let templates = routing.sms_templates();
    let codes: std::collections::BTreeSet<_> = templates.iter().map(|(code, _)| code.clone()).collect();
    assert_eq!(codes.len(), templates.len());
    assert!(templates.iter().all(|(_, text)| !text.contains("://")));
}

/// The shipped routing with one text in place of another must be refused with words that hold `wanted`.
fn refused(from: &str, to: &str, wanted: &str) {
    assert!(BUILTIN.contains(from), "{from}");
    let bad = Routing::parse(&BUILTIN.replacen(from, to, 1)).expect_err(wanted);
    let told: Vec<String> = bad.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.contains(wanted)), "{told:?} does not say {wanted:?}");
}

#[test]
fn a_field_that_the_event_does_not_offer_refuses_the_import() {
    refused("最迟{due}决定。\"\nlink", "最迟{dew}决定。\"\nlink", "offers no field dew");
    refused("due = \"until\"", "due = \"since\"", "no day since");
    refused("until = \"until\"\ntitle", "until = \"missing\"\ntitle", "no day missing");
}

#[test]
fn an_sms_tells_nothing_personal_leads_nowhere_and_is_short() {
    refused("sms = \"您的{item}（尾号{tail}）不予受理", "sms = \"{reason}您的{item}", "reason is personal");
    refused("sms = \"您的{item}（尾号{tail}）不予受理", "sms = \"{number}您的{item}", "number is personal");
    refused("sms = \"您的{item}（尾号{tail}）不予受理", "sms = \"请看http://a.b 您的{item}", "no link");
    refused("sms = \"您的{item}（尾号{tail}）不予受理", "sms = \"请看example.com您的{item}", "no link");
    refused("sms = \"您的{item}（尾号{tail}）不予受理", "sms = \"【别人】您的{item}", "no 【】");
    refused("sms = \"您的{item}（尾号{tail}）不予受理", "sms = \"[您的{item}]", "no […]");
    let long = format!("sms = \"{}您的{{item}}", "长".repeat(120));
    refused("sms = \"您的{item}（尾号{tail}）不予受理", &long, "characters");
}

#[test]
fn what_cannot_work_is_refused_with_its_place() {
    refused("on = \"casework.accepted\"", "on = \"casework.acepted\"", "no event casework.acepted");
    refused("to = \"applicant\"", "to = \"everybody\"", "nobody called everybody");
    refused("id = \"case-accepted\"", "id = \"case-submitted\"", "stands twice");
    refused("group = \"served\"\ncause", "group = \"serve\"\ncause", "no group serve");
    refused(
        "cause = \"correction\"\nturn = true\nuntil",
        "cause = \"corection\"\nturn = true\nuntil",
        "ends the cause",
    );
    refused("before = [3, 1]", "before = []", "one to five days");
    refused("link = \"/case/{number}\"", "link = \"https://a.b/{number}\"", "does not lead to a page of this site");
    refused("case = \"{item}\"", "case = \"{applicant}\"", "applicant is personal");
    refused("until = \"date\" }", "until = \"day\" }", "no form day");
    refused("from = \"21:00\"", "from = \"25:00\"", "two times of the day");
    refused("title = \"已经受理\"", "title = \"已经{受理\"", "bracket");
    refused("title = \"已经受理\"", "titel = \"已经受理\"", "titel");
}

#[test]
fn pieces_are_counted_as_the_wire_does() {
    let of = |length: usize| pieces(&"字".repeat(length));
    assert_eq!([of(0), of(70), of(71), of(134), of(135)], [1, 1, 2, 2, 3]);
    // A character outside the basic plane takes two units.
    assert_eq!([pieces(&"𠮷".repeat(35)), pieces(&"𠮷".repeat(36))], [1, 2]);
}

proptest! {
    /// No text, however odd, makes the reader panic.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,300}") {
        let _ = Routing::parse(&text);
        let _ = Routing::parse(&BUILTIN.replacen("已经受理", &text.replace(['"', '\\'], ""), 1));
    }
}
