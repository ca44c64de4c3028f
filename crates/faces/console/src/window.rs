//! The window: open it, call whoever is next, and what happens to them.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use halls::{
    Attendance, Hall, HallId, Occupation, Refusal, State as Standing, Ticket, TicketId, Window, desk, query, rulebook,
    rules::{appointment::minutes_later, ticket, window},
};
use identity::Session;
use kernel::{Actor, Refuse, StaffId, local_date};
use store::{Failure, Read, ReadExt, Reader, Tx};
use web::{Fault, Fields, Frame, House, Visitor, Wrong};

use crate::deck::{self, Desk};

/// Appointments of the day that the desk shows.
const AGENDA: usize = 100;

/// Somebody at the window.
struct Guest {
    id: String,
    number: String,
    service: String,
    lane: String,
    /// Where they stand: 已接待 6 分钟, or since when they were held.
    say: String,
    calls: u8,
    can_skip: bool,
    person: Option<String>,
    item: Option<String>,
    booked: Option<String>,
    cases: Vec<String>,
}

/// An appointment of the day.
pub struct Booked {
    pub id: String,
    pub clock: String,
    pub person: String,
    pub item: String,
    pub persons: u16,
    pub word: &'static str,
    pub can_arrive: bool,
    pub can_be_absent: bool,
    pub is_absent: bool,
}

/// A queue that this window serves.
struct QueueLine {
    letter: String,
    name: String,
    people: usize,
    mine: bool,
}

#[derive(Template)]
#[template(path = "console/window.html")]
struct WindowPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    hall: String,
    hall_id: String,
    number: u16,
    paused: Option<String>,
    guest: Option<Guest>,
    held: Vec<Guest>,
    missed: Vec<(String, String)>,
    queues: Vec<QueueLine>,
    waiting: String,
    agenda: Vec<Booked>,
    /// Where a ticket can be handed on: value and words.
    ways: Vec<(String, String)>,
}

/// A window that can be opened.
struct Seat {
    number: u16,
    services: String,
    say: String,
    free: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "console/seats.html")]
struct SeatsPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    hall: Option<(String, String)>,
    seats: Vec<Seat>,
}

/// The window at which a clerk sits today, and its hall.
pub struct Sitting {
    pub window: Window,
    pub hall: Hall,
}

/// The window at which this member of staff sits today.
pub fn sitting(read: &mut dyn Read, session: &Session) -> Result<Option<Sitting>, Failure<Refusal>> {
    let Some(clerk) = session.actor.staff() else { return Ok(None) };
    let (sits, _) = query::seats_of(read, &clerk)?;
    let Some(window) = sits.into_iter().next() else { return Ok(None) };
    let hall = query::hall(read, &window.hall)?.ok_or(Refusal::NoSuchHall)?;
    Ok(Some(Sitting { window, hall }))
}

/// The desk of the window, or the list of windows to sit down at.
pub async fn show(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    shown(&house, &visitor, vec![])
}

fn shown(house: &Arc<House>, visitor: &Visitor, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    if !deck::holds(&session.actor, &[kernel::Duty::Receive]) {
        return Err(Fault::refused(&Refusal::NotEmpowered { duties: vec![kernel::Duty::Receive] }));
    }
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    match house.ask(|read| sitting(read, session))? {
        Some(sitting) => Ok(web::page_with(status, &desk_page(house, visitor, session, &sitting, wrongs)?)),
        None => Ok(web::page_with(status, &seats_page(house, visitor, session, wrongs)?)),
    }
}

