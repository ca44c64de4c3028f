//! What figures say of a journal that is written down here, on both databases.

use insight::query::{self, OpenValue, Part, Reading, answer, open_table};
use insight::{Dimension, Grain};
use kernel::Refuse;
use store::Failure;

use crate::given::*;
use crate::property::{drawn, invited, rated, set_aside, settled};

const FOOD_OFFICE: &str = "320102000000-310";
const POLICE: &str = "320104000000-090";

/// Three weeks: applications of two districts, decided at different speeds.
fn filled(house: &House) {
    for serial in 1..=12u32 {
        house.go_to(days_after(house.today(), 0), 10);
        let food = house.submit(serial, FOOD, FOOD_OFFICE);
        let police = house.submit(serial, RENEWAL, POLICE);
        let today = house.today();
        house.tell(&food, 2, &[accepted(today, days_after(today, 5))]);
        house.tell(&police, 2, &[accepted(today, days_after(today, 1))]);
        house.go_to(days_after(today, 2), 9);
        let on = house.today();
        house.tell(&food, 3, &[granted(on), closed(on)]);
        house.tell(&police, 3, &[granted(on), closed(on)]);
        house.drain();
    }
}

#[test]
fn a_figure_is_told_with_its_parts_and_its_peers() {
    each_house(|house| {
        filled(&house);
        house.recounted();
        let month = house.month();
        let analyst = analyst(NANJING);
        let ask = |question: &query::Question| house.db.read(|read| answer(read, &analyst, question)).unwrap();

        let mut asked = question("submitted", NANJING, month);
        asked.by = Some(Dimension::Region);
        let told = ask(&asked);
        assert_eq!(told.now, Reading::Count(24));
        let parts = [XUANWU, QINHUAI].map(|place| (Part::Region(region(place)), Reading::Count(12)));
        assert_eq!(told.split, parts);
        assert_eq!(told.series.len(), 13);
        assert_eq!(told.series.last().unwrap().reading, told.now);
        assert!(told.peers.is_empty(), "other cities' running month is not theirs to see");

        for (by, many) in [(Dimension::Department, 2), (Dimension::Item, 2), (Dimension::Way, 1), (Dimension::Hour, 2)]
        {
            asked.by = Some(by);
            let split = ask(&asked).split;
            let sum: i64 = split.iter().map(|(_, reading)| reading.rests_on()).sum();
            assert_eq!((split.len(), sum), (many, 24), "{by:?}");
        }

        let late = ask(&question("on-time", NANJING, month));
        assert_eq!(late.now, Reading::Share { part: 12, whole: 24 });
        let own = ask(&question("on-time", XUANWU, month));
        assert_eq!(own.now, Reading::Share { part: 12, whole: 12 });
        assert_eq!(own.peers.len(), 2, "who watches the city sees its districts beside each other");

        let days = ask(&question("whole-days", NANJING, month));
        assert_eq!(days.values, vec![(2, 24)]);
        let Reading::Spread(Some(spread)) = days.now else { panic!("{:?}", days.now) };
        assert_eq!((spread.median, spread.p90), (2, 2));
        assert_eq!(days.before.reading, Reading::Spread(None), "nothing is told of what was not");
    });
}

#[test]
fn what_cannot_be_asked_is_refused() {
    each_house(|house| {
        let month = house.month();
        let code = |question: &query::Question, place: &str| {
            let analyst = analyst(place);
            match house.db.read(|read| answer(read, &analyst, question)) {
                Err(Failure::Refused(refusal)) => refusal.code(),
                other => panic!("{other:?}"),
            }
        };
        let plain = question("submitted", NANJING, month);
        let with = |change: fn(&mut query::Question)| {
            let mut question = plain.clone();
            change(&mut question);
            question
        };
        assert_eq!(code(&question("rain", NANJING, month), NANJING), "insight.no-such-figure");
        assert_eq!(code(&question("flags", NANJING, month), NANJING), "insight.no-such-figure");
        assert_eq!(code(&plain, XUANWU), "insight.not-here");
        assert_eq!(code(&with(|one| one.month = 204_012), NANJING), "insight.unreadable");
        assert_eq!(code(&with(|one| one.figure = "silent".to_owned()), NANJING), "insight.no-such-figure");
        let working = with(|one| one.figure = "working-days".to_owned());
        assert_eq!(code(&query::Question { grain: Grain::Day, ..working }, NANJING), "insight.not-grain");
        let by_item = |one: &mut query::Question| one.by = Some(Dimension::Item);
        let mut tickets = question("tickets", NANJING, month);
        by_item(&mut tickets);
        assert_eq!(code(&tickets, NANJING), "insight.not-by");
        let mut both = with(|one| one.way = Some("online".to_owned()));
        by_item(&mut both);
        assert_eq!(code(&both, NANJING), "insight.not-together");
        let mut filtered = question("bills", NANJING, month);
        filtered.way = Some("wechat".to_owned());
        assert_eq!(code(&filtered, NANJING), "insight.not-by");
        let of_paid = question("paid", NANJING, month);
        let foreseen = house.db.read(|read| query::foresee(read, &analyst(NANJING), &of_paid));
        assert!(matches!(foreseen, Err(Failure::Refused(refusal)) if refusal.code() == "insight.no-forecast"));
    });
}

