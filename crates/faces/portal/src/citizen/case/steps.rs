//! 每一步: what happened to a case and what is still to come, in words.

use casework::{Case, Event, Provision, Service, State, query};
use kernel::{Date, StaffId};

use crate::citizen::words;

/// One step of the timeline.
pub struct Step {
    /// What it is called.
    pub name: &'static str,
    /// When it happened, or by when it must.
    pub when: String,
    /// Who did what.
    pub what: String,
    /// Documents and pages that belong to it.
    pub links: Vec<Link>,
    /// How it is drawn: nothing for a past step, `ahead`, `yours`.
    pub class: &'static str,
    /// Whether this is where the case stands.
    pub now: bool,
}

impl Step {
    /// Leaves what the public may know: that it happened, and when.
    pub fn close(&mut self) {
        self.links.clear();
        self.what.clear();
    }
}

/// A link of a step.
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub name: &'static str,
}

/// The whole timeline: the past from the events, the future from the state.
///
/// `who` names a member of staff.
pub fn steps(case: &Case, past: &[query::Step], today: Date, who: &dyn Fn(StaffId) -> String) -> Vec<Step> {
    let paper = |name: &'static str, kind: &str| Link { href: format!("/case/{}/doc/{kind}", case.number), name };
    let mut steps: Vec<Step> = Vec::new();
    for happened in past {
        let when = words::moment(happened.at, today);
        let step = |name, what: String, links| Step { name, when: when.clone(), what, links, class: "", now: false };
        let by = |what: &str, staff: &StaffId| format!("{what} {}。", who(*staff));
        match &happened.event {
            Event::Submitted(submitted) => {
                steps.push(step("提交", brought(&submitted.materials), vec![paper("收件凭证", "receipt")]));
            }
            Event::CorrectionRequested { missing, until, by: staff, .. } => {
                let what = format!(
                    "窗口 {}一次告知要补的 {} 处，{}前补齐。",
                    who(*staff),
                    missing.len(),
                    words::day(*until, today)
                );
                steps.push(step("告知补正", what, vec![paper("补正告知书", "correction")]));
            }
            Event::Resubmitted { materials, answer_by, .. } => {
                let what =
                    format!("您补了 {} 份材料。{}前答复是否受理。", materials.len(), words::day(*answer_by, today));
                steps.push(step("补正", what, vec![]));
            }
            Event::Accepted { by: staff, .. } => {
                steps.push(step("受理", by("窗口", staff), vec![paper("受理通知书", "acceptance")]));
            }
            Event::DeemedAccepted { .. } => {
                let what = "5 个工作日内没有答复，依法从收到材料那天起就算受理（行政许可法 第三十二条）。".to_owned();
                steps.push(step("视为受理", what, vec![paper("受理通知书", "acceptance")]));
            }
            Event::Declined { by: staff, .. } => {
                steps.push(step("不予受理", by("窗口", staff), vec![paper("不予受理通知书", "decline")]));
            }
            Event::Returned { .. } => {
                steps.push(step("退件", "到期没有收到补正，申请退回。可以重新申请。".to_owned(), vec![]));
            }
            Event::Reviewed { by: staff, .. } => steps.push(step("审查", by("审查人", staff), vec![])),
            Event::Suspended { ground, days, expected, .. } => {
                let what = format!(
                    "需要 {days} 个工作日，这几天不计入办理时间，预计{}结束。",
                    words::short_day(*expected, today)
                );
                steps.push(Step {
                    when: format!("{when}起，停表"),
                    ..step(words::ground(*ground), what, vec![paper("特别程序告知书", "suspension")])
                });
            }
            Event::Resumed { result, due, .. } => {
                steps.push(step("恢复计时", format!("{result} 最迟{}出结果。", words::day(*due, today)), vec![]));
            }
            Event::Extended { days, reason, due, .. } => {
                let what = format!("延长 {days} 个工作日，最迟{}出结果。理由：{reason}", words::day(*due, today));
                steps.push(step("延长期限", what, vec![paper("延期告知书", "extension")]));
            }
            Event::Granted { by: staff, .. } => {
                let what = format!("准予。{}", by("决定人", staff));
                steps.push(step("决定", what, vec![paper("决定书", "decision")]));
            }
            Event::Denied { by: staff, .. } => {
                let what = format!("不予。{}", by("决定人", staff));
                steps.push(step("决定", what, vec![paper("决定书", "decision")]));
            }
            Event::Served { how, licence, .. } => {
                let links = licence.iter().map(|id| Link { href: format!("/me/licence/{id}"), name: "打开证照" });
                let links = links.chain([paper("送达回证", "service")]).collect();
                steps.push(step("送达", service(*how).to_owned(), links));
            }
            Event::Prepared { prepared, licence, .. } => {
                let what = match prepared.how {
                    Service::Post => "做好了，纸质的由快递送。",
                    _ => "做好了，纸质的在窗口等您来拿。",
                };
                let links =
                    licence.iter().map(|id| Link { href: format!("/me/licence/{id}"), name: "先看电子的" });
                steps.push(step("制作", what.to_owned(), links.collect()));
            }
            Event::WayChosen { how, .. } => {
                steps.push(step("改领取方式", format!("改为“{}”。", words::way(*how)), vec![]));
            }
            Event::Closed { .. } => steps.push(step("办结", String::new(), vec![])),
            Event::Withdrawn { .. } => {
                steps.push(step("撤回", "按您的要求撤回，这件办件终止。".to_owned(), vec![]));
            }
            Event::LookupLocked { .. } => {}
        }
    }
    steps.extend(ahead(case, today));
    steps
}

