//! Whether a notice holds all that it must (条例 第六条、第十三条): everything that is missing is told at once.

use kernel::{Date, Fen};
use organisation::Regions;

use super::{Decision, Question, Refusal, Verdict, route};
use crate::{Element, Notice, Particulars, Rulebook};

/// Years from today in which a plan must lie.
pub const PLAN_YEARS_MOST: i16 = 30;
/// More than any project costs: ten thousand times a hundred million yuan.
const TOTAL_MOST: Fen = Fen(100_000_000_000_000);

/// The project and its procedure, if the notice is complete.
pub fn complete<'a>(
    book: &'a Rulebook,
    regions: &Regions,
    notice: &Notice,
    today: Date,
) -> Result<(Particulars, Decision<'a>), Refusal> {
    let words = |text: &str, least: usize, most: usize| {
        let text = text.trim().replace("\r\n", "\n");
        let fits = (least..=most).contains(&text.chars().count());
        (fits && !text.chars().any(|c| c.is_control() && c != '\n')).then_some(text)
    };
    let name = words(&notice.name, 4, 100).filter(|name| !name.contains('\n'));
    let address = words(&notice.address, 2, 100).filter(|address| !address.contains('\n'));
    let scale = words(&notice.scale, 10, 500);
    let region = notice.region.and_then(|code| regions.resolve(&code)).map(|region| region.code);
    let region =
        region.filter(|code| code.level() >= kernel::Level::County).and_then(|code| code.at(kernel::Level::County));
    let total = notice.total.filter(|total| *total > Fen::ZERO && *total <= TOTAL_MOST);
    let in_reach = |day: &Date| day.year() <= today.year() + PLAN_YEARS_MOST;
    let start = notice.start.filter(|start| *start >= today && in_reach(start));
    let finish =
        notice.finish.filter(|finish| start.is_none_or(|start| *finish > start) && *finish > today && in_reach(finish));
    let declared = notice.declared.then_some(());

    let mut missing = vec![];
    let mut need = |is_there: bool, element: Element| {
        if !is_there {
            missing.push(element);
        }
    };
    need(notice.investor.is_some(), Element::Investor);
    need(notice.industry.is_some(), Element::Industry);
    need(notice.nature.is_some(), Element::Nature);
    let verdict = match (notice.investor, notice.industry, notice.nature) {
        (Some(investor), Some(industry), Some(nature)) => {
            match route(book, &Question { investor, industry, nature, line: notice.line.clone() })? {
                Verdict::Decided(decision) => Some((decision, industry, nature)),
                Verdict::Ask(_) => {
                    need(false, Element::Line);
                    None
                }
            }
        }
        _ => None,
    };
    need(name.is_some(), Element::Name);
    need(region.is_some(), Element::Region);
    need(address.is_some(), Element::Address);
    need(scale.is_some(), Element::Scale);
    need(total.is_some(), Element::Total);
    need(start.is_some(), Element::Start);
    need(finish.is_some(), Element::Finish);
    need(declared.is_some(), Element::Declaration);
    match (name, region, address, scale, total, start, finish, declared, verdict) {
        (
            Some(name),
            Some(region),
            Some(address),
            Some(scale),
            Some(total),
            Some(start),
            Some(finish),
            Some(()),
            Some((decision, industry, nature)),
        ) => Ok((Particulars { name, region, address, nature, industry, scale, total, start, finish }, decision)),
        _ => Err(Refusal::Incomplete { missing }),
    }
}