fn seats_page(house: &House, visitor: &Visitor, session: &Session, wrongs: Vec<Wrong>) -> Result<SeatsPage, Fault> {
    let clerk = session.actor.staff();
    let (hall, seats) = house.ask(|read| {
        let own = match &clerk {
            Some(clerk) => query::seats_of(read, clerk)?.1,
            None => vec![],
        };
        let at = own.first().map(|window| window.hall).or(home(&session.actor));
        let hall = match at {
            Some(at) => query::hall(read, &at)?,
            None => None,
        };
        let Some(hall) = hall else { return Ok((None, vec![])) };
        let today = local_date(read.now());
        let mut seats = vec![];
        for window in query::windows(read, &hall)? {
            let sits = match window.clerk(today) {
                Some(other) => Some(name_of(read, &other)?),
                None => None,
            };
            let services = hall.window(window.number).map(|post| post.services.clone()).unwrap_or_default();
            let own = window.seat.is_some() && window.seat == clerk;
            seats.push(Seat {
                number: window.number,
                services: services.iter().map(|letter| service(*letter)).collect::<Vec<_>>().join("、"),
                free: sits.is_none(),
                say: sits.map_or_else(
                    || if own { "排给您的".to_owned() } else { "空着".to_owned() },
                    |name| format!("{name}在"),
                ),
                own,
            });
        }
        seats.sort_by_key(|seat| (!seat.own, !seat.free, seat.number));
        Ok::<_, Failure<Refusal>>((Some((hall.id.to_string(), hall.name)), seats))
    })?;
    let frame = deck::frame(visitor, house, session, "选窗口", Desk::Counter).with_errors(!wrongs.is_empty());
    Ok(SeatsPage { frame, wrongs, hall, seats })
}

/// The hall of the region where a member of staff works.
pub fn home(actor: &Actor) -> Option<HallId> {
    match actor {
        Actor::Staff { region, .. } => Some(HallId(*region)),
        _ => None,
    }
}

pub fn name_of(read: &mut dyn Read, staff: &StaffId) -> Result<String, store::Error> {
    Ok(identity::staff(read, staff)?.map_or_else(|| "工作人员".to_owned(), |staff| staff.name.to_string()))
}

pub fn service(letter: halls::Letter) -> String {
    rulebook().service(letter).map_or_else(|| letter.to_string(), |service| service.name.clone())
}

fn desk_page(
    house: &House,
    visitor: &Visitor,
    session: &Session,
    sitting: &Sitting,
    wrongs: Vec<Wrong>,
) -> Result<WindowPage, Fault> {
    let Sitting { window, hall } = sitting;
    let frame = deck::frame(visitor, house, session, "窗口", Desk::Counter).with_errors(!wrongs.is_empty());
    house.ask(|read| {
        let (now, today) = (read.now(), local_date(read.now()));
        let board = query::board(read, hall)?;
        let at = query::at_window(read, &hall.id, window.number)?;
        let guest = match &at.called {
            Some(ticket) => Some(visitor_of(read, ticket)?),
            None => None,
        };
        let held = at.held.iter().map(|ticket| visitor_of(read, ticket)).collect::<Result<Vec<_>, _>>()?;
        let mine = hall.window(window.number).map(|post| post.services.clone()).unwrap_or_default();
        let queues: Vec<QueueLine> = board
            .waiting
            .iter()
            .map(|queue| QueueLine {
                letter: queue.service.to_string(),
                name: service(queue.service),
                people: queue.people,
                mine: mine.contains(&queue.service),
            })
            .collect();
        let people: usize = queues.iter().filter(|queue| queue.mine).map(|queue| queue.people).sum();
        let longest =
            board.waiting.iter().filter(|queue| mine.contains(&queue.service)).filter_map(|queue| queue.since);
        let longest = longest.min().map(|since| (now.as_second() - since.as_second()).max(0) / 60);
        let waiting = match longest {
            Some(minutes) => format!("等候 {people} 人，最长 {minutes} 分钟"),
            None => "没有人在等".to_owned(),
        };
        let missed = query::missed(read, hall)?;
        let missed = missed.iter().map(|ticket| (ticket.id.to_string(), ticket.number.to_string())).collect();
        let agenda = agenda(read, &session.actor, hall, today)?;
        let services =
            hall.services().into_iter().map(|letter| (letter.to_string(), format!("{} 队列", service(letter))));
        let open = board.posts.iter().filter(|post| post.open && post.window.number != window.number);
        let windows = open.filter_map(|post| {
            let letter = post.services.first()?;
            Some((format!("{letter}{}", post.window.number), format!("{} 号窗口", post.window.number)))
        });
        Ok::<_, Failure<Refusal>>(WindowPage {
            frame,
            wrongs,
            hall: hall.name.clone(),
            hall_id: hall.id.to_string(),
            number: window.number,
            paused: match &window.occupation {
                Occupation::Paused { reason, .. } => Some(reason.clone()),
                _ => None,
            },
            guest,
            held,
            missed,
            queues,
            waiting,
            agenda,
            ways: services.chain(windows).collect(),
        })
    })
}

