//! Codes of an authenticator app (动态验证码): six digits that change every half minute.
//!
//! Source: RFC 6238 with HMAC-SHA-1 and a step of 30 seconds, because that is what every app understands; RFC 4226 for the digits,
//! RFC 4648 for the base32 in which a secret is shown.

use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use sha1::Sha1;
use std::fmt;

/// Seconds for which a code holds.
const STEP_SECONDS: i64 = 30;
/// Clocks of phones go wrong: one step before and after is still taken (RFC 6238 §5.2).
const DRIFT: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the app and the house share: 160 random bits. Never shown by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(pub(crate) [u8; 20]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The text to type into an app: 32 letters and digits.
    #[must_use]
    pub fn base32(&self) -> String {
        let (mut text, mut bits, mut held) = (String::with_capacity(32), 0_u32, 0_u32);
        for byte in self.0 {
            bits = bits << 8 | u32::from(byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                text.push(char::from(BASE32[(bits >> held & 31) as usize]));
            }
            bits &= (1 << held) - 1;
        }
        text
    }

    /// Reads the text that [`base32`](Self::base32) gives.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (mut bytes, mut bits, mut held) = (Vec::with_capacity(20), 0_u32, 0_u32);
        for letter in text.bytes() {
            let value = BASE32.iter().position(|known| *known == letter)?;
            bits = bits << 5 | u32::try_from(value).ok()?;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from(bits >> held).ok()?);
                bits &= (1 << held) - 1;
            }
        }
        bytes.try_into().ok().map(Self)
    }

    /// The address that a QR code carries into an app.
    #[must_use]
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let escape = |text: &str| {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                })
                .collect::<String>()
        };
        let (issuer, account) = (escape(issuer), escape(account));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&digits=6&period=30", self.base32())
    }

    /// The code of a time step.
    #[must_use]
    pub fn code(&self, step: i64) -> u32 {
        let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(&step.to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        let at = usize::from(hash[19] & 15);
        let four = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
        (four & 0x7fff_ffff) % 1_000_000
    }

    /// The step whose code was typed, if it is one of now and was not used before: `last` is the last one used.
    #[must_use]
    pub fn accepts(&self, typed: &str, now: Timestamp, last: i64) -> Option<i64> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let typed: u32 = digits.parse().ok()?;
        let step = step_of(now);
        (step - DRIFT..=step + DRIFT).filter(|step| *step > last).find(|step| self.code(*step) == typed)
    }
}

/// The time step of an instant.
#[must_use]
pub fn step_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(STEP_SECONDS)
}
