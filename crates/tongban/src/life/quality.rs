//! What people think of how they were served, what is done about it, and what they report.

use super::{Draw, Stage, agenda::Deed, days, instant, minutes_after};
use crate::failure::Failed;
use evaluation::{Command, ExposureCommand, ExposureId, Level, NewRating, Report, Subject, Turn, Way};
use kernel::{Actor, CaseNumber, Level as Rank, RegionCode, Timestamp};

/// What is said with a poor rating: the aspect, and words.
const POOR: [(&str, &str); 5] = [
    ("efficiency", "等了很久才有人处理，中间也没人告诉我到哪一步了。"),
    ("guide", "指南上没有写要这份材料，来回改了两次。"),
    ("ease", "同样的信息填了好几遍。"),
    ("platform", "手机上传照片总是失败，换电脑才交上。"),
    ("efficiency", "说好几天办完，拖到最后一天。"),
];
const GOOD: [&str; 4] = ["很快，没跑腿。", "讲得清楚，材料一次就交齐了。", "", ""];

/// Reports of what is wrong (曝光纠错): kind, title when it is published, words, whether they were found true.
const REPORTS: [(&str, &str, &str, bool); 12] = [
    ("guide", "指南上的电话打不通", "办事指南写的电话已经停机了，打了三天都不通。", true),
    ("extra", "窗口多要了居住证明", "窗口要求另外交一份居住证明，清单上并没有这一项。", true),
    ("late", "两个星期没有消息", "材料交上去两个星期没有消息，问了也说不清楚。", true),
    ("site", "大厅自助机黑屏", "大厅的自助机一直黑屏，没有人修。", true),
    ("attitude", "窗口答复不耐烦", "问一句话要等很久，回答也不耐烦。", false),
    ("guide", "乘车路线没有更新", "指南里的乘车路线是老的，公交站早就搬了。", true),
    ("fee", "工本费和公示不一样", "收的工本费和公示的标准不一样。", false),
    ("lost", "原件被弄丢了", "交过的原件说找不到了，让我重新开。", true),
    ("late", "承诺五天，第八天才办完", "承诺五天办结，第八天才给结果。", true),
    ("site", "样表下载不了", "网页上的样表下载不下来。", true),
    ("extra", "复印件多要了两份", "复印件要三份，指南上写的是一份。", true),
    ("other", "停车位长期被占", "大厅门口的停车位被长期占用。", false),
];

/// Every so many days somebody reports something.
pub fn plan(stage: &Stage, begins: Timestamp) -> Vec<Deed> {
    let days: Vec<_> = days(begins, stage.until).collect();
    let mut deeds = vec![];
    for (number, wrong) in REPORTS.into_iter().enumerate() {
        let mut draw = Draw::of("report", number as u64);
        // The later ones are still open at the end.
        let day = days[(number * days.len() / REPORTS.len()).min(days.len() - 1)];
        let at = instant(day, draw.between(9 * 60, 20 * 60));
        if at <= begins || at >= stage.until {
            continue;
        }
        let lane = (1 << 32) + number as u64;
        deeds.push(Deed::new(at, lane, move |stage| report(stage, at, lane, draw, wrong)));
    }
    deeds
}

