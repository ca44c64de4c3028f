//! What may be published, and how far a place may differ. Pure.

use clock::Limit;
use kernel::{Actor, DepartmentId, Duty, Fen, RegionCode};

use crate::adjust::Adjustment;
use crate::item::{BaseItem, Depth, Fee, Handling, Material, ResultKind, Special, Step, Subject};
use crate::refusal::Refusal;

/// Longest name, condition or material, in characters.
const TEXT_CHARS_MAX: usize = 200;

/// Everything that is wrong with an item, in the words of whoever must put it right. Empty: it may be published.
///
/// Source: the quality rules that cities check their items by; the numbers are theirs.
pub fn flaws(item: &BaseItem) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut must = |holds: bool, flaw: &str| {
        if !holds {
            flaws.push(flaw.to_owned());
        }
    };
    let instant = item.promised.0 == 0;
    must(instant == (item.handling == Handling::Instant), "规则1：承诺时限为零的是即办件，即办件的承诺时限为零");
    must(promise_is_lawful(item), "规则2：承诺时限不能超过法定时限");
    must(item.depth != Depth::Whole || item.visits == 0, "规则3：全程网办（Ⅳ级）的到现场次数应为 0");
    must((item.visits > 0) == item.visit_reason.is_some(), "规则4：要到现场的写明原因，不用到现场的不写");
    if let Fee::Charged { basis, standard, .. } = &item.fee {
        must(is_text(basis) && is_text(standard), "规则6：收费的事项写明收费名称、依据和标准");
    }
    let personal = item.is_for(Subject::Person) == item.personal_theme.is_some();
    let company = item.is_for(Subject::Organisation) == item.company_theme.is_some();
    must(personal && company, "规则8：服务对象与主题应当一致");
    must(!item.materials.iter().any(is_catch_all), "规则11：材料写具体名称，不写“其他材料”");
    let slow = item.special.iter().any(|special| matches!(special, Special::SiteVisit | Special::ExpertReview));
    must(!(instant && slow), "规则14：当场办结的事项不能有现场核查或专家评审");
    must(!item.basis.is_empty() && item.basis.iter().all(|basis| is_text(&basis.law)), "规则15：写明设定依据");
    must(item.code.item_type() == item.kind.digits(), "基本编码第 3 至 4 位应与事项类型一致");
    must(item.code.department2() == item.department.national(), "基本编码第 5 至 6 位应与部门一致");
    must(is_text(&item.name) && is_text(&item.summary), "写明名称和一句话说明，不超过 200 个字");
    must(!item.conditions.is_empty() && item.conditions.iter().all(|text| is_text(text)), "写明受理条件");
    must(!item.materials.is_empty() && item.materials.iter().all(|one| is_text(&one.name)), "写明材料");
    must(distinct(item.materials.iter().map(|material| &material.name)), "材料名称不能重复");
    must(!item.levels.is_empty() && distinct(item.levels.iter()), "写明办理层级，不重复");
    must(!item.subjects.is_empty() && distinct(item.subjects.iter()), "写明服务对象，不重复");
    must(item.result_kind == ResultKind::None || is_text(&item.result), "写明办理结果");
    let lasts = item.validity.as_ref().is_none_or(|validity| {
        item.result_kind == ResultKind::Licence && (1..=50).contains(&validity.years) && is_text(&validity.basis.law)
    });
    must(lasts, "有效期只写在结果是证照的事项上，1 至 50 年，并写明依据");
    must(item.flow.first() == Some(&Step::Accept) && distinct(item.flow.iter()), "办理环节从受理开始，不重复");
    flaws
}

/// A promise in working days against a limit that may count otherwise.
///
/// Seven calendar days hold at most five working days; two days are allowed for where a week begins.
fn promise_is_lawful(item: &BaseItem) -> bool {
    let promised = item.promised.0;
    let fits = |calendar_days: u32| promised.saturating_mul(7) <= calendar_days.saturating_add(2).saturating_mul(5);
    match item.statutory {
        None => true,
        Some(Limit::Immediate) => promised == 0,
        Some(Limit::Working(days)) => promised <= days,
        Some(Limit::Calendar(days)) => fits(days),
        Some(Limit::Months(months)) => fits(months.saturating_mul(30)),
    }
}

fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX && !text.chars().any(char::is_control)
}

