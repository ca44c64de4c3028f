//! Words that people wrote.

use super::{Refusal, TEXT_MOST};

/// Digits in a row that may be somebody's number.
const NUMBER_LEAST: usize = 7;

/// `text` without what nobody can see and without outer spaces.
pub(crate) fn clean(text: &str) -> String {
    let seen = |found: &char| {
        let is_control = found.is_control() && !matches!(found, '\n' | '\t');
        let is_hidden =
            matches!(found, '\u{200b}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        !(is_control || is_hidden)
    };
    text.chars().filter(seen).collect::<String>().trim().to_owned()
}

/// `text` cleaned, which must not be empty or far too long.
pub(crate) fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = clean(text);
    match text.chars().count() {
        0 => Err(Refusal::WordsMissing(pointer)),
        n if n > TEXT_MOST => Err(Refusal::TooLong { pointer, most: TEXT_MOST }),
        _ => Ok(text),
    }
}

/// Refuses text in which there are numbers of people.
pub(crate) fn impersonal(text: &str, pointer: &'static str) -> Result<(), Refusal> {
    if mask(text) == text { Ok(()) } else { Err(Refusal::Personal(pointer)) }
}

/// `text` with every longer row of digits hidden but for its first three: what a handling unit reads of a protected caller.
pub fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut row = String::new();
    let flush = |row: &mut String, out: &mut String| {
        let digits = row.chars().filter(|found| is_digit(*found)).count();
        if digits >= NUMBER_LEAST {
            out.extend(row.chars().take(3));
            out.push_str("****");
        } else {
            out.push_str(row);
        }
        row.clear();
    };
    for found in text.chars() {
        let joins = !row.is_empty() && matches!(found, '-' | ' ' | 'X' | 'x');
        if is_digit(found) || joins {
            row.push(found);
        } else {
            flush(&mut row, &mut out);
            out.push(found);
        }
    }
    flush(&mut row, &mut out);
    out
}

fn is_digit(found: char) -> bool {
    found.is_ascii_digit() || ('０'..='９').contains(&found)
}
