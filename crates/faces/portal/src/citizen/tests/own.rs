//! What belongs to a person's own account: for whom they act, who may act for them, telephone and password.

use axum::http::StatusCode;

use super::stage::{Answer, Browser, stage};

const PLACE: &str = "320102000000";
/// 食品经营许可: for people and companies, with a form that tells which papers come later.
const FOOD: &str = "320131907000";

async fn begin(browser: &mut Browser, item: &str) -> String {
    let page = browser.get(&format!("/apply?item={item}&region={PLACE}")).await;
    let answer = browser.post("/apply", &page, &[("item", item), ("region", PLACE)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location
}

fn percent(text: &str) -> String {
    web::words::percent(text)
}

fn says(page: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(page.has(text), "“{text}” is not on the page: {}", page.body);
    }
}

#[tokio::test]
async fn changing_for_whom_one_acts_does_not_lose_what_is_being_written() {
    let mut browser = stage().citizen().await;
    let (own, company) = (stage().session(&browser).actor.party().unwrap(), stage().company(&browser));
    let (own, company) = (own.to_string(), company.to_string());
    // From the start page one comes back to it.
    let start = format!("/apply?item={FOOD}&region={PLACE}");
    let page = browser.get(&start).await;
    says(&page, &[&format!("/me/subject?back={}", percent(&start))]);
    // From a draft one is told first that it stays behind.
    let draft = begin(&mut browser, FOOD).await;
    let back = format!("{draft}/q/1");
    let page = browser.get(&format!("/me/subject?back={}", percent(&back))).await;
    says(&page, &["您正在填“食品经营许可”的申请", "这份草稿是林示范的", "玄武湖畔餐饮有限公司"]);
    let same = browser.post("/me/subject", &page, &[("party", &own), ("back", &back)]).await;
    assert_eq!(same.location, back, "nothing changed, so one goes on writing");
    let other = browser.post("/me/subject", &page, &[("party", &company), ("back", &back)]).await;
    assert_eq!(other.location, start, "the other one begins the same application");
    let page = browser.get(&other.location).await;
    says(&page, &["玄武湖畔餐饮有限公司", "您正在代"]);
    assert_eq!(browser.get(&draft).await.status, StatusCode::NOT_FOUND);
    // Back to oneself, the draft is there as it was.
    let page = browser.get(&format!("/me/subject?back={}", percent(&start))).await;
    assert!(!page.has("您正在填"));
    let home = browser.post("/me/subject", &page, &[("party", &own), ("back", &start)]).await;
    assert_eq!(home.location, start);
    assert_eq!(browser.get(&start).await.location, draft);
    // Pages that are nobody else's lead home; other sites lead nowhere.
    let page = browser.get("/me/subject").await;
    for elsewhere in ["/case/3201023102601010000016", "https://evil.example/", ""] {
        let answer = browser.post("/me/subject", &page, &[("party", &own), ("back", elsewhere)]).await;
        assert_eq!(answer.location, "/me", "{elsewhere}");
    }
}

#[tokio::test]
async fn a_mandate_is_given_used_and_taken_back() {
    let (mut giver, mut agent) = (stage().citizen().await, stage().registered().await);
    let company = stage().company(&giver).to_string();
    let page = giver.get("/me/subject").await;
    giver.post("/me/subject", &page, &[("party", &company)]).await;
    let list = giver.get("/me/mandates").await;
    says(&list, &["授权管理", "替玄武湖畔餐饮有限公司办事", "现在没有委托", "委托别人"]);
    let form = giver.get("/me/mandates/new").await;
    says(&form, &["受托人姓名", "全部事项", "type=\"checkbox\" name=\"theme\""]);
    let theme = form.body.split("name=\"theme\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();

    let empty = giver.post("/me/mandates/new", &form, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&empty, &["请修改以下 4 处", "填写受托人的姓名", "填写 18 位身份证号码", "选一个日期", "选“全部事项”"]);
    // Whoever is not there and whose name is another are told alike.
    let until = stage().db.today().tomorrow().unwrap().to_string();
    let known = agent.1.clone();
    for (name, id) in [("林示范", "320102190001019997"), ("王某某", known.as_str())] {
        let fields = [("name", name), ("id", id), ("extent", "all"), ("until", &until)];
        let answer = giver.post("/me/mandates/new", &form, &fields).await;
        says(&answer, &["没有找到这个人", &format!("value=\"{name}\"")]);
    }
    let base = [("name", "林示范"), ("id", known.as_str()), ("extent", "some")];
    let none = giver.post("/me/mandates/new", &form, &[&base[..], &[("until", until.as_str())]].concat()).await;
    says(&none, &["至少勾选一类"]);
    let late = [&base[..], &[("theme", theme.as_str()), ("until", "2999-01-01")]].concat();
    says(&giver.post("/me/mandates/new", &form, &late).await, &["委托截止日期不正确", "三年以内", "checked"]);
    let fields = [&base[..], &[("theme", theme.as_str()), ("until", until.as_str())]].concat();
    let given = giver.post("/me/mandates/new", &form, &fields).await;
    assert_eq!(given.location, "/me/mandates", "{}", given.body);
    let list = giver.get("/me/mandates").await;
    says(&list, &["林示范", "收回"]);
    assert!(!list.has("全部事项"), "only what was ticked");

    // The agent acts for the company, and cannot pass the mandate on.
    let page = agent.0.get("/me/subject").await;
    says(&page, &["玄武湖畔餐饮有限公司", "授权给您的"]);
    agent.0.post("/me/subject", &page, &[("party", &company)]).await;
    let own = agent.0.get("/me/mandates").await;
    says(&own, &["您是受托人", "民法典 第一百六十九条"]);
    assert_eq!(agent.0.get("/me/mandates/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(agent.0.get("/me/contact").await.status, StatusCode::FORBIDDEN);

    let links = list.body.split("href=\"/me/mandates/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let id = links.into_iter().find(|id| *id != "new").unwrap();
    let path = format!("/me/mandates/{id}");
    assert_eq!(agent.0.get(&path).await.status, StatusCode::NOT_FOUND, "not the agent's to end");
    let ask = giver.get(&path).await;
    says(&ask, &["收回林示范的委托", "收回马上生效"]);
    let done = giver.post(&path, &ask, &[]).await;
    assert_eq!(done.location, "/me/mandates", "{}", done.body);
    says(&giver.get("/me/mandates").await, &["现在没有委托", "已收回"]);
    assert_eq!(giver.get(&path).await.status, StatusCode::NOT_FOUND, "over is over");
    assert_eq!(agent.0.get("/me").await.status, StatusCode::SEE_OTHER, "the agent is signed out at once");
}

#[tokio::test]
async fn telephone_and_place_are_changed_by_their_owner() {
    let mut browser = stage().citizen().await;
    says(&browser.get("/me/profile").await, &["改手机号和所在地"]);
    let form = browser.get("/me/contact").await;
    says(&form, &["value=\"13800000000\""]);
    let wrong = browser.post("/me/contact", &form, &[("phone", "12ab"), ("region", "999999999999")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wrong, &["填写 11 位手机号", "从列表里选一个地方", "value=\"12ab\""]);
    let done = browser.post("/me/contact", &form, &[("phone", "13900000001"), ("region", PLACE)]).await;
    assert_eq!(done.location, "/me/profile", "{}", done.body);
    says(&browser.get("/me/profile").await, &["139****0001", "玄武区"]);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_the_present_one() {
    let mut browser = stage().citizen().await;
    let form = browser.get("/me/password").await;
    let send = async |browser: &mut Browser, present: &str, chosen: &str, again: &str| {
        let fields = [("present", present), ("chosen", chosen), ("again", again)];
        browser.post("/me/password", &form, &fields).await
    };
    let empty = send(&mut browser, "", "short", "shorter").await;
    says(&empty, &["请修改以下 3 处", "填写现在的密码", "至少 8 个字符", "两次输的密码不一样"]);
    let wrong = send(&mut browser, "Wrong-2026", "Meihua-2027", "Meihua-2027").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wrong, &["现在的密码不对"]);
    assert!(!wrong.has("Meihua-2027"), "no password comes back");
    let done = send(&mut browser, "Lake-2026", "Meihua-2027", "Meihua-2027").await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    says(&done, &["密码改好了"]);
    says(&send(&mut browser, "Lake-2026", "Meihua-2028", "Meihua-2028").await, &["现在的密码不对"]);
}

#[tokio::test]
async fn the_home_page_and_the_search_follow_for_whom_one_acts() {
    const COMPANY: &str = "name=\"subject\" value=\"company\"";
    let mut stranger = stage().browser();
    assert!(!stranger.get("/").await.has(COMPANY));
    assert!(stranger.get("/?for=company").await.has(COMPANY));
    assert!(stranger.get("/").await.has(COMPANY), "the choice is remembered");
    assert!(stranger.get("/search?q=%E8%AE%B8%E5%8F%AF").await.has(COMPANY));
    assert!(!stranger.get("/search?q=%E8%AE%B8%E5%8F%AF&subject=all").await.has(COMPANY));
    assert!(!stranger.get("/?for=person").await.has(COMPANY));
    assert!(!stranger.get("/").await.has(COMPANY));

    let mut browser = stage().citizen().await;
    let company = stage().company(&browser).to_string();
    assert!(!browser.get("/").await.has(COMPANY));
    let page = browser.get("/me/subject").await;
    browser.post("/me/subject", &page, &[("party", &company)]).await;
    assert!(browser.get("/").await.has(COMPANY), "who acts for a company looks for a company's affairs");
    assert!(!browser.get("/?for=person").await.has(COMPANY), "and may look for a person's");
}

#[tokio::test]
async fn papers_that_come_later_are_not_asked_for_and_an_untruth_does_not_pass() {
    let mut browser = stage().citizen().await;
    let draft = begin(&mut browser, FOOD).await;
    let list = format!("{draft}/materials");
    let yours = async |browser: &mut Browser| {
        let page = browser.get(&list).await;
        let turn = page.body.find("轮到您").unwrap_or(0);
        let later = page.body.find("以后再说").unwrap_or(page.body.len());
        page.body[turn..later].contains("从业人员健康证明")
    };
    assert!(yours(&mut browser).await, "asked for, as long as nobody says otherwise");
    let (page, path) = on_page(&mut browser, &draft, "health_cards").await;
    let answer = browser
        .post(&path, &page, &[("_asked", "health_cards"), ("health_cards", "有的还没有"), ("_later", "1")])
        .await;
    assert_eq!(answer.location, draft, "{}", answer.body);
    assert!(!yours(&mut browser).await);
    assert!(browser.get(&list).await.has("先申请，开业前补上"));

    let (page, path) = on_page(&mut browser, &draft, "truth").await;
    let untrue = [("_asked", "truth"), ("truth", "有不实之处")];
    let answer = browser.post(&path, &page, &untrue).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert_eq!(answer.body.matches("再选“确认属实”").count(), 2, "in the summary and at the question");
    let answer = browser.post(&path, &page, &[("_asked", "truth"), ("truth", "确认属实")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

/// The question page on which this is asked.
async fn on_page(browser: &mut Browser, draft: &str, key: &str) -> (Answer, String) {
    for number in 1..12 {
        let path = format!("{draft}/q/{number}");
        let page = browser.get(&path).await;
        if page.asked().iter().any(|asked| asked == key) {
            return (page, path);
        }
    }
    panic!("{key} is asked nowhere")
}
