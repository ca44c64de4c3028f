//! What the published fees amount to.

use catalogue::{Fee, Tariff};
use kernel::Fen;

use crate::Shipped;

/// Of all shipped items: code of the fee's kind and what was read of it.
#[test]
fn every_published_fee_is_one_amount_a_choice_or_to_be_reckoned() {
    let shipped = Shipped::load();
    let (mut free, mut fixed, mut choice, mut reckoned) = (0, 0, 0, 0);
    for item in shipped.items.iter() {
        let Some(tariff) = Tariff::of(&item.fee, &item.basis) else {
            free += 1;
            continue;
        };
        assert!(!tariff.name.is_empty() && !tariff.basis.is_empty(), "{}: {tariff:?}", item.name);
        match tariff.rates.len() {
            0 => reckoned += 1,
            1 => fixed += 1,
            _ => choice += 1,
        }
        // What is charged is never above the amount that the item itself names.
        assert_eq!(item.fee.amount(), tariff.fixed().map(|rate| rate.amount), "{}", item.name);
        assert!(tariff.rates.iter().all(|rate| rate.amount > Fen::ZERO && !rate.unit.is_empty()));
    }
    assert_eq!((free, fixed, choice, reckoned), (180, 7, 3, 11));
}

fn charged(standard: &str, amount: Option<i64>) -> Tariff {
    let fee = Fee::Charged {
        basis: "工本费（发改价格〔2003〕2322号）".to_owned(),
        standard: standard.to_owned(),
        amount: amount.map(Fen),
        online: true,
    };
    Tariff::of(&fee, &[]).unwrap()
}

#[test]
fn standards_are_read_and_nothing_is_guessed() {
    let tariff = charged("20元/证", Some(2_000));
    assert_eq!((tariff.name.as_str(), tariff.basis.as_str()), ("工本费", "发改价格〔2003〕2322号"));
    let rate = tariff.fixed().unwrap();
    assert_eq!((rate.amount, rate.unit.as_str()), (Fen(2_000), "证"));
    let choice = charged("住宅80元/件，非住宅550元/件", None);
    let read: Vec<_> = choice.rates.iter().map(|rate| (rate.what.as_str(), rate.amount.0)).collect();
    assert_eq!(
        (read, choice.most(), choice.fixed()),
        (vec![("住宅", 8_000), ("非住宅", 55_000)], Some(Fen(55_000)), None)
    );
    for words in ["计税价格10%", "按当地标准", "每平方米8元", "8元/平方米", "20元/证，其他面议", "0元/证", "20元"]
    {
        assert!(charged(words, None).rates.is_empty(), "{words}");
    }
    // A place that charges less: its own amount holds, whatever its words say.
    assert_eq!(charged("15.00 元（全省标准 20元/证）", Some(1_500)).fixed().unwrap().amount, Fen(1_500));
}
