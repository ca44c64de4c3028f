//! Prose: typed values in plain Chinese, beside what [`web::words`] says for all faces.
//!
//! Rooms speak in enums, dates and articles; what a person reads is written here, so that one thing has one word on
//! every page.

use casework::Service;
use delivery::{Booking, Direction, Parcel, State};
use kernel::{Date, Timestamp, local_time};
use web::words;
pub use web::words::{bytes, day, file, greeting, ground, limit, long_day, short_day, weekday};

/// `今天 10:21` or `9月17日 14:32`.
pub fn moment(at: Timestamp, today: Date) -> String {
    if local_time(at).date() == today { format!("今天 {}", hour(at)) } else { words::moment(at, today) }
}

/// `14:20`, Beijing time.
pub fn hour(at: Timestamp) -> String {
    let local = local_time(at);
    format!("{}:{:02}", local.hour(), local.minute())
}

/// `9月22日至24日`, `9月30日至10月2日`, or one day alone; with the year when it is not the year of `today`.
pub fn range(from: Date, to: Date, today: Date) -> String {
    let first = short_day(from, today);
    if from == to {
        first
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{first}至{}日", to.day())
    } else {
        format!("{first}至{}", short_day(to, today))
    }
}

/// `2026年9月30日至2030年9月29日`, or `2026年9月30日起，长期有效`.
pub fn validity(from: Date, until: Option<Date>) -> String {
    match until {
        Some(until) => format!("{}至{}", long_day(from), long_day(until)),
        None => format!("{}起，长期有效", long_day(from)),
    }
}

/// `还有 2 个工作日`, `今天是最后一天`, `超过 3 个工作日`.
pub fn left(days: i64) -> String {
    match days {
        0 => "今天是最后一天".to_owned(),
        days if days > 0 => format!("还有 {days} 个工作日"),
        days => format!("超过 {} 个工作日", -days),
    }
}

/// A way of receiving a result, as the applicant says it.
pub fn way(way: Service) -> &'static str {
    match way {
        Service::Electronic => "只要电子的",
        Service::Window => "自己去窗口领",
        Service::Post => "寄给我",
        Service::PublicNotice => "公告送达",
    }
}

/// What choosing it means.
pub fn way_hint(way: Service) -> &'static str {
    match way {
        Service::Electronic => "决定以后马上到，不用等也不用跑",
        Service::Window => "做好了告诉您，带身份证来拿",
        Service::Post => "做好了交给快递，走到哪里都看得到",
        Service::PublicNotice => "",
    }
}

/// Where a parcel is, in a few words.
pub fn parcel(parcel: &Parcel) -> &'static str {
    let collect = parcel.direction == Direction::Collect;
    match (parcel.state, &parcel.booking) {
        (State::Created, Booking::Refused { .. }) => "快递没有接单",
        (State::Created, Booking::None) => "等窗口封装",
        (State::Created, _) if collect => "等快递上门",
        (State::Created, _) => "等快递揽收",
        (State::PickedUp, _) => "快递已揽收",
        (State::InTransit, _) => "在路上",
        (State::OutForDelivery, _) => "正在派送",
        (State::Delivered, _) if collect => "已送到窗口",
        (State::Delivered, _) => "已签收",
        (State::NotDelivered, _) => "没有投递成功，窗口会联系您",
        (State::Returned, _) => "退回窗口了，窗口会联系您",
        (State::Lost, _) => "快递说遗失了，窗口会联系您",
        (State::Cancelled, _) => "已取消",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn on(month: i8, day: i8) -> Date {
        Date::constant(2026, month, day)
    }

    #[test]
    fn days_in_a_row_name_the_month_once() {
        let today = on(9, 1);
        assert_eq!(range(on(9, 22), on(9, 24), today), "9月22日至24日");
        assert_eq!(range(on(9, 30), on(10, 2), today), "9月30日至10月2日");
        assert_eq!(range(on(9, 30), on(9, 30), today), "9月30日");
        assert_eq!(range(on(12, 31), Date::constant(2027, 1, 3), today), "12月31日至2027年1月3日");
    }

    #[test]
    fn days_left_say_when_the_promise_is_broken() {
        assert_eq!([2, 0, -3].map(left), ["还有 2 个工作日", "今天是最后一天", "超过 3 个工作日"]);
    }
}
