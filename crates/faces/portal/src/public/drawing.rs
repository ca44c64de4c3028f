//! The clock of a guide, drawn on the server: what is promised over what the law allows, on one axis of days.

use std::fmt::Write;

use catalogue::{BaseItem, Special};
use clock::Limit;

use super::view::long;

/// What stops the clock takes this share of the promise's bar in the drawing; how long it takes is not known beforehand.
const STOP: f64 = 54.0;

/// What stops the clock, and how many days of the promise lie before it.
#[derive(Clone, Copy)]
struct Stop {
    word: &'static str,
    first: u32,
}

struct Axis {
    days: f64,
    unit: &'static str,
    statutory: Option<f64>,
}

/// The drawing as two SVG elements: one for wide pages, one for telephones and large type. `first` days of the promise lie
/// before what may stop the clock.
pub(crate) fn clock(item: &BaseItem, promised: u32, first: u32) -> String {
    let stop = item.special.iter().find(|special| !special.grounds().is_empty()).map(|special| stop_word(*special));
    let said = describe(item, promised, stop);
    let axis = axis(item, promised);
    let stop = stop.filter(|_| first > 0 && first < promised).map(|word| Stop { word, first });
    let mut out = String::with_capacity(4_096);
    wide(&mut out, item, promised, &axis, stop, &said);
    narrow(&mut out, item, promised, &axis, stop, &said);
    out
}

/// What one learns from the drawing, in a sentence.
fn describe(item: &BaseItem, promised: u32, stop: Option<&str>) -> String {
    let promise = if promised == 0 {
        "我们承诺当场办结".to_owned()
    } else {
        format!("我们承诺 {promised} 个工作日")
    };
    let law = match item.statutory {
        Some(limit) => format!("，法律规定最长 {}", long(limit)),
        None => "，法律没有规定期限".to_owned(),
    };
    let stop = stop.map(|word| format!("；{word}的时间不计入")).unwrap_or_default();
    format!("{promise}{law}{stop}。")
}

fn stop_word(special: Special) -> &'static str {
    match special {
        Special::Testing => "检测",
        Special::ExpertReview => "评审",
        Special::SiteVisit => "核查",
    }
}

/// The axis counts working days; a limit in calendar days or months is drawn by its share of working days, 5 of 7.
fn axis(item: &BaseItem, promised: u32) -> Axis {
    let statutory = match item.statutory {
        Some(Limit::Working(days)) => Some(f64::from(days)),
        Some(Limit::Calendar(days)) => Some(f64::from(days) * 5.0 / 7.0),
        Some(Limit::Months(months)) => Some(f64::from(months) * 21.0),
        Some(Limit::Immediate) | None => None,
    };
    let days = statutory.unwrap_or_default().max(f64::from(promised)).max(1.0);
    Axis { days, unit: "第", statutory }
}

fn open(out: &mut String, class: &str, width: u32, height: u32, said: &str) {
    let id = if class == "clock-wide" { "cw" } else { "cn" };
    // Writing into a String does not fail.
    let _ = write!(
        out,
        "<svg class=\"clock {class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}t {id}d\">\
         <title id=\"{id}t\">办理时限</title><desc id=\"{id}d\">{said}</desc>\
         <defs><pattern id=\"{id}h\" width=\"12\" height=\"12\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"12\" height=\"12\" class=\"hatch-ground\"/><path d=\"M3 0v12\" class=\"hatch-bar\"/></pattern></defs>"
    );
}

fn wide(out: &mut String, item: &BaseItem, promised: u32, axis: &Axis, stop: Option<Stop>, said: &str) {
    const LEFT: f64 = 106.0;
    const SPAN: f64 = 600.0;
    open(out, "clock-wide", 736, 176, said);
    let x = |days: f64| LEFT + SPAN * days / axis.days;
    for day in ticks(axis.days) {
        let _ = write!(out, "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"14\" y2=\"140\"/>", x(day));
        let anchor = if day == 0.0 {
            "start"
        } else if day >= axis.days {
            "end"
        } else {
            "middle"
        };
        let word = if day == 0.0 { "受理".to_owned() } else { format!("{} {day:.0} 天", axis.unit) };
        let _ =
            write!(out, "<text class=\"light\" x=\"{:.1}\" y=\"166\" text-anchor=\"{anchor}\">{word}</text>", x(day));
    }
    let _ = write!(out, "<text x=\"0\" y=\"46\">我们承诺</text>");
    let end = bar(out, "cw", LEFT, x(f64::from(promised)) - LEFT, 24.0, 34.0, promised, stop);
    let (sum, note) = sum(promised, stop);
    let room = LEFT + SPAN - end;
    if room > 250.0 {
        let _ = write!(out, "<text x=\"{:.1}\" y=\"38\" font-weight=\"600\">{sum}</text>", end + 14.0);
        let _ = write!(out, "<text class=\"light\" x=\"{:.1}\" y=\"58\">{note}</text>", end + 14.0);
    } else {
        let _ = write!(out, "<text class=\"light\" x=\"{LEFT}\" y=\"76\">{sum}　{note}</text>");
    }
    let _ = write!(out, "<text x=\"0\" y=\"118\">法律最长</text>");
    let word = law_word(item);
    match axis.statutory {
        Some(days) => {
            let width = x(days) - LEFT;
            let _ = write!(out, "<rect class=\"legal\" x=\"{LEFT}\" y=\"96\" width=\"{width:.1}\" height=\"34\"/>");
            let start = if width > 320.0 { LEFT + 14.0 } else { LEFT + width + 12.0 };
            let _ = write!(out, "<text x=\"{start:.1}\" y=\"118\">{word}</text>");
        }
        None => {
            let _ = write!(out, "<text x=\"{LEFT}\" y=\"118\">{word}</text>");
        }
    }
    out.push_str("</svg>");
}

