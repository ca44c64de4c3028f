//! Cases, each with a fate: most go well, some are corrected, forgotten, late, refused or taken back.

use super::{Draw, Stage, agenda::Deed, days, instant, minutes_after, quality};
use crate::failure::Failed;
use casework::{
    Attachment, Brought, Case, Channel, Command, Filing, Key, Missing, Service, Stance, Subject, Submission, Verdict,
    Way, WithdrawGround, query,
};
use catalogue::Source;
use clock::{Ground, Limit};
use kernel::{Actor, BasicCode, CaseNumber, RegionCode, Timestamp, local_date};

/// Who asks what became of a case.
const LIFE: Actor = Actor::System("month");

/// What people apply for, the commoner the more often.
const FOR_PERSONS: [&str; 18] = [
    "320709902000",
    "320709902000",
    "320109904000",
    "320109904000",
    "322018901000",
    "322018901000",
    "320131905000",
    "320131905000",
    "322014906000",
    "322036903000",
    "320514901000",
    "320511904000",
    "322014905000",
    "320123905000",
    "322009902000",
    "320105901000",
    "320711903000",
    "322014907000",
];
/// What companies apply for.
const FOR_COMPANIES: [&str; 7] =
    ["320131902000", "320131907000", "320131907000", "322014901000", "000114003004", "320123905000", "320118901000"];

/// What becomes of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It goes as it should.
    Plain,
    /// Nobody answers: after five working days it counts as accepted (行政许可法 art. 32).
    Forgotten,
    /// Something is missing and is handed in.
    Corrected,
    /// Something is missing and nobody hands it in.
    Abandoned,
    /// It is not accepted.
    Declined,
    /// It is taken back.
    Withdrawn,
    /// It is denied.
    Denied,
    /// The clock stops for a special procedure.
    Paused,
    /// It is decided too late.
    Late,
}

fn fate(draw: &mut Draw) -> Fate {
    match draw.between(1, 100) {
        1..=3 => Fate::Forgotten,
        4..=9 => Fate::Corrected,
        10 => Fate::Abandoned,
        11..=12 => Fate::Declined,
        13..=14 => Fate::Withdrawn,
        15..=17 => Fate::Denied,
        18..=20 => Fate::Paused,
        21..=24 => Fate::Late,
        _ => Fate::Plain,
    }
}

/// One case and who has to do with it.
#[derive(Clone)]
struct Story {
    lane: u64,
    draw: Draw,
    fate: Fate,
    resident: usize,
    number: Option<CaseNumber>,
}

/// So many applications, spread over the month as people's time is.
pub fn plan(stage: &Stage, cases: u32, begins: Timestamp) -> Vec<Deed> {
    let days: Vec<_> = days(begins, stage.until).collect();
    let mut deeds = vec![];
    for lane in 0..u64::from(cases) {
        let mut draw = Draw::of("case", lane);
        let day = *draw.of_these(&days);
        // People apply on days off too, less often.
        if !stage.calendar.is_working(day) && draw.chance(70) {
            continue;
        }
        let minute = if draw.chance(75) { draw.between(9 * 60, 17 * 60) } else { draw.between(17 * 60, 22 * 60) };
        let at = instant(day, minute);
        if at <= begins || at >= stage.until {
            continue;
        }
        let resident = usize::try_from(draw.between(0, 1 << 40)).unwrap_or(0) % stage.cast.residents.len();
        let story = Story { lane, fate: fate(&mut draw), draw, resident, number: None };
        deeds.push(Deed::new(at, lane, move |stage| submit(stage, at, story)));
    }
    deeds
}

