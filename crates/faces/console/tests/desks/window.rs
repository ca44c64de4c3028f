//! The window's buttons: accepting, telling once, declining, settling on the spot.

use axum::http::StatusCode;
use casework::{Command, Missing, Stage, Subject};
use kernel::CaseNumber;

use crate::stage::{Answer, Browser, HOUSEHOLD, RENEWAL, TEMPORARY, stage};

const OLD_CARD: &str = "原居民身份证";

/// The name of the mark of this material on the page.
fn mark(page: &Answer, material: &str) -> String {
    let at = page.body.find(&format!("<legend class=\"sr\">{material}</legend>")).unwrap();
    page.body[at..].split("name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn opened(clerk: &Browser, number: CaseNumber) -> Answer {
    let page = clerk.get(&format!("/desk/{number}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page
}

#[tokio::test]
async fn nothing_is_accepted_that_nobody_has_looked_at() {
    let number = stage().filed(RENEWAL);
    let clerk = stage().staff("clerk");
    let page = opened(&clerk, number).await;
    page.says_none(&["value=\"yes\" checked", "value=\"no\" checked"]);
    let (book, card) = (mark(&page, HOUSEHOLD), mark(&page, OLD_CARD));
    let accept = format!("/desk/{number}/accept");

    let half = clerk.press(&page, &accept, &[(&book, "yes")]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    half.says(&["请修改以下 1 处", "还没看“原居民身份证”", &format!("href=\"#{card}\"")]);
    half.says(&[&format!("name=\"{book}\" value=\"yes\" checked")]);

    let lacking = clerk.press(&page, &accept, &[(&book, "yes"), (&card, "no")]).await;
    lacking.says(&["“原居民身份证”标了“缺”：先一次性告知"]);

    let done = clerk.press(&page, &accept, &[(&book, "yes"), (&card, "yes")]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, format!("/desk/{number}").as_str()));
    assert_eq!(stage().case(number).stage(), Stage::Accepted);
    // The next one who has the old page open is told that somebody was faster.
    let late = clerk.press(&page, &accept, &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.says(&["有人先改了"]);
    assert_eq!(stage().case(number).version, 2);
    let page = opened(&clerk, number).await;
    page.says(&["已受理，等审查。"]);
    page.says_none(&["formaction"]);
}

#[tokio::test]
async fn everything_missing_is_read_once_more_before_it_goes_out() {
    let number = stage().filed(RENEWAL);
    let clerk = stage().staff("clerk");
    let page = opened(&clerk, number).await;
    let (book, card) = (mark(&page, HOUSEHOLD), mark(&page, OLD_CARD));
    let why = format!("why{}", &card[1..]);
    let notice = format!("/desk/{number}/notice");

    let empty = clerk.press(&page, &notice, &[(&book, "yes"), (&card, "yes")]).await;
    empty.says(&["先标出缺哪份材料"]);
    let silent = clerk.press(&page, &notice, &[(&book, "yes"), (&card, "no"), ("field", "reason")]).await;
    silent.says(&["请修改以下 2 处", "写清“原居民身份证”要怎么补", "写清填的内容要怎么改"]);
    let blind = clerk.press(&page, &notice, &[(&card, "no"), (&why, "照片太暗")]).await;
    blind.says(&["还没看“居民户口簿”", "value=\"照片太暗\""]);

    let fields = [
        (book.as_str(), "yes"),
        (card.as_str(), "no"),
        (why.as_str(), "照片太暗，请重拍"),
        ("field", "reason"),
        ("field_why", "写清哪里坏了"),
    ];
    let asked = clerk.press(&page, &notice, &fields).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    asked.says(&["补正告知书", "𠮷小满", "照片太暗，请重拍", "写清哪里坏了", "共 2 处", "行政许可法 第三十二条"]);
    assert_eq!(stage().case(number).version, 1, "nothing has gone out yet");
    let back = clerk.answer(&asked, &notice, "no").await;
    back.says(&[
        "value=\"照片太暗，请重拍\"",
        "value=\"写清哪里坏了\"",
        &format!("name=\"{card}\" value=\"no\" checked"),
    ]);
    let sent = clerk.answer(&asked, &notice, "yes").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert_eq!(stage().case(number).stage(), Stage::Correcting);
    opened(&clerk, number).await.says(&["等申请人补正"]);
}

#[tokio::test]
async fn a_second_correction_is_the_supervisors_and_says_why() {
    let number = stage().filed(RENEWAL);
    let missing =
        vec![Missing { what: Subject::Material(HOUSEHOLD.to_owned()), why: "缺首页，请补拍。".to_owned() }];
    stage().handle(number, "clerk", Command::Correct { missing, supervisor_reason: None });
    stage().resubmit(number);
    opened(&stage().staff("clerk"), number).await.says_none(&["/notice", "supervisor_reason"]);

    let supervisor = stage().staff("supervisor");
    let page = opened(&supervisor, number).await;
    page.says(&["这件已经补正过一次", "/notice"]);
    page.says_none(&["/accept\"", "/decline\""]);
    let (book, card) = (mark(&page, HOUSEHOLD), mark(&page, OLD_CARD));
    let why = format!("why{}", &book[1..]);
    let fields = [(book.as_str(), "no"), (why.as_str(), "仍缺首页"), (card.as_str(), "yes")];
    let notice = format!("/desk/{number}/notice");
    let refused = supervisor.press(&page, &notice, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&["须一次告知", "href=\"#supervisor_reason\"", "value=\"仍缺首页\""]);
    let fields = [&fields[..], &[("supervisor_reason", "首页是判断户籍地的依据")]].concat();
    let asked = supervisor.press(&page, &notice, &fields).await;
    let sent = supervisor.answer(&asked, &notice, "yes").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
}

#[tokio::test]
async fn declining_shows_the_notice_with_article_and_remedy_first() {
    let number = stage().filed(RENEWAL);
    let clerk = stage().staff("clerk");
    let path = format!("/desk/{number}/decline");
    let page = clerk.get(&path).await;
    page.says(&["不予受理", "理由", "依据的条款", "居民身份证换领"]);
    let empty = clerk.press(&page, &path, &[("reason", "不归我们管"), ("article", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.says(&["href=\"#article\"", "不归我们管"]);
    let fields = [("reason", "不归我们管"), ("article", "居民身份证法 第十条"), ("elsewhere", "户籍地派出所")];
    let asked = clerk.press(&page, &path, &fields).await;
    asked.says(&["不予受理通知书", "不归我们管", "居民身份证法 第十条", "应当向户籍地派出所申请", "60日内向"]);
    assert_eq!(stage().case(number).version, 1);
    let back = clerk.answer(&asked, &path, "no").await;
    back.says(&["不归我们管", "value=\"户籍地派出所\""]);
    let done = clerk.answer(&asked, &path, "yes").await;
    assert_eq!(done.location, format!("/desk/{number}"), "{}", done.body);
    assert_eq!(stage().case(number).stage(), Stage::Declined);
    // Twice is once: the page knows an older case.
    assert_eq!(clerk.answer(&asked, &path, "yes").await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_instant_case_is_settled_in_one_step() {
    let number = stage().filed(TEMPORARY);
    let clerk = stage().staff("clerk");
    let page = opened(&clerk, number).await;
    page.says(&["受理并当场办结"]);
    page.says_none(&["/accept\""]);
    let grant = format!("/desk/{number}/grant");
    let (book, photo) = (mark(&page, HOUSEHOLD), mark(&page, "近期免冠照片"));
    clerk.press(&page, &grant, &[(&book, "yes")]).await.says(&["还没看“近期免冠照片”"]);
    let done = clerk.press(&page, &grant, &[(&book, "yes"), (&photo, "yes")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(stage().case(number).stage(), Stage::Granted);
}

#[tokio::test]
async fn whoever_has_no_such_power_is_shown_no_button_and_refused_at_the_door() {
    let number = stage().filed(RENEWAL);
    let reviewer = stage().staff("reviewer");
    let page = opened(&reviewer, number).await;
    page.says(&["等窗口受理"]);
    page.says_none(&["formaction", "class=\"three\"", "/decline\""]);
    let marks: Vec<(String, &str)> = (0..9).map(|place| (format!("m{place}"), "yes")).collect();
    let fields: Vec<(&str, &str)> = marks.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let refused = reviewer.press(&page, &format!("/desk/{number}/accept"), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says(&["您的岗位没有办理这一步的职权", "行政许可法 第二十二条"]);
    assert_eq!(stage().case(number).version, 1);
}
