//! Orders that need words before they go out: not accepting, denying, granting against the opinion, stopping the clock, extending the
//! limit. One page for the words of all, and one that shows what the applicant will read before it is final.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use casework::{Command, Verdict, query};
use kernel::CaseNumber;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, Wrong};

use crate::{
    act::{At, Sent},
    deck::{self, Desk},
    sure::{self, Question},
    words,
};

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Decline,
    Grant,
    Deny,
    Suspend,
    Extend,
}

#[derive(Template)]
#[template(path = "console/refuse.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    heading: &'static str,
    item: String,
    applicant: String,
    action: String,
    back: String,
    version: i64,
    fields: Vec<Field>,
    remedy: &'static str,
    button: &'static str,
}

impl Order {
    fn desk(self) -> Desk {
        if self == Order::Decline { Desk::Window } else { Desk::Review }
    }

    fn path(self, number: CaseNumber) -> String {
        match self {
            Order::Decline => format!("/desk/{number}/decline"),
            Order::Grant => format!("/review/{number}/grant"),
            Order::Deny => format!("/review/{number}/deny"),
            Order::Suspend => format!("/review/{number}/suspend"),
            Order::Extend => format!("/review/{number}/extend"),
        }
    }

    fn back(self, number: CaseNumber) -> String {
        if self == Order::Decline { format!("/desk/{number}") } else { format!("/review/{number}") }
    }

    /// Heading, what the page says before it is sent, and the button.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Order::Decline => (
                "不予受理",
                "通知书会写明理由、依据和救济途径：60 日内申请行政复议，6 个月内提起行政诉讼。",
                "发出不予受理通知书",
            ),
            Order::Grant => {
                ("作出准予决定", "审查意见是不同意。您的理由存入案卷，监察和申请人都能查到。", "作出准予决定")
            }
            Order::Deny => (
                "作出不予决定",
                "决定书会写明事实、理由、依据和救济途径：60 日内申请行政复议，6 个月内提起行政诉讼（行政许可法 第三十八条）。",
                "作出不予决定",
            ),
            Order::Suspend => (
                "转入特别程序",
                "停表期间不计入办理期限，所需时间会书面告诉申请人（行政许可法 第四十五条）。",
                "停表并告知申请人",
            ),
            Order::Extend => (
                "延长期限",
                "只能延长一次，最多 10 个工作日，理由会告诉申请人（行政许可法 第四十二条）。",
                "批准延长并告知申请人",
            ),
        }
    }

    /// What the page before the last step warns of.
    fn caution(self) -> (&'static str, &'static str) {
        match self {
            Order::Decline | Order::Grant | Order::Deny => ("发出就生效。", "发出以后不能收回，申请人马上能看到。"),
            Order::Suspend => ("马上停表。", "申请人会收到这份告知；恢复以后接着算，不从头算。"),
            Order::Extend => ("只有这一次。", "延长以后不能再延长，申请人会收到这份告知。"),
        }
    }

    fn fields(self) -> Vec<Field> {
        let reason = |hint: &str| Field::new(FieldKind::Area, "reason", "理由").hint(hint);
        let article =
            Field::new(FieldKind::Text, "article", "依据的条款").hint("例如：食品经营许可和备案管理办法 第十二条");
        let days = |most| Field::new(FieldKind::Number, "days", "需要几个工作日").hint(most).width("w-4");
        match self {
            Order::Decline => vec![
                reason("写清为什么不受理，申请人会看到原文"),
                article,
                Field::new(FieldKind::Text, "elsewhere", "应当向哪个机关申请").optional(),
            ],
            Order::Grant => vec![reason("写清为什么与审查意见不同")],
            Order::Deny => vec![reason("写清事实和理由，申请人会看到原文"), article],
            Order::Suspend => {
                let mut ground = Field::new(FieldKind::Select, "ground", "哪一种特别程序");
                ground.choices = words::GROUNDS.iter().map(|(key, name, _)| Choice::new(*key, *name)).collect();
                vec![ground, days("按实际需要填"), reason("写清要做什么，申请人会看到原文")]
            }
            Order::Extend => vec![days("1 到 10"), reason("写清为什么不能按时决定，申请人会看到原文")],
        }
    }

    /// The command, or which fields cannot be read as what they must be.
    fn command(self, fields: &Fields) -> Result<Command, Vec<Wrong>> {
        let text = |key: &str| fields.get(key).unwrap_or_default().to_owned();
        let days = text("days").parse::<u32>();
        Ok(match self {
            Order::Decline => Command::Decline {
                reason: text("reason"),
                article: text("article"),
                elsewhere: Some(text("elsewhere")).filter(|text| !text.is_empty()),
            },
            Order::Grant => {
                let reason = Some(text("reason")).filter(|text| !text.is_empty());
                Command::Decide { verdict: Verdict::Grant { reason } }
            }
            Order::Deny => {
                Command::Decide { verdict: Verdict::Deny { reason: text("reason"), article: text("article") } }
            }
            Order::Suspend => {
                let ground = words::GROUNDS.iter().find(|(key, _, _)| *key == text("ground"));
                match (ground, days) {
                    (Some((_, _, ground)), Ok(days)) => {
                        Command::Suspend { ground: *ground, days, reason: text("reason") }
                    }
                    (ground, days) => {
                        let no_ground = ground.is_none().then(|| Wrong::new("ground", "选一种特别程序"));
                        let no_days = days.is_err().then(|| Wrong::new("days", "填需要几个工作日，只写数字，例如 3"));
                        return Err(no_ground.into_iter().chain(no_days).collect());
                    }
                }
            }
            Order::Extend => match days {
                Ok(days) => Command::Extend { days, reason: text("reason") },
                Err(_) => return Err(vec![Wrong::new("days", "填延长几个工作日，只写数字，最多 10")]),
            },
        })
    }
}

