//! The main job in a browser: apply, submit once, follow, correct, withdraw.

use axum::http::StatusCode;
use casework::{Command, Missing, Subject};
use kernel::{Actor, CaseNumber, DepartmentId, Duty, Power, Scope, StaffId};

use super::stage::{Answer, Browser, stage};

/// 社会保障卡申领: two materials, one of them a photograph that the applicant brings.
const ITEM: &str = "322014905000";
const PLACE: &str = "320102000000";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

/// A picture in its own bytes for each test, so that nobody's file is taken for another's.
fn picture(mark: &str) -> Vec<u8> {
    [PNG, mark.as_bytes()].concat()
}

/// What a person would write to each question.
fn answer(key: &str) -> &'static str {
    match key {
        "name" => "林示范",
        "phone" => "13800000000",
        "matter" => "新办一张社会保障卡",
        "first_time" => "第一次办",
        "place" => PLACE,
        _ => "",
    }
}

async fn begin(browser: &mut Browser) -> String {
    begin_for(browser, ITEM).await
}

async fn begin_for(browser: &mut Browser, item: &str) -> String {
    let page = browser.get(&format!("/apply?item={item}&region={PLACE}")).await;
    assert!(page.has("开始填写") && (item != ITEM || page.has("申请社会保障卡申领")), "{}", page.body);
    let answer = browser.post("/apply", &page, &[("item", item), ("region", PLACE)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location
}

/// Answers every question page that comes, until another page does.
async fn fill(browser: &mut Browser, draft: &str) -> String {
    let mut path = format!("{draft}/q/1");
    for _ in 0..12 {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        let asked = page.asked();
        let mut fields: Vec<(&str, &str)> = asked.iter().map(|key| ("_asked", key.as_str())).collect();
        fields.extend(asked.iter().map(|key| (key.as_str(), answer(key))));
        let sent = browser.post(&path, &page, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{path}: {}", sent.body);
        if !sent.location.contains("/q/") {
            return sent.location;
        }
        path = sent.location;
    }
    path
}

/// Brings each material that waits: a picture, or to the window.
async fn bring(browser: &mut Browser, draft: &str) {
    bring_from(browser, draft, 0).await;
}

/// As [`bring`], for an item whose own application form stands before the materials.
async fn bring_from(browser: &mut Browser, draft: &str, first: usize) {
    let list = browser.get(&format!("{draft}/materials")).await;
    assert!(list.has("轮到您"), "{}", list.body);
    for place in [first, first + 1] {
        let path = format!("{draft}/materials/{place}");
        let page = browser.get(&path).await;
        let answer = match place - first {
            0 => browser.post(&format!("{path}/window"), &page, &[]).await,
            _ => browser.upload(&path, &page, ("file", "照片.png", &picture(draft))).await,
        };
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
}

/// Says how the result is to be received.
async fn choose(browser: &mut Browser, draft: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("{draft}/delivery");
    let page = browser.get(&path).await;
    assert!(page.has("领取方式") && page.has("寄给我"), "{}", page.body);
    browser.post(&path, &page, fields).await
}

async fn submit(browser: &mut Browser, draft: &str) -> (Answer, Answer) {
    let early = browser.get(&format!("{draft}/check")).await;
    assert_eq!(early.status, StatusCode::SEE_OTHER, "nobody has said yet how the result comes");
    let chosen = choose(browser, draft, &[("way", "electronic")]).await;
    assert_eq!(chosen.location, format!("{draft}/check"), "{}", chosen.body);
    let check = browser.get(&format!("{draft}/check")).await;
    assert_eq!(check.status, StatusCode::OK, "{} {}", check.location, check.body);
    let undeclared = browser.post(&format!("{draft}/submit"), &check, &[]).await;
    assert_eq!(undeclared.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(undeclared.has("勾选“上面填的和交的都是真的”"));
    let first = browser.post(&format!("{draft}/submit"), &check, &[("declared", "yes")]).await;
    let second = browser.post(&format!("{draft}/submit"), &check, &[("declared", "yes")]).await;
    (first, second)
}

async fn apply(browser: &mut Browser) -> CaseNumber {
    apply_for(browser, ITEM).await
}

pub(super) async fn apply_for(browser: &mut Browser, item: &str) -> CaseNumber {
    let draft = begin_for(browser, item).await;
    fill(browser, &draft).await;
    bring_from(browser, &draft, usize::from(item != ITEM)).await;
    let (first, _) = submit(browser, &draft).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    first.location.rsplit('/').next().unwrap().parse().unwrap()
}

/// A clerk of the case's department, with every duty that handles cases.
fn clerk(number: &CaseNumber) -> Actor {
    let case = stage().db.read(|read| casework::query::case_for(read, &Actor::System("test"), number)).unwrap();
    let DepartmentId { region, .. } = case.department;
    let scope = Scope { region, subtree: true, kind: None };
    let powers = [Duty::Receive, Duty::Review, Duty::Decide].map(|duty| Power { duty, scope }).to_vec();
    Actor::Staff { staff: StaffId::new(store::fresh_uuid()), region, post: "综合窗口".to_owned(), powers }
}

pub(super) fn handle(number: &CaseNumber, command: Command) {
    let (actor, number) = (clerk(number), *number);
    stage().db.write(move |tx| casework::handle(tx, &actor, &number, &command).map(drop)).unwrap();
}

#[tokio::test]
async fn an_application_goes_from_the_first_page_to_the_receipt_and_is_filed_once() {
    let mut browser = stage().citizen().await;
    let draft = begin(&mut browser).await;
    let tasks = browser.get(&draft).await;
    assert!(tasks.has("已完成") && tasks.has("暂不能填") && tasks.has("草稿已保存"), "{}", tasks.body);

    let first = browser.get(&format!("{draft}/q/1")).await;
    assert!(first.has("class=\"prefilled\"") && first.has("信息不对") && first.has("来自实名账户"), "{}", first.body);
    assert_eq!(fill(&mut browser, &draft).await, format!("{draft}/materials"));
    let again = browser.get(&format!("/apply?item={ITEM}&region={PLACE}")).await;
    assert_eq!(again.location, draft, "the draft is continued, not begun anew");

    bring(&mut browser, &draft).await;
    let (one, two) = submit(&mut browser, &draft).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.body);
    assert_eq!(one.location, two.location, "two clicks, one case");
    let done = browser.get(&one.location).await;
    assert!(done.has("提交好了") && done.has("查询密码"), "{}", done.body);

    let number = one.location.rsplit('/').next().unwrap();
    let case = browser.get(&format!("/case/{number}")).await;
    assert!(case.has("答复是否受理") && case.has("是怎么算出来的") && case.has("foot-bar"), "{}", case.body);
    let receipt = browser.get(&format!("/case/{number}/doc/receipt")).await;
    assert!(receipt.has("收件凭证") && receipt.has(number));
    assert_eq!(browser.get(&format!("/case/{number}/doc/decision")).await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/me/cases?state=running").await.has(number));
}

#[tokio::test]
async fn a_result_is_wanted_by_courier_and_originals_are_fetched_by_one() {
    let mut browser = stage().citizen().await;
    let draft = begin(&mut browser).await;
    fill(&mut browser, &draft).await;
    bring(&mut browser, &draft).await;
    let none = choose(&mut browser, &draft, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.has("选一种领取方式"));
    let (address, phone) = ("江苏省南京市玄武区示例路 1 号", "13800000000");
    let half =
        choose(&mut browser, &draft, &[("way", "courier"), ("name", "林示范"), ("phone", "1"), ("address", address)])
            .await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.has("href=\"#phone\"") && half.has(&format!("value=\"{address}\"")), "{}", half.body);
    let fields = [("way", "courier"), ("name", "林示范"), ("phone", phone), ("address", address)];
    let chosen = choose(&mut browser, &draft, &fields).await;
    assert_eq!(chosen.location, format!("{draft}/check"), "{}", chosen.body);
    let check = browser.get(&chosen.location).await;
    assert!(check.has(address) && check.has("寄给我"), "{}", check.body);
    let filed = browser.post(&format!("{draft}/submit"), &check, &[("declared", "yes")]).await;
    let number: CaseNumber = filed.location.rsplit('/').next().unwrap().parse().unwrap();

    let path = format!("/case/{number}");
    let page = browser.get(&path).await;
    assert!(page.has("改领取方式") && page.has("叫快递上门取"), "{}", page.body);
    let ask = browser.get(&format!("{path}/pickup")).await;
    let empty = browser
        .post(&format!("{path}/pickup"), &ask, &[("name", "林示范"), ("phone", phone), ("address", address)])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("选要取的原件"));
    let fields = [("paper", "0"), ("name", "林示范"), ("phone", phone), ("address", address)];
    let ordered = browser.post(&format!("{path}/pickup"), &ask, &fields).await;
    assert_eq!(ordered.location, format!("{path}#parcels"), "{}", ordered.body);
    let page = browser.get(&path).await;
    assert!(page.has("快递上门取的原件") && page.has("138****0000") && !page.has("叫快递上门取</a>"), "{}", page.body);
    assert!(browser.get("/me/parcels").await.has("快递上门取的原件"));
    let mut stranger = stage().citizen().await;
    assert!(stranger.get("/me/parcels").await.has("没有邮件"));
    assert_eq!(stranger.get(&format!("{path}/pickup")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("{path}/delivery")).await.status, StatusCode::NOT_FOUND);

    // Changed to the window, and the courier called off.
    let ask = browser.get(&format!("{path}/delivery")).await;
    assert!(ask.has(&format!("value=\"{address}\"")), "the address is offered again: {}", ask.body);
    let changed = browser.post(&format!("{path}/delivery"), &ask, &[("way", "window")]).await;
    assert_eq!(changed.location, path, "{}", changed.body);
    let page = browser.get(&path).await;
    assert!(page.has("领取方式：<b>自己去窗口领</b>"), "{}", page.body);
    let at = page.body.find(&format!("{path}/parcel/")).unwrap();
    let cancel = page.body[at..].split('"').next().unwrap().to_owned();
    let done = browser.post(&cancel, &page, &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(&path).await.has("已取消"));
}

#[tokio::test]
async fn a_wrong_answer_is_told_twice_alike_and_kept() {
    let mut browser = stage().citizen().await;
    let draft = begin(&mut browser).await;
    let path = format!("{draft}/q/1?wrong=phone");
    let page = browser.get(&path).await;
    assert_eq!(page.asked(), ["phone"]);
    let sent = browser.post(&path, &page, &[("_asked", "phone"), ("phone", "12ab")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", sent.body);
    assert!(sent.has("请修改以下 1 处") && sent.has("href=\"#phone\"") && sent.has("value=\"12ab\""), "{}", sent.body);
    assert!(browser.get(&draft).await.has("要您改"));
    let later = browser.post(&path, &page, &[("_asked", "phone"), ("phone", "12ab"), ("_later", "1")]).await;
    assert_eq!(later.location, draft, "one may stop with a mistake on the page");
}

#[tokio::test]
async fn a_file_that_lies_is_refused_on_its_page() {
    let mut browser = stage().citizen().await;
    let draft = begin(&mut browser).await;
    let path = format!("{draft}/materials/1");
    let page = browser.get(&path).await;
    let answer = browser.upload(&path, &page, ("file", "照片.pdf", PNG)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.has("名字说是 PDF，内容却是 PNG 图片") && answer.has("href=\"#file\""), "{}", answer.body);
    let answer = browser.upload(&path, &page, ("file", "", b"")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("选一个文件"));
}

#[tokio::test]
async fn somebody_elses_draft_and_case_are_not_there() {
    let (mut owner, mut other) = (stage().citizen().await, stage().citizen().await);
    let number = apply(&mut owner).await;
    let draft = begin(&mut owner).await;
    for path in [format!("/case/{number}"), format!("/case/{number}/doc/receipt"), format!("/apply/done/{number}")] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = other.get(&draft).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let token = other.get("/me").await;
    let answer = other.post(&format!("/case/{number}/withdraw"), &token, &[("ground", "other")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn corrections_stand_on_one_page_and_go_back_at_once() {
    let mut browser = stage().citizen().await;
    let number = apply(&mut browser).await;
    let case = stage().db.read(|read| casework::query::case_for(read, &Actor::System("test"), &number)).unwrap();
    let material = case.terms.materials[1].name.clone();
    let missing = vec![
        Missing {
            what: Subject::Material(material), why: "照片太暗，看不清脸。请在亮处重拍一张。".to_owned()
        },
        Missing { what: Subject::Field("matter".to_owned()), why: "写清楚是新办还是补办。".to_owned() },
    ];
    handle(&number, Command::Correct { missing, supervisor_reason: None });

    let path = format!("/case/{number}");
    let page = browser.get(&path).await;
    assert!(page.has("轮到您了") && page.has("要您补的（2 处）") && page.has("照片太暗"), "{}", page.body);
    assert!(browser.get("/me").await.has("轮到您了（1）"));
    assert!(browser.get(&format!("{path}/doc/correction")).await.has("补正告知书"));

    let send = format!("{path}/correct");
    let half = browser.upload(&send, &page, ("m0", "新照片.png", &picture("again"))).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", half.body);
    assert!(
        half.has("填写申请内容") && half.has("已收到 新照片.png"),
        "the file need not be sent again: {}",
        half.body
    );
    // A file that is not taken takes nothing else with it: what was typed stays, and what is wrong stands at the file.
    let lies = [("matter", "补办一张，原来的丢了")];
    let lying = browser.upload_with(&send, &page, ("m0", "假的.pdf", &picture("lie")), &lies).await;
    assert_eq!(lying.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", lying.body);
    assert!(
        lying.has("href=\"#m0\"") && lying.has("内容却是 PNG 图片") && lying.has("补办一张，原来的丢了"),
        "{}",
        lying.body
    );
    let kept = half.body.split("name=\"m0-kept\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("m0-kept", kept), ("matter", "补办一张，原来的丢了")];
    let whole = browser.upload_with(&send, &half, ("m0", "", b""), &fields).await;
    assert_eq!(whole.status, StatusCode::SEE_OTHER, "{}", whole.body);
    let after = browser.get(&path).await;
    assert!(!after.has("轮到您了") && after.has("补正"), "{}", after.body);
}

#[tokio::test]
async fn an_accepted_case_shows_each_day_and_can_be_withdrawn() {
    let mut browser = stage().citizen().await;
    let number = apply(&mut browser).await;
    handle(&number, Command::Accept);
    let path = format!("/case/{number}");
    let page = browser.get(&path).await;
    assert!(
        page.has("正在审查") && page.has("出结果") && page.has("还剩") && page.has("民法典 第二百零一条"),
        "{}",
        page.body
    );
    assert!(browser.get(&format!("{path}/doc/acceptance")).await.has("受理通知书"));
    let ask = browser.get(&format!("{path}/withdraw")).await;
    let none = browser.post(&format!("{path}/withdraw"), &ask, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser.post(&format!("{path}/withdraw"), &ask, &[("ground", "not-needed")]).await;
    assert_eq!(done.location, path, "{}", done.body);
    assert!(browser.get(&path).await.has("撤回了"));
    assert!(browser.get("/me/cases?state=over").await.has(&number.to_string()));
}

#[tokio::test]
async fn the_public_looks_a_case_up_with_its_password_and_sees_no_name() {
    let mut browser = stage().citizen().await;
    let number = apply(&mut browser).await;
    let page = browser.get(&format!("/case/{number}")).await;
    let at = page.body.find("和密码 <b class=\"nowrap\">").unwrap();
    let password: String = page.body[at..].chars().filter(char::is_ascii_digit).take(6).collect();

    let mut stranger = stage().browser();
    let form = stranger.get("/progress").await;
    let fields = [("number", number.to_string()), ("password", password)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let found = stranger.post("/progress", &form, &fields).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.body);
    assert!(found.has("林*") && !found.has("林示范") && !found.has("/doc/receipt"), "{}", found.body);

    let wrong = stranger.post("/progress", &form, &[fields[0], ("password", "000000")]).await;
    assert!(wrong.status.is_client_error() && wrong.has("请修改以下 1 处"), "{}", wrong.body);
}

#[tokio::test]
async fn a_place_that_is_too_wide_is_chosen_further() {
    let mut browser = stage().citizen().await;
    let page = browser.get("/apply?item=320709909000&region=320000000000").await;
    assert!(page.has("在哪里办居住证签发") && page.has("region=320100000000"), "{}", page.body);
    let unknown = browser.get("/apply?item=nonsense").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
