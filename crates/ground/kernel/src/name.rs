//! The names of people, as they really are.

use crate::text::{masked_debug, serde_as_text};
use crate::{Class, Refuse};
use std::{fmt, str::FromStr};

/// A person's name (姓名): 1 to 50 characters of any script.
///
/// Rare characters (生僻字) beyond the basic plane, their variation selectors, names of minorities with `·` and
/// Latin names are names like all others. The many dots that people type between the parts of a name become the
/// one of the national norm (U+00B7); outer spaces go and inner ones become one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Box<str>);

/// No name in any register is longer.
const CHARACTERS_MAX: usize = 50;

serde_as_text!(PersonName);
masked_debug!(PersonName);

impl PersonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first character and stars: `陈*`, `欧**`. The number of stars is at most two, whatever is hidden.
    pub fn masked(&self) -> String {
        let mut shown = self.0.chars().filter(|found| !is_variation_selector(*found));
        let first = shown.next().into_iter();
        first.chain(shown.map(|_| '*').take(2)).collect()
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for PersonName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let mut name = String::with_capacity(text.len().min(4 * CHARACTERS_MAX));
        let mut length = 0;
        for word in text.split_whitespace() {
            if !name.is_empty() {
                name.push(' ');
                length += 1;
            }
            for found in word.chars() {
                if found.is_control() || is_invisible(found) {
                    return Err(BadName::Invisible);
                }
                name.push(if is_separating_dot(found) { '·' } else { found });
                length += 1;
                if length > CHARACTERS_MAX {
                    return Err(BadName::TooLong);
                }
            }
        }
        if name.is_empty() { Err(BadName::Empty) } else { Ok(PersonName(name.into())) }
    }
}

/// What input methods offer for the dot between the parts of a name.
fn is_separating_dot(found: char) -> bool {
    matches!(found, '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '᛫' | '．')
}

/// Characters that draw nothing or turn the direction of writing: with them two names look the same and are not.
fn is_invisible(found: char) -> bool {
    matches!(found, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' |
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}')
}

fn is_variation_selector(found: char) -> bool {
    matches!(found, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadName {
    /// Nothing was written.
    Empty,
    /// More than 50 characters.
    TooLong,
    /// A control character or one that cannot be seen.
    Invisible,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadName::Empty => "请填写姓名。",
            BadName::TooLong => "姓名最多 50 个字，请核对。",
            BadName::Invisible => "姓名里有看不见的字符，请删去后重新输入。",
        })
    }
}

impl std::error::Error for BadName {}

impl Refuse for BadName {
    fn code(&self) -> &'static str {
        match self {
            BadName::Empty => "name.empty",
            BadName::TooLong => "name.too-long",
            BadName::Invisible => "name.invisible",
        }
    }

    fn class(&self) -> Class {
        Class::Invalid
    }
}
