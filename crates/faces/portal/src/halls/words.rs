//! Halls in plain Chinese: whether one is open, how long a wait may be, when an appointment is.

use clock::Calendar;
use halls::{Hall, Letter, Openness, Slot, rulebook, rules::estimate::Wait};
use kernel::{Date, Timestamp, local_date};
use web::words;

/// Whether a hall is open now, and the class of the badge that says so.
pub struct Now {
    /// `bamboo` or `outline`.
    pub class: &'static str,
    /// 现在开着
    pub word: &'static str,
    /// 到 12:00
    pub say: String,
    /// Whether it is open.
    pub open: bool,
}

/// The words for a hall at this instant.
pub fn openness(hall: &Hall, calendar: &Calendar, now: Timestamp) -> Now {
    match hall.openness(calendar, now) {
        Openness::Open { until } => {
            Now { class: "bamboo", word: "现在开着", say: format!("到 {} 为止", clock(until)), open: true }
        }
        Openness::Shut { why, opens } => {
            let today = local_date(now);
            let opens = opens.map(|at| format!("{}开门", moment(at, today))).unwrap_or_default();
            let why = why.map(|why| format!("今天{why}，")).unwrap_or_default();
            Now { class: "outline", word: "现在没开", say: format!("{why}{opens}"), open: false }
        }
    }
}

/// 今天 13:30, or 11月27日（周五） 9:00.
pub fn moment(at: Timestamp, today: Date) -> String {
    let day = local_date(at);
    let hour = crate::citizen::words::hour(at);
    if day == today { format!("今天 {hour}") } else { format!("{} {hour}", words::day(day, today)) }
}

/// 9:30
pub fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// 11月27日（周五） 9:30
pub fn slot(slot: &Slot, today: Date) -> String {
    format!("{} {}", words::day(slot.day, today), clock(slot.minute))
}

/// A slot in addresses: 2026-11-27T0930.
pub fn slot_key(slot: &Slot) -> String {
    format!("{}T{:02}{:02}", slot.day, slot.minute / 60, slot.minute % 60)
}

/// The slot that an address names.
pub fn slot_of(text: &str) -> Option<Slot> {
    let (day, time) = text.split_once('T')?;
    if time.len() != 4 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hour, minute): (u16, u16) = (time[..2].parse().ok()?, time[2..].parse().ok()?);
    Some(Slot { day: day.parse().ok()?, minute: hour * 60 + minute })
}

/// How long somebody may wait, honestly.
pub fn wait(wait: Wait) -> String {
    match wait {
        Wait::Minutes { from: 0, to } => format!("{to} 分钟以内"),
        Wait::Minutes { from, to } if from == to => format!("大约 {to} 分钟"),
        Wait::Minutes { from, to } => format!("大约 {from} 至 {to} 分钟"),
        Wait::TooFewTimed => "今天办完的还太少，估不出来".to_owned(),
        Wait::NoWindow => "还没有窗口在叫号".to_owned(),
    }
}

/// The name of a service.
pub fn service(letter: Letter) -> String {
    rulebook().service(letter).map_or_else(|| letter.to_string(), |service| service.name.clone())
}

/// 工作日 9:00 至 12:00，13:30 至 17:00
pub fn hours(hall: &Hall) -> String {
    let spans: Vec<String> =
        hall.hours.iter().map(|span| format!("{} 至 {}", clock(span.from), clock(span.to))).collect();
    format!("工作日 {}", spans.join("，"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_in_an_address_is_read_back_and_nothing_else_is() {
        let slot = Slot { day: Date::constant(2026, 11, 27), minute: 570 };
        assert_eq!((slot_key(&slot).as_str(), slot_of("2026-11-27T0930")), ("2026-11-27T0930", Some(slot)));
        for bad in ["", "2026-11-27", "2026-11-27T9:30", "2026-13-27T0930", "2026-11-27T093", "2026-11-27T09é0"] {
            assert_eq!(slot_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_unknown_wait_is_said_to_be_unknown() {
        assert_eq!(wait(Wait::Minutes { from: 5, to: 12 }), "大约 5 至 12 分钟");
        assert_eq!(wait(Wait::Minutes { from: 0, to: 3 }), "3 分钟以内");
        assert_eq!(wait(Wait::TooFewTimed), "今天办完的还太少，估不出来");
    }
}
