//! The papers of a case (文书): as the applicant reads and prints them, and as an official sees them before they go out.
//!
//! Source: 行政许可法 art. 32 (written receipt, one notice of everything to correct, reasons and remedy), art. 38, 42, 44, 45.

use casework::{Case, Event, Material, Provision};
use kernel::{Date, RegionCode};

use crate::words;

/// One paper.
pub struct Document {
    /// Who issues it.
    pub office: String,
    /// What it is.
    pub title: &'static str,
    /// Its number.
    pub number: String,
    /// To whom.
    pub addressee: String,
    /// What it says, before the list.
    pub paragraphs: Vec<String>,
    /// The list, if it has one.
    pub items: Vec<Fact>,
    /// What it says after the list.
    pub after: Vec<String>,
    /// Facts at its foot.
    pub facts: Vec<Fact>,
    /// Its day.
    pub date: String,
}

/// A name and what is said of it.
pub struct Fact {
    /// The name.
    pub name: String,
    /// What is said.
    pub say: String,
}

impl Fact {
    /// A fact.
    pub fn new(name: impl Into<String>, say: impl Into<String>) -> Fact {
        Fact { name: name.into(), say: say.into() }
    }
}

/// What a paper needs beside the case.
pub struct Setting<'a> {
    /// The office's full name.
    pub office: String,
    /// Its telephone.
    pub phone: String,
    /// The applicant's name in full.
    pub applicant: String,
    /// The query password, for the receipt.
    pub password: String,
    /// What happened, in order; or what an order is about to bring.
    pub past: Vec<&'a Event>,
    /// Names the subject of a correction.
    pub label: &'a dyn Fn(&casework::Subject) -> String,
    /// Full name of a region's government.
    pub government: &'a dyn Fn(RegionCode) -> String,
    /// Today.
    pub today: Date,
}

/// The paper of this kind; nothing if the case has none.
pub fn of(kind: &str, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    match kind {
        "receipt" => Some(receipt(case, setting)),
        "correction" => find(setting, |event| correction(event, case, setting)),
        "acceptance" => find(setting, |event| acceptance(event, case, setting)),
        "decline" | "decision" => find(setting, |event| decision(kind, event, case, setting)),
        "suspension" => find(setting, |event| suspension(event, case, setting)),
        "extension" => find(setting, |event| extension(event, case, setting)),
        _ => None,
    }
}

/// The last event that makes such a paper.
fn find(setting: &Setting<'_>, paper: impl Fn(&Event) -> Option<Document>) -> Option<Document> {
    setting.past.iter().rev().find_map(|event| paper(event))
}

/// The kind of paper that `event` makes; nothing if it makes none.
pub fn kind_of(event: &Event) -> Option<&'static str> {
    match event {
        Event::CorrectionRequested { .. } => Some("correction"),
        Event::Accepted { .. } | Event::DeemedAccepted { .. } => Some("acceptance"),
        Event::Declined { .. } => Some("decline"),
        Event::Granted { .. } | Event::Denied { .. } => Some("decision"),
        Event::Suspended { .. } => Some("suspension"),
        Event::Extended { .. } => Some("extension"),
        _ => None,
    }
}

/// What all papers share: office, number, addressee, the case at the foot. `mark` is the word in its number.
pub fn blank(title: &'static str, mark: &str, on: Date, case: &Case, setting: &Setting<'_>) -> Document {
    Document {
        office: setting.office.clone(),
        title,
        number: format!("{mark}字〔{}〕{}号", on.year(), case.number),
        addressee: setting.applicant.clone(),
        paragraphs: vec![],
        items: vec![],
        after: vec![],
        facts: vec![
            Fact::new("办件编号", case.number.to_string()),
            Fact::new("办理事项", case.terms.name.clone()),
            Fact::new("联系电话", setting.phone.clone()),
        ],
        date: words::long_day(on),
    }
}

/// 收件凭证: what was handed in and when.
fn receipt(case: &Case, setting: &Setting<'_>) -> Document {
    let on = kernel::local_date(case.submitted);
    let mut paper = blank("收件凭证", "收", on, case, setting);
    paper.paragraphs.push(format!(
        "您于{}提交的{}申请已经收到。收到的材料有 {} 份：",
        words::long_day(on),
        case.terms.name,
        case.materials.len()
    ));
    paper.items = case.materials.iter().map(material).collect();
    let answer = setting.past.iter().find_map(|event| match event {
        Event::Submitted(submitted) => Some(submitted.answer_by),
        _ => None,
    });
    if let Some(answer_by) = answer {
        paper.after.push(format!(
            "我们在{}前告诉您是否受理，材料不齐的一次告知全部要补的内容。到期没有告知的，从收到材料那天起就算受理（行政许可法 第三十二条）。",
            words::long_day(answer_by)
        ));
    }
    paper.facts.push(Fact::new("查询密码", setting.password.clone()));
    paper
}

fn material(material: &Material) -> Fact {
    let way = match &material.provision {
        Provision::Upload { size, media, .. } => format!("：上传的{}", words::file(media, *size)),
        Provision::Licence { .. } => "：电子证照库带出".to_owned(),
        Provision::Earlier { .. } => "：用以前交过的".to_owned(),
        Provision::Answers => "：用您填的内容自动生成".to_owned(),
        Provision::Government => "：政府内部核实，不用您交".to_owned(),
        Provision::AtWindow => "：拿到窗口交".to_owned(),
    };
    Fact::new(material.name.clone(), way)
}

