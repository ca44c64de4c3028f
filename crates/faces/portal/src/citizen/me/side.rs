//! The side list of 我的.

use web::{Fault, House, Visitor};

/// The links, with how many wait behind them.
pub struct Side {
    /// Links and headings, in order.
    pub entries: Vec<Entry>,
}

/// A link, or a heading when it leads nowhere.
pub struct Entry {
    /// What it says.
    pub name: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// How many; 0 is not shown.
    pub count: usize,
    /// Whether this is the page.
    pub current: bool,
}

/// What only organisations do.
const OF_ORGANISATIONS: [&str; 3] = ["/me/tenders", "/me/bids", "/me/projects"];

impl Side {
    /// The list on the page at `here`. Tenders, bids and projects are things of organisations: whoever
    /// acts for themselves is not led there.
    pub fn at(here: &str, acts_for_other: bool, running: usize, drafts: usize, unread: usize) -> Side {
        let entries = [
            ("总览", "/me", 0),
            ("办件", "/me/cases", running),
            ("草稿", "/me/drafts", drafts),
            ("缴费", "/me/payments", 0),
            ("邮件", "/me/parcels", 0),
            ("我的评价", "/me/ratings", 0),
            ("12345 工单", "/me/tickets", 0),
            ("消息", "/me/messages", unread),
            ("预约和排队", "/me/appointments", 0),
            ("招标、出让", "/me/tenders", 0),
            ("投标、竞买", "/me/bids", 0),
            ("投资项目", "/me/projects", 0),
            ("证照和资料", "", 0),
            ("我的证照", "/me/licences", 0),
            ("个人信息", "/me/profile", 0),
            ("替谁办事", "/me/subject", 0),
            ("授权管理", "/me/mandates", 0),
            ("隐私和安全", "", 0),
            ("改密码", "/me/password", 0),
            ("谁看过我的数据", "/me/data-log", 0),
            ("接收方式", "/me/messages/settings", 0),
        ];
        let shown = |href: &str| acts_for_other || href == here || !OF_ORGANISATIONS.contains(&href);
        let entry = |(name, href, count)| Entry { name, href, count, current: href == here };
        Side { entries: entries.into_iter().filter(|(_, href, _)| shown(href)).map(entry).collect() }
    }

    /// The list on the page at `here`, with what it must count asked for.
    pub fn of(house: &House, visitor: &Visitor, here: &str) -> Result<Side, Fault> {
        let (session, party) = visitor.citizen()?;
        let (running, drafts) = house.ask(|read| super::counts(read, &session.actor, &party))?;
        Ok(Side::at(
            here,
            session.acting_for.is_some(),
            running,
            drafts,
            usize::try_from(visitor.unread).unwrap_or(usize::MAX),
        ))
    }
}
