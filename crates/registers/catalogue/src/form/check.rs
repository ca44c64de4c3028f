//! Whether answers will do. Pure, and quick: it runs at every save of a draft.

use std::collections::BTreeMap;

use kernel::{CreditCode, Date, FieldError, Mobile, PersonName, ProjectCode, Refuse, RegionCode, ResidentId};
use organisation::Regions;
use serde_json::Number;

use super::{Answer, Answers, Checked, Form, Kind, Question, Side};

/// Longest single answer that is looked at at all, in bytes; whatever is longer is too long for every kind.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

impl Form {
    /// The answers in their one form of writing, or everything that is wrong with them, in the order of the questions.
    ///
    /// A place must stand in the register of regions today; an old code means what took its place.
    ///
    /// Answers to questions that are not asked (any more) fall away: who changed an earlier answer did nothing wrong.
    pub fn check(&self, answers: &Answers, today: Date, regions: &Regions) -> Result<Checked, Vec<FieldError>> {
        let (mut good, mut wrong) = (BTreeMap::new(), Vec::new());
        for question in self.questions().filter(|question| question.key.len() < ANSWER_BYTES_MAX) {
            let asked = question
                .when
                .as_ref()
                .is_none_or(|when| good.get(&when.key).is_some_and(|earlier: &Answer| earlier.equals(&when.equals)));
            if !asked {
                continue;
            }
            match answers.get(&question.key).filter(|answer| !answer.is_blank()) {
                Some(answer) => match question.read(answer, today, regions) {
                    Ok(answer) if question.must.as_ref().is_some_and(|must| !answer.equals(&must.equals)) => {
                        let say = question.must.as_ref().map(|must| must.say.clone());
                        wrong.push(question.error("form.must", say.unwrap_or_default()));
                    }
                    Ok(answer) => {
                        good.insert(question.key.clone(), answer);
                    }
                    Err((code, detail)) => wrong.push(question.error(code, detail)),
                },
                None if question.required => wrong.push(question.error("form.missing", question.ask())),
                None => {}
            }
        }
        let unknown = answers.keys().filter(|key| self.question(key).is_none());
        wrong.extend(unknown.map(|key| FieldError {
            pointer: pointer(key),
            code: "form.unknown",
            detail: "表单里没有这个问题，请刷新页面后再填。".to_owned(),
        }));
        if wrong.is_empty() { Ok(Checked(good)) } else { Err(wrong) }
    }
}

/// Where an answer stands, RFC 6901.
fn pointer(key: &str) -> String {
    format!("/answers/{}", key.replace('~', "~0").replace('/', "~1"))
}

