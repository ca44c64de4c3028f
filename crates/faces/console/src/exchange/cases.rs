//! Cases of other systems, for staff who may see the department's cases. What is looked for stands in no address.

use std::sync::Arc;

use ::exchange::{ExternalCase, Kind, Refusal, query};
use axum::{extract::State, response::Response};
use identity::Session;
use store::{Error, Read};
use web::{Fault, FieldKind, Fields, House, Visitor, words};

use super::office;
use super::sheet::{self, Cell, Form, Panel, Sheet, field};
use crate::deck;

fn session(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    if deck::holds(&session.actor, &query::SEEING) { Ok(session) } else { Err(Fault::refused(&Refusal::NotYours)) }
}

/// The form.
pub async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    Ok(web::page(&form(&house, &visitor, session, &Fields::default())))
}

fn form(house: &House, visitor: &Visitor, session: &Session, sent: &Fields) -> Sheet {
    let say = "由部门业务系统或者其他节点办理、报送到这里的办件";
    let mut page = Sheet::new(house, visitor, session, ("外部办件", say), "/exchange/cases", vec![]);
    let mut panel = Panel::new("查找", "只查得到您有权查看的部门的办件，申请人不显示全部");
    panel.forms.push(Form {
        action: "/exchange/cases".to_owned(),
        fields: vec![
            field(FieldKind::Text, "words", "办件编号，或者申请人的完整证件号码", sent, &[])
                .width("w-30")
                .autocomplete("off"),
        ],
        button: "查找",
        second: false,
    });
    page.panels.push(panel);
    page
}

/// What was found.
pub async fn found(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let (actor, today) = (&session.actor, house.db.today());
    let text = sent.get("words").unwrap_or_default().to_owned();
    let panels = house.read(|read| {
        let mut cases = query::external(read, actor, &text)?;
        if cases.is_empty() {
            cases = query::external_of(read, actor, &text)?;
        }
        cases.iter().map(|case| panel(read, case, today)).collect::<Result<Vec<_>, Error>>()
    })?;
    let mut page = form(&house, &visitor, session, &sent);
    if panels.is_empty() {
        page.panels.push(Panel::new("没有找到", "请核对编号；不在您的部门范围内的办件也不显示。"));
    }
    page.panels.extend(panels);
    Ok(web::page(&page))
}

fn panel(read: &mut dyn Read, found: &ExternalCase, today: kernel::Date) -> Result<Panel, Error> {
    let case = &found.case;
    let moment = |at: kernel::Timestamp| words::moment(at, today);
    let mut panel = Panel::new(format!("{} {}", case.name, found.project_no), format!("来源 {}", found.origin));
    panel.facts = vec![
        ("部门", office(read, &case.department)?),
        ("申请人", format!("{} {}", found.applicant, found.code)),
        ("申请", moment(case.applied)),
        ("受理", case.accepted.map_or_else(|| "还没有".to_owned(), moment)),
        (
            "结果",
            match (&case.result, case.result_at) {
                (Some(code), Some(at)) => format!("{} {}", result(code), moment(at)),
                _ => "还没有".to_owned(),
            },
        ),
    ];
    panel.heads = vec!["时间", "种类", "内容"];
    panel.none = "没有记录。";
    for step in query::steps(read, found)? {
        let what = if step.kind == Kind::Result { result(&step.what).to_owned() } else { step.what };
        panel.rows.push(vec![Cell::text(moment(step.at)), Cell::text(sheet::kind(step.kind)), Cell::text(what)]);
    }
    Ok(panel)
}

/// How a case ended, by the codes commonly exchanged.
fn result(code: &str) -> &'static str {
    match code {
        "0" => "出证办结",
        "1" => "退回办结",
        "2" => "作废办结",
        "3" => "删除办结",
        "4" => "转报办结",
        "5" => "补正不来办结",
        _ => "办结",
    }
}
