//! The adapter against the simulator, over HTTP on loopback: what a channel may do to us, and that the money stays right.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use kernel::{Fen, Timestamp};
use payment::{
    BadNotice, Bill, Channel, Contract, Gateway, Parking, RefundState, Refusal, Stage, Wechat, WorkKind,
    gateway::OrderState,
};
use sandbox::{Sandbox, Settings};
use store::{Db, Runner, testing::Folder};

use crate::given::*;
use crate::house::{House, MIGRATIONS};

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// The keys are made once for all tests: that takes longer than the tests.
fn keys() -> &'static Folder {
    static FOLDER: OnceLock<Folder> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Folder::new();
        start(&folder);
        folder
    })
}

fn start(folder: &Folder) -> Sandbox {
    let settings = Settings {
        folder: folder.path().to_owned(),
        listen: ([127, 0, 0, 1], 0).into(),
        pace: sandbox::courier::Pace::real(),
    };
    runtime().block_on(Sandbox::start(&settings)).unwrap()
}

/// A house, a channel, and the door at which its notices arrive.
struct Stage3 {
    house: House,
    sandbox: Sandbox,
    gateway: Arc<dyn Gateway>,
    /// Notices that were taken, and that were refused.
    taken: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    _folder: Folder,
    _place: store::testing::Place,
}