type Wrong = (&'static str, String);

impl Question {
    fn error(&self, code: &'static str, detail: String) -> FieldError {
        FieldError { pointer: pointer(&self.key), code, detail }
    }

    /// What to write, for somebody who wrote nothing.
    fn ask(&self) -> String {
        match &self.kind {
            Kind::Choice { .. } | Kind::YesNo => format!("请选择{}。", self.noun),
            Kind::Choices { .. } => format!("请选择{}，至少一项。", self.noun),
            Kind::Region { .. } => format!("请选择{}。", self.noun),
            Kind::Number { .. } => format!("填写{}，只写数字{}。", self.noun, self.like()),
            _ => format!("填写{}{}。", self.noun, self.like()),
        }
    }

    /// An example, when there is one.
    fn like(&self) -> String {
        self.example.as_ref().map(|example| format!("，例如 {example}")).unwrap_or_default()
    }

    /// One answer in its one form of writing.
    fn read(&self, answer: &Answer, today: Date, regions: &Regions) -> Result<Answer, Wrong> {
        match &self.kind {
            Kind::Text { max } => self.text(answer, *max, false),
            Kind::Paragraph { max } => self.text(answer, *max, true),
            Kind::Number { min, max, decimals, unit } => self.number(answer, *min, *max, *decimals, unit),
            Kind::Date { side } => self.date(answer, *side, today),
            Kind::Choice { options } => self.choice(answer, options),
            Kind::Choices { options } => self.choices(answer, options),
            Kind::Name => self.coded::<PersonName>(answer),
            Kind::Phone => self.coded::<Mobile>(answer),
            Kind::ResidentId => self.coded::<ResidentId>(answer),
            Kind::CreditCode => self.coded::<CreditCode>(answer),
            Kind::ProjectCode => self.coded::<ProjectCode>(answer),
            Kind::Region { level } => {
                let again = || ("form.region", format!("请选择{}。", self.noun));
                let code: RegionCode = self.one(answer)?.parse().map_err(|_| again())?;
                let region = regions.resolve(&code).ok_or_else(again)?;
                if region.level() < *level {
                    return Err(("form.region-level", format!("{}还要再选一级。", self.noun)));
                }
                Ok(Answer::Text(region.code.to_string()))
            }
            Kind::YesNo => match answer {
                Answer::Flag(flag) => Ok(Answer::Flag(*flag)),
                Answer::Text(text) => match text.trim() {
                    "是" | "yes" | "true" | "on" => Ok(Answer::Flag(true)),
                    "否" | "no" | "false" => Ok(Answer::Flag(false)),
                    _ => Err(("form.choice", self.ask())),
                },
                _ => Err(("form.choice", self.ask())),
            },
        }
    }

    /// The one text that was answered; a web form may send it as the only one of several.
    fn one<'a>(&self, answer: &'a Answer) -> Result<&'a str, Wrong> {
        let text = match answer {
            Answer::Text(text) => text,
            Answer::Many(all) if all.len() == 1 => &all[0],
            _ => return Err(("form.shape", self.ask())),
        };
        if text.len() > ANSWER_BYTES_MAX {
            return Err(("form.too-long", format!("{}太长了，请缩短。", self.noun)));
        }
        Ok(text.trim())
    }

    fn text(&self, answer: &Answer, max: usize, lines: bool) -> Result<Answer, Wrong> {
        let text = match answer {
            Answer::Number(number) => number.to_string(),
            _ => self.one(answer)?.replace("\r\n", "\n"),
        };
        let length = text.chars().count();
        if length > max {
            let detail = format!("{}最多 {max} 个字，现在是 {length} 个，请缩短。", self.noun);
            return Err(("form.too-long", detail));
        }
        // Marks that turn the direction of writing make a reviewer read something else than was written.
        let turns = |one| matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if text.chars().any(|one| turns(one) || one.is_control() && !(lines && matches!(one, '\n' | '\t'))) {
            return Err(("form.control", format!("{}里有看不见的字符，请删去后重新输入。", self.noun)));
        }
        Ok(Answer::Text(text))
    }

    fn number(&self, answer: &Answer, min: f64, max: f64, decimals: u8, unit: &str) -> Result<Answer, Wrong> {
        let again = || ("form.number", format!("填写{}，只写数字{}。", self.noun, self.like()));
        let text = match answer {
            Answer::Number(number) => number.to_string(),
            _ => narrow(self.one(answer)?.trim_end_matches(unit)),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        if unsigned.is_empty() || !digits(unsigned) || !digits(fraction) {
            return Err(again());
        }
        if fraction.trim_end_matches('0').len() > usize::from(decimals) {
            let detail = match decimals {
                0 => format!("{}填整数{}。", self.noun, self.like()),
                _ => format!("{}最多 {decimals} 位小数{}。", self.noun, self.like()),
            };
            return Err(("form.decimals", detail));
        }
        let value: f64 = text.parse().map_err(|_| again())?;
        if !(min..=max).contains(&value) {
            let detail = format!("{}应在 {min} 至 {max} {unit}之间，现在是 {value}，请核对。", self.noun);
            return Err(("form.range", detail));
        }
        let number = if fraction.trim_end_matches('0').is_empty() {
            whole.parse::<i64>().ok().map(Number::from)
        } else {
            Number::from_f64(value)
        };
        number.map(Answer::Number).ok_or_else(again)
    }

    fn date(&self, answer: &Answer, side: Side, today: Date) -> Result<Answer, Wrong> {
        let text = narrow(self.one(answer)?);
        let Some(date) = read_date(&text) else {
            let detail = format!("填写{}，写成 年-月-日，例如 2026-09-30。", self.noun);
            return Err(("form.date", detail));
        };
        match side {
            Side::Past if date > today => Err(("form.date-future", format!("{}不能晚于今天，请核对年份。", self.noun))),
            Side::Future if date < today => Err(("form.date-past", format!("{}不能早于今天，请核对年份。", self.noun))),
            _ => Ok(Answer::Text(date.to_string())),
        }
    }

    fn choice(&self, answer: &Answer, options: &[String]) -> Result<Answer, Wrong> {
        let text = self.one(answer)?;
        match options.iter().find(|option| *option == text) {
            Some(option) => Ok(Answer::Text(option.clone())),
            None => Err(("form.choice", format!("请从列出的选项中选择{}。", self.noun))),
        }
    }

    /// Choices in the order of the options, each once, whatever order they came in.
    fn choices(&self, answer: &Answer, options: &[String]) -> Result<Answer, Wrong> {
        let single;
        let chosen: &[String] = match answer {
            Answer::Many(all) => all,
            Answer::Text(text) => {
                single = [text.clone()];
                &single
            }
            _ => return Err(("form.shape", self.ask())),
        };
        if chosen.iter().any(|one| !one.trim().is_empty() && !options.iter().any(|option| option == one.trim())) {
            return Err(("form.choice", format!("请从列出的选项中选择{}。", self.noun)));
        }
        let kept = options.iter().filter(|option| chosen.iter().any(|one| one.trim() == **option));
        Ok(Answer::Many(kept.cloned().collect()))
    }

    fn coded<C>(&self, answer: &Answer) -> Result<Answer, Wrong>
    where
        C: std::str::FromStr + std::fmt::Display,
        C::Err: Refuse,
    {
        let text = match answer {
            Answer::Number(number) => number.to_string(),
            _ => self.one(answer)?.to_owned(),
        };
        match text.parse::<C>() {
            Ok(code) => Ok(Answer::Text(code.to_string())),
            Err(error) => Err((error.code(), format!("{}：{error}", self.noun))),
        }
    }
}

/// Full-width digits and points as Chinese input methods give them, and thousands commas, made plain.
fn narrow(text: &str) -> String {
    let plain = text.chars().filter(|one| !matches!(one, ',' | '，' | ' ')).map(|one| match one {
        '０'..='９' => char::from_u32(one as u32 - '０' as u32 + '0' as u32).unwrap_or(one),
        '．' | '。' => '.',
        '－' | '—' => '-',
        one => one,
    });
    plain.collect()
}

/// A day as people write it: 2026-09-30, 2026/9/30, 2026.9.30, 2026年9月30日, 20260930.
fn read_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&text[..4], &text[4..6], &text[6..]]
    } else {
        text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect()
    };
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