fn submit(stage: &Stage, at: Timestamp, mut story: Story) -> Result<Vec<Deed>, Failed> {
    let resident = &stage.cast.residents[story.resident];
    let item = match resident.is_company {
        true => *story.draw.of_these(&FOR_COMPANIES),
        false => *story.draw.of_these(&FOR_PERSONS),
    };
    let item: BasicCode = item.parse().map_err(|_| Failed::new("an item of the month has no good code"))?;
    let Some(filing) = filing(stage, &item, resident.county, &mut story)? else { return Ok(vec![]) };
    let submission = match Submission::prepare(&stage.db, &resident.actor, filing) {
        Ok(submission) => submission,
        Err(store::Failure::Refused(refusal)) => {
            stage.decline("submit", &refusal);
            return Ok(vec![]);
        }
        Err(store::Failure::Broken(error)) => return Err(error.into()),
    };
    let Some(receipt) = stage.carry("submit", move |tx| casework::submit(tx, &submission))? else { return Ok(vec![]) };
    story.number = Some(receipt.number);
    let draw = &mut story.draw;
    if story.fate == Fate::Withdrawn {
        let later = minutes_after(at, draw.between(20, 300));
        return Ok(vec![Deed::new(later, story.lane, move |stage| withdraw(stage, &story))]);
    }
    if story.fate == Fate::Forgotten {
        // The law accepts it after five working days; the office wakes up then.
        let later = stage.later(at, 7, draw);
        return Ok(vec![Deed::new(later, story.lane, move |stage| handle(stage, later, story))]);
    }
    let days = u32::from(draw.chance(25));
    let later = stage.later(at, days, draw);
    Ok(vec![Deed::new(later, story.lane, move |stage| receive(stage, later, story))])
}

/// What somebody hands in: right answers, and a page for each paper that is theirs to bring.
fn filing(stage: &Stage, item: &BasicCode, county: RegionCode, story: &mut Story) -> Result<Option<Filing>, Failed> {
    let resident = &stage.cast.residents[story.resident];
    let found = stage.db.read(|read| {
        let implementation = catalogue::implementation(read, item, county)?;
        let form = catalogue::form(read, item)?;
        Ok::<_, store::Failure<catalogue::Refusal>>((implementation, form, store::Read::now(read)))
    });
    let (implementation, form, now) = match found {
        Ok(found) => found,
        Err(store::Failure::Refused(_)) => return Ok(None),
        Err(store::Failure::Broken(error)) => return Err(error.into()),
    };
    let wanted = implementation.materials.iter().filter(|material| {
        material.required
            && material.source != Source::Government
            && !casework::is_form(&implementation.base.name, &material.name)
    });
    let brought = |name: &String| Attachment {
        material: name.clone(),
        brought: Brought::File { digest: resident.paper, name: Some("材料.pdf".to_owned()) },
    };
    let key = Key { client: "month".to_owned(), key: format!("case-{}", story.lane), request: vec![] };
    Ok(Some(Filing {
        applicant: resident.party,
        item: *item,
        region: county,
        answers: api::example_answers(&form, county, local_date(now)),
        materials: wanted.map(|material| brought(&material.name)).collect(),
        channel: if story.draw.chance(60) { Channel::Mobile } else { Channel::Online },
        way: if story.draw.chance(15) { Way::Window } else { Way::Electronic },
        ticket: None,
        draft: None,
        key: Some(key),
    }))
}

/// The case as it stands, and who does something at its office.
fn open<'a>(stage: &'a Stage, story: &Story, role: &'static str) -> Result<Option<(Case, &'a Actor)>, Failed> {
    let Some(number) = story.number else { return Ok(None) };
    let case = stage.db.read(|read| query::case_for(read, &LIFE, &number)).map_err(Failed::refused)?;
    let who = stage.cast.staff(role, case.department.region);
    Ok(who.map(|who| (case, who)))
}

fn act(stage: &Stage, actor: &Actor, case: &Case, command: Command) -> Result<Option<Case>, Failed> {
    let (actor, number) = (actor.clone(), case.number);
    stage.carry(command.name(), move |tx| casework::handle(tx, &actor, &number, &command))
}

fn withdraw(stage: &Stage, story: &Story) -> Result<Vec<Deed>, Failed> {
    if let Some((case, _)) = open(stage, story, "clerk")? {
        act(
            stage,
            &stage.cast.residents[story.resident].actor,
            &case,
            Command::Withdraw { ground: WithdrawGround::NotNeeded },
        )?;
    }
    Ok(vec![])
}

