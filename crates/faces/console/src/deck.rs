//! The head of the console and its front page: which desks this member of staff works at.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use casework::{Stage, query};
use identity::{Role, Session};
use kernel::{Actor, Duty};
use messages::rules::question::ANSWERING;
use web::{Fault, Frame, House, Visitor};

use crate::{cashier, questions};

/// A desk of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// The front page.
    Front,
    /// The counter: queue and appointments.
    Counter,
    /// The window, 受理.
    Window,
    /// The parcels desk, 邮件.
    Parcels,
    /// The approver's, 审查和决定.
    Review,
    /// The money desk, 收费.
    Cashier,
    /// Accounts and books, 对账.
    Accounts,
    /// The security officer's, 验证器.
    Second,
    /// What applicants ask, 提问.
    Questions,
    /// What the post was told, 岗位消息.
    Inbox,
    /// Supervision, 监察.
    Monitor,
    /// Investment projects, 投资项目.
    Invest,
    /// The exchange, 数据交换.
    Exchange,
    /// The routing of messages, for who runs the system.
    Routing,
    /// The hall.
    Lobby,
    /// Ratings and reports, 好差评.
    Quality,
    /// Figures, 数据.
    Insight,
    /// 12345.
    Hotline,
    /// Public-resource trading, 交易.
    Trading,
}

/// Whether the actor holds one of these duties for anything.
pub fn holds(actor: &Actor, duties: &[Duty]) -> bool {
    duties.iter().any(|duty| actor.holds(*duty))
}

/// Who works at the window.
pub const WINDOW: [Duty; 2] = [Duty::Receive, Duty::Supervise];
/// Who works at the approver's desk.
pub const APPROVER: [Duty; 3] = [Duty::Review, Duty::Decide, Duty::Supervise];

/// Who looks after ratings and reports.
pub const QUALITY: [Duty; 2] = [Duty::Redress, Duty::Supervise];

/// The frame of a console page, with the post and the desks of the session.
pub fn frame(visitor: &Visitor, house: &House, session: &Session, title: &str, desk: Desk) -> Frame {
    let entry = |name, href, of| web::MenuEntry { name, href, current: desk == of };
    let mut tabs = vec![entry("工作台", "/console", Desk::Front)];
    if holds(&session.actor, &[Duty::Receive]) {
        tabs.push(entry("窗口", "/desk/window", Desk::Counter));
    }
    if holds(&session.actor, &WINDOW) {
        tabs.push(entry("受理", "/desk", Desk::Window));
    }
    if delivery::query::works_here(&session.actor) {
        tabs.push(entry("邮件", "/desk/parcels", Desk::Parcels));
    }
    if holds(&session.actor, &APPROVER) {
        tabs.push(entry("审查和决定", "/review", Desk::Review));
    }
    if holds(&session.actor, &cashier::MONEY) {
        tabs.push(entry("收费", "/cashier", Desk::Cashier));
    }
    if holds(&session.actor, &cashier::SETTLING) {
        tabs.push(entry("对账", "/accounts", Desk::Accounts));
    }
    if holds(&session.actor, &[Duty::Secure]) {
        tabs.push(entry("解除验证器", "/console/second-factor", Desk::Second));
    }
    if holds(&session.actor, &crate::monitor::MONITOR) {
        tabs.push(entry("监察", "/monitor", Desk::Monitor));
    }
    if investment::query::works_here(&session.actor) {
        tabs.push(entry("投资项目", "/invest", Desk::Invest));
    }
    if holds(&session.actor, &::exchange::query::CARING) {
        tabs.push(entry("数据交换", "/exchange", Desk::Exchange));
    }
    if holds(&session.actor, &ANSWERING) {
        tabs.push(entry("提问", "/console/questions", Desk::Questions));
    }
    if holds(&session.actor, &ANSWERING) || session.actor.holds(Duty::Handle) {
        tabs.push(entry("岗位消息", "/console/inbox", Desk::Inbox));
    }
    if session.actor.holds(Duty::Administer) {
        tabs.push(entry("消息规则", "/console/routing", Desk::Routing));
    }
    if holds(&session.actor, &halls::rules::WORKING) {
        tabs.push(entry("大厅", "/desk/hall", Desk::Lobby));
    }
    if holds(&session.actor, &QUALITY) {
        tabs.push(entry("好差评", "/quality", Desk::Quality));
    }
    if holds(&session.actor, &insight::rules::ANALYSING) {
        tabs.push(entry("数据", "/insight", Desk::Insight));
    }
    if holds(&session.actor, &crate::hotline::HOTLINE) {
        tabs.push(entry("12345", "/hotline", Desk::Hotline));
    }
    if holds(&session.actor, &crate::trading::TRADING) {
        tabs.push(entry("交易", "/trading", Desk::Trading));
    } else if session.actor.holds(Duty::Supervise) {
        tabs.push(entry("交易投诉", "/trading/complaints", Desk::Trading));
    }
    let post = match &session.role {
        Role::Staff { post, .. } => post.clone(),
        Role::Citizen => String::new(),
    };
    visitor.frame(house, title).with_deck(post, tabs)
}

