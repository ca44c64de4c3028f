//! The calendar strip: how a due date came about, a cell a day, and the table of reasons beside it.

use casework::{
    Terms,
    query::{ClockKind, Reckoning},
};
use clock::{Cell, Day, DayLine, Explanation, Stretch, When};
use kernel::Date;

use super::words;

/// The strip with its table.
pub struct Strip {
    /// 9月30日是怎么算出来的
    pub title: String,
    /// From when to when.
    pub span: String,
    /// One cell a day, or one fold.
    pub cells: Vec<Square>,
    /// Day, reason, basis.
    pub rows: Vec<Reason>,
    /// Whether a day stands still, for the legend.
    pub has_pause: bool,
    /// A year without holiday notice.
    pub caution: Option<String>,
}

/// One cell.
pub struct Square {
    /// Classes: what the day is, and whether it is today or the due day.
    pub class: String,
    /// Day of the month.
    pub number: String,
    /// 周三
    pub weekday: &'static str,
    /// 调休上班, 中秋节, 今天, 最迟这天.
    pub note: String,
    /// What stands on the bar at its foot.
    pub foot: String,
    /// The words of a fold; empty for a day.
    pub label: String,
    /// Whether it is today.
    pub today: bool,
}

/// One row of the table.
pub struct Reason {
    /// Which days.
    pub when: String,
    /// Why they count or do not.
    pub why: String,
    /// By which article or notice.
    pub basis: String,
}

/// What stands at the two ends of the strip.
struct Ends {
    /// What the first day is: 受理 or 收到.
    start: &'static str,
    /// By whose word the last day is the last.
    basis: String,
    /// What the law itself would allow.
    lawful: String,
}

impl Strip {
    /// The strip of a case's clock.
    pub fn of(reckoning: &Reckoning, terms: &Terms) -> Strip {
        let Reckoning { kind, explanation, statutory } = reckoning;
        let today = explanation.today;
        let due = explanation.due.projected;
        let first = explanation.lines.first().map_or(due, |line| line.date);
        let last = explanation.lines.last().map_or(due, |line| line.date).max(due);
        let short = explanation.lines.len() <= clock::CELLS_MAX;
        let (what, ends) = match kind {
            ClockKind::Handling => {
                let lawful = match (terms.statutory, statutory) {
                    (Some(limit), Some(date)) if *date > due => {
                        format!("法律规定最长 {}，到{}。", words::limit(limit), words::short_day(*date, today))
                    }
                    _ => String::new(),
                };
                let basis = format!("本事项承诺 {}", words::limit(terms.limit));
                ("受理当天到最迟办结日", Ends { start: "受理", basis, lawful })
            }
            ClockKind::Acceptance => {
                let lawful = "到期没有答复，就算受理。".to_owned();
                ("收到材料那天到最迟答复日", Ends { start: "收到", basis: "行政许可法 第三十二条".to_owned(), lawful })
            }
        };
        let open = if explanation.due.date.is_none() { "。还在停表，日子会往后推" } else { "" };
        Strip {
            title: format!("{}是怎么算出来的", words::short_day(due, today)),
            span: format!("{}，{what}{open}", months(first, last)),
            cells: explanation.folded().iter().map(|cell| square(cell, today, due, &ends)).collect(),
            rows: rows(explanation, &ends, short),
            has_pause: explanation.lines.iter().any(|line| matches!(line.what, Day::Paused(_))),
            caution: caution(&explanation.due.without_notice),
        }
    }
}

/// `2026年9月` or `2026年9月至10月`.
fn months(first: Date, last: Date) -> String {
    if (first.year(), first.month()) == (last.year(), last.month()) {
        format!("{}年{}月", first.year(), first.month())
    } else if first.year() == last.year() {
        format!("{}年{}月至{}月", first.year(), first.month(), last.month())
    } else {
        format!("{}年{}月至{}年{}月", first.year(), first.month(), last.year(), last.month())
    }
}

fn square(cell: &Cell<'_>, today: Date, due: Date, ends: &Ends) -> Square {
    match cell {
        Cell::Day(line) => single(line, ends),
        Cell::Fold { from, to, counted, when } => {
            let (kind, foot) = match when {
                _ if *counted == 0 && *from > due => ("late", "超期".to_owned()),
                When::Ahead => ("ahead", format!("{counted} 个工作日")),
                When::Past | When::Today => ("counted", format!("{counted} 个工作日")),
            };
            Square {
                class: format!("span {kind}"),
                number: String::new(),
                weekday: "",
                note: String::new(),
                foot,
                label: words::range(*from, *to, today),
                today: false,
            }
        }
    }
}

