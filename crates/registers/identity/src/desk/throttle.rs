//! Counting tries, and letting wait. Whether one may be made is asked before its password is compared and once more when the answer is
//! written down, so that many at once come to no more than one after the other.

use kernel::Timestamp;
use store::{Read, Tx, Vault};

use super::Result;
use crate::{
    Refusal,
    model::{Origin, Policy},
    rules::throttle::{self, Way},
    table::tries,
};

/// A browser is known for so long after it was last let in.
const DEVICE_DAYS: i64 = 180;
/// The row that counts the tries of all unknown places.
const EVERYWHERE: &[u8] = b"";

/// What is tried, and from where, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    subject: [u8; 32],
    origin: [u8; 32],
    way: Way,
}

impl Trial {
    /// A try at `what` (an account name, a case number) of this `kind`. `proving`: a code of a second factor comes with it.
    pub fn at(read: &dyn Read, kind: &str, what: &str, origin: &Origin, proving: bool) -> Self {
        let (now, vault) = (read.now(), read.vault());
        let subject = vault.blind(&format!("identity.try.{kind}"), what);
        match origin.device.as_deref().and_then(|device| known(&vault, &subject, device, now)) {
            Some(origin) => Self { subject, origin, way: Way::Device },
            None => {
                let origin = vault.blind("identity.network", &origin.network());
                Self { subject, origin, way: if proving { Way::Code } else { Way::Unknown } }
            }
        }
    }

    /// Whether the browser was let in before.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.way == Way::Device
    }

    /// What a browser is given that was let in, to be known by.
    pub(crate) fn device(&self, read: &dyn Read) -> String {
        let issued = read.now().as_second();
        let nonce = kernel::Digest(store::random_bytes()).to_string();
        format!("{issued}.{nonce}.{}", seal(&read.vault(), &self.subject, issued, &nonce))
    }
}

/// Whether a try may be made now: asked before a password is compared, so that nothing is spent on who has to wait.
///
/// # Errors
/// [`Refusal::Locked`] while this place, or everybody, has to wait.
pub fn may_try(read: &mut dyn Read, trial: &Trial, policy: &Policy) -> Result<()> {
    let here = tries::load(read, &trial.subject, &trial.origin)?;
    let everywhere = tries::load(read, &trial.subject, EVERYWHERE)?;
    let answer = throttle::decide(trial.way, here.as_ref(), everywhere.as_ref(), read.now(), policy);
    Ok(answer.map_err(|until| Refusal::Locked { until })?)
}

/// Counts a wrong try.
///
/// # Errors
/// [`Refusal::Locked`], and nothing is counted, when others that were made at the same time used up what was free.
pub fn count_wrong(tx: &mut Tx, trial: &Trial, policy: &Policy) -> Result<()> {
    may_try(tx, trial, policy)?;
    let (now, Trial { subject, origin, way }) = (tx.now(), trial);
    let here = tries::load(tx, subject, origin)?;
    tries::save(tx, subject, origin, &throttle::count_here(here, now, policy))?;
    if *way != Way::Device {
        let everywhere = tries::load(tx, subject, EVERYWHERE)?;
        tries::save(tx, subject, EVERYWHERE, &throttle::count_everywhere(everywhere, now, policy))?;
    }
    Ok(())
}

/// The try was right: this place begins anew.
///
/// # Errors
/// [`Refusal::Locked`] when wrong ones that were made at the same time used up what was free: a crowd of guesses at one moment gets
/// no more than the same guesses in a row.
pub fn forgive(tx: &mut Tx, trial: &Trial, policy: &Policy) -> Result<()> {
    may_try(tx, trial, policy)?;
    Ok(tries::forget(tx, &trial.subject, &trial.origin)?)
}

/// Forgets all tries at this subject; whether there were any.
pub(crate) fn forgive_all(tx: &mut Tx, trial: &Trial) -> Result<bool> {
    Ok(tries::forget_all(tx, &trial.subject)? > 0)
}

/// What a browser shows, as the place it counts as; `None` for anything that this house did not give it for this subject.
fn known(vault: &Vault, subject: &[u8; 32], device: &str, now: Timestamp) -> Option<[u8; 32]> {
    let mut parts = device.split('.');
    let (issued, nonce, sealed) = (parts.next()?, parts.next()?, parts.next()?);
    let issued: i64 = issued.parse().ok()?;
    let is_ours = parts.next().is_none() && nonce.len() == 64 && same(&seal(vault, subject, issued, nonce), sealed);
    let age = now.as_second().saturating_sub(issued);
    (is_ours && (0..DEVICE_DAYS * 86_400).contains(&age)).then(|| vault.blind("identity.known", nonce))
}

fn seal(vault: &Vault, subject: &[u8; 32], issued: i64, nonce: &str) -> String {
    let subject = kernel::Digest(*subject);
    kernel::Digest(vault.blind("identity.device", &format!("{subject}.{issued}.{nonce}"))).to_string()
}

/// Compares in a time that does not tell where the texts differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
