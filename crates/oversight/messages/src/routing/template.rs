//! Texts with placeholders. `{field}` stands for a value; a part in `[…]` is left out when one of its fields has none.
//! That is all there is: no loops and no calls, so that a length can be proved before anything is sent.

use std::collections::BTreeMap;
use std::fmt;

/// Values by field name.
pub(crate) type Values = BTreeMap<String, String>;

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    source: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(String),
    Optional(Vec<Part>),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadTemplate {
    #[error("a bracket is not closed or not opened")]
    Bracket,
    #[error("{{{0}}} is no field name")]
    Name(String),
    #[error("[…] may not stand within […]")]
    Nested,
}

/// The field that a text lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking(pub String);

impl Template {
    pub fn parse(source: &str) -> Result<Template, BadTemplate> {
        let mut rest = source.chars().peekable();
        let parts = parts(&mut rest, false)?;
        Ok(Template { source: source.to_owned(), parts })
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Every field that it names.
    pub fn fields(&self) -> Vec<&str> {
        let mut names = vec![];
        collect(&self.parts, &mut names);
        names
    }

    /// Whether it has parts that may be left out.
    pub fn has_optional(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Optional(_)))
    }

    pub fn render(&self, values: &Values) -> Result<String, Lacking> {
        write(&self.parts, values)
    }

    /// The most UTF-16 units it can come to, when each field has at most what `most` says.
    pub fn longest(&self, most: &impl Fn(&str) -> usize) -> usize {
        longest(&self.parts, most)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

fn parts(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, inner: bool) -> Result<Vec<Part>, BadTemplate> {
    let (mut parts, mut text) = (vec![], String::new());
    let flush = |text: &mut String, parts: &mut Vec<Part>| {
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(text)));
        }
    };
    while let Some(next) = rest.next() {
        match next {
            '{' => {
                flush(&mut text, &mut parts);
                let mut name = String::new();
                loop {
                    match rest.next() {
                        Some('}') => break,
                        Some(letter) => name.push(letter),
                        None => return Err(BadTemplate::Bracket),
                    }
                }
                let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                if !is_name {
                    return Err(BadTemplate::Name(name));
                }
                parts.push(Part::Field(name));
            }
            '[' if inner => return Err(BadTemplate::Nested),
            '[' => {
                flush(&mut text, &mut parts);
                let within = self::parts(rest, true)?;
                parts.push(Part::Optional(within));
            }
            ']' if inner => {
                flush(&mut text, &mut parts);
                return Ok(parts);
            }
            ']' | '}' => return Err(BadTemplate::Bracket),
            letter => text.push(letter),
        }
    }
    if inner {
        return Err(BadTemplate::Bracket);
    }
    flush(&mut text, &mut parts);
    Ok(parts)
}

fn collect<'a>(parts: &'a [Part], names: &mut Vec<&'a str>) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Field(name) => names.push(name),
            Part::Optional(within) => collect(within, names),
        }
    }
}

fn write(parts: &[Part], values: &Values) -> Result<String, Lacking> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Field(name) => out.push_str(values.get(name).ok_or_else(|| Lacking(name.clone()))?),
            Part::Optional(within) => out.push_str(&write(within, values).unwrap_or_default()),
        }
    }
    Ok(out)
}

fn longest(parts: &[Part], most: &impl Fn(&str) -> usize) -> usize {
    let length = |part: &Part| match part {
        Part::Text(text) => text.encode_utf16().count(),
        Part::Field(name) => most(name),
        Part::Optional(within) => longest(within, most),
    };
    parts.iter().map(length).sum()
}
