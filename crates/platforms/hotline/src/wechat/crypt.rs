//! Signatures and safe mode (安全模式) of a WeChat official account.
//!
//! Source: the provider's public documentation of message encryption; checked against its own examples (tests). In safe mode the
//! outer `signature` proves nothing, `msg_signature` does.

use std::fmt;

use aes::Aes256;
use base64::{Engine as _, alphabet, engine::general_purpose};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use sha1::{Digest as _, Sha1};

/// The block to which plain text is filled up: 32, not the cipher's 16.
const BLOCK: usize = 32;
/// Random bytes before the length.
const NOISE: usize = 16;

/// What is wrong with something that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The signature is not the one that the token gives.
    Signature,
    /// It cannot be read.
    Form,
    /// It was meant for another account.
    OtherAccount,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::Signature => "the signature does not hold",
            Flaw::Form => "it cannot be read",
            Flaw::OtherAccount => "it is for another account",
        })
    }
}

/// SHA-1, in hex, of the parts sorted and joined.
pub fn signature(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    hex::encode(Sha1::digest(sorted.concat().as_bytes()))
}

/// Whether two signatures are the same, in a time that tells nothing.
pub fn is_same(one: &str, other: &str) -> bool {
    let digest = |text: &str| Sha1::digest(text.to_ascii_lowercase().as_bytes());
    digest(one) == digest(other)
}

/// The key of safe mode.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// Kept out of logs.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// From an EncodingAESKey of 43 characters.
    pub fn parse(text: &str) -> Option<Key> {
        // The last of the 43 characters carries bits that the key does not have; not everybody leaves them zero.
        let lenient = general_purpose::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        let engine = general_purpose::GeneralPurpose::new(&alphabet::STANDARD, lenient);
        let bytes = engine.decode(format!("{text}=")).ok()?;
        Some(Key(bytes.try_into().ok()?))
    }

    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(&self.0[..16]);
        iv
    }

    /// What is in an `Encrypt` field that is meant for this account.
    ///
    /// # Errors
    /// When it cannot be opened, or belongs to another account.
    pub fn open(&self, encrypted: &str, app_id: &str) -> Result<String, Flaw> {
        let mut bytes = general_purpose::STANDARD.decode(encrypted.trim()).map_err(|_| Flaw::Form)?;
        let cipher = cbc::Decryptor::<Aes256>::new(&self.0.into(), &self.iv().into());
        let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).map_err(|_| Flaw::Form)?;
        let fill = usize::from(*plain.last().ok_or(Flaw::Form)?);
        let kept = plain.len().checked_sub(fill).filter(|_| (1..=BLOCK).contains(&fill)).ok_or(Flaw::Form)?;
        let body = plain.get(NOISE..kept).ok_or(Flaw::Form)?;
        let (length, rest) = body.split_first_chunk::<4>().ok_or(Flaw::Form)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Flaw::Form)?;
        let (text, account) = rest.split_at_checked(length).ok_or(Flaw::Form)?;
        if account != app_id.as_bytes() {
            return Err(Flaw::OtherAccount);
        }
        String::from_utf8(text.to_vec()).map_err(|_| Flaw::Form)
    }

    /// An `Encrypt` field for this account, with fresh noise.
    pub fn seal(&self, text: &str, app_id: &str, noise: [u8; NOISE]) -> String {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut plain = [&noise[..], &length.to_be_bytes(), text.as_bytes(), app_id.as_bytes()].concat();
        let fill = BLOCK - plain.len() % BLOCK;
        plain.extend(std::iter::repeat_n(u8::try_from(fill).unwrap_or_default(), fill));
        let cipher = cbc::Encryptor::<Aes256>::new(&self.0.into(), &self.iv().into());
        general_purpose::STANDARD.encode(cipher.encrypt_padded_vec::<NoPadding>(&plain))
    }
}
