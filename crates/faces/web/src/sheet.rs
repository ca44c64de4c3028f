//! Tables for spreadsheets: CSV with its byte order mark, and no cell that a spreadsheet would run.

/// Lines of cells as CSV (RFC 4180), with the mark by which spreadsheets tell UTF-8.
pub fn csv<L: AsRef<[String]>>(lines: impl IntoIterator<Item = L>) -> String {
    let mut out = String::from("\u{feff}");
    for line in lines {
        let cells: Vec<String> = line.as_ref().iter().map(|text| cell(text)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// One cell. What begins like a formula is made text (OWASP, CSV injection); a negative number stays a number.
pub fn cell(text: &str) -> String {
    let is_number = text.starts_with('-') && text.parse::<f64>().is_ok();
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run_by_a_spreadsheet() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("@cmd", "'@cmd"),
            ("+cmd", "'+cmd"),
            ("-1+2", "'-1+2"),
            ("-12.5", "-12.5"),
            ("甲,乙", "\"甲,乙\""),
            ("\"甲\"", "\"\"\"甲\"\"\""),
            ("南京市", "南京市"),
        ];
        for (text, told) in cases {
            assert_eq!(cell(text), told);
        }
        let lines = [["名称", "件"], ["南京市", "3"]].map(|line| line.map(str::to_owned));
        assert_eq!(csv(lines), "\u{feff}名称,件\r\n南京市,3\r\n");
    }
}
