//! A whole set of right answers to a form, so that a program can be tried out against the guide alone.

use catalogue::{
    Answer, Answers, Form,
    form::{Kind, Question, Side},
};
use kernel::{Date, RegionCode};
use serde_json::Number;

/// Answers that [`Form::check`] takes on `today`; the person in them is fictitious.
pub fn answers(form: &Form, region: RegionCode, today: Date) -> Answers {
    let mut answers = Answers::new();
    for question in form.questions() {
        let asked = question
            .when
            .as_ref()
            .is_none_or(|when| answers.get(&when.key).is_some_and(|earlier: &Answer| earlier.equals(&when.equals)));
        if asked && question.required {
            answers.insert(question.key.clone(), answer(question, region, today));
        }
    }
    answers
}

fn answer(question: &Question, region: RegionCode, today: Date) -> Answer {
    let said = question.example.as_deref();
    match &question.kind {
        Kind::Text { max } | Kind::Paragraph { max } => {
            Answer::Text(said.unwrap_or("示例").chars().take(*max).collect())
        }
        Kind::Number { min, .. } => {
            let number: f64 = said.and_then(|text| text.parse().ok()).unwrap_or(*min);
            let whole = (number.fract() == 0.0).then(|| Number::from(number as i64));
            Answer::Number(whole.or_else(|| Number::from_f64(number)).unwrap_or_else(|| 1.into()))
        }
        Kind::Date { side } => {
            let day = match side {
                Side::Future => today.tomorrow(),
                Side::Past => today.yesterday(),
                Side::Any => Ok(today),
            };
            Answer::Text(day.unwrap_or(today).to_string())
        }
        Kind::Choice { options } => Answer::Text(options.first().cloned().unwrap_or_default()),
        Kind::Choices { options } => Answer::Many(options.iter().take(1).cloned().collect()),
        Kind::Name => Answer::from("示例人"),
        Kind::Phone => Answer::from("13800000000"),
        // Born in 1900 with a sequence that was given to nobody (GB 11643-1999).
        Kind::ResidentId => Answer::from("320102190001019997"),
        Kind::CreditCode => Answer::from("91320102MADEM0011G"),
        Kind::ProjectCode => Answer::from("2509-320193-89-01-544060"),
        Kind::Region { .. } => Answer::Text(region.to_string()),
        Kind::YesNo => Answer::Flag(true),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    #[test]
    fn every_shipped_form_takes_its_own_example() {
        let (region, today) = ("320102000000".parse().unwrap(), Date::constant(2026, 11, 20));
        let places = organisation::builtin::builtin().unwrap();
        let stands = places.regions.into_iter().map(|line| organisation::Region {
            code: line.code,
            name: line.name,
            kind: line.kind,
            valid_from: None,
            valid_to: None,
        });
        let regions = organisation::Regions::new(stands, places.aliases);
        for (name, text) in catalogue::builtin::FORMS {
            let form = Form::parse(name, text).unwrap();
            let checked = form.check(&answers(&form, region, today), today, &regions);
            assert!(checked.is_ok(), "{name}: {:?}", checked.err());
        }
    }
}
