//! What trading's values are in words: for the public pages and the console alike.

use kernel::{Date, Timestamp};
use trading::{FailGround, Family, Late, Lot, LotState, Stage, book};

use crate::words;

/// What things are called in a family: tenders, land and mining rights, and state property each have their own words.
pub struct Terms {
    /// Whose the lot is.
    pub owner: &'static str,
    /// Who wants it.
    pub bidder: &'static str,
    /// Who gets it.
    pub winner: &'static str,
    /// Until when one takes part.
    pub joins: &'static str,
    /// The instant after which nobody comes in.
    pub deadline: &'static str,
    /// The deposit.
    pub deposit: &'static str,
    /// What it is thought to be worth.
    pub estimate: &'static str,
    /// Where one takes part.
    pub room: &'static str,
}

const TENDER: Terms = Terms {
    owner: "招标人",
    bidder: "投标人",
    winner: "中标人",
    joins: "招标文件发售到",
    deadline: "投标截止、开标",
    deposit: "投标保证金",
    estimate: "估算价",
    room: "投标室",
};
const LAND: Terms = Terms {
    owner: "出让人",
    bidder: "竞买人",
    winner: "竞得人",
    joins: "报名到",
    deadline: "保证金截止",
    deposit: "竞买保证金",
    estimate: "评估价",
    room: "竞价室",
};
const PROPERTY: Terms = Terms {
    owner: "转让方",
    bidder: "意向受让方",
    winner: "受让方",
    joins: "报名到",
    deadline: "保证金截止",
    deposit: "交易保证金",
    estimate: "评估值",
    room: "竞价室",
};

/// The words of a lot's family.
pub fn terms(lot: &Lot) -> &'static Terms {
    match book().procedure(&lot.procedure).map(|procedure| procedure.family) {
        Some(Family::Land) => &LAND,
        Some(Family::Property) => &PROPERTY,
        Some(Family::Works | Family::Procurement) | None => &TENDER,
    }
}

/// Whether quotes find the winner.
pub fn by_quotes(lot: &Lot) -> bool {
    book().procedure(&lot.procedure).is_some_and(|procedure| procedure.rounds().is_some())
}

/// A badge's colour and word.
pub fn state(lot: &Lot) -> (&'static str, &'static str) {
    if by_quotes(lot) {
        match &lot.state {
            LotState::Tendering => return ("water", "挂牌中"),
            LotState::Assessed { .. } => return ("osmanthus", "待成交确认"),
            LotState::Publicised { .. } => return ("water", "结果公示"),
            LotState::Awarded { .. } => return ("bamboo", "已成交"),
            _ => {}
        }
    }
    match &lot.state {
        LotState::Planned => ("outline", "计划"),
        LotState::Checking => ("osmanthus", "公告待核对"),
        LotState::Returned { .. } => ("plum-t", "公告退回修改"),
        LotState::Tendering => ("water", "招标中"),
        LotState::Opening { .. } => ("osmanthus", "开标中"),
        LotState::Assessing => ("osmanthus", "评标中"),
        LotState::Assessed { .. } => ("osmanthus", "评标结束"),
        LotState::Publicised { .. } => ("water", "候选人公示"),
        LotState::Awarded { .. } => ("bamboo", "已定标"),
        LotState::Contracted { .. } => ("bamboo", "已签合同"),
        LotState::Failed { .. } => ("", "没有成交"),
    }
}

/// The stages that lists know, by their names for programs.
pub const STAGES: [(&str, &str); 7] = [
    ("tendering", "招标、挂牌中"),
    ("opening", "开标中"),
    ("assessing", "评标中"),
    ("publicised", "公示中"),
    ("awarded", "已定标、成交"),
    ("contracted", "已签合同"),
    ("failed", "没有成交"),
];

/// The family in words.
pub fn family(family: Family) -> &'static str {
    match family {
        Family::Works => "工程建设",
        Family::Procurement => "政府采购",
        Family::Land => "土地和矿业权",
        Family::Property => "国有产权",
    }
}

/// Why nothing came of it.
pub fn failure(ground: FailGround) -> String {
    match ground {
        FailGround::TooFew { bids } => format!("投标人只有 {bids} 家，不足 3 家，不开标，依法重新招标（流标）。"),
        FailGround::NoneOpened => "没有投标人按时解密，依法重新招标。".to_owned(),
        FailGround::AllRejected => "评标委员会否决了全部投标，依法重新招标。".to_owned(),
        FailGround::NoQuote => "到结束也没有人报价，没有成交。".to_owned(),
        FailGround::BelowReserve => "最高报价没有达到底价，没有成交。".to_owned(),
        FailGround::WinnerLeft => "报价最高的单位没有按时签合同，没有成交。".to_owned(),
        FailGround::Void => "行政监督部门处理投诉后认定无效，依法重新招标。".to_owned(),
    }
}

/// To what an objection is.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Documents => "对招标文件",
        Stage::Opening => "对开标",
        Stage::Result => "对评标结果",
    }
}

