//! What the couriers write: numbers, pushes, the data files.

use delivery::port::{BadPush, Courier, Ems, EmsAccount, Push, Sf, SfAccount, ems_seal};
use delivery::{Book, Direction, End, Meaning, Number, Payer, SfNumber};
use kernel::BadCode;
use serde_json::json;

use crate::given::*;

#[test]
fn numbers_are_typed_and_checked() {
    let number = |text: &str| text.parse::<Number>();
    assert!(matches!(number("EE123456785CN"), Ok(Number::Postal(_))));
    assert_eq!(number("EE123456786CN"), Err(BadCode::Check));
    assert!(matches!(number("1130000000012"), Ok(Number::Postal(_))));
    assert!(matches!(number(" sf 1234567890123 "), Ok(Number::Sf(_))));
    assert!(matches!(number("444012345678"), Ok(Number::Sf(_))));
    for bad in ["", "SF123", "SF12345678901234", "11300000000", "EE12345678XCN"] {
        assert!(number(bad).is_err(), "{bad}");
    }
    for text in ["SF1234567890123", "044012345678"] {
        assert_eq!(text.parse::<SfNumber>().unwrap().to_string(), text);
    }
}

#[test]
fn ends_are_checked_field_by_field() {
    let fields = |name: &str, phone: &str, address: &str| {
        End::new(name, phone, address)
            .map(drop)
            .map_err(|errors| errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>())
    };
    let address = "江苏省南京市玄武区示例路 1 号";
    assert_eq!(fields("𠮷小明", "+86 138-0000-0999", address), Ok(()));
    assert_eq!(fields("示例人", "025-83000000", address), Ok(()));
    assert_eq!(fields(" ", "12345", "路"), Err(vec!["/name".into(), "/phone".into(), "/address".into()]));
    let end = end();
    assert_eq!(end.parts(), ["江苏省", "南京市", "玄武区", "示例路 1 号 2 幢 301 室"]);
    assert_eq!(end.masked_phone(), "138****0999");
    let municipal = End::new("示例人", "13800000999", "上海市黄浦区人民大道 200 号").unwrap();
    assert_eq!(municipal.parts(), ["上海市", "上海市", "黄浦区", "人民大道 200 号"]);
    let nowhere = End::new("示例人", "13800000999", "人民大道两百号三楼").unwrap();
    assert_eq!(nowhere.parts(), ["", "", "", "人民大道两百号三楼"]);
    assert!(!format!("{end:?}").contains("示例"));
}

fn sf() -> Sf {
    Sf::new(SfAccount {
        address: "http://127.0.0.1:1".to_owned(),
        partner: "TONGBAN".to_owned(),
        check_word: "word".to_owned(),
        card: "0250000000".to_owned(),
        push_word: "agreed-word".to_owned(),
        simulator: false,
    })
}

const KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";

fn ems() -> Ems {
    Ems::new(EmsAccount {
        address: "http://127.0.0.1:1".to_owned(),
        sender: "1100000000000".to_owned(),
        authorization: "word".to_owned(),
        key: KEY.to_owned(),
        simulator: false,
    })
}

#[test]
fn a_push_of_sf_is_read_and_answered_in_its_own_words() {
    let body = json!({"Body": {"WaybillRoute": [{
        "id": "155408", "mailno": "SF1234567890123", "orderid": "abc-1", "acceptTime": "2026-3-2 9:30:00",
        "acceptAddress": "南京市", "remark": "顺丰速运 已收取快件", "opCode": 50
    }]}})
    .to_string();
    let push = |word, body: &str| sf().push(&Push { word, body: body.as_bytes() });
    let reports = push("agreed-word", &body).unwrap();
    let [report] = &reports[..] else { panic!("one report") };
    assert_eq!((report.code.as_str(), report.number.to_string().as_str()), ("50", "SF1234567890123"));
    assert_eq!(report.at, minute(9 * 60 + 30));
    assert_eq!(report.words.remark, "顺丰速运 已收取快件");
    for word in ["", "agreed-wore", "agreed-word-and-more"] {
        assert_eq!(push(word, &body), Err(BadPush::Signature));
    }
    for bad in ["", "{}", r#"{"Body":{"WaybillRoute":[{}]}}"#, r#"{"Body":{"WaybillRoute":{}}}"#, "\u{0}"] {
        assert_eq!(push("agreed-word", bad), Err(BadPush::Form), "{bad}");
    }
    let many = vec![json!({}); 201];
    let many = json!({"Body": {"WaybillRoute": many}}).to_string();
    assert_eq!(push("agreed-word", &many), Err(BadPush::TooMuch));
    let answered = |taken| serde_json::from_str::<serde_json::Value>(&sf().answer(taken).1).unwrap();
    assert_eq!(answered(Ok(())), json!({"return_code": "0000", "return_msg": "成功"}));
    assert_eq!(answered(Err("验签失败"))["return_code"], "1000");
}