impl Stage3 {
    fn new() -> Stage3 {
        let folder = Folder::new();
        for entry in std::fs::read_dir(keys().path()).unwrap().flatten() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        let sandbox = start(&folder);
        let place = store::testing::Place::sqlite(MIGRATIONS);
        let house = House::open(place.open());
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let notify_url = format!("http://{}/notice", door.local_addr().unwrap());
        let gateway: Arc<dyn Gateway> = Arc::new(Wechat::new(contract(&sandbox, &notify_url)).unwrap());
        let (taken, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (db, at_door, counts) =
            (house.db.clone(), Arc::clone(&gateway), (Arc::clone(&taken), Arc::clone(&refused)));
        std::thread::spawn(move || {
            for stream in door.incoming().flatten() {
                let is_taken = serve(&db, at_door.as_ref(), stream);
                (if is_taken { &counts.0 } else { &counts.1 }).fetch_add(1, Ordering::SeqCst);
            }
        });
        Stage3 { house, sandbox, gateway, taken, refused, _folder: folder, _place: place }
    }

    fn fault(&self, json: &str) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = format!("{}/sandbox/wechat/faults", self.sandbox.address);
        let answer = agent.put(url).header("content-type", "application/json").send(json).unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["x-simulator"].to_str().unwrap()), (200, "1"));
    }

    /// Begins to pay; the page where the payer goes.
    fn begin(&self, subject: &str) -> (Bill, String) {
        let bill = self.house.bill(subject);
        self.house.steps(bill.code, &[(&self.house.payer, order())]);
        self.house.drain(Some(&self.gateway));
        let bill = self.house.look(bill.code);
        let link = bill.open_order().and_then(|order| order.link.clone()).expect("the channel took the order");
        (bill, link)
    }

    /// The payer presses the button of the simulated cashier.
    fn pay(&self, link: &str) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.post(link).send_empty().unwrap();
        let page = answer.body_mut().read_to_string().unwrap();
        assert!(page.contains(sandbox::STRIP), "{page}");
    }

    fn until(&self, what: &str, done: impl Fn() -> bool) {
        let since = Instant::now();
        while !done() {
            assert!(since.elapsed() < Duration::from_secs(30), "{what} did not come about");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn stage(&self, bill: &Bill) -> Stage {
        self.house.look(bill.code).stage()
    }
}

fn contract(sandbox: &Sandbox, notify_url: &str) -> Contract {
    let merchant = &sandbox.wechat;
    Contract {
        api: merchant.api.clone(),
        mchid: merchant.mchid.clone(),
        appid: merchant.appid.clone(),
        serial: merchant.serial.clone(),
        private_key: merchant.private_key.clone(),
        platform_keys: vec![merchant.platform_key.clone()],
        api_v3_key: merchant.api_v3_key.clone(),
        notify_url: notify_url.to_owned(),
        return_url: "http://127.0.0.1/pay/{bill}/result".to_owned(),
        simulator: true,
    }
}

/// Answers one notice as the house's own door does.
fn serve(db: &Db, gateway: &dyn Gateway, mut stream: TcpStream) -> bool {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut headers, mut length) = (vec![], 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.trim().split_once(": ") {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().unwrap();
            }
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let header = |name: &str| headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    let told = gateway.notice(&header, &body, Timestamp::now()).ok();
    let taken = told.is_some_and(|told| db.write(move |tx| payment::told(tx, &told)).is_ok());
    let status = if taken { "204 No Content" } else { "401 Unauthorized" };
    let _ = stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
    taken
}

#[test]
fn a_payment_by_code_is_told_by_notice_and_refunded() {
    let stage = Stage3::new();
    let (bill, link) = stage.begin("case:1");
    stage.pay(&link);
    stage.until("the notice", || stage.stage(&bill) == Stage::Paid);
    let paid = stage.house.look(bill.code);
    let payment = paid.payment.as_ref().unwrap();
    assert_eq!((payment.amount, payment.simulated, payment.channel), (Fen(2_000), true, Channel::Wechat));
    assert!(payment.transaction.starts_with("SIM"));

    let House { cashier, treasurer, .. } = &stage.house;
    let no = payment::refund_no(&bill.code, 1);
    let approve = payment::Command::ApproveRefund { no };
    stage.house.steps(bill.code, &[(cashier, ask_refund(500)), (treasurer, approve)]);
    stage.house.drain(Some(&stage.gateway));
    stage.until("the refund's notice", || stage.house.look(bill.code).refunded() == Fen(500));
    stage.house.verify();
}

#[test]
fn doubled_reordered_and_forged_notices_pay_once() {
    let stage = Stage3::new();
    stage.fault(r#"{"duplicate": 1}"#);
    let (bill, link) = stage.begin("case:1");
    stage.pay(&link);
    stage.until("both notices", || stage.taken.load(Ordering::SeqCst) == 2);
    assert_eq!(stage.stage(&bill), Stage::Paid);

    // A probe, or a forged one, is refused and changes nothing; asking the channel finds the truth.
    let (other, link) = stage.begin("case:2");
    stage.fault(r#"{"bad-signature": 1}"#);
    stage.pay(&link);
    stage.until("the refusal", || stage.refused.load(Ordering::SeqCst) == 1);
    assert_eq!(stage.stage(&other), Stage::Paying);
    stage.house.pass(20);
    stage.house.drain(Some(&stage.gateway));
    assert_eq!(stage.stage(&other), Stage::Paid);

    // The refund's notice comes before the call is answered.
    stage.fault(r#"{"reorder": 1}"#);
    let House { cashier, treasurer, .. } = &stage.house;
    let approve = payment::Command::ApproveRefund { no: payment::refund_no(&bill.code, 1) };
    stage.house.steps(bill.code, &[(cashier, ask_refund(2_000)), (treasurer, approve)]);
    stage.house.drain(Some(&stage.gateway));
    assert!(matches!(stage.house.look(bill.code).refunds[0].state, RefundState::Done { .. }));
    stage.house.verify();
}

#[test]
fn a_channel_that_charges_and_says_nothing_ends_as_paid_once() {
    let stage = Stage3::new();
    stage.fault(r#"{"time-out-after": 1}"#);
    let (bill, link) = stage.begin("case:1");
    stage.pay(&link);
    assert_eq!(stage.stage(&bill), Stage::Paying);
    // It even fails when it is asked first; the wheel asks again.
    stage.fault(r#"{"server-error": 1}"#);
    stage.house.pass(20);
    stage.house.drain(Some(&stage.gateway));
    assert_eq!(stage.stage(&bill), Stage::Paying);
    stage.house.pass(60);
    stage.house.drain(Some(&stage.gateway));
    assert_eq!(stage.stage(&bill), Stage::Paid);
    stage.house.verify();

    // A refund that was given and never answered is found by asking too.
    let House { cashier, treasurer, .. } = &stage.house;
    stage.fault(r#"{"time-out-after": 1}"#);
    let approve = payment::Command::ApproveRefund { no: payment::refund_no(&bill.code, 1) };
    stage.house.steps(bill.code, &[(cashier, ask_refund(2_000)), (treasurer, approve)]);
    stage.house.drain(Some(&stage.gateway));
    stage.house.pass(20);
    stage.house.drain(Some(&stage.gateway));
    assert_eq!(stage.house.look(bill.code).refunded(), Fen(2_000));
    stage.house.verify();
}

#[test]
fn a_wrong_amount_waits_for_a_person_and_pays_nothing() {
    let stage = Stage3::new();
    let (bill, link) = stage.begin("case:1");
    stage.fault(r#"{"wrong-amount": 1}"#);
    stage.pay(&link);
    stage.until("the notice", || !stage.house.look(bill.code).parked.is_empty());
    let held = stage.house.look(bill.code);
    assert_eq!((held.stage(), held.parked[0].why, held.parked[0].amount), (Stage::Due, Parking::Amount, Fen(1_999)));
    assert_eq!(held.work()[0].kind, WorkKind::Parked);
    assert_eq!(crate::house::refusal(stage.house.handle(&stage.house.payer, bill.code, order())), Refusal::Held);
    let House { cashier, treasurer, .. } = &stage.house;
    let of = payment::RefundOf::Parked { transaction: held.parked[0].transaction.clone() };
    let ask = payment::Command::AskRefund { of, amount: Fen(1_999), reason: "金额不符".to_owned() };
    let approve = payment::Command::ApproveRefund { no: payment::refund_no(&bill.code, 1) };
    stage.house.steps(bill.code, &[(cashier, ask), (treasurer, approve)]);
    stage.house.drain(Some(&stage.gateway));
    stage.until("the refund", || matches!(stage.house.look(bill.code).refunds[0].state, RefundState::Done { .. }));
    stage.house.verify();
}

#[test]
fn an_order_given_up_frees_the_bill_unless_it_was_paid_meanwhile() {
    let stage = Stage3::new();
    let (bill, _) = stage.begin("case:1");
    let give_up = |code| {
        let actor = stage.house.payer.clone();
        stage.house.db.write(move |tx| payment::give_up(tx, &actor, &code)).unwrap();
        stage.house.drain(Some(&stage.gateway));
    };
    give_up(bill.code);
    assert_eq!(stage.stage(&bill), Stage::Due);
    let (other, link) = stage.begin("case:2");
    stage.fault(r#"{"time-out-after": 1}"#);
    stage.pay(&link);
    give_up(other.code);
    assert_eq!(stage.stage(&other), Stage::Paid);
    // Nobody pays: the lock ends with the order.
    let (third, _) = stage.begin("case:3");
    stage.house.pass(31 * 60);
    stage.house.drain(Some(&stage.gateway));
    assert_eq!(stage.stage(&third), Stage::Due);
    stage.house.verify();
}

#[test]
fn a_phone_is_led_to_the_channel_and_back_and_its_address_travels_sealed() {
    let stage = Stage3::new();
    let bill = stage.house.bill("case:1");
    let client = Some(stage.house.db.seal(&bill.payer, "203.0.113.7").unwrap());
    let way = payment::Way::Phone;
    let order = payment::Command::Order { channel: Channel::Wechat, way, lasts: payment::ORDER_LASTS, client };
    stage.house.steps(bill.code, &[(&stage.house.payer, order)]);
    let entries = stage.house.db.read(|read| store::journal::stream(read, &bill.stream(), 1, 10)).unwrap();
    assert!(entries.iter().all(|entry| !entry.body.contains("203.0.113.7")), "the journal tells the address");
    stage.house.drain(Some(&stage.gateway));
    let link = stage.house.look(bill.code).open_order().unwrap().link.clone().unwrap();
    assert!(link.contains(&format!("redirect_url=http%3A%2F%2F127.0.0.1%2Fpay%2F{}%2Fresult", bill.code)), "{link}");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let log = agent.get(format!("{}/sandbox/log", stage.sandbox.address)).call().unwrap().body_mut().read_to_string();
    assert!(log.unwrap().contains("203.0.113.7"), "the channel was not told the payer's address");
    stage.pay(&link);
    stage.until("the notice", || stage.stage(&bill) == Stage::Paid);
}

#[test]
fn the_channels_own_account_of_a_day_is_read() {
    let stage = Stage3::new();
    let (bill, link) = stage.begin("case:1");
    stage.pay(&link);
    stage.until("the notice", || stage.stage(&bill) == Stage::Paid);
    let paid = stage.house.look(bill.code).payment.unwrap();
    let day = kernel::local_date(paid.at);
    let lines = stage.gateway.statement(day).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].amount, &lines[0].reference), (Fen(2_000), &paid.transaction));
    assert_eq!(stage.gateway.statement(day.yesterday().unwrap()).unwrap(), []);
}

#[test]
fn the_account_of_yesterday_is_fetched_by_itself_and_settles_what_agrees() {
    let stage = Stage3::new();
    let (bill, link) = stage.begin("case:1");
    stage.pay(&link);
    stage.until("the notice", || stage.stage(&bill) == Stage::Paid);
    let day = kernel::local_date(stage.house.look(bill.code).payment.unwrap().at);
    let fetch = || {
        let courier = Arc::new(payment::Courier::new(stage.house.db.clone(), Arc::clone(&stage.gateway)));
        let wheel = Arc::new(payment::AccountWheel { channel: Channel::Wechat });
        Runner::drain(&stage.house.db, vec![], vec![wheel], vec![courier]).unwrap();
    };
    let account = || {
        let treasurer = stage.house.treasurer.clone();
        stage.house.db.read(|read| payment::query::account(read, &treasurer, Channel::Wechat, day)).unwrap()
    };
    // Before ten the channel has not made it yet.
    stage.house.db.time().advance_to(kernel::midnight(day.tomorrow().unwrap()));
    stage.house.pass(9 * 3600);
    fetch();
    assert_eq!(account(), None);
    stage.house.pass(2 * 3600);
    fetch();
    let found = account().unwrap();
    assert_eq!((found.even, found.differences.len(), found.settled), (1, 0, true));
    assert_eq!(stage.stage(&bill), Stage::Settled);
    fetch();
    assert_eq!(account(), Some(found));
    stage.house.verify();
}

#[test]
fn a_notice_is_believed_only_whole_fresh_and_for_us() {
    let stage = Stage3::new();
    let nothing = |_: &str| None;
    assert_eq!(stage.gateway.notice(&nothing, b"{}", Timestamp::now()), Err(BadNotice::Shape));
    let now = Timestamp::now();
    let serial = stage.sandbox.wechat.platform_key.0.clone();
    let headers = |serial: String, at: i64, signature: &'static str| {
        move |name: &str| match name {
            "wechatpay-serial" => Some(serial.clone()),
            "wechatpay-timestamp" => Some(at.to_string()),
            "wechatpay-nonce" => Some("nonce".to_owned()),
            "wechatpay-signature" => Some(signature.to_owned()),
            _ => None,
        }
    };
    let at = now.as_second();
    let check = |headers: &dyn Fn(&str) -> Option<String>| stage.gateway.notice(headers, b"{}", now).unwrap_err();
    assert_eq!(check(&headers(serial.clone(), at - 301, "AAAA")), BadNotice::Stale);
    assert_eq!(check(&headers(serial.clone(), at + 301, "AAAA")), BadNotice::Stale);
    assert_eq!(check(&headers("OTHER".to_owned(), at, "AAAA")), BadNotice::UnknownKey);
    for forged in ["AAAA", "WECHATPAY/SIGNTEST/AAAA", "not base 64", ""] {
        assert_eq!(check(&headers(serial.clone(), at, forged)), BadNotice::Signature);
    }
}

#[test]
fn another_merchants_contract_gets_nothing() {
    let stage = Stage3::new();
    let mut other = contract(&stage.sandbox, "http://127.0.0.1:9/");
    other.mchid = "1900000009".to_owned();
    let trouble = Wechat::new(other).unwrap().query("320102260000000000140101").unwrap_err();
    assert!(trouble.reason.contains("SIGN_ERROR"), "{trouble}");
    assert_eq!(stage.gateway.query("nobody"), Ok(OrderState::Closed));
    let mut bad = contract(&stage.sandbox, "http://127.0.0.1:9/");
    bad.api_v3_key = "short".to_owned();
    assert!(Wechat::new(bad).is_err());
}