/// A ticket at the window with whom it belongs to: names whole, for whoever serves them; numbers of people not at all.
fn visitor_of(read: &mut dyn Read, ticket: &Ticket) -> Result<Guest, Failure<Refusal>> {
    let (now, today) = (read.now(), local_date(read.now()));
    let person = match &ticket.party {
        Some(party) => identity::party(read, party)?.map(|party| party.name),
        None => None,
    };
    let items = read.cached::<catalogue::Items>()?;
    let item = ticket.item.as_ref().and_then(|code| items.get(code)).map(|item| item.name.clone());
    let booked = match &ticket.appointment {
        Some(id) => {
            let appointment = query::appointment_for(read, &Actor::System("window"), id)?;
            Some(format!("预约 {}", appointment.slot.clock()))
        }
        None => None,
    };
    let (calls, say) = match &ticket.state {
        Standing::Called { since, calls, .. } => {
            let seconds = (now.as_second() - since.as_second()).max(0);
            (*calls, format!("已接待 {} 分 {} 秒", seconds / 60, seconds % 60))
        }
        _ => (0, format!("{}取号", web::words::moment(ticket.at, today))),
    };
    let ground = ticket.ground.as_deref().and_then(|code| rulebook().ground(code));
    Ok(Guest {
        id: ticket.id.to_string(),
        number: ticket.number.to_string(),
        service: service(ticket.service),
        lane: ground.map_or_else(|| ticket.lane.word().to_owned(), |ground| format!("优先：{}", ground.name)),
        say,
        calls,
        can_skip: calls >= rulebook().calls,
        person,
        item,
        booked,
        cases: ticket.cases.iter().map(ToString::to_string).collect(),
    })
}

/// The appointments of a day with what can be done about each now.
pub fn agenda(
    read: &mut Reader<'_>,
    actor: &Actor,
    hall: &Hall,
    day: kernel::Date,
) -> Result<Vec<Booked>, Failure<Refusal>> {
    let (now, book) = (read.now(), rulebook());
    let items = read.cached::<catalogue::Items>()?;
    let found = query::agenda(read, actor, &hall.id, day, AGENDA, None)?;
    let mut lines = vec![];
    for one in found.lines {
        let begins = one.slot.begins();
        let expected = one.attendance == Attendance::Expected;
        let person = identity::party(read, &one.party)?.map_or_else(String::new, |party| party.name);
        lines.push(Booked {
            id: one.id.to_string(),
            clock: one.slot.clock(),
            person,
            item: items.get(&one.item).map_or_else(String::new, |item| item.name.clone()),
            persons: one.persons,
            word: one.attendance.word(),
            can_arrive: expected && now >= minutes_later(begins, -book.early_minutes),
            can_be_absent: expected && now >= minutes_later(begins, book.grace_minutes),
            is_absent: matches!(one.attendance, Attendance::Absent { .. }),
        });
    }
    Ok(lines)
}

/// Opens a window: the clerk sits down.
pub async fn open(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let hall = sent.get("hall").and_then(|hall| hall.parse::<HallId>().ok());
    let number = sent.get("number").and_then(|number| number.parse::<u16>().ok());
    let (Some(hall), Some(number)) = (hall, number) else { return Err(Fault::refused(&Refusal::NoSuchWindow)) };
    let actor = session.actor.clone();
    let done = house.db.write_async(move |tx| desk::sit(tx, &actor, &hall, number, &window::Command::Open)).await;
    settled(&house, &visitor, done.map(drop))
}

