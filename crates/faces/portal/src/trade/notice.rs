//! The form of a notice: of a tender, or of what is sold by quotes.

use kernel::{Date, Fen, Timestamp, local_date, midnight};
use trading::{Lot, Notice, Period, Procedure, Rounds, Unit, book};
use web::{Field, FieldKind, Fields, Wrong, trade, words};

use super::tender::amount;

/// A period in words.
pub(super) fn days(period: &Period) -> String {
    match period.unit {
        Unit::Calendar => format!("{} 日", period.days),
        Unit::Working => format!("{} 个工作日", period.days),
    }
}

/// The periods of the law, in one sentence.
pub(super) fn periods(procedure: Option<&Procedure>, estimate: Fen) -> String {
    let Some(procedure) = procedure else { return String::new() };
    let period = |period: &Period| format!("{}（{}）", days(period), period.article);
    let (documents, bidding) = (period(&procedure.documents), period(procedure.bidding(estimate)));
    match procedure.rounds() {
        None => format!("招标文件发售不少于 {documents}，从公告到投标截止不少于 {bidding}。从公告发布那天算起。"),
        Some(terms) if terms.listing.days == 0 => {
            format!("公告不少于 {bidding}，从发布那天算起，期满才能开始报价。")
        }
        Some(terms) => {
            format!("公告到开始报价不少于 {bidding}，报价不少于 {}。从公告发布那天算起。", period(&terms.listing))
        }
    }
}

fn yuan(mut field: Field) -> Field {
    field.unit = Some("元".to_owned());
    field.width("w-11")
}

/// The fields of a notice, with what was written before.
pub(super) fn fields(lot: &Lot, today: Date, sent: &Fields, wrongs: &[Wrong]) -> Vec<Field> {
    let old = lot.notice.as_ref();
    let terms = trade::terms(lot);
    let value =
        |key: &str, otherwise: Option<String>| sent.get(key).map_or(otherwise.unwrap_or_default(), str::to_owned);
    let rounds = book().procedure(&lot.procedure).and_then(|procedure| procedure.rounds());
    let day = |key, label: String, hint: &str, old: Option<Date>| {
        Field::new(FieldKind::Date, key, label)
            .hint(hint)
            .width("w-11")
            .value(value(key, old.map(|day| day.to_string())))
    };
    let money = |key, label: &str, hint: &str, old: Option<Fen>| {
        yuan(Field::new(FieldKind::Number, key, label))
            .hint(hint)
            .value(value(key, old.map(|amount| amount.to_string())))
    };
    let joins = format!("{}哪一天", terms.joins);
    let mut fields = vec![
        Field::new(FieldKind::Area, "text", "公告内容")
            .hint("内容、资格条件、在哪里看文件、联系方式")
            .value(value("text", old.map(|notice| notice.text.clone()))),
        day(
            "documents_until",
            joins,
            &format!("今天是{}", words::day(today, today)),
            old.map(|notice| notice.documents_until),
        ),
        day(
            "deadline",
            format!("{}的日期", terms.deadline),
            "当天上午 9:00",
            old.map(|notice| local_date(notice.deadline)),
        ),
        money("deposit", terms.deposit, &share(lot), old.map(|notice| notice.deposit)),
    ];
    match rounds {
        None => fields.extend([
            Field::new(FieldKind::Text, "specialty", "评标专业")
                .hint("按这个专业抽专家，例如：市政工程")
                .width("w-18")
                .value(value("specialty", old.map(|notice| notice.specialty.clone()))),
            Field::new(FieldKind::Number, "seats", "评标委员会人数")
                .hint("5 人以上单数，都从专家库抽")
                .width("w-4")
                .value(value("seats", Some(old.map_or(5, |notice| notice.seats).to_string()))),
        ]),
        Some(law) => {
            let old = old.and_then(|notice| notice.rounds.as_ref());
            fields.push(money("start", "起始价", "第一次报价不低于它", old.map(|rounds| rounds.start)));
            fields.push(money("step", "增价幅度", "每次至少高出这么多", old.map(|rounds| rounds.step)));
            let first = "当天上午 9:00";
            fields.push(day("begins", "开始报价的日期".to_owned(), first, old.map(|rounds| local_date(rounds.begins))));
            let last = format!("当天下午 3:00；最后 {} 分钟里有人报价就延长", law.prolong_minutes);
            fields.push(day("ends", "结束报价的日期".to_owned(), &last, old.map(|rounds| local_date(rounds.ends))));
            if law.reserve {
                let hint = "没有底价就空着。加密保存，谁也看不到，退回修改后要重新填";
                fields.push(money("reserve", "底价", hint, None).optional());
            }
            if law.valuation.is_some() {
                let approval = Field::new(FieldKind::Text, "approval", "起始价低于评估值的批准").optional();
                let approval = approval.hint("批准单位和文件；不低于评估值就空着");
                fields.push(approval.value(value("approval", old.and_then(|rounds| rounds.approval.clone()))));
            }
        }
    }
    fields.into_iter().map(|field| field.wrong(wrongs)).collect()
}

