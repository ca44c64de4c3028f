//! Receipts, amounts in words.

use kernel::{Fen, PaymentCode};
use payment::receipt::in_words;
use payment::{Receipt, ReceiptNumber};

use crate::given::*;

#[test]
fn amounts_are_written_as_on_a_cheque() {
    let words = [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (2_000, "贰拾元整"),
        (10_503, "壹佰零伍元零叁分"),
        (12_050, "壹佰贰拾元伍角整"),
        (100_000_000, "壹佰万元整"),
        (100_010_001, "壹佰万零壹佰元零壹分"),
        (10_000_000_000, "壹亿元整"),
        (123_456_789_012, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
    ];
    for (fen, expected) in words {
        assert_eq!(in_words(Fen(fen)), expected, "{fen}");
    }
}

#[test]
fn a_receipt_number_is_code_and_number_and_its_check_belongs_to_what_it_says() {
    let number = ReceiptNumber::new("320000000000".parse().unwrap(), 2026, 17).unwrap();
    assert_eq!((number.code(), number.number()), ("32010126", "0000000017"));
    assert_eq!(number.to_string().parse::<ReceiptNumber>(), Ok(number));
    assert!(ReceiptNumber::new("320000000000".parse().unwrap(), 2026, 10_000_000_000).is_err());
    for wrong in ["", "3201012600000000", "32010126000000001X"] {
        assert!(wrong.parse::<ReceiptNumber>().is_err());
    }
    let bill: PaymentCode = code();
    let one = Receipt::new(number, &bill, Fen(2_000), TUESDAY);
    assert_eq!(one.check.len(), 6);
    assert_eq!(one, Receipt::new(number, &bill, Fen(2_000), TUESDAY));
    assert_ne!(one.check, Receipt::new(number, &bill, Fen(2_001), TUESDAY).check);
}
