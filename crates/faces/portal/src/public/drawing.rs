//! The clock of a guide, drawn on the server: what is promised over what the law allows, on one axis of days.

use catalogue::{BaseItem, ItemType, Special};
use clock::Limit;

use super::view::long;

/// Width of what stops the clock; how long that takes is not known beforehand.
const STOP: f64 = 54.0;

/// The drawing as two SVG elements: one for wide pages, one for telephones and large type. `first` days of the promise
/// lie before what may stop the clock.
pub(crate) fn clock(item: &BaseItem, promised: u32, first: u32) -> String {
    let drawing = Drawing::of(item, promised, first);
    let mut out = String::with_capacity(4_096);
    drawing.wide(&mut out);
    drawing.narrow(&mut out);
    out
}

struct Drawing<'a> {
    item: &'a BaseItem,
    promised: u32,
    stop: Option<Stop>,
    /// Length of the axis in working days.
    days: f64,
    /// The law's limit on that axis, if it sets one.
    statutory: Option<f64>,
}

/// What stops the clock, and how many days of the promise lie before it.
#[derive(Clone, Copy)]
struct Stop {
    word: &'static str,
    first: u32,
}

/// Where a bar stands: the pattern's name, left, width, top and height.
struct Place {
    id: &'static str,
    left: f64,
    width: f64,
    top: f64,
    height: f64,
}

