//! The small house of all rooms, with supervision in it.

use std::sync::Arc;

use casework::{CaseReplay, CaseWheel, Completion};
use store::{Db, Runner, testing};

pub use stage::{RENEWAL, XUANWU, region, staff};

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    let migrations = [stage::MIGRATIONS, &[supervision::MIGRATIONS]].concat();
    testing::each_database(&migrations, |db| test(House::open(db)));
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
        let followers: Vec<Arc<dyn store::Follower>> = vec![Arc::new(Completion), Arc::new(supervision::Follow)];
        let wheels: Vec<Arc<dyn store::Wheel>> =
            vec![Arc::new(CaseWheel), Arc::new(supervision::WatchWheel), Arc::new(supervision::OrderWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        self.verify_with(&[&CaseReplay, &payment::BillReplay, &supervision::Supervisions]);
    }
}