/// The page of an order, with what was typed and what is wrong with it.
fn form(at: &At, order: Order, typed: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let number = at.number;
    let (case, party) = at.house.ask(|read| {
        let case = query::case_for(read, &at.session.actor, &number)?;
        let party = identity::party(read, &case.applicant)?;
        Ok((case, party))
    })?;
    let (heading, remedy, button) = order.words();
    let fields = order.fields().into_iter().map(|field| {
        let value = typed.get(&field.key).unwrap_or_default().to_owned();
        field.value(value).wrong(&wrongs)
    });
    let page = Page {
        frame: deck::frame(&at.visitor, &at.house, &at.session, heading, order.desk()).with_errors(!wrongs.is_empty()),
        heading,
        item: case.terms.name.clone(),
        applicant: party.map_or_else(String::new, |party| party.name),
        action: order.path(number),
        back: order.back(number),
        version: case.version,
        fields: fields.collect(),
        remedy,
        button,
        wrongs,
    };
    let status = if page.wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(web::page_with(status, &page))
}

/// Shows what an order will bring, and gives it; what the rules find wrong with its words is shown at the fields.
async fn give(sent: Sent, order: Order) -> Result<Response, Fault> {
    let command = match order.command(&sent.fields) {
        Ok(command) => command,
        Err(wrongs) => return form(&sent.at, order, &sent.fields, wrongs),
    };
    let outcome = match sent.fields.get("sure") {
        Some("no") => return form(&sent.at, order, &sent.fields, vec![]),
        Some("yes") => sent.carry_out(command, &order.back(sent.at.number)).await,
        _ => sent.foresee(&command).and_then(|events| {
            let case = sent.at.case()?;
            let (heading, _, button) = order.words();
            let (caution, desk, action) = (order.caution(), order.desk(), order.path(sent.at.number));
            sure::ask(&sent, Question { heading, caution, button, desk, action }, &case, &events, vec![])
        }),
    };
    match outcome {
        Err(fault) if !fault.errors.is_empty() => form(&sent.at, order, &sent.fields, Wrong::of(&fault.errors)),
        answer => answer,
    }
}

macro_rules! order {
    ($show:ident, $give:ident, $order:expr, $what:literal) => {
        #[doc = concat!("The page on which to ", $what, ".")]
        pub async fn $show(at: At) -> Result<Response, Fault> {
            form(&at, $order, &Fields::default(), vec![])
        }

        #[doc = concat!("The order to ", $what, ".")]
        pub async fn $give(sent: Sent) -> Result<Response, Fault> {
            give(sent, $order).await
        }
    };
}

order!(decline_form, decline, Order::Decline, "decline an application (不予受理)");
order!(grant_form, grant, Order::Grant, "grant (准予)");
order!(deny_form, deny, Order::Deny, "deny (不予)");
order!(suspend_form, suspend, Order::Suspend, "stop the clock (特别程序)");
order!(extend_form, extend, Order::Extend, "extend the limit (延长审批)");