fn single(line: &DayLine, ends: &Ends) -> Square {
    let (kind, note, foot) = match &line.what {
        Day::Start => ("start", ends.start.to_owned(), "开始".to_owned()),
        Day::Counted(n) | Day::Calendar(n) if line.when != When::Ahead => {
            ("counted", String::new(), format!("第 {n} 天"))
        }
        Day::Counted(n) | Day::Calendar(n) | Day::Ahead(n) => ("ahead", String::new(), format!("第 {n} 天")),
        Day::MakeUp(n, _) => {
            let kind = if line.when == When::Ahead { "ahead" } else { "counted" };
            (kind, "调休上班".to_owned(), format!("第 {n} 天"))
        }
        Day::Rest => ("rest", String::new(), "休息".to_owned()),
        Day::Holiday(name) => ("rest", name.clone(), "放假".to_owned()),
        Day::Paused(ground) => ("paused", words::ground(*ground).to_owned(), "停表".to_owned()),
        Day::Moved => ("ahead", "顺延".to_owned(), "顺延".to_owned()),
        Day::Overdue(n) => ("late", String::new(), format!("超 {n} 天")),
    };
    let today = line.when == When::Today;
    let note = match (today, line.due) {
        (_, true) if line.when != When::Past => "最迟这天".to_owned(),
        (true, _) if note.is_empty() => "今天".to_owned(),
        _ => note,
    };
    let mark = |on: bool, word: &'static str| if on { word } else { "" };
    Square {
        class: format!("{kind}{}{}", mark(today, " today"), mark(line.due, " due")),
        number: line.date.day().to_string(),
        weekday: words::weekday(line.date),
        note,
        foot,
        label: String::new(),
        today,
    }
}

/// The table. A long strip does not list each weekend: one row says it of all.
fn rows(explanation: &Explanation, ends: &Ends, short: bool) -> Vec<Reason> {
    let told = |stretch: &&Stretch<'_>| {
        let line = stretch.first;
        let plain = matches!(line.what, Day::Counted(_) | Day::Ahead(_) | Day::Calendar(_));
        let late = matches!(line.what, Day::Overdue(_));
        (line.due || !plain) && !late && (short || line.due || line.what != Day::Rest)
    };
    let stretches = explanation.stretches();
    let mut rows: Vec<Reason> =
        stretches.iter().filter(told).map(|stretch| reason(stretch, explanation, ends)).collect();
    rows.extend(overdue(explanation));
    if !short && explanation.lines.iter().any(|line| line.what == Day::Rest) {
        let weekends = Reason {
            when: "周六、周日".to_owned(),
            why: "休息日，不算。".to_owned(),
            basis: Day::Rest.article().to_owned(),
        };
        rows.insert(1.min(rows.len()), weekends);
    }
    rows
}

fn reason(stretch: &Stretch<'_>, explanation: &Explanation, ends: &Ends) -> Reason {
    let line = stretch.first;
    let days = stretch.days;
    let span = words::range(stretch.from, stretch.to, explanation.today);
    let notice = || format!("国务院 {} 年放假通知", stretch.from.year());
    let row = |label: &str, why: String, basis: String| Reason { when: format!("{span} {label}"), why, basis };
    if line.due {
        let why = match &line.what {
            Day::Moved => format!("期限最后一天是休息日，顺延到这个工作日。{}", ends.lawful),
            Day::Start => format!("当天就要办完。{}", ends.lawful),
            _ => format!("第 {} 天，期限到这天为止。{}", explanation.total, ends.lawful),
        };
        return Reason { when: span, why, basis: ends.basis.clone() };
    }
    let article = line.what.article().to_owned();
    match &line.what {
        Day::Start => row(ends.start, "这一天不算，从下一天起算。".to_owned(), article),
        Day::Rest => {
            let label = if days == 1 { words::weekday(stretch.from) } else { "周末" };
            row(label, "休息日，不算。".to_owned(), article)
        }
        Day::Holiday(name) => row(name, format!("放假 {days} 天，不算。"), notice()),
        Day::MakeUp(n, _) => {
            row("调休", format!("这个{}要上班，所以算第 {n} 天。", words::weekday(stretch.from)), notice())
        }
        Day::Paused(ground) => {
            let why = format!("{} {days} 个工作日，已书面告知您，不计入。", words::ground(*ground));
            row("停表", why, article)
        }
        Day::Moved => row("顺延", "期限最后一天是休息日，顺延到工作日。".to_owned(), article),
        Day::Counted(_) | Day::Ahead(_) | Day::Calendar(_) | Day::Overdue(_) => {
            row("", "照常计算。".to_owned(), article)
        }
    }
}

