//! Small drawings of figures as SVG, made on the server: bars, dots on a line, lines over months, things side by side over days, and the
//! tiles of a province's cities.
//!
//! Each says in its title what is measured and in its description what one learns from it; beside each the page offers the table.
//! None is wider than 400 units, so that its type stays readable on a telephone. Colours are those of the style sheet.

mod spans;

use std::fmt::Write as _;

pub use spans::{Pace, Part, Strand, spans};

/// Width of a drawing.
const WIDTH: f64 = 400.0;
/// Five steps from light to dark, and the text that can be read on each.
const STEPS: [(&str, &str); 5] =
    [("#e6f1f2", "#08363f"), ("#b9d8dc", "#08363f"), ("#6ba7b1", "#08363f"), ("#23717f", "#fff"), ("#08363f", "#fff")];
/// Where the cities stand: which column and row.
const CITY_TILES: &str = include_str!("../../../../data/city_tiles.csv");

/// A drawing's name: the measure with its unit, and the finding in a sentence.
#[derive(Debug, Clone)]
pub struct Caption {
    /// Unique on the page.
    pub id: &'static str,
    /// 每月收件和办结，件
    pub title: String,
    /// What one learns.
    pub finding: String,
}

/// One value with its name.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Whose.
    pub name: String,
    /// How much; none where there is nothing to say.
    pub value: Option<f64>,
    /// As it is written.
    pub shown: String,
}

/// Bars from zero, one a line.
pub fn bars(caption: &Caption, marks: &[Mark]) -> String {
    const ROW: f64 = 34.0;
    let most = marks.iter().filter_map(|mark| mark.value).fold(0.0, f64::max).max(1.0);
    let mut out = open(caption, ROW * marks.len() as f64 + 4.0);
    for (mark, top) in marks.iter().zip((0..).map(|row| f64::from(row) * ROW)) {
        text(&mut out, 0.0, top + 22.0, "start", "var(--ink)", &cut(&mark.name, 7));
        let width = 186.0 * mark.value.unwrap_or(0.0) / most;
        let _ =
            write!(out, "<rect x=\"120\" y=\"{:.0}\" width=\"186\" height=\"14\" fill=\"var(--mist2)\"/>", top + 10.0);
        if width > 0.0 {
            let _ = write!(
                out,
                "<rect x=\"120\" y=\"{:.0}\" width=\"{width:.1}\" height=\"14\" fill=\"var(--lake)\"/>",
                top + 10.0
            );
        }
        text(&mut out, WIDTH, top + 22.0, "end", "var(--ink)", &mark.shown);
    }
    out + "</svg>"
}

/// Dots on lines between two ends that are named: for values that lie too close together for bars.
pub fn dots(caption: &Caption, (low, high): (f64, f64), unit: &str, marks: &[Mark]) -> String {
    const ROW: f64 = 34.0;
    let span = (high - low).max(f64::EPSILON);
    let mut out = open(caption, ROW * (marks.len() + 1) as f64);
    text(&mut out, 120.0, 20.0, "start", "var(--ink2)", &format!("左端 {low:.0}{unit}"));
    text(&mut out, 306.0, 20.0, "end", "var(--ink2)", &format!("右端 {high:.0}{unit}"));
    for (mark, top) in marks.iter().zip((1..).map(|row| f64::from(row) * ROW)) {
        let middle = top + 17.0;
        text(&mut out, 0.0, middle + 5.0, "start", "var(--ink)", &cut(&mark.name, 7));
        let _ = write!(out, "<path d=\"M120 {middle:.0}H306\" stroke=\"var(--line)\" stroke-width=\"2\"/>");
        if let Some(value) = mark.value {
            let x = 120.0 + 186.0 * ((value - low) / span).clamp(0.0, 1.0);
            let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{middle:.0}\" r=\"6\" fill=\"var(--lake)\"/>");
        }
        text(&mut out, WIDTH, middle + 5.0, "end", "var(--ink)", &mark.shown);
    }
    out + "</svg>"
}

