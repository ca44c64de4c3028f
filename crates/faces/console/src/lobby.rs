//! The hall for whoever keeps it in order: today's figures, windows, closures, who did not come, the addresses of machine and screen.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use halls::{
    Hall, HallId, Refusal, desk, query,
    rules::{WORKING, hall, window, works_at},
};
use kernel::{Actor, Duty, Refuse, StaffId, local_date};
use store::{Failure, Read, Tx};
use web::{Fault, Fields, Frame, House, Visitor, Wrong};

use crate::{
    deck::{self, Desk},
    window::{Booked, agenda, home, name_of, service},
};

/// A queue in figures.
struct Figure {
    letter: String,
    name: String,
    drawn: u32,
    waiting: u32,
    done: u32,
    missed: u32,
    median: String,
    capacity: u16,
}

/// A window with who sits there and whose it is.
struct Line {
    number: u16,
    services: String,
    letters: String,
    sits: String,
    seat: String,
}

#[derive(Template)]
#[template(path = "console/lobby.html")]
struct LobbyPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    hall: Option<Shown>,
    may: bool,
}

struct Shown {
    id: String,
    name: String,
    kiosk: Option<String>,
    figures: Vec<Figure>,
    booked: String,
    on_closed_days: u32,
    lines: Vec<Line>,
    clerks: Vec<(String, String)>,
    closures: Vec<(String, String, String)>,
    agenda: Vec<Booked>,
}

/// Clerks that can be given a window.
const CLERKS: usize = 100;

pub async fn show(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    shown(&house, &visitor, vec![])
}

fn shown(house: &House, visitor: &Visitor, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    if !deck::holds(&session.actor, &WORKING) {
        return Err(Fault::refused(&Refusal::NotEmpowered { duties: vec![Duty::Host] }));
    }
    let at = home(&session.actor);
    let hall = house.ask(|read| {
        let hall = match &at {
            Some(at) => query::hall(read, at)?,
            None => None,
        };
        match hall {
            Some(hall) => gather(read, &session.actor, &hall).map(Some),
            None => Ok(None),
        }
    })?;
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = deck::frame(visitor, house, session, "大厅", Desk::Lobby).with_errors(!wrongs.is_empty());
    let may = at.is_some_and(|at| works_at(&session.actor, &at, &[Duty::Host]).is_some());
    Ok(web::page_with(status, &LobbyPage { frame, wrongs, hall, may }))
}

fn gather(read: &mut store::Reader<'_>, actor: &Actor, hall: &Hall) -> Result<Shown, Failure<Refusal>> {
    let today = local_date(read.now());
    let counts = query::counts(read, actor, hall)?;
    let figures = counts.tickets.iter().map(|(letter, tally)| Figure {
        letter: letter.to_string(),
        name: service(*letter),
        drawn: tally.drawn,
        waiting: tally.waiting,
        done: tally.done,
        missed: tally.missed,
        median: tally.median.map_or_else(|| "还没有".to_owned(), |seconds| format!("{} 分钟", seconds.div_ceil(60))),
        capacity: hall.capacity(halls::rulebook(), *letter),
    });
    let word = |is: &str| match is {
        "expected" => "还没到",
        "arrived" => "已报到",
        "cancelled" => "已取消",
        _ => "认定未到",
    };
    let booked: Vec<String> =
        counts.appointments.iter().map(|(is, count)| format!("{} {count} 个", word(is))).collect();
    let mut lines = vec![];
    for window in query::windows(read, hall)? {
        let services = hall.window(window.number).map(|post| post.services.clone()).unwrap_or_default();
        let sits = match window.clerk(today) {
            Some(clerk) => name_of(read, &clerk)?,
            None => "没有人".to_owned(),
        };
        let seat = match &window.seat {
            Some(clerk) => name_of(read, clerk)?,
            None => "没有排人".to_owned(),
        };
        lines.push(Line {
            number: window.number,
            services: services.iter().map(|letter| service(*letter)).collect::<Vec<_>>().join("、"),
            letters: services.iter().map(ToString::to_string).collect(),
            sits,
            seat,
        });
    }
    let is_host = works_at(actor, &hall.id, &[Duty::Host]).is_some();
    let mut clerks = vec![];
    if is_host {
        let kind = "010".parse().map_err(|_| store::Error::Corrupt("010 is no kind".to_owned()))?;
        let office = kernel::DepartmentId::new(hall.id.0, kind);
        for staff in identity::staff_of(read, &office, None, CLERKS)? {
            if staff.active && staff.powers.iter().any(|power| power.duty == Duty::Receive) {
                clerks.push((staff.id.to_string(), staff.name.to_string()));
            }
        }
    }
    let closures = hall.closures.iter().filter(|closure| closure.to >= today).map(|closure| {
        let days = if closure.from == closure.to {
            web::words::day(closure.from, today)
        } else {
            format!("{}至{}", web::words::day(closure.from, today), web::words::day(closure.to, today))
        };
        (closure.from.to_string(), days, closure.reason.clone())
    });
    let key = query::kiosk_key(read, &hall.id);
    Ok(Shown {
        id: hall.id.to_string(),
        name: hall.name.clone(),
        kiosk: is_host.then(|| format!("/hall/{}/kiosk?key={key}", hall.id)),
        figures: figures.collect(),
        booked: if booked.is_empty() { "今天没有预约".to_owned() } else { booked.join("，") },
        on_closed_days: counts.on_closed_days,
        lines,
        clerks,
        closures: closures.collect(),
        agenda: agenda(read, actor, hall, today)?,
    })
}

