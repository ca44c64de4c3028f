//! Why a code cannot be taken.

use crate::{Class, Refuse};
use std::fmt;

/// Why a text is not the code it should be. Its text tells the writer what to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadCode {
    /// Too few or too many characters.
    Length {
        /// How many the code has.
        want: usize,
    },
    /// A character that this code never has in this place.
    Character {
        /// Its place, counted from 1 without white space.
        at: usize,
        /// The character.
        found: char,
    },
    /// The check character does not belong to the others: a slip of the pen, or an invented code.
    Check,
    /// The part that names a region names none.
    Region,
    /// The part that is a date is none.
    Date,
    /// The part that says of what kind the thing is (level, type, prefix) has an unknown value.
    Kind,
    /// The part that counts is outside its range.
    Serial,
}

impl fmt::Display for BadCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadCode::Length { want } => write!(f, "位数不对，应为 {want} 位，请核对后重填。"),
            BadCode::Character { at, found } if found.is_control() => {
                write!(f, "第 {at} 位是看不见的字符，请删去后重填。")
            }
            BadCode::Character { at, found } => write!(f, "第 {at} 位不能是“{found}”，请核对后重填。"),
            BadCode::Check => f.write_str("校验位不对，多半是有一位写错了，请对照原件逐位核对。"),
            BadCode::Region => f.write_str("其中的地区代码不存在，请对照原件核对。"),
            BadCode::Date => f.write_str("其中的日期不存在，请对照原件核对。"),
            BadCode::Kind => f.write_str("其中的类别代码不存在，请对照原件核对。"),
            BadCode::Serial => f.write_str("其中的顺序号超出范围，请对照原件核对。"),
        }
    }
}

impl std::error::Error for BadCode {}

impl Refuse for BadCode {
    fn code(&self) -> &'static str {
        match self {
            BadCode::Length { .. } => "code.length",
            BadCode::Character { .. } => "code.character",
            BadCode::Check => "code.check",
            BadCode::Region => "code.region",
            BadCode::Date => "code.date",
            BadCode::Kind => "code.kind",
            BadCode::Serial => "code.serial",
        }
    }

    fn class(&self) -> Class {
        Class::Invalid
    }
}