fn report(
    stage: &Stage,
    at: Timestamp,
    lane: u64,
    mut draw: Draw,
    (kind, title, text, founded): (&'static str, &'static str, &'static str, bool),
) -> Result<Vec<Deed>, Failed> {
    let resident = draw.of_these(&stage.cast.residents);
    let actor = draw.chance(60).then(|| resident.actor.clone());
    let report = Report {
        kind: kind.to_owned(),
        region: resident.county,
        department: None,
        item: None,
        text: text.to_owned(),
        source: format!("month {lane}"),
    };
    let told = stage.carry("expose", move |tx| evaluation::expose(tx, actor.as_ref(), &report))?;
    let Some((id, _)) = told else { return Ok(vec![]) };
    let later = stage.later(at, u32::try_from(draw.between(1, 4)).unwrap_or(1), &mut draw);
    Ok(vec![Deed::new(later, lane, move |stage| {
        let reason = if founded {
            "已到现场和系统里核对，情况属实"
        } else {
            "调取监控和记录核对，与所述不符"
        };
        step(stage, &id, ExposureCommand::Verify { founded, reason: reason.to_owned() })?;
        if !founded {
            return Ok(vec![]);
        }
        step(stage, &id, ExposureCommand::Publish { title: title.to_owned(), text: text.to_owned() })?;
        let end = stage.later(later, u32::try_from(draw.between(3, 9)).unwrap_or(3), &mut draw);
        Ok(vec![Deed::new(end, lane, move |stage| {
            step(stage, &id, ExposureCommand::Rectify { measures: "已经改正，并对同类问题做了排查。".to_owned() })?;
            step(stage, &id, ExposureCommand::Close { reason: "复查合格".to_owned() })?;
            Ok(vec![])
        })])
    })])
}

fn step(stage: &Stage, id: &ExposureId, command: ExposureCommand) -> Result<(), Failed> {
    let Some(officer) = officer(stage).cloned() else { return Ok(()) };
    let (id, name) = (*id, command.name());
    stage.carry(name, move |tx| evaluation::handle_exposure(tx, &officer, &id, &command)).map(drop)
}

/// The service-quality officer of the highest region, who looks after all below.
fn officer(stage: &Stage) -> Option<&Actor> {
    let top: RegionCode = stage.cast.residents.first()?.county.at(Rank::Province)?;
    stage.cast.staff("quality", top)
}

/// Rates a case that has ended; a poor rating is followed up.
pub fn rate(
    stage: &Stage,
    at: Timestamp,
    lane: u64,
    resident: usize,
    number: CaseNumber,
    late: bool,
    mut draw: Draw,
) -> Result<Vec<Deed>, Failed> {
    let level = match draw.between(1, 100) {
        1..=2 => Level::Bad,
        3..=5 => Level::Poor,
        6..=13 => Level::Fairly,
        14..=40 => Level::Well,
        _ if late => Level::Poor,
        _ => Level::Very,
    };
    let is_poor = matches!(level, Level::Poor | Level::Bad);
    let (aspects, text) = match is_poor {
        true => {
            let (aspect, words) = draw.of_these(&POOR);
            (vec![(*aspect).to_owned()], (*words).to_owned())
        }
        false => (vec![], (*draw.of_these(&GOOD)).to_owned()),
    };
    let (actor, new) =
        (stage.cast.residents[resident].actor.clone(), NewRating { level, way: Way::Page, aspects, text });
    let rated = stage.carry("rate", move |tx| evaluation::rate(tx, &actor, &number, Turn::First, &new, None))?;
    if rated.is_none() || !is_poor {
        return Ok(vec![]);
    }
    let subject = Subject::Case(number);
    // Most are called back by the next working day, one in eight too late.
    let later = stage.later(at, if draw.chance(12) { 3 } else { 1 }, &mut draw);
    Ok(vec![Deed::new(later, lane, move |stage| {
        care(stage, subject, Command::Contact { note: "已电话联系，核对了经过。".to_owned() })?;
        let found = minutes_after(later, 40);
        Ok(vec![Deed::new(found, lane, move |stage| {
            let reason = "情况属实，流程里确有问题".to_owned();
            care(stage, subject, Command::Verify { dismissal: None, reason })?;
            let end = stage.later(found, u32::try_from(draw.between(2, 9)).unwrap_or(2), &mut draw);
            Ok(vec![Deed::new(end, lane, move |stage| {
                let measures = "补写了指南，要求窗口主动告知进度。".to_owned();
                let words = "您反映的问题已经改正，谢谢您指出来。".to_owned();
                care(stage, subject, Command::Reply { measures: measures.clone(), words })?;
                let text = "反映的问题属实，已经整改。".to_owned();
                care(stage, subject, Command::Publish { text, reply: measures })?;
                Ok(vec![])
            })])
        })])
    })])
}

fn care(stage: &Stage, subject: Subject, command: Command) -> Result<(), Failed> {
    let Some(officer) = officer(stage).cloned() else { return Ok(()) };
    let name = command.name();
    stage.carry(name, move |tx| evaluation::handle(tx, &officer, &subject, &command)).map(drop)
}
