//! 12345 on the site: writing in, what became of it, and saying whether it was solved.

mod ask;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use hotline::query::{self, View};
use hotline::{Clock, Command, Ending, Event, OrderNumber, Refusal, Satisfaction, Stage, State as At, WorkOrder};
use kernel::{Actor, Date, Refuse};
use serde::Deserialize;
use store::{Failure, Read};
use web::{
    Choice, Doorstep, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong, page, page_with,
    redirect, words,
};

use super::Side;

/// Orders of one page.
const PAGE: usize = 20;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/ask", get(ask::ask).post(ask::send))
        .route("/ticket", get(look).post(look_up))
        .route("/ticket/{number}", get(own))
        .route("/ticket/{number}/rate", post(rate))
        .route("/me/tickets", get(mine))
}

/// The citizen who is signed in, if one is.
fn citizen(visitor: &Visitor) -> Option<Actor> {
    visitor.session.as_ref().map(|session| session.actor.clone()).filter(|actor| actor.party().is_some())
}

#[derive(Template)]
#[template(path = "citizen/ticket/look.html")]
struct LookPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Asked {
    number: Option<String>,
    before: Option<String>,
}

async fn look(State(house): State<Arc<House>>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    asking(&house, &visitor, asked.number.as_deref().unwrap_or_default(), vec![], StatusCode::OK)
}

fn asking(house: &House, visitor: &Visitor, number: &str, wrongs: Vec<Wrong>, status: StatusCode) -> Response {
    let fields = vec![
        Field::new(FieldKind::Text, "number", "工单编号").hint("13 位数字").value(number).width("w-18").wrong(&wrongs),
        Field::new(FieldKind::Text, "code", "查询码")
            .hint("6 位数字，提交时给您的")
            .width("w-8")
            .autocomplete("off")
            .wrong(&wrongs),
    ];
    let frame = visitor.frame(house, "查 12345 工单").in_section(Section::Track).with_errors(!wrongs.is_empty());
    page_with(status, &LookPage { frame, wrongs, fields })
}

async fn look_up(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    sent: Fields,
) -> Result<Response, Fault> {
    let given = sent.get("number").unwrap_or_default();
    let code: String = sent.get("code").unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let Ok(number) = given.parse::<OrderNumber>() else {
        let wrongs = vec![Wrong::new("number", "核对工单编号，13 位数字")];
        return Ok(asking(&house, &visitor, given, wrongs, StatusCode::UNPROCESSABLE_ENTITY));
    };
    match hotline::look_up(&house.db, &number, &code, &step.origin).await {
        Ok(order) => show(&house, &visitor, &order, &code, vec![]),
        Err(Failure::Refused(refusal)) => Ok(refused(&house, &visitor, given, &refusal)),
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

fn refused(house: &House, visitor: &Visitor, number: &str, refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    asking(house, visitor, number, vec![Wrong::new("number", refusal.to_string())], status)
}

/// One's own order, signed in; whoever is not is asked for the code.
async fn own(State(house): State<Arc<House>>, visitor: Visitor, Path(text): Path<String>) -> Result<Response, Fault> {
    let number: OrderNumber = text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let Some(actor) = citizen(&visitor) else {
        return Ok(asking(&house, &visitor, &number.grouped(), vec![], StatusCode::OK));
    };
    let order = house.ask(|read| query::order_for(read, &actor, &number))?;
    show(&house, &visitor, &order, "", vec![])
}

/// One step of the order as its caller reads it.
struct Step {
    name: String,
    when: String,
    say: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "citizen/ticket/ticket.html")]
struct TicketPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    number: OrderNumber,
    shown: String,
    title: String,
    sort: &'static str,
    state: String,
    say: String,
    text: String,
    steps: Vec<Step>,
    fields: Vec<Field>,
    code: String,
    rated: Option<String>,
}

