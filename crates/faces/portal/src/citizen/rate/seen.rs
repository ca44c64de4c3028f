//! A service as whoever was served sees it: may it be rated, what was said, what came of it.

use evaluation::{Rating, RedressState, Service, Turn, query};
use kernel::{Date, local_date};
use store::{Error, Read};

use crate::citizen::words;

/// A service on a page.
pub struct Seen {
    /// The case's number.
    pub number: String,
    /// The item's name.
    pub item: String,
    /// When it ended.
    pub ended: String,
    /// Until when it may be rated, and the link to rate without signing in, as long as it was not.
    pub invitation: Option<Invitation>,
    /// What was said.
    pub ratings: Vec<Said>,
    /// What was done about it.
    pub redress: Option<Answer>,
    /// Whether a follow-up may be given now.
    pub may_follow: bool,
    /// What the public reads.
    pub published: bool,
}

/// It may be rated.
pub struct Invitation {
    /// Until when.
    pub until: String,
    /// The link.
    pub link: String,
}

/// One rating.
pub struct Said {
    /// 首次评价 or 追评
    pub turn: &'static str,
    /// The level's name.
    pub word: &'static str,
    /// When and by which way.
    pub when: String,
    /// Aspects.
    pub aspects: String,
    /// Words.
    pub text: String,
}

/// What was done about a poor rating.
pub struct Answer {
    /// Where it stands, in a sentence.
    pub state: String,
    /// Whether it is late.
    pub late: bool,
    /// What was found, when it was set aside.
    pub found: String,
    /// Until when the citizen may object.
    pub object_until: Option<String>,
    /// What was changed.
    pub measures: String,
    /// What the citizen is told.
    pub reply: String,
}

/// The service for its page.
pub fn seen(read: &mut dyn Read, service: &Service) -> Result<Seen, Error> {
    let today = local_date(read.now());
    let words = query::words(read, service)?;
    let invited = &service.invited;
    let can_rate = service.first.is_none() && today <= invited.late_until;
    let link = || query::link(&read.vault(), &service.subject, Turn::First);
    let invitation = can_rate.then(|| Invitation { until: words::short_day(invited.late_until, today), link: link() });
    let said = |turn: &'static str, rating: &Rating, text: &str| Said {
        turn,
        word: rating.level.word(),
        when: format!("{} {}", words::moment(rating.at, today), rating.way.word()),
        aspects: query::aspects(invited.online, rating.level, &rating.aspects).join("、"),
        text: text.to_owned(),
    };
    let first = service.first.as_ref().map(|rating| said("评价", rating, &words.first));
    let second = service.follow_up.as_ref().map(|rating| said("追评", rating, &words.follow_up));
    Ok(Seen {
        number: service.subject.case().to_string(),
        item: invited.item_name.clone(),
        ended: format!("{}办完", words::short_day(local_date(invited.ended), today)),
        invitation,
        ratings: first.into_iter().chain(second).collect(),
        redress: service.redress.as_ref().map(|redress| answer(redress, &words, today)),
        may_follow: may_follow(service, today),
        published: service.published.is_some(),
    })
}

/// Whether the rules would take a follow-up, as far as a page can tell: for showing a link, not for allowing anything.
fn may_follow(service: &Service, today: Date) -> bool {
    let is_settled = service.redress.as_ref().is_none_or(|redress| !redress.stage().is_open());
    let answered = service.redress.as_ref().is_some_and(|redress| redress.reply.is_some());
    let in_time = answered || today <= service.invited.late_until;
    service.first.is_some() && service.follow_up.is_none() && is_settled && in_time
}

fn answer(redress: &evaluation::Redress, said: &query::Words, today: Date) -> Answer {
    let by = words::short_day(redress.rectify_by, today);
    let (state, object_until) = match &redress.state {
        RedressState::ToContact => {
            (format!("{}前会有专人与您联系。", words::short_day(redress.contact_by, today)), None)
        }
        RedressState::ToVerify | RedressState::ToConfirm { .. } => {
            (format!("已经联系过您，正在核实，最迟{by}答复。"), None)
        }
        RedressState::Rectifying => (format!("已经查实，正在整改，最迟{by}答复。"), None),
        RedressState::SetAside { kind, object_until, .. } => {
            let until = object_until.filter(|until| today <= *until).map(|until| words::short_day(until, today));
            (format!("经两人核实，认定为{}，不计入满意度。", kind.word()), until)
        }
        RedressState::Contested { .. } => (format!("您提出了异议，由没有参与过的人处理，最迟{by}答复。"), None),
        RedressState::Answered { on } => (format!("{}整改完毕。", words::short_day(*on, today)), None),
    };
    let set_aside = matches!(redress.state, RedressState::SetAside { .. });
    Answer {
        state,
        late: redress.is_overdue(),
        found: if set_aside { said.findings.last().cloned().unwrap_or_default() } else { String::new() },
        object_until,
        measures: redress.reply.as_ref().map_or_else(String::new, |reply| reply.measures.clone()),
        reply: said.reply.clone(),
    }
}
