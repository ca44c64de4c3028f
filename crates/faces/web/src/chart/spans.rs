//! Things that go on side by side: one line each from its beginning to its end, on one scale of days.

use std::fmt::Write as _;

use super::{Caption, WIDTH, cut, open, text};

/// One line.
#[derive(Debug, Clone)]
pub struct Strand {
    /// What goes on.
    pub name: String,
    /// With whom it is, or how it ended.
    pub say: String,
    /// Its parts, by the scale's places.
    pub parts: Vec<Part>,
}

/// A part of a line, from one place of the scale to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it begins.
    pub from: usize,
    /// Where it ends, that place included.
    pub to: usize,
    /// What it is.
    pub pace: Pace,
}

/// What goes on in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Nothing has begun.
    Waits,
    /// It runs.
    Runs,
    /// It stands still.
    Rests,
}

/// The lines over `days`, whose names stand below the first, the middle and the last.
pub fn spans(caption: &Caption, days: &[String], strands: &[Strand]) -> String {
    const ROW: f64 = 54.0;
    const BAR: f64 = 14.0;
    let step = WIDTH / days.len().max(1) as f64;
    let bottom = ROW * strands.len() as f64;
    let mut out = open(caption, bottom + 26.0);
    for (strand, top) in strands.iter().zip((0..).map(|row| f64::from(row) * ROW)) {
        text(&mut out, 0.0, top + 18.0, "start", "var(--ink)", &cut(&strand.name, 15));
        text(&mut out, WIDTH, top + 18.0, "end", "var(--ink2)", &cut(&strand.say, 9));
        let y = top + 26.0;
        let _ = write!(out, "<rect x=\"0\" y=\"{y:.0}\" width=\"{WIDTH}\" height=\"{BAR}\" fill=\"var(--mist2)\"/>");
        for part in &strand.parts {
            let (x, width) = (part.from as f64 * step, (part.to + 1 - part.from.min(part.to)) as f64 * step);
            // The three differ by shape, not by colour alone.
            let _ = match part.pace {
                Pace::Runs => write!(
                    out,
                    "<rect x=\"{x:.1}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{BAR}\" fill=\"var(--lake)\"/>"
                ),
                Pace::Waits => write!(
                    out,
                    "<rect x=\"{x:.1}\" y=\"{:.0}\" width=\"{width:.1}\" height=\"4\" fill=\"var(--ink2)\"/>",
                    y + 5.0
                ),
                Pace::Rests => write!(
                    out,
                    "<rect x=\"{:.1}\" y=\"{:.0}\" width=\"{:.1}\" height=\"{}\" fill=\"none\" stroke=\"var(--lake)\" \
                     stroke-width=\"2\" stroke-dasharray=\"4 3\"/>",
                    x + 1.0,
                    y + 1.0,
                    (width - 2.0).max(1.0),
                    BAR - 2.0
                ),
            };
        }
    }
    let last = days.len().saturating_sub(1);
    let mut named = vec![0, last / 2, last];
    named.dedup();
    for at in named {
        let anchor = match at {
            0 => "start",
            at if at == last => "end",
            _ => "middle",
        };
        let x = match anchor {
            "start" => 0.0,
            "end" => WIDTH,
            _ => (at as f64 + 0.5) * step,
        };
        text(&mut out, x, bottom + 16.0, anchor, "var(--ink2)", days.get(at).map_or("", String::as_str));
    }
    out + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_lies_on_its_days() {
        let caption = Caption { id: "s", title: "并联".to_owned(), finding: "甲在办".to_owned() };
        let days: Vec<String> = (1..=10).map(|day| format!("{day}日")).collect();
        let parts = vec![
            Part { from: 0, to: 1, pace: Pace::Waits },
            Part { from: 2, to: 5, pace: Pace::Runs },
            Part { from: 6, to: 9, pace: Pace::Rests },
        ];
        let strand = Strand { name: "用地 <审批>".to_owned(), say: "在办".to_owned(), parts };
        let drawn = spans(&caption, &days, &[strand.clone(), strand]);
        assert!(drawn.contains("<rect x=\"80.0\" y=\"26\" width=\"160.0\" height=\"14\" fill=\"var(--lake)\"/>"));
        assert!(drawn.contains("stroke-dasharray") && drawn.contains("&lt;审批&gt;"));
        assert!(drawn.contains(">1日<") && drawn.contains(">5日<") && drawn.contains(">10日<"));
        assert!(spans(&caption, &[], &[]).ends_with("</svg>"));
    }
}
