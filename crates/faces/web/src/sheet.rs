//! Tables for spreadsheets: CSV with its byte order mark and no cell that a spreadsheet would run, and XLSX with cells of their kind.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::Fault;

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

/// Lines of cells as an XLSX workbook of one sheet. The first line is the heading; from column `numbers_from` on, what reads as a number is
/// one, everything else is text and never a formula.
pub fn xlsx(name: &str, lines: &[Vec<String>], numbers_from: usize) -> Result<Vec<u8>, Fault> {
    written(name, lines, numbers_from).map_err(|error| Fault::broken(format!("a workbook cannot be written: {error}")))
}

fn written(name: &str, lines: &[Vec<String>], numbers_from: usize) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // A sheet's name has at most 31 characters, and none of []:*?/\\.
    let name: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if !name.is_empty() {
        sheet.set_name(name)?;
    }
    let bold = Format::new().set_bold();
    for (row, cells) in (0..).zip(lines) {
        for (column, text) in (0u16..).zip(cells) {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            match number.filter(|_| row > 0 && usize::from(column) >= numbers_from) {
                Some(number) => sheet.write_number(row, column, number)?,
                None if row == 0 => sheet.write_string_with_format(row, column, text, &bold)?,
                None => sheet.write_string(row, column, text)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
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

    #[test]
    fn a_workbook_is_written() {
        let lines = [["名称", "件"], ["=1+1", "3"], ["南京市", "没有"]].map(|line| line.map(str::to_owned).to_vec());
        let bytes = xlsx("收件/2026", &lines, 1).unwrap_or_default();
        assert!(bytes.starts_with(b"PK"), "an XLSX file is a ZIP archive");
    }
}
