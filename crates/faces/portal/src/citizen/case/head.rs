//! The state of a case as one sentence with its date, and whose turn it is.

use casework::{Case, Outcome, Service, State};
use kernel::Date;

use crate::citizen::words;

/// 正在审查，最迟9月30日（周三）出结果: the date stands alone, to be drawn in lake.
pub struct Head {
    /// Before the date.
    pub before: String,
    /// The date; nothing when the case is over.
    pub date: String,
    /// After it.
    pub after: &'static str,
    /// The sentence below.
    pub explain: String,
}

/// Where `case` stands on `today`.
pub fn head(case: &Case, today: Date) -> Head {
    let say = |before: &str, explain: &str| Head {
        before: before.to_owned(),
        date: String::new(),
        after: "",
        explain: explain.to_owned(),
    };
    let by = |before: &str, date: Option<Date>, after: &'static str, explain: &str| match date {
        Some(date) => Head {
            before: format!("{before}，"),
            date: format!("最迟{}", words::day(date, today)),
            after,
            explain: explain.to_owned(),
        },
        None => say(before, explain),
    };
    let decide = |before: &str| match case.decide_by {
        Some(by) if by < today => Head {
            before: "已经超期，本该在".to_owned(),
            date: format!("{}前", words::day(by, today)),
            after: "出结果",
            explain: "对不起，没有守住承诺。您可以打 12345 投诉，会有人督办。".to_owned(),
        },
        decide_by => by(before, decide_by, "出结果", "提前办好会马上通知您。"),
    };
    match &case.state {
        State::Submitted { answer_by, .. } => by(
            "已收到",
            Some(*answer_by),
            "答复是否受理",
            "到期没有答复的，从收到材料那天起就算受理。有变化会马上通知您。",
        ),
        State::Correcting { until, .. } => Head {
            before: "等您补材料，".to_owned(),
            date: format!("{}前", words::day(*until, today)),
            after: "交回来",
            explain: "补正的时间不计入办理期限。要补的已经一次列全。".to_owned(),
        },
        State::Accepted => decide("正在审查"),
        State::Suspended { special, .. } => Head {
            before: format!("停表中：{}，预计", words::ground(special.ground)),
            date: words::day(special.expected, today),
            after: "结束",
            explain: "这几天依法不计入办理期限，结束后接着算。".to_owned(),
        },
        State::Reviewed => decide("审查完了，等决定"),
        State::Granted { serve_by } if case.prepared.is_some_and(|prepared| prepared.how == Service::Window) => {
            by("已经准予，做好了，等您来窗口拿", Some(*serve_by), "来拿", "电子的已经到您的账户里。")
        }
        State::Granted { serve_by } if case.prepared.is_some() => {
            by("已经准予，正在寄给您", Some(*serve_by), "送到您手上", "电子的已经到您的账户里，可以先用。")
        }
        State::Granted { serve_by } => by("已经准予", Some(*serve_by), "送到您手上", "正在制作证照或者文书。"),
        State::Denied { serve_by } => by("决定不予许可", Some(*serve_by), "送达决定书", "理由和不服时怎么办写在下面。"),
        State::Declined { serve_by } => by("不予受理", Some(*serve_by), "送达通知书", "理由和不服时怎么办写在下面。"),
        State::Served { outcome, on, .. } | State::Closed { outcome, on } => {
            let on = words::short_day(*on, today);
            match outcome {
                Outcome::Granted => say(&format!("办成了，{on}送达"), "结果在下面，随时可以打开。"),
                Outcome::Denied => say(&format!("不予许可，{on}送达"), "理由和不服时怎么办写在下面。"),
                Outcome::Declined => say(&format!("不予受理，{on}送达"), "理由和不服时怎么办写在下面。"),
                Outcome::Returned => say(&format!("已退件，{on}"), "到期没有收到补正。可以重新申请，证照不用重新交。"),
            }
        }
        State::Withdrawn { on, .. } => {
            say(&format!("{}按您的要求撤回了", words::short_day(*on, today)), "以后要办，重新申请就行。")
        }
    }
}

/// The stage in two or four characters, for lists.
pub fn word(state: &State) -> &'static str {
    match state {
        State::Submitted { .. } => "等受理",
        State::Correcting { .. } => "等您补正",
        State::Accepted => "审查中",
        State::Suspended { .. } => "停表",
        State::Reviewed => "等决定",
        State::Granted { .. } => "准予，等送达",
        State::Denied { .. } => "不予，等送达",
        State::Declined { .. } => "不予受理",
        State::Served { outcome, .. } | State::Closed { outcome, .. } => match outcome {
            Outcome::Granted => "办成了",
            Outcome::Denied => "不予许可",
            Outcome::Declined => "不予受理",
            Outcome::Returned => "已退件",
        },
        State::Withdrawn { .. } => "已撤回",
    }
}
