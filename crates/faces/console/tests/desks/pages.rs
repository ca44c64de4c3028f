//! What is on each page, and for whom it is there at all.

use axum::http::StatusCode;

use crate::stage::{HOUSEHOLD, RENEWAL, RESIDENT, stage};

#[tokio::test]
async fn the_front_page_shows_what_waits_for_this_post() {
    let page = stage().staff("clerk").get("/console").await;
    page.says(&["待受理", "/desk?stage=submitted", "clerk岗"]);
    page.says_none(&["待决定", "href=\"/review\""]);
    let page = stage().staff("decider").get("/console").await;
    page.says(&["待决定", "/review?stage=reviewed"]);
    page.says_none(&["href=\"/desk\""]);
    let page = stage().staff("idle").get("/console").await;
    page.says(&["这个岗位还没有办件可办"]);
}

#[tokio::test]
async fn the_queue_names_item_applicant_and_time_left_and_a_number_leads_to_its_case() {
    let number = stage().filed(RENEWAL);
    let clerk = stage().staff("clerk");
    let page = clerk.get("/desk").await;
    page.says(&["窗口受理", "居民身份证换领", "𠮷小满", "还有 5 个工作日", &format!("/desk/{number}")]);
    let grouped = number.to_string();
    let typed = format!("/desk?number={}%20{}", &grouped[..6], &grouped[6..]);
    assert_eq!(clerk.get(&typed).await.location, format!("/desk/{number}"));
    let wrong = clerk.get("/desk?number=12").await;
    wrong.says(&["请修改以下 1 处", "办件编号是 22 位数字"]);
    assert_eq!(stage().staff("decider").get("/desk").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_case_page_holds_the_papers_and_numbers_are_shown_only_on_purpose() {
    let number = stage().filed(RENEWAL);
    let clerk = stage().staff("clerk");
    let path = format!("/desk/{number}");
    let page = clerk.get(&path).await;
    page.says(&["𠮷小满", "办理经过", HOUSEHOLD, "居民户口簿.pdf", "证件号码已遮住", "最迟"]);
    page.says_none(&[RESIDENT]);
    let shown = clerk.press(&page, &format!("{path}/reveal"), &[("desk", "window")]).await;
    shown.says(&[RESIDENT]);
    shown.says_none(&["证件号码已遮住"]);
    // The file is there for who handles the case, and for nobody else.
    let file = page.body.split(&format!("href=\"{path}/file/")).nth(1).unwrap().split('"').next().unwrap();
    let file = format!("{path}/file/{file}");
    let answer = clerk.get(&file).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.says(&["%PDF-1.7"]);
    assert_eq!(stage().stranger().get(&file).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clerk.get(&format!("{path}/file/{}", "0".repeat(64))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_may_not_see_a_case_learns_nothing_of_it() {
    let number = stage().filed(RENEWAL);
    for path in [format!("/desk/{number}"), format!("/review/{number}"), format!("/review/{number}/deny")] {
        assert_eq!(stage().staff("idle").get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        let answer = stage().stranger().get(&path).await;
        assert_eq!((answer.status, answer.location.starts_with("/login?back=")), (StatusCode::SEE_OTHER, true));
    }
    for path in ["/desk/12", "/desk/3201023102601010000016", "/review/nonsense"] {
        let answer = stage().staff("clerk").get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.says(&["没有这件办件"]);
    }
}

#[tokio::test]
async fn forms_without_token_or_version_change_nothing() {
    let number = stage().filed(RENEWAL);
    let clerk = stage().staff("clerk");
    let page = clerk.get(&format!("/desk/{number}")).await;
    let path = format!("/desk/{number}/accept");
    let token = page.token();
    assert_eq!(clerk.raw(&path, &[("_csrf", "0000"), ("version", "1")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(clerk.raw(&path, &[("_csrf", &token)]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(clerk.raw(&path, &[("_csrf", &token), ("version", "x")]).await.status, StatusCode::BAD_REQUEST);
    let stranger = stage().stranger();
    assert_eq!(stranger.raw(&path, &[("_csrf", &token), ("version", "1")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(stage().case(number).version, 1);
}
