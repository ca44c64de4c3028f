//! Hashing passwords, a bounded number at once: one hash costs 19 MiB and tens of milliseconds by design, so a crowd at
//! the door must wait there and never take the machine (nor the writer) down.

use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use store::Error;

use crate::{
    model::{Password, Phc},
    rules::Refusal,
};

/// The pool of hashers (argon2id, OWASP's minimum: 19 MiB, two passes). Blocking: a face calls it from a thread of
/// its own, never from the event loop.
pub struct Passwords {
    crowd: Mutex<Crowd>,
    freed: Condvar,
    at_once: usize,
    waiting_max: usize,
    decoy: OnceLock<Phc>,
}

#[derive(Default)]
struct Crowd {
    hashing: usize,
    waiting: usize,
}

/// A place in the pool, given back when dropped.
struct Place<'a>(&'a Passwords);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.crowd().hashing -= 1;
        self.0.freed.notify_one();
    }
}

impl Passwords {
    /// A pool that hashes `at_once` passwords at a time and lets `waiting_max` more wait; further ones are refused as
    /// [`Refusal::Busy`].
    #[must_use]
    pub fn new(at_once: usize, waiting_max: usize) -> Self {
        let at_once = at_once.max(1);
        Self { crowd: Mutex::default(), freed: Condvar::new(), at_once, waiting_max, decoy: OnceLock::new() }
    }

    /// The hash to store for `password`, with a salt of its own.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when too many wait.
    pub fn hash(&self, password: &Password) -> Result<Phc, store::Failure<Refusal>> {
        let _place = self.enter()?;
        Ok(hash(password)?)
    }

    /// Whether `password` is the one hashed in `phc`. Without a hash (no such account) the same time is spent, so that
    /// the answer's delay does not tell which login names exist.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when too many wait; `Corrupt` when the stored hash is none.
    pub fn check(&self, password: &Password, phc: Option<&Phc>) -> Result<bool, store::Failure<Refusal>> {
        let _place = self.enter()?;
        let decoy = match phc {
            Some(_) => None,
            None => Some(self.decoy()?),
        };
        let Some(phc) = phc.or(decoy) else { return Ok(false) };
        let stored = PasswordHash::new(&phc.0).map_err(|error| Error::Corrupt(format!("password hash: {error}")))?;
        let right = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
        Ok(right && decoy.is_none())
    }

    fn decoy(&self) -> Result<&Phc, Error> {
        if let Some(decoy) = self.decoy.get() {
            return Ok(decoy);
        }
        let made = hash(&Password::nobodys())?;
        Ok(self.decoy.get_or_init(|| made))
    }

    fn enter(&self) -> Result<Place<'_>, Refusal> {
        let mut crowd = self.crowd();
        if crowd.hashing >= self.at_once {
            if crowd.waiting >= self.waiting_max {
                return Err(Refusal::Busy);
            }
            crowd.waiting += 1;
            crowd = self
                .freed
                .wait_while(crowd, |crowd| crowd.hashing >= self.at_once)
                .unwrap_or_else(PoisonError::into_inner);
            crowd.waiting -= 1;
        }
        crowd.hashing += 1;
        Ok(Place(self))
    }

    /// Two counters stay right even if a thread that held the lock panicked.
    fn crowd(&self) -> MutexGuard<'_, Crowd> {
        self.crowd.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(password: &Password) -> Result<Phc, Error> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|phc| Phc(phc.to_string())).map_err(|error| Error::Key(format!("hashing a password: {error}")))
}
