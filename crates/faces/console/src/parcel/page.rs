//! One parcel: where it is, in whose hands the papers are, what the courier told, and what can be done.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use delivery::{Act, Booking, Command, Direction, Parcel, ParcelId, Payer, Refusal, Step, query, rules};
use kernel::StaffId;
use store::{Error, Failure, Read};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page_with, redirect};

use crate::{
    deck::{self, Desk},
    sheet::{Fact, Past},
};

/// A button.
struct Press {
    value: &'static str,
    name: &'static str,
}

#[derive(Template)]
#[template(path = "console/parcel.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: ParcelId,
    title: &'static str,
    word: String,
    trouble: &'static str,
    case: String,
    facts: Vec<Fact>,
    custody: Vec<Past>,
    gaps: Vec<&'static str>,
    told: Vec<Past>,
    steps: Vec<Press>,
    acts: Vec<Press>,
    note: Field,
    correct: Vec<Field>,
    can_cancel: bool,
    has_number: bool,
}

pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, super::id(&id)?, &Fields::default(), vec![])
}

fn shown(house: &House, visitor: &Visitor, id: ParcelId, sent: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let today = house.db.today();
    let (parcel, facts, custody, told) = house.ask(|read| {
        let parcel = query::parcel_for(read, &session.actor, &id)?;
        let facts = facts(read, &parcel, today)?;
        let mut custody = vec![];
        for handover in &parcel.custody {
            custody.push(Past {
                name: super::step(handover.step),
                when: web::words::moment(handover.at, today),
                what: staff(read, &handover.by)? + handover.gap.map_or("", |gap| gap.word()),
            });
        }
        for acted in &parcel.acts {
            let note = match &acted.note {
                Some(note) => opened(query::note(read, &parcel, note))?,
                None => String::new(),
            };
            custody.push(Past {
                name: act_word(acted.act),
                when: web::words::moment(acted.at, today),
                what: format!("{}{note}", staff(read, &acted.by)?),
            });
        }
        if let Some(correction) = &parcel.correction {
            custody.push(Past {
                name: "更正",
                when: web::words::moment(correction.at, today),
                what: format!(
                    "{}改为“{}”：{}",
                    staff(read, &correction.by)?,
                    correction.state.word(),
                    correction.reason
                ),
            });
        }
        let told = told(read, &parcel, today)?;
        Ok::<_, Failure<Refusal>>((parcel, facts, custody, told))
    })?;
    let receives = session.actor.may(kernel::Duty::Receive, &parcel.department);
    let steps = Step::ALL.into_iter().filter(|step| receives && rules::scan(&parcel, *step).is_ok());
    let frame = deck::frame(visitor, house, session, "邮件", Desk::Parcels).with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame,
        id,
        title: if parcel.direction == Direction::Collect { "上门取原件" } else { "寄结果" },
        word: parcel.state.word().to_owned(),
        trouble: rules::trouble(&parcel).map_or("", delivery::Trouble::word),
        case: casework::case_of(&parcel.bound).map_or_else(String::new, |number| number.to_string()),
        facts,
        custody,
        gaps: rules::gaps(&parcel).into_iter().map(delivery::Gap::word).collect(),
        told,
        steps: steps.map(|step| Press { value: step.name(), name: super::step(step) }).collect(),
        acts: if receives { acts(&parcel) } else { vec![] },
        note: Field::new(FieldKind::Text, "note", "说了什么")
            .optional()
            .value(sent.get("note").unwrap_or_default())
            .wrong(&wrongs),
        correct: if receives && parcel.number().is_some() { correct_fields(&parcel, sent, &wrongs) } else { vec![] },
        can_cancel: receives
            && parcel.state == delivery::State::Created
            && rules::holder(&parcel) != delivery::Holder::Courier,
        has_number: parcel.number().is_some(),
        wrongs,
    };
    Ok(page_with(status, &page))
}

/// What can be done about it now. Calling is always worth a note; the rest where the rules may allow it.
fn acts(parcel: &Parcel) -> Vec<Press> {
    let is_here = rules::holder(parcel) == delivery::Holder::Office;
    let back = parcel.state == delivery::State::Returned;
    let not_taken = matches!(parcel.booking, Booking::Refused { .. });
    let deliver = parcel.direction == Direction::Deliver;
    let may = |one: Act| match one {
        Act::Called => parcel.state != delivery::State::Cancelled,
        Act::SentAgain => not_taken || (deliver && is_here && back),
        Act::AtWindow => deliver && (is_here || back),
    };
    Act::ALL.into_iter().filter(|one| may(*one)).map(|one| Press { value: one.name(), name: act_word(one) }).collect()
}

fn act_word(act: Act) -> &'static str {
    match act {
        Act::Called => "打了电话",
        Act::SentAgain => "重新寄",
        Act::AtWindow => "改到窗口领",
    }
}

fn correct_fields(parcel: &Parcel, sent: &Fields, wrongs: &[Wrong]) -> Vec<Field> {
    let mut state = Field::new(FieldKind::Select, "state", "实际情况是");
    let others = super::CORRECTIONS.into_iter().filter(|state| *state != parcel.state);
    state.choices = others.map(|state| Choice::new(state.name(), state.word())).collect();
    let reason = Field::new(FieldKind::Area, "reason", "凭什么这样说").hint("写清怎么核实的，留在记录里");
    vec![
        state.value(sent.get("state").unwrap_or_default()).wrong(wrongs),
        reason.value(sent.get("reason").unwrap_or_default()).wrong(wrongs),
    ]
}

