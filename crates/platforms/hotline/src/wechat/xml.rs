//! The XML of pushes and replies: one level of fields under `<xml>`, and nothing that could reach outside of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::{Reader, escape::escape, events::Event};

use super::Flaw;

/// Fields of one push at most.
const FIELDS_MOST: usize = 64;

/// The fields of a push. A document type, which could name entities, is refused.
pub fn fields(text: &str) -> Result<BTreeMap<String, String>, Flaw> {
    let mut reader = Reader::from_str(text);
    let (mut fields, mut depth, mut name) = (BTreeMap::new(), 0usize, String::new());
    loop {
        match reader.read_event().map_err(|_| Flaw::Form)? {
            Event::Start(tag) => {
                depth += 1;
                match depth {
                    1 if tag.name().as_ref() != "xml" => return Err(Flaw::Form),
                    2 => name = tag.name().as_ref().to_owned(),
                    _ => {}
                }
            }
            Event::End(_) => {
                if depth == 2 {
                    fields.entry(std::mem::take(&mut name)).or_default();
                }
                depth = depth.checked_sub(1).ok_or(Flaw::Form)?;
            }
            Event::Text(text) if depth == 2 => add(&mut fields, &name, &text),
            Event::GeneralRef(entity) if depth == 2 => {
                let text = format!("&{};", &*entity);
                add(&mut fields, &name, &quick_xml::escape::unescape(&text).map_err(|_| Flaw::Form)?);
            }
            Event::CData(text) if depth == 2 => add(&mut fields, &name, &text),
            Event::DocType(_) => return Err(Flaw::Form),
            Event::Eof if depth == 0 => return Ok(fields),
            Event::Eof => return Err(Flaw::Form),
            _ => {}
        }
        if fields.len() > FIELDS_MOST {
            return Err(Flaw::Form);
        }
    }
}

fn add(fields: &mut BTreeMap<String, String>, name: &str, text: &str) {
    fields.entry(name.to_owned()).or_default().push_str(text);
}

/// `<xml>` of these fields.
pub fn document(fields: &[(&str, &str)]) -> String {
    let mut out = String::from("<xml>");
    for (name, value) in fields {
        let _ = write!(out, "<{name}>{}</{name}>", escape(*value));
    }
    out + "</xml>"
}
