//! Why a hall said no, in the reader's words.

use std::fmt;

use kernel::{Class, Date, Duty, FieldError, Refuse, Timestamp, local_time};

use crate::{AppointmentId, TicketNumber};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such hall: the region has none.
    NoSuchHall,
    /// No such appointment, or none that this person may know of.
    NoSuchAppointment,
    /// No such ticket, or none that this person may know of.
    NoSuchTicket,
    /// No such window in this hall.
    NoSuchWindow,
    /// No such closure.
    NoSuchClosure,
    /// The machine's key is wrong.
    NotTheKiosk,
    /// This member of staff does not hold the duty for this hall.
    NotEmpowered {
        /// Any of these would do.
        duties: Vec<Duty>,
    },
    /// Only the party, or who may act for it, may do this.
    OnlyTheParty,
    /// The agent's mandate does not cover this item.
    NoMandate,
    /// The item or the service is not handled in this hall.
    NotHandledHere,
    /// No appointments are taken for this item.
    NotByAppointment,
    /// The hall is closed now.
    HallClosed {
        /// When it opens, as far as can be seen.
        opens: Option<Timestamp>,
    },
    /// No such slot.
    NoSuchSlot,
    /// The slot has begun.
    SlotPast,
    /// The slot has no room for so many.
    SlotFull {
        /// Persons that would still fit.
        left: u16,
    },
    /// Too far ahead.
    TooFar {
        /// The last day that can be booked.
        last: Date,
    },
    /// Nobody, or too many at once.
    TooManyPersons {
        /// At most.
        most: u16,
    },
    /// Too many appointments at a time.
    TooManyOpen {
        /// At most.
        most: usize,
    },
    /// The same item at the same time once more.
    AlreadyBooked {
        /// The appointment that is there.
        id: AppointmentId,
    },
    /// Too often absent.
    Blocked {
        /// The day on which booking is open again.
        until: Date,
    },
    /// Too late to change or to give up.
    TooLate {
        /// Minutes before the slot until which it could be done.
        minutes: i64,
    },
    /// Too early to check in.
    TooEarly {
        /// From then on.
        from: Timestamp,
    },
    /// The grace time still runs.
    GraceNotOver {
        /// Until then.
        until: Timestamp,
    },
    /// What became of the appointment does not allow this.
    AppointmentNotNow {
        /// What became of it.
        is: &'static str,
    },
    /// The day of the ticket or the appointment is over.
    DayOver,
    /// The ticket's state does not allow this.
    TicketNotNow {
        /// Which.
        number: TicketNumber,
        /// Where it stands.
        is: &'static str,
    },
    /// The party waits in this queue already.
    AlreadyWaiting {
        /// With this number.
        number: TicketNumber,
    },
    /// The ground of precedence is none of the list.
    BadGround,
    /// Nobody waits for this window.
    NobodyWaits,
    /// The window still serves somebody.
    StillServing {
        /// Whom.
        number: TicketNumber,
    },
    /// The ticket belongs to another window.
    AtAnotherWindow {
        /// Which.
        window: u16,
    },
    /// Not called often enough to be passed over.
    CallFirst {
        /// Calls so far.
        calls: u8,
        /// Calls needed.
        most: u8,
    },
    /// The clerk's window is not open.
    WindowNotOpen,
    /// Somebody else sits there.
    WindowTaken {
        /// Which.
        window: u16,
    },
    /// The clerk sits at another window.
    SitsElsewhere {
        /// Which.
        window: u16,
    },
    /// A text that must be written is empty.
    WordsMissing {
        /// Which.
        field: &'static str,
    },
    /// A text that is too long.
    TooLong {
        /// Which.
        field: &'static str,
        /// Characters at most.
        most: usize,
    },
    /// Days in the wrong order, in the past, or closed already.
    BadClosure,
    /// Hours that overlap or are missing.
    BadHours,
    /// A window that cannot be.
    BadWindow,
    /// Too many persons in one slot.
    BadCapacity,
    /// Not a place on earth.
    BadPlace,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoSuchHall => f.write_str("这里没有政务服务大厅。"),
            Refusal::NoSuchAppointment => f.write_str("没有找到这个预约。"),
            Refusal::NoSuchTicket => f.write_str("没有找到这个排队号。"),
            Refusal::NoSuchWindow => f.write_str("这个大厅没有这个窗口。"),
            Refusal::NoSuchClosure => f.write_str("没有这一条停办安排。"),
            Refusal::NotTheKiosk => f.write_str("取号机的地址不对。"),
            Refusal::NotEmpowered { duties } if duties.contains(&Duty::Receive) => {
                f.write_str("您的岗位不在这个大厅收件，不能这样做。")
            }
            Refusal::NotEmpowered { .. } => f.write_str("只有大厅管理岗可以这样做。"),
            Refusal::OnlyTheParty => f.write_str("只有预约人本人或其代理人可以这样做。"),
            Refusal::NoMandate => f.write_str("您得到的委托不包括这个事项。"),
            Refusal::NotHandledHere => f.write_str("这个大厅不办这件事。"),
            Refusal::NotByAppointment => f.write_str("这件事不用预约。"),
            Refusal::HallClosed { opens: Some(at) } => write!(f, "大厅现在没有开门，{}开门。", moment(*at)),
            Refusal::HallClosed { opens: None } => f.write_str("大厅现在没有开门。"),
            Refusal::NoSuchSlot => f.write_str("大厅在这个时间不接受预约。"),
            Refusal::SlotPast => f.write_str("这个时间已经过了。"),
            Refusal::SlotFull { left: 0 } => f.write_str("这个时间已经约满。"),
            Refusal::SlotFull { left } => write!(f, "这个时间只剩 {left} 个位置。"),
            Refusal::TooFar { last } => write!(f, "最多约到{}月{}日。", last.month(), last.day()),
            Refusal::TooManyPersons { most } => write!(f, "一次预约 1 至 {most} 人。"),
            Refusal::TooManyOpen { most } => write!(f, "还没有办的预约最多 {most} 个。"),
            Refusal::AlreadyBooked { .. } => f.write_str("这件事在这个时间您已经约过。"),
            Refusal::Blocked { until } => {
                write!(f, "多次约了没有来，{}月{}日起可以再预约。", until.month(), until.day())
            }
            Refusal::TooLate { minutes } => write!(f, "离预约时间不到 {minutes} 分钟，不能再改或者取消。"),
            Refusal::TooEarly { from } => write!(f, "还没有到报到时间，{}起可以报到。", moment(*from)),
            Refusal::GraceNotOver { until } => write!(f, "宽限时间还没有过，{}以后才能认定未到。", moment(*until)),
            Refusal::AppointmentNotNow { is } => write!(f, "这个预约现在是“{is}”，不能这样做。"),
            Refusal::DayOver => f.write_str("这一天已经过去，排队号和预约只在当天有效。"),
            Refusal::TicketNotNow { number, is } => write!(f, "{number} 现在是“{is}”，不能这样做。"),
            Refusal::AlreadyWaiting { number } => write!(f, "您已经在排队，号码是 {number}。"),
            Refusal::BadGround => f.write_str("没有这一种优先办理的情形。"),
            Refusal::NobodyWaits => f.write_str("现在没有人在等。"),
            Refusal::StillServing { number } => write!(f, "{number} 还没有办完。"),
            Refusal::AtAnotherWindow { window } => write!(f, "这个号在 {window} 号窗口。"),
            Refusal::CallFirst { calls, most } => write!(f, "叫满 {most} 次才能过号，现在叫了 {calls} 次。"),
            Refusal::WindowNotOpen => f.write_str("您的窗口还没有开。"),
            Refusal::WindowTaken { window } => write!(f, "{window} 号窗口已经有人。"),
            Refusal::SitsElsewhere { window } => write!(f, "您已经在 {window} 号窗口。"),
            Refusal::WordsMissing { field: "reason" } => f.write_str("请写明理由，办事人会看到。"),
            Refusal::WordsMissing { .. } => f.write_str("这一项不能空着。"),
            Refusal::TooLong { most, .. } => write!(f, "内容太长，请控制在 {most} 字以内。"),
            Refusal::BadClosure => f.write_str("停办的日期不对：不能早于今天，先后不能颠倒，也不能和已有的重叠。"),
            Refusal::BadHours => f.write_str("开放时间不对：至少一段，按先后排列，不能重叠。"),
            Refusal::BadWindow => f.write_str("窗口号是 1 至 200，业务要从列表里选。"),
            Refusal::BadCapacity => f.write_str("每个时间段最多 500 人，业务要从列表里选。"),
            Refusal::BadPlace => f.write_str("经纬度不对。"),
        }
    }
}