/// Two series over months: the first drawn through, the second dashed; both named at their ends.
pub fn lines(caption: &Caption, months: &[String], first: (&str, &[f64]), second: (&str, &[f64])) -> String {
    const LEFT: f64 = 44.0;
    const RIGHT: f64 = 320.0;
    const TOP: f64 = 16.0;
    const BOTTOM: f64 = 176.0;
    let most = first.1.iter().chain(second.1).copied().fold(0.0, f64::max);
    let top_tick = round_up(most);
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * value / top_tick;
    let steps = months.len().saturating_sub(1).max(1) as f64;
    let x = |at: usize| LEFT + (RIGHT - LEFT) * at as f64 / steps;
    let mut out = open(caption, 212.0);
    for part in [0.0, 0.5, 1.0] {
        let line = y(top_tick * part);
        let _ = write!(out, "<path d=\"M{LEFT} {line:.1}H{RIGHT}\" stroke=\"var(--line)\"/>");
        text(&mut out, LEFT - 6.0, line + 5.0, "end", "var(--ink2)", &short(top_tick * part));
    }
    let series = [
        (second, "stroke=\"var(--ink2)\" stroke-width=\"2\" stroke-dasharray=\"5 4\""),
        (first, "stroke=\"var(--lake)\" stroke-width=\"2.6\""),
    ];
    for ((_, values), stroke) in series {
        let points: Vec<String> =
            values.iter().enumerate().map(|(at, value)| format!("{:.1},{:.1}", x(at), y(*value))).collect();
        let _ = write!(out, "<polyline points=\"{}\" fill=\"none\" {stroke}/>", points.join(" "));
    }
    let ends = [first, second].map(|(name, values)| (name, values.last().copied().unwrap_or(0.0)));
    // Names of ends that lie close together are pushed apart.
    let mut places = ends.map(|(_, value)| y(value) + 5.0);
    if (places[0] - places[1]).abs() < 20.0 {
        let upper = usize::from(places[0] > places[1]);
        let middle = ((places[0] + places[1]) / 2.0).clamp(TOP + 15.0, BOTTOM - 5.0);
        (places[upper], places[1 - upper]) = (middle - 10.0, middle + 10.0);
    }
    for (((name, value), place), colour) in ends.into_iter().zip(places).zip(["var(--lake)", "var(--ink2)"]) {
        text(&mut out, RIGHT + 8.0, place, "start", colour, &format!("{name} {}", short(value)));
    }
    // The first, the middle and the last are named; more would run into each other.
    let apart = (months.len().saturating_sub(1) / 2).max(1);
    for (at, month) in months.iter().enumerate().step_by(apart) {
        let anchor = if at == 0 { "start" } else { "middle" };
        text(&mut out, x(at), 200.0, anchor, "var(--ink2)", month);
    }
    out + "</svg>"
}

/// One value as a dot on a line between two ends, small enough for a cell; what it is stands in figures beside it.
pub fn dot(value: f64, (low, high): (f64, f64)) -> String {
    let x = 8.0 + 104.0 * ((value - low) / (high - low).max(f64::EPSILON)).clamp(0.0, 1.0);
    format!(
        "<svg viewBox=\"0 0 120 16\" width=\"120\" height=\"16\" aria-hidden=\"true\"><path d=\"M2 8H118\" stroke=\"var(--line)\" \
         stroke-width=\"2\"/><circle cx=\"{x:.1}\" cy=\"8\" r=\"6\" fill=\"var(--lake)\"/></svg>"
    )
}

/// A line over time with gaps where nothing is known.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// The values, in the order of the labels.
    pub values: Vec<Option<f64>>,
    /// Between what and what it is expected, for the values that are; empty if for none.
    pub band: Vec<Option<(f64, f64)>>,
    /// A level to compare with, and its name.
    pub level: Option<(String, f64)>,
}