/// At the window: accepted, sent back, or not accepted.
fn receive(stage: &Stage, at: Timestamp, mut story: Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, clerk)) = open(stage, &story, "clerk")? else { return Ok(vec![]) };
    match story.fate {
        Fate::Declined => {
            let reason = "申请人户籍和经营地都不在本地，这件事不归本部门办".to_owned();
            let article = "行政许可法 第三十二条".to_owned();
            act(stage, clerk, &case, Command::Decline { reason, article, elsewhere: None })?;
            Ok(vec![])
        }
        Fate::Corrected | Fate::Abandoned => {
            let mut listed = case.terms.required();
            let Some(material) = listed.next().map(|listed| listed.name.clone()) else {
                return accept(stage, at, story);
            };
            let missing = vec![Missing {
                what: Subject::Material(material.clone()),
                why: "缺一页，请补全后重新上传".to_owned(),
            }];
            if act(stage, clerk, &case, Command::Correct { missing, supervisor_reason: None })?.is_none()
                || story.fate == Fate::Abandoned
            {
                return Ok(vec![]);
            }
            let later = minutes_after(at, story.draw.between(3 * 60, 3 * 24 * 60));
            Ok(vec![Deed::new(later, story.lane, move |stage| resubmit(stage, later, story, material))])
        }
        _ => accept(stage, at, story),
    }
}

fn resubmit(stage: &Stage, at: Timestamp, mut story: Story, material: String) -> Result<Vec<Deed>, Failed> {
    let Some((case, _)) = open(stage, &story, "clerk")? else { return Ok(vec![]) };
    let resident = &stage.cast.residents[story.resident];
    let paper = Attachment { material, brought: Brought::File { digest: resident.paper, name: None } };
    match casework::resubmission(&stage.db, &resident.actor, &case.number, None, &[paper]) {
        Ok(command) => drop(act(stage, &resident.actor, &case, command)?),
        Err(store::Failure::Refused(refusal)) => stage.decline("resubmit", &refusal),
        Err(store::Failure::Broken(error)) => return Err(error.into()),
    }
    story.fate = Fate::Plain;
    let later = stage.later(at, 0, &mut story.draw);
    Ok(vec![Deed::new(later, story.lane, move |stage| accept(stage, later, story))])
}

fn accept(stage: &Stage, at: Timestamp, mut story: Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, clerk)) = open(stage, &story, "clerk")? else { return Ok(vec![]) };
    if case.terms.is_instant() {
        let granted = act(stage, clerk, &case, Command::Decide { verdict: Verdict::Grant { reason: None } })?;
        return Ok(granted.map(|_| after_decision(stage, at, story)).unwrap_or_default());
    }
    if act(stage, clerk, &case, Command::Accept)?.is_none() {
        return Ok(vec![]);
    }
    let later = stage.later(at, u32::from(story.draw.chance(40)), &mut story.draw);
    Ok(vec![Deed::new(later, story.lane, move |stage| handle(stage, later, story))])
}

/// The reviewer looks at it, stops the clock where that is its fate, and the decider gets it in time or not.
fn handle(stage: &Stage, at: Timestamp, mut story: Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, reviewer)) = open(stage, &story, "reviewer")? else { return Ok(vec![]) };
    if case.terms.is_instant() {
        return accept_forgotten(stage, at, story);
    }
    let limit = match case.terms.limit {
        Limit::Immediate => 0,
        Limit::Working(days) => days,
        Limit::Calendar(days) => days * 5 / 7,
        Limit::Months(months) => months * 21,
    };
    if story.fate == Fate::Paused {
        story.fate = Fate::Plain;
        let reason = "需要现场检测，检测机构已经受理".to_owned();
        if act(stage, reviewer, &case, Command::Suspend { ground: Ground::Testing, days: 5, reason })?.is_some() {
            let later = stage.later(at, 4, &mut story.draw);
            return Ok(vec![Deed::new(later, story.lane, move |stage| resume(stage, later, story))]);
        }
    }
    let (stance, opinion) = match story.fate {
        Fate::Denied => (Stance::Against, "现场条件不符合规定，建议不予。"),
        _ => (Stance::For, "材料齐全，符合条件，建议准予。"),
    };
    act(stage, reviewer, &case, Command::Review { stance, opinion: opinion.to_owned() })?;
    let share = match story.fate {
        Fate::Late => i64::from(limit) + story.draw.between(1, 4),
        _ => i64::from(limit) * story.draw.between(10, 75) / 100,
    };
    let later = stage.later(at, u32::try_from(share).unwrap_or(0), &mut story.draw);
    Ok(vec![Deed::new(later, story.lane, move |stage| decide(stage, later, story))])
}