impl Drawing<'_> {
    fn of(item: &BaseItem, promised: u32, first: u32) -> Drawing<'_> {
        let special = item.special.iter().find(|special| !special.grounds().is_empty());
        let stop =
            special.filter(|_| first > 0 && first < promised).map(|special| Stop { word: stops(*special), first });
        // The axis counts working days: a limit in calendar days or months stands by its share of them, 5 of 7.
        let statutory = match item.statutory {
            Some(Limit::Working(days)) => Some(f64::from(days)),
            Some(Limit::Calendar(days)) => Some(f64::from(days) * 5.0 / 7.0),
            Some(Limit::Months(months)) => Some(f64::from(months) * 21.0),
            Some(Limit::Immediate) | None => None,
        };
        let days = statutory.unwrap_or_default().max(f64::from(promised)).max(1.0);
        Drawing { item, promised, stop, days, statutory }
    }

    fn wide(&self, out: &mut String) {
        const LEFT: f64 = 106.0;
        const SPAN: f64 = 600.0;
        self.open(out, "cw", "clock-wide", (736, 176));
        let x = |days: f64| LEFT + SPAN * days / self.days;
        for day in ticks(self.days) {
            let anchor = match day {
                0.0 => "start",
                day if day >= self.days => "end",
                _ => "middle",
            };
            let word = if day == 0.0 { "受理".to_owned() } else { format!("第 {day:.0} 天") };
            out.push_str(&format!(
                "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"14\" y2=\"140\"/><text class=\"light\" x=\"{0:.1}\" y=\"166\" text-anchor=\"{anchor}\">{word}</text>",
                x(day)
            ));
        }
        out.push_str("<text x=\"0\" y=\"46\">我们承诺</text>");
        let width = x(f64::from(self.promised)) - LEFT;
        let end = self.bar(out, &Place { id: "cw", left: LEFT, width, top: 24.0, height: 34.0 });
        let (sum, note) = self.sum();
        if LEFT + SPAN - end > 250.0 {
            out.push_str(&format!(
                "<text x=\"{0:.1}\" y=\"38\" font-weight=\"600\">{sum}</text><text class=\"light\" x=\"{0:.1}\" y=\"58\">{note}</text>",
                end + 14.0
            ));
        } else {
            out.push_str(&format!("<text class=\"light\" x=\"{LEFT}\" y=\"78\">{sum}　{note}</text>"));
        }
        out.push_str("<text x=\"0\" y=\"118\">法律最长</text>");
        let width = self.statutory.map_or(0.0, |days| x(days) - LEFT);
        if width > 0.0 {
            out.push_str(&format!("<rect class=\"legal\" x=\"{LEFT}\" y=\"96\" width=\"{width:.1}\" height=\"34\"/>"));
        }
        let start = match width {
            0.0 => LEFT,
            width if width > 320.0 => LEFT + 14.0,
            width => LEFT + width + 12.0,
        };
        out.push_str(&format!("<text x=\"{start:.1}\" y=\"118\">{}</text></svg>", self.law()));
    }

    fn narrow(&self, out: &mut String) {
        const SPAN: f64 = 340.0;
        self.open(out, "cn", "clock-narrow", (342, 190));
        let x = |days: f64| 1.0 + SPAN * days / self.days;
        let (sum, note) = self.sum();
        out.push_str(&format!("<text x=\"0\" y=\"18\" font-weight=\"600\">我们承诺：{sum}</text>"));
        // The stopped part is added to the bar, so it needs its room on the axis.
        let room = SPAN - if self.stop.is_some() { STOP } else { 0.0 };
        let width = (x(f64::from(self.promised)) - 1.0).min(room);
        self.bar(out, &Place { id: "cn", left: 1.0, width, top: 28.0, height: 32.0 });
        let law = self.item.statutory.map_or_else(|| "没有规定".to_owned(), long);
        out.push_str(&format!(
            "<text class=\"light\" x=\"0\" y=\"82\">{note}</text><text x=\"0\" y=\"116\" font-weight=\"600\">法律最长：{law}</text>"
        ));
        if let Some(days) = self.statutory {
            let width = x(days) - 1.0;
            out.push_str(&format!("<rect class=\"legal\" x=\"1\" y=\"126\" width=\"{width:.1}\" height=\"28\"/>"));
        }
        out.push_str(&format!(
            "<text class=\"light\" x=\"0\" y=\"180\">受理</text><text class=\"light\" x=\"341\" y=\"180\" text-anchor=\"end\">第 {:.0} 天</text></svg>",
            self.days
        ));
    }

    fn open(&self, out: &mut String, id: &str, class: &str, (width, height): (u32, u32)) {
        let said = self.said();
        out.push_str(&format!(
            "<svg class=\"clock {class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}t {id}d\">\
             <title id=\"{id}t\">办理时限</title><desc id=\"{id}d\">{said}</desc>\
             <defs><pattern id=\"{id}h\" width=\"12\" height=\"12\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"12\" height=\"12\" class=\"hatch-ground\"/><path d=\"M3 0v12\" class=\"hatch-bar\"/></pattern></defs>"
        ));
    }

    /// The promise's bar, with a hatched gap where the clock may stand still; gives where it ends.
    fn bar(&self, out: &mut String, place: &Place) -> f64 {
        let Place { id, left, width, top, height } = *place;
        let width = width.max(6.0);
        let foot = top + height / 2.0 + 5.0;
        let piece = |out: &mut String, x: f64, width: f64, word: &str| {
            out.push_str(&format!(
                "<rect class=\"promised\" x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"{height}\"/>"
            ));
            // A word that does not fit into its bar says nothing.
            if width >= 36.0 {
                let x = x + width / 2.0;
                out.push_str(&format!(
                    "<text class=\"on\" x=\"{x:.1}\" y=\"{foot:.1}\" text-anchor=\"middle\">{word}</text>"
                ));
            }
        };
        let Some(Stop { first, .. }) = self.stop else {
            piece(out, left, width, "办理");
            return left + width;
        };
        let before = width * f64::from(first) / f64::from(self.promised);
        piece(out, left, before, "审查");
        let x = left + before;
        out.push_str(&format!(
            "<rect class=\"paused\" x=\"{x:.1}\" y=\"{top}\" width=\"{STOP}\" height=\"{height}\" fill=\"url(#{id}h)\"/>\
             <text class=\"stop\" x=\"{:.1}\" y=\"{foot:.1}\" text-anchor=\"middle\">停表</text>",
            x + STOP / 2.0
        ));
        piece(out, x + STOP, width - before, "决定");
        left + width + STOP
    }

    /// What one learns from the drawing, in a sentence.
    fn said(&self) -> String {
        let promise = match self.promised {
            0 => "我们承诺当场办结".to_owned(),
            days => format!("我们承诺 {days} 个工作日"),
        };
        let law = match self.item.statutory {
            Some(limit) => format!("，法律规定最长 {}", long(limit)),
            None => "，法律没有规定期限".to_owned(),
        };
        let stop = self.stop.map(|stop| format!("；{}的时间不计入", stop.word)).unwrap_or_default();
        format!("{promise}{law}{stop}。")
    }

    /// The sum written out, and what is to be known about it.
    fn sum(&self) -> (String, String) {
        let whole = format!("{} 个工作日", self.promised);
        match self.stop {
            _ if self.promised == 0 => ("当场办结".to_owned(), "材料齐全就不用等".to_owned()),
            Some(Stop { word, first }) => (
                format!("{first} + {} = {whole}", self.promised - first),
                format!("{word}的天数不计入，会书面告诉您要几天"),
            ),
            None => (whole, "从受理第二天起算，节假日不算".to_owned()),
        }
    }

    fn law(&self) -> String {
        match self.item.statutory {
            Some(limit @ Limit::Working(_)) if self.item.kind == ItemType::Permit => {
                format!("{}，经批准最多再延长 10 个工作日，并告知理由", long(limit))
            }
            Some(limit) => long(limit),
            None => "没有规定".to_owned(),
        }
    }
}

fn stops(special: Special) -> &'static str {
    match special {
        Special::Testing => "检测",
        Special::ExpertReview => "评审",
        Special::SiteVisit => "核查",
    }
}

/// Four or five round days along the axis.
fn ticks(days: f64) -> Vec<f64> {
    let steps = [1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 90.0];
    let step = steps.into_iter().find(|step| days / step <= 5.0).unwrap_or(days / 4.0);
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
