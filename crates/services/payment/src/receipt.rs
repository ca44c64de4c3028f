//! The fiscal receipt on paper (财政电子票据): what was paid, to whom, for what, under seal.

use kernel::Fen;
use licences::document::{Fonts, Pdf, Sheet, Unprintable, sheet};
use serde_json::json;
use store::Signer;

use crate::{Bill, Line, Payment};

/// What the page says besides the bill itself.
#[derive(Debug, Clone)]
pub struct Particulars {
    /// Name of who paid.
    pub payer: String,
    /// Name of who collected.
    pub collector: String,
    /// Where it can be looked up.
    pub link: String,
    /// This house only demonstrates.
    pub demo: bool,
}

/// What stands across a receipt for money that never moved.
pub const SIMULATED: &str = "模拟支付，不作报销凭证";

/// The receipt of a paid bill as a sealed PDF; `None` for a bill that has none. Never inside a job, never on the event loop.
pub fn pdf(
    bill: &Bill,
    particulars: &Particulars,
    fonts: &Fonts,
    signer: &dyn Signer,
) -> Option<Result<Pdf, Unprintable>> {
    let (receipt, payment) = (bill.receipt.as_ref()?, bill.payment.as_ref()?);
    let watermark = match (payment.simulated, particulars.demo) {
        (true, _) => Some(SIMULATED),
        (false, true) => Some("演示"),
        (false, false) => None,
    };
    let page = Sheet {
        sort: "财政电子票据",
        title: "非税收入统一票据",
        number: format!(
            "票据代码 {}　票据号码 {}　校验码 {}",
            receipt.number.code(),
            receipt.number.number(),
            receipt.check
        ),
        rows: rows(bill, payment, particulars),
        issuer: particulars.collector.clone(),
        issuer_label: "收款单位",
        on: receipt.on,
        stamp: if watermark.is_some() {
            ("演示", "财政票据专用章")
        } else {
            ("电子票据", "财政票据专用章")
        },
        watermark,
        link: particulars.link.clone(),
        note: "本票据经 SM2 签章，改动一个字节即核验不通过。票据代码中的分类和种类是本平台自定的编排。".to_owned(),
        data: json!({
            "code": receipt.number.code(), "number": receipt.number.number(), "check": receipt.check,
            "payment_code": bill.code, "amount": payment.amount, "on": receipt.on, "payer": particulars.payer,
            "collector": particulars.collector, "simulated": payment.simulated,
        }),
    };
    Some(sheet(&page, fonts, signer))
}

fn rows(bill: &Bill, payment: &Payment, particulars: &Particulars) -> Vec<(String, String)> {
    let mut rows = vec![
        ("交款人".to_owned(), particulars.payer.clone()),
        ("缴款识别码".to_owned(), bill.code.grouped()),
        ("事项".to_owned(), bill.title.clone()),
    ];
    rows.extend(bill.lines.iter().map(|line| (line.name.clone(), line_words(line))));
    rows.push(("收费依据".to_owned(), bill.tariff.basis.clone()));
    rows.push(("收费标准".to_owned(), bill.tariff.standard.clone()));
    if bill.remitted() > Fen::ZERO {
        rows.push(("减免".to_owned(), format!("{} 元", bill.remitted())));
    }
    rows.push(("实收".to_owned(), format!("{} 元（{}）", payment.amount, in_words(payment.amount))));
    rows.push(("缴费方式".to_owned(), format!("{}，流水号 {}", payment.channel.words(), payment.transaction)));
    if bill.refunded() > Fen::ZERO {
        rows.push(("已退付".to_owned(), format!("{} 元", bill.refunded())));
    }
    rows
}

/// `20.00 元/证 × 1 = 20.00 元`
pub fn line_words(line: &Line) -> String {
    match line.rate {
        Some(rate) => format!("{rate} 元/{} × {} = {} 元", line.unit, line.quantity, line.amount),
        None => format!("{} 元（{}）", line.amount, line.reckoning),
    }
}

/// An amount in the characters that cannot be changed with a stroke (大写): 贰拾元整, 壹佰零伍元零叁分.
pub fn in_words(amount: Fen) -> String {
    const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
    const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
    const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];
    let fen = amount.0.unsigned_abs();
    let (yuan, jiao, cents) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::new();
    let digits: Vec<usize> = yuan.to_string().bytes().map(|byte| usize::from(byte - b'0')).collect();
    let (mut zero, mut group_has) = (false, false);
    for (at, digit) in digits.iter().enumerate() {
        let place = digits.len() - 1 - at;
        if *digit == 0 {
            zero = true;
        } else {
            if zero && !text.is_empty() {
                text.push('零');
            }
            zero = false;
            group_has = true;
            text.push(DIGITS[*digit]);
            text.push_str(PLACES[place % 4]);
        }
        if place.is_multiple_of(4) {
            if group_has {
                text.push_str(GROUPS[place / 4]);
            }
            group_has = false;
        }
    }
    if yuan > 0 {
        text.push('元');
    }
    match (jiao, cents) {
        (0, 0) if yuan == 0 => return "零元整".to_owned(),
        (0, 0) => text.push('整'),
        (jiao, 0) => {
            text.push(DIGITS[usize::try_from(jiao).unwrap_or_default()]);
            text.push_str("角整");
        }
        (0, cents) => {
            if yuan > 0 {
                text.push('零');
            }
            text.push(DIGITS[usize::try_from(cents).unwrap_or_default()]);
            text.push('分');
        }
        (jiao, cents) => {
            text.push(DIGITS[usize::try_from(jiao).unwrap_or_default()]);
            text.push('角');
            text.push(DIGITS[usize::try_from(cents).unwrap_or_default()]);
            text.push('分');
        }
    }
    if amount.0 < 0 { format!("负{text}") } else { text }
}
