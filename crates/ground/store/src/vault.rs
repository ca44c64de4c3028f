//! Keys of people: each party's personal values are sealed under the party's own key, so that destroying one key
//! erases them everywhere — rows, journal, backups — while the journal's tree still verifies.
//!
//! SM4-GCM (GB/T 32907-2016, NIST SP 800-38D) seals, HMAC-SM3 (GB/T 32905-2016, RFC 2104) makes blind indexes. Party
//! keys are wrapped by a key derived from the master key, a file that never leaves `DATA/keys`. Regulated use wants
//! a certified module in its place.

use crate::db::{Db, MANY, Param, Read, ReadExt, Tx, many};
use crate::{Error, keys, params};
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{AesGcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use hmac::{Hmac, Mac};
use kernel::{PartyId, Sealed};
use moka::sync::Cache;
use sm3::Sm3;
use sm4::Sm4;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The first byte of what is sealed, should the construction ever change.
const VERSION: u8 = 1;
/// Another process may use a destroyed key for as long, at most.
const KEY_KEPT: Duration = Duration::from_secs(300);
const KEYS_KEPT: u64 = 100_000;

pub(crate) type PartyKey = [u8; 16];

/// Seals and opens personal values. A cheap handle.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    master: [u8; 32],
    wrapping: PartyKey,
    keys: Cache<PartyId, PartyKey>,
    /// Counts erasures: a key read before one must not be remembered after it.
    erasures: Mutex<u64>,
}

