//! The small house of all rooms, with casework's own followers and wheels.

use std::sync::Arc;

use casework::{Arrival, CaseReplay, CaseWheel, Completion, DraftWheel, Tally};
use store::{Db, Runner, testing};

pub use stage::{
    HOUSEHOLD, MIGRATIONS, NAME, OLD_CARD, PHONE, RENEWAL, RESIDENT, TEMPORARY, XUANWU, code, region, renewal, staff,
};

/// 孤儿基本生活费发放: promised, no licence comes of it.
pub const ALLOWANCE: &str = "320511906000";

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

/// The house.
pub struct House {
    stage: stage::House,
}

impl std::ops::Deref for House {
    type Target = stage::House;

    fn deref(&self) -> &stage::House {
        &self.stage
    }
}

impl House {
    pub fn open(db: Db) -> House {
        House { stage: stage::House::open(db) }
    }

    /// All followers and wheels of the room do what waits for them.
    pub fn drain(&self) {
        let followers: Vec<Arc<dyn store::Follower>> = vec![Arc::new(Completion), Arc::new(Arrival), Arc::new(Tally)];
        let wheels: Vec<Arc<dyn store::Wheel>> = vec![Arc::new(CaseWheel), Arc::new(DraftWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        self.verify_with(&[&CaseReplay, &payment::BillReplay]);
    }
}
