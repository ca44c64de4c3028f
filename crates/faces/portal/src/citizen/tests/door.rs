//! Signing in, and what happens at the wrong door.

use axum::http::StatusCode;

use super::stage::stage;

#[tokio::test]
async fn a_wrong_password_is_told_without_telling_which_was_wrong() {
    let mut browser = stage().browser();
    let page = browser.get("/login?back=/me/cases").await;
    let answer = browser.post("/login", &page, &[("account", "nobody-here"), ("password", "wrong-1234")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.has("<title>有误：登录"), "{}", answer.body);
    assert_eq!(answer.body.matches("账号或密码不正确").count(), 2, "in the summary and at the field");
    assert!(answer.has("value=\"nobody-here\""), "what was typed stays");
    assert!(!answer.has("wrong-1234"), "the password does not come back");
}

#[tokio::test]
async fn empty_fields_are_named_before_anything_is_asked() {
    let mut browser = stage().browser();
    let page = browser.get("/login").await;
    let answer = browser.post("/login", &page, &[("account", ""), ("password", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("请修改以下 2 处") && answer.has("填写账号") && answer.has("填写密码"));
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let mut browser = stage().citizen().await;
    for path in ["/login", "/logout", "/me/subject", "/apply", "/progress", "/verify"] {
        let answer = browser.post_with(path, "0000", &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(browser.get("/me").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_sign_in_and_back() {
    let mut browser = stage().browser();
    for path in ["/me", "/me/cases", "/me/licences", "/apply?item=322014905000", "/case/123"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location.starts_with("/login?back=/"), "{path} → {}", answer.location);
    }
}

#[tokio::test]
async fn back_leads_nowhere_else() {
    let mut browser = stage().browser();
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let page = browser.get(&format!("/login?back={elsewhere}")).await;
        assert!(page.has("name=\"back\" value=\"/\""), "{elsewhere}");
    }
}

#[tokio::test]
async fn registering_tells_everything_that_is_wrong_at_once() {
    let mut browser = stage().browser();
    let page = browser.get("/register").await;
    let fields = [
        ("name", "𠮷䶮"),
        ("id", "320102190001019981"),
        ("phone", "1380"),
        ("account", "ab"),
        ("password", "12345678"),
        ("again", "12345679"),
    ];
    let answer = browser.post("/register", &page, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("value=\"𠮷䶮\""), "a rare name is no mistake, and stays");
    for said in ["填写 18 位身份证号码", "填写 11 位手机号", "起一个 4 到 64 位的账号", "两次输的密码不一样"]
    {
        assert!(answer.has(said), "{said}");
    }
}

#[tokio::test]
async fn a_signed_in_person_sees_their_own_house_and_can_leave_it() {
    let mut browser = stage().citizen().await;
    for path in [
        "/me",
        "/me/cases",
        "/me/cases?state=over",
        "/me/drafts",
        "/me/licences",
        "/me/profile",
        "/me/subject",
        "/me/data-log",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(page.body.matches("<h1").count() == 1, "{path} has one h1");
        assert!(!page.has("20102190"), "{path} shows no number whole");
    }
    let page = browser.get("/me").await;
    assert!(page.has("林示范，"));
    let answer = browser.post("/logout", &page, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn verifying_says_what_is_wrong_with_an_identifier() {
    let mut browser = stage().browser();
    let page = browser.get("/verify/1.2.156.3005.2.nonsense").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.has("标识不对"));
    let data = browser.data("/verify/1.2.156.3005.2.nonsense").await;
    assert!(data.has("\"finding\":\"bad-identifier\"") && data.has("\"good\":false"), "{}", data.body);
    let form = browser.get("/verify").await;
    let answer = browser.upload("/verify/file", &form, ("file", "证照.pdf", b"%PDF-1.7 nothing sealed")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("这不是本平台签发的电子证照文件"));
}

#[tokio::test]
async fn looking_up_explains_a_wrong_number() {
    let mut browser = stage().browser();
    let page = browser.get("/progress").await;
    let answer = browser.post("/progress", &page, &[("number", "3201 02"), ("password", "12")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("填写 22 位办件编号，现在是 6 位") && answer.has("填写 6 位数字的查询密码"));
    assert!(answer.has("value=\"3201 02\""));
}