#[derive(Template)]
#[template(path = "console/front.html")]
struct Front {
    frame: Frame,
    greeting: String,
    duties: Vec<Task>,
}

/// A stage that waits for this member of staff.
struct Task {
    name: &'static str,
    say: &'static str,
    href: String,
    count: String,
    class: &'static str,
}

/// Poor ratings that wait, by stage.
fn ratings(house: &House, session: &Session) -> Result<Vec<Task>, Fault> {
    if !holds(&session.actor, &QUALITY) {
        return Ok(vec![]);
    }
    let counts = house.ask(|read| evaluation::query::counts(read, &session.actor))?;
    let task = |(stage, n): (evaluation::Stage, i64)| {
        let (name, say) = match stage {
            evaluation::Stage::Contact => ("差评待联系", "1 个工作日内专人联系。"),
            evaluation::Stage::Verify => ("差评待核实", "查清楚是不是属实。"),
            evaluation::Stage::Confirm => ("差评待复核", "认定误评、恶意要第二个人同意。"),
            evaluation::Stage::Rectify => ("差评整改中", "15 个工作日内改好并答复。"),
            evaluation::Stage::Contested => ("差评有异议", "由没有参与过的监督人员处理。"),
            _ => return None,
        };
        Some(Task {
            name,
            say,
            href: format!("/quality?stage={}", stage.name()),
            count: format!("{} 件", web::words::thousands(n.unsigned_abs())),
            class: if n > 0 { "strong" } else { "muted" },
        })
    };
    Ok(counts.into_iter().filter_map(task).collect())
}

/// Work orders of the hotline that wait, by stage.
fn calls(house: &House, session: &Session) -> Result<Vec<Task>, Fault> {
    use hotline::Stage;
    let task = |name, say, href: String, n: i64| Task {
        name,
        say,
        href,
        count: format!("{} 件", web::words::thousands(n.unsigned_abs())),
        class: if n > 0 { "strong" } else { "muted" },
    };
    let mut tasks = vec![];
    if holds(&session.actor, &crate::hotline::CENTRE) {
        for (stage, n) in house.ask(|read| hotline::query::counts(read, &session.actor))? {
            let (name, say) = match stage {
                Stage::Waiting => ("工单待派", "30 分钟内派出，紧急的 10 分钟。"),
                Stage::Disputed => ("工单有争议", "由热线中心协调定下承办单位。"),
                Stage::FedBack => ("工单待回访", "反馈后 3 个工作日内问来电人。"),
                _ => continue,
            };
            tasks.push(task(name, say, format!("/hotline?stage={}", stage.name()), n));
        }
    }
    if session.actor.holds(Duty::Handle) {
        for (stage, n) in house.ask(|read| hotline::query::inbox_counts(read, &session.actor))? {
            let (name, say) = match stage {
                Stage::Dispatched => ("热线工单待签收", "4 个工作小时内签收，紧急的 30 分钟。"),
                _ => ("热线工单在办", "先联系来电人，按期反馈。"),
            };
            tasks.push(task(name, say, format!("/hotline/inbox?stage={}", stage.name()), n));
        }
    }
    Ok(tasks)
}

