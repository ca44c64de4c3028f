//! Halls as they follow from regions and calendar.

use halls::{Day, HallId, Openness, query, rulebook};
use kernel::{Date, local_time};

use crate::house::{RENEWAL, code, each_house, hall_id, letter, region};

#[test]
fn every_city_county_and_town_has_a_hall_and_no_other_region() {
    each_house(|house| {
        let hall = |text: &str| house.db.read(|read| query::hall(read, &HallId(region(text)))).unwrap();
        let county = hall("320102000000").unwrap();
        assert_eq!(county.name, "南京市玄武区政务服务中心");
        assert!(county.address.contains("示例路") && county.demonstration && county.coordinates.is_none());
        assert_eq!((county.windows.len(), county.services().len()), (11, 5));
        assert_eq!(hall("320100000000").unwrap().name, "南京市政务服务中心");
        let town = hall("320102002000").unwrap();
        assert!(town.name.ends_with("便民服务中心"));
        assert_eq!((town.windows.len(), town.services()), (3, vec![letter("A")]));
        // A zone has no code of GB/T 2260, yet runs a hall of its own.
        assert!(hall("320576000000").is_some());
        assert_eq!((hall("320000000000"), hall("320102002001")), (None, None));
        let below = house.db.read(|read| query::halls_below(read, &region("320102000000"))).unwrap();
        assert_eq!(below[0].id, hall_id());
        assert!(below.len() > 5);
    });
}

#[test]
fn a_service_is_found_by_the_items_department() {
    each_house(|house| {
        let service = |hall: &str, item: &str| {
            let hall = house.db.read(|read| query::hall(read, &HallId(region(hall)))).unwrap().unwrap();
            house.db.read(|read| query::service_for(read, &hall, &code(item))).ok()
        };
        assert_eq!(service("320102000000", RENEWAL), Some(letter("B")));
        assert_eq!(service("320102002000", RENEWAL), Some(letter("A")), "a town has general windows only");
        assert_eq!(service("320100000000", RENEWAL), None, "a city does not handle it");
        assert_eq!(service("320102000000", "320131907000"), Some(letter("D")));
    });
}

#[test]
fn hours_follow_the_calendar() {
    each_house(|house| {
        let (hall, book) = (house.hall(), rulebook());
        let calendar = house.db.read(|read| organisation::calendar(read)).unwrap();
        let day = |year, month, day| Date::new(year, month, day).unwrap();
        assert_eq!(hall.day(&calendar, day(2026, 3, 7)), Day::Off("周末休息".into()));
        assert!(matches!(hall.day(&calendar, day(2026, 10, 1)), Day::Off(why) if why.ends_with("放假")));
        // A Saturday worked in exchange for a festival.
        let make_up = (1..=31)
            .map(|n| day(2026, 10, n))
            .find(|one| one.weekday().to_monday_zero_offset() > 4 && calendar.is_working(*one));
        if let Some(make_up) = make_up {
            assert!(matches!(hall.day(&calendar, make_up), Day::Worked(_)));
        }
        let slots = hall.slots(book, &calendar, day(2026, 3, 2));
        assert_eq!((slots.len(), slots[0], slots[6]), (13, 540, 810));
        assert!(hall.slots(book, &calendar, day(2026, 3, 7)).is_empty());
        let at = |hour: u16, minute: u16| halls::instant(day(2026, 3, 6), hour * 60 + minute);
        assert_eq!(hall.openness(&calendar, at(9, 0)), Openness::Open { until: 720 });
        let opens = |openness| match openness {
            Openness::Shut { opens: Some(at), .. } => local_time(at).to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(opens(hall.openness(&calendar, at(12, 0))), "2026-03-06T13:30:00");
        assert_eq!(opens(hall.openness(&calendar, at(17, 0))), "2026-03-09T09:00:00");
    });
}

#[test]
fn the_machine_of_a_hall_has_a_key_of_its_own() {
    each_house(|house| {
        let key = |hall: &str| {
            let hall = HallId(region(hall));
            house.db.read::<_, store::Error>(|read| Ok(query::kiosk_key(read, &hall))).unwrap()
        };
        assert_eq!(key("320102000000"), key("320102000000"));
        assert_ne!(key("320102000000"), key("320104000000"));
        assert_eq!(key("320102000000").len(), 20);
    });
}
