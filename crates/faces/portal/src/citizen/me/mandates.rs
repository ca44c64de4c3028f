//! 授权管理: who may act for the person, or for the company they represent, in which affairs and until when.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use catalogue::{Items, Subject};
use identity::{Delegation, DelegationId, Extent, NewDelegation, PartyKind, Refusal};
use kernel::{BasicCode, Date, PartyId, PersonName, ResidentId};
use store::{Failure, Read, ReadExt};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with, redirect};

use super::Side;
use crate::citizen::{case::told, words};

/// Mandates shown on the page: those that hold, and the latest of those that ended.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "citizen/me/mandates.html")]
struct ListPage {
    frame: Frame,
    side: Side,
    principal: String,
    own: bool,
    holding: Vec<Row>,
    over: Vec<Row>,
}

/// A mandate as the list shows it.
struct Row {
    id: DelegationId,
    agent: String,
    extent: String,
    period: String,
    ended: &'static str,
}

/// The themes of those whom the mandate is for, each with the items in it.
fn themes(items: &Items, subject: Subject) -> Vec<(String, String, Vec<BasicCode>)> {
    let own = |item: &catalogue::BaseItem| match subject {
        Subject::Person => item.personal_theme.clone(),
        Subject::Organisation => item.company_theme.clone(),
    };
    let found = items.themes(subject).into_iter().map(|(theme, _)| {
        let codes = items.iter().filter(|item| item.is_for(subject) && own(item).as_ref() == Some(&theme));
        (theme.code.clone(), theme.name.clone(), codes.map(|item| item.code).collect())
    });
    found.collect()
}

/// The groups that a mandate covers whole, by name, and how many items are left beside them.
fn extent(extent: &Extent, items: &Items, subject: Subject) -> String {
    let Extent::Items(codes) = extent else { return "全部事项".to_owned() };
    let mut left: BTreeSet<BasicCode> = codes.iter().copied().collect();
    let mut names = vec![];
    for (_, name, group) in themes(items, subject) {
        if !group.is_empty() && group.iter().all(|code| codes.contains(code)) {
            left.retain(|code| !group.contains(code));
            names.push(name);
        }
    }
    let beside = left.iter().filter_map(|code| items.get(code)).map(|item| item.name.clone());
    names.extend(beside.take(3));
    if left.len() > 3 {
        names.push(format!("等 {} 项", left.len()));
    }
    names.join("、")
}

fn subject_of(read: &mut dyn Read, party: &PartyId) -> Result<Subject, store::Error> {
    Ok(match identity::kind(read, party)? {
        Some(PartyKind::Organisation) => Subject::Organisation,
        _ => Subject::Person,
    })
}

pub(super) async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let own = super::is_own(&house, &session.actor)?;
    let today = house.db.today();
    let (given, agents, items, subject, principal) = house.read(|read| {
        let given = if own { identity::delegations(read, &party, None, SHOWN)? } else { vec![] };
        let ids: Vec<PartyId> = given.iter().map(|delegation| delegation.agent).collect();
        let principal = identity::party(read, &party)?.map_or_else(String::new, |party| party.name);
        let subject = subject_of(read, &party)?;
        Ok((given, identity::parties(read, &ids)?, read.cached::<Items>()?, subject, principal))
    })?;
    let row = |delegation: &Delegation| Row {
        id: delegation.id,
        agent: agents.get(&delegation.agent).map_or_else(|| "（已注销）".to_owned(), |agent| agent.name.clone()),
        extent: extent(&delegation.extent, &items, subject),
        period: format!("{}至{}", words::long_day(delegation.from), words::long_day(delegation.until)),
        ended: if delegation.revoked.is_some() { "已收回" } else { "到期了" },
    };
    let (holding, over): (Vec<&Delegation>, Vec<&Delegation>) =
        given.iter().rev().partition(|delegation| delegation.holds(today));
    Ok(page(&ListPage {
        frame: visitor.frame(&house, "授权管理").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/mandates")?,
        principal,
        own,
        holding: holding.into_iter().map(row).collect(),
        over: over.into_iter().map(row).collect(),
    }))
}

