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

#[test]
fn a_receipt_is_printed_under_seal_and_marked_when_no_money_moved() {
    let Some(fonts) = licences::document::Fonts::find() else {
        eprintln!("the package fonts-noto-cjk is not installed: receipts are not drawn in this run");
        return;
    };
    let signer = store::SoftSigner::open(&store::testing::Folder::new().path().join("keys"), "signing").unwrap();
    let particulars = payment::receipt::Particulars {
        payer: "陈样例".to_owned(),
        collector: "南京市玄武区公安局".to_owned(),
        link: "http://127.0.0.1:8080/receipt/320101260000000017".to_owned(),
        demo: true,
    };
    assert!(payment::receipt::pdf(&due(), &particulars, &fonts, &signer).is_none());
    let number = ReceiptNumber::new("320000000000".parse().unwrap(), 2026, 17).unwrap();
    let mut bill = after(paid(), &[(cashier(), ask_refund(500)), (treasurer(), approve(1)), (house(), back(1, "R1"))]);
    let receipt = payment::rules::receipt(&bill, number, TUESDAY).unwrap();
    payment::rules::apply(&mut bill, &receipt);
    assert_eq!(payment::rules::receipt(&bill, number, TUESDAY), None);
    let page = payment::receipt::pdf(&bill, &particulars, &fonts, &signer).unwrap().unwrap();
    assert_eq!(page.missing, vec![]);
    let keys = licences::Keys::of(&signer);
    let said = licences::file::check_document(&page.bytes, &keys).unwrap();
    assert_eq!((said["amount"].as_i64(), said["simulated"].as_bool()), (Some(2_000), Some(false)));
    if let Ok(folder) = std::env::var("TONGBAN_PRINT") {
        std::fs::write(std::path::Path::new(&folder).join("receipt.pdf"), &page.bytes).unwrap();
    }
    let mut forged = page.bytes;
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    assert!(licences::file::check_document(&forged, &keys).is_err());
    // No licence is passed off as a receipt, nor a receipt as a licence.
    assert!(licences::file::check(&forged, &keys).is_err());
}
