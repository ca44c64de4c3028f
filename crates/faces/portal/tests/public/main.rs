//! The public pages, as everybody sees them.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod stage;

use axum::http::StatusCode;
use kernel::Level;
use stage::{HERE, stage};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_in_every_look() {
    let paths = [
        "/",
        "/?for=company",
        "/region",
        "/region?q=%E7%8E%84%E6%AD%A6",
        "/search",
        "/search?q=%E6%8D%A2%E9%A9%BE%E7%85%A7",
        "/search?q=qqqqzzzz",
        "/item/320123905000",
        "/item/320123905000?region=320102000000",
        "/personal",
        "/enterprise",
        "/theme/person/085",
        "/theme/company/010",
        "/shops",
        "/shop/090",
        "/about",
        "/a11y",
        "/privacy",
        "/problems/catalogue.not-here",
    ];
    for path in paths {
        for cookies in ["", "ui=elder", "ui=contrast", "tb_region=320102000000; ui=elder3"] {
            let page = stage().get_with(path, cookies).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {cookies}");
            assert_eq!(page.every("<h1", "</h1>").len(), 1, "{path} {cookies}");
            assert!(
                page.has("<html lang=\"zh-CN\"") && page.every("<title>", "</title>")[0].chars().count() > 4,
                "{path}"
            );
            assert!(!page.has(" style=") && !page.has(" onclick"), "{path}");
            let scripts = page.every("<script", ">");
            assert!(scripts.iter().all(|tag| tag.contains("src=") || tag.contains("ld+json")), "{path}: {scripts:?}");
            let ids = page.every(" id=\"", "\"");
            let unique: std::collections::BTreeSet<_> = ids.iter().collect();
            assert_eq!(ids.len(), unique.len(), "{path}: an id stands twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_has_its_guide_on_every_level() {
    let places = ["", "320000000000", "320100000000", HERE];
    for item in stage().items.iter() {
        for place in places {
            let page = stage().get(&format!("/item/{}?region={place}", item.code)).await;
            assert_eq!(page.status, StatusCode::OK, "{} {place}", item.name);
            assert!(page.has(&item.name) && page.has("谁能办") && page.has("要准备什么"), "{} {place}", item.name);
            let here = place.parse().ok();
            let serves = here.is_some_and(|here| catalogue::place(&stage().regions, item, here).is_ok());
            // What belongs to an investment project begins with the project.
            let door = if item.needs_project { "class=\"btn large\" href=\"/projects\"" } else { "/apply?item=" };
            assert_eq!(page.has(door), serves, "{} {place}", item.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_answers_first_what_people_ask_first() {
    let page = stage().get(&format!("/item/320123905000?region={HERE}")).await;
    let order =
        ["<b>5</b><span>个工作日", "<b>0</b><span>次", "<b>0</b><span>元", "谁能办", "凭什么这样规定", "去哪里办"];
    let places: Vec<usize> = order.iter().map(|text| page.body.find(text).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.has("南京市玄武区卫生健康委员会") && page.has("《公共场所卫生管理条例》第四条、第八条"));
    assert!(page.has("5 份材料") && page.has("您只准备 4 份") && page.has("政府已有"));
    let data: serde_json::Value = serde_json::from_str(page.every("ld+json\">", "</script>")[0]).unwrap();
    assert_eq!(data["@type"], "GovernmentService");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_does_not_handle_it_says_where() {
    // On the province's level only what the province handles itself can be applied for.
    let county_only =
        stage().items.iter().find(|item| !item.is_on(Level::Province) && !item.is_on(Level::City)).unwrap();
    let page = stage().get(&format!("/item/{}?region=320100000000", county_only.code)).await;
    assert!(page.has("不直接办这件事") && page.has("玄武区") && !page.has("在线办理"));
    let from_village = stage().get(&format!("/item/{}?region=320102002001", county_only.code)).await;
    assert!(from_village.has("在线办理"));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_get_a_page_that_leads_on() {
    for path in [
        "/item/000000000000",
        "/item/abc",
        "/item/%3Cscript%3E",
        "/item/320123905000?region=999999999999",
        "/item/320123905000?region=x",
    ] {
        let page = stage().get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.has("编号") && !page.has("<script>"), "{path}");
    }
    for path in ["/theme/person/777", "/theme/dog/085", "/shop/000", "/problems/no-such", "/item/320123905000/x"] {
        assert_eq!(stage().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(stage().get("/search?q=%FF").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(stage().get("/search?q=%E5%A5%BD&region=1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_is_asked_once_and_remembered() {
    assert!(stage().get("/").await.has("您在哪里办事"));
    let chosen = stage().get(&format!("/region?set={HERE}&back=/search%3Fq%3Dx%26region%3D320500000000")).await;
    assert_eq!((chosen.status, chosen.header("location")), (StatusCode::SEE_OTHER, "/search?q=x"));
    assert!(chosen.header("set-cookie").starts_with("tb_region=320102000000;"));
    let home = stage().get_with("/", "tb_region=320102000000").await;
    assert!(!home.has("您在哪里办事") && home.has("玄武区 <a"));
    let levels = ["/region?at=320000000000", "/region?at=320100000000", "/region?at=320102000000"];
    for (path, shown) in levels.iter().zip(["南京市", "玄武区", "街道"]) {
        assert!(stage().get(path).await.has(shown), "{path}");
    }
    assert_eq!(stage().get("/region?set=999999999999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage().get(&format!("/region?set={HERE}&back=//evil.example")).await.header("location"), "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_on_the_home_page_are_counted() {
    let here = HERE.parse().unwrap();
    let handled = |item: &&std::sync::Arc<catalogue::BaseItem>| catalogue::place(&stage().regions, item, here).is_ok();
    let person: Vec<_> =
        stage().items.iter().filter(handled).filter(|item| item.is_for(catalogue::Subject::Person)).collect();
    let (all, without) = (person.len(), person.iter().filter(|item| item.visits == 0).count());
    let home = stage().get_with("/", "tb_region=320102000000").await;
    assert!(home.has(&format!("玄武区能办 {all} 项")) && home.has(&format!("其中 {without} 项不用跑")));
}

#[tokio::test(flavor = "multi_thread")]
async fn everyday_words_find_the_item() {
    for (words, name) in
        [("换驾照", "机动车驾驶证期满换证"), ("开理发店", "公共场所卫生许可"), ("给孩子上户口", "出生登记")]
    {
        let page = stage().get(&format!("/search?q={}&region={HERE}", web::words::percent(words))).await;
        let first = page.every("<h2><a href=\"/item/", "</a>");
        assert!(first.first().is_some_and(|hit| hit.contains(name)), "{words}: {first:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_facet_leads_to_as_many_hits_as_it_says() {
    let page = stage().get(&format!("/search?region={HERE}")).await;
    let wide = page.every("class=\"facet-wide\">", "</aside>")[0];
    let links: Vec<(&str, usize)> = wide
        .split("<a href=\"")
        .skip(1)
        .map(|link| {
            let count = link.split("<span>").nth(1).unwrap().split('<').next().unwrap();
            (link.split('"').next().unwrap(), count.parse().unwrap())
        })
        .collect();
    assert!(links.len() > 8, "{links:?}");
    for (href, count) in links {
        let narrowed = stage().get(&href.replace("&amp;", "&").replace("&#38;", "&")).await;
        assert!(narrowed.has(&format!("能办 {count} 件事")), "{href} should lead to {count}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_found_leads_on_and_repeats_words_harmlessly() {
    let page = stage().get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(page.has("没有找到") && page.has("还可以这样") && !page.has("<script>alert"));
    let long = stage().get(&format!("/search?q={}", "a".repeat(5_000))).await;
    assert_eq!(long.status, StatusCode::OK);
    assert_eq!(
        stage().get("/search?page=99999999999999999999&trips=x&days=-1&kind=zz&at=q").await.status,
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn large_type_has_a_home_of_its_own() {
    let home = stage().get_with("/", "ui=elder").await;
    assert!(home.has("您要办什么") && home.has("tel:12345") && home.has("字再大") && home.has("回普通版"));
    for href in home.every("class=\"tile\" href=\"/search", "\"") {
        let list = stage().get(&format!("/search{href}")).await;
        assert!(list.has("<ol class=\"hits\">"), "a tile leads to nothing: {href}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_find_all_items() {
    let map = stage().get("/sitemap.xml").await;
    assert_eq!(map.every("/item/", "</loc>").len(), stage().items.len());
    assert!(stage().get("/robots.txt").await.has("Sitemap: http"));
    let code = stage().get(&format!("/item/320123905000/qr.svg?region={HERE}")).await;
    assert_eq!((code.status, code.header("content-type")), (StatusCode::OK, "image/svg+xml"));
}