/// What a button of the window does.
pub async fn act(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(act): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let Some(sitting) = house.ask(|read| sitting(read, session))? else {
        return settled(&house, &visitor, Err(Failure::Refused(Refusal::WindowNotOpen)));
    };
    let Some(order) = Order::read(&act, &sent) else { return Err(Fault::not_found()) };
    let (actor, at, number) = (session.actor.clone(), sitting.hall.id, sitting.window.number);
    let done = house.db.write_async(move |tx| carry_out(tx, &actor, (at, number), &order)).await;
    settled(&house, &visitor, done)
}

/// What the window can order.
enum Order {
    /// Done with this one, and the next, please.
    Next(Option<TicketId>),
    Ticket(TicketId, ticket::Command),
    Window(window::Command),
    CheckIn(halls::AppointmentId),
    Absent(halls::AppointmentId, String),
}

impl Order {
    fn read(act: &str, sent: &Fields) -> Option<Order> {
        use ticket::Command as C;
        let ticket = || sent.get("ticket").and_then(|id| id.parse().ok());
        let appointment = || sent.get("appointment").and_then(|id| id.parse().ok());
        let reason = || sent.get("reason").unwrap_or_default().to_owned();
        Some(match act {
            "next" => Order::Next(ticket()),
            "again" => Order::Ticket(ticket()?, C::CallAgain),
            "hold" => Order::Ticket(ticket()?, C::Hold),
            "recall" => Order::Ticket(ticket()?, C::Call),
            "skip" => Order::Ticket(ticket()?, C::Skip),
            "finish" => Order::Ticket(ticket()?, C::Finish),
            "transfer" => {
                // A letter is a queue; a letter with a number is that window.
                let to = sent.get("to")?;
                let service = to.get(..1)?.parse().ok()?;
                let window = to.get(1..).filter(|rest| !rest.is_empty());
                let window = window.map(|rest| rest.parse().ok());
                let window = match window {
                    None => None,
                    Some(number) => Some(number?),
                };
                Order::Ticket(ticket()?, C::Transfer { service, window })
            }
            "pause" => Order::Window(window::Command::Pause { reason: reason() }),
            "resume" => Order::Window(window::Command::Resume),
            "close" => Order::Window(window::Command::Close),
            "check-in" => Order::CheckIn(appointment()?),
            "absent" => Order::Absent(appointment()?, reason()),
            _ => return None,
        })
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (at, number): (HallId, u16),
    order: &Order,
) -> Result<(), Failure<Refusal>> {
    match order {
        Order::Next(seen) => {
            // The key pressed twice passes nobody over: by then somebody else is at the window than the page showed.
            let here = query::at_window(tx, &at, number)?.called.map(|ticket| ticket.id);
            if here == *seen { desk::finish_and_call_next(tx, actor, &at).map(drop) } else { Ok(()) }
        }
        Order::Ticket(id, command) => {
            // A ticket of another hall is none at this window.
            let there = query::ticket_for(tx, actor, id)?;
            if there.hall != at {
                return Err(Refusal::NoSuchTicket.into());
            }
            desk::handle(tx, actor, id, command).map(drop)
        }
        Order::Window(command) => desk::sit(tx, actor, &at, number, command).map(drop),
        Order::CheckIn(id) => desk::check_in(tx, actor, id, None).map(drop),
        Order::Absent(id, reason) => desk::absent(tx, actor, id, reason).map(drop),
    }
}

/// Back to the window; what was refused stands above it.
fn settled(house: &Arc<House>, visitor: &Visitor, done: Result<(), Failure<Refusal>>) -> Result<Response, Fault> {
    match done {
        Ok(()) => Ok(web::redirect("/desk/window")),
        Err(Failure::Refused(refusal @ (Refusal::NoSuchTicket | Refusal::NoSuchHall | Refusal::NoSuchAppointment))) => {
            Err(Fault::refused(&refusal))
        }
        Err(Failure::Refused(refusal)) => {
            let said = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
            shown(house, visitor, vec![Wrong::new("main", said)])
        }
        Err(failure) => Err(failure.into()),
    }
}