fn is_catch_all(material: &Material) -> bool {
    ["其他材料", "其它材料", "其他相关材料", "需要的其他材料"].iter().any(|word| material.name.contains(word))
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> bool {
    let values: Vec<T> = values.collect();
    values.iter().enumerate().all(|(place, value)| !values[..place].contains(value))
}

/// The catalogue is published by the house itself, or by whoever publishes for the provinces in it.
pub fn may_publish(actor: &Actor, roots: impl Iterator<Item = RegionCode>, item: &BaseItem) -> Result<(), Refusal> {
    let mut roots = roots.peekable();
    let known = roots.peek().is_some();
    let all = roots.all(|region| actor.may(Duty::Publish, &DepartmentId { region, kind: item.department }));
    if matches!(actor, Actor::System(_)) || (known && all) { Ok(()) } else { Err(Refusal::NotYours) }
}

/// What a place may set differently, or the rule against it (三级四同): a promise only shorter, materials only fewer, a
/// fee only lower, visits only fewer.
pub fn check_adjustment(
    actor: &Actor,
    item: &BaseItem,
    region: RegionCode,
    adjustment: &Adjustment,
) -> Result<(), Refusal> {
    if !actor.may(Duty::Publish, &DepartmentId { region, kind: item.department }) {
        return Err(Refusal::NotYours);
    }
    if !item.is_on(region.level()) {
        return Err(Refusal::WrongLevel);
    }
    if let Some(asked) = adjustment.promised {
        let base = item.promised;
        match item.handling {
            Handling::Instant if asked.0 > 0 => return Err(Refusal::PromiseKind),
            _ if asked > base => return Err(Refusal::PromiseTooLong { base, asked }),
            _ => {}
        }
    }
    if let Some(name) = adjustment.waived.iter().find(|name| !item.materials.iter().any(|own| own.name == **name)) {
        return Err(Refusal::UnknownMaterial(name.clone()));
    }
    if let Some(asked) = adjustment.fee {
        check_fee(&item.fee, asked)?;
    }
    match adjustment.visits {
        Some(asked) if asked > item.visits => Err(Refusal::TooManyVisits { base: item.visits, asked }),
        _ => Ok(()),
    }
}

fn check_fee(base: &Fee, asked: Fen) -> Result<(), Refusal> {
    match base {
        Fee::Free { .. } if asked != Fen::ZERO => Err(Refusal::FeeWithoutBasis),
        Fee::Charged { amount: Some(base), .. } if asked > *base || asked < Fen::ZERO => {
            Err(Refusal::FeeTooHigh { base: *base, asked })
        }
        Fee::Charged { amount: None, .. } if asked != Fen::ZERO => Err(Refusal::FeeNotComparable),
        _ => Ok(()),
    }
}

/// What holds in a place: the better of base item and adjustment in each element.
///
/// An adjustment may be older than the base item's present version, so the bounds are kept here once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The promised limit.
    pub promised: kernel::WorkingDays,
    /// The materials that are asked for.
    pub materials: Vec<Material>,
    /// The fee.
    pub fee: Fee,
    /// The visits.
    pub visits: u32,
}

/// The terms of an item in a place that set `adjustment`, or nothing.
pub fn terms(item: &BaseItem, adjustment: Option<&Adjustment>) -> Terms {
    let base = Terms {
        promised: item.promised,
        materials: item.materials.clone(),
        fee: item.fee.clone(),
        visits: item.visits,
    };
    let Some(local) = adjustment else { return base };
    Terms {
        promised: local.promised.map_or(base.promised, |promised| promised.min(base.promised)),
        materials: base.materials.into_iter().filter(|one| !local.waived.contains(&one.name)).collect(),
        fee: local.fee.map_or_else(|| base.fee.clone(), |fee| lower_fee(&base.fee, fee)),
        visits: local.visits.map_or(base.visits, |visits| visits.min(base.visits)),
    }
}

fn lower_fee(base: &Fee, asked: Fen) -> Fee {
    match base {
        Fee::Charged { .. } if asked == Fen::ZERO => Fee::Free { note: Some("本地免收".to_owned()) },
        Fee::Charged { basis, standard, amount: Some(amount), online } if asked < *amount => Fee::Charged {
            basis: basis.clone(),
            standard: format!("{asked} 元（全省标准 {standard}）"),
            amount: Some(asked),
            online: *online,
        },
        unchanged => unchanged.clone(),
    }
}

/// How many working days each step of the handling gets; together they are the promise (quality rule 13).
///
/// Acceptance lies before the clock and service after it, so the days belong to review and decision. A quarter of them,
/// one at least, is kept for the decision.
pub fn step_days(flow: &[Step], promised: u32) -> Vec<(Step, u32)> {
    let reviews = flow.contains(&Step::Review);
    let decides = flow.contains(&Step::Decide);
    let decision = match (reviews, decides) {
        (_, false) => 0,
        (false, true) => promised,
        (true, true) => (promised / 4).max(1).min(promised),
    };
    let days = |step: &Step| match step {
        Step::Decide => decision,
        Step::Review => promised - decision,
        Step::Close if !reviews && !decides => promised,
        Step::Accept | Step::Close | Step::Serve => 0,
    };
    flow.iter().map(|step| (*step, days(step))).collect()
}