/// 网上提交，5 份材料，其中 2 份由电子证照库带出。
fn brought(materials: &[casework::Material]) -> String {
    let held = materials.iter().filter(|one| matches!(one.provision, Provision::Licence { .. })).count();
    match (materials.len(), held) {
        (0, _) => "没有要交的材料。".to_owned(),
        (all, 0) => format!("{all} 份材料。"),
        (all, held) => format!("{all} 份材料，其中 {held} 份由电子证照库带出。"),
    }
}

fn service(how: Service) -> &'static str {
    match how {
        Service::Electronic => "电子送达，已经到您的账户里。",
        Service::Window => "窗口领取。",
        Service::Post => "邮寄送达。",
        Service::PublicNotice => "公告送达。",
    }
}

/// What is still to come, from where the case stands.
fn ahead(case: &Case, today: Date) -> Vec<Step> {
    let now = |name, when: String, what: &str| Step {
        name,
        when,
        what: what.to_owned(),
        links: vec![],
        class: "",
        now: true,
    };
    let later =
        |name, when: String| Step { name, when, what: String::new(), links: vec![], class: "ahead", now: false };
    let by = |date: Date| format!("最迟{}", words::day(date, today));
    let decide = || later("决定", case.decide_by.map_or_else(|| promised(case), by));
    let serve = || later("送达", "决定后 10 个工作日内".to_owned());
    let on_the_spot = case.terms.is_instant();
    match &case.state {
        State::Submitted { answer_by, .. } => {
            let mut steps = vec![now("受理", by(*answer_by), "工作人员正在看材料齐不齐。")];
            if !on_the_spot {
                steps.push(later("审查", String::new()));
            }
            steps.extend([decide(), serve()]);
            steps
        }
        State::Correcting { until, .. } => {
            let yours = now("轮到您补正", format!("{}前", words::day(*until, today)), "补齐以后接着往下走。");
            let mut steps = vec![Step { class: "yours", ..yours }, later("受理", "补齐后 5 个工作日内".to_owned())];
            if !on_the_spot {
                steps.push(later("审查", String::new()));
            }
            steps.extend([decide(), serve()]);
            steps
        }
        State::Accepted if on_the_spot => vec![now("决定", case.decide_by.map_or_else(String::new, by), ""), serve()],
        State::Accepted => vec![now("审查", "现在".to_owned(), "审查人正在看您的材料。"), decide(), serve()],
        State::Suspended { special, reviewed } => {
            let resting = now(
                words::ground(special.ground),
                format!("预计{}结束", words::short_day(special.expected, today)),
                "停表中，不计入办理时间。",
            );
            let mut steps = vec![resting];
            if !reviewed {
                steps.push(later("审查", String::new()));
            }
            steps.extend([decide(), serve()]);
            steps
        }
        State::Reviewed => {
            vec![now("决定", case.decide_by.map_or_else(String::new, by), "审查完了，等负责人决定。"), serve()]
        }
        State::Granted { serve_by } | State::Denied { serve_by } | State::Declined { serve_by } => {
            vec![now("送达", by(*serve_by), "")]
        }
        State::Served { .. } | State::Closed { .. } | State::Withdrawn { .. } => vec![],
    }
}

fn promised(case: &Case) -> String {
    format!("受理后 {}内", words::limit(case.terms.limit))
}
