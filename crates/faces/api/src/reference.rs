//! The reference page at `/docs/api`: the same document as `/api/openapi.json`, as plain HTML for reading.

use askama::Template;
use axum::response::Response;
use serde_json::Value;
use std::{fmt::Write, sync::OnceLock};
use web::{Frame, House, Visitor};

#[derive(Template)]
#[template(path = "reference.html")]
struct Page {
    frame: Frame,
    /// Made here from our own document, every text of it escaped.
    body: &'static str,
}

/// The page for this visitor.
pub fn answer(house: &House, visitor: &Visitor) -> Response {
    static BODY: OnceLock<String> = OnceLock::new();
    let body = BODY.get_or_init(|| page(&serde_json::to_value(crate::openapi()).unwrap_or_default()));
    web::shared_page(visitor, &Page { frame: visitor.frame(house, "接口说明"), body })
}

/// The body of the page, from the OpenAPI document.
fn page(document: &Value) -> String {
    let mut html = String::with_capacity(128 * 1024);
    let info = &document["info"];
    put(&mut html, "<h1>", text(&info["title"]), "</h1>");
    paragraphs(&mut html, text(&info["description"]));
    html.push_str("<p><a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI 3.1)</p>");
    contents(&mut html, document);
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let _ = write!(html, "<section><h2 id=\"{0}\">{0}</h2>", escape(name));
        paragraphs(&mut html, text(&tag["description"]));
        for (path, method, operation) in operations(document).filter(|(_, _, operation)| in_tag(operation, name)) {
            operation_block(&mut html, document, path, method, operation);
        }
        html.push_str("</section>");
    }
    schemas(&mut html, document);
    html
}

fn contents(html: &mut String, document: &Value) {
    html.push_str("<nav aria-label=\"目录\"><ul>");
    for (path, method, operation) in operations(document) {
        let _ = write!(
            html,
            "<li><a href=\"#{}\"><code>{} {}</code></a> {}</li>",
            escape(text(&operation["operationId"])),
            method.to_uppercase(),
            escape(path),
            escape(text(&operation["summary"]))
        );
    }
    html.push_str("</ul></nav>");
}

fn operation_block(html: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let id = escape(text(&operation["operationId"]));
    let _ = write!(html, "<article><h3 id=\"{id}\"><code>{} {}</code></h3>", method.to_uppercase(), escape(path));
    put(html, "<p><strong>", text(&operation["summary"]), "</strong></p>");
    paragraphs(html, text(&operation["description"]));
    parameters(html, operation);
    for (media, content) in object(&operation["requestBody"]["content"]) {
        let _ = write!(html, "<h4>请求体 <code>{}</code></h4>", escape(media));
        schema_line(html, &content["schema"]);
        example(html, document, content);
    }
    html.push_str("<h4>回答</h4><table><thead><tr><th>状态</th><th>含义</th><th>内容</th></tr></thead><tbody>");
    for (status, response) in object(&operation["responses"]) {
        let _ = write!(html, "<tr><td>{status}</td><td>{}</td><td>", escape(text(&response["description"])));
        object(&response["content"]).for_each(|(_, content)| schema_line(html, &content["schema"]));
        html.push_str("</td></tr>");
    }
    html.push_str("</tbody></table>");
    for (status, response) in object(&operation["responses"]).filter(|(status, _)| status.starts_with('2')) {
        for (_, content) in object(&response["content"]) {
            if !content["example"].is_null() {
                let _ = write!(html, "<h4>{status} 示例</h4>");
                example(html, document, content);
            }
        }
    }
    html.push_str("</article>");
}

