//! Registers that change rarely — regions, the calendar, published items — are kept whole in memory.
//!
//! A change is seen by its own process at the commit, by other processes within a second: each register has a
//! generation row, looked at no more often than that.

use crate::db::{Read, ReadExt, Tx};
use crate::{Error, params};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long this process may not know that another one changed a register.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A register kept in memory. Ask for it with `read.cached::<T>()`, change it with `tx.invalidate::<T>()`.
pub trait Cached: Send + Sync + Sized + 'static {
    /// Its name, unique in the house: `organisation.regions`.
    const NAME: &'static str;
    /// Reads it from its tables.
    fn load(read: &mut dyn Read) -> Result<Self, Error>;
}

/// The registers of one process.
#[derive(Default)]
pub struct Caches(Mutex<State>);

#[derive(Default)]
struct State {
    /// Counts invalidations; a reading that began before the latest one of a register must not fill it.
    invalidations: u64,
    invalidated: HashMap<&'static str, u64>,
    held: HashMap<TypeId, Held>,
}

struct Held {
    name: &'static str,
    value: Arc<dyn Any + Send + Sync>,
    generation: i64,
    looked: Instant,
}

impl Caches {
    pub(crate) fn began(&self) -> u64 {
        self.state().invalidations
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get<T: Cached>(&self, read: &mut dyn Read) -> Result<Arc<T>, Error> {
        if read.has_changed(T::NAME) {
            return T::load(read).map(Arc::new);
        }
        let (held, is_fresh) = {
            let state = self.state();
            match state.held.get(&TypeId::of::<T>()) {
                Some(held) => (held.value.clone().downcast::<T>().ok(), held.looked.elapsed() < LOOK_EVERY),
                None => (None, false),
            }
        };
        match held {
            Some(value) if is_fresh => Ok(value),
            _ => self.look(read),
        }
    }

    /// Compares generations; loads the register if there is none or another process changed it.
    fn look<T: Cached>(&self, read: &mut dyn Read) -> Result<Arc<T>, Error> {
        const GENERATION: &str = "SELECT generation FROM store_cache WHERE name = $1";
        let generation = read.query_one(GENERATION, &params![T::NAME], |row| row.get(0))?.unwrap_or(0);
        if let Some(held) = self.state().held.get_mut(&TypeId::of::<T>())
            && held.generation == generation
            && let Ok(value) = held.value.clone().downcast::<T>()
        {
            held.looked = Instant::now();
            return Ok(value);
        }
        let value = Arc::new(T::load(read)?);
        let mut state = self.state();
        if state.invalidated.get(T::NAME).is_none_or(|at| *at <= read.began()) {
            let held = Held { name: T::NAME, value: value.clone(), generation, looked: Instant::now() };
            state.held.insert(TypeId::of::<T>(), held);
        }
        Ok(value)
    }

    /// Writes the new generation into the changing transaction.
    pub(crate) fn mark(tx: &mut Tx<'_>, name: &'static str) -> Result<(), Error> {
        const MARK: &str = "INSERT INTO store_cache (name, generation) VALUES ($1, 1)
            ON CONFLICT (name) DO UPDATE SET generation = store_cache.generation + 1";
        tx.execute(MARK, &params![name]).map(drop)
    }

    /// Forgets registers whose change is committed.
    pub(crate) fn forget(&self, names: &[&'static str]) {
        let mut state = self.state();
        for name in names {
            state.invalidations += 1;
            let at = state.invalidations;
            state.invalidated.insert(name, at);
            state.held.retain(|_, held| held.name != *name);
        }
    }
}
