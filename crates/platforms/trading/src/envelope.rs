//! The sealed envelope: what a bidder's own machine makes of a bid before it leaves it.
//!
//! The content key is derived (HKDF-SHA256) from two random shares. The bidder keeps one, as an [`OpeningKey`] that is brought to the
//! opening; the other is sealed for the lot's key (ECIES over P-256), whose private half the house keeps sealed and uses in an
//! opening only. Either share alone, or the envelope with one of them, tells nothing. AES-256-GCM, HKDF-SHA256 and P-256 are what
//! browsers have (WebCrypto); the national ciphers would be a second version of the same form.

use std::fmt;
use std::str::FromStr;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hkdf::Hkdf;
use kernel::Fen;
use p256::elliptic_curve::Generate as _;
use p256::{PublicKey, SecretKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::LotCode;

const MAGIC: &[u8] = b"TBBID1\n";
const HEADER_MOST: usize = 4_096;
const SHARE_WORDS: &[u8] = b"tongban bid share 1";
const CONTENT_WORDS: &str = "tongban bid content 1 ";
/// Longest name of the file inside.
const NAME_MOST: usize = 100;

/// What is wrong with an envelope or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// No envelope of this form.
    Form,
    /// It was sealed for another lot.
    OtherLot,
    /// The key is for another envelope.
    OtherKey,
    /// Key and envelope do not fit, or the envelope was changed.
    Closed,
    /// What is inside is no bid.
    Content,
    /// No key of this form.
    KeyForm,
}

/// What a bid says.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain {
    /// The price offered (投标报价).
    pub price: Fen,
    /// The days offered: until completion or delivery (工期、交付期).
    pub days: u32,
    /// Name of the file.
    pub name: String,
    /// The file.
    pub file: Vec<u8>,
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(…)")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    price: i64,
    days: u32,
    name: String,
}

/// What stands before the sealed content; it is bound into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    v: u32,
    /// For which lot.
    pub lot: LotCode,
    /// Which envelope this is: 32 hex digits.
    pub id: String,
    /// The sender's one-time point, hex.
    point: String,
    share_nonce: String,
    share: String,
    nonce: String,
}

/// The bidder's share, to be kept and brought to the opening. It never shows itself in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct OpeningKey {
    id: [u8; 16],
    share: [u8; 32],
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningKey(…)")
    }
}

impl OpeningKey {
    /// The text that the bidder keeps.
    pub fn text(&self) -> String {
        format!("TB1.{}.{}", hex::encode(self.id), BASE64.encode(self.share))
    }
}

impl FromStr for OpeningKey {
    type Err = Flaw;

    fn from_str(text: &str) -> Result<OpeningKey, Flaw> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut parts = compact.split('.');
        let (Some("TB1"), Some(id), Some(share), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Flaw::KeyForm);
        };
        let share = BASE64.decode(share).map_err(|_| Flaw::KeyForm)?;
        Ok(OpeningKey { id: bytes(id).ok_or(Flaw::KeyForm)?, share: share.try_into().map_err(|_| Flaw::KeyForm)? })
    }
}

/// The private half of a lot's key. It never shows itself.
pub struct LotSecret(SecretKey);

impl LotSecret {
    /// A fresh one.
    pub fn fresh() -> Option<LotSecret> {
        SecretKey::try_generate().ok().map(LotSecret)
    }

    /// As hex, to be sealed at once.
    pub(crate) fn to_hex(&self) -> String {
        hex::encode(self.0.to_bytes())
    }

    /// From what was sealed.
    pub(crate) fn from_hex(text: &str) -> Option<LotSecret> {
        SecretKey::from_slice(&hex::decode(text).ok()?).ok().map(LotSecret)
    }

    /// The public half: an uncompressed point in hex.
    pub fn point(&self) -> String {
        hex::encode(self.0.public_key().to_sec1_bytes())
    }
}

/// Seals a bid for a lot whose public point is known. For the bidder's machine only.
pub fn seal(lot: &LotCode, point: &str, plain: &Plain) -> Result<(Vec<u8>, OpeningKey), Flaw> {
    let own = parse_point(point)?;
    let sender = SecretKey::try_generate().map_err(|_| Flaw::Form)?;
    let sender_point = sender.public_key().to_sec1_bytes();
    let key = OpeningKey { id: store::random_bytes(), share: store::random_bytes() };
    let platform_share: [u8; 32] = store::random_bytes();
    let (share_nonce, nonce): ([u8; 12], [u8; 12]) = (store::random_bytes(), store::random_bytes());
    let wrapping = wrapping_key(&sender, &own, &sender_point, &hex::decode(point).map_err(|_| Flaw::Form)?)?;
    let lot_text = lot.to_string();
    let share = encrypt(&wrapping, &share_nonce, &platform_share, lot_text.as_bytes())?;
    let header = Header {
        v: 1,
        lot: *lot,
        id: hex::encode(key.id),
        point: hex::encode(&sender_point),
        share_nonce: hex::encode(share_nonce),
        share: hex::encode(share),
        nonce: hex::encode(nonce),
    };
    let header = serde_json::to_vec(&header).map_err(|_| Flaw::Form)?;
    let content = content_key(&key, &platform_share, &lot_text)?;
    let sealed = encrypt(&content, &nonce, &plain.to_bytes()?, &header)?;
    let length = u32::try_from(header.len()).map_err(|_| Flaw::Form)?;
    Ok(([MAGIC, &length.to_be_bytes(), &header, &sealed].concat(), key))
}

