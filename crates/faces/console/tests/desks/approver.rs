//! The approver's buttons: opinions, decisions, stopping and stretching the clock.

use axum::http::StatusCode;
use casework::{Command, Stage, Stance};
use kernel::CaseNumber;

use crate::stage::{RENEWAL, stage};

/// A case that the window has accepted.
fn accepted() -> CaseNumber {
    let number = stage().filed(RENEWAL);
    stage().handle(number, "clerk", Command::Accept);
    number
}

fn reviewed(stance: Stance) -> CaseNumber {
    let number = accepted();
    stage().handle(number, "reviewer", Command::Review { stance, opinion: "照片与本人不符。".to_owned() });
    number
}

#[tokio::test]
async fn the_desk_lists_what_waits_and_offers_what_the_post_may_do() {
    let number = accepted();
    let page = stage().staff("reviewer").get("/review").await;
    page.says(&["审查和决定", &format!("/review/{number}")]);
    let path = format!("/review/{number}");
    let page = stage().staff("reviewer").get(&path).await;
    page.says(&["审查要点", "审查意见", "同意，交决定人", "不同意", "转入特别程序"]);
    page.says_none(&["准予</button>", "延长期限", "恢复计时"]);
    let page = stage().staff("decider").get(&path).await;
    page.says(&["转入特别程序", "延长期限"]);
    page.says_none(&["审查意见</label>", "准予</button>"]);
    let page = stage().staff("clerk").get(&path).await;
    page.says(&["已受理，等审查。"]);
    page.says_none(&["<button class=\"btn\">", "转入特别程序"]);
}