#[derive(Template)]
#[template(path = "citizen/me/mandate_new.html")]
struct NewPage {
    frame: Frame,
    side: Side,
    wrongs: Vec<Wrong>,
    principal: String,
    fields: Vec<Field>,
}

/// What the radio says for the whole, and for some.
const ALL: &str = "all";
const SOME: &str = "some";

fn new_page(house: &House, visitor: &Visitor, sent: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    if !super::is_own(house, &session.actor)? {
        return Err(Fault::refused(&Refusal::NotPrincipal));
    }
    let (items, subject, principal) = house.read(|read| {
        let principal = identity::party(read, &party)?.map_or_else(String::new, |party| party.name);
        Ok((read.cached::<Items>()?, subject_of(read, &party)?, principal))
    })?;
    let typed = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let text = |key: &str, label: &str, hint: &str| {
        Field::new(FieldKind::Text, key, label).hint(hint).width("w-18").autocomplete("off").value(typed(key))
    };
    let mut how = Field::new(FieldKind::Radio, "extent", "能替您办哪些事");
    how.choices = vec![Choice::new(ALL, "全部事项"), Choice::new(SOME, "只办下面勾选的几类")];
    let mut groups = Field::new(FieldKind::Checkbox, "theme", "勾选几类（选“只办下面勾选的几类”时）").optional();
    let chosen: Vec<&str> = sent.all("theme").collect();
    groups.choices = themes(&items, subject)
        .into_iter()
        .map(|(code, name, group)| {
            let is_chosen = chosen.contains(&code.as_str());
            Choice { hint: format!("{} 项", group.len()), chosen: is_chosen, ..Choice::new(code, name) }
        })
        .collect();
    let until = Field::new(FieldKind::Date, "until", "到哪一天为止").hint("最长三年，到期自动失效").width("w-11");
    let fields = [
        text("name", "受托人姓名", "和身份证上一样，对方要先在这里实名注册"),
        text("id", "受托人身份证号码", "18 位，最后一位可能是 X"),
        how.value(typed("extent")),
        groups,
        until.value(typed("until")),
    ];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(
        status,
        &NewPage {
            frame: visitor.frame(house, "委托别人").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
            side: Side::of(house, visitor, "/me/mandates")?,
            principal,
            fields: fields.map(|field| field.wrong(&wrongs)).into(),
            wrongs,
        },
    ))
}

pub(super) async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    new_page(&house, &visitor, &Fields::default(), vec![])
}

