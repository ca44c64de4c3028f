//! `identity_account`: found by the blind index of the login name, which is often a phone number.

use kernel::{AccountId, Digest, PartyId, StaffId, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Account, Holder, LoginName, Phc};

const BY_LOGIN: &str = "SELECT id, holder_kind, holder, failures, locked_until, enabled, version, phc \
    FROM identity_account WHERE login = $1";
const BY_ID: &str = "SELECT id, holder_kind, holder, failures, locked_until, enabled, version, phc \
    FROM identity_account WHERE id = $1";
const BY_HOLDER: &str = "SELECT id, holder_kind, holder, failures, locked_until, enabled, version, phc \
    FROM identity_account WHERE holder = $1";
const INSERT: &str = "INSERT INTO identity_account \
    (id, login, holder_kind, holder, phc, failures, locked_until, enabled, version, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UPDATE: &str = "UPDATE identity_account SET failures = $2, locked_until = $3, enabled = $4, version = $5 \
    WHERE id = $1";
const LOGIN: &str = "SELECT login FROM identity_account WHERE id = $1";
const SET_PHC: &str = "UPDATE identity_account SET phc = $2 WHERE id = $1";

fn read(row: &dyn Row) -> Result<(Account, Phc), Error> {
    let holder = match row.get::<String>(1)?.as_str() {
        "person" => Holder::Person(row.parse::<PartyId>(2)?),
        "staff" => Holder::Staff(row.parse::<StaffId>(2)?),
        other => return Err(Error::Corrupt(format!("identity_account.holder_kind {other:?}"))),
    };
    let account = Account {
        id: row.parse(0)?,
        holder,
        failures: row.get(3)?,
        locked_until: row.get(4)?,
        enabled: row.get(5)?,
        version: row.get(6)?,
    };
    Ok((account, Phc(row.get(7)?)))
}

pub fn by_login(reader: &mut dyn Read, login: &LoginName) -> Result<Option<(Account, Phc)>, Error> {
    let blind = blind(reader, login);
    reader.query_one(BY_LOGIN, &params![blind], read)
}

pub fn load(reader: &mut dyn Read, id: &AccountId) -> Result<Option<(Account, Phc)>, Error> {
    reader.query_one(BY_ID, &params![id], read)
}

pub fn of(reader: &mut dyn Read, holder: Holder) -> Result<Option<Account>, Error> {
    let found = match holder {
        Holder::Person(party) => reader.query_one(BY_HOLDER, &params![party], read)?,
        Holder::Staff(staff) => reader.query_one(BY_HOLDER, &params![staff], read)?,
    };
    Ok(found.map(|(account, _)| account).filter(|account| account.holder == holder))
}

pub fn insert(tx: &mut Tx, account: &Account, login: &LoginName, phc: &Phc, now: Timestamp) -> Result<(), Error> {
    let blind = blind(tx, login);
    let (kind, holder) = match account.holder {
        Holder::Person(party) => ("person", party.to_string()),
        Holder::Staff(staff) => ("staff", staff.to_string()),
    };
    let values = params![
        account.id,
        blind,
        kind,
        holder,
        phc.0,
        account.failures,
        account.locked_until,
        account.enabled,
        account.version,
        now
    ];
    tx.execute(INSERT, &values).map(drop)
}

pub fn update(tx: &mut Tx, account: &Account) -> Result<(), Error> {
    let values = params![account.id, account.failures, account.locked_until, account.enabled, account.version];
    tx.execute(UPDATE, &values).map(drop)
}

pub fn set_phc(tx: &mut Tx, id: &AccountId, phc: &Phc) -> Result<(), Error> {
    tx.execute(SET_PHC, &params![id, phc.0]).map(drop)
}

/// The blind index of a login name, as text.
pub fn blind_login(reader: &dyn Read, login: &LoginName) -> String {
    Digest(reader.vault().blind("identity.login", login.as_str())).to_string()
}

/// The blind index of an account's login name, as text.
pub fn login_of(reader: &mut dyn Read, id: &AccountId) -> Result<String, Error> {
    let found: Option<Vec<u8>> = reader.query_one(LOGIN, &params![id], |row| row.get(0))?;
    let login = found.and_then(|login| login.try_into().ok());
    login.map(|login| Digest(login).to_string()).ok_or_else(|| Error::Corrupt("identity_account.login".to_owned()))
}

fn blind(reader: &dyn Read, login: &LoginName) -> Vec<u8> {
    reader.vault().blind("identity.login", login.as_str()).to_vec()
}
