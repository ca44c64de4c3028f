//! The index follows what is published.

use catalogue::{Adjustment, BaseItem};
use kernel::{Actor, WorkingDays};
use search::{Following, Index, Query};
use std::sync::Arc;
use store::testing::each_database;
use store::{Db, Error, ReadExt, follow::Follower};

use crate::{ROOMS, fill};

const SANITATION: &str = "320123905000";

fn item(db: &Db) -> BaseItem {
    let items = db.read::<_, Error>(|read| read.cached::<catalogue::Items>()).unwrap();
    BaseItem::clone(items.get(&SANITATION.parse().unwrap()).unwrap())
}

#[test]
fn a_new_version_is_found_at_the_next_question() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let index = Index::open(&db).unwrap();
        let total = |text: &str| index.search(&Query::new(text, None)).unwrap().total;
        assert_eq!(total("魔法学院"), 0);
        let mut changed = item(&db);
        changed.synonyms.push("魔法学院".into());
        let publish = Actor::System("import");
        db.write(move |tx| catalogue::desk::publish(tx, &publish, std::slice::from_ref(&changed))).unwrap();
        assert_eq!(total("魔法学院"), 1);
        let code = SANITATION.parse().unwrap();
        db.write(move |tx| catalogue::desk::withdraw(tx, &Actor::System("import"), &code, "并入其他事项")).unwrap();
        assert!(total("魔法学院") == 0 && index.search(&Query::new("", None)).unwrap().total == 200);
    });
}

#[test]
fn what_a_place_does_better_counts_there_and_only_there() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let index = Index::open(&db).unwrap();
        let quick = |here: &str| {
            let query =
                Query { max_days: Some(3), limit: 400, ..Query::new("公共场所卫生许可", here.parse().ok()) };
            index.search(&query).unwrap().hits.iter().any(|hit| hit.code.as_str() == SANITATION)
        };
        assert!(!quick("320102002000"));
        let (code, region) = (SANITATION.parse().unwrap(), "320102000000".parse().unwrap());
        let better = Adjustment { promised: Some(WorkingDays(3)), ..Adjustment::default() };
        db.write(move |tx| catalogue::desk::adjust(tx, &Actor::System("import"), &code, region, &better)).unwrap();
        assert!(quick("320102002000") && !quick("320104000000"));
    });
}

#[test]
fn the_follower_is_ready_before_the_next_question() {
    each_database(&ROOMS, |db| {
        let index = Arc::new(Index::open(&db).unwrap());
        assert_eq!(index.search(&Query::new("", None)).unwrap().total, 0);
        fill(&db);
        let following = Following(Arc::clone(&index));
        assert!(following.rooms().contains(&"catalogue"));
        following.prepare(&db, &[]).map(drop).unwrap();
        assert!(!index.keep_up().unwrap());
        assert_eq!(index.search(&Query::new("", None)).unwrap().total, 201);
    });
}