/// The front page: what waits, by stage.
pub async fn front(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let counts = if holds(&session.actor, &WINDOW) || holds(&session.actor, &APPROVER) {
        house.ask(|read| query::counts(read, &session.actor))?
    } else {
        vec![]
    };
    let task = |count: &query::StageCount| {
        let (name, say, base) = match count.stage {
            Stage::Submitted if holds(&session.actor, &WINDOW) => {
                ("待受理", "5 个工作日内答复，过期不答就算受理。", "/desk")
            }
            Stage::Correcting if holds(&session.actor, &WINDOW) => ("补正中", "等申请人补。", "/desk"),
            Stage::Accepted if holds(&session.actor, &APPROVER) => ("待审查", "审查人写意见。", "/review"),
            Stage::Suspended if holds(&session.actor, &APPROVER) => ("停表中", "特别程序结束后恢复计时。", "/review"),
            Stage::Reviewed if holds(&session.actor, &APPROVER) => ("待决定", "由没有审查过这件的人决定。", "/review"),
            _ => return None,
        };
        let more = if count.or_more { " 以上" } else { "" };
        Some(Task {
            name,
            say,
            href: format!("{base}?stage={}", count.stage.name()),
            count: format!("{}{more} 件", web::words::thousands(count.cases.unsigned_abs())),
            class: if count.cases > 0 { "strong" } else { "muted" },
        })
    };
    let mut duties: Vec<Task> = counts.iter().filter_map(task).collect();
    if holds(&session.actor, &cashier::MONEY) {
        let waits = house.read(|read| payment::query::work(read, &session.actor, cashier::PAGE, None))?;
        let more = if waits.next.is_some() { " 以上" } else { "" };
        let count = waits.lines.len();
        duties.push(Task {
            name: "收费",
            say: "收款、核定金额、退付和待查的款项。",
            href: "/cashier".to_owned(),
            count: format!("{count}{more} 件"),
            class: if count > 0 { "strong" } else { "muted" },
        });
    }
    if holds(&session.actor, &ANSWERING) {
        let (waiting, or_more) = house.ask(|read| questions::count(read, &session.actor))?;
        let more = if or_more { " 以上" } else { "" };
        duties.push(Task {
            name: "待答复的提问",
            say: "申请人问的，1 个工作日内答复。",
            href: "/console/questions".to_owned(),
            count: format!("{waiting}{more} 个"),
            class: if waiting > 0 { "strong" } else { "muted" },
        });
    }
    if holds(&session.actor, &[Duty::Exchange]) {
        let waiting = house.read(|read| ::exchange::query::quarantine_count(read, &session.actor))?;
        duties.push(Task {
            name: "数据交换",
            say: "部门系统报来、没有收下的行，要改正重发或者处理。",
            href: "/exchange".to_owned(),
            count: format!("{} 行待处理", web::words::thousands(waiting.unsigned_abs())),
            class: if waiting > 0 { "strong" } else { "muted" },
        });
    }
    if holds(&session.actor, &[Duty::Receive]) {
        let (name, say) = ("窗口叫号", "开窗、叫号，当场收件。");
        duties.insert(
            0,
            Task { name, say, href: "/desk/window".to_owned(), count: "去窗口".to_owned(), class: "strong" },
        );
    }
    if holds(&session.actor, &[Duty::Host]) {
        let (name, say) = ("大厅", "今天的数字、窗口、停办和没有来的预约。");
        duties.push(Task { name, say, href: "/desk/hall".to_owned(), count: "看今天".to_owned(), class: "strong" });
    }
    if holds(&session.actor, &[Duty::Analyse]) {
        let (name, say) = ("数据分析", "指标、同比环比、分布和预测。");
        duties.push(Task { name, say, href: "/insight".to_owned(), count: "看指标".to_owned(), class: "strong" });
    }
    duties.extend(ratings(&house, session)?);
    duties.extend(calls(&house, session)?);
    let greeting = format!("{}，{}", session.name, web::words::greeting(house.db.now()));
    let frame = frame(&visitor, &house, session, "工作台", Desk::Front);
    Ok(web::page(&Front { frame, greeting, duties }))
}