fn show(
    house: &House,
    visitor: &Visitor,
    order: &WorkOrder,
    code: &str,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = house.read(|read| {
        // An order that was merged goes the way of the other one; of that one nothing is told but where it stands.
        let main = match &order.state {
            At::Closed { ending: Ending::Merged { into }, .. } => query::public_state(read, into)?,
            _ => None,
        };
        let today = kernel::local_date(read.now());
        let shown = query::shown(read, order, View::Caller)?;
        let unit = match order.round() {
            Some(round) => organisation::department(read, &round.lead)?.map(|unit| unit.name),
            None => None,
        };
        let steps = steps(read, order, unit.as_deref().unwrap_or("承办单位"), today)?;
        let rated = order.round().map_or(order.rated.as_ref(), |round| round.rated.as_ref());
        let can_rate = matches!(order.stage(), Stage::FedBack | Stage::Closed)
            && rated.is_none()
            && main.is_none()
            && !matches!(order.state, At::Closed { ending: Ending::Merged { .. }, .. });
        let (state, say) = state(order, main, today);
        Ok(TicketPage {
            frame: visitor.frame(house, shown.call.title.clone()).in_section(Section::Track),
            wrongs: vec![],
            number: order.number,
            shown: order.number.grouped(),
            title: shown.call.title,
            sort: order.kind.word(),
            state,
            say,
            text: shown.call.text,
            steps,
            fields: if can_rate { fields(&wrongs) } else { vec![] },
            code: code.to_owned(),
            rated: rated.map(|rated| {
                let solved = if rated.solved { "解决了" } else { "没解决" };
                format!("{solved}，{}", rated.satisfaction.map_or("没有评价", Satisfaction::word))
            }),
        })
    })?;
    let frame = page.frame.with_errors(!wrongs.is_empty());
    Ok(page_with(status, &TicketPage { frame, wrongs, ..page }))
}

fn fields(wrongs: &[Wrong]) -> Vec<Field> {
    let mut solved = Field::new(FieldKind::Radio, "solved", "解决了吗");
    solved.choices = vec![Choice::new("yes", "解决了"), Choice::new("no", "没解决")];
    let mut level = Field::new(FieldKind::Radio, "satisfaction", "满意吗").optional();
    level.choices = Satisfaction::ALL.map(|one| Choice::new(one.name(), one.word())).into();
    let words = Field::new(FieldKind::Area, "words", "还想说什么").optional();
    vec![solved.wrong(wrongs), level.wrong(wrongs), words.wrong(wrongs)]
}

/// Where it stands, in the caller's words, and what comes next.
fn state(order: &WorkOrder, main: Option<Stage>, today: Date) -> (String, String) {
    let next = hotline::rules::next(order);
    let day = next.map_or_else(String::new, |next| words::day(next.day, today));
    let (state, say) = match (&order.state, main) {
        (_, Some(stage)) => ("并案办理", format!("和另一张工单是同一件事，一起办。那一张现在是“{}”。", stage.word())),
        (At::Waiting { .. }, _) => ("收到了", "热线中心正在看，很快派给承办单位。".to_owned()),
        (At::Disputed { .. }, _) => ("正在定由谁办", "热线中心在协调由哪个单位办。".to_owned()),
        (At::Dispatched, _) => ("已派给承办单位", "等承办单位签收。".to_owned()),
        (At::Handling, _) => match next.map(|next| next.clock) {
            Some(Clock::Contact) => ("办理中", format!("{day}前承办单位联系您。")),
            Some(_) => ("办理中", format!("{day}前答复您。")),
            None => ("办理中", "办理计时停着，原因在下面。".to_owned()),
        },
        (At::FedBack, _) => ("有答复了", format!("{day}前热线中心会问您解决没有；您也可以现在就评。")),
        (At::Closed { .. }, _) => ("办结了", "还有问题，请再打 12345。".to_owned()),
    };
    (state.to_owned(), say)
}