/// What was missed.
pub fn late(late: &Late) -> &'static str {
    match late {
        Late::Answer(_) => "异议没有按时答复",
        Late::Candidates => "评标结果没有按时公布",
        Late::Contract => "合同没有按时签订",
        Late::Deposits => "保证金没有按时退还",
        Late::FirstPayment => "首期价款没有按时付",
        Late::Payment => "价款没有按时付清",
    }
}

/// The time that is left, in words: 还剩 3 天 4 小时.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let minutes = (until.as_second() - now.as_second()).max(0) / 60;
    let (days, hours) = (minutes / 1_440, minutes / 60 % 24);
    match (days, hours, minutes) {
        (_, _, 0) => "不到 1 分钟".to_owned(),
        (0, 0, minutes) => format!("还剩 {minutes} 分钟"),
        (0, hours, minutes) => format!("还剩 {hours} 小时 {} 分", minutes % 60),
        (days, hours, _) => format!("还剩 {days} 天 {hours} 小时"),
    }
}

/// An amount in yuan, grouped: 4,000,000.00 元.
pub fn yuan(amount: kernel::Fen) -> String {
    let whole = amount.0.unsigned_abs();
    format!("{}.{:02} 元", words::thousands(whole / 100), whole % 100)
}

/// Hundredths of a point.
pub fn points(hundredths: u64) -> String {
    format!("{}.{:02} 分", hundredths / 100, hundredths % 100)
}

/// Where a lot is going, in one sentence.
pub fn next(lot: &Lot, now: Timestamp, today: Date) -> String {
    let day = |day: Date| words::day(day, today);
    if by_quotes(lot)
        && let Some(say) = next_quoted(lot, now, today)
    {
        return say;
    }
    match &lot.state {
        LotState::Planned => "招标人还没有提交招标公告。".to_owned(),
        LotState::Checking => "交易中心正在核对招标公告。".to_owned(),
        LotState::Returned { reason } => format!("公告退回修改：{reason}"),
        LotState::Tendering => match &lot.notice {
            Some(notice) if now < notice.deadline => {
                format!("投标截止和开标：{}，{}。", words::moment(notice.deadline, today), left(notice.deadline, now))
            }
            Some(notice) => format!("投标已在{}截止，等待开标。", words::moment(notice.deadline, today)),
            None => String::new(),
        },
        LotState::Opening { until } => format!("正在开标，投标人在{}前解密。", words::moment(*until, today)),
        LotState::Assessing => "评标委员会正在评标。".to_owned(),
        LotState::Assessed { publish_by } => format!("评标结束，{}前公布结果。", day(*publish_by)),
        LotState::Publicised { until } => format!("中标候选人公示到{}。", day(*until)),
        LotState::Awarded { contract_by, .. } => format!("已定标，{}前签订合同。", day(*contract_by)),
        LotState::Contracted { on, .. } => format!("{}签订合同。", day(*on)),
        LotState::Failed { ground, .. } => failure(*ground),
    }
}

/// The same where quotes find the winner.
fn next_quoted(lot: &Lot, now: Timestamp, today: Date) -> Option<String> {
    let moment = |at| words::moment(at, today);
    Some(match (&lot.state, lot.rounds()) {
        (LotState::Planned, _) => "还没有提交公告。".to_owned(),
        (LotState::Checking, _) => "交易中心正在核对公告。".to_owned(),
        (LotState::Tendering, Some(rounds)) if now < rounds.begins => {
            format!("{}开始报价，{}。", moment(rounds.begins), left(rounds.begins, now))
        }
        (LotState::Tendering, Some(rounds)) => {
            let ends = lot.ends.unwrap_or(rounds.ends);
            let price = lot.quotes.last().map_or_else(
                || format!("还没有人报价，起始价 {}", yuan(rounds.start)),
                |top| format!("现在最高 {}", yuan(top.price)),
            );
            format!("{price}，报价到{}，{}。", moment(ends), left(ends, now))
        }
        (LotState::Assessed { publish_by }, _) => format!("报价结束，{}前确认成交。", words::day(*publish_by, today)),
        (LotState::Publicised { until }, _) => format!("结果公示到{}。", words::day(*until, today)),
        (LotState::Awarded { contract_by, .. }, _) => {
            format!("已成交，{}前签订合同。", words::day(*contract_by, today))
        }
        (LotState::Contracted { amount, .. }, _) if lot.settled_sum() < *amount => {
            let open = kernel::Fen(amount.0 - lot.settled_sum().0);
            let by = lot.instalments.as_ref().map_or(today, |instalments| {
                if lot.settled_sum() < instalments.first { instalments.first_by } else { instalments.rest_by }
            });
            format!("合同已签，还有 {} 价款没有付，{}前付。", yuan(open), words::day(by, today))
        }
        (LotState::Contracted { .. }, _) => "合同已签，价款已经付清。".to_owned(),
        _ => return None,
    })
}
