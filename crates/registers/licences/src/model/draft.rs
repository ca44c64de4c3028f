//! From draft to sealed licence: a chain of types, so that presenting an unsealed licence does not compile.

use std::collections::BTreeMap;

use kernel::PartyId;
use serde::{Deserialize, Serialize};
use store::{Error, PublicKey, Signature, Signer};

use super::content::{BadContent, Content};

/// A licence that nobody has sealed yet. It cannot be issued, only sealed.
#[derive(Debug, Clone)]
pub struct Draft {
    holder: PartyId,
    content: Content,
}

/// A licence under seal: anyone can verify it. Only [`Draft::seal`] makes one, or [`SealedLicence::parse`] from data
/// whose seal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedLicence {
    holder: PartyId,
    content: Content,
    seal: Seal,
}

/// An SM2 signature over canonical data, and which key made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Which key: see [`store::PublicKey::key_id`].
    pub key: String,
    /// The signature, 128 hex digits.
    pub signature: Signature,
}

impl Draft {
    /// A draft for `holder`, whose name and number `content` carries.
    ///
    /// # Errors
    /// What [`Content::check`] finds wrong.
    pub fn new(holder: PartyId, content: Content) -> Result<Self, BadContent> {
        content.check()?;
        Ok(Self { holder, content })
    }

    /// Seals the draft. Outside of any transaction: the signer may be a machine in another room.
    ///
    /// # Errors
    /// When the signer fails.
    pub fn seal(self, signer: &dyn Signer) -> Result<SealedLicence, Error> {
        let seal = Seal::make(self.content.canonical().as_bytes(), signer)?;
        Ok(SealedLicence { holder: self.holder, content: self.content, seal })
    }
}

impl SealedLicence {
    /// The party that holds it.
    #[must_use]
    pub fn holder(&self) -> PartyId {
        self.holder
    }

    /// What it says.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Its seal.
    #[must_use]
    pub fn seal(&self) -> &Seal {
        &self.seal
    }
}

impl Seal {
    /// Seals some bytes.
    ///
    /// # Errors
    /// When the signer fails.
    pub fn make(bytes: &[u8], signer: &dyn Signer) -> Result<Self, Error> {
        Ok(Self { key: signer.key_id(), signature: signer.sign(bytes)? })
    }

    /// Whether one of `keys` made this seal over exactly these bytes.
    #[must_use]
    pub fn holds(&self, bytes: &[u8], keys: &Keys) -> bool {
        keys.0.get(&self.key).is_some_and(|key| store::verify(key, bytes, &self.signature))
    }
}

/// The public keys whose seals are trusted: the house's own, and those of houses it trusts. Old ones stay, so that old
/// licences still verify.
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<String, PublicKey>);

impl Keys {
    /// The key of one signer.
    #[must_use]
    pub fn of(signer: &dyn Signer) -> Self {
        [signer.public_key()].into_iter().collect()
    }

    /// Whether the key of this id is among them.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

impl FromIterator<PublicKey> for Keys {
    fn from_iter<I: IntoIterator<Item = PublicKey>>(keys: I) -> Self {
        Self(keys.into_iter().map(|key| (key.key_id(), key)).collect())
    }
}