/// A line over time: what is known drawn through, gaps left out, what is expected as a band, the level dashed.
pub fn course(caption: &Caption, labels: &[String], course: &Course) -> String {
    const LEFT: f64 = 44.0;
    const RIGHT: f64 = 392.0;
    const TOP: f64 = 24.0;
    const BOTTOM: f64 = 176.0;
    let band = course.band.iter().flatten().map(|(_, high)| *high);
    let level = course.level.iter().map(|(_, level)| *level);
    let top_tick = round_up(course.values.iter().flatten().copied().chain(band).chain(level).fold(0.0, f64::max));
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * value / top_tick;
    let steps = labels.len().saturating_sub(1).max(1) as f64;
    let x = |at: usize| LEFT + (RIGHT - LEFT) * at as f64 / steps;
    let mut out = open(caption, 212.0);
    for part in [0.0, 0.5, 1.0] {
        let line = y(top_tick * part);
        let _ = write!(out, "<path d=\"M{LEFT} {line:.1}H{RIGHT}\" stroke=\"var(--line)\"/>");
        text(&mut out, LEFT - 6.0, line + 5.0, "end", "var(--ink2)", &short(top_tick * part));
    }
    for (at, bounds) in course.band.iter().enumerate() {
        let Some((low, high)) = bounds else { continue };
        let (top, tall) = (y(*high), (y(*low) - y(*high)).max(2.0));
        let left = x(at) - 4.0;
        let _ = write!(out, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"8\" height=\"{tall:.1}\" fill=\"#b9d8dc\"/>");
    }
    if let Some((name, level)) = &course.level {
        let line = y(*level);
        let dashed = "stroke=\"var(--ink2)\" stroke-width=\"2\" stroke-dasharray=\"5 4\"";
        let _ = write!(out, "<path d=\"M{LEFT} {line:.1}H{RIGHT}\" {dashed}/>");
        text(&mut out, LEFT + 2.0, 14.0, "start", "var(--ink2)", &format!("虚线：{name}"));
    }
    let known: Vec<(usize, f64)> =
        course.values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
    for run in known.chunk_by(|(one, _), (next, _)| one + 1 == *next) {
        let points: Vec<String> = run.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
        let points = points.join(" ");
        let _ =
            write!(out, "<polyline points=\"{points}\" fill=\"none\" stroke=\"var(--lake)\" stroke-width=\"2.6\"/>");
    }
    // A value alone makes no line.
    if known.len() <= 31 {
        for (at, value) in &known {
            let _ = write!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"var(--lake)\"/>", x(*at), y(*value));
        }
    }
    // The first and the last, and the middle where there is room between them.
    let last = labels.len().saturating_sub(1);
    let middle = if last >= 8 || last.is_multiple_of(2) { last / 2 } else { 0 };
    for (at, label) in labels.iter().enumerate().filter(|(at, _)| [0, middle, last].contains(at)) {
        let anchor = match at {
            0 => "start",
            at if at == last => "end",
            _ => "middle",
        };
        text(&mut out, x(at), 200.0, anchor, "var(--ink2)", label);
    }
    out + "</svg>"
}

/// A city on the map of tiles.
#[derive(Debug, Clone)]
pub struct City {
    /// Its code, 12 digits.
    pub code: String,
    /// Its value.
    pub mark: Mark,
}

/// The cities as tiles in about their places, darker for more, in five steps between the given bounds (each the least of its
/// step, from the second on). Cities without a value are outlined. None if a city has no place on the map.
pub fn tiles(caption: &Caption, bounds: &[f64; 4], whole: (&str, &str), cities: &[City]) -> Option<String> {
    const SIDE: f64 = 72.0;
    const GAP: f64 = 6.0;
    let places: Vec<(f64, f64)> = cities.iter().map(|city| place(&city.code)).collect::<Option<_>>()?;
    let rows = places.iter().map(|(_, row)| row + 1.0).fold(0.0, f64::max);
    let mut out = open(caption, rows * (SIDE + GAP));
    for (city, (column, row)) in cities.iter().zip(places) {
        let (left, top) = (column * (SIDE + GAP), row * (SIDE + GAP));
        let step = city.mark.value.map(|value| bounds.iter().filter(|bound| value >= **bound).count());
        let (ground, ink, edge) = match step {
            Some(step) => (STEPS[step].0, STEPS[step].1, "none"),
            None => ("none", "var(--ink2)", "var(--line2)"),
        };
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.0}\" height=\"{:.0}\" rx=\"5\" fill=\"{ground}\" stroke=\"{edge}\"/>",
            left + 0.5,
            top + 0.5,
            SIDE - 1.0,
            SIDE - 1.0
        );
        text(&mut out, left + 8.0, top + 25.0, "start", ink, &cut(city.mark.name.trim_end_matches('市'), 4));
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"18\" font-weight=\"600\" fill=\"{ink}\">{}</text>",
            left + 8.0,
            top + 55.0,
            escape(&city.mark.shown)
        );
    }
    let corner = 3.0 * (SIDE + GAP);
    text(&mut out, corner, 22.0, "start", "var(--ink2)", whole.0);
    let _ = write!(
        out,
        "<text x=\"{corner:.0}\" y=\"56\" font-size=\"28\" font-weight=\"600\" fill=\"var(--ink)\">{}</text>",
        escape(whole.1)
    );
    Some(out + "</svg>")
}

/// The colours of the five steps, for a legend: ground and bound.
pub fn legend(caption: &str, bounds: &[f64; 4], unit: &str) -> String {
    let mut out =
        format!("<svg viewBox=\"0 0 {WIDTH} 28\" width=\"{WIDTH}\" role=\"img\" aria-label=\"{}\">", escape(caption));
    for (at, (ground, _)) in STEPS.iter().enumerate() {
        let left = at as f64 * 80.0;
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"6.5\" width=\"15\" height=\"15\" fill=\"{ground}\" stroke=\"var(--line2)\"/>",
            left + 0.5
        );
        let words = match at.checked_sub(1) {
            None => format!("低于 {}", bounds[0]),
            Some(at) => format!("{}{unit}起", bounds[at]),
        };
        text(&mut out, left + 20.0, 19.0, "start", "var(--ink2)", &words);
    }
    out + "</svg>"
}

