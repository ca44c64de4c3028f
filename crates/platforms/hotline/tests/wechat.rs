//! 12345 by WeChat: the wire against the provider's own examples, the conversation by table, the desk on both databases.

use std::sync::Arc;

use hotline::rules::{Turn, answer};
use hotline::wechat::{Account, Flaw, Key, Settings, Signed, document, fields, signature};
use hotline::{ByWechat, Channel, Chat, Command, Kind, Reply, Said, Stage, Step};
use kernel::RegionCode;
use proptest::prelude::*;
use store::Runner;

use crate::house::{XUANWU, each_house, region};

// The provider's own example of safe mode.
const TOKEN: &str = "AAAAA";
const AES_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const APP_ID: &str = "wxba5fad812f8e6fb9";
const ENCRYPT: &str = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";

fn account() -> Account {
    let text = str::to_owned;
    Account::new(Settings {
        endpoint: text("http://127.0.0.1:1"),
        app_id: text(APP_ID),
        secret: text("secret"),
        token: text(TOKEN),
        aes_key: text(AES_KEY),
    })
    .unwrap()
}

fn signed(timestamp: &str, nonce: &str, msg_signature: &str) -> Signed {
    Signed {
        timestamp: timestamp.to_owned(),
        nonce: nonce.to_owned(),
        msg_signature: msg_signature.to_owned(),
        ..Signed::default()
    }
}

#[test]
fn signatures_and_safe_mode_are_those_of_the_documentation() {
    assert_eq!(signature(&[TOKEN, "1714037059", "486452656"]), "899cf89e464efb63f54ddac96b0a0a235f53aa78");
    assert_eq!(signature(&[TOKEN, "1714036504", "1514711492"]), "f464b24fc39322e44b38aa78f5edd27bd1441696");
    let own = signature(&[TOKEN, "1714112445", "415670741", ENCRYPT]);
    assert_eq!(own, "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3");
    let key = Key::parse(AES_KEY).unwrap();
    let plain = key.open(ENCRYPT, APP_ID).unwrap();
    assert!(plain.contains("debug_demo") && plain.contains("hello world"), "{plain}");
    assert_eq!(key.open(ENCRYPT, "wx0000000000000000"), Err(Flaw::OtherAccount));
    assert_eq!(key.open(&ENCRYPT[4..], APP_ID), Err(Flaw::Form));
    assert_eq!(key.open("", APP_ID), Err(Flaw::Form));
    assert!(Key::parse("short").is_none());
}

#[test]
fn a_push_is_believed_by_its_signature_alone() {
    let account = account();
    let check = Signed {
        signature: "f464b24fc39322e44b38aa78f5edd27bd1441696".to_owned(),
        echostr: "4375120948345356249".to_owned(),
        ..signed("1714036504", "1514711492", "")
    };
    assert_eq!(account.echo(&check).as_deref(), Ok("4375120948345356249"));
    assert_eq!(account.echo(&Signed { nonce: "1".to_owned(), ..check }), Err(Flaw::Signature));

    let inner = document(&[
        ("ToUserName", "gh_1"),
        ("FromUserName", "o1"),
        ("CreateTime", "1714112445"),
        ("MsgType", "text"),
        ("Content", "路灯坏了 <&>"),
        ("MsgId", "23"),
    ]);
    let encrypted = Key::parse(AES_KEY).unwrap().seal(&inner, APP_ID, [7; 16]);
    let body = document(&[("ToUserName", "gh_1"), ("Encrypt", &encrypted)]);
    let own = signature(&[TOKEN, "1", "2", &encrypted]);
    let push = account.read(&signed("1", "2", &own), &body).unwrap().unwrap();
    assert_eq!((push.openid.as_str(), push.key.as_str()), ("o1", "23"));
    assert_eq!(push.said, Said::Words("路灯坏了 <&>".to_owned()));
    assert_eq!(account.read(&signed("1", "3", &own), &body), Err(Flaw::Signature));
    assert_eq!(account.read(&signed("1", "2", &own), "<xml><Encrypt>"), Err(Flaw::Form));
    assert_eq!(account.read(&signed("1", "2", &own), "{}"), Err(Flaw::Form));

    // The reply opens with the same key and is signed.
    let reply = fields(&account.reply(&push, "好的", 5)).unwrap();
    let own = signature(&[TOKEN, &reply["TimeStamp"], &reply["Nonce"], &reply["Encrypt"]]);
    assert_eq!(own, reply["MsgSignature"]);
    let said = fields(&Key::parse(AES_KEY).unwrap().open(&reply["Encrypt"], APP_ID).unwrap()).unwrap();
    assert_eq!((said["ToUserName"].as_str(), said["Content"].as_str()), ("o1", "好的"));
}

