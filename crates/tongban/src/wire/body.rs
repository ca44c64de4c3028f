//! Bodies that must come: a sender who stops sending, or sends a byte now and then, is not waited for.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};
use tokio::time::Sleep;

/// The slowest line that is still served, in bytes a second.
const RATE_MIN: u64 = 4096;

/// How long is waited for a sender in all: a fixed time, and more as bytes come. Only waiting counts; the time that we
/// ourselves take does not.
#[derive(Debug)]
struct Budget {
    fixed: Duration,
    received: u64,
    waited: Duration,
}

impl Budget {
    fn left(&self) -> Duration {
        (self.fixed + Duration::from_millis(self.received * 1000 / RATE_MIN)).saturating_sub(self.waited)
    }
}

/// A request's body with a budget of time.
pub struct Patient {
    inner: Incoming,
    budget: Budget,
    /// Since when we wait, and until when.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    late: Option<Arc<AtomicBool>>,
}

impl Patient {
    /// `late` is set when the body did not come in time.
    pub fn new(inner: Incoming, patience: Duration, late: Option<Arc<AtomicBool>>) -> Self {
        let budget = Budget { fixed: patience, received: 0, waited: Duration::ZERO };
        Self { inner, budget, waiting: None, late }
    }
}

impl Body for Patient {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) {
            if let Some((since, _)) = this.waiting.take() {
                this.budget.waited += since.elapsed();
            }
            let bytes =
                frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref).map_or(0, Bytes::len);
            this.budget.received += bytes as u64;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let left = this.budget.left();
        let (_, sleep) = this.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
        ready!(sleep.as_mut().poll(context));
        if let Some(late) = &this.late {
            late.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_earn_time_and_dribbling_does_not_pay() {
        let budget =
            |received, waited| Budget { fixed: Duration::from_secs(20), received, waited: Duration::from_secs(waited) };
        for (received, waited, left_s) in [
            (0, 0, 20),
            (0, 20, 0),
            // One byte a second earns a quarter of a millisecond each.
            (19, 20, 0),
            // A line of 4 KiB a second is served to its end.
            (4096 * 100, 100, 20),
            (4096 * 100, 121, 0),
        ] {
            assert_eq!(budget(received, waited).left().as_secs(), left_s, "{received} bytes, waited {waited} s");
        }
    }
}
