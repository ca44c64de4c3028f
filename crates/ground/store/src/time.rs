//! The one source of time. Everything that a command decides by comes from here, so that a demonstration can run
//! ninety days in an hour and a simulation a year in seconds.

use kernel::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// The house's clock. It never goes back, not even over a restart: it begins no earlier than the last journal entry.
#[derive(Clone)]
pub struct Time(Arc<Clockwork>);

struct Clockwork {
    /// Real microseconds are multiplied by this.
    rate: i64,
    /// Where the clock stood (microseconds) when it was started, moved by [`Time::advance`].
    base: AtomicI64,
    started: Instant,
    /// The latest instant handed out.
    latest: AtomicI64,
}

impl Time {
    /// A clock at `rate` times the real pace, that begins now or at `floor`, whichever is later.
    pub fn start(rate: u32, floor: Option<Timestamp>) -> Self {
        let base = wall().max(floor.unwrap_or(Timestamp::MIN)).as_microsecond();
        let rate = i64::from(rate.max(1));
        Time(Arc::new(Clockwork { rate, base: AtomicI64::new(base), started: Instant::now(), latest: base.into() }))
    }

    /// The instant it is.
    pub fn now(&self) -> Timestamp {
        let real = i64::try_from(self.0.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let base = self.0.base.load(Ordering::Relaxed);
        let now = base.saturating_add(real.saturating_mul(self.0.rate));
        let latest = self.0.latest.fetch_max(now, Ordering::Relaxed).max(now);
        Timestamp::from_microsecond(latest).unwrap_or(Timestamp::MAX)
    }

    /// Real microseconds are multiplied by this.
    pub fn rate(&self) -> u32 {
        u32::try_from(self.0.rate).unwrap_or(u32::MAX)
    }

    /// Sets a clock by which nothing has been told yet.
    pub(crate) fn begin(&self, at: Timestamp) {
        self.0.base.store(at.as_microsecond(), Ordering::Relaxed);
        self.0.latest.store(at.as_microsecond(), Ordering::Relaxed);
    }

    /// Moves the clock forward, for simulations and tests.
    pub fn advance(&self, span: Duration) {
        self.0.base.fetch_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Moves the clock forward to `at`; an instant in the past changes nothing.
    pub fn advance_to(&self, at: Timestamp) {
        let ahead = at.as_microsecond().saturating_sub(self.now().as_microsecond());
        self.advance(Duration::from_micros(u64::try_from(ahead).unwrap_or_default()));
    }
}

/// What the machine's own clock says. For what is not law but machinery: leases, back-off, tokens of other systems.
pub fn wall() -> Timestamp {
    Timestamp::now()
}
