//! A fee in a browser: why and how much before how, the truth about what came of it, and nobody else's bill.

use axum::http::StatusCode;
use casework::Command;
use kernel::{Actor, DepartmentId, Duty, Power, Scope, StaffId};
use payment::Bill;

use super::{
    job::{apply_for, handle},
    stage::stage,
};

/// 临时居民身份证申领: ten yuan.
const ITEM: &str = "320709904000";

/// A cashier of the bill's department.
fn cashier(bill: &Bill) -> Actor {
    let DepartmentId { region, .. } = bill.department;
    let scope = Scope { region, subtree: true, kind: None };
    let powers = vec![Power { duty: Duty::Collect, scope }];
    Actor::Staff { staff: StaffId::new(store::fresh_uuid()), region, post: "收费窗口".to_owned(), powers }
}

#[tokio::test]
async fn a_fee_is_told_with_its_basis_paid_once_and_hidden_from_others() {
    let mut browser = stage().citizen().await;
    let number = apply_for(&mut browser, ITEM).await;
    assert!(!browser.get(&format!("/case/{number}")).await.has("去缴费"), "nothing is owed before acceptance");
    handle(&number, Command::Accept);
    let subject = casework::stream(&number);
    let test = Actor::System("test");
    let bill = stage().db.read(|read| payment::query::bill_of_subject(read, &test, &subject)).unwrap().unwrap();
    let (code, path) = (bill.code, format!("/pay/{}", bill.code));

    let progress = browser.get(&format!("/case/{number}")).await;
    assert!(progress.has("轮到您了") && progress.has("缴 10.00 元") && progress.has(&path), "{}", progress.body);
    assert!(browser.get("/me").await.has("去缴费") && browser.get("/me/payments").await.has("待缴"));
    let page = browser.get(&path).await;
    for words in ["应缴", "10.00 元", "收费依据", "发改价格〔2003〕2322号", "10元/证", "缴款识别码", "柜台"]
    {
        assert!(page.has(words), "{words}: {}", page.body);
    }
    // No channel is configured here: the page offers none, and says so when one is asked for all the same.
    assert!(!page.has("微信扫码缴费"));
    let token = browser.get("/me/subject").await;
    let started = browser.post(&format!("{path}/start"), &token, &[("way", "scan")]).await;
    assert_eq!(started.status, StatusCode::CONFLICT, "{}", started.body);
    assert!(browser.get(&format!("{path}/result")).await.has("还没有缴"));

    let mut stranger = stage().citizen().await;
    for hidden in [path.clone(), format!("{path}/result"), "/pay/32010226000000000099".to_owned()] {
        assert_eq!(stranger.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    assert_eq!(stage().browser().get(&path).await.status, StatusCode::SEE_OTHER);

    let take_in = payment::Command::TakeIn { flow: "COUNTER-1".to_owned(), amount: bill.payable() };
    let actor = cashier(&bill);
    let paid = stage().db.write(move |tx| payment::handle(tx, &actor, &code, &take_in)).unwrap();
    let receipt = paid.receipt.unwrap().number;
    assert_eq!(browser.get(&path).await.location, format!("{path}/result"));
    let result = browser.get(&format!("{path}/result")).await;
    assert!(result.has("已缴 10.00 元") && result.has(&format!("/receipt/{receipt}")), "{}", result.body);
    assert_eq!(stranger.get(&format!("/receipt/{receipt}")).await.status, StatusCode::NOT_FOUND);
    if licences::document::Fonts::find().is_some() {
        let pdf = browser.get(&format!("/receipt/{receipt}")).await;
        assert!(pdf.status == StatusCode::OK && pdf.body.starts_with("%PDF-"));
    }
    assert!(!browser.get("/me").await.has("去缴费"));
}
