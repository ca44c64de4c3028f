//! What is found for what people type.

use catalogue::Subject;
use kernel::Level;
use search::{Query, Where};

use crate::Shipped;

/// Checks that the item stands among the first `within` hits.
fn check(text: &str, name: &str, within: usize) {
    let names = Shipped::get().names(text);
    let place = names.iter().position(|found| found == name);
    assert!(place.is_some_and(|place| place < within), "{text}: {:?}", &names[..names.len().min(6)]);
}

const DRIVING: &str = "机动车驾驶证期满换证";
const FOOD: &str = "食品经营许可";
const BIRTH: &str = "出生登记（户口登记）";
const SANITATION: &str = "公共场所卫生许可";
const CARD_LOST: &str = "居民身份证补领";

#[test]
fn everyday_words_find_the_item() {
    check("换驾照", DRIVING, 1);
    check("开饭店要什么证", FOOD, 1);
    check("给孩子上户口", BIRTH, 1);
    check("开理发店", SANITATION, 2);
    check("身份证丢了", CARD_LOST, 1);
    check("退休", "职工正常退休（基本养老金）申领", 1);
    check("租房提公积金", "住房公积金提取（租房）", 1);
    check("外地看病", "异地就医备案", 1);
    check("老年卡", "老年人公共交通优待卡办理", 1);
    check("营业执照", "公司设立登记", 3);
    check("领结婚证", "结婚登记", 1);
    check("房屋过户", "国有建设用地使用权及房屋所有权转移登记", 1);
}

#[test]
fn words_that_say_nothing_are_passed_over() {
    check("我想换驾照怎么办", DRIVING, 1);
    check("请问在哪里办食品经营许可证？", FOOD, 1);
    check("身份证丢了怎么补办", CARD_LOST, 1);
    check("开餐馆需要什么手续", FOOD, 1);
    check("  换  驾  照！！ ", DRIVING, 1);
    check("怎么开无犯罪记录证明", "无犯罪记录证明开具", 1);
}

#[test]
fn other_words_for_the_same_thing_find_it_too() {
    check("驾驶证过期了", DRIVING, 1);
    check("娃上户口", BIRTH, 1);
    check("宝宝报户口", BIRTH, 1);
    check("身份证掉了", CARD_LOST, 1);
    check("身份证被偷了", CARD_LOST, 1);
    check("开火锅店", FOOD, 1);
    check("开奶茶店", FOOD, 3);
    check("开发廊", SANITATION, 2);
    check("开民宿", "旅馆业特种行业许可证核发", 2);
    check("滴滴司机", "网络预约出租汽车驾驶员资格认定", 1);
    check("办老年证", "老年人公共交通优待卡办理", 1);
    check("生二胎", "生育登记", 3);
    check("去香港", "往来港澳通行证签发", 1);
    check("被公司辞退", "失业保险金申领", 3);
}

#[test]
fn sounds_and_initials_find_it() {
    check("jshz", DRIVING, 5);
    check("ggcs", SANITATION, 3);
    check("huanjiazhao", DRIVING, 1);
    check("shenfenzheng", CARD_LOST, 6);
    check("hjz", DRIVING, 3);
    check("JZZ", "居住证签发", 5);
    check("ktv", "娱乐场所经营许可", 1);
    check("huzhao", "普通护照签发", 1);
}

#[test]
fn slips_of_the_pen_are_forgiven() {
    check("换架照", DRIVING, 2);
    check("公共厂所卫生许可", SANITATION, 1);
    check("食品经营许克证", FOOD, 1);
    check("身分证丢了", CARD_LOST, 1);
    check("无犯罪纪录证明", "无犯罪记录证明开具", 1);
    check("工伤认订", "工伤认定", 1);
}

#[test]
fn every_synonym_finds_its_item_among_the_first_three() {
    let shipped = Shipped::get();
    let (mut asked, mut missed) = (0, Vec::new());
    for item in shipped.items.iter() {
        for synonym in item.synonyms.iter().chain([&item.name]) {
            asked += 1;
            let names = shipped.names(synonym);
            if !names.iter().take(3).any(|name| *name == item.name) {
                missed.push(format!(
                    "{synonym} → {} (found {:?})",
                    item.name,
                    names.iter().take(3).collect::<Vec<_>>()
                ));
            }
        }
    }
    let rate = 100.0 * (asked - missed.len()) as f64 / asked as f64;
    println!("{rate:.1} % of {asked} names and synonyms find their item among the first three");
    assert!(rate >= 97.0, "{rate:.1} %:\n{}", missed.join("\n"));
}