impl Vault {
    /// Opens the vault whose master key lies in this folder; makes the key at the first start.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("master.key");
        let text = keys::read_or_make(&path, || Ok(hex::encode(crate::random_bytes::<32>()).into_bytes()))?;
        let mut master = [0; 32];
        hex::decode_to_slice(text.trim_ascii(), &mut master)
            .map_err(|_| Error::Key(format!("{} is not 64 hex digits", path.display())))?;
        let keys = Cache::builder().max_capacity(KEYS_KEPT).time_to_live(KEY_KEPT).build();
        let wrapping = first_half(derive(&master, "tongban party keys"));
        Ok(Vault(Arc::new(Inner { master, wrapping, keys, erasures: Mutex::new(0) })))
    }

    /// Tells this master key from another without telling anything about it.
    pub(crate) fn fingerprint(&self) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = derive(&self.0.master, "tongban fingerprint");
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// Opens a value of this party. Fails with [`Error::Erased`] when the party's key was destroyed, with
    /// [`Error::Corrupt`] when the value was changed or belongs to somebody else.
    pub fn unseal(&self, read: &mut dyn Read, party: &PartyId, sealed: &Sealed) -> Result<String, Error> {
        let key = self.key(read, party)?.ok_or_else(|| Error::Key(format!("party {party} has no key")))?;
        open(&key, &party_label(party), sealed)
    }

    /// Learns the keys of several parties at once, so that whoever opens a page of values asks the database once and not for each. A
    /// key that is missing or destroyed is told when something of its party is opened.
    pub fn learn(&self, read: &mut dyn Read, parties: &[PartyId]) -> Result<(), Error> {
        const KEYS: &str = "SELECT party, wrapped FROM store_key WHERE wrapped IS NOT NULL AND party IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
        let unknown: Vec<PartyId> = parties.iter().filter(|party| !self.0.keys.contains_key(*party)).copied().collect();
        if !read.is_settled() {
            return Ok(());
        }
        for page in unknown.chunks(MANY) {
            let before = *self.erasures();
            let found = read.query(KEYS, &many(page), |row| Ok((row.parse::<PartyId>(0)?, row.get::<Vec<u8>>(1)?)))?;
            let keys = found.iter().map(|(party, wrapped)| Ok((*party, self.unwrap(party, wrapped)?)));
            let keys: Vec<(PartyId, PartyKey)> = keys.collect::<Result<_, Error>>()?;
            let erasures = self.erasures();
            if *erasures == before {
                keys.into_iter().for_each(|(party, key)| self.0.keys.insert(party, key));
            }
        }
        Ok(())
    }

    /// Seals a value under a key of the house, for registers that belong to no party. `domain` names the column and
    /// is bound into the ciphertext.
    pub fn encrypt(&self, domain: &str, plaintext: &str) -> Sealed {
        close(&self.domain_key(domain), domain, plaintext)
    }

    /// Opens what [`encrypt`](Self::encrypt) sealed for the same domain.
    pub fn decrypt(&self, domain: &str, sealed: &Sealed) -> Result<String, Error> {
        open(&self.domain_key(domain), domain, sealed)
    }

    /// A keyed blind index: equal values give equal bytes, and nobody without the master key can try values out.
    /// `domain` keeps columns apart (`identity.mobile`).
    pub fn blind(&self, domain: &str, value: &str) -> [u8; 32] {
        hmac(&derive(&self.0.master, &format!("tongban blind {domain}")), value.as_bytes())
    }

    fn domain_key(&self, domain: &str) -> PartyKey {
        first_half(derive(&self.0.master, &format!("tongban register {domain}")))
    }

    /// The party's key: `None` if there never was one.
    fn key(&self, read: &mut dyn Read, party: &PartyId) -> Result<Option<PartyKey>, Error> {
        const KEY: &str = "SELECT wrapped, erased_at FROM store_key WHERE party = $1";
        if let Some(key) = self.0.keys.get(party) {
            return Ok(Some(key));
        }
        let before = *self.erasures();
        let found = read.query_one(KEY, &params![party], |row| row.get::<Option<Vec<u8>>>(0))?;
        let Some(wrapped) = found else { return Ok(None) };
        let key = self.unwrap(party, &wrapped.ok_or(Error::Erased)?)?;
        if read.is_settled() {
            let erasures = self.erasures();
            if *erasures == before {
                self.0.keys.insert(*party, key);
            }
        }
        Ok(Some(key))
    }

    fn erasures(&self) -> std::sync::MutexGuard<'_, u64> {
        self.0.erasures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wrap(&self, party: &PartyId, key: &PartyKey) -> Vec<u8> {
        encrypt(&self.0.wrapping, &party_label(party), key)
    }

    fn unwrap(&self, party: &PartyId, wrapped: &[u8]) -> Result<PartyKey, Error> {
        let key = decrypt(&self.0.wrapping, &party_label(party), wrapped)?;
        key.try_into().map_err(|_| Error::Corrupt(format!("the key of party {party} has a wrong length")))
    }

    /// After a commit: keys made are remembered, keys destroyed are forgotten.
    pub(crate) fn settle(&self, made: Vec<(PartyId, PartyKey)>, erased: Vec<PartyId>) {
        for (party, key) in made {
            self.0.keys.insert(party, key);
        }
        if !erased.is_empty() {
            let mut erasures = self.erasures();
            *erasures += 1;
            for party in erased {
                self.0.keys.invalidate(&party);
            }
        }
    }
}

impl Tx<'_> {
    /// Seals a value of this party; makes the party's key if it has none yet. Fails with [`Error::Erased`] for a
    /// party whose key was destroyed.
    pub fn seal(&mut self, party: &PartyId, plaintext: &str) -> Result<Sealed, Error> {
        let key = self.party_key(party)?;
        Ok(close(&key, &party_label(party), plaintext))
    }

    /// Destroys the party's key: from the commit on, nothing sealed under it can be read by anybody, anywhere.
    pub fn erase(&mut self, party: &PartyId) -> Result<(), Error> {
        const ERASE: &str = "INSERT INTO store_key (party, wrapped, erased_at) VALUES ($1, $2, $3)
            ON CONFLICT (party) DO UPDATE SET wrapped = excluded.wrapped, erased_at = excluded.erased_at";
        let now = self.now();
        self.execute(ERASE, &[Param::from(party), Param::Null, Param::from(&now)])?;
        self.after.keys.retain(|(made, _)| made != party);
        self.after.erased.push(*party);
        Ok(())
    }

    fn party_key(&mut self, party: &PartyId) -> Result<PartyKey, Error> {
        const MAKE: &str = "INSERT INTO store_key (party, wrapped) VALUES ($1, $2)";
        if let Some((_, key)) = self.after.keys.iter().find(|(made, _)| made == party) {
            return Ok(*key);
        }
        if self.after.erased.contains(party) {
            return Err(Error::Erased);
        }
        let vault = self.vault();
        if let Some(key) = vault.key(self, party)? {
            return Ok(key);
        }
        let key = crate::random_bytes();
        self.execute(MAKE, &params![party, vault.wrap(party, &key)])?;
        self.after.keys.push((*party, key));
        Ok(key)
    }
}

