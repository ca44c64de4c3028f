//! `/insight/risk`: open cases, the likeliest to be late first, each with what that rests on.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use insight::query::{self, AtRisk};
use insight::rules::risk::{BackTest, LATE, WEIGHT};
use kernel::Date;
use store::ReadExt;
use web::{Fault, Frame, House, Visitor, words};

use super::say::Names;
use super::{nav, session};
use crate::deck::{self, Desk};
use crate::monitor::Tab;

/// A case of the list.
struct Line {
    number: String,
    item: String,
    department: String,
    due: String,
    used: String,
    class: &'static str,
    risk: String,
    why: String,
}

/// How far it would have been off.
struct Test {
    cases: i64,
    late: i64,
    brier: String,
    base: String,
    verdict: &'static str,
}

#[derive(Template)]
#[template(path = "console/insight/risk.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    lines: Vec<Line>,
    looked_at: usize,
    more: bool,
    past: i64,
    need: i64,
    weight: i64,
    held_out: i64,
    test: Option<Test>,
}

pub async fn show(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let today = house.db.today();
    let found = house.ask(|read| query::risks(read, &session.actor))?;
    let names = house.read(|read| {
        let (regions, kinds, items) = (read.cached()?, read.cached()?, read.cached()?);
        Ok(Names { regions, kinds, items })
    })?;
    let frame = deck::frame(&visitor, &house, session, "超期风险", Desk::Insight);
    Ok(web::page(&Page {
        frame,
        nav: nav(session, "/insight/risk", None),
        lines: found.lines.iter().map(|line| self::line(line, &names, today)).collect(),
        looked_at: found.looked_at,
        more: found.more,
        past: found.past,
        need: found.need,
        weight: WEIGHT as i64,
        held_out: found.held_out,
        test: found.test.map(|test| tested(&test)),
    }))
}

fn line(line: &AtRisk, names: &Names, today: Date) -> Line {
    let (case, risk) = (&line.case, &line.risk);
    let percent = risk.share * 100.0;
    let class = match percent {
        _ if risk.tenths >= LATE => "plum",
        50.0.. => "plum",
        20.0.. => "osmanthus",
        _ => "",
    };
    let of = |(n, late): (i64, i64)| format!("{n} 件里 {late} 件超期");
    let why = if risk.tenths >= LATE {
        "已经过了最后一天。".to_owned()
    } else {
        let (own, item, all) = (of(risk.own), of(risk.item), of(risk.all));
        format!("走到这一步还没有决定的：本部门本事项 {own}，各地本事项 {item}，全部事项 {all}。")
    };
    Line {
        number: case.number.to_string(),
        item: case.item_name.clone(),
        department: format!("{}{}", names.region(&case.department.region), names.kind(&case.department.kind)),
        due: words::day(line.due, today),
        used: if risk.tenths >= LATE { "超期".to_owned() } else { format!("{} 成", risk.tenths) },
        class,
        risk: format!("{percent:.0}%"),
        why,
    }
}

fn tested(test: &BackTest) -> Test {
    let verdict = if (test.brier - test.base).abs() < 0.000_1 {
        "和对每一件都说同一个比例一样准。"
    } else if test.brier < test.base {
        "比对每一件都说同一个比例准。"
    } else {
        "还不如对每一件都说同一个比例准，请只当参考。"
    };
    Test {
        cases: test.cases,
        late: test.late,
        brier: format!("{:.4}", test.brier),
        base: format!("{:.4}", test.base),
        verdict,
    }
}
