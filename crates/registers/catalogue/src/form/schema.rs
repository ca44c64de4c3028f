//! The JSON Schema of a form's answers, for programs that fill it in.

use serde_json::{Map, Value, json};

use super::{Form, Kind, Question};

/// Source: JSON Schema draft 2020-12. Check characters cannot be said in it; [`Form::check`] is stricter.
pub(super) fn json_schema(form: &Form) -> Value {
    let properties: Map<String, Value> =
        form.questions().map(|question| (question.key.clone(), property(question))).collect();
    let always = form.questions().filter(|question| question.required && question.when.is_none());
    let required: Vec<&str> = always.map(|question| question.key.as_str()).collect();
    let conditions: Vec<Value> = form.questions().filter(|question| question.required).filter_map(condition).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !conditions.is_empty() {
        schema["allOf"] = Value::Array(conditions);
    }
    schema
}

/// "If that was answered so, this is required."
fn condition(question: &Question) -> Option<Value> {
    let when = question.when.as_ref()?;
    let equals = serde_json::to_value(&when.equals).ok()?;
    // The question that decides may take several answers; then one of them must be the one.
    let holds = json!({ "anyOf": [{ "const": equals }, { "type": "array", "contains": { "const": equals } }] });
    Some(json!({
        "if": { "properties": { &when.key: holds }, "required": [&when.key] },
        "then": { "required": [&question.key] },
    }))
}

fn property(question: &Question) -> Value {
    let mut schema = match &question.kind {
        Kind::Text { max } | Kind::Paragraph { max } => json!({ "type": "string", "maxLength": max }),
        Kind::Number { min, max, decimals, .. } => json!({
            "type": if *decimals == 0 { "integer" } else { "number" },
            "minimum": min,
            "maximum": max,
        }),
        Kind::Date { .. } => json!({ "type": "string", "format": "date" }),
        Kind::Choice { options } => json!({ "type": "string", "enum": options }),
        Kind::Choices { options } => json!({
            "type": "array",
            "items": { "type": "string", "enum": options },
            "uniqueItems": true,
        }),
        Kind::Name => json!({ "type": "string", "minLength": 1, "maxLength": 50 }),
        Kind::Phone => json!({ "type": "string", "pattern": "^1[3-9][0-9]{9}$" }),
        Kind::ResidentId => json!({ "type": "string", "pattern": "^[0-9]{17}[0-9X]$" }),
        Kind::CreditCode => json!({ "type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$" }),
        Kind::ProjectCode => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}$" }),
        Kind::Region { .. } => json!({ "type": "string", "pattern": "^[0-9]{12}$" }),
        Kind::YesNo => json!({ "type": "boolean" }),
    };
    if let Some(must) = question.must.as_ref().and_then(|must| serde_json::to_value(&must.equals).ok()) {
        schema["const"] = must;
    }
    schema["title"] = Value::String(question.label.clone());
    if let Some(hint) = &question.hint {
        schema["description"] = Value::String(hint.clone());
    }
    schema
}
