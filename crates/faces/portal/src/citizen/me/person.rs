//! Who the person is to the platform.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use identity::PartyKind;
use kernel::local_date;
use store::ReadExt;
use web::{Fault, Frame, House, Section, Visitor, page, paper::Fact};

use super::Side;
use crate::citizen::words;

#[derive(Template)]
#[template(path = "citizen/me/profile.html")]
struct ProfilePage {
    frame: Frame,
    side: Side,
    title: &'static str,
    lead: &'static str,
    facts: Vec<Fact>,
    /// Whether it is theirs to change.
    own: bool,
}

pub(super) async fn profile(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let own = super::is_own(&house, &session.actor)?;
    let (party, regions) =
        house.read(|read| Ok((identity::party(read, &party)?, read.cached::<organisation::Regions>()?)))?;
    let party = party.ok_or_else(Fault::not_found)?;
    let (title, lead, number) = match party.kind {
        PartyKind::Person => ("个人信息", "这些是办事时自动带出来的。", "身份证号码"),
        PartyKind::Organisation => ("单位信息", "这些是办事时自动带出来的。", "统一社会信用代码"),
    };
    let mut facts = vec![Fact::new("名称", party.name), Fact::new(number, party.identifier_masked)];
    if party.kind == PartyKind::Person {
        facts[0].name = "姓名".to_owned();
    }
    facts.extend(party.representative.map(|name| Fact::new("法定代表人", name)));
    facts.extend(party.phone_masked.map(|phone| Fact::new("手机号", phone)));
    facts.extend(party.region.map(|region| Fact::new("所在地", regions.full_name(&region))));
    facts.push(Fact::new("实名登记", words::long_day(local_date(party.since))));
    let frame = visitor.frame(&house, title).in_section(Section::Mine);
    Ok(page(&ProfilePage { frame, side: Side::of(&house, &visitor, "/me/profile")?, title, lead, facts, own }))
}