/// All days over the limit in one row, weekends between them or not.
fn overdue(explanation: &Explanation) -> Option<Reason> {
    let mut late = explanation.lines.iter().filter(|line| matches!(line.what, Day::Overdue(_)));
    let first = late.next()?;
    let last = late.next_back().unwrap_or(first);
    Some(Reason {
        when: format!("{} 超期", words::range(first.date, last.date, explanation.today)),
        why: format!("已经超过期限 {} 天。可以打 12345 投诉。", -explanation.left),
        basis: first.what.article().to_owned(),
    })
}

/// Where no holiday notice exists yet, only weekends are counted, and the page says so.
fn caution(years: &[i16]) -> Option<String> {
    let years: Vec<String> = years.iter().map(|year| format!("{year} 年")).collect();
    (!years.is_empty())
        .then(|| format!("{}的放假通知还没有发布，先按周末休息来算，通知出来后会更正。", years.join("、")))
}

#[cfg(test)]
mod tests {
    use clock::{Calendar, CalendarDay, DayKind, Ground, Limit, Pause, StatutoryClock};

    use super::*;

    const fn on(month: i8, day: i8) -> Date {
        Date::constant(2026, month, day)
    }

    /// September 2026 around the Mid-Autumn festival, as the State Council arranged it.
    fn calendar() -> Calendar {
        let day = |date, kind| CalendarDay { date, kind, name: "中秋节".to_owned() };
        Calendar::new([
            day(on(9, 20), DayKind::Workday),
            day(on(9, 25), DayKind::Holiday),
            day(on(9, 26), DayKind::Holiday),
            day(on(9, 27), DayKind::Holiday),
        ])
    }

    fn told(today: Date, pauses: Vec<Pause>) -> (Vec<Square>, Vec<Reason>) {
        let clock = StatutoryClock { pauses, ..StatutoryClock::start(on(9, 18), Limit::Working(5)) };
        let explanation = clock.explain(&calendar(), today);
        let due = explanation.due.projected;
        let ends = Ends { start: "受理", basis: "本事项承诺 5 个工作日".to_owned(), lawful: String::new() };
        let cells = explanation.folded().iter().map(|cell| square(cell, today, due, &ends)).collect();
        (cells, rows(&explanation, &ends, explanation.lines.len() <= clock::CELLS_MAX))
    }

    #[test]
    fn each_day_says_what_it_is_and_why() {
        let tested = Pause { from: on(9, 22), until: Some(on(9, 25)), ground: Ground::Testing };
        let (cells, rows) = told(on(9, 28), vec![tested]);
        let feet: Vec<&str> = cells.iter().map(|cell| cell.foot.as_str()).collect();
        assert_eq!(
            feet,
            [
                "开始",
                "休息",
                "第 1 天",
                "第 2 天",
                "停表",
                "停表",
                "停表",
                "放假",
                "放假",
                "放假",
                "第 3 天",
                "第 4 天",
                "第 5 天"
            ]
        );
        assert_eq!(
            cells.iter().filter(|cell| cell.class.contains("today")).map(|cell| &*cell.number).collect::<Vec<_>>(),
            ["28"]
        );
        assert_eq!(cells.last().map(|cell| (&*cell.class, &*cell.note)), Some(("ahead due", "最迟这天")));
        let when: Vec<&str> = rows.iter().map(|row| row.when.as_str()).collect();
        assert_eq!(
            when,
            ["9月18日 受理", "9月19日 周六", "9月20日 调休", "9月22日至24日 停表", "9月25日至27日 中秋节", "9月30日"]
        );
        assert_eq!(rows[3].basis, "行政许可法 第四十五条");
    }

    #[test]
    fn days_over_the_limit_are_one_row_and_say_where_to_complain() {
        let (cells, rows) = told(on(9, 29), vec![]);
        assert!(cells.iter().any(|cell| cell.class.starts_with("late")));
        let late: Vec<&Reason> = rows.iter().filter(|row| row.when.ends_with("超期")).collect();
        assert_eq!(late.len(), 1);
        assert!(late[0].why.contains("12345"), "{}", late[0].why);
    }
}
