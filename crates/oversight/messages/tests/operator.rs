//! The SMS operator's wire format, against its own published example.

use std::collections::BTreeMap;

use messages::sms::{Aliyun, Operator as _, Outgoing, authorization, canonical_query, read_reports};

/// The example of the provider's reference for signature V3.
#[test]
fn a_request_is_signed_as_the_reference_shows() {
    let query = canonical_query(&BTreeMap::from([
        ("RegionId", "cn-shanghai"),
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
    ]));
    let headers = BTreeMap::from([
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
    ]);
    assert_eq!(
        authorization("YourAccessKeyId", "YourAccessKeySecret", &query, &headers),
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,\
         SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
         Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    );
}

#[test]
fn a_query_is_encoded_as_rfc_3986_says() {
    let query = canonical_query(&BTreeMap::from([("b", "好 +*~/"), ("a", "{\"code\":\"1\"}")]));
    assert_eq!(query, "a=%7B%22code%22%3A%221%22%7D&b=%E5%A5%BD%20%2B%2A~%2F");
}

#[test]
fn reports_are_read_without_the_number() {
    let push =
        br#"[{"phone_number":"13900000001","send_time":"2026-03-02 10:00:00","report_time":"2026-03-02 10:00:03",
        "success":true,"err_code":"DELIVERED","err_msg":"ok","sms_size":"1","biz_id":"9008","out_id":"abc"},
        {"success":false,"err_code":"MK:0001","biz_id":"9009","out_id":"def"}]"#;
    let reports = read_reports(push).unwrap();
    assert_eq!(reports.len(), 2);
    assert_eq!((reports[0].key.as_str(), reports[0].receipt.as_str(), reports[0].delivered), ("abc", "9008", true));
    assert_eq!((reports[1].code.as_str(), reports[1].delivered), ("MK:0001", false));
    assert!(!format!("{reports:?}").contains("13900000001"));
    for bad in [&b"{}"[..], b"", b"[1]", b"\xff"] {
        assert!(read_reports(bad).is_err());
    }
    let many = format!("[{}]", vec!["{}"; 501].join(","));
    assert!(read_reports(many.as_bytes()).is_err());
}

/// The adapter and the simulated operator agree on the wire.
#[test]
fn an_sms_goes_over_the_wire_to_the_simulated_operator() {
    let folder = store::testing::Folder::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let pace = sandbox::courier::Pace::real();
    let settings = sandbox::Settings { folder: folder.path().to_owned(), listen, pace };
    let running = runtime.block_on(sandbox::Sandbox::start(&settings)).unwrap();
    let account = &running.sms;
    let send = |secret: &str, template: &str| {
        let to = "13800000997".parse().unwrap();
        let fields = BTreeMap::from([("code".to_owned(), "123456".to_owned())]);
        let sms = Outgoing { to: &to, signature: "江苏政务服务", text: "", template, fields: &fields, key: "k1" };
        Aliyun::new(&account.endpoint, &account.key_id, secret).hand_over(&sms)
    };
    let console = format!("{}/sandbox/sms/console", running.address);
    ureq::put(&console).send_json(serde_json::json!({"templates": {"SMS_1": "验证码${code}。"}})).unwrap();
    assert!(send(&account.key_secret, "SMS_1").unwrap().starts_with("SIM"));
    let texts = format!("{}/sandbox/sms/texts", running.address);
    let texts: serde_json::Value = ureq::get(&texts).call().unwrap().body_mut().read_json().unwrap();
    assert_eq!((&texts[0]["text"], &texts[0]["out_id"]), (&"【江苏政务服务】验证码123456。".into(), &"k1".into()));
    let page =
        ureq::get(format!("{}/sandbox/sms", running.address)).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("模拟器，未发出真实短信") && page.contains("验证码123456"));

    // What another try cannot mend is parked at once, what it can is tried again.
    let refused =
        |answer: Result<String, store::SendError>| answer.map_err(|error| (error.reason, error.retry)).unwrap_err();
    assert_eq!(refused(send(&account.key_secret, "SMS_2")), ("isv.SMS_TEMPLATE_ILLEGAL".to_owned(), false));
    assert_eq!(refused(send("another", "SMS_1")), ("SignatureDoesNotMatch".to_owned(), false));
    let faults = format!("{}/sandbox/sms/faults", running.address);
    ureq::put(&faults).send_json(serde_json::json!({"server-error": 1})).unwrap();
    assert_eq!(refused(send(&account.key_secret, "SMS_1")), ("isp.SYSTEM_ERROR".to_owned(), true));
}