fn narrow(out: &mut String, item: &BaseItem, promised: u32, axis: &Axis, stop: Option<Stop>, said: &str) {
    const SPAN: f64 = 340.0;
    open(out, "clock-narrow", 342, 190, said);
    let x = |days: f64| 1.0 + SPAN * days / axis.days;
    let (sum, note) = sum(promised, stop);
    let _ = write!(out, "<text x=\"0\" y=\"18\" font-weight=\"600\">我们承诺：{sum}</text>");
    bar(out, "cn", 1.0, x(f64::from(promised)) - 1.0, 28.0, 32.0, promised, stop);
    let _ = write!(out, "<text class=\"light\" x=\"0\" y=\"82\">{note}</text>");
    let law = item.statutory.map_or_else(|| "没有规定".to_owned(), long);
    let _ = write!(out, "<text x=\"0\" y=\"116\" font-weight=\"600\">法律最长：{law}</text>");
    if let Some(days) = axis.statutory {
        let _ = write!(out, "<rect class=\"legal\" x=\"1\" y=\"126\" width=\"{:.1}\" height=\"28\"/>", x(days) - 1.0);
    }
    let _ = write!(out, "<text class=\"light\" x=\"0\" y=\"180\">受理</text>");
    let _ = write!(out, "<text class=\"light\" x=\"341\" y=\"180\" text-anchor=\"end\">第 {:.0} 天</text>", axis.days);
    out.push_str("</svg>");
}

/// The promise's bar, with a hatched gap where the clock may stand still; gives where it ends.
fn bar(
    out: &mut String,
    id: &str,
    left: f64,
    width: f64,
    y: f64,
    height: f64,
    promised: u32,
    stop: Option<Stop>,
) -> f64 {
    let width = width.max(6.0);
    let piece = |out: &mut String, x: f64, width: f64, word: &str| {
        let _ =
            write!(out, "<rect class=\"promised\" x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{height}\"/>");
        if width >= 16.0 * word.chars().count() as f64 + 6.0 {
            let (x, y) = (x + width / 2.0, y + height / 2.0 + 5.0);
            let _ = write!(out, "<text class=\"on\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{word}</text>");
        }
    };
    let Some(Stop { word, first }) = stop else {
        piece(out, left, width, "办理");
        return left + width;
    };
    let first = width * f64::from(first) / f64::from(promised);
    piece(out, left, first, "审查");
    let x = left + first;
    let _ = write!(
        out,
        "<rect class=\"paused\" x=\"{x:.1}\" y=\"{y}\" width=\"{STOP}\" height=\"{height}\" fill=\"url(#{id}h)\"/>"
    );
    let _ = write!(
        out,
        "<text class=\"stop\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\"><title>{word}停表</title>停表</text>",
        x + STOP / 2.0,
        y + height / 2.0 + 5.0
    );
    piece(out, x + STOP, width - first, "决定");
    left + width + STOP
}

fn sum(promised: u32, stop: Option<Stop>) -> (String, String) {
    if promised == 0 {
        return ("当场办结".to_owned(), "材料齐全就不用等".to_owned());
    }
    let whole = format!("{promised} 个工作日");
    match stop {
        Some(Stop { word, first }) => {
            (format!("{first} + {} = {whole}", promised - first), format!("{word}的天数不计入，会书面告诉您要几天"))
        }
        None => (whole, "从受理第二天起算，节假日不算".to_owned()),
    }
}

fn law_word(item: &BaseItem) -> String {
    match item.statutory {
        Some(limit @ Limit::Working(_)) if item.kind == catalogue::ItemType::Permit => {
            format!("{}，经批准最多再延长 10 个工作日，并告知理由", long(limit))
        }
        Some(limit) => long(limit),
        None => "没有规定".to_owned(),
    }
}

/// Four or five round days along the axis.
fn ticks(days: f64) -> Vec<f64> {
    let step = [1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 90.0].into_iter().find(|step| days / step <= 5.0);
    let step = step.unwrap_or(days / 4.0);
    let mut ticks: Vec<f64> = (0..=5).map(|n| f64::from(n) * step).filter(|day| *day < days - step * 0.4).collect();
    ticks.push(days);
    ticks
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn the_axis_begins_at_acceptance_and_ends_with_the_last_day() {
        assert_eq!(ticks(20.0), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(ticks(5.0), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(ticks(1.0), [0.0, 1.0]);
        assert_eq!(ticks(43.0).last(), Some(&43.0));
    }
}
