//! A demonstration fills a fresh house with a month that was lived before anybody came. Pages are shown from the first second; a
//! command must not fall into that past, so it waits until the house has arrived at today.

use std::time::Duration;

use tokio::sync::watch;

use crate::House;

/// How far the month is lived.
#[derive(Debug)]
pub struct Prelude(watch::Sender<u16>);

/// All of it, in thousandths.
const WHOLE: u16 = 1000;

/// How long a command waits: shorter than browsers and programs do.
const PATIENCE: Duration = Duration::from_secs(15);

impl Default for Prelude {
    fn default() -> Self {
        Prelude(watch::Sender::new(0))
    }
}

impl Prelude {
    /// So many of `all` parts are done; there may be none.
    pub fn tell(&self, done: usize, all: usize) {
        let permille = done.saturating_mul(usize::from(WHOLE)) / all.max(1);
        self.0.send_replace(u16::try_from(permille).unwrap_or(WHOLE).min(WHOLE - 1));
    }

    /// Commands wait as long as this is held, and no longer, however it ends.
    pub fn held(&self) -> Held<'_> {
        Held(self)
    }

    /// How much is done, in percent; `None` once it is over.
    pub fn percent(&self) -> Option<u16> {
        let permille = *self.0.borrow();
        (permille < WHOLE).then_some(permille / 10)
    }

    async fn over(&self) -> bool {
        let mut told = self.0.subscribe();
        tokio::time::timeout(PATIENCE, told.wait_for(|permille| *permille >= WHOLE))
            .await
            .is_ok_and(|told| told.is_ok())
    }
}

/// Ends the prelude when it goes.
pub struct Held<'a>(&'a Prelude);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.0.send_replace(WHOLE);
    }
}

impl House {
    /// Waits until commands may be carried out; `false` when that takes too long.
    pub(crate) async fn after_prelude(&self) -> bool {
        match &self.config.prelude {
            Some(prelude) => prelude.over().await,
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn commands_wait_for_the_end_and_no_longer() {
        let prelude = Prelude::default();
        prelude.tell(1, 2);
        assert_eq!(prelude.percent(), Some(50));
        prelude.tell(2, 2);
        assert_eq!(prelude.percent(), Some(99), "all parts done is not yet the end");
        drop(prelude.held());
        assert_eq!(prelude.percent(), None);
        assert!(prelude.over().await);
    }
}