/// 11月26日 13:30
fn moment(at: Timestamp) -> String {
    let local = local_time(at);
    format!("{}月{}日 {:02}:{:02}", local.month(), local.day(), local.hour(), local.minute())
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchHall => "halls.no-hall",
            Refusal::NoSuchAppointment => "halls.no-appointment",
            Refusal::NoSuchTicket => "halls.no-ticket",
            Refusal::NoSuchWindow => "halls.no-window",
            Refusal::NoSuchClosure => "halls.no-closure",
            Refusal::NotTheKiosk => "halls.not-the-kiosk",
            Refusal::NotEmpowered { .. } => "halls.not-empowered",
            Refusal::OnlyTheParty => "halls.only-the-party",
            Refusal::NoMandate => "halls.no-mandate",
            Refusal::NotHandledHere => "halls.not-handled-here",
            Refusal::NotByAppointment => "halls.not-by-appointment",
            Refusal::HallClosed { .. } => "halls.closed",
            Refusal::NoSuchSlot => "halls.no-slot",
            Refusal::SlotPast => "halls.slot-past",
            Refusal::SlotFull { .. } => "halls.slot-full",
            Refusal::TooFar { .. } => "halls.too-far",
            Refusal::TooManyPersons { .. } => "halls.persons",
            Refusal::TooManyOpen { .. } => "halls.too-many-open",
            Refusal::AlreadyBooked { .. } => "halls.already-booked",
            Refusal::Blocked { .. } => "halls.blocked",
            Refusal::TooLate { .. } => "halls.too-late",
            Refusal::TooEarly { .. } => "halls.too-early",
            Refusal::GraceNotOver { .. } => "halls.grace",
            Refusal::AppointmentNotNow { .. } => "halls.appointment-not-now",
            Refusal::DayOver => "halls.day-over",
            Refusal::TicketNotNow { .. } => "halls.ticket-not-now",
            Refusal::AlreadyWaiting { .. } => "halls.already-waiting",
            Refusal::BadGround => "halls.ground",
            Refusal::NobodyWaits => "halls.nobody-waits",
            Refusal::StillServing { .. } => "halls.still-serving",
            Refusal::AtAnotherWindow { .. } => "halls.another-window",
            Refusal::CallFirst { .. } => "halls.call-first",
            Refusal::WindowNotOpen => "halls.window-not-open",
            Refusal::WindowTaken { .. } => "halls.window-taken",
            Refusal::SitsElsewhere { .. } => "halls.sits-elsewhere",
            Refusal::WordsMissing { .. } => "halls.words-missing",
            Refusal::TooLong { .. } => "halls.too-long",
            Refusal::BadClosure => "halls.bad-closure",
            Refusal::BadHours => "halls.bad-hours",
            Refusal::BadWindow => "halls.bad-window",
            Refusal::BadCapacity => "halls.bad-capacity",
            Refusal::BadPlace => "halls.bad-place",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NoSuchHall
            | Refusal::NoSuchAppointment
            | Refusal::NoSuchTicket
            | Refusal::NoSuchWindow
            | Refusal::NoSuchClosure
            | Refusal::NotTheKiosk => Class::NotFound,
            Refusal::NotEmpowered { .. } | Refusal::OnlyTheParty | Refusal::NoMandate => Class::Forbidden,
            Refusal::NotHandledHere
            | Refusal::NotByAppointment
            | Refusal::NoSuchSlot
            | Refusal::TooFar { .. }
            | Refusal::TooManyPersons { .. }
            | Refusal::BadGround
            | Refusal::WordsMissing { .. }
            | Refusal::TooLong { .. }
            | Refusal::BadClosure
            | Refusal::BadHours
            | Refusal::BadWindow
            | Refusal::BadCapacity
            | Refusal::BadPlace => Class::Invalid,
            Refusal::HallClosed { .. }
            | Refusal::SlotPast
            | Refusal::SlotFull { .. }
            | Refusal::TooManyOpen { .. }
            | Refusal::AlreadyBooked { .. }
            | Refusal::Blocked { .. }
            | Refusal::TooLate { .. }
            | Refusal::TooEarly { .. }
            | Refusal::GraceNotOver { .. }
            | Refusal::AppointmentNotNow { .. }
            | Refusal::DayOver
            | Refusal::TicketNotNow { .. }
            | Refusal::AlreadyWaiting { .. }
            | Refusal::NobodyWaits
            | Refusal::StillServing { .. }
            | Refusal::AtAnotherWindow { .. }
            | Refusal::CallFirst { .. }
            | Refusal::WindowNotOpen
            | Refusal::WindowTaken { .. }
            | Refusal::SitsElsewhere { .. } => Class::Conflict,
        }
    }

    fn remedy(&self) -> Option<String> {
        let text = match self {
            Refusal::NoSuchHall => "请选市、区县或者镇街；村里的事在所属镇街的便民服务中心办。",
            Refusal::NoSuchAppointment => "请从“我的预约”重新打开。",
            Refusal::NoSuchTicket => "请核对小票上的地址，或者到导办台问。",
            Refusal::NotEmpowered { .. } => "需要的话，请系统管理员调整您的职权。",
            Refusal::OnlyTheParty | Refusal::NoMandate => "请本人来办，或者请本人先委托您。",
            Refusal::NotHandledHere => "请看办事指南里的办理地点，换一个大厅。",
            Refusal::NotByAppointment => "可以网上办，或者直接到大厅取号。",
            Refusal::HallClosed { .. } => "可以先预约，或者网上办。",
            Refusal::NoSuchSlot | Refusal::SlotPast | Refusal::SlotFull { .. } => {
                "请换一个时间，也可以当天直接到大厅取号。"
            }
            Refusal::TooFar { .. } => "请选近一些的日子。",
            Refusal::TooManyOpen { .. } => "请先办完或者取消一个。",
            Refusal::AlreadyBooked { .. } => "在“我的预约”里可以看到。",
            Refusal::Blocked { .. } => "随时可以直接到大厅取号，照样给您办；觉得认定得不对，请打 12345。",
            Refusal::TooLate { .. } => "来不了也没关系，打电话告诉大厅即可。",
            Refusal::TooEarly { .. } | Refusal::GraceNotOver { .. } => "请到时间再操作。",
            Refusal::DayOver => "请重新取号或者重新预约。",
            Refusal::TicketNotNow { .. } | Refusal::AppointmentNotNow { .. } => "请刷新页面看最新的情况。",
            Refusal::AlreadyWaiting { .. } => "不用再取，等叫号就行。",
            Refusal::NobodyWaits => "有人取号会出现在页面上。",
            Refusal::StillServing { .. } => "请先办完、挂起或者转出。",
            Refusal::CallFirst { .. } => "请再叫一次。",
            Refusal::WindowNotOpen => "请先开窗。",
            Refusal::WindowTaken { .. } | Refusal::SitsElsewhere { .. } => "请先关掉那个窗口，或者换一个窗口。",
            _ => return None,
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        let field = match self {
            Refusal::WordsMissing { field } | Refusal::TooLong { field, .. } => *field,
            Refusal::TooManyPersons { .. } => "persons",
            Refusal::NoSuchSlot | Refusal::SlotPast | Refusal::SlotFull { .. } | Refusal::TooFar { .. } => "slot",
            Refusal::BadGround => "ground",
            Refusal::BadClosure => "from",
            Refusal::BadHours => "hours",
            Refusal::BadWindow => "services",
            Refusal::BadCapacity => "persons",
            Refusal::BadPlace => "coordinates",
            _ => return vec![],
        };
        vec![FieldError::at(format!("/{field}"), self)]
    }
}
