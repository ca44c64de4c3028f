//! What happened, in order.

use crate::{PARCELS, Told, WHO, count, stream};
use store::testing::each_database;
use store::{Entry, Error, Event, journal};

#[test]
fn a_stream_is_read_back_in_order() {
    each_database(&[PARCELS], |db| {
        db.write::<_, Error, _>(|tx| {
            count(tx, "a", 1)?;
            count(tx, "b", 7)?;
            count(tx, "a", 2)?;
            tx.journal(&WHO, &stream("a"), 3, &[Told::Counted { by: 3 }, Told::Lost])
        })
        .unwrap();
        let entries = db.read(|read| journal::stream(read, &stream("a"), 2, 10)).unwrap();
        let told: Vec<Told> = entries.iter().map(|entry| entry.event().unwrap()).collect();
        assert_eq!(told, [Told::Counted { by: 2 }, Told::Counted { by: 3 }, Told::Lost]);
        let Entry { version, kind, actor, at, .. } = &entries[2];
        assert_eq!((*version, &**kind, &**actor), (4, "parcels.lost", "system:test"));
        assert!(*at <= db.now());
        assert_eq!(db.read(|read| journal::since(read, 0, 3)).unwrap().len(), 3);
        assert_eq!(db.read(|read| journal::latest(read, 1)).unwrap()[0].kind, "parcels.lost");
    });
}

#[test]
fn an_entry_is_not_read_as_another_rooms_event() {
    #[derive(Debug, serde::Serialize, serde::Deserialize)]
    struct Other;
    impl Event for Other {
        const ROOM: &'static str = "other";
        fn kind(&self) -> &'static str {
            "told"
        }
    }
    each_database(&[PARCELS], |db| {
        db.write(|tx| count(tx, "a", 1)).unwrap();
        let entry = db.read(|read| journal::entry(read, 1)).unwrap().unwrap();
        assert!(matches!(entry.event::<Other>(), Err(Error::Corrupt(_))));
        assert_eq!(entry.room(), "parcels");
    });
}