#[tokio::test]
async fn an_opinion_says_something_and_one_against_is_asked_again() {
    let number = accepted();
    let reviewer = stage().staff("reviewer");
    let (case, opinion) = (format!("/review/{number}"), format!("/review/{number}/opinion"));
    let page = reviewer.get(&case).await;
    let mute = reviewer.press(&page, &opinion, &[("opinion", "符合条件")]).await;
    mute.says(&["选“同意”或者“不同意”", "符合条件</textarea>"]);
    let empty = reviewer.press(&page, &opinion, &[("opinion", " "), ("stance", "for")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.says(&["请写明审查意见", "href=\"#opinion\""]);
    let empty = reviewer.press(&page, &opinion, &[("opinion", ""), ("stance", "against")]).await;
    empty.says(&["请写明审查意见"]);

    let asked = reviewer.press(&page, &opinion, &[("opinion", "照片与本人不符"), ("stance", "against")]).await;
    asked.says(&["审查意见：不同意", "照片与本人不符", "提交不同意的意见"]);
    assert_eq!(stage().case(number).stage(), Stage::Accepted);
    reviewer.answer(&asked, &opinion, "no").await.says(&["照片与本人不符</textarea>"]);
    let done = reviewer.answer(&asked, &opinion, "yes").await;
    assert_eq!(done.location, case, "{}", done.body);
    assert_eq!(stage().case(number).opinions[0].stance, Stance::Against);
}

#[tokio::test]
async fn what_the_reviewer_was_for_is_granted_with_one_button() {
    let number = reviewed(Stance::For);
    let decider = stage().staff("decider");
    let page = decider.get(&format!("/review/{number}")).await;
    page.says(&["决定", "准予</button>", "照片与本人不符。"]);
    let done = decider.press(&page, &format!("/review/{number}/grant"), &[("sure", "yes")]).await;
    assert_eq!(done.location, format!("/review/{number}"), "{}", done.body);
    assert_eq!(stage().case(number).stage(), Stage::Granted);
    decider.get(&format!("/review/{number}")).await.says(&["已决定，正在送达。"]);
}

#[tokio::test]
async fn granting_against_the_opinion_needs_reasons_in_writing() {
    let number = reviewed(Stance::Against);
    let decider = stage().staff("decider");
    let page = decider.get(&format!("/review/{number}")).await;
    page.says(&["准予，写明理由"]);
    page.says_none(&["准予</button>"]);
    let path = format!("/review/{number}/grant");
    // Pressed past the page, too.
    for sure in [&[("sure", "yes")][..], &[]] {
        let refused = decider.press(&page, &path, sure).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(&["审查意见是不同意", "href=\"#reason\""]);
    }
    let form = decider.get(&path).await;
    form.says(&["作出准予决定", "写清为什么与审查意见不同"]);
    let asked = decider.press(&form, &path, &[("reason", "已到场核对，本人无误")]).await;
    asked.says(&["准予决定书", "决定准予"]);
    let done = decider.answer(&asked, &path, "yes").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let case = stage().case(number);
    assert_eq!(case.decision.unwrap().reason.as_deref(), Some("已到场核对，本人无误"));
    decider.get(&format!("/review/{number}")).await.says(&["已到场核对，本人无误"]);
}

#[tokio::test]
async fn denying_shows_reason_article_and_remedy_before_it_is_final() {
    let number = reviewed(Stance::For);
    let decider = stage().staff("decider");
    let path = format!("/review/{number}/deny");
    let form = decider.get(&path).await;
    form.says(&["作出不予决定", "依据的条款"]);
    let empty = decider.press(&form, &path, &[("reason", ""), ("article", "")]).await;
    empty.says(&["请修改以下 1 处", "href=\"#reason\""]);
    let fields = [("reason", "照片与本人不符"), ("article", "居民身份证法 第十一条")];
    let asked = decider.press(&form, &path, &fields).await;
    asked.says(&[
        "不予许可决定书",
        "理由：照片与本人不符",
        "居民身份证法 第十一条",
        "60日内向",
        "人民政府申请行政复议",
        "6个月内依法向人民法院",
        "发出就生效",
    ]);
    assert_eq!(stage().case(number).stage(), Stage::Reviewed, "not final yet");
    decider.answer(&asked, &path, "no").await.says(&["照片与本人不符</textarea>", "value=\"居民身份证法 第十一条\""]);
    let done = decider.answer(&asked, &path, "yes").await;
    assert_eq!(done.location, format!("/review/{number}"), "{}", done.body);
    assert_eq!(stage().case(number).stage(), Stage::Denied);
}

#[tokio::test]
async fn the_clock_is_stopped_started_and_stretched_with_words() {
    let number = accepted();
    let decider = stage().staff("decider");
    let (case, suspend) = (format!("/review/{number}"), format!("/review/{number}/suspend"));
    let form = decider.get(&suspend).await;
    form.says(&["转入特别程序", "鉴定"]);
    decider.press(&form, &suspend, &[("days", "x")]).await.says(&["选一种特别程序", "只写数字"]);
    let fields = [("ground", "appraisal"), ("days", "0"), ("reason", "笔迹要鉴定")];
    decider.press(&form, &suspend, &fields).await.says(&["特别程序须写明", "笔迹要鉴定"]);
    let fields = [("ground", "appraisal"), ("days", "3"), ("reason", "笔迹要鉴定")];
    let asked = decider.press(&form, &suspend, &fields).await;
    asked.says(&["特别程序告知书", "时间 3 个工作日", "理由：笔迹要鉴定"]);
    let done = decider.answer(&asked, &suspend, "yes").await;
    assert_eq!(done.location, case, "{}", done.body);

    let page = decider.get(&case).await;
    page.says(&["停表中", "特别程序的结果"]);
    let resume = format!("/review/{number}/resume");
    let mute = decider.press(&page, &resume, &[("result", " ")]).await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    mute.says(&["href=\"#result\""]);
    let done = decider.press(&page, &resume, &[("result", "笔迹一致")]).await;
    assert_eq!(done.location, case, "{}", done.body);

    let extend = format!("/review/{number}/extend");
    let form = decider.get(&extend).await;
    decider.press(&form, &extend, &[("days", ""), ("reason", "忙")]).await.says(&["填延长几个工作日"]);
    decider.press(&form, &extend, &[("days", "11"), ("reason", "案情复杂")]).await.says(&["最多延长 10 个工作日"]);
    let asked = decider.press(&form, &extend, &[("days", "5"), ("reason", "案情复杂")]).await;
    asked.says(&["延长办理期限告知书", "延长 5 个工作日", "只有这一次"]);
    let done = decider.answer(&asked, &extend, "yes").await;
    assert_eq!(done.location, case, "{}", done.body);
    let page = decider.get(&case).await;
    page.says_none(&[&format!("href=\"{extend}\"")]);
    page.says(&["延长 5 个工作日"]);
}