/// What is ordered on this page.
enum Order {
    Hall(hall::Command),
    Seat(u16, Option<StaffId>),
    CloseWindow(u16),
    Absent(halls::AppointmentId, String),
    Excuse(halls::AppointmentId, String),
}

pub async fn act(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(act): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let at = home(&session.actor).ok_or_else(|| Fault::refused(&Refusal::NoSuchHall))?;
    let order = match read(&act, &sent) {
        Some(Ok(order)) => order,
        Some(Err(wrong)) => return shown(&house, &visitor, vec![wrong]),
        None => return Err(Fault::not_found()),
    };
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| carry_out(tx, &actor, &at, &order)).await {
        Ok(()) => Ok(web::redirect("/desk/hall")),
        Err(Failure::Refused(refusal)) if refusal.class() == kernel::Class::NotFound => Err(Fault::refused(&refusal)),
        Err(Failure::Refused(refusal)) => {
            let field = refusal.fields().first().map(|field| field.pointer.trim_start_matches('/').to_owned());
            let said = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
            shown(&house, &visitor, vec![Wrong::new(field.unwrap_or_else(|| "main".to_owned()), said)])
        }
        Err(failure) => Err(failure.into()),
    }
}

/// What was sent, or what is wrong with it; nothing for an address that is none.
fn read(act: &str, sent: &Fields) -> Option<Result<Order, Wrong>> {
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let number = || text("number").parse::<u16>().map_err(|_| Wrong::new("services", "窗口号写数字"));
    let day = |key: &str, name: &str| {
        text(key).parse::<kernel::Date>().map_err(|_| Wrong::new(key, format!("{name}写成 2026-09-30 的样子")))
    };
    let appointment =
        || text("appointment").parse::<halls::AppointmentId>().map_err(|_| Wrong::new("main", "没有选预约"));
    let letters = |text: &str| {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '、' && *c != ',');
        let letters: Result<Vec<_>, _> =
            letters.map(|c| c.to_uppercase().to_string().parse::<halls::Letter>()).collect();
        letters.map_err(|_| Wrong::new("services", "业务写代号，例如 AB"))
    };
    Some(match act {
        "close" => day("from", "第一天").and_then(|from| {
            let to = if text("to").is_empty() { Ok(from) } else { day("to", "最后一天") };
            Ok(Order::Hall(hall::Command::Close { from, to: to?, reason: text("reason") }))
        }),
        "reopen" => day("from", "第一天").map(|from| Order::Hall(hall::Command::Reopen { from })),
        "window" => number().and_then(|number| {
            Ok(Order::Hall(hall::Command::SetWindow { number, services: letters(&text("services"))? }))
        }),
        "capacity" => {
            let service = text("service").parse::<halls::Letter>().map_err(|_| Wrong::new("persons", "没有选业务"));
            let persons = text("persons").parse::<u16>().map_err(|_| Wrong::new("persons", "人数写数字"));
            service.and_then(|service| Ok(Order::Hall(hall::Command::SetCapacity { service, persons: persons? })))
        }
        "seat" => number().map(|number| Order::Seat(number, text("clerk").parse().ok())),
        "close-window" => number().map(Order::CloseWindow),
        "absent" => appointment().map(|id| Order::Absent(id, text("reason"))),
        "excuse" => appointment().map(|id| Order::Excuse(id, text("reason"))),
        _ => return None,
    })
}

fn carry_out(tx: &mut Tx<'_>, actor: &Actor, at: &HallId, order: &Order) -> Result<(), Failure<Refusal>> {
    match order {
        Order::Hall(command) => desk::arrange(tx, actor, at, command).map(drop),
        Order::Seat(number, clerk) => {
            desk::sit(tx, actor, at, *number, &window::Command::Seat { clerk: *clerk }).map(drop)
        }
        Order::CloseWindow(number) => desk::sit(tx, actor, at, *number, &window::Command::Close).map(drop),
        Order::Absent(id, reason) => desk::absent(tx, actor, id, reason).map(drop),
        Order::Excuse(id, reason) => desk::excuse(tx, actor, id, reason).map(drop),
    }
}
