//! Every room's part in the running house: tables, followers, wheels, replays. A new room is one line in each list.

use std::sync::Arc;
use store::{Follower, Migration, Replay, Wheel};

/// The tables of all rooms, from the ground up.
pub fn migrations() -> [&'static [Migration]; 16] {
    [
        organisation::MIGRATIONS,
        catalogue::MIGRATIONS,
        identity::MIGRATIONS,
        licences::MIGRATIONS,
        payment::MIGRATIONS,
        delivery::MIGRATIONS,
        halls::MIGRATIONS,
        casework::MIGRATIONS,
        hotline::MIGRATIONS,
        trading::MIGRATIONS,
        investment::MIGRATIONS,
        evaluation::MIGRATIONS,
        supervision::MIGRATIONS,
        exchange::MIGRATIONS,
        messages::MIGRATIONS,
        insight::MIGRATIONS,
    ]
}

/// Those who act when the journal tells something.
pub fn followers(index: &Arc<search::Index>, has_sms: bool) -> Vec<Arc<dyn Follower>> {
    vec![
        Arc::new(payment::Bookkeeping),
        Arc::new(casework::Completion),
        Arc::new(casework::Arrival),
        Arc::new(casework::Tally),
        Arc::new(hotline::Figures),
        Arc::new(investment::Follow),
        Arc::new(search::Following(Arc::clone(index))),
        Arc::new(evaluation::Services),
        Arc::new(evaluation::Figures),
        Arc::new(supervision::Follow),
        Arc::new(messages::Teller { has_channel: has_sms }),
        Arc::new(insight::Follow),
    ]
}

/// Those who act when time has passed.
///
/// `pace` is how many times as fast as real time the house's clock runs: what stands outside lives by the real one.
pub fn wheels(pace: u32, has_sms: bool) -> Vec<Arc<dyn Wheel>> {
    vec![
        Arc::new(payment::BillWheel),
        Arc::new(payment::SilenceWheel { pace }),
        Arc::new(casework::CaseWheel),
        Arc::new(casework::DraftWheel),
        Arc::new(hotline::OrderWheel),
        Arc::new(investment::ProjectWheel),
        Arc::new(delivery::ParcelWheel),
        Arc::new(delivery::AskWheel),
        Arc::new(identity::Sweeper),
        Arc::new(licences::Sweeper),
        Arc::new(evaluation::ServiceWheel),
        Arc::new(evaluation::ExposureWheel),
        Arc::new(supervision::WatchWheel),
        Arc::new(supervision::OrderWheel),
        Arc::new(exchange::NodeWheel { pace }),
        Arc::new(messages::HoldWheel),
        Arc::new(messages::ReminderWheel { has_channel: has_sms }),
        Arc::new(halls::TicketWheel),
        Arc::new(trading::LotWheel),
        Arc::new(trading::ComplaintWheel),
    ]
}

/// Those who can prove that their rows are what their events say.
pub fn replays() -> [&'static dyn Replay; 16] {
    [
        &organisation::Registers,
        &catalogue::Catalogue,
        &identity::Registers,
        &licences::Register,
        &payment::BillReplay,
        &delivery::ParcelReplay,
        &halls::HallReplay,
        &casework::CaseReplay,
        &hotline::Orders,
        &trading::TradingReplay,
        &investment::Projects,
        &evaluation::Evaluations,
        &supervision::Supervisions,
        &exchange::Exchanges,
        &messages::Told,
        &insight::Insights,
    ]
}
