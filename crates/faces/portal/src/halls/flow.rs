//! Booking in four steps, each a plain page: what, where, when, and a look over it.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use halls::{
    Hall, HallId, Refusal, Slot,
    desk::{self, Wish},
    query, rulebook,
};
use kernel::{BasicCode, Refuse, RegionCode, local_date};
use serde::Deserialize;
use store::{Failure, Read};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong, words as web_words};

use super::words;
use crate::public::Shelf;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    hall: String,
    #[serde(default)]
    slot: String,
    #[serde(default)]
    region: String,
}

/// Items that are offered at a time.
const ITEMS: usize = 12;
/// Characters of a search that are read.
const WORDS_MOST: usize = 100;

/// Something to go on with.
pub(super) struct Link {
    pub name: String,
    pub href: String,
    pub say: String,
}

#[derive(Template)]
#[template(path = "halls/appoint_item.html")]
struct ItemPage {
    frame: Frame,
    words: String,
    hall: String,
    found: Vec<Link>,
    searched: bool,
}

#[derive(Template)]
#[template(path = "halls/appoint_hall.html")]
struct PlacePage {
    frame: Frame,
    item: String,
    code: String,
    asks_place: bool,
    halls: Vec<Link>,
}

/// A day with its free slots.
pub(super) struct DayLine {
    pub name: String,
    pub say: String,
    pub open: bool,
    pub slots: Vec<Link>,
}

#[derive(Template)]
#[template(path = "halls/appoint_time.html")]
struct TimePage {
    frame: Frame,
    item: String,
    hall: String,
    back: String,
    days: Vec<DayLine>,
}

#[derive(Template)]
#[template(path = "halls/appoint_check.html")]
struct CheckPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    item: String,
    code: String,
    hall: String,
    hall_id: String,
    address: String,
    when: String,
    slot: String,
    for_whom: String,
    until: String,
    persons: Field,
    back: String,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let shelf = Shelf::open(&house)?;
    let item = asked.item.parse::<BasicCode>().ok().and_then(|code| shelf.items.get(&code)).cloned();
    let Some(item) = item else { return items(&house, &visitor, &shelf, &asked) };
    if !item.appointment {
        return Err(Fault::refused(&Refusal::NotByAppointment));
    }
    let Ok(hall) = asked.hall.parse::<HallId>() else { return places(&house, &visitor, &item, &asked) };
    let hall = super::hall_of(&house, &hall.to_string())?;
    match words::slot_of(&asked.slot) {
        None => times(&house, &visitor, &item, &hall),
        Some(slot) => {
            visitor.citizen()?;
            check(&house, &visitor, &Chosen { item: &item, hall: &hall, slot }, "1", vec![])
        }
    }
}

/// First: what.
fn items(house: &House, visitor: &Visitor, shelf: &Shelf, asked: &Asked) -> Result<Response, Fault> {
    let looked: String = asked.q.trim().chars().take(WORDS_MOST).collect();
    let here = visitor.region_code();
    let hall = asked.hall.parse::<HallId>().ok();
    let at = hall.map(|hall| hall.0).or(here);
    let search = search::Query { limit: 60, ..search::Query::new(looked.clone(), at) };
    let hits = house.index.search(&search)?.hits;
    let bookable = hits.iter().filter_map(|hit| shelf.items.get(&hit.code)).filter(|item| item.appointment);
    let handled = bookable.filter(|item| hall.is_none_or(|hall| item.is_on(hall.0.level())));
    let onward = hall.map_or_else(String::new, |hall| format!("&hall={hall}"));
    let link = |item: &Arc<catalogue::BaseItem>| Link {
        name: item.name.clone(),
        href: format!("/appoint?item={}{onward}", item.code),
        say: item.summary.clone(),
    };
    let page = ItemPage {
        frame: visitor.frame(house, "预约办什么事").in_section(Section::Visit),
        hall: hall.map_or_else(String::new, |hall| hall.to_string()),
        found: handled.take(ITEMS).map(link).collect(),
        searched: !looked.is_empty(),
        words: looked,
    };
    Ok(web::page(&page))
}

/// Second: where.
fn places(house: &House, visitor: &Visitor, item: &catalogue::BaseItem, asked: &Asked) -> Result<Response, Fault> {
    let asked: Option<RegionCode> = asked.region.parse().ok();
    let here = asked.or(visitor.region_code());
    let (found, calendar, now) = house.ask(|read| {
        let found = match here {
            Some(here) => query::halls_for(read, &item.code, &here)?,
            None => vec![],
        };
        Ok::<_, Failure<Refusal>>((found, organisation::calendar(read)?, read.now()))
    })?;
    let link = |hall: &Hall| {
        let openness = words::openness(hall, &calendar, now);
        Link {
            name: hall.name.clone(),
            href: format!("/appoint?item={}&hall={}", item.code, hall.id),
            say: format!("{} · {}", hall.address, openness.word),
        }
    };
    let page = PlacePage {
        frame: visitor.frame(house, "预约到哪个大厅").in_section(Section::Visit),
        item: item.name.clone(),
        code: item.code.to_string(),
        asks_place: here.is_none(),
        halls: found.iter().map(link).collect(),
    };
    Ok(web::page(&page))
}

