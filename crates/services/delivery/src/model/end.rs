//! One end of a parcel's way: who hands it over or takes it, and where.

use kernel::{FieldError, Mobile};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Characters of a name and of an address.
const NAME_MOST: usize = 50;
const ADDRESS_LEAST: usize = 6;
const ADDRESS_MOST: usize = 120;

/// Both ends, sealed together.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// Who sends.
    pub from: End,
    /// Who receives.
    pub to: End,
}

/// Sender or receiver: all that a courier gets to know of anybody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Whom to ask for.
    pub name: String,
    /// Where to call: a mobile number, or another one with its area code.
    pub phone: String,
    /// Where, from the province to the door.
    pub address: String,
}

impl End {
    /// An end as somebody typed it: outer spaces go, everything else must be right.
    pub fn new(name: &str, phone: &str, address: &str) -> Result<End, Vec<FieldError>> {
        let wrong = |field: &str, code, detail: &str| FieldError {
            pointer: format!("/{field}"),
            code,
            detail: detail.to_owned(),
        };
        let (name, address) = (plain(name), plain(address));
        let mut errors = vec![];
        if name.is_empty() || name.chars().count() > NAME_MOST {
            errors.push(wrong("name", "delivery.name", "写收件人的姓名，最多 50 个字"));
        }
        let phone = match telephone(phone) {
            Some(phone) => phone,
            None => {
                errors.push(wrong("phone", "delivery.phone", "写 11 位手机号，或者带区号的座机，例如 025-83000000"));
                String::new()
            }
        };
        if !(ADDRESS_LEAST..=ADDRESS_MOST).contains(&address.chars().count()) {
            errors.push(wrong("address", "delivery.address", "地址从省、市、区写到门牌号，6 到 120 个字"));
        }
        if errors.is_empty() { Ok(End { name, phone, address }) } else { Err(errors) }
    }

    /// The telephone as it may be shown to staff who need not call: `138****5678`.
    pub fn masked_phone(&self) -> String {
        if let Ok(mobile) = self.phone.parse::<Mobile>() {
            return mobile.masked();
        }
        let count = self.phone.chars().count();
        self.phone.chars().enumerate().map(|(at, c)| if at + 4 < count && c != '-' { '*' } else { c }).collect()
    }

    /// Province, city, county and the rest of the address, as far as the words tell; what they do not tell is empty.
    pub fn parts(&self) -> [&str; 4] {
        let (province, rest) = cut(&self.address, &["自治区", "特别行政区", "省"]).unwrap_or(("", &self.address));
        let (city, rest) = cut(rest, &["自治州", "地区", "盟", "市"]).unwrap_or(("", rest));
        let (county, rest) = cut(rest, &["区", "县", "旗", "市"]).unwrap_or(("", rest));
        // A municipality is its own province.
        let province = if province.is_empty() { city } else { province };
        [province, city, county, rest]
    }
}

impl fmt::Debug for End {
    /// Says that there is one, not whom: a debug print may end in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("End(…)")
    }
}

impl fmt::Debug for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ends(…)")
    }
}

/// Without outer spaces, line ends and what nobody can see.
fn plain(text: &str) -> String {
    let seen = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.trim().chars().filter(seen).collect()
}

/// A mobile number in its one form, or digits with an area code.
fn telephone(text: &str) -> Option<String> {
    if let Ok(mobile) = text.parse::<Mobile>() {
        return Some(mobile.to_string());
    }
    let text: String = text.trim().chars().filter(|c| !c.is_whitespace()).collect();
    let (area, own) = text.split_once('-')?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = is_digits(area) && is_digits(own) && area.starts_with('0');
    (fits && (3..=4).contains(&area.len()) && (7..=8).contains(&own.len())).then_some(text)
}

/// The text up to the nearest of these ends, and what follows. Ends that begin a text end nothing.
fn cut<'a>(text: &'a str, ends: &[&str]) -> Option<(&'a str, &'a str)> {
    let at = ends.iter().filter_map(|end| text.find(end).filter(|at| *at > 0).map(|at| at + end.len())).min()?;
    // Twelve characters name any region; a later word is part of a street's name.
    (text[..at].chars().count() <= 12).then(|| text.split_at(at))
}
