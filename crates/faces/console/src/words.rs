//! Prose of the console: time left, how a material came, what happened.

use casework::{Event, Provision, Service, Stage, Stance, query};
use clock::Ground;
use kernel::Date;
use web::words::{self, ground};

/// Time left in words and the class that colours it: overdue, nearly due, or in good time.
pub fn left(working_days: i64) -> (String, &'static str) {
    match working_days {
        days if days < 0 => (format!("超期 {} 个工作日", -days), "over"),
        0 => ("今天到期".to_owned(), "near"),
        1 => ("还有 1 个工作日".to_owned(), "near"),
        days => (format!("还有 {days} 个工作日"), "ok"),
    }
}

/// `最迟 9月30日（周三）`.
pub fn by(date: Date, today: Date) -> String {
    format!("最迟 {}", words::day(date, today))
}

/// How a material came in.
pub fn provision(provision: &Provision) -> &'static str {
    match provision {
        Provision::Upload { .. } => "申请人上传",
        Provision::Licence { .. } => "电子证照库",
        Provision::Earlier { .. } => "以前交过的",
        Provision::Answers => "网上填写，见“填的内容”",
        Provision::Government => "政府内部核查",
        Provision::AtWindow => "到窗口看原件",
    }
}

/// What waits for whom, said at a desk that has nothing to do.
pub fn waiting(stage: Stage) -> &'static str {
    match stage {
        Stage::Submitted => "等窗口受理。",
        Stage::Correcting => "等申请人补正。补正的时间不计入办理期限。",
        Stage::Accepted => "已受理，等审查。",
        Stage::Suspended => "特别程序中，停表。",
        Stage::Reviewed => "已审查，等另一位负责人决定。",
        Stage::Granted | Stage::Denied | Stage::Declined => "已决定，正在送达。",
        Stage::Served => "已送达。",
        Stage::Closed => "已办结。",
        Stage::Withdrawn => "申请人已撤回。",
    }
}

/// For or against.
pub fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::For => "同意",
        Stance::Against => "不同意",
    }
}

/// The grounds of 行政许可法 art. 45 that staff can choose.
pub const GROUNDS: [(&str, &str, Ground); 8] = [
    ("hearing", "听证", Ground::Hearing),
    ("tender", "招标", Ground::Tender),
    ("auction", "拍卖", Ground::Auction),
    ("inspection", "检验", Ground::Inspection),
    ("testing", "检测", Ground::Testing),
    ("quarantine", "检疫", Ground::Quarantine),
    ("appraisal", "鉴定", Ground::Appraisal),
    ("expert-review", "专家评审", Ground::ExpertReview),
];

/// A step in words: its name and what happened. `who` is the person whose doing it was.
pub fn step(step: &query::Step, who: &str, today: Date) -> (&'static str, String) {
    let day = |date: &Date| words::day(*date, today);
    match &step.event {
        Event::Submitted(submitted) => {
            ("提交", format!("{} 份材料。最迟 {} 答复。", submitted.materials.len(), day(&submitted.answer_by)))
        }
        Event::Accepted { due, .. } => ("受理", format!("{who}。最迟 {} 决定。", day(due))),
        Event::DeemedAccepted { due, .. } => {
            ("视为受理", format!("5 个工作日没有答复（行政许可法 第三十二条）。最迟 {} 决定。", day(due)))
        }
        Event::CorrectionRequested { missing, until, repeated, .. } => {
            let again = repeated.as_ref().map_or(String::new(), |reason| format!("再次补正的理由：{reason}。"));
            ("一次性告知", format!("{who}。要补 {} 处，{} 前补。{again}", missing.len(), day(until)))
        }
        Event::Resubmitted { materials, answer_by, .. } => {
            ("补正交回", format!("{} 份材料。最迟 {} 答复。", materials.len(), day(answer_by)))
        }
        Event::Returned { .. } => ("退件", "到期没有收到补正。".to_owned()),
        Event::Declined { reason, article, .. } => ("不予受理", format!("{who}。{reason}（{article}）")),
        Event::Reviewed { stance: view, opinion, .. } => ("审查", format!("{who}：{}。{opinion}", stance(*view))),
        Event::Suspended { ground: why, reason, days, expected, .. } => {
            ("停表", format!("{who}。{}，需要 {days} 个工作日，预计 {} 结束。{reason}", ground(*why), day(expected)))
        }
        Event::Resumed { result, due, .. } => ("恢复计时", format!("{who}。{result} 最迟 {} 决定。", day(due))),
        Event::Extended { days, reason, due, .. } => {
            ("延长期限", format!("{who}。延长 {days} 个工作日，最迟 {} 决定。{reason}", day(due)))
        }
        Event::Granted { reason, .. } => ("决定：准予", format!("{who}。{}", reason.as_deref().unwrap_or_default())),
        Event::Denied { reason, article, .. } => ("决定：不予", format!("{who}。{reason}（{article}）")),
        Event::Served { how, licence, .. } => {
            let with = licence.as_ref().map_or("", |_| "，电子证照已发");
            ("送达", format!("{}{with}。", service(*how)))
        }
        Event::Prepared { prepared, .. } => ("制作", format!("做好了，等{}。", service(prepared.how))),
        Event::WayChosen { how, .. } => ("改领取方式", format!("申请人改为{}。", service(*how))),
        Event::Closed { .. } => ("办结", String::new()),
        Event::Withdrawn { .. } => ("撤回", "申请人撤回。".to_owned()),
        Event::LookupLocked { .. } => ("查询锁定", "公开查询的密码输错太多次，暂时锁定。".to_owned()),
    }
}

fn service(how: Service) -> &'static str {
    match how {
        Service::Electronic => "电子送达",
        Service::Window => "窗口领取",
        Service::Post => "邮寄送达",
        Service::PublicNotice => "公告送达",
    }
}
