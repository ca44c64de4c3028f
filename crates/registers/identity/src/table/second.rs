//! `identity_second`: the second factor of accounts.

use kernel::{AccountId, Sealed};
use store::{Error, Read, ReadExt, Tx, params};

use crate::totp::Secret;

/// A second factor as it is stored.
pub struct Second {
    pub secret: Secret,
    /// The last time step whose code was used.
    pub step: i64,
}

const SELECT: &str = "SELECT secret, step FROM identity_second WHERE account = $1";
const INSERT: &str = "INSERT INTO identity_second (account, secret, step, since) VALUES ($1, $2, $3, $4)";
const USE: &str = "UPDATE identity_second SET step = $2 WHERE account = $1 AND step < $2";
const DELETE: &str = "DELETE FROM identity_second WHERE account = $1";
/// The sealed secret is bound to its place by this context.
const CONTEXT: &str = "identity.second";

pub fn load(read: &mut dyn Read, account: &AccountId) -> Result<Option<Second>, Error> {
    let vault = read.vault();
    let found: Option<(Sealed, i64)> =
        read.query_one(SELECT, &params![account], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((sealed, step)) = found else { return Ok(None) };
    // Bound to the account too: a secret that is copied to another row does not open it.
    let text = vault.decrypt(CONTEXT, &sealed)?;
    let secret = text.split_once(' ').filter(|(owner, _)| *owner == account.to_string());
    let secret = secret.and_then(|(_, secret)| Secret::parse(secret));
    let secret = secret.ok_or_else(|| Error::Corrupt("identity_second.secret".to_owned()))?;
    Ok(Some(Second { secret, step }))
}

pub fn insert(tx: &mut Tx, account: &AccountId, second: &Second) -> Result<(), Error> {
    let sealed = tx.vault().encrypt(CONTEXT, &format!("{account} {}", second.secret.base32()));
    let now = tx.now();
    tx.execute(INSERT, &params![account, sealed, second.step, now]).map(drop)
}

/// Notes that the code of `step` was used; whether it was the first time.
pub fn spend(tx: &mut Tx, account: &AccountId, step: i64) -> Result<bool, Error> {
    Ok(tx.execute(USE, &params![account, step])? == 1)
}

pub fn delete(tx: &mut Tx, account: &AccountId) -> Result<bool, Error> {
    Ok(tx.execute(DELETE, &params![account])? == 1)
}