#[test]
fn xml_names_no_entities_of_its_own() {
    let bomb = "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><Content>&a;</Content></xml>";
    assert_eq!(fields(bomb), Err(Flaw::Form));
    assert_eq!(fields("<xml><Content>&a;</Content></xml>"), Err(Flaw::Form));
    assert_eq!(fields("<html></html>"), Err(Flaw::Form));
    let many: String = (0..100).map(|n| format!("<F{n}>1</F{n}>")).collect();
    assert_eq!(fields(&format!("<xml>{many}</xml>")), Err(Flaw::Form));
    let odd = "<xml><A><![CDATA[1 < 2]]></A><B>a&amp;b&#x4e2d;</B><C/><D></D></xml>";
    let found = fields(odd).unwrap();
    assert_eq!((found["A"].as_str(), found["B"].as_str(), found["D"].as_str()), ("1 < 2", "a&b中", ""));
}

#[test]
fn a_conversation_asks_one_thing_at_a_time() {
    let here: RegionCode = XUANWU.parse().unwrap();
    let say = |chat: &Chat, words: &str, places: &[RegionCode]| answer(chat, &Said::Words(words.to_owned()), places);
    let start = Chat::default();
    let cases = [
        ("你好", Turn::Say(Reply::Menu)),
        ("嗯", Turn::Say(Reply::Menu)),
        ("投诉", Turn::Say(Reply::AskText { kind: Kind::Complaint })),
        ("举报。", Turn::Say(Reply::AskText { kind: Kind::TipOff })),
        ("取消", Turn::Say(Reply::Dropped)),
        ("确认", Turn::Say(Reply::Menu)),
        ("小区门口的路灯坏了三天没人修", Turn::Say(Reply::AskPlace)),
    ];
    for (words, want) in cases {
        assert_eq!(say(&start, words, &[]).1, want, "{words}");
    }
    assert_eq!(answer(&start, &Said::Followed, &[]).1, Turn::Say(Reply::Menu));
    assert_eq!(answer(&start, &Said::Other, &[]).1, Turn::Say(Reply::WordsOnly));
    let (chat, _) = say(&start, "投诉", &[]);
    assert_eq!(say(&chat, "吵", &[]).1, Turn::Say(Reply::TooShort));
    assert_eq!(say(&chat, &"吵".repeat(2_001), &[]).1, Turn::Say(Reply::TooLong { most: 2_000 }));
    let (chat, turn) = say(&chat, "夜里施工噪声", &[]);
    assert_eq!((chat.step, turn), (Step::Place, Turn::Say(Reply::AskPlace)));
    assert_eq!(say(&chat, "月球", &[]).1, Turn::Say(Reply::UnknownPlace));
    let two = [here, "320104000000".parse().unwrap()];
    assert_eq!(say(&chat, "区", &two).1, Turn::Say(Reply::WhichPlace { regions: two.to_vec() }));
    let (chat, turn) = say(&chat, "玄武区", &[here]);
    assert_eq!(turn, Turn::Say(Reply::AskPhone));
    assert_eq!(say(&chat, "12", &[]).1, Turn::Say(Reply::NoPhone));
    let (chat, turn) = say(&chat, "不留", &[]);
    assert!(matches!(turn, Turn::Say(Reply::AskSure { has_phone: false, kind: Kind::Complaint, .. })));
    assert!(matches!(say(&chat, "等等", &[]).1, Turn::Say(Reply::AskSure { .. })), "nothing but a yes is a yes");
    assert_eq!(say(&chat, "确认", &[]).1, Turn::Register);
}

