//! The sandbox is honest: loopback only, marked everywhere, and its keys stay.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use sandbox::{Error, Sandbox, Settings};
use std::path::PathBuf;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tongban-sandbox-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn it_listens_on_loopback_only() {
    let folder = Folder::new("loopback");
    let settings = Settings {
        folder: folder.0.clone(),
        listen: "0.0.0.0:0".parse().unwrap(),
        pace: sandbox::courier::Pace::real(),
    };
    let started = runtime().block_on(Sandbox::start(&settings));
    assert!(matches!(started, Err(Error::NotLoopback(_))));
}

#[test]
fn its_keys_stay_and_every_answer_says_what_it_is() {
    let folder = Folder::new("keys");
    let settings = Settings {
        folder: folder.0.clone(),
        listen: "127.0.0.1:0".parse().unwrap(),
        pace: sandbox::courier::Pace::real(),
    };
    let runtime = runtime();
    let first = runtime.block_on(Sandbox::start(&settings)).unwrap();
    let second = runtime.block_on(Sandbox::start(&settings)).unwrap();
    assert_eq!(first.wechat.private_key, second.wechat.private_key);
    assert_eq!(first.wechat.platform_key, second.wechat.platform_key);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for path in
        ["/sandbox", "/sandbox/log", "/wechat/cashier/none", "/v3/pay/transactions/out-trade-no/x?mchid=1", "/nowhere"]
    {
        let answer = agent.get(format!("{}{path}", first.address)).call().unwrap();
        assert_eq!(answer.headers()[sandbox::HEADER], "1", "{path}");
    }
    let unsigned = agent.get(format!("{}/v3/bill/tradebill?bill_date=2026-11-25", first.address)).call().unwrap();
    assert_eq!(unsigned.status().as_u16(), 401);
}
