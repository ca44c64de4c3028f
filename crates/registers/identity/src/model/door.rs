//! Who knocks at the door, and what they are answered.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::Token;
use crate::totp::Secret;

/// From where somebody comes, as far as the face can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Their address.
    pub address: Option<IpAddr>,
    /// What their browser kept from the last time it was let in: [`Entered::device`].
    pub device: Option<String>,
}

impl Origin {
    /// The network of the address: an IPv4 /24 or an IPv6 /48, because who has one address there has them all.
    pub(crate) fn network(&self) -> String {
        match self.address.map(|address| address.to_canonical()) {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                Ipv4Addr::new(a, b, c, 0).to_string()
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, c, ..] = address.segments();
                Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).to_string()
            }
        }
    }
}

/// A wish to be let in.
#[derive(Clone, Default)]
pub struct Knock {
    /// Login name, as typed.
    pub login: String,
    /// Password, as typed.
    pub password: String,
    /// Code of the second factor, if it is given at once.
    pub code: Option<String>,
    /// From where.
    pub origin: Origin,
}

/// Names and passwords are kept out of logs.
impl fmt::Debug for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Knock").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Let in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The session.
    pub token: Token,
    /// For the browser to keep: with it, wrong guesses of others do not keep its owner waiting.
    pub device: Option<String>,
}

/// What a right password comes to.
#[derive(Debug, Clone)]
pub enum Opened {
    /// Let in.
    In(Entered),
    /// The code of the second factor is still to be given, with this ticket, to [`crate::Door::prove`].
    Code {
        /// Sealed; good for a few minutes.
        ticket: String,
    },
    /// A second factor must be set up first: this secret goes into an app, and its code with this ticket to [`crate::Door::prove`].
    Enrol {
        /// Sealed; good for a few minutes.
        ticket: String,
        /// The secret to be set up.
        secret: Secret,
    },
}
