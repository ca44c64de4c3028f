//! How many requests one client may send: a bound for each browser, and a wider one for each address, because many
//! people share one address behind a school's or a hall's network.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts, Request},
    http::{Extensions, HeaderMap, request::Parts},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, middleware::StateInformationMiddleware};

use crate::House;

/// So many browsers of one address may use their bound to the full.
const BROWSERS_AT_ONE_ADDRESS: u32 = 10;
/// Clients that were quiet are forgotten every so many checks.
const SWEEP_EVERY: u32 = 16_384;

pub(crate) struct Limiter {
    inner: Option<Inner>,
}

/// What a client may still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Requests in a minute.
    pub(crate) per_minute: u32,
    /// Requests left now.
    pub(crate) left: u32,
}

struct Inner {
    browsers: DefaultKeyedRateLimiter<(IpAddr, u64), StateInformationMiddleware>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    checks: AtomicU32,
}

impl Limiter {
    pub(crate) fn new(per_minute: u32) -> Limiter {
        let quota = |count: u32| NonZeroU32::new(count).map(Quota::per_minute);
        let inner = quota(per_minute).zip(quota(per_minute.saturating_mul(BROWSERS_AT_ONE_ADDRESS))).map(
            |(browser, address)| Inner {
                browsers: RateLimiter::keyed(browser).with_middleware::<StateInformationMiddleware>(),
                addresses: RateLimiter::keyed(address),
                checks: AtomicU32::new(0),
            },
        );
        Limiter { inner }
    }

    /// What the client may still send, if it has a bound; `Err` with the seconds to wait when it sends too much.
    /// `caller` tells the callers of one address apart: a session's cookie or token.
    pub(crate) fn check(&self, client: Option<IpAddr>, caller: &str) -> Result<Option<Allowance>, u32> {
        let (Some(inner), Some(client)) = (&self.inner, client) else { return Ok(None) };
        if inner.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            inner.browsers.retain_recent();
            inner.addresses.retain_recent();
        }
        let browser = (client, fingerprint(caller));
        let wait = |until: governor::NotUntil<_>| {
            let wait = until.wait_time_from(governor::clock::DefaultClock::default().now());
            u32::try_from(wait.as_secs()).unwrap_or(60).max(1)
        };
        inner.addresses.check_key(&client).map_err(wait)?;
        let state = inner.browsers.check_key(&browser).map_err(wait)?;
        Ok(Some(Allowance { per_minute: state.quota().burst_size().get(), left: state.remaining_burst_capacity() }))
    }
}

/// From where a request comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address {
    /// The address, where there is a connection.
    pub(crate) ip: Option<IpAddr>,
    /// A proxy of ours named it.
    is_forwarded: bool,
}

impl Address {
    pub(crate) fn of(request: &Request, behind_proxy: bool) -> Address {
        Address::read(request.extensions(), request.headers(), behind_proxy)
    }

    fn read(extensions: &Extensions, headers: &HeaderMap, behind_proxy: bool) -> Address {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let forwarded = behind_proxy.then(|| forwarded(headers)).flatten();
        Address { ip: forwarded.or(peer), is_forwarded: forwarded.is_some() }
    }

    /// The address that counts; `None` for the operator on this very machine and for requests without a connection.
    pub(crate) fn client(self) -> Option<IpAddr> {
        self.ip.filter(|ip| self.is_forwarded || !ip.is_loopback())
    }
}

/// The address from which somebody asks, as an extractor; `None` for somebody on this very machine. It tells of a person: it is used
/// for what asked for it and kept nowhere in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub Option<IpAddr>);

impl<S> FromRequestParts<S> for Client
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Client, Infallible> {
        let house = Arc::<House>::from_ref(state);
        Ok(Client(Address::read(&parts.extensions, &parts.headers, house.config.behind_proxy).client()))
    }
}

/// The last address, which the proxy in front has added itself; those before it can be made up by the client.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next()?.trim().parse().ok()
}

/// Tells sessions apart without keeping them.
fn fingerprint(session: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    session.hash(&mut hasher);
    hasher.finish()
}
