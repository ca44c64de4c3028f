//! A catalogue file becomes base items. Pure: every bad line is reported with its number, and one spoils the whole file.

use std::collections::{HashMap, HashSet};

use clock::Limit;
use kernel::{BasicCode, Fen, Level, WorkingDays};
use organisation::{BadLine, Kinds};
use serde::Deserialize;

use crate::item::{
    BaseItem, Basis, Certainty, CodeSource, Depth, Fee, Handling, ItemType, Material, MaterialForm, Reach, ResultKind,
    Source, Special, Step, Subject, Theme, Validity,
};
use crate::rules;

/// One sentence for each item, by code.
pub type Summaries = HashMap<BasicCode, String>;

/// Reads `code,summary` lines.
pub fn summaries(text: &str) -> Result<Summaries, Vec<BadLine>> {
    let mut all = Summaries::new();
    let mut bad = Vec::new();
    for (place, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let entry = line.split_once(',').ok_or_else(|| "应为“编码,说明”".to_owned()).and_then(|(code, summary)| {
            let code: BasicCode = code.parse().map_err(|error| format!("编码“{code}”{error}"))?;
            match all.insert(code, summary.trim().to_owned()) {
                None => Ok(()),
                Some(_) => Err(format!("编码 {code} 重复")),
            }
        });
        bad.extend(entry.err().map(|reason| BadLine { line: place + 1, reason }));
    }
    if bad.is_empty() { Ok(all) } else { Err(bad) }
}

