//! What the hotline's values are in words.

use hotline::rules::NextStep;
use hotline::{Clock, Ending, Event, Satisfaction, State, WorkOrder};
use kernel::{Date, Timestamp};
use web::words;

/// Until when, in words: to the minute where minutes count.
pub fn until(next: &NextStep, today: Date) -> String {
    let name = next.clock.word();
    match next.clock {
        Clock::Dispatch | Clock::Sign => format!("{} 前{name}", words::moment(next.until, today)),
        Clock::Contact | Clock::Handle | Clock::FollowUp => format!("{}前{name}", words::short_day(next.day, today)),
    }
}

/// The next step of an order, and whether it is late.
pub fn next(order: &WorkOrder, now: Timestamp, today: Date) -> (String, bool) {
    match hotline::rules::next(order) {
        Some(next) => (until(&next, today), now >= next.until),
        None if order.round().is_some_and(|round| round.paused.is_some()) => ("计时停着".to_owned(), false),
        None => (String::new(), false),
    }
}

/// The state with how it ended.
pub fn state(order: &WorkOrder) -> String {
    let ending = match &order.state {
        State::Closed { ending: Ending::Answered, .. } => "当场答复",
        State::Closed { ending: Ending::Handled, .. } => "已回访",
        State::Closed { ending: Ending::Settled, .. } => "说明情况后办结",
        State::Closed { ending: Ending::Merged { into }, .. } => return format!("并入 {}", into.grouped()),
        _ => return order.stage().word().to_owned(),
    };
    format!("已办结（{ending}）")
}

/// One entry of the story: what happened. `unit` gives a unit's name.
pub fn event(event: &Event, today: Date, unit: &dyn Fn(&kernel::DepartmentId) -> String) -> String {
    let day = |day: &Date| words::short_day(*day, today);
    match event {
        Event::Registered(registered) => format!("{}登记为{}", registered.channel.word(), registered.kind.word()),
        Event::Answered { .. } => "当场答复，办结".to_owned(),
        Event::Dispatched { lead, assisting, coordinated, basis, suggested, .. } => {
            let how = if *coordinated { "中心协调定了" } else { "派给" };
            let mut say = format!("{how}{}", unit(lead));
            if !assisting.is_empty() {
                let names: Vec<String> = assisting.iter().map(unit).collect();
                say.push_str(&format!("，协办 {}", names.join("、")));
            }
            match suggested == &Some(*lead) {
                true if !basis.is_empty() => say.push_str(&format!("（责任清单：{basis}）")),
                _ => {}
            }
            say
        }
        Event::Merged { into, .. } => format!("并入工单 {}", into.grouped()),
        Event::Joined { from, .. } => format!("工单 {} 并了进来", from.grouped()),
        Event::Relayed { .. } => "并案的那张有了答复，也告诉了这位来电人".to_owned(),
        Event::Signed { .. } => "签收".to_owned(),
        Event::Returned { ground, .. } => {
            let name = hotline::book().ground(ground).map_or(ground.as_str(), |ground| &ground.name);
            format!("退单：{name}")
        }
        Event::Disputed { .. } => "提出争议，由中心协调".to_owned(),
        Event::Contacted { .. } => "联系了来电人".to_owned(),
        Event::Paused { .. } => "停止计时".to_owned(),
        Event::Resumed { handle_by, .. } => format!("恢复计时，办到{}", day(handle_by)),
        Event::Extended { handle_by, .. } => format!("延期到{}", day(handle_by)),
        Event::FedBack { outcome, .. } => format!("反馈：{}", outcome.word()),
        Event::Missed { .. } => "回访没有接通".to_owned(),
        Event::Rated { rated, .. } => {
            let who = if rated.by.is_some() { "回访" } else { "来电人自己评" };
            let solved = if rated.solved { "解决了" } else { "没解决" };
            let level = rated.satisfaction.map_or("没有评价", Satisfaction::word);
            format!("{who}：{solved}，{level}")
        }
        Event::Redone { handle_by, .. } => format!("重办，办到{}", day(handle_by)),
        Event::Closed { ending: Ending::Settled, .. } => "说明情况后办结".to_owned(),
        Event::Closed { .. } => "办结".to_owned(),
        Event::Supervised { ground, .. } => format!("督办：{}", ground.word()),
        Event::Overdue { clock, due, .. } => format!("{}超期，应在{}", clock.word(), day(due)),
        Event::Seen { .. } => "查看了来电人信息".to_owned(),
    }
}
