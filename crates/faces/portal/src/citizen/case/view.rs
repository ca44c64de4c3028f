//! A case as its page shows it, gathered in one read.

use std::collections::BTreeMap;

use casework::{Case, Outcome, Refusal, State, query};
use clock::Explanation;
use kernel::{Actor, CaseNumber, Date, LicenceId, StaffId};
use organisation::Department;
use store::{Error, Failure, Read, ReadExt};

use super::{
    head::head,
    steps::{Step, steps},
};
use crate::citizen::{pay::Notice, strip::Strip, words};

/// What progress page and confirmation show.
pub struct View {
    /// The number, for groups of four.
    pub number: CaseNumber,
    /// The item's name.
    pub item: String,
    /// The applicant's name.
    pub applicant: String,
    /// The office.
    pub department: String,
    /// The sentence before its date.
    pub before: String,
    /// The date.
    pub date: String,
    /// The sentence after it.
    pub after: &'static str,
    /// The sentence below.
    pub explain: String,
    /// 已算, 停表, 还剩; once the clock runs.
    pub count: Option<Count>,
    /// Whose turn it is, when it is the applicant's.
    pub todo: Option<Todo>,
    /// Why that date.
    pub strip: Option<Strip>,
    /// The timeline.
    pub steps: Vec<Step>,
    /// A no, with its reason.
    pub refused: Option<Refused>,
    /// What it costs, and whether that is paid.
    pub fee: Option<Notice>,
    /// The licence it produced.
    pub licence: Option<Produced>,
    /// Whether it can be taken back now.
    pub can_withdraw: bool,
    /// The query password; empty for the public.
    pub password: String,
}

/// The three numbers of the clock.
pub struct Count {
    /// Days counted.
    pub used: i64,
    /// 含今天
    pub used_say: &'static str,
    /// Days stood still.
    pub paused: i64,
    /// 检测，不算
    pub paused_say: String,
    /// Days left, or over, as a positive number.
    pub left: i64,
    /// Until when.
    pub left_say: String,
    /// Whether the promise is broken.
    pub overdue: bool,
}

/// What the applicant must do now.
pub struct Todo {
    /// What.
    pub say: String,
    /// Until when.
    pub until: String,
    /// What happens otherwise.
    pub after: &'static str,
    /// Where to do it.
    pub href: String,
    /// The button.
    pub action: &'static str,
}

/// A no.
pub struct Refused {
    /// Of which kind.
    pub title: &'static str,
    /// Facts and reasons.
    pub reason: String,
    /// The article.
    pub article: Option<String>,
    /// Who is competent instead.
    pub elsewhere: Option<String>,
    /// How to contest it.
    pub remedy: Option<String>,
}

/// A licence that came out.
pub struct Produced {
    /// Its id.
    pub id: LicenceId,
    /// Its name.
    pub name: String,
}

/// Who looks.
#[derive(Clone, Copy)]
pub enum Viewer<'a> {
    /// The applicant, or who acts for the applicant, with the query password.
    Applicant(&'a Actor, &'a str),
    /// Somebody with number and password: names masked, no officers, no papers, no reasons.
    Public,
}

