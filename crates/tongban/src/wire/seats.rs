//! How many connections there may be, in all and from one address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The connections that are open.
#[derive(Clone)]
pub struct Seats(Arc<Inner>);

struct Inner {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// One connection's place, given back when dropped.
pub struct Seat {
    seats: Seats,
    network: Option<IpAddr>,
}

impl Seats {
    /// So many in all, and so many from one address.
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self(Arc::new(Inner { most, most_of_one, taken: Mutex::default() }))
    }

    /// A place for a connection from `address`, if there is one.
    pub fn take(&self, address: IpAddr) -> Option<Seat> {
        let network = network(address);
        let mut taken = self.taken();
        if taken.all >= self.0.most {
            return None;
        }
        if let Some(network) = network {
            let count = taken.by.entry(network).or_default();
            if *count >= self.0.most_of_one {
                return None;
            }
            *count += 1;
        }
        taken.all += 1;
        Some(Seat { seats: self.clone(), network })
    }

    /// Counters stay right even if a thread that held the lock panicked.
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all -= 1;
        let Some(network) = self.network else { return };
        if let Some(count) = taken.by.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                taken.by.remove(&network);
            }
        }
    }
}

/// What counts as one address: an IPv4 address, or an IPv6 /64, of which one subscriber has all. This machine has no bound.
fn network(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
        }
        address => Some(address),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    #[test]
    fn nobody_takes_more_than_their_share_and_places_come_back() {
        let seats = Seats::new(4, 2);
        let from = |text: &str| seats.take(text.parse().unwrap());
        let two = (from("192.0.2.1").unwrap(), from("192.0.2.1").unwrap());
        assert!(from("192.0.2.1").is_none(), "a third of one address");
        assert!(from("::ffff:192.0.2.1").is_none(), "the same address in another dress");
        let other = from("192.0.2.2").unwrap();
        let own = from("127.0.0.1").unwrap();
        assert!(from("127.0.0.1").is_none(), "all are taken");
        drop((two, other, own));
        assert!(seats.taken().by.is_empty() && seats.taken().all == 0);
    }

    #[test]
    fn one_ipv6_subscriber_is_one_address() {
        let seats = Seats::new(9, 1);
        let _one = seats.take("2001:db8:1:2::1".parse().unwrap()).unwrap();
        assert!(seats.take("2001:db8:1:2:ffff::9".parse().unwrap()).is_none());
        assert!(seats.take("2001:db8:1:3::1".parse().unwrap()).is_some());
    }
}
