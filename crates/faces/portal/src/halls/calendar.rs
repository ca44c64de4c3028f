//! An appointment for people's own calendars: iCalendar, RFC 5545.
//!
//! The UID stays the same for the life of the appointment and SEQUENCE grows with each change, so that a calendar replaces what it
//! knows; a cancelled one says METHOD:CANCEL and is taken out.

use halls::{Appointment, Attendance, Hall};
use kernel::Timestamp;

/// Octets that one line may have before it is folded.
const LINE_MOST: usize = 75;

/// What the calendar is told beside the appointment itself.
pub struct About<'a> {
    /// The item's name.
    pub item: &'a str,
    /// Where.
    pub hall: &'a Hall,
    /// Address of the appointment's page.
    pub page: &'a str,
    /// Host part of the UID.
    pub host: &'a str,
    /// Minutes that the slot lasts.
    pub minutes: u16,
    /// Now.
    pub now: Timestamp,
}

/// The appointment as a calendar file.
pub fn file(appointment: &Appointment, about: &About<'_>) -> String {
    let cancelled = matches!(appointment.attendance, Attendance::Cancelled { .. });
    let slot = appointment.slot;
    let end = slot.minute + about.minutes;
    let local = |minute: u16| {
        let day = slot.day;
        format!("{:04}{:02}{:02}T{:02}{:02}00", day.year(), day.month(), day.day(), minute / 60, minute % 60)
    };
    let description = format!("预约码 {}，到大厅报到。{}", appointment.code, about.page);
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Tongban//Halls//ZH".to_owned(),
        format!("METHOD:{}", if cancelled { "CANCEL" } else { "PUBLISH" }),
        // Beijing time, without summer time since 1992.
        "BEGIN:VTIMEZONE".to_owned(),
        "TZID:Asia/Shanghai".to_owned(),
        "BEGIN:STANDARD".to_owned(),
        "DTSTART:19910915T000000".to_owned(),
        "TZOFFSETFROM:+0800".to_owned(),
        "TZOFFSETTO:+0800".to_owned(),
        "TZNAME:CST".to_owned(),
        "END:STANDARD".to_owned(),
        "END:VTIMEZONE".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{}", appointment.id, about.host),
        format!("SEQUENCE:{}", appointment.sequence),
        format!("DTSTAMP:{}", utc(about.now)),
        format!("DTSTART;TZID=Asia/Shanghai:{}", local(slot.minute)),
        format!("DTEND;TZID=Asia/Shanghai:{}", local(end)),
        format!("SUMMARY:{}", escaped(&format!("办理 {}", about.item))),
        format!("LOCATION:{}", escaped(&format!("{}，{}", about.hall.name, about.hall.address))),
        format!("DESCRIPTION:{}", escaped(&description)),
        format!("URL:{}", about.page),
        format!("STATUS:{}", if cancelled { "CANCELLED" } else { "CONFIRMED" }),
    ];
    let alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT1H", "DESCRIPTION:一小时后到大厅办事", "END:VALARM"];
    let alarm = alarm.into_iter().filter(|_| !cancelled).map(str::to_owned);
    let end = ["END:VEVENT", "END:VCALENDAR"].map(str::to_owned);
    lines.into_iter().chain(alarm).chain(end).map(|line| folded(&line)).collect()
}

fn utc(at: Timestamp) -> String {
    let text: String = at.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect();
    format!("{}Z", text.get(..15).unwrap_or(&text))
}

/// Text values: backslash, semicolon, comma and line ends are escaped (RFC 5545 section 3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Lines end in CRLF and are folded at 75 octets, never inside a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE_MOST {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(character);
        octets += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let line = format!("SUMMARY:{}", "办".repeat(60));
        let folded = folded(&line);
        assert!(folded.ends_with("\r\n") && folded.lines().count() > 2);
        for part in folded.split("\r\n") {
            assert!(part.len() <= LINE_MOST, "{part}");
        }
        assert_eq!(folded.replace("\r\n ", "").trim_end(), line);
    }

    fn appointment(attendance: Attendance, sequence: u32) -> Appointment {
        let (id, party) = (kernel::Uuid::from_u128(7), kernel::PartyId::new(kernel::Uuid::from_u128(1)));
        Appointment {
            id: halls::AppointmentId::new(id),
            version: 1,
            hall: halls::HallId("320102000000".parse().unwrap()),
            service: "B".parse().unwrap(),
            item: "320709902000".parse().unwrap(),
            party,
            booked_by: party,
            persons: 1,
            slot: halls::Slot { day: kernel::Date::constant(2026, 11, 27), minute: 570 },
            code: "123456".to_owned(),
            sequence,
            at: now(),
            attendance,
        }
    }

    fn now() -> Timestamp {
        "2026-11-26T01:02:03.5Z".parse().unwrap()
    }

    fn written(appointment: &Appointment) -> String {
        let hall = Hall {
            id: appointment.hall,
            name: "玄武区政务服务中心".to_owned(),
            address: "示例路 1 号".to_owned(),
            phone: String::new(),
            hours: vec![],
            windows: vec![],
            closures: vec![],
            coordinates: None,
            capacity: std::collections::BTreeMap::new(),
            demonstration: true,
            version: 0,
        };
        let page = "http://127.0.0.1/appoint/7";
        file(appointment, &About { item: "换领", hall: &hall, page, host: "127.0.0.1", minutes: 30, now: now() })
    }

    #[test]
    fn a_changed_appointment_keeps_its_uid_and_a_cancelled_one_is_taken_out() {
        let (booked, gone) = (
            written(&appointment(Attendance::Expected, 1)),
            written(&appointment(Attendance::Cancelled { at: now() }, 2)),
        );
        for line in [
            "METHOD:PUBLISH",
            "SEQUENCE:1",
            "DTSTAMP:20261126T010203Z",
            "DTSTART;TZID=Asia/Shanghai:20261127T093000",
            "DTEND;TZID=Asia/Shanghai:20261127T100000",
            "TZID:Asia/Shanghai",
            "BEGIN:VALARM",
            "STATUS:CONFIRMED",
        ] {
            assert!(booked.contains(&format!("{line}\r\n")), "{line}: {booked}");
        }
        let uid = booked.lines().find(|line| line.starts_with("UID:")).unwrap();
        assert!(gone.contains(uid) && gone.contains("METHOD:CANCEL\r\n") && gone.contains("SEQUENCE:2\r\n"));
        assert!(gone.contains("STATUS:CANCELLED\r\n") && !gone.contains("VALARM"));
        assert_eq!(booked.matches("BEGIN:").count(), booked.matches("END:").count());
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }
}
