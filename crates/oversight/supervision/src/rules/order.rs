//! The life of a supervision order: issued, signed, put right or contested, answered, checked.

use kernel::{Timestamp, WorkingDays, midnight};

use super::{Facts, Refusal, flag::may_order, refusal::written};
use crate::{Flag, Level, Order, OrderCommand, OrderEvent, OrderNumber, OrderState, OrderTerms};

/// An order for a flag.
pub fn issued(
    flag: &Flag,
    level: Level,
    demand: &str,
    terms: &OrderTerms,
    facts: &Facts,
) -> Result<OrderEvent, Refusal> {
    let by = may_order(flag, facts)?;
    Ok(OrderEvent::Issued {
        flag: flag.id.clone(),
        department: flag.raised.department,
        item: flag.raised.item.clone(),
        person: flag.raised.person,
        level,
        demand: written(demand, "/demand")?,
        by,
        at: facts.now,
        sign_by: facts.calendar.after(facts.today, WorkingDays(terms.sign_days)),
        reply_by: facts.calendar.after(facts.today, WorkingDays(terms.reply_days)),
    })
}

/// What happens if `command` reaches the order now. What time has done by itself comes first.
pub fn decide(
    order: &Order,
    command: &OrderCommand,
    terms: &OrderTerms,
    facts: &Facts,
) -> Result<Vec<OrderEvent>, Refusal> {
    use {OrderCommand as C, OrderState as S};
    let mut events = by_time(order, facts);
    let own = || facts.own_staff(&order.department, order.person);
    let supervisor = || facts.supervisor(&order.department, order.person);
    let (on, after) = (facts.today, |days| facts.calendar.after(facts.today, WorkingDays(days)));
    let event = match (&order.state, command) {
        (_, C::Tick) => return Ok(events),
        (S::Issued { .. }, C::Sign) => OrderEvent::Signed { by: own()?, on, appeal_by: after(terms.appeal_days) },
        (S::Signed { appeal_by }, C::Appeal { reason }) => {
            let by = own()?;
            let due = appeal_by.ok_or(Refusal::NotNow { state: "signed", command: "appeal" })?;
            if on > due {
                return Err(Refusal::AppealLate { due });
            }
            OrderEvent::Appealed { by, on, reason: written(reason, "/reason")? }
        }
        (S::Signed { .. }, C::Answer { measures }) => {
            OrderEvent::Answered { by: own()?, on, measures: written(measures, "/measures")? }
        }
        (S::Appealed { .. }, C::DecideAppeal { allow, reason }) => {
            let by = supervisor()?;
            if by == order.by {
                return Err(Refusal::OwnOrder);
            }
            let reason = written(reason, "/reason")?;
            let reply_by = after(terms.reply_days).max(order.reply_by);
            OrderEvent::AppealDecided { by, on, allowed: *allow, reason, reply_by }
        }
        (S::Answered { .. }, C::Check { lift, reason }) => {
            OrderEvent::Closed { by: supervisor()?, on, lifted: *lift, reason: written(reason, "/reason")? }
        }
        (state, command) => {
            // Who may not do it at all hears that first.
            match command {
                C::Sign | C::Appeal { .. } | C::Answer { .. } => own()?,
                _ => supervisor()?,
            };
            return Err(Refusal::NotNow { state: state.name(), command: command.name() });
        }
    };
    events.push(event);
    Ok(events)
}

fn by_time(order: &Order, facts: &Facts) -> Vec<OrderEvent> {
    let mut events = vec![];
    if let OrderState::Issued { sign_by } = order.state
        && !order.unsigned
        && facts.today > sign_by
    {
        events.push(OrderEvent::SignOverdue { due: sign_by });
    }
    if waits(order) && facts.today > order.reply_by {
        events.push(OrderEvent::ReplyOverdue { due: order.reply_by });
    }
    events
}

/// Whether the department owes an answer. While an appeal is undecided it does not.
fn waits(order: &Order) -> bool {
    !order.overdue && matches!(order.state, OrderState::Issued { .. } | OrderState::Signed { .. })
}

/// When the wheel must knock.
pub fn due(order: &Order) -> Option<Timestamp> {
    let sign = match order.state {
        OrderState::Issued { sign_by } if !order.unsigned => Some(sign_by),
        _ => None,
    };
    let reply = waits(order).then_some(order.reply_by);
    let day = sign.into_iter().chain(reply).min()?;
    Some(midnight(day.tomorrow().unwrap_or(kernel::Date::MAX)))
}

/// The order that a stream gives.
pub fn replay_order<'a>(number: OrderNumber, events: impl IntoIterator<Item = &'a OrderEvent>) -> Option<Order> {
    let mut events = events.into_iter();
    let OrderEvent::Issued { flag, department, item, person, level, demand, by, at, sign_by, reply_by } =
        events.next()?
    else {
        return None;
    };
    let mut order = Order {
        number,
        version: 1,
        flag: flag.clone(),
        department: *department,
        item: item.clone(),
        person: *person,
        level: *level,
        demand: demand.clone(),
        by: *by,
        at: *at,
        reply_by: *reply_by,
        overdue: false,
        unsigned: false,
        state: OrderState::Issued { sign_by: *sign_by },
    };
    events.for_each(|event| apply_order(&mut order, event));
    Some(order)
}

/// What an event did to an order.
pub fn apply_order(order: &mut Order, event: &OrderEvent) {
    order.version += 1;
    match event {
        OrderEvent::Issued { .. } => {}
        OrderEvent::SignOverdue { .. } => order.unsigned = true,
        OrderEvent::Signed { appeal_by, .. } => order.state = OrderState::Signed { appeal_by: Some(*appeal_by) },
        OrderEvent::Appealed { reason, .. } => order.state = OrderState::Appealed { reason: reason.clone() },
        OrderEvent::AppealDecided { allowed: true, .. } => order.state = OrderState::Closed { lifted: true },
        OrderEvent::AppealDecided { allowed: false, reply_by, .. } => {
            order.reply_by = *reply_by;
            order.state = OrderState::Signed { appeal_by: None };
        }
        OrderEvent::ReplyOverdue { .. } => order.overdue = true,
        OrderEvent::Answered { measures, .. } => order.state = OrderState::Answered { measures: measures.clone() },
        OrderEvent::Closed { lifted, .. } => order.state = OrderState::Closed { lifted: *lifted },
    }
}
