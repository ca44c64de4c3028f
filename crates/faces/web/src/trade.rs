//! What trading's values are in words: for the public pages and the console alike.

use kernel::{Date, Timestamp};
use trading::{FailGround, Family, Late, Lot, LotState, Stage};

use crate::words;

/// A badge's colour and word.
pub fn state(lot: &Lot) -> (&'static str, &'static str) {
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
    ("tendering", "招标中"),
    ("opening", "开标中"),
    ("assessing", "评标中"),
    ("publicised", "候选人公示"),
    ("awarded", "已定标"),
    ("contracted", "已签合同"),
    ("failed", "没有成交"),
];

/// The family in words.
pub fn family(family: Family) -> &'static str {
    match family {
        Family::Works => "工程建设",
        Family::Procurement => "政府采购",
    }
}

/// Why nothing came of it.
pub fn failure(ground: FailGround) -> String {
    match ground {
        FailGround::TooFew { bids } => format!("投标人只有 {bids} 家，不足 3 家，不开标，依法重新招标（流标）。"),
        FailGround::NoneOpened => "没有投标人按时解密，依法重新招标。".to_owned(),
        FailGround::AllRejected => "评标委员会否决了全部投标，依法重新招标。".to_owned(),
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
