//! One answer in two forms: JSON as GeoReport writes it, and XML with the same names.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The form that an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.json`
    Json,
    /// `.xml`
    Xml,
}

impl Format {
    /// The form of this ending.
    pub fn of(ending: &str) -> Option<Format> {
        match ending {
            "json" => Some(Format::Json),
            "xml" => Some(Format::Xml),
            _ => None,
        }
    }
}

/// A value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// More values.
    Object(Object),
    /// Several of one name.
    List(&'static str, Vec<Object>),
}

/// Named values in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object(Vec<(&'static str, Value)>);

impl Object {
    /// With one more text.
    pub fn text(self, name: &'static str, text: &str) -> Object {
        self.with(name, Value::Text(text.to_owned()))
    }

    /// With one more value.
    pub fn with(mut self, name: &'static str, value: Value) -> Object {
        self.0.push((name, value));
        self
    }

    fn json(&self) -> serde_json::Value {
        self.0.iter().map(|(name, value)| ((*name).to_owned(), value.json())).collect()
    }

    fn xml(&self, out: &mut String) {
        for (name, value) in &self.0 {
            out.push_str(&format!("<{name}>"));
            value.xml(out);
            out.push_str(&format!("</{name}>"));
        }
    }
}

impl Value {
    fn json(&self) -> serde_json::Value {
        match self {
            Value::Text(text) => text.as_str().into(),
            Value::Bool(is) => (*is).into(),
            Value::Int(n) => (*n).into(),
            Value::Object(object) => object.json(),
            Value::List(_, items) => items.iter().map(Object::json).collect(),
        }
    }

    fn xml(&self, out: &mut String) {
        match self {
            Value::Text(text) => escape(text, out),
            Value::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
            Value::Int(n) => out.push_str(&n.to_string()),
            Value::Object(object) => object.xml(out),
            Value::List(name, items) => list(name, items, out),
        }
    }
}

fn list(name: &str, items: &[Object], out: &mut String) {
    for item in items {
        out.push_str(&format!("<{name}>"));
        item.xml(out);
        out.push_str(&format!("</{name}>"));
    }
}

/// Text as XML 1.0 takes it: five signs escaped, and without what no document may hold.
fn escape(text: &str, out: &mut String) {
    for found in text.chars() {
        match found {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(found),
            found if found.is_control() || matches!(found, '\u{fffe}' | '\u{ffff}') => {}
            found => out.push(found),
        }
    }
}

/// A list of objects.
pub fn answer(format: Format, root: &str, name: &str, items: Vec<Object>) -> Response {
    let text = match format {
        Format::Json => serde_json::Value::Array(items.iter().map(Object::json).collect()).to_string(),
        Format::Xml => {
            let mut out = String::new();
            list(name, &items, &mut out);
            document(root, &out)
        }
    };
    said(StatusCode::OK, format, text)
}

/// One object.
pub fn one(format: Format, root: &str, object: Object) -> Response {
    let text = match format {
        Format::Json => object.json().to_string(),
        Format::Xml => {
            let mut out = String::new();
            object.xml(&mut out);
            document(root, &out)
        }
    };
    said(StatusCode::OK, format, text)
}

/// What is wrong, as GeoReport tells it.
pub fn fault(format: Format, code: u16, say: &str) -> Response {
    let object = Object::default().with("code", Value::Int(i64::from(code))).text("description", say);
    let mut response = answer(format, "errors", "error", vec![object]);
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    response
}

fn document(root: &str, inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root}>{inner}</{root}>\n")
}

fn said(status: StatusCode, format: Format, text: String) -> Response {
    let kind = match format {
        Format::Json => "application/json; charset=utf-8",
        Format::Xml => "text/xml; charset=utf-8",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (status, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stays_text_in_both_forms() {
        let object = Object::default().text("a", "<b>&\"'\u{1}").with("n", Value::Int(3)).with("is", Value::Bool(true));
        let mut out = String::new();
        object.xml(&mut out);
        assert_eq!(out, "<a>&lt;b&gt;&amp;&quot;&apos;</a><n>3</n><is>true</is>");
        assert_eq!(object.json()["a"], "<b>&\"'\u{1}");
        let list = Object::default().with("values", Value::List("value", vec![object]));
        assert_eq!(list.json()["values"][0]["n"], 3);
        let mut out = String::new();
        list.xml(&mut out);
        assert!(out.starts_with("<values><value><a>") && out.ends_with("</value></values>"));
    }
}