/// Names, addresses with the telephone masked, courier, payer, contents, holder.
fn facts(read: &mut dyn Read, parcel: &Parcel, today: kernel::Date) -> Result<Vec<Fact>, Error> {
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let entry = delivery::book().ok().and_then(|book| book.courier(&parcel.courier));
    let courier = entry.map_or_else(|| parcel.courier.clone(), |entry| format!("{}，电话 {}", entry.name, entry.phone));
    let booking = match &parcel.booking {
        Booking::None => "封装后自动下单".to_owned(),
        Booking::Asked => "正在下单".to_owned(),
        Booking::Booked { number } => number.to_string(),
        Booking::Refused { reason } => format!("快递没有接单：{reason}"),
    };
    let inside = parcel.contents.iter().map(|content| format!("{} {} 份", content.name, content.count));
    let mut facts = vec![];
    match query::ends(read, parcel) {
        Ok(ends) => {
            let end = |end: &delivery::End| format!("{}，{}，{}", end.name, end.masked_phone(), end.address);
            facts.push(fact("寄", end(&ends.from)));
            facts.push(fact("收", end(&ends.to)));
        }
        Err(Error::Erased) => facts.push(fact("收寄", "资料已按本人要求删除".to_owned())),
        Err(error) => return Err(error),
    }
    facts.extend([
        fact("里面是", inside.collect::<Vec<_>>().join("、")),
        fact("快递", courier),
        fact("运单号", booking),
        fact("邮费", if parcel.payer == Payer::Office { "窗口月结" } else { "申请人付" }.to_owned()),
        fact("现在在谁手里", rules::holder(parcel).word().to_owned()),
        fact("最后消息", web::words::moment(parcel.heard, today)),
    ]);
    Ok(facts)
}

/// What the courier told, by its own time; codes that nobody knows are shown as they came.
fn told(read: &mut dyn Read, parcel: &Parcel, today: kernel::Date) -> Result<Vec<Past>, Error> {
    let mut traces: Vec<&delivery::Trace> = parcel.traces.iter().collect();
    traces.sort_by_key(|trace| trace.at);
    let mut told = Vec::with_capacity(traces.len());
    for trace in traces {
        let words =
            opened(query::words(read, &parcel.party, trace).map(|words| format!("{} {}", words.place, words.remark)))?;
        let name = trace.meaning.map_or("不认识的操作码", |meaning| meaning.state().word());
        let earlier = if trace.attempt == parcel.attempt { "" } else { "（上一次寄的）" };
        told.push(Past {
            name,
            when: web::words::moment(trace.at, today),
            what: format!("{earlier}{} {words}", trace.code),
        });
    }
    Ok(told)
}

/// What was sealed under a key that was destroyed is gone, and says so.
fn opened(found: Result<String, Error>) -> Result<String, Error> {
    match found {
        Err(Error::Erased) => Ok("（资料已删除）".to_owned()),
        other => other,
    }
}

fn staff(read: &mut dyn Read, id: &StaffId) -> Result<String, Error> {
    Ok(identity::staff(read, id)?.map_or_else(String::new, |staff| format!("{}。", staff.name)))
}

/// Carries a command out and comes back to the parcel; what the rules say stands at the field.
async fn carry_out(
    house: &Arc<House>,
    visitor: &Visitor,
    id: ParcelId,
    command: Command,
    field: &str,
    sent: &Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| delivery::handle(tx, &actor, &id, &command)).await {
        Ok(_) => Ok(redirect(&format!("/desk/parcels/{id}"))),
        Err(Failure::Refused(Refusal::NotFound)) => Err(Fault::refused(&Refusal::NotFound)),
        Err(Failure::Refused(refusal)) => {
            let words = format!("{refusal}{}", kernel::Refuse::remedy(&refusal).unwrap_or_default());
            shown(house, visitor, id, sent, vec![Wrong::new(field, words)])
        }
        Err(failure) => Err(failure.into()),
    }
}

pub async fn scan(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let id = super::id(&id)?;
    let step = sent.get("step").and_then(Step::from_name);
    let step = step.ok_or_else(|| Fault::bad_request("console.bad-form", "没有选扫描的步骤。"))?;
    carry_out(&house, &visitor, id, Command::Scan { step }, "steps", &sent).await
}

pub async fn act(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let id = super::id(&id)?;
    let session = visitor.staff()?;
    let act = sent.get("act").and_then(Act::from_name);
    let act = act.ok_or_else(|| Fault::bad_request("console.bad-form", "没有选怎么处理。"))?;
    let words: String = sent.get("note").unwrap_or_default().chars().take(500).collect();
    let note = if words.is_empty() {
        None
    } else {
        let parcel = house.ask(|read| query::parcel_for(read, &session.actor, &id))?;
        Some(house.db.seal(&parcel.party, &words)?)
    };
    carry_out(&house, &visitor, id, Command::Act { act, note }, "note", &sent).await
}

pub async fn correct(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let id = super::id(&id)?;
    let Some(state) = sent.get("state").and_then(delivery::State::from_name) else {
        return shown(&house, &visitor, id, &sent, vec![Wrong::new("state", "选实际情况")]);
    };
    let reason = sent.get("reason").unwrap_or_default().to_owned();
    carry_out(&house, &visitor, id, Command::Correct { state, reason }, "reason", &sent).await
}

pub async fn cancel(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    carry_out(&house, &visitor, super::id(&id)?, Command::Cancel, "steps", &sent).await
}