/// An instant case that nobody looked at until it was accepted by law.
fn accept_forgotten(stage: &Stage, at: Timestamp, story: Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, clerk)) = open(stage, &story, "clerk")? else { return Ok(vec![]) };
    let granted = act(stage, clerk, &case, Command::Decide { verdict: Verdict::Grant { reason: None } })?;
    Ok(granted.map(|_| after_decision(stage, at, story)).unwrap_or_default())
}

fn resume(stage: &Stage, at: Timestamp, mut story: Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, reviewer)) = open(stage, &story, "reviewer")? else { return Ok(vec![]) };
    act(stage, reviewer, &case, Command::Resume { result: "检测合格，报告已经收到".to_owned() })?;
    let later = stage.later(at, 0, &mut story.draw);
    Ok(vec![Deed::new(later, story.lane, move |stage| handle(stage, later, story))])
}

fn decide(stage: &Stage, at: Timestamp, story: Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, decider)) = open(stage, &story, "decider")? else { return Ok(vec![]) };
    let verdict = match story.fate {
        Fate::Denied => Verdict::Deny {
            reason: "经现场核查，布局和设备不符合规定的条件".to_owned(),
            article: "行政许可法 第三十八条".to_owned(),
        },
        _ => Verdict::Grant { reason: None },
    };
    let decided = act(stage, decider, &case, Command::Decide { verdict })?;
    Ok(decided.map(|_| after_decision(stage, at, story)).unwrap_or_default())
}

/// The fee is paid at the counter, the paper fetched, and what people think of it said.
fn after_decision(stage: &Stage, at: Timestamp, mut story: Story) -> Vec<Deed> {
    let mut deeds = vec![];
    let lane = story.lane;
    if story.draw.chance(96) {
        let (later, story) = (stage.later(at, u32::from(story.draw.chance(30)), &mut story.draw), story.clone());
        deeds.push(Deed::new(later, lane, move |stage| pay(stage, &story)));
    }
    if story.draw.chance(96) {
        let (days, mut again) = (u32::try_from(story.draw.between(1, 3)).unwrap_or(1), story.clone());
        let later = stage.later(at, days, &mut again.draw);
        deeds.push(Deed::new(later, lane, move |stage| fetch(stage, &again)));
    }
    if story.draw.chance(48)
        && let Some(number) = story.number
    {
        let later = minutes_after(at, story.draw.between(2 * 60, 4 * 24 * 60));
        let (resident, draw, late) = (story.resident, story.draw.clone(), story.fate == Fate::Late);
        deeds
            .push(Deed::new(later, lane, move |stage| quality::rate(stage, later, lane, resident, number, late, draw)));
    }
    deeds
}

fn pay(stage: &Stage, story: &Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, clerk)) = open(stage, story, "clerk")? else { return Ok(vec![]) };
    let bill = stage.db.read(|read| payment::query::bill_of_subject(read, &LIFE, &case.stream()))?;
    if let Some(bill) = bill.filter(|bill| bill.is_payable()) {
        let (clerk, code, amount) = (clerk.clone(), bill.code, bill.outstanding());
        let flow = format!("{:010}", story.lane + 1);
        stage.carry("take-in", move |tx| {
            payment::handle(tx, &clerk, &code, &payment::Command::TakeIn { flow: flow.clone(), amount })
        })?;
    }
    Ok(vec![])
}

fn fetch(stage: &Stage, story: &Story) -> Result<Vec<Deed>, Failed> {
    let Some((case, clerk)) = open(stage, story, "clerk")? else { return Ok(vec![]) };
    if casework::waits_at_window(&case) {
        let serve = Command::Serve { how: Service::Window, licence: case.licence.clone() };
        if act(stage, clerk, &case, serve)?.is_some() {
            act(stage, clerk, &case, Command::Close)?;
        }
    }
    Ok(vec![])
}