/// What the law says of the deposit, in a few words.
fn share(lot: &Lot) -> String {
    let Some(procedure) = book().procedure(&lot.procedure) else { return String::new() };
    let of = if procedure.rounds().is_some() { "起始价" } else { "估算价" };
    let percent = |share: &trading::Share| format!("{of}的 {}%（{}）", share.per_ten_thousand / 100, share.article);
    match (&procedure.deposit_least, &procedure.deposit_most) {
        (Some(least), _) => format!("不低于{}", percent(least)),
        (None, Some(most)) => format!("不超过{}", percent(most)),
        (None, None) => "出让文件规定的数".to_owned(),
    }
}

fn hour(day: Date, hour: i64) -> Timestamp {
    let at = midnight(day).as_microsecond() + hour * 3_600_000_000;
    Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX)
}

/// What is said where a day is missing.
fn no_day(key: &str) -> &'static str {
    match key {
        "documents_until" => "选发售、报名到哪一天",
        "deadline" => "选截止的日期",
        "begins" => "选开始报价的日期",
        _ => "选结束报价的日期",
    }
}

fn name_of(key: &str) -> &'static str {
    match key {
        "deposit" => "保证金",
        "start" => "起始价",
        "step" => "增价幅度",
        _ => "底价",
    }
}

/// Nine o'clock of a day.
pub(super) fn nine(day: Date) -> Timestamp {
    hour(day, 9)
}

/// The notice of the form, and the reserve beside it. Which of the fields are wanted, the rules say.
pub(super) fn sent(sent: &Fields) -> Result<(Notice, Option<Fen>), Vec<Wrong>> {
    let mut wrongs = vec![];
    let mut date = |key: &str| {
        let day = sent.get(key).unwrap_or_default().parse::<Date>();
        day.map_err(|_| wrongs.push(Wrong::new(key, no_day(key)))).ok()
    };
    let has_rounds = sent.get("begins").is_some();
    let (documents_until, deadline) = (date("documents_until"), date("deadline"));
    let (begins, ends) = if has_rounds { (date("begins"), date("ends")) } else { (None, None) };
    let mut money = |key: &str| {
        let named = |wrong: Wrong| Wrong::new(key, format!("{}：{}", name_of(key), wrong.detail));
        amount(sent, key).map_err(|wrong| wrongs.push(named(wrong))).ok()
    };
    let deposit = money("deposit");
    let (start, step) = if has_rounds { (money("start"), money("step")) } else { (None, None) };
    let reserve = match sent.get("reserve").filter(|text| !text.trim().is_empty()) {
        Some(_) => money("reserve"),
        None => None,
    };
    let rounds = match (begins, ends, start, step) {
        (Some(begins), Some(ends), Some(start), Some(step)) => Some(Rounds {
            start,
            step,
            begins: nine(begins),
            ends: hour(ends, 15),
            reserve: None,
            approval: sent.get("approval").map(str::to_owned),
        }),
        _ => None,
    };
    match (documents_until, deadline, deposit) {
        (Some(documents_until), Some(deadline), Some(deposit)) if wrongs.is_empty() => {
            let notice = Notice {
                text: sent.get("text").unwrap_or_default().to_owned(),
                documents_until,
                deadline: nine(deadline),
                deposit,
                seats: sent.get("seats").and_then(|seats| seats.parse().ok()).unwrap_or(0),
                specialty: sent.get("specialty").unwrap_or_default().to_owned(),
                rounds,
            };
            Ok((notice, reserve))
        }
        _ => Err(wrongs),
    }
}
