//! A question of a published form as a field of a page, and what was sent back as an answer.

use crate::{Choice, Field, FieldKind, Fields, Wrong};
use catalogue::form::{Answer, Kind, Question, Side};
use kernel::{Level, RegionCode};
use organisation::Regions;

/// More choices than this are a list to open, not a column of rings.
const RINGS_MAX: usize = 7;

/// The field that asks `question`, with the answer so far.
pub fn field(question: &Question, answer: Option<&Answer>, regions: &Regions, wrongs: &[Wrong]) -> Field {
    let mut field = Field::new(kind(&question.kind), question.key.as_str(), question.label.as_str());
    field.required = question.required;
    field.hint = question.hint.clone().or_else(|| hint(question));
    field.width = width(&question.kind);
    field.autocomplete = autocomplete(&question.kind);
    field.choices = choices(&question.kind, regions);
    match &question.kind {
        Kind::Number { unit, .. } if !unit.is_empty() => field.unit = Some(unit.clone()),
        _ => {}
    }
    if let Some(answer) = answer {
        let chosen = chosen(answer);
        field.choices.iter_mut().for_each(|choice| choice.chosen = chosen.contains(&choice.value));
        field.value = shown(question, answer, regions);
    }
    field.wrong(wrongs)
}

fn kind(kind: &Kind) -> FieldKind {
    match kind {
        Kind::Text { .. } | Kind::Name | Kind::ResidentId | Kind::CreditCode | Kind::ProjectCode => FieldKind::Text,
        Kind::Paragraph { .. } => FieldKind::Area,
        Kind::Number { .. } => FieldKind::Number,
        Kind::Date { .. } => FieldKind::Date,
        Kind::Choice { options } if options.len() > RINGS_MAX => FieldKind::Select,
        Kind::Choice { .. } | Kind::YesNo => FieldKind::Radio,
        Kind::Choices { .. } => FieldKind::Checkbox,
        Kind::Phone => FieldKind::Phone,
        Kind::Region { level } if is_listed(*level) => FieldKind::Select,
        Kind::Region { .. } => FieldKind::Text,
    }
}

/// Regions down to the county are few enough for a list; below it the name is typed and looked up.
fn is_listed(level: Level) -> bool {
    level <= Level::County
}

fn width(kind: &Kind) -> &'static str {
    match kind {
        Kind::Number { .. } => "w-8",
        Kind::Date { .. } | Kind::Phone => "w-11",
        Kind::Name | Kind::ResidentId | Kind::CreditCode | Kind::ProjectCode => "w-18",
        Kind::Text { max } if *max <= 20 => "w-18",
        Kind::Text { .. } | Kind::Region { .. } | Kind::Choice { .. } => "w-30",
        Kind::Paragraph { .. } | Kind::Choices { .. } | Kind::YesNo => "",
    }
}

fn autocomplete(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Name => Some("name"),
        Kind::Phone => Some("tel"),
        _ => None,
    }
}

/// What helps where the form itself says nothing.
fn hint(question: &Question) -> Option<String> {
    let words = match &question.kind {
        Kind::Choices { .. } => "可以选多项".to_owned(),
        Kind::ResidentId => "18 位，最后一位可能是 X".to_owned(),
        Kind::CreditCode => "营业执照上的 18 位统一社会信用代码".to_owned(),
        Kind::ProjectCode => "24 位项目代码，例如 2509-320193-89-01-544060".to_owned(),
        Kind::Date { side: Side::Future } => "今天或者以后的一天".to_owned(),
        Kind::Region { level } if !is_listed(*level) => "写出名称，例如 玄武区梅园新村街道".to_owned(),
        _ => return question.example.as_ref().map(|example| format!("例如 {example}")),
    };
    Some(words)
}

fn choices(kind: &Kind, regions: &Regions) -> Vec<Choice> {
    match kind {
        Kind::Choice { options } | Kind::Choices { options } => {
            options.iter().map(|option| Choice::new(option.as_str(), option.as_str())).collect()
        }
        Kind::YesNo => ["是", "否"].map(|word| Choice::new(word, word)).to_vec(),
        Kind::Region { level } if is_listed(*level) => regions
            .at(*level)
            .map(|region| Choice::new(region.code.to_string(), regions.full_name(&region.code)))
            .collect(),
        _ => vec![],
    }
}

fn chosen(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Many(all) => all.clone(),
        other => vec![other.shown()],
    }
}

/// An answer as a person reads it: a region by its name.
pub fn shown(question: &Question, answer: &Answer, regions: &Regions) -> String {
    let region = match &question.kind {
        Kind::Region { .. } => answer.text().and_then(|code| code.parse::<RegionCode>().ok()),
        _ => None,
    };
    region.map_or_else(|| answer.shown(), |code| regions.full_name(&code))
}

/// What was sent for `question`; nothing if it was left empty. A region typed by name becomes its code when the name
/// means one region only.
pub fn answer(question: &Question, sent: &Fields, regions: &Regions) -> Option<Answer> {
    if let Kind::Choices { .. } = question.kind {
        let all: Vec<String> = sent.all(&question.key).filter(|one| !one.is_empty()).map(str::to_owned).collect();
        return (!all.is_empty()).then_some(Answer::Many(all));
    }
    let text = sent.get(&question.key).filter(|text| !text.is_empty())?;
    if let (Kind::YesNo, "是" | "否") = (&question.kind, text) {
        return Some(Answer::Flag(text == "是"));
    }
    let answer = match &question.kind {
        Kind::Region { level } if text.parse::<RegionCode>().is_err() => named(text, *level, regions),
        _ => None,
    };
    Some(Answer::Text(answer.unwrap_or_else(|| text.to_owned())))
}

/// The code of the region that a typed name means: by its full name, else the only one found.
fn named(text: &str, level: Level, regions: &Regions) -> Option<String> {
    let own = text.rsplit(['省', '市', '区', '县']).next().filter(|own| !own.is_empty()).unwrap_or(text);
    let found = regions.find(own, 50);
    let fits: Vec<RegionCode> = found.iter().map(|region| region.code).filter(|code| code.level() >= level).collect();
    let full = fits.iter().find(|code| regions.full_name(code).ends_with(text));
    match (full, fits.as_slice()) {
        (Some(code), _) => Some(code.to_string()),
        (None, [only]) => Some(only.to_string()),
        _ => None,
    }
}
