//! 12345 by WeChat, end to end: the sandbox pushes as the service does, the house replies and later tells how it goes.

use crate::support::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const FOLLOWER: &str = "oSIMtest1";

/// Everything, one subject after another, on one server.
pub fn all(server: &Server) {
    let sandbox = server.get("/demo/sandbox.json", None).json()["address"].as_str().unwrap().to_owned();
    let chat = Chat { server, sandbox };
    assert_eq!(server.get("/callbacks/wechat?signature=00&timestamp=1&nonce=2&echostr=3", None).status, 403);
    assert_eq!(server.ask("POST", "/callbacks/wechat", &[("content-type", "text/xml")], b"<xml></xml>").status, 400);

    assert!(chat.say("求助").contains("请写"));
    chat.fault("duplicate", 1);
    assert!(chat.say("小区门口的路灯坏了三天，晚上老人摔跤").contains("哪个区"));
    assert!(chat.say("玄武区").contains("手机号"));
    assert!(chat.say("不留").contains("确认"));
    // A signature that does not hold is pushed again, and then it is believed.
    chat.fault("bad-signature", 1);
    chat.fault("duplicate", 1);
    let told = chat.say("确认");
    let number = told.split("编号 ").nth(1).and_then(|rest| rest.get(..13)).unwrap_or_else(|| panic!("{told}"));
    let numbers = chat.lines("reply").iter().filter(|text| text.contains("登记好了")).count();
    assert_eq!(numbers, 2, "the second push heard the same");
    assert!(chat.say(&format!("查 {number}")).contains("等待派单"));

    let agent = server.sign_in("agent.320100");
    let dispatched = server.post(&format!("/api/v1/work-orders/{number}/dispatch"), &agent, None, &json!({}));
    assert_eq!(dispatched.status, 200, "{}", dispatched.text());
    // A token that the service no longer takes is renewed.
    chat.fault("bad-signature", 1);
    let since = Instant::now();
    while chat.lines("message").is_empty() {
        assert!(since.elapsed() < Duration::from_secs(20), "nothing was told");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(chat.lines("message")[0].contains(number));
}

struct Chat<'a> {
    server: &'a Server,
    sandbox: String,
}

impl Chat<'_> {
    /// Writes something; what was replied to it.
    fn say(&self, words: &str) -> String {
        let encoded: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let body = format!("openid={FOLLOWER}&text={encoded}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer =
            self.server.ask("POST", &format!("{}/sandbox/official/say", self.sandbox), &headers, body.as_bytes());
        assert!(answer.status < 400, "{}", answer.status);
        self.lines("reply").pop().unwrap()
    }

    fn lines(&self, by: &str) -> Vec<String> {
        let all = self.server.get(&format!("{}/sandbox/official/lines", self.sandbox), None).json();
        let own = |line: &&Value| line["by"] == by && line["openid"] == FOLLOWER;
        all.as_array().unwrap().iter().filter(own).map(|line| line["text"].as_str().unwrap().to_owned()).collect()
    }

    fn fault(&self, name: &str, times: u32) {
        let body = json!({name: times}).to_string();
        let headers = [("content-type", "application/json")];
        let answer =
            self.server.ask("PUT", &format!("{}/sandbox/official/faults", self.sandbox), &headers, body.as_bytes());
        assert!(answer.status < 300, "{}", answer.status);
    }
}