/// Reads one item a line, in JSON with the keys of the national exchange in English.
///
/// An item without a sentence in `summaries` gets one made of its own words.
pub fn items(text: &str, kinds: &Kinds, summaries: &Summaries) -> Result<Vec<BaseItem>, Vec<BadLine>> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let (mut codes, mut names) = (HashSet::new(), HashSet::new());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut reasons = Vec::new();
        match item(line, kinds, summaries) {
            Ok(item) => {
                reasons.extend(rules::flaws(&item));
                if !codes.insert(item.code) {
                    reasons.push(format!("编码 {} 重复", item.code));
                }
                if !names.insert(item.name.clone()) {
                    reasons.push(format!("名称“{}”重复", item.name));
                }
                good.push(item);
            }
            Err(reason) => reasons.push(reason),
        }
        if !reasons.is_empty() {
            bad.push(BadLine { line: place + 1, reason: reasons.join("；") });
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// An item as the file writes it.
#[derive(Deserialize)]
struct Raw {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    type_code: String,
    basic_code: String,
    basic_code_source: CodeSource,
    #[serde(default)]
    js_legacy_code: Option<String>,
    department: String,
    department_code: String,
    department_short: String,
    legal_basis: Vec<RawBasis>,
    statutory_days: Option<u32>,
    statutory_unit: Option<String>,
    promised_days: u32,
    promised_unit: String,
    handle_type: String,
    handle_type_code: String,
    conditions: Vec<String>,
    materials: Vec<RawMaterial>,
    fee: RawFee,
    result_name: String,
    result_type: String,
    #[serde(default)]
    validity: Option<RawValidity>,
    levels: Vec<u8>,
    subjects: Vec<String>,
    theme_natural: Option<Theme>,
    theme_legal: Option<Theme>,
    on_site_trips: u32,
    on_site_reason: Option<String>,
    online_depth: u8,
    online_depth_codes: Vec<u8>,
    cross_region_scope_code: u8,
    special_procedures: Vec<String>,
    flow: Vec<String>,
    express: bool,
    appointment: bool,
    synonyms: Vec<String>,
    tags: Vec<String>,
    #[serde(default)]
    project_code: bool,
}

#[derive(Deserialize)]
struct RawBasis {
    law: String,
    articles: Vec<String>,
    confidence: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValidity {
    years: u32,
    law: String,
    articles: Vec<String>,
    confidence: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMaterial {
    name: String,
    form: MaterialForm,
    source: RawSource,
    copies: u32,
    required: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawSource {
    Applicant,
    ELicence,
    GovernmentInternal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFee {
    charged: bool,
    name_and_basis: Option<String>,
    standard: Option<String>,
    online_pay: Option<bool>,
    note: Option<String>,
}

fn item(line: &str, kinds: &Kinds, summaries: &Summaries) -> Result<BaseItem, String> {
    let raw: Raw = serde_json::from_str(line).map_err(|error| format!("读不出这一行：{error}"))?;
    let code: BasicCode = raw.basic_code.parse().map_err(|error| format!("编码“{}”{error}", raw.basic_code))?;
    let kind = ItemType::from_digits(&raw.type_code).ok_or_else(|| format!("没有事项类型 {}", raw.type_code))?;
    if kind.name() != raw.kind {
        return Err(format!("类型 {} 是{}，不是“{}”", raw.type_code, kind.name(), raw.kind));
    }
    let department = kinds.by_name(&raw.department).ok_or_else(|| format!("没有部门类别“{}”", raw.department))?;
    if department.national_code != raw.department_code {
        return Err(format!("部门“{}”的国家代码不是 {}", raw.department, raw.department_code));
    }
    if raw.promised_unit != "working_day" {
        return Err("承诺时限以工作日（working_day）计".to_owned());
    }
    let summary = summaries.get(&code).cloned().unwrap_or_else(|| plain_summary(&raw));
    Ok(BaseItem {
        code,
        code_source: raw.basic_code_source,
        local_code: raw.js_legacy_code,
        name: raw.name,
        kind,
        department: department.code,
        department_short: raw.department_short,
        basis: raw.legal_basis.into_iter().map(basis).collect(),
        statutory: limit(raw.statutory_days, raw.statutory_unit.as_deref())?,
        promised: WorkingDays(raw.promised_days),
        handling: handling(&raw.handle_type, &raw.handle_type_code)?,
        conditions: raw.conditions,
        materials: raw.materials.into_iter().map(material).collect(),
        fee: fee(raw.fee)?,
        result: raw.result_name,
        result_kind: result_kind(&raw.result_type)?,
        validity: raw.validity.map(validity),
        levels: each(&raw.levels, |code| {
            Level::from_exercise_code(*code).ok_or_else(|| format!("没有行使层级 {code}"))
        })?,
        subjects: each(&raw.subjects, |word| subject(word))?,
        personal_theme: raw.theme_natural,
        company_theme: raw.theme_legal,
        visits: raw.on_site_trips,
        visit_reason: raw.on_site_reason.filter(|reason| !reason.is_empty()),
        depth: depth(raw.online_depth)?,
        depth_codes: each(&raw.online_depth_codes, |code| match code {
            1..=9 => Ok(*code),
            _ => Err(format!("没有网上办理深度 {code}")),
        })?,
        reach: reach(raw.cross_region_scope_code)?,
        special: each(&raw.special_procedures, |word| special(word))?,
        flow: each(&raw.flow, |word| step(word))?,
        courier: raw.express,
        appointment: raw.appointment,
        synonyms: raw.synonyms,
        tags: raw.tags,
        needs_project: raw.project_code,
        summary,
    })
}

fn each<T, U>(values: &[T], read: impl Fn(&T) -> Result<U, String>) -> Result<Vec<U>, String> {
    values.iter().map(read).collect()
}

fn validity(raw: RawValidity) -> Validity {
    let RawValidity { years, law, articles, confidence } = raw;
    Validity { years, basis: Basis { law, articles, certainty: confidence } }
}

fn basis(raw: RawBasis) -> Basis {
    Basis { law: raw.law, articles: raw.articles, certainty: raw.confidence }
}

fn material(raw: RawMaterial) -> Material {
    let source = match raw.source {
        RawSource::Applicant => Source::Applicant,
        RawSource::ELicence => Source::Licence,
        RawSource::GovernmentInternal => Source::Government,
    };
    Material { name: raw.name, form: raw.form, source, copies: raw.copies, required: raw.required }
}

fn limit(days: Option<u32>, unit: Option<&str>) -> Result<Option<Limit>, String> {
    match (unit, days) {
        (None, None) => Ok(None),
        (Some("immediate"), _) => Ok(Some(Limit::Immediate)),
        (Some("working_day"), Some(days)) => Ok(Some(Limit::Working(days))),
        (Some("calendar_day"), Some(days)) => Ok(Some(Limit::Calendar(days))),
        (Some("month"), Some(months)) => Ok(Some(Limit::Months(months))),
        (unit, days) => Err(format!("法定时限 {days:?} 与单位 {unit:?} 不配套")),
    }
}

fn handling(word: &str, code: &str) -> Result<Handling, String> {
    match (word, code) {
        ("即办件", "1") => Ok(Handling::Instant),
        ("承诺件", "2") => Ok(Handling::Promised),
        _ => Err(format!("办件类型“{word}”与代码 {code} 不配套")),
    }
}

fn fee(raw: RawFee) -> Result<Fee, String> {
    match raw {
        RawFee { charged: false, online_pay: Some(true), .. } => Err("规则6：不收费的事项没有网上支付".to_owned()),
        RawFee { charged: false, note, .. } => Ok(Fee::Free { note }),
        RawFee {
            charged: true,
            name_and_basis: Some(basis),
            standard: Some(standard),
            online_pay: Some(online),
            ..
        } => Ok(Fee::Charged { amount: single_amount(&standard), basis, standard, online }),
        _ => Err("规则6：收费的事项写明收费名称、依据、标准和是否网上支付".to_owned()),
    }
}

/// The amount, when the standard is one amount for one thing: `20元/证`. Nothing else is guessed.
fn single_amount(standard: &str) -> Option<Fen> {
    let (amount, unit) = standard.split_once("元/")?;
    let is_unit = (1..=2).contains(&unit.chars().count());
    amount.parse().ok().filter(|amount| is_unit && *amount > Fen::ZERO)
}

fn result_kind(word: &str) -> Result<ResultKind, String> {
    match word {
        "证照" => Ok(ResultKind::Licence),
        "批文" => Ok(ResultKind::Decision),
        "其他" => Ok(ResultKind::Other),
        "无" => Ok(ResultKind::None),
        _ => Err(format!("没有结果类型“{word}”")),
    }
}

fn subject(word: &str) -> Result<Subject, String> {
    match word {
        "natural" => Ok(Subject::Person),
        "legal" => Ok(Subject::Organisation),
        _ => Err(format!("没有服务对象“{word}”")),
    }
}

fn depth(number: u8) -> Result<Depth, String> {
    match number {
        1 => Ok(Depth::Information),
        2 => Ok(Depth::Booking),
        3 => Ok(Depth::Acceptance),
        4 => Ok(Depth::Whole),
        _ => Err(format!("没有网上办理深度级别 {number}")),
    }
}

fn reach(code: u8) -> Result<Reach, String> {
    match code {
        1 => Ok(Reach::Nation),
        2 => Ok(Reach::Province),
        3 => Ok(Reach::City),
        4 => Ok(Reach::County),
        5 => Ok(Reach::Town),
        6 => Ok(Reach::Village),
        _ => Err(format!("没有通办范围 {code}")),
    }
}

fn special(word: &str) -> Result<Special, String> {
    [Special::SiteVisit, Special::Testing, Special::ExpertReview]
        .into_iter()
        .find(|special| special.name() == word)
        .ok_or_else(|| format!("没有特别程序“{word}”"))
}

fn step(word: &str) -> Result<Step, String> {
    [Step::Accept, Step::Review, Step::Decide, Step::Close, Step::Serve]
        .into_iter()
        .find(|step| step.name() == word)
        .ok_or_else(|| format!("没有办理环节“{word}”"))
}

/// A sentence for an item that nobody has described yet.
fn plain_summary(raw: &Raw) -> String {
    match (raw.synonyms.first(), raw.result_type.as_str()) {
        (Some(word), "无") => format!("{word}，在这里办。"),
        (Some(word), _) => format!("{word}，在这里办，办好后得到{}。", raw.result_name),
        (None, _) => format!("办理{}。", raw.name),
    }
}