/// 补正告知书: everything at once, and until when.
fn correction(event: &Event, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    let Event::CorrectionRequested { missing, on, until, .. } = event else { return None };
    let mut paper = blank("补正告知书", "补", *on, case, setting);
    paper.paragraphs.push(format!(
        "您申请的{}，材料不齐全或者不符合法定形式。现一次告知需要补正的全部内容，共 {} 处：",
        case.terms.name,
        missing.len()
    ));
    paper.items =
        missing.iter().map(|missing| Fact::new((setting.label)(&missing.what), format!("：{}", missing.why))).collect();
    paper.after.push(format!(
        "请在{}前补齐，可以登录后在网上补，也可以到窗口补。补正的时间不计入办理期限，补齐后 5 个工作日内告诉您是否受理。到期没有补的，申请退回，以后可以重新申请。",
        words::long_day(*until)
    ));
    paper.facts.push(Fact::new("依据", "行政许可法 第三十二条第一款第四项"));
    Some(paper)
}

/// 受理通知书, also where silence accepted.
fn acceptance(event: &Event, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    let (on, due, silent) = match event {
        Event::Accepted { on, due, .. } => (*on, *due, false),
        Event::DeemedAccepted { since, due } => (*since, *due, true),
        _ => return None,
    };
    let mut paper = blank("受理通知书", "受", on, case, setting);
    let how = if silent {
        "因 5 个工作日内没有告知补正，依法从收到材料之日起视为受理"
    } else {
        "材料齐全、符合法定形式，决定受理"
    };
    paper.paragraphs.push(format!("您申请的{}，{how}。", case.terms.name));
    let limit = words::limit(case.terms.limit);
    let statutory =
        case.terms.statutory.map(|limit| format!("，法律规定最长 {}", words::limit(limit))).unwrap_or_default();
    paper.paragraphs.push(format!(
        "受理当天不算，从下一个工作日起算，我们承诺 {limit}{statutory}，最迟{}作出决定。检验、检测、听证等依法不计入的时间另外书面告诉您。",
        words::long_day(due)
    ));
    paper.facts.push(Fact::new("受理日期", words::long_day(on)));
    paper.facts.push(Fact::new("最迟办结", words::long_day(due)));
    paper.facts.push(Fact::new("依据", "行政许可法 第三十二条、第四十二条、第八十二条"));
    Some(paper)
}

/// 决定书 of any outcome, and 不予受理通知书. A no carries its reason, its article and the remedy.
fn decision(kind: &str, event: &Event, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    let (title, mark, on) = match (kind, event) {
        ("decision", Event::Granted { on, .. }) => ("准予决定书", "准", *on),
        ("decision", Event::Denied { on, .. }) => ("不予许可决定书", "不准", *on),
        ("decline", Event::Declined { on, .. }) => ("不予受理通知书", "不受", *on),
        _ => return None,
    };
    let mut paper = blank(title, mark, on, case, setting);
    let name = &case.terms.name;
    match event {
        Event::Granted { serve_by, .. } => {
            paper.paragraphs.push(format!("您申请的{name}，经审查符合法定条件、标准，决定准予。"));
            paper.paragraphs.push(format!("{}在{}前送到您手上。", case.terms.result_name, words::long_day(*serve_by)));
            paper.facts.push(Fact::new("依据", "行政许可法 第三十八条第一款、第四十四条"));
        }
        Event::Denied { reason, article, remedy, .. } => {
            paper.paragraphs.push(format!("您申请的{name}，决定不予许可。"));
            paper.paragraphs.push(format!("理由：{reason}"));
            paper.paragraphs.push(remedy.words(&(setting.government)(remedy.review_body)));
            paper.facts.push(Fact::new("依据", article.clone()));
        }
        Event::Declined { reason, article, elsewhere, remedy, .. } => {
            paper.paragraphs.push(format!("您申请的{name}，决定不予受理。"));
            paper.paragraphs.push(format!("理由：{reason}"));
            if let Some(elsewhere) = elsewhere {
                paper.paragraphs.push(format!("应当向{elsewhere}申请。"));
            }
            paper.paragraphs.push(remedy.words(&(setting.government)(remedy.review_body)));
            paper.facts.push(Fact::new("依据", article.clone()));
        }
        _ => {}
    }
    Some(paper)
}

/// 特别程序告知书: how long the clock rests and why (art. 45).
fn suspension(event: &Event, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    let Event::Suspended { ground, reason, on, days, expected, .. } = event else { return None };
    let mut paper = blank("特别程序告知书", "特", *on, case, setting);
    paper.paragraphs.push(format!(
        "办理您申请的{}，需要{}，时间 {days} 个工作日，从{}起，预计{}结束。这段时间依法不计入办理期限。",
        case.terms.name,
        words::ground(*ground),
        words::long_day(*on),
        words::long_day(*expected)
    ));
    paper.paragraphs.push(format!("理由：{reason}"));
    paper.facts.push(Fact::new("依据", ground.article()));
    Some(paper)
}

/// 延期告知书: once, with its reason (art. 42).
fn extension(event: &Event, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    let Event::Extended { days, reason, on, due, .. } = event else { return None };
    let mut paper = blank("延长办理期限告知书", "延", *on, case, setting);
    paper.paragraphs.push(format!(
        "您申请的{}，不能在期限内作出决定，经批准延长 {days} 个工作日，最迟{}作出决定。只延长这一次。",
        case.terms.name,
        words::long_day(*due)
    ));
    paper.paragraphs.push(format!("理由：{reason}"));
    paper.facts.push(Fact::new("依据", "行政许可法 第四十二条第一款"));
    Some(paper)
}
