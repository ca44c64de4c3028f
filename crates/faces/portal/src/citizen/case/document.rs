//! The papers of a case as pages to read and print (文书): those that offices issue, and one that says where it stands.

use casework::{Case, Event, Service};
use delivery::{Direction, Parcel, State};
use kernel::local_date;
use store::{Error, Read};
use web::paper::{self, Document, Fact, Setting};

use crate::citizen::words;

/// The paper of this kind; nothing if the case has none. `parcel` is the one by which it was served, with the receiver's name.
pub fn document(kind: &str, case: &Case, setting: &Setting<'_>, parcel: Option<&(Parcel, String)>) -> Option<Document> {
    match kind {
        "service" => service(case, setting, parcel),
        "progress" => Some(progress(case, setting)),
        _ => paper::of(kind, case, setting),
    }
}

/// The parcel that brought the result, and to whom.
pub fn served_parcel(read: &mut dyn Read, case: &Case) -> Result<Option<(Parcel, String)>, Error> {
    let parcels = delivery::query::of(read, &case.stream())?;
    let brought = |parcel: &Parcel| parcel.direction == Direction::Deliver && parcel.state == State::Delivered;
    let Some(parcel) = parcels.into_iter().rev().find(brought) else { return Ok(None) };
    match delivery::query::ends(read, &parcel) {
        Ok(ends) => Ok(Some((parcel, ends.to.name))),
        Err(Error::Erased) => Ok(None),
        Err(error) => Err(error),
    }
}

/// 送达回证: what was served, to whom, how, on which day, and by whose hand.
fn service(case: &Case, setting: &Setting<'_>, parcel: Option<&(Parcel, String)>) -> Option<Document> {
    let (how, on) = setting.past.iter().rev().find_map(|event| match event {
        Event::Served { how, on, .. } => Some((how, on)),
        _ => None,
    })?;
    let mut paper = paper::blank("送达回证", "送", *on, case, setting);
    let served = match case.decision.as_ref().map(|decision| decision.outcome) {
        Some(casework::Outcome::Granted) => format!("准予决定书、{}", case.terms.result_name),
        Some(casework::Outcome::Declined) => "不予受理通知书".to_owned(),
        _ => "不予许可决定书".to_owned(),
    };
    let way = match how {
        Service::Electronic => "电子送达：到达受送达人在本平台的账户",
        Service::Window => "直接送达：受送达人在窗口领取",
        Service::Post => "邮寄送达",
        Service::PublicNotice => "公告送达",
    };
    paper.facts.insert(0, Fact::new("送达的文书", served));
    paper.facts.insert(1, Fact::new("受送达人", setting.applicant.clone()));
    paper.facts.insert(2, Fact::new("送达方式", way));
    paper.facts.insert(3, Fact::new("送达日期", words::long_day(*on)));
    let posted = parcel.filter(|_| *how == Service::Post);
    let signed = match posted {
        Some((parcel, receiver)) => {
            let courier = delivery::book().ok().and_then(|book| book.courier(&parcel.courier));
            let courier = courier.map_or_else(String::new, |courier| courier.name.clone());
            let number = parcel.number().map_or_else(String::new, ToString::to_string);
            let on = words::long_day(local_date(parcel.since));
            paper.facts.insert(4, Fact::new("送达人", format!("{courier}，运单号 {number}")));
            format!("收件人 {receiver}，快递记录 {on}签收")
        }
        None => match how {
            Service::Electronic => "系统记录到达时间，视为签收".to_owned(),
            _ => "窗口扫描交接，有记录可查".to_owned(),
        },
    };
    paper.facts.push(Fact::new("签收", signed));
    paper.facts.push(Fact::new("依据", "行政许可法 第四十四条"));
    Some(paper)
}

/// 进度证明: where the case stands today.
fn progress(case: &Case, setting: &Setting<'_>) -> Document {
    let mut paper = paper::blank("办件进度证明", "证", setting.today, case, setting);
    let head = super::head::head(case, setting.today);
    paper.paragraphs.push(format!(
        "您于{}提交的{}申请，截至{}：{}{}{}。",
        words::long_day(kernel::local_date(case.submitted)),
        case.terms.name,
        words::long_day(setting.today),
        head.before,
        head.date,
        head.after
    ));
    paper
}
