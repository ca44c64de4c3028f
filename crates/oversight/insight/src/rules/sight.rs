//! Who may see which figures.

use kernel::{Actor, Duty, KindCode, Power, RegionCode};

use crate::Refusal;
use crate::book::Audience;

/// Who works with figures that are for staff: all but those who keep the system.
const WORKING: [Duty; 10] = [
    Duty::Receive,
    Duty::Review,
    Duty::Decide,
    Duty::Collect,
    Duty::Settle,
    Duty::Supervise,
    Duty::Redress,
    Duty::Host,
    Duty::Publish,
    Duty::Analyse,
];

/// Who sees the pages of figures.
pub const ANALYSING: [Duty; 10] = WORKING;
/// Who may take figures out as a file.
pub const EXPORTING: [Duty; 2] = [Duty::Analyse, Duty::Supervise];

/// What somebody may see of a figure in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// This kind of department only, or all.
    pub kind: Option<KindCode>,
}

/// Whether somebody may see a figure of this audience for a region, and perhaps only one kind of department. Staff see their region and
/// what lies below. What they may not see, there is not.
pub fn sight(actor: &Actor, audience: Audience, region: &RegionCode, kind: Option<KindCode>) -> Result<Sight, Refusal> {
    let powers = match actor {
        Actor::System(_) => return Ok(Sight { kind }),
        Actor::Citizen { .. } => return Err(Refusal::NotStaff),
        Actor::Staff { powers, .. } => powers,
    };
    let duties: &[Duty] = match audience {
        Audience::Public | Audience::Staff => &WORKING,
        Audience::Supervise => &[Duty::Supervise],
    };
    let held: Vec<&Power> = powers.iter().filter(|power| duties.contains(&power.duty)).collect();
    if held.is_empty() {
        return Err(if audience == Audience::Supervise { Refusal::NoSuchFigure } else { Refusal::NotStaff });
    }
    let covers = |power: &&&Power| {
        let scope = &power.scope;
        scope.region == *region || (scope.subtree && scope.region.contains(*region))
    };
    let mut here = held.iter().filter(covers).map(|power| power.scope.kind).collect::<Vec<_>>();
    if here.contains(&None) {
        return Ok(Sight { kind });
    }
    // Somebody who answers for one kind of department sees that kind.
    here.retain(|own| kind.is_none() || *own == kind);
    here.sort();
    match here.first() {
        Some(own) => Ok(Sight { kind: *own }),
        None => Err(Refusal::NotHere),
    }
}