impl Db {
    /// Seals a value outside a transaction, so that the writer need not; makes the party's key, durably, if it has
    /// none yet. Never call it inside a job: use [`Tx::seal`] there.
    pub fn seal(&self, party: &PartyId, plaintext: &str) -> Result<Sealed, Error> {
        let vault = self.vault().clone();
        let known = match vault.0.keys.get(party) {
            Some(key) => Some(key),
            None => self.read(|read| vault.key(read, party))?,
        };
        let key = match known {
            Some(key) => key,
            None => {
                let party = *party;
                self.write(move |tx| tx.party_key(&party))?
            }
        };
        Ok(close(&key, &party_label(party), plaintext))
    }

    /// Opens a value of this party outside a transaction.
    pub fn unseal(&self, party: &PartyId, sealed: &Sealed) -> Result<String, Error> {
        self.read(|read| read.vault().unseal(read, party, sealed))
    }
}

fn party_label(party: &PartyId) -> String {
    format!("party {party}")
}

fn close(key: &PartyKey, label: &str, plaintext: &str) -> Sealed {
    Sealed(BASE64.encode(encrypt(key, label, plaintext.as_bytes())))
}

fn open(key: &PartyKey, label: &str, sealed: &Sealed) -> Result<String, Error> {
    let unreadable = || Error::Corrupt(format!("a sealed value of {label} cannot be opened"));
    let bytes = BASE64.decode(sealed.as_str()).map_err(|_| unreadable())?;
    String::from_utf8(decrypt(key, label, &bytes)?).map_err(|_| unreadable())
}

/// Version byte, nonce, ciphertext and tag. The label is bound into the tag: a value moved to another party or column
/// does not open.
fn encrypt(key: &PartyKey, label: &str, plaintext: &[u8]) -> Vec<u8> {
    let nonce: [u8; 12] = crate::random_bytes();
    let payload = Payload { msg: plaintext, aad: label.as_bytes() };
    let sealed = cipher(key).encrypt(&nonce.into(), payload).expect("a value is shorter than 64 GiB");
    [&[VERSION], &nonce[..], &sealed].concat()
}

fn decrypt(key: &PartyKey, label: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let unreadable = || Error::Corrupt(format!("a sealed value of {label} cannot be opened"));
    let (&version, rest) = sealed.split_first().ok_or_else(unreadable)?;
    let (nonce, msg) = rest.split_first_chunk::<12>().ok_or_else(unreadable)?;
    if version != VERSION {
        return Err(unreadable());
    }
    let payload = Payload { msg, aad: label.as_bytes() };
    cipher(key).decrypt(&(*nonce).into(), payload).map_err(|_| unreadable())
}

fn cipher(key: &PartyKey) -> AesGcm<Sm4, U12> {
    AesGcm::new(&(*key).into())
}

fn derive(master: &[u8; 32], label: &str) -> [u8; 32] {
    hmac(master, label.as_bytes())
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sm3> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn first_half(bytes: [u8; 32]) -> PartyKey {
    let [half, _] = bytes.as_chunks::<16>().0 else { unreachable!("32 bytes are two halves of 16") };
    *half
}
