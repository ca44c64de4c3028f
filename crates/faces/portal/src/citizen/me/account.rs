//! What belongs to signing in and being reached: the telephone number with the place, and the password.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::{Particulars, Password, Refusal};
use kernel::{Level, Mobile, RegionCode};
use store::{Failure, ReadExt};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page_with, redirect};

use super::Side;
use crate::citizen::{apart, case::told};

#[derive(Template)]
#[template(path = "citizen/me/form.html")]
struct FormPage {
    frame: Frame,
    side: Side,
    wrongs: Vec<Wrong>,
    heading: &'static str,
    lead: &'static str,
    fields: Vec<Field>,
    action: &'static str,
    button: &'static str,
    /// Said once, after it was done.
    done: Option<&'static str>,
}

fn shown(page: &FormPage) -> Response {
    page_with(if page.wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, page)
}

/// The page for telephone and place. What is known stands in it; the number in full, for its owner alone.
fn contact_page(
    house: &House,
    visitor: &Visitor,
    sent: Option<&Fields>,
    wrongs: Vec<Wrong>,
) -> Result<FormPage, Fault> {
    let (session, party) = visitor.citizen()?;
    if !super::is_own(house, &session.actor)? {
        return Err(Fault::refused(&Refusal::NotPrincipal));
    }
    let (known, regions) =
        house.read(|read| Ok((identity::whole(read, &party)?, read.cached::<organisation::Regions>()?)))?;
    let (phone, region) = match known.ok_or_else(Fault::not_found)? {
        Particulars::Person(own) => (own.phone, own.region),
        Particulars::Organisation(own) => (own.phone, own.region),
    };
    let said = |key: &str, known: String| sent.map_or(known, |sent| sent.get(key).unwrap_or_default().to_owned());
    let mut place = Field::new(FieldKind::Select, "region", "所在地").width("w-30").optional();
    place.choices = [Level::Province, Level::City, Level::County]
        .into_iter()
        .flat_map(|level| regions.at(level))
        .map(|region| Choice::new(region.code.to_string(), regions.full_name(&region.code)))
        .collect();
    // A place below the county is kept unless another is chosen.
    if let Some(own) = region.filter(|own| own.level() > Level::County) {
        place.choices.insert(0, Choice::new(own.to_string(), regions.full_name(&own)));
    }
    let text = |value: Option<String>| value.unwrap_or_default();
    let number = Field::new(FieldKind::Phone, "phone", "手机号").hint("11 位，办件有变化时通知您").width("w-11");
    let fields = vec![
        number.autocomplete("tel").value(said("phone", text(phone.map(|phone| phone.to_string())))).wrong(&wrongs),
        place.value(said("region", text(region.map(|region| region.to_string())))).wrong(&wrongs),
    ];
    Ok(FormPage {
        frame: visitor.frame(house, "改手机号和所在地").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        side: Side::of(house, visitor, "/me/profile")?,
        heading: "改手机号和所在地",
        lead: "改了以后，新的申请用新的；已经提交的不变。",
        fields,
        action: "/me/contact",
        button: "保存",
        done: None,
        wrongs,
    })
}

pub(super) async fn ask_contact(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    Ok(shown(&contact_page(&house, &visitor, None, vec![])?))
}

pub(super) async fn change_contact(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    sent: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let regions = house.regions()?;
    let typed = |key: &str| sent.get(key).unwrap_or_default();
    let phone: Option<Mobile> = typed("phone").parse().ok();
    let region: Option<RegionCode> = typed("region").parse().ok().filter(|code| regions.get(code).is_some());
    let mut wrongs = vec![];
    if phone.is_none() {
        wrongs.push(Wrong::new("phone", "填写 11 位手机号"));
    }
    if region.is_none() && !typed("region").is_empty() {
        wrongs.push(Wrong::new("region", "从列表里选一个地方"));
    }
    if !wrongs.is_empty() {
        return Ok(shown(&contact_page(&house, &visitor, Some(&sent), wrongs)?));
    }
    let actor = session.actor.clone();
    house.write(move |tx| identity::change_contact(tx, &actor, phone, region)).await?;
    Ok(redirect("/me/profile"))
}

fn password_page(
    house: &House,
    visitor: &Visitor,
    wrongs: Vec<Wrong>,
    done: Option<&'static str>,
) -> Result<FormPage, Fault> {
    let secret = |key: &str, label: &str, hint: &str, word| {
        let field = Field::new(FieldKind::Password, key, label).width("w-18").autocomplete(word).wrong(&wrongs);
        if hint.is_empty() { field } else { field.hint(hint) }
    };
    let fields = vec![
        secret("present", "现在的密码", "", "current-password"),
        secret("chosen", "新密码", "至少 8 位，字母、数字、符号里至少用两种，不要包含账号", "new-password"),
        secret("again", "再输一次新密码", "和上面一样", "new-password"),
    ];
    Ok(FormPage {
        frame: visitor.frame(house, "改密码").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        side: Side::of(house, visitor, "/me/password")?,
        heading: "改密码",
        lead: "改了以后，别的手机和电脑上的登录都会退出，这里不会。",
        fields,
        action: "/me/password",
        button: "改密码",
        done,
        wrongs,
    })
}

pub(super) async fn ask_password(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    Ok(shown(&password_page(&house, &visitor, vec![], None)?))
}

pub(super) async fn change_password(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    sent: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    // A password is taken as it was typed, blanks and all.
    let raw = |key: &str| sent.0.iter().find(|(found, _)| found == key).map_or("", |(_, value)| value).to_owned();
    let (present, chosen) = (raw("present"), Password::renewed(&raw("chosen")));
    let mut wrongs = vec![];
    if present.is_empty() {
        wrongs.push(Wrong::new("present", "填写现在的密码"));
    }
    if let Err(refusal) = &chosen {
        wrongs.push(Wrong::new("chosen", refusal.to_string()));
    }
    if raw("chosen") != raw("again") {
        wrongs.push(Wrong::new("again", "两次输的密码不一样，再输一次"));
    }
    let again = |wrongs| Ok(shown(&password_page(&house, &visitor, wrongs, None)?));
    let (true, Ok(chosen)) = (wrongs.is_empty(), chosen) else { return again(wrongs) };
    let session = session.clone();
    match apart(&house, move |house| house.door.change_password(&session, &present, &chosen)).await? {
        Ok(()) => Ok(shown(&password_page(&house, &visitor, vec![], Some("密码改好了。下次登录用新密码。"))?)),
        Err(Failure::Refused(Refusal::WrongCredentials)) => {
            again(vec![Wrong::new("present", "现在的密码不对，请再输一次")])
        }
        Err(Failure::Refused(refusal @ (Refusal::Locked { .. } | Refusal::Busy))) => {
            again(vec![Wrong::new("present", told(&refusal))])
        }
        Err(failure) => Err(failure.into()),
    }
}