impl View {
    /// Gathers everything that `viewer` may see.
    pub fn gather(read: &mut dyn Read, case: &Case, viewer: Viewer<'_>) -> Result<View, Failure<Refusal>> {
        let today = kernel::local_date(read.now());
        let party = identity::party(read, &case.applicant)?;
        let (actor, password, open) = match viewer {
            Viewer::Applicant(actor, password) => (actor, password, true),
            Viewer::Public => (&Actor::System("lookup"), "", false),
        };
        let past = query::events_of(read, actor, &case.number)?;
        let names = officers(read, &past)?;
        let reckoning = query::explanation(read, case)?;
        let runs = case.decision.is_none() && !case.progress().is_over();
        let head = head(case, today);
        let who = |staff: StaffId| names.get(&staff).cloned().unwrap_or_else(|| "工作人员".to_owned());
        let mut steps = steps(case, &past, today, &who);
        if !open {
            steps.iter_mut().for_each(Step::close);
        }
        let bill = if open { payment::query::bill_of_subject(read, actor, &case.stream())? } else { None };
        let mut fee = bill.as_ref().map(|bill| Notice::of(bill, today));
        let to_pay = fee.as_mut().and_then(|fee| fee.due.take());
        let applicant = party.map_or_else(String::new, |party| if open { party.name } else { party.name_masked });
        Ok(View {
            number: case.number,
            item: case.terms.name.clone(),
            applicant,
            department: office(read, case)?.map_or_else(String::new, |office| office.name),
            before: head.before,
            date: head.date,
            after: head.after,
            explain: if open { head.explain } else { String::new() },
            count: reckoning.as_ref().filter(|_| runs).map(|reckoning| count(&reckoning.explanation, today)),
            todo: todo(case, today).filter(|_| open).or(to_pay),
            fee,
            strip: reckoning.as_ref().map(|reckoning| Strip::of(reckoning, &case.terms)),
            steps,
            refused: if open { refused(read, case)? } else { None },
            licence: case
                .licence
                .clone()
                .filter(|_| open)
                .map(|id| Produced { id, name: case.terms.result_name.clone() }),
            can_withdraw: open && !case.progress().is_over(),
            password: password.to_owned(),
        })
    }
}

/// The office that answers for the case.
pub fn office(read: &mut dyn Read, case: &Case) -> Result<Option<Department>, Error> {
    organisation::department(read, &case.department)
}

/// `周敏（工号 0231）` of everybody who acted: staff act under their own name.
fn officers(read: &mut dyn Read, past: &[query::Step]) -> Result<BTreeMap<StaffId, String>, Error> {
    use casework::Event as E;
    let mut names = BTreeMap::new();
    for step in past {
        let by = match &step.event {
            E::Accepted { by, .. }
            | E::CorrectionRequested { by, .. }
            | E::Declined { by, .. }
            | E::Reviewed { by, .. }
            | E::Granted { by, .. }
            | E::Denied { by, .. } => *by,
            _ => continue,
        };
        if let Some(staff) = identity::staff(read, &by)? {
            names.insert(by, format!("{}（工号 {}）", staff.name, staff.number));
        }
    }
    Ok(names)
}

fn count(explanation: &Explanation, today: Date) -> Count {
    let grounds: Vec<&str> = explanation
        .lines
        .iter()
        .filter_map(|line| match line.what {
            clock::Day::Paused(ground) => Some(words::ground(ground)),
            _ => None,
        })
        .collect();
    let mut named: Vec<&str> = vec![];
    grounds.iter().for_each(|ground| {
        if !named.contains(ground) {
            named.push(ground);
        }
    });
    let counts_today = explanation.lines.iter().any(|line| line.date == today && line.what.counts());
    Count {
        used: explanation.used,
        used_say: if counts_today { "含今天" } else { "" },
        paused: explanation.paused,
        paused_say: format!("{}，不算", named.join("、")),
        left: explanation.left.abs(),
        left_say: match explanation.due.date {
            Some(date) => format!("到{}", words::short_day(date, today)),
            None => "恢复后接着算".to_owned(),
        },
        overdue: explanation.left < 0,
    }
}

fn todo(case: &Case, today: Date) -> Option<Todo> {
    let State::Correcting { missing, until, .. } = &case.state else { return None };
    Some(Todo {
        say: format!("补 {} 处内容，", missing.len()),
        until: words::day(*until, today),
        after: "到期没有补的，申请会退回。",
        href: "#correct".to_owned(),
        action: "去补正",
    })
}

fn refused(read: &mut dyn Read, case: &Case) -> Result<Option<Refused>, Error> {
    let Some(decision) = &case.decision else { return Ok(None) };
    let title = match decision.outcome {
        Outcome::Denied => "为什么不予许可",
        Outcome::Declined => "为什么不予受理",
        Outcome::Granted | Outcome::Returned => return Ok(None),
    };
    let regions = read.cached::<organisation::Regions>()?;
    Ok(Some(Refused {
        title,
        reason: decision.reason.clone().unwrap_or_default(),
        article: decision.article.clone(),
        elsewhere: decision.elsewhere.clone(),
        remedy: decision.remedy.as_ref().map(|remedy| remedy.words(&regions.full_name(&remedy.review_body))),
    }))
}