pub(super) async fn give(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let (agent, extent, until) = match read(&house, &party, &sent)? {
        Ok(read) => read,
        Err(wrongs) => return new_page(&house, &visitor, &sent, wrongs),
    };
    let (actor, new) = (session.actor.clone(), NewDelegation { agent, extent, until });
    match house.db.write_async(move |tx| identity::delegate(tx, &actor, &new)).await {
        Ok(_) => Ok(redirect("/me/mandates")),
        Err(Failure::Refused(refusal)) => {
            let key = match &refusal {
                Refusal::EmptyExtent => "theme",
                Refusal::BadPeriod => "until",
                Refusal::SelfDelegation | Refusal::AgentNotPerson => "id",
                _ => return Err(Fault::refused(&refusal)),
            };
            new_page(&house, &visitor, &sent, vec![Wrong::new(key, told(&refusal))])
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// Who, what and until when.
type Mandate = (PartyId, Extent, Date);

/// What was filled in; or everything that is wrong with it. Whoever is not registered and whose name does not fit the number are the
/// same: nobody learns from this page who is registered.
fn read(house: &House, principal: &PartyId, sent: &Fields) -> Result<Result<Mandate, Vec<Wrong>>, Fault> {
    let typed = |key: &str| sent.get(key).unwrap_or_default();
    let mut wrongs = vec![];
    let name: Option<PersonName> = typed("name").parse().ok();
    let id: Option<ResidentId> = typed("id").parse().ok();
    if name.is_none() {
        wrongs.push(Wrong::new("name", "填写受托人的姓名"));
    }
    if id.is_none() {
        wrongs.push(Wrong::new("id", "填写 18 位身份证号码，核对有没有抄错"));
    }
    let until: Option<Date> = typed("until").parse().ok();
    if until.is_none() {
        wrongs.push(Wrong::new("until", "选一个日期，例如 2027-06-30"));
    }
    let (agent, items, subject) = house.read(|read| {
        let agent = match &id {
            Some(id) => identity::person_by_id(read, id)?,
            None => None,
        };
        let agent = match agent {
            Some(agent) => identity::party(read, &agent)?,
            None => None,
        };
        Ok((agent, read.cached::<Items>()?, subject_of(read, principal)?))
    })?;
    let agent = agent.filter(|agent| name.as_ref().is_some_and(|name| name.to_string() == agent.name));
    if agent.is_none() && name.is_some() && id.is_some() {
        wrongs.push(Wrong::new("id", "没有找到这个人：核对姓名和身份证号码，对方要先在这里实名注册"));
    }
    let chosen: Vec<&str> = sent.all("theme").collect();
    let extent = match typed("extent") {
        ALL => Some(Extent::Everything),
        SOME => {
            let groups = themes(&items, subject).into_iter().filter(|(code, ..)| chosen.contains(&code.as_str()));
            let codes: BTreeSet<BasicCode> = groups.flat_map(|(_, _, codes)| codes).collect();
            Some(Extent::Items(codes.into_iter().collect()))
        }
        _ => None,
    };
    match &extent {
        None => wrongs.push(Wrong::new("extent", "选“全部事项”，或者“只办下面勾选的几类”")),
        Some(Extent::Items(codes)) if codes.is_empty() => wrongs.push(Wrong::new("theme", "至少勾选一类")),
        Some(_) => {}
    }
    Ok(match (agent, extent, until) {
        (Some(agent), Some(extent), Some(until)) if wrongs.is_empty() => Ok((agent.id, extent, until)),
        _ => Err(wrongs),
    })
}

#[derive(Template)]
#[template(path = "citizen/me/mandate_end.html")]
struct EndPage {
    frame: Frame,
    id: DelegationId,
    agent: String,
}

/// The visitor's mandate that holds under this id. Somebody else's, an ended one and none are the same.
fn holding(house: &House, visitor: &Visitor, id: &str) -> Result<(DelegationId, String), Fault> {
    let (session, party) = visitor.citizen()?;
    let id: DelegationId = id.parse().map_err(|_| Fault::not_found())?;
    if !super::is_own(house, &session.actor)? {
        return Err(Fault::not_found());
    }
    let today = house.db.today();
    let found = house.read(|read| {
        let given = identity::delegations(read, &party, None, identity::LIST_MAX)?;
        match given.into_iter().find(|delegation| delegation.id == id && delegation.holds(today)) {
            Some(delegation) => Ok(Some(identity::party(read, &delegation.agent)?)),
            None => Ok(None),
        }
    })?;
    let agent = found.ok_or_else(Fault::not_found)?;
    Ok((id, agent.map_or_else(String::new, |agent| agent.name)))
}

pub(super) async fn ask_end(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (id, agent) = holding(&house, &visitor, &id)?;
    Ok(page(&EndPage { frame: visitor.frame(&house, "收回委托").in_section(Section::Mine), id, agent }))
}

pub(super) async fn end(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let (id, _) = holding(&house, &visitor, &id)?;
    let actor = session.actor.clone();
    house.write(move |tx| identity::revoke(tx, &actor, &id)).await?;
    Ok(redirect("/me/mandates"))
}
