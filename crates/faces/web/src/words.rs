//! Days, numbers and codes as people read them, and text as addresses carry it.

use clock::{Ground, Limit};
use kernel::{Date, Timestamp, local_time};

const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// 9月30日（周三）; with the year when it is not the year of `today`.
pub fn day(date: Date, today: Date) -> String {
    format!("{}（{}）", short_day(date, today), weekday(date))
}

/// 9月30日; with the year when it is not the year of `today`.
pub fn short_day(date: Date, today: Date) -> String {
    if date.year() == today.year() { format!("{}月{}日", date.month(), date.day()) } else { long_day(date) }
}

/// 2026年9月30日, for documents.
pub fn long_day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// 周三
pub fn weekday(date: Date) -> &'static str {
    WEEKDAYS[date.weekday().to_monday_zero_offset() as usize]
}

/// 9月17日 14:32
pub fn moment(at: Timestamp, today: Date) -> String {
    let local = local_time(at);
    format!("{} {:02}:{:02}", short_day(local.date(), today), local.hour(), local.minute())
}

/// `5 个工作日`, `3 个月`, `当场`.
pub fn limit(limit: Limit) -> String {
    match limit {
        Limit::Immediate => "当场".to_owned(),
        Limit::Working(days) => format!("{days} 个工作日"),
        Limit::Calendar(days) => format!("{days} 天"),
        Limit::Months(months) => format!("{months} 个月"),
    }
}

/// What the clock waits for, in one word.
pub fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Hearing => "听证",
        Ground::Tender => "招标",
        Ground::Auction => "拍卖",
        Ground::Inspection => "检验",
        Ground::Testing => "检测",
        Ground::Quarantine => "检疫",
        Ground::Appraisal => "鉴定",
        Ground::ExpertReview => "专家评审",
        Ground::Correction => "补正",
    }
}

/// `早上好` and its like, by the hour in Beijing.
pub fn greeting(at: Timestamp) -> &'static str {
    match local_time(at).hour() {
        5..=10 => "早上好",
        11..=12 => "中午好",
        13..=17 => "下午好",
        _ => "晚上好",
    }
}

/// 24,922
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A long number in groups of four, for spans that leave a gap between them but copy without blanks.
pub fn groups(number: impl std::fmt::Display) -> Vec<String> {
    let digits: Vec<char> = number.to_string().chars().collect();
    digits.chunks(4).map(|group| group.iter().collect()).collect()
}

/// 2.4 MB
pub fn bytes(count: u64) -> String {
    match count {
        0..1_024 => format!("{count} 字节"),
        1_024..1_048_576 => format!("{} KB", count.div_ceil(1_024)),
        _ => {
            let tenths = count * 10 / 1_048_576;
            if tenths.is_multiple_of(10) {
                format!("{} MB", tenths / 10)
            } else {
                format!("{}.{} MB", tenths / 10, tenths % 10)
            }
        }
    }
}

/// `PDF，1.2 MB`: what a stored file is, told by what was found in it and not by its name.
pub fn file(media: &str, bytes: u64) -> String {
    format!("{}，{}", media_word(media), self::bytes(bytes))
}

/// What people call a media type.
pub fn media_word(media: &str) -> &'static str {
    match media {
        "application/pdf" => "PDF",
        "image/jpeg" => "JPG 图片",
        "image/png" => "PNG 图片",
        "image/webp" => "WebP 图片",
        "image/heic" | "image/heif" => "HEIC 图片",
        "application/ofd" => "OFD",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "Word 文档",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "Excel 表格",
        _ => "文件",
    }
}

/// Text for a query value: everything but unreserved characters becomes `%XX`.
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Whether percent-encoded bytes are well formed and mean UTF-8 text without control characters other than line ends.
pub fn is_encoded_text(encoded: &[u8]) -> bool {
    decode(encoded).is_some_and(|text| is_clean(&text))
}

/// Whether a text holds no control character other than line ends and tabs.
pub(crate) fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t'))
}

/// The pairs of an encoded form or query that is known to be text.
pub(crate) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    encoded
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .filter_map(|pair| {
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            Some((decode(&pair[..middle])?, decode(pair.get(middle + 1..).unwrap_or_default())?))
        })
        .collect()
}

fn decode(encoded: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(*byte).to_digit(16));
                (digit()? * 16 + digit()?) as u8
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_kind_and_size() {
        assert_eq!(file("application/pdf", 1024 * 1024), format!("PDF，{}", bytes(1024 * 1024)));
        assert_eq!(media_word("image/png"), "PNG 图片");
        assert_eq!(media_word("text/html"), "文件");
    }

    #[test]
    fn days_name_the_year_only_when_it_is_another() {
        let today = Date::constant(2026, 9, 28);
        assert_eq!(day(Date::constant(2026, 9, 30), today), "9月30日（周三）");
        assert_eq!(short_day(Date::constant(2027, 1, 4), today), "2027年1月4日");
    }

    #[test]
    fn numbers_are_grouped_as_people_read_them() {
        assert_eq!([0, 999, 1_000, 24_922, 1_234_567].map(thousands), ["0", "999", "1,000", "24,922", "1,234,567"]);
        assert_eq!(groups("3205091700482"), ["3205", "0917", "0048", "2"]);
        assert_eq!([12, 2_048, 2_516_582, 20_971_520].map(bytes), ["12 字节", "2 KB", "2.3 MB", "20 MB"]);
    }

    #[test]
    fn text_in_addresses_survives_and_bad_encoding_is_told() {
        let name = "𠮷 & 100% \"好\"+x";
        assert_eq!(
            pairs(format!("q={}&empty=&flag", percent(name)).as_bytes()),
            [
                ("q".to_owned(), name.to_owned()),
                ("empty".to_owned(), String::new()),
                ("flag".to_owned(), String::new()),
            ]
        );
        for bad in ["%", "%4", "%zz", "%ff%fe", "%00"] {
            assert!(!is_encoded_text(bad.as_bytes()), "{bad}");
        }
        assert!(is_encoded_text(b"q=%E5%A5%BD%0D%0A+a"));
    }
}