/// A month of twelve applications in one district and three in another: the three are hidden, and with them what would give them away.
#[test]
fn what_is_published_has_no_small_numbers() {
    each_house(|house| {
        let suzhou = "320500000000-310";
        for serial in 1..=12 {
            house.submit(serial, FOOD, FOOD_OFFICE);
        }
        for serial in 1..=3 {
            house.submit(serial, FOOD, suzhou);
        }
        for serial in 1..=40 {
            house.submit(serial, FOOD, "320200000000-310");
        }
        house.drain();
        let table = house.db.read(|read| open_table(read, "submitted")).unwrap();
        assert!(table.months.is_empty(), "a month that runs is not published");
        house.go_to(days_after(house.today(), 40), 9);
        let table = house.db.read(|read| open_table(read, "submitted")).unwrap();
        let month = &table.months[0];
        let of = |code: &str| {
            let at = table.places.iter().position(|place| place.to_string() == code).unwrap();
            month.cells[at]
        };
        assert_eq!(month.whole, OpenValue::Count(55));
        assert_eq!(of("320500000000"), OpenValue::Hidden);
        assert_eq!(of(NANJING), OpenValue::Hidden, "the smallest other goes with it");
        assert_eq!(of("320200000000"), OpenValue::Count(40));
        assert_eq!(of("320300000000"), OpenValue::Count(0));
        let unknown = house.db.read(|read| open_table(read, "working-days"));
        assert!(matches!(unknown, Err(Failure::Refused(refusal)) if refusal.code() == "insight.no-such-figure"));

        let mut asked = question("submitted", NANJING, query::month_of(START) + (house.month() / 100 - 2026) * 100);
        asked.grain = Grain::Day;
        let told = house.db.read(|read| answer(read, &analyst(NANJING), &asked)).unwrap();
        assert_eq!(told.now, Reading::Count(12), "their own number as it is");
        let peers: Vec<&Reading> = told.peers.iter().map(|peer| &peer.reading).collect();
        assert!(peers.contains(&&Reading::Published(OpenValue::Count(40))), "{peers:?}");
    });
}

#[test]
fn waiting_and_serving_are_told_to_the_minute() {
    use halls::{Event, TicketEvent};
    each_house(|house| {
        house.go_to(house.today(), 10);
        house.tell("ticket:one", 1, &[Event::Ticket(drawn(&house))]);
        house.pass_minutes(25);
        let called =
            |calls| Event::Ticket(TicketEvent::Called { window: 3, by: staff_id(2), at: house.db.now(), calls });
        house.tell("ticket:one", 2, &[called(1)]);
        house.pass_minutes(2);
        house.tell("ticket:one", 3, &[called(2)]);
        house.pass_minutes(8);
        house.tell("ticket:one", 4, &[Event::Ticket(TicketEvent::Finished { at: house.db.now() })]);
        house.drain();
        house.recounted();
        let values = |figure: &str| {
            let asked = question(figure, XUANWU, house.month());
            house.db.read(|read| answer(read, &analyst(XUANWU), &asked)).unwrap().values
        };
        assert_eq!(values("waiting"), vec![(25, 1)]);
        assert_eq!(values("serving"), vec![(8, 1)], "who came only at the second call was served since then");
    });
}

#[test]
fn a_rating_set_aside_does_not_count_until_the_objection_holds() {
    each_house(|house| {
        let stream = "service:case-1";
        let read = |figure: &str| {
            let asked = question(figure, XUANWU, house.month());
            house.db.read(|read| answer(read, &analyst(XUANWU), &asked)).unwrap().now
        };
        house.tell(stream, 1, &[invited(FOOD_OFFICE.parse().unwrap(), &house), rated(&house, 4)]);
        house.drain();
        assert_eq!(read("satisfied"), Reading::Share { part: 0, whole: 1 });
        house.tell(stream, 3, &[set_aside(&house)]);
        house.drain();
        assert_eq!(read("satisfied"), Reading::Share { part: 0, whole: 0 });
        house.next_day();
        house.tell(stream, 4, &[settled(&house)]);
        house.drain();
        assert_eq!(read("satisfied"), Reading::Share { part: 0, whole: 1 });
        house.recounted();
    });
}

/// Seven weeks with ten on Mondays and five on other working days.
#[test]
fn a_forecast_is_told_with_its_error_or_not_at_all() {
    use insight::rules::forecast::Forecast;
    each_house(|house| {
        let asked = question("submitted", XUANWU, house.month());
        let foresee = || house.db.read(|read| query::foresee(read, &analyst(XUANWU), &asked)).unwrap();
        assert!(matches!(foresee().days, Forecast::TooLittle { have: 0, .. }));
        let mut serial = 0;
        for _ in 0..49 {
            let weekday = house.today().weekday().to_monday_zero_offset();
            for _ in 0..[10, 5, 5, 5, 5, 0, 0][weekday as usize] {
                serial += 1;
                house.submit(serial, FOOD, FOOD_OFFICE);
            }
            house.next_day();
        }
        house.drain();
        let told = foresee();
        let Forecast::Known { days, test } = told.days else { panic!("{:?}", told.days) };
        assert_eq!(days.len(), 10);
        assert!(test.days >= 14 && test.error.is_finite());
        let hours = told.hours.unwrap();
        assert!(!hours.hours.is_empty());
    });
}