/// What an envelope says of itself, if it is one for this lot. It opens nothing.
pub fn header(envelope: &[u8], lot: &LotCode) -> Result<Header, Flaw> {
    let (header, _, _) = split(envelope)?;
    if header.lot == *lot { Ok(header) } else { Err(Flaw::OtherLot) }
}

/// Opens an envelope with both shares.
pub fn open(envelope: &[u8], lot: &LotCode, secret: &LotSecret, key: &OpeningKey) -> Result<Plain, Flaw> {
    let (header, header_bytes, sealed) = split(envelope)?;
    if header.lot != *lot {
        return Err(Flaw::OtherLot);
    }
    if header.id != hex::encode(key.id) {
        return Err(Flaw::OtherKey);
    }
    let sender_bytes = hex::decode(&header.point).map_err(|_| Flaw::Form)?;
    let own_bytes = secret.0.public_key().to_sec1_bytes();
    let wrapping = wrapping_key(&secret.0, &parse_point(&header.point)?, &sender_bytes, &own_bytes)?;
    let lot_text = lot.to_string();
    let share = hex::decode(&header.share).map_err(|_| Flaw::Form)?;
    let share = decrypt(&wrapping, &bytes(&header.share_nonce).ok_or(Flaw::Form)?, &share, lot_text.as_bytes())?;
    let share: [u8; 32] = share.try_into().map_err(|_| Flaw::Closed)?;
    let content = content_key(key, &share, &lot_text)?;
    Plain::from_bytes(&decrypt(&content, &bytes(&header.nonce).ok_or(Flaw::Form)?, sealed, header_bytes)?)
}

impl Plain {
    fn to_bytes(&self) -> Result<Vec<u8>, Flaw> {
        let manifest = Manifest { price: self.price.0, days: self.days, name: self.name.clone() };
        let manifest = serde_json::to_vec(&manifest).map_err(|_| Flaw::Content)?;
        let length = u32::try_from(manifest.len()).map_err(|_| Flaw::Content)?;
        Ok([&length.to_be_bytes()[..], &manifest, &self.file].concat())
    }

    fn from_bytes(bytes: &[u8]) -> Result<Plain, Flaw> {
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or(Flaw::Content)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (manifest, file) = rest.split_at_checked(length).ok_or(Flaw::Content)?;
        let manifest: Manifest = serde_json::from_slice(manifest).map_err(|_| Flaw::Content)?;
        let is_name = (1..=NAME_MOST).contains(&manifest.name.chars().count())
            && !manifest.name.chars().any(|c| c.is_control() || c == '/' || c == '\\');
        if manifest.price <= 0 || manifest.days == 0 || !is_name {
            return Err(Flaw::Content);
        }
        Ok(Plain { price: Fen(manifest.price), days: manifest.days, name: manifest.name, file: file.to_vec() })
    }
}

fn split(envelope: &[u8]) -> Result<(Header, &[u8], &[u8]), Flaw> {
    let rest = envelope.strip_prefix(MAGIC).ok_or(Flaw::Form)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(Flaw::Form)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (bytes_of_header, sealed) =
        rest.split_at_checked(length).filter(|_| length <= HEADER_MOST).ok_or(Flaw::Form)?;
    let header: Header = serde_json::from_slice(bytes_of_header).map_err(|_| Flaw::Form)?;
    let is_whole = header.v == 1
        && bytes::<16>(&header.id).is_some()
        && bytes::<12>(&header.nonce).is_some()
        && bytes::<12>(&header.share_nonce).is_some()
        && bytes::<48>(&header.share).is_some()
        && parse_point(&header.point).is_ok()
        && sealed.len() > 16;
    if is_whole { Ok((header, bytes_of_header, sealed)) } else { Err(Flaw::Form) }
}

fn parse_point(text: &str) -> Result<PublicKey, Flaw> {
    let bytes: [u8; 65] = bytes(text).ok_or(Flaw::Form)?;
    PublicKey::from_sec1_bytes(&bytes).map_err(|_| Flaw::Form)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    hex::decode(text).ok()?.try_into().ok()
}

/// The key that wraps the platform's share: both points are bound into it.
fn wrapping_key(secret: &SecretKey, point: &PublicKey, sender: &[u8], own: &[u8]) -> Result<[u8; 32], Flaw> {
    let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), point.as_affine());
    derive(&[sender, own].concat(), shared.raw_secret_bytes(), SHARE_WORDS)
}

fn content_key(key: &OpeningKey, platform: &[u8; 32], lot: &str) -> Result<[u8; 32], Flaw> {
    derive(&key.id, &[&key.share[..], platform].concat(), format!("{CONTENT_WORDS}{lot}").as_bytes())
}

fn derive(salt: &[u8], secret: &[u8], words: &[u8]) -> Result<[u8; 32], Flaw> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(words, &mut key).map_err(|_| Flaw::Form)?;
    Ok(key)
}

fn encrypt(key: &[u8; 32], nonce: &[u8; 12], msg: &[u8], aad: &[u8]) -> Result<Vec<u8>, Flaw> {
    Aes256Gcm::new(&(*key).into()).encrypt(&(*nonce).into(), Payload { msg, aad }).map_err(|_| Flaw::Closed)
}

fn decrypt(key: &[u8; 32], nonce: &[u8; 12], msg: &[u8], aad: &[u8]) -> Result<Vec<u8>, Flaw> {
    Aes256Gcm::new(&(*key).into()).decrypt(&(*nonce).into(), Payload { msg, aad }).map_err(|_| Flaw::Closed)
}
