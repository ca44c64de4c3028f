//! Figures of a report as people and spreadsheets read them.

use evaluation::query::MonthReport;
use evaluation::{Rate, Sums};
use web::sheet::cell;
use web::words::thousands;

/// One figure of the band, always with what it is compared with.
pub(crate) struct Figure {
    pub term: &'static str,
    pub figure: String,
    pub compare: String,
    pub bad: bool,
}

/// One line of a table of places, departments or items.
pub(crate) struct Row {
    pub name: String,
    pub href: Option<String>,
    pub current: bool,
    pub came: String,
    pub ended: String,
    pub on_time: String,
    pub satisfied: String,
    pub response: String,
    pub redressed: String,
}

/// 2026年11月
pub(crate) fn month_words(month: i64) -> String {
    format!("{}年{}月", month / 100, month % 100)
}

fn n(value: i64) -> String {
    thousands(value.unsigned_abs())
}

fn tenths(permille: i64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// A rate in words: a percentage, or why there is none.
pub(crate) fn rate(rate: Rate) -> String {
    match (rate.whole, rate.fair()) {
        (0, _) => "无".to_owned(),
        (whole, None) => format!("太少（{} / {whole}）", rate.part),
        (_, Some(permille)) => tenths(permille),
    }
}

/// The band on top.
pub(crate) fn figures(report: &MonthReport) -> Vec<Figure> {
    let MonthReport { own, before, last_year, .. } = report;
    let count = |term, what: &str| Figure {
        term,
        figure: format!("{} 件", n(own.get(what))),
        compare: compare(before.get(what), last_year.get(what)),
        bad: false,
    };
    let share = |term, of: fn(&Sums) -> Rate, beside: String| Figure {
        term,
        figure: rate(of(own)),
        compare: if beside.is_empty() { compare_rates(of(before), of(last_year)) } else { beside },
        bad: false,
    };
    let days = own.days();
    let used = match days.permille() {
        None => "无".to_owned(),
        Some(permille) => tenths(permille),
    };
    let late = own.get("decided") - own.get("in-time");
    vec![
        count("收件", "in"),
        count("办结", "ended"),
        Figure {
            bad: late > 0,
            compare: format!("{} 件超期，{}", n(late), compare_rates(before.on_time(), last_year.on_time())),
            ..share("按时办结率", Sums::on_time, String::new())
        },
        Figure {
            term: "实际用时占法定",
            figure: used,
            compare: format!("用了 {} 天，法律允许 {} 天", n(days.part), n(days.whole)),
            bad: false,
        },
        share("网上申请率", Sums::online, String::new()),
        share("好评率", Sums::satisfied, format!("{} 人评价，评价率 {}", n(own.ratings()), rate(own.response()))),
        share(
            "差评整改率",
            Sums::redressed,
            format!("差评 {} 件，按期联系 {}", n(own.get("redress")), rate(own.contacted())),
        ),
    ]
}

fn compare(before: i64, last_year: i64) -> String {
    let before = if before == 0 { "上月没有数据".to_owned() } else { format!("上月 {}", n(before)) };
    if last_year == 0 { before } else { format!("{before}，去年同月 {}", n(last_year)) }
}

fn compare_rates(before: Rate, last_year: Rate) -> String {
    let before = match before.fair() {
        None => "上月没有可比数据".to_owned(),
        Some(permille) => format!("上月 {}", tenths(permille)),
    };
    match last_year.fair() {
        None => before,
        Some(permille) => format!("{before}，去年同月 {}", tenths(permille)),
    }
}

/// Lines of a table; the one whose address is `current` is marked.
pub(crate) fn rows(named: Vec<(String, Option<String>, &Sums)>, current: Option<&str>) -> Vec<Row> {
    named
        .into_iter()
        .map(|(name, href, sums)| Row {
            current: current.is_some() && href.as_deref() == current,
            name,
            href,
            came: n(sums.get("in")),
            ended: n(sums.get("ended")),
            on_time: rate(sums.on_time()),
            satisfied: rate(sums.satisfied()),
            response: rate(sums.response()),
            redressed: rate(sums.redressed()),
        })
        .collect()
}

/// What was done about poor ratings, each with its reckoning.
pub(crate) fn redress(sums: &Sums) -> Vec<(&'static str, String)> {
    let parts = |of: Rate| format!("{} ÷ {}，{}", n(of.part), n(of.whole), rate(of));
    vec![
        ("差评", format!("{} 件，其中认定误评、恶意 {} 件不计入", n(sums.get("redress")), n(sums.get("set-aside")))),
        ("1 个工作日内联系", parts(sums.contacted())),
        ("整改完成", parts(sums.redressed())),
        ("其中按期整改", format!("{} 件", n(sums.get("rectified-in-time")))),
        ("有环节超期", format!("{} 件", n(sums.get("redress-overdue")))),
        (
            "没有评价",
            format!("{} 件到期未评，{} 件还可以评；都不算满意", n(sums.get("lapsed")), n(sums.get("waiting"))),
        ),
        ("追评", format!("{} 件，其中 {} 件仍不满意", n(sums.get("follow-ups")), n(sums.get("follow-ups-poor")))),
    ]
}

/// Names of the CSV's columns, and the figures under them.
const COLUMNS: [(&str, &str); 15] = [
    ("收件", "in"),
    ("网上收件", "in-online"),
    ("办结", "ended"),
    ("作出决定", "decided"),
    ("按时决定", "in-time"),
    ("实际工作日", "days-used"),
    ("法定工作日", "days-statutory"),
    ("已评价", "rated"),
    ("到期未评", "lapsed"),
    ("差评", "redress"),
    ("不计入", "set-aside"),
    ("应联系", "contact-due"),
    ("按期联系", "contacted-in-time"),
    ("已整改", "rectified"),
    ("按期整改", "rectified-in-time"),
];

/// The report as CSV with a byte order mark, as spreadsheets want it.
pub(crate) fn csv(report: &MonthReport, place: &str) -> String {
    let mut out = String::from("\u{feff}月份,范围,名称");
    COLUMNS.iter().for_each(|(name, _)| out.push_str(&format!(",{name}")));
    (1..=5).for_each(|level| out.push_str(&format!(",第{level}档")));
    out.push_str("\r\n");
    let mut line = |month: i64, scope: &str, name: &str, sums: &Sums| {
        let cells = [month.to_string(), cell(scope), cell(name)];
        out.push_str(&cells.join(","));
        COLUMNS.iter().for_each(|(_, what)| out.push_str(&format!(",{}", sums.get(what))));
        sums.levels().iter().for_each(|level| out.push_str(&format!(",{level}")));
        out.push_str("\r\n");
    };
    report.trend.iter().for_each(|(month, sums)| line(*month, "本地区", place, sums));
    report.below.iter().for_each(|found| line(report.month, "下级地区", &found.name, &found.sums));
    report.peers.iter().for_each(|found| line(report.month, "同级地区", &found.name, &found.sums));
    report.units.iter().for_each(|found| line(report.month, "部门", &found.name, &found.sums));
    report.items.iter().for_each(|(code, sums)| line(report.month, "事项", code, sums));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_said_as_such() {
        assert_eq!(rate(Rate { part: 0, whole: 0 }), "无");
        assert_eq!(rate(Rate { part: 2, whole: 3 }), "太少（2 / 3）");
        assert_eq!(rate(Rate { part: 9, whole: 10 }), "90.0%");
    }
}
