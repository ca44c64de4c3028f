//! Signing with SM2 over SM3 (GB/T 32918.2-2016, GB/T 35276-2017), behind a trait so that an HSM can take its place.

use crate::{Error, keys, sm3};
use sm2::SecretKey;
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{SigningKey, VerifyingKey};
use sm2::elliptic_curve::Generate;
use sm2::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

/// The signer's id that goes into the digest where no other is agreed (GB/T 35276-2017, 10).
pub const DEFAULT_ID: &str = "1234567812345678";

/// Signs for the house. Never called inside a write transaction: a module may take its time.
pub trait Signer: Send + Sync {
    /// Signs the message.
    fn sign(&self, message: &[u8]) -> Result<Signature, Error>;
    /// The key that verifies it.
    fn public_key(&self) -> PublicKey;
    /// Which key this is: the first 16 hex digits of the public key's SM3 digest.
    fn key_id(&self) -> String {
        self.public_key().key_id()
    }
}

/// An SM2 signature: r and s, 32 bytes each. Written as 128 hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

/// An SM2 public key: an uncompressed point (SEC 1), 65 bytes. Written as 130 hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 65]);

impl PublicKey {
    /// Which key this is.
    pub fn key_id(&self) -> String {
        let mut id = sm3(&self.0).to_string();
        id.truncate(16);
        id
    }
}

impl Signature {
    /// The signature as ASN.1 DER, as other systems want it (GB/T 35276-2017, 7.3).
    pub fn to_der(&self) -> Vec<u8> {
        let parsed = sm2::dsa::Signature::from_bytes((&self.0).into());
        parsed.map(|signature| signature.to_der().to_vec()).unwrap_or_default()
    }

    /// Reads a DER signature.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let signature = sm2::dsa::Signature::from_der(der).map_err(|_| Error::Key("no SM2 signature".to_owned()))?;
        Ok(Signature(signature.to_bytes().into()))
    }
}

/// Whether `signature` over `message` was made with the private half of `key`, under the default id.
pub fn verify(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    verify_as(DEFAULT_ID, key, message, signature)
}

/// As [`verify`], under another signer's id.
pub fn verify_as(id: &str, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let Ok(key) = VerifyingKey::from_sec1_bytes(id, &key.0) else { return false };
    let Ok(signature) = sm2::dsa::Signature::from_bytes((&signature.0).into()) else { return false };
    key.verify(message, &signature).is_ok()
}

/// Signs with a key in a file of the data folder: right for trying out; regulated use wants a certified module.
#[derive(Clone)]
pub struct SoftSigner(Arc<SigningKey>);

impl SoftSigner {
    /// The key `name` of this folder (`name.pem`, PKCS#8); made at first use.
    pub fn open(folder: &Path, name: &str) -> Result<Self, Error> {
        let path = folder.join(format!("{name}.pem"));
        let unfit = |error: &dyn fmt::Display| Error::Key(format!("{}: {error}", path.display()));
        let pem = keys::read_or_make(&path, || {
            let pem = SecretKey::try_generate().map_err(|error| unfit(&error))?.to_pkcs8_pem(LineEnding::LF);
            Ok(pem.map_err(|error| unfit(&error))?.as_bytes().to_vec())
        })?;
        let pem = String::from_utf8(pem).map_err(|error| unfit(&error))?;
        Self::from_pem(&pem).map_err(|error| unfit(&error))
    }

    /// A signer from a PKCS#8 PEM text.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let unfit = |error: &dyn fmt::Display| Error::Key(error.to_string());
        let secret = SecretKey::from_pkcs8_pem(pem).map_err(|error| unfit(&error))?;
        let key = SigningKey::new(DEFAULT_ID, &secret).map_err(|error| unfit(&error))?;
        Ok(SoftSigner(Arc::new(key)))
    }
}

impl Signer for SoftSigner {
    fn sign(&self, message: &[u8]) -> Result<Signature, Error> {
        let signature: sm2::dsa::Signature =
            self.0.try_sign(message).map_err(|_| Error::Key("SM2 signing failed".to_owned()))?;
        Ok(Signature(signature.to_bytes().into()))
    }

    fn public_key(&self) -> PublicKey {
        let mut bytes = [0; 65];
        let point = self.0.verifying_key().to_sec1_bytes();
        bytes.copy_from_slice(&point);
        PublicKey(bytes)
    }
}

macro_rules! hex_text {
    ($name:ident, $length:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                let mut bytes = [0; $length];
                hex::decode_to_slice(text, &mut bytes)
                    .map_err(|_| Error::Key(concat!("no ", stringify!($name), " in hex").to_owned()))?;
                Ok($name(bytes))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
hex_text!(Signature, 64);
hex_text!(PublicKey, 65);
