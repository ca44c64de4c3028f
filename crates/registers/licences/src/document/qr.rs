//! QR codes (GB/T 18284-2000) as vector shapes.

use fast_qr::{ECL, QRBuilder, QRCode};

/// White modules around the code, as the standard demands.
const QUIET: usize = 4;

/// Dark runs of one row: start and length in modules.
type Run = (usize, usize);

/// The code for some text: its size in modules without the quiet zone, and the dark runs of each row.
///
/// `None` when the text is too long for any code (about 2,300 bytes).
pub(super) fn rows(text: &str) -> Option<(usize, Vec<Vec<Run>>)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    Some((code.size, (0..code.size).map(|row| runs(&code, row)).collect()))
}

fn runs(code: &QRCode, row: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = vec![];
    for at in (0..code.size).filter(|at| code[row][*at].value()) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

/// A QR code for `text`, as an SVG element to put into a page: one path in `currentColor` on a white ground, with the
/// quiet zone, sized by the page's own style. `label` is what a screen reader says.
///
/// `None` when the text is too long for any code (about 2,300 bytes).
#[must_use]
pub fn qr_svg(text: &str, label: &str) -> Option<String> {
    use std::fmt::Write as _;
    let (size, rows) = rows(text)?;
    let mut path = String::new();
    for (y, runs) in rows.iter().enumerate() {
        for (x, length) in runs {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
        }
    }
    let side = size + 2 * QUIET;
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"currentColor\" d=\"{path}\"/></svg>"
    ))
}