fn parameters(html: &mut String, operation: &Value) {
    let parameters = list(&operation["parameters"]);
    if parameters.is_empty() {
        return;
    }
    html.push_str("<table><thead><tr><th>参数</th><th>位置</th><th>必填</th><th>含义</th></tr></thead><tbody>");
    for parameter in parameters {
        let required = if parameter["required"] == Value::Bool(true) { "是" } else { "否" };
        let _ = write!(
            html,
            "<tr><td><code>{}</code></td><td>{}</td><td>{required}</td><td>{}</td></tr>",
            escape(text(&parameter["name"])),
            escape(text(&parameter["in"])),
            escape(text(&parameter["description"]))
        );
    }
    html.push_str("</tbody></table>");
}

fn schemas(html: &mut String, document: &Value) {
    html.push_str("<section><h2 id=\"schemas\">数据结构</h2>");
    for (name, schema) in object(&document["components"]["schemas"]) {
        let _ = write!(html, "<article><h3 id=\"schema-{0}\"><code>{0}</code></h3>", escape(name));
        paragraphs(html, text(&schema["description"]));
        let required = list(&schema["required"]);
        let mut rows = object(&schema["properties"]).peekable();
        if rows.peek().is_some() {
            html.push_str("<table><thead><tr><th>字段</th><th>类型</th><th>必有</th><th>含义</th></tr></thead><tbody>");
            for (field, property) in rows {
                let must = if required.iter().any(|name| name == field) { "是" } else { "否" };
                let _ = write!(html, "<tr><td><code>{}</code></td><td>", escape(field));
                schema_line(html, property);
                let _ = write!(html, "</td><td>{must}</td><td>{}</td></tr>", escape(text(&property["description"])));
            }
            html.push_str("</tbody></table>");
        } else {
            schema_line(html, schema);
        }
        html.push_str("</article>");
    }
    html.push_str("</section>");
}

/// A schema in a few words, with a link where it has a name of its own.
fn schema_line(html: &mut String, schema: &Value) {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        let _ = write!(html, "<a href=\"#schema-{0}\"><code>{0}</code></a>", escape(name));
        return;
    }
    let alternatives = list(&schema["oneOf"]).iter().chain(list(&schema["anyOf"]));
    let mut first = true;
    for alternative in alternatives {
        html.push_str(if first { "" } else { " | " });
        first = false;
        schema_line(html, alternative);
    }
    if schema["type"] == "array" {
        schema_line(html, &schema["items"]);
        html.push_str("<code>[]</code>");
        return;
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" | "),
        _ => return,
    };
    put(html, "<code>", &kinds, "</code>");
    let values: Vec<&str> = list(&schema["enum"]).iter().map(text).collect();
    if !values.is_empty() {
        put(html, " ", &values.join(" · "), "");
    }
}

fn example(html: &mut String, document: &Value, content: &Value) {
    let named = content["schema"]["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    let from_schema = named.and_then(|pointer| document.pointer(pointer)).map(|schema| &schema["example"]);
    let example = if content["example"].is_null() { from_schema.unwrap_or(&Value::Null) } else { &content["example"] };
    if !example.is_null() {
        // What is sent as it stands is shown as it stands.
        let raw = example.as_str().map(str::to_owned);
        let pretty = raw.unwrap_or_else(|| serde_json::to_string_pretty(example).unwrap_or_default());
        put(html, "<pre tabindex=\"0\"><code>", &pretty, "</code></pre>");
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    object(&document["paths"]).flat_map(|(path, item)| {
        object(item)
            .filter(|(_, operation)| operation.is_object())
            .map(move |(method, operation)| (path, method, operation))
    })
}

fn in_tag(operation: &Value, tag: &str) -> bool {
    list(&operation["tags"]).iter().any(|name| name == tag)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

fn put(html: &mut String, before: &str, content: &str, after: &str) {
    html.push_str(before);
    html.push_str(&escape(content));
    html.push_str(after);
}

fn paragraphs(html: &mut String, content: &str) {
    content.split("\n\n").filter(|part| !part.trim().is_empty()).for_each(|part| put(html, "<p>", part, "</p>"));
}

fn escape(content: &str) -> String {
    content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