fn place(code: &str) -> Option<(f64, f64)> {
    let line = CITY_TILES.lines().skip(1).find_map(|line| line.strip_prefix(code)?.strip_prefix(','))?;
    let (column, row) = line.trim().split_once(',')?;
    Some((column.parse().ok()?, row.parse().ok()?))
}

fn open(caption: &Caption, height: f64) -> String {
    let Caption { id, title, finding } = caption;
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" role=\"img\" aria-labelledby=\"{id}t {id}d\" font-size=\"15\">\
         <title id=\"{id}t\">{}</title><desc id=\"{id}d\">{}</desc>",
        escape(title),
        escape(finding)
    )
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, colour: &str, words: &str) {
    let _ = write!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{}</text>",
        escape(words)
    );
}

/// At most so many characters; the table beside the drawing has the whole name.
fn cut(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most - 1).chain(['…']).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The next round number: 1, 2 or 5 times a power of ten, and at least 4.
fn round_up(value: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for step in [1.0, 2.0, 4.0, 5.0] {
            if step * power >= value.max(4.0) {
                return step * power;
            }
        }
        power *= 10.0;
    }
}

/// 12,300 as 1.23万.
fn short(value: f64) -> String {
    if value >= 10_000.0 {
        let text = format!("{:.2}", value / 10_000.0);
        format!("{}万", text.trim_end_matches('0').trim_end_matches('.'))
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caption() -> Caption {
        Caption { id: "c", title: "按时率，%".to_owned(), finding: "甲 < 乙".to_owned() }
    }

    #[test]
    fn every_city_of_the_tiles_has_its_own_place() {
        let mut places: Vec<&str> =
            CITY_TILES.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(_, at)| at).collect();
        assert_eq!(places.len(), 13);
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 13);
        assert_eq!(place("320500000000"), Some((4.0, 4.0)));
        assert_eq!(place("110000000000"), None);
    }

    #[test]
    fn a_drawing_says_what_it_shows_and_takes_no_markup_from_names() {
        let marks = [Mark { name: "<b>".to_owned(), value: Some(1.0), shown: "1 件".to_owned() }];
        let drawn = bars(&caption(), &marks);
        assert!(drawn.contains("<title id=\"ct\">按时率，%</title>") && drawn.contains("甲 &lt; 乙"));
        assert!(drawn.contains("&lt;b&gt;") && !drawn.contains("<b>"));
        assert!(!drawn.contains("style="), "the content security policy allows no inline style");
    }

    #[test]
    fn a_course_has_gaps_where_nothing_is_known() {
        let labels: Vec<String> = (1..=5).map(|day| format!("{day}日")).collect();
        let values = vec![Some(1.0), Some(2.0), None, Some(3.0), None];
        let band = vec![None, None, None, None, Some((2.0, 4.0))];
        let drawn = super::course(&caption(), &labels, &Course { values, band, level: Some(("中位".to_owned(), 2.0)) });
        assert_eq!(drawn.matches("<polyline").count(), 2);
        assert_eq!(drawn.matches("<rect").count(), 1);
        assert!(drawn.contains("虚线：中位"));
        super::course(&caption(), &[], &Course::default());
    }

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!([0.0, 3.0, 4.1, 17.0, 99.0, 2_001.0].map(round_up), [4.0, 4.0, 5.0, 20.0, 100.0, 4_000.0]);
        assert_eq!([0.0, 999.0, 12_300.0, 20_000.0].map(short), ["0", "999", "1.23万", "2万"]);
    }

    #[test]
    fn steps_are_told_by_their_bounds() {
        let city = |value| City {
            code: "320100000000".to_owned(),
            mark: Mark { name: "南京市".to_owned(), value, shown: String::new() },
        };
        let bounds = [98.0, 98.5, 99.0, 99.4];
        for (value, ground) in [(Some(97.0), "#e6f1f2"), (Some(98.5), "#6ba7b1"), (Some(100.0), "#08363f")] {
            let drawn = tiles(&caption(), &bounds, ("全省", "99"), &[city(value)]).unwrap_or_default();
            assert!(drawn.contains(&format!("fill=\"{ground}\"")), "{value:?}");
        }
        assert!(tiles(&caption(), &bounds, ("", ""), &[city(None)]).unwrap_or_default().contains("var(--line2)"));
    }
}
