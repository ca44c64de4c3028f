//! What every page and every form passes, asked over the router without a network.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod stage;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use stage::{Answer, Stage};
use std::sync::Arc;
use web::{Fault, Fields, House, Query, Ticket, Upload, Visitor};

#[derive(askama::Template)]
#[template(
    ext = "html",
    source = "{% extends \"frame.html\" %}{% import \"macros.html\" as ui %}{% block main %}<form method=\"post\">{% call ui::csrf(frame) %}{% endcall %}</form>{% endblock %}"
)]
struct FormPage {
    frame: web::Frame,
}

#[derive(askama::Template)]
#[template(ext = "html", source = "{% extends \"frame.html\" %}{% block main %}<p>{{ number }}</p>{% endblock %}")]
struct PublicPage {
    frame: web::Frame,
    number: usize,
}

#[derive(serde::Deserialize)]
struct Words {
    q: String,
}

fn faces() -> Router<Arc<House>> {
    static SHOWN: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    async fn form(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
        web::page(&FormPage { frame: visitor.frame(&house, "表单") })
    }
    async fn public(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
        let number = SHOWN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        web::shared_page(&visitor, &PublicPage { frame: visitor.frame(&house, "公开"), number })
    }
    async fn send(fields: Fields) -> String {
        fields.get("name").unwrap_or_default().to_owned()
    }
    async fn files(upload: Upload) -> String {
        upload.files.iter().map(|file| format!("{} {:?}", file.name, file.media)).collect()
    }
    async fn mine(visitor: Visitor) -> Result<&'static str, Fault> {
        visitor.citizen()?;
        Ok("mine")
    }
    async fn full() -> Result<(), Fault> {
        Err(store::Error::Full("no space".to_owned()).into())
    }
    async fn fall() {
        panic!("a secret detail")
    }
    Router::new()
        .route("/form", get(form).post(send))
        .route("/public", get(public))
        .route("/files", post(files))
        .route("/mine", get(mine))
        .route("/full", get(full))
        .route("/fall", get(fall))
        .route("/words", get(async |Query(words): Query<Words>| words.q))
        .route("/api/v1/full", get(full))
        .route("/ticket", get(async |ticket: axum::Extension<Ticket>| ticket.ui.word()))
}