proptest! {
    /// Whatever is said, an order is registered only when every question was answered.
    #[test]
    fn nothing_is_registered_half(words in proptest::collection::vec("投诉|确认|不留|13800000995|玄武区|取消|夜里施工噪声太大了睡不着|[a-z]{0,12}", 1..30)) {
        let here: RegionCode = XUANWU.parse().unwrap();
        let mut chat = Chat::default();
        for said in words {
            let places = if said == "玄武区" { vec![here] } else { vec![] };
            let (after, turn) = answer(&chat, &Said::Words(said), &places);
            if turn == Turn::Register {
                prop_assert!(after.kind.is_some() && after.region.is_some() && after.text.chars().count() >= 6);
            }
            chat = after;
        }
    }
}

#[test]
fn who_writes_by_wechat_gets_a_number_and_is_told_how_it_goes() {
    each_house(|house| {
        let say = |openid: &'static str, key: &'static str, words: &str| {
            let said = Said::Words(words.to_owned());
            house.db.write(move |tx| hotline::chat(tx, openid, key, &said)).unwrap()
        };
        assert_eq!(say("o1", "1", "投诉"), Reply::AskText { kind: Kind::Complaint });
        assert_eq!(say("o1", "2", "夜里施工噪声太大，睡不着觉"), Reply::AskPlace);
        assert_eq!(say("o1", "3", "南京市玄武区"), Reply::AskPhone);
        assert!(matches!(say("o1", "4", "不留"), Reply::AskSure { .. }));
        let Reply::Registered { number, is_protected: false } = say("o1", "5", "确认") else {
            panic!("not registered")
        };
        assert_eq!(
            say("o1", "5", "确认"),
            Reply::Registered { number, is_protected: false },
            "a push twice is one order"
        );
        assert_eq!(say("o1", "6", "确认"), Reply::Menu, "said again it begins anew");
        assert_eq!(say("o1", "7", &format!("查 {number}")), Reply::Where { number, stage: Stage::Waiting });
        assert_eq!(say("o2", "1", &format!("查{number}")), Reply::NotYours);
        let order = house.order(number);
        assert_eq!((order.channel, order.region, order.has_phone), (Channel::Wechat, region(XUANWU), false));

        let dispatch = crate::house::dispatch();
        house.handle(&house.agent, number, dispatch).unwrap();
        let told = || {
            let follower: Arc<dyn store::Follower> = Arc::new(ByWechat);
            Runner::drain(&house.db, vec![follower], vec![], vec![]).unwrap();
            crate::house::outbox(&house.db, "wechat")
        };
        assert_eq!(told(), 1, "the dispatch is told");
        house.handle(&house.handler, number, Command::Sign).unwrap();
        assert_eq!(told(), 1, "signing is the unit's own business");
        // Somebody else with the same matter: told of the merging, and of the answer with the first one.
        for (key, words) in [("1", "投诉"), ("2", "夜里施工噪声太大，睡不着觉"), ("3", "南京市玄武区"), ("4", "不留")]
        {
            say("o3", key, words);
        }
        let Reply::Registered { number: other, .. } = say("o3", "5", "确认") else { panic!("not registered") };
        let agent = house.agent.clone();
        house.db.write(move |tx| hotline::merge(tx, &agent, &other, &number)).unwrap();
        assert_eq!(told(), 2);
        let answer = Command::FeedBack { outcome: hotline::Outcome::Solved, words: "夜里停工了。".to_owned() };
        house.handle(&house.handler, number, answer).unwrap();
        assert_eq!(told(), 4);
        house.verify();
    });
}

#[test]
fn a_conversation_that_rested_begins_anew_and_one_source_has_its_measure() {
    each_house(|house| {
        let say = |key: String, words: &str| {
            let said = Said::Words(words.to_owned());
            house.db.write(move |tx| hotline::chat(tx, "o3", &key, &said)).unwrap()
        };
        say("a".to_owned(), "夜里施工噪声太大，睡不着觉");
        house.db.time().advance(std::time::Duration::from_secs(31 * 60));
        assert_eq!(say("b".to_owned(), "玄武区"), Reply::Menu);
        let mut last = Reply::Menu;
        for n in 0..=hotline::book().asks_a_day {
            for (step, words) in ["夜里施工噪声太大，睡不着觉", "玄武区", "不留", "确认"].iter().enumerate()
            {
                last = say(format!("{n} {step}"), words);
            }
        }
        assert!(matches!(last, Reply::Refused { .. }), "{last:?}");
    });
}
