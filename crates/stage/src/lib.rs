//! What the tests of rooms stand on: a small house with Nanjing's regions, the shipped catalogue, two people, five officials, and the
//! cases that they have with each other. Only tests use it; a room's own `tests/house.rs` adds what is the room's.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod house;
mod people;

pub use house::{House, MIGRATIONS};
pub use people::{answers, code, enter, general, region, renewal, staff};

use kernel::{Actor, Date, midnight};
use std::time::Duration;
use store::{Db, Failure, Tx};

/// 玄武区
pub const XUANWU: &str = "320102000000";
/// 居民身份证换领: promised in ten working days, a licence comes of it, duties are separated.
pub const RENEWAL: &str = "320709902000";
/// 临时居民身份证申领: on the spot.
pub const TEMPORARY: &str = "320709904000";

/// Materials of the two.
pub const HOUSEHOLD: &str = "居民户口簿";
/// Of a renewal.
pub const OLD_CARD: &str = "原居民身份证";
/// Of a temporary card.
pub const PHOTO: &str = "近期免冠照片";

/// The citizen's name, with a character beyond the basic plane.
pub const NAME: &str = "𠮷小满";
/// The citizen's number; nobody was given it.
pub const RESIDENT: &str = "320102190001019997";
/// The citizen's telephone.
pub const PHONE: &str = "13800000997";

/// Who sets the house up.
pub const SETUP: Actor = Actor::System("import");

/// Opens the house's day: Monday, 2 March 2026, nine o'clock in China; where the machine's own clock is ahead of it, a Monday after.
pub fn begin(db: &Db) {
    db.time().advance_to(midnight(first_monday(db.today())));
    db.time().advance(Duration::from_secs(9 * 3600));
    db.write(registers).unwrap();
    db.write(|tx: &mut Tx<'_>| {
        let kinds = store::ReadExt::cached::<organisation::Kinds>(tx)?;
        let builtin = catalogue::builtin::builtin(&kinds).unwrap();
        catalogue::desk::publish_builtin(tx, &SETUP, &builtin)
    })
    .unwrap();
}

/// The first Monday from the second of March 2026 on that lies after `today`, so that the clock can go there.
fn first_monday(today: Date) -> Date {
    let mut day = Date::constant(2026, 3, 2);
    while day <= today {
        day = (0..7).fold(day, |day, _| day.tomorrow().unwrap());
    }
    day
}

/// Nanjing and the province, the calendar, the kinds of departments.
fn registers(tx: &mut Tx<'_>) -> Result<(), Failure<organisation::Refusal>> {
    use organisation::{builtin, desk, parse};
    let here = |code: &str| code == "320000000000" || code.starts_with("3201");
    let regions = parse::regions(builtin::REGIONS, |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().filter(|line| here(&line.code.to_string())).collect();
    desk::import_regions(tx, &SETUP, &regions)?;
    desk::import_calendar(tx, &SETUP, &parse::calendar(builtin::CALENDAR).unwrap())?;
    desk::import_kinds(tx, &SETUP, &parse::kinds(builtin::KINDS).unwrap())
}