/// Third: when.
fn times(house: &House, visitor: &Visitor, item: &catalogue::BaseItem, hall: &Hall) -> Result<Response, Fault> {
    let base = format!("/appoint?item={}&hall={}&slot=", item.code, hall.id);
    let days = house.ask(|read| days(read, hall, &item.code, &base))?;
    let page = TimePage {
        frame: visitor.frame(house, "预约什么时间").in_section(Section::Visit),
        item: item.name.clone(),
        hall: hall.name.clone(),
        back: format!("/appoint?item={}", item.code),
        days,
    };
    Ok(web::page(&page))
}

/// The days that can be booked, with a link for each slot that has room.
pub(super) fn days(
    read: &mut dyn Read,
    hall: &Hall,
    item: &BasicCode,
    base: &str,
) -> Result<Vec<DayLine>, Failure<Refusal>> {
    let service = query::service_for(read, hall, item)?;
    let today = local_date(read.now());
    let days = query::free(read, hall, service)?;
    let line = |day: &query::FreeDay| {
        let left: u32 = day.slots.iter().map(|free| u32::from(free.left)).sum();
        let say = match (&day.closed, left) {
            (Some(why), _) => why.clone(),
            (None, 0) if day.slots.is_empty() => "今天的时间都过了".to_owned(),
            (None, 0) => "约满了".to_owned(),
            (None, left) => format!("还能约 {left} 人"),
        };
        let slots = day.slots.iter().filter(|free| free.left > 0).map(|free| Link {
            name: words::clock(free.slot.minute),
            href: format!("{base}{}", words::slot_key(&free.slot)),
            say: format!("剩 {}", free.left),
        });
        DayLine { name: web_words::day(day.day, today), say, open: left > 0, slots: slots.collect() }
    };
    Ok(days.iter().map(line).collect())
}

/// What was chosen so far.
struct Chosen<'a> {
    item: &'a catalogue::BaseItem,
    hall: &'a Hall,
    slot: Slot,
}

/// Fourth: a look over it.
fn check(
    house: &House,
    visitor: &Visitor,
    chosen: &Chosen<'_>,
    persons: &str,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let party = house.read(|read| identity::party(read, &party))?;
    let Chosen { item, hall, slot } = chosen;
    let mut field = Field::new(FieldKind::Select, "persons", "几个人来办").width("w-8");
    field.choices = (1..=rulebook().persons_most).map(|n| Choice::new(n.to_string(), format!("{n} 人"))).collect();
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CheckPage {
        frame: visitor.frame(house, "核对预约").in_section(Section::Visit).with_errors(!wrongs.is_empty()),
        item: item.name.clone(),
        code: item.code.to_string(),
        hall: hall.name.clone(),
        hall_id: hall.id.to_string(),
        address: hall.address.clone(),
        when: words::slot(slot, house.db.today()),
        slot: words::slot_key(slot),
        for_whom: party.map_or_else(|| session.name.clone(), |party| party.name),
        until: format!("{} 分钟", rulebook().change_until_minutes),
        persons: field.value(persons).wrong(&wrongs),
        back: format!("/appoint?item={}&hall={}", item.code, hall.id),
        wrongs,
    };
    Ok(web::page_with(status, &page))
}

/// Books, or shows the page again with what is in the way.
pub(super) async fn book(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let shelf = Shelf::open(&house)?;
    let code = sent.get("item").and_then(|code| code.parse::<BasicCode>().ok());
    let item = code.and_then(|code| shelf.items.get(&code)).cloned();
    let slot = sent.get("slot").and_then(words::slot_of);
    let (Some(item), Some(slot)) = (item, slot) else {
        return Err(Fault::bad_request("face.bad-form", "预约不完整。").with_remedy("请从选事项开始重新来。"));
    };
    let hall = super::hall_of(&house, sent.get("hall").unwrap_or_default())?;
    let persons = sent.get("persons").unwrap_or("1").to_owned();
    let wish = Wish { hall: hall.id, item: item.code, slot, persons: persons.parse().unwrap_or(0) };
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| desk::book(tx, &actor, &wish)).await {
        Ok(booked) => Ok(web::redirect(&format!("/appoint/{}", booked.id))),
        // The button pressed twice leads where the first press did.
        Err(Failure::Refused(Refusal::AlreadyBooked { id })) => Ok(web::redirect(&format!("/appoint/{id}"))),
        Err(Failure::Refused(refusal)) => {
            let said = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
            let wrongs = vec![Wrong::new("persons", said)];
            check(&house, &visitor, &Chosen { item: &item, hall: &hall, slot }, &persons, wrongs)
        }
        Err(failure) => Err(failure.into()),
    }
}