#[test]
fn a_question_finds_few_items_not_all() {
    let shipped = Shipped::get();
    for text in ["换驾照", "开理发店", "给孩子上户口", "公积金", "身份证", "退休"] {
        let total = shipped.find(text).total;
        assert!((1..=30).contains(&total), "{text}: {total}");
    }
    assert_eq!(shipped.find("").total, 201);
    assert!(shipped.find("许可").total >= 20);
}

#[test]
fn what_nobody_offers_is_answered_with_what_is_near() {
    for text in ["天气预报", "买彩票中奖", "xqzwvv", "🙂", "？？"] {
        let hits = Shipped::get().find(text);
        if hits.total == 0 {
            assert_eq!(hits.near.len(), 5, "{text}");
        }
    }
    assert_eq!(Shipped::get().find("天气预报").total, 0);
}

#[test]
fn hits_say_who_serves_and_what_matched() {
    let hits = Shipped::get().find("开理发店");
    let hit = hits.hits.iter().find(|hit| hit.code.as_str() == "320123905000").unwrap();
    assert_eq!(hit.place.map(|place| place.to_string()).as_deref(), Some("320102000000"));
    assert_eq!(hit.matched[0], "开理发店");
    let query = Query::new("开理发店", None);
    assert_eq!(Shipped::get().index.search(&query).unwrap().hits[0].place, None);
}

#[test]
fn facets_count_what_filters_keep() {
    let index = &Shipped::get().index;
    let base = Query { limit: 500, ..Query::new("公司", "320102000000".parse().ok()) };
    let all = index.search(&base).unwrap();
    assert_eq!(all.facets.trips.iter().map(|(_, count)| count).sum::<usize>(), all.total);
    assert_eq!(all.facets.days.iter().map(|(_, count)| count).sum::<usize>(), all.total);
    for (kind, count) in &all.facets.departments {
        let found = index.search(&Query { kind: Some(*kind), ..base.clone() }).unwrap();
        assert_eq!(found.total, *count);
        assert_eq!(found.facets.departments, all.facets.departments, "a facet leaves its own filter out");
    }
    for (place, count) in &all.facets.places {
        let Where::Region(region) = *place else { panic!("a person stands somewhere") };
        assert_eq!(index.search(&Query { at: Some(region), ..base.clone() }).unwrap().total, *count);
    }
    let quick = index.search(&Query { max_days: Some(0), max_trips: Some(0), ..base.clone() }).unwrap();
    assert!(quick.total < all.total);
    let people = index.search(&Query { subject: Some(Subject::Person), ..Query::new("", None) }).unwrap();
    assert!(people.facets.places.iter().all(|(place, _)| matches!(place, Where::Level(_))));
    assert_eq!(people.facets.places.last().map(|(place, _)| *place), Some(Where::Level(Level::Province)));
}

#[test]
fn a_theme_is_one_of_the_subjects_half() {
    let shipped = Shipped::get();
    let by = |subject| {
        let query = Query { theme: Some("010".into()), subject, limit: 500, ..Query::new("", None) };
        shipped.index.search(&query).unwrap().total
    };
    assert_eq!(by(Some(Subject::Person)), shipped.items.by_theme(Subject::Person, "010").count());
    assert_eq!(by(Some(Subject::Organisation)), shipped.items.by_theme(Subject::Organisation, "010").count());
    assert!(by(None) >= by(Some(Subject::Organisation)));
}

#[test]
fn pages_follow_one_another() {
    let index = &Shipped::get().index;
    let page = |offset| index.search(&Query { limit: 7, offset, ..Query::new("许可", None) }).unwrap();
    let first = page(0);
    let second = page(7);
    assert_eq!((first.hits.len(), first.total), (7, second.total));
    assert!(first.hits.iter().all(|hit| !second.hits.iter().any(|other| other.code == hit.code)));
    assert!(page(10_000).hits.is_empty());
}

#[test]
fn typing_is_helped() {
    let suggest = |typed: &str| {
        let found = Shipped::get().index.suggest(typed, 8).unwrap();
        found.into_iter().map(|one| (one.text, one.name)).collect::<Vec<_>>()
    };
    assert!(suggest("换驾").iter().any(|(text, name)| text == "换驾照" && name == DRIVING));
    assert!(suggest("hjz").iter().any(|(_, name)| name == DRIVING));
    assert!(suggest("gonggongch").iter().any(|(_, name)| name == SANITATION));
    assert!(suggest("身份").len() >= 4);
    assert!(suggest("").is_empty() && suggest("！").is_empty());
}