#[test]
fn a_push_of_ems_is_opened_and_answered_in_its_own_words() {
    let trace = json!({
        "waybillNo": NUMBER, "opCode": "704", "opName": "妥投", "opTime": "2026-03-02 16:10:00",
        "opDesc": "已签收,签收人:示例人", "opOrgCity": "南京市"
    });
    let wrap = |sealed: String, sender: &str| {
        json!({"method": "040002", "senderNo": sender, "logitcsInterface": sealed}).to_string()
    };
    let push = |body: &str| ems().push(&Push { word: "", body: body.as_bytes() });
    let ours = "1100000000000";
    let sealed = ems_seal(&trace.to_string(), KEY).unwrap();
    let reports = push(&wrap(sealed.clone(), ours)).unwrap();
    assert_eq!((reports.len(), reports[0].code.as_str()), (1, "704"));
    assert_eq!(reports[0].at, minute(16 * 60 + 10));
    assert_eq!(push(&wrap(sealed.clone(), "1100000000001")), Err(BadPush::Signature));
    let foreign = ems_seal(&trace.to_string(), "AAECAwQFBgcICQoLDA0ODg==").unwrap();
    assert_eq!(push(&wrap(foreign, ours)), Err(BadPush::Signature));
    let untyped = ems_seal(r#"{"waybillNo":"123"}"#, KEY).unwrap();
    assert_eq!(push(&wrap(untyped, ours)), Err(BadPush::Form));
    assert_eq!(push("[]"), Err(BadPush::Form));
    let both = ems_seal(&json!([trace, trace]).to_string(), KEY).unwrap();
    assert_eq!(push(&wrap(both, ours)).unwrap().len(), 2);
    let answer: serde_json::Value = serde_json::from_str(&ems().answer(Ok(())).1).unwrap();
    assert_eq!((&answer["code"], &answer["senderNo"]), (&json!("00000"), &json!(ours)));
}

#[test]
fn the_data_files_are_sound_and_the_first_line_that_fits_counts() {
    let book = delivery::book().unwrap();
    for (courier, code, meaning) in
        [("sf", "50", Meaning::PickedUp), ("sf", "80", Meaning::Delivered), ("ems", "704", Meaning::Delivered)]
    {
        assert_eq!(book.courier(courier).unwrap().codes.get(code), Some(&meaning));
    }
    let couriers = r#"[{"code":"ems","name":"E","phone":"1","quiet_days":3,"poll_hours":6,"codes":{}}]"#;
    let lines = "item,department,direction,courier,payer\n320123905000,*,deliver,ems,applicant\n*,*,*,ems,office\n";
    let book = Book::read(couriers, lines).unwrap();
    let payer = |direction| book.postage(&item(), &department(), direction).unwrap().payer;
    assert_eq!(payer(Direction::Deliver), Payer::Applicant);
    assert_eq!(payer(Direction::Collect), Payer::Office);
    for (bad, says) in [
        ("x\n*,*,*,sf,office\n", "line 2"),
        ("x\n*,*,up,ems,office\n", "up"),
        ("x\n*,*,deliver,ems,office\n", "collect"),
        ("x\n*,*,*,ems\n", "line 2"),
    ] {
        let error = Book::read(couriers, bad).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