async fn get_page(path: &str) -> Answer {
    Stage::new(faces()).get(path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_pages_speak_and_keep_the_frame() {
    let answer = get_page("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("没有这个页面") && answer.body.contains("12345"), "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_protect_it() {
    for path in ["/nowhere", "/form", "/public", "/livez", web::assets::address("site.css")] {
        let answer = get_page(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_defect_gives_a_page_with_a_number_and_tells_nothing_else() {
    let answer = get_page("/fall").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("编号") && !answer.body.contains("secret"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_with_the_time_to_come_back() {
    let page = get_page("/full").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "60"));
    let problem = get_page("/api/v1/full").await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
    let body: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
    assert_eq!(body["code"], "store.full");
    assert_eq!(body["type"], "/problems/store.full");
    assert_eq!(body["status"], 503);
    assert_eq!(body["instance"], "/api/v1/full");
    assert_eq!(body["trace_id"].as_str().unwrap().len(), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_is_led_to_the_door_and_back() {
    let answer = get_page("/mine?a=%E5%A5%BD").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/login?back=/mine%3Fa%3D%25E5%25A5%25BD")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_only_with_the_token_of_its_own_browser() {
    let stage = Stage::new(faces());
    let page = stage.get("/form").await;
    let cookie = page.cookie("tb_visit");
    let token = page.between("name=\"_csrf\" value=\"", "\"").to_owned();
    let good = format!("_csrf={token}&name=%F0%A0%AE%B7");

    let answer = stage.post("/form", &[("cookie", &cookie)], good.clone()).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "𠮷"));
    let without_cookie = stage.post("/form", &[], good.clone()).await;
    assert_eq!(without_cookie.status, StatusCode::FORBIDDEN);
    assert!(without_cookie.body.contains("表单过期"));
    let without_token = stage.post("/form", &[("cookie", &cookie)], "name=x".to_owned()).await;
    assert_eq!(without_token.status, StatusCode::FORBIDDEN);
    let from_elsewhere = stage.post("/form", &[("cookie", &cookie), ("sec-fetch-site", "cross-site")], good).await;
    assert_eq!(from_elsewhere.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_get_a_plain_answer() {
    let stage = Stage::new(faces());
    let page = stage.get("/form").await;
    let (cookie, token) = (page.cookie("tb_visit"), page.between("name=\"_csrf\" value=\"", "\"").to_owned());
    for bad in ["%ff%fe", "%zz", "%", "%00"] {
        assert_eq!(stage.get(&format!("/words?q={bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
        let form = format!("_csrf={token}&name={bad}");
        assert_eq!(stage.post("/form", &[("cookie", &cookie)], form).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(stage.get("/words?q=%E5%A5%BD").await.body, "好");
    assert_eq!(stage.get("/words").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_too_large_is_refused() {
    let stage = Stage::new(faces());
    let answer = stage.post("/form", &[], format!("name={}", "a".repeat(300 * 1024))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("256 KB"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_taken_as_what_they_are_and_no_larger_than_allowed() {
    let stage = Stage::new(faces());
    let page = stage.get("/form").await;
    let (cookie, token) = (page.cookie("tb_visit"), page.between("name=\"_csrf\" value=\"", "\"").to_owned());
    let send = async |name: &str, content: &[u8]| stage.upload("/files", &cookie, &token, name, content).await;

    let good = send("平面图.pdf", b"%PDF-1.7 x").await;
    assert_eq!((good.status, good.body.as_str()), (StatusCode::OK, "平面图.pdf Pdf"));
    let disguised = send("平面图.pdf", b"\xff\xd8\xff\xe0").await;
    assert_eq!(disguised.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(disguised.body.contains("名字说是 PDF，内容却是 JPG 图片"), "{}", disguised.body);
    let large = send("大.pdf", &[b"%PDF-".as_slice(), &vec![0; 2 * 1024 * 1024]].concat()).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(stage.upload("/files", &cookie, "", "a.pdf", b"%PDF-").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_look_is_switched_by_a_link_and_leads_back_only_into_this_site() {
    let stage = Stage::new(faces());
    let answer = stage.get("/ui?mode=elder&back=/form").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/form"));
    let cookie = answer.cookie("ui");
    assert_eq!(stage.get_with("/ticket", &[("cookie", &cookie)]).await.body, "elder");
    assert!(stage.get_with("/form", &[("cookie", &cookie)]).await.body.contains("data-ui=\"elder\""));
    assert_eq!(stage.get("/ui?mode=contrast&back=https://evil.example").await.header("location"), "/");
    assert_eq!(stage.get("/ui?mode=disco").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_are_kept_for_visitors_without_a_session_and_set_no_cookie() {
    let stage = Stage::new(faces());
    let number = |answer: &Answer| answer.between("<p>", "</p>").to_owned();
    let first = stage.get("/public").await;
    let again = stage.get("/public").await;
    assert_eq!(number(&first), number(&again));
    assert!(!first.headers.contains_key("set-cookie"));
    let elder = stage.get_with("/public", &[("cookie", "ui=elder")]).await;
    assert_ne!(number(&first), number(&elder));
    let signed_in = stage.get_with("/public", &[("cookie", "tb_session=abc")]).await;
    assert_ne!(number(&first), number(&signed_in));
    let unchanged = stage.get_with("/public", &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((unchanged.status, unchanged.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let packed = stage.get_with("/public", &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_kept_for_ever_under_the_name_of_their_content() {
    let stage = Stage::new(faces());
    let address = web::assets::address("site.css");
    let answer = stage.get(address).await;
    assert!(answer.header("cache-control").contains("immutable") && answer.body.contains("@layer"));
    assert_eq!(stage.get("/assets/site.000000000000.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.get_with(address, &[("accept-encoding", "gzip, br")]).await.header("content-encoding"), "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let stage = Stage::limited(faces(), 10);
    let from = |address: &'static str| stage.get_from("/form", address);
    for _ in 0..10 {
        assert_eq!(from("10.0.0.1").await.status, StatusCode::OK);
    }
    let answer = from("10.0.0.1").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1 && answer.body.contains("操作太快"));
    assert_eq!(from("10.0.0.2").await.status, StatusCode::OK);
    for _ in 0..30 {
        assert_eq!(from("127.0.0.1").await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_told_how_it_stands() {
    let stage = Stage::new(faces());
    assert_eq!(stage.get("/livez").await.body, "ok\n");
    // The test house has no regions: it lives, but nobody should be sent to it.
    assert_eq!(stage.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(stage.get("/readyz?verbose").await.body.contains("no regions"));
    assert!(stage.get("/version").await.body.contains("tongban"));
    stage.get("/form").await;
    assert!(stage.get("/metrics").await.body.contains("tongban_requests_total{route=\"/form\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_in_chinese_with_what_is_allowed() {
    let stage = Stage::new(faces());
    let answer = stage.post("/public", &[], String::new()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.header("allow").contains("GET") && answer.body.contains("这里不能这样用"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invented_method_makes_no_series_of_figures() {
    let stage = Stage::new(faces());
    assert_eq!(stage.asked_by("INVENTED", "/public").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let figures = stage.get("/metrics").await.body;
    assert!(figures.contains("method=\"other\"") && !figures.contains("INVENTED"), "{figures}");
}