fn steps(read: &mut dyn Read, order: &WorkOrder, unit: &str, today: Date) -> Result<Vec<Step>, store::Error> {
    let mut steps = vec![];
    for told in query::story(read, order, View::Caller)? {
        let (name, say) = match &told.event {
            Event::Registered(_) => ("收到".to_owned(), String::new()),
            Event::Answered { .. } => ("答复".to_owned(), told.words),
            Event::Dispatched { .. } => ("派给承办单位".to_owned(), unit.to_owned()),
            Event::Signed { .. } => ("承办单位签收".to_owned(), String::new()),
            Event::Returned { .. } => ("承办单位退回，重新派单".to_owned(), String::new()),
            Event::Disputed { .. } => ("协调由谁办".to_owned(), String::new()),
            Event::Contacted { .. } => ("承办单位联系了您".to_owned(), String::new()),
            Event::Paused { .. } => ("停止计时".to_owned(), told.words),
            Event::Resumed { handle_by, .. } => {
                ("恢复计时".to_owned(), format!("办到{}", words::day(*handle_by, today)))
            }
            Event::Extended { handle_by, .. } => {
                ("延期".to_owned(), format!("办到{}。{}", words::day(*handle_by, today), told.words))
            }
            Event::FedBack { outcome, .. } => (format!("答复：{}", outcome.word()), told.words),
            Event::Redone { .. } => ("退回重办".to_owned(), String::new()),
            Event::Closed { .. } => ("办结".to_owned(), String::new()),
            Event::Merged { .. } => ("并案".to_owned(), "和另一张工单是同一件事，一起办，答复也会告诉您。".to_owned()),
            Event::Relayed { outcome: Some(outcome), .. } => (format!("一起答复：{}", outcome.word()), told.words),
            Event::Relayed { outcome: None, .. } => ("一起答复".to_owned(), told.words),
            Event::Seen { .. } => ("看了您的联系方式".to_owned(), told.words),
            _ => continue,
        };
        steps.push(Step { name, when: words::moment(told.at, today), say, class: "" });
    }
    if order.stage() != Stage::Closed {
        steps.push(Step { name: "办结".to_owned(), when: String::new(), say: String::new(), class: "ahead" });
    }
    Ok(steps)
}

async fn rate(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let number: OrderNumber = text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let code = sent.get("code").unwrap_or_default().to_owned();
    let own = citizen(&visitor).filter(|_| code.is_empty());
    let order = match &own {
        Some(actor) => house.ask(|read| query::order_for(read, actor, &number))?,
        None => match hotline::look_up(&house.db, &number, &code, &step.origin).await {
            Ok(order) => order,
            Err(Failure::Refused(refusal)) => return Ok(refused(&house, &visitor, &number.grouped(), &refusal)),
            Err(Failure::Broken(error)) => return Err(error.into()),
        },
    };
    let solved = match sent.get("solved") {
        Some("yes") => true,
        Some("no") => false,
        _ => return show(&house, &visitor, &order, &code, vec![Wrong::new("solved", "选解决没有")]),
    };
    let satisfaction = sent.get("satisfaction").and_then(Satisfaction::from_name);
    let command = Command::Rate { solved, satisfaction, words: sent.get("words").unwrap_or_default().to_owned() };
    match own {
        Some(actor) => {
            house.write(move |tx| hotline::handle(tx, &actor, &number, &command)).await?;
            Ok(redirect(&format!("/ticket/{number}")))
        }
        None => {
            let kept = code.clone();
            let order = house.write(move |tx| hotline::rate_with_code(tx, &number, &kept, &command)).await?;
            show(&house, &visitor, &order, &code, vec![])
        }
    }
}

/// One order among one's own.
struct Row {
    href: String,
    title: String,
    kind: &'static str,
    when: String,
    state: String,
}

#[derive(Template)]
#[template(path = "citizen/ticket/mine.html")]
struct MinePage {
    frame: Frame,
    side: Side,
    rows: Vec<Row>,
    more: Option<String>,
}

async fn mine(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let today = house.db.today();
    let found = house.read(|read| query::mine(read, &party, PAGE, asked.before.as_deref()))?;
    let row = |query::Queued { order, title }: &query::Queued| Row {
        href: format!("/ticket/{}", order.number),
        title: title.clone(),
        kind: order.kind.word(),
        when: words::short_day(kernel::local_date(order.at), today),
        state: state(order, None, today).0,
    };
    let side = Side::of(&house, &visitor, "/me/tickets")?;
    Ok(page(&MinePage {
        frame: visitor.frame(&house, "12345 工单").in_section(Section::Mine),
        side,
        rows: found.lines.iter().map(row).collect(),
        more: found.next.map(|cursor| format!("/me/tickets?before={}", words::percent(&cursor))),
    }))
}
