//! The one notice that tells everything that is missing (一次性告知): first shown as the applicant will read it, then sent.

use axum::response::Response;
use casework::{Command, Missing, Subject};
use web::{Fault, Wrong};

use crate::{
    act::Sent,
    deck::Desk,
    desk,
    sheet::Sheet,
    sure::{self, Question},
};

/// Shows the notice before it goes out, and sends it: the clock of acceptance stops, it is the applicant's turn.
pub async fn send(sent: Sent) -> Result<Response, Fault> {
    let mut sheet = sent.at.sheet(None)?;
    sheet.mark(&sent.fields);
    // What somebody else did meanwhile is told before anything is found wrong here.
    let is_fresh = sheet.case.version == sent.version;
    let command = match missing(&sheet, &sent) {
        Ok(missing) => Command::Correct { missing, supervisor_reason: supervisor_reason(&sent) },
        Err(wrongs) if is_fresh => return desk::shown(&sent.at, sheet, &sent.fields, wrongs),
        Err(_) => Command::Correct { missing: vec![], supervisor_reason: None },
    };
    let outcome = match sent.fields.get("sure") {
        Some("no") => return desk::shown(&sent.at, sheet, &sent.fields, vec![]),
        Some("yes") => sent.carry_out(command, &format!("/desk/{}", sent.at.number)).await,
        _ => sent.foresee(&command).and_then(|events| {
            let question = Question {
                heading: "办事人会收到这份告知",
                caution: ("一次说全。", "发出以后，同一件一般不能再要求补正。"),
                button: "发出告知",
                desk: Desk::Window,
                action: format!("/desk/{}/notice", sent.at.number),
            };
            sure::ask(&sent, question, &sheet.case, &events, vec![])
        }),
    };
    match outcome {
        Err(fault) if !fault.errors.is_empty() => desk::shown(&sent.at, sheet, &sent.fields, Wrong::of(&fault.errors)),
        answer => answer,
    }
}

/// Everything marked as missing, with its words; or what is still wrong with the marks. A notice that leaves something unlooked at would
/// not tell everything at once.
fn missing(sheet: &Sheet, sent: &Sent) -> Result<Vec<Missing>, Vec<Wrong>> {
    let mut wrongs = sheet.unseen();
    let (field, field_why) = (sent.text("field"), sent.text("field_why"));
    let lacking: Vec<_> = sheet.materials.iter().filter(|material| material.mark == "no").collect();
    for material in lacking.iter().filter(|material| material.why.is_empty()) {
        wrongs.push(Wrong::new(format!("why{}", material.index), format!("写清“{}”要怎么补", material.name)));
    }
    if !field.is_empty() && field_why.is_empty() {
        wrongs.push(Wrong::new("field_why", "写清填的内容要怎么改"));
    }
    let materials = lacking
        .iter()
        .map(|material| Missing { what: Subject::Material(material.name.clone()), why: material.why.clone() });
    let field = Some(field).filter(|field| !field.is_empty());
    let answers = field.map(|field| Missing { what: Subject::Field(field), why: field_why });
    let missing: Vec<Missing> = materials.chain(answers).collect();
    if missing.is_empty() {
        wrongs.push(Wrong::new("field", "先标出缺哪份材料，或者选要改的内容，再告知"));
    }
    if wrongs.is_empty() { Ok(missing) } else { Err(wrongs) }
}

fn supervisor_reason(sent: &Sent) -> Option<String> {
    Some(sent.text("supervisor_reason")).filter(|text| !text.is_empty())
}
