//! Licence files that verify anywhere, without asking this house: the JSON licence and the sealed PDF.
//!
//! **JSON licence.** Canonical JSON of `{"data": …, "seal": {"key": …, "signature": …}}`: the canonical data of the
//! licence and the SM2 seal over them.
//!
//! **Sealed PDF.** An ordinary PDF, after whose end stand three more lines and a repeated end of file:
//!
//! ```text
//! %TONGBAN-LICENCE/1 <base64 of the JSON licence>
//! startxref
//! <as before>
//! %%EOF
//! %TONGBAN-SEAL/1 <key of the data seal> <data seal> <key of the file seal> <file seal>
//! ```
//!
//! To a PDF reader a line beginning with `%` is a comment; the end of file is repeated because readers look for it in
//! the last kilobyte. The file seal is an SM2 signature over every byte before it, so that one changed byte anywhere is
//! found; the data seal is the one that the licence carries in the register.

use std::{collections::HashSet, fmt};

use base64::{Engine, prelude::BASE64_STANDARD};
use kernel::{Class, Refuse};
use serde::{
    Deserialize, Deserializer,
    de::{self, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, json};
use store::{Error, Signature, Signer};

use crate::model::{Content, Keys, Seal, canonical};

const DATA_LINE: &[u8] = b"%TONGBAN-LICENCE/1 ";
const DOCUMENT_LINE: &[u8] = b"%TONGBAN-DOCUMENT/1 ";
const SEAL_LINE: &[u8] = b"%TONGBAN-SEAL/1 ";
const END: &[u8] = b"\nstartxref\n";

/// The largest file that is looked at; a licence has a tenth of it.
pub const BYTES_MAX: usize = 20 * 1024 * 1024;

/// A file whose seals hold: exactly what was issued. Whether the licence is still in force only the register knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genuine {
    /// What the licence says.
    pub content: Content,
    /// The seal over it.
    pub seal: Seal,
    /// Of which kind the file is.
    pub kind: Kind,
}

/// Kinds of licence files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sealed PDF.
    Pdf,
    /// A JSON licence.
    Json,
}

/// What is wrong with a licence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Neither a sealed PDF nor a JSON licence of this format, or one that lost its seal lines.
    NotLicence,
    /// Larger than [`BYTES_MAX`].
    TooLarge,
    /// Sealed with a key that is not trusted here; which.
    UnknownKey(String),
    /// The bytes are not those that were sealed: something was changed, be it one character.
    Changed,
}

/// The JSON licence of some content under its seal.
#[must_use]
pub fn json(content: &Content, seal: &Seal) -> String {
    canonical(&json!({ "data": content, "seal": seal }))
}

/// Adds the data and the seals to a PDF.
///
/// # Errors
/// When the signer fails, or `pdf` has no end of file of its own.
pub fn seal_pdf(pdf: &[u8], content: &Content, seal: &Seal, signer: &dyn Signer) -> Result<Vec<u8>, Error> {
    sealed(pdf, DATA_LINE, &json(content, seal), seal, signer)
}

/// Seals any other PDF of this house (a receipt, a notice) in the same way: `data`, what it says, stands in it as canonical JSON behind
/// `%TONGBAN-DOCUMENT/1`, and both seals hold as they do for a licence.
///
/// # Errors
/// When the signer fails, or `pdf` has no end of file of its own.
pub fn seal_document(pdf: &[u8], data: &Value, signer: &dyn Signer) -> Result<Vec<u8>, Error> {
    let data = canonical(data);
    let seal = Seal::make(data.as_bytes(), signer)?;
    sealed(pdf, DOCUMENT_LINE, &data, &seal, signer)
}

/// What a document sealed by [`seal_document`] under one of `keys` says, if not one byte of it was changed.
///
/// # Errors
/// The [`Fault`].
pub fn check_document(bytes: &[u8], keys: &Keys) -> Result<Value, Fault> {
    if bytes.len() > BYTES_MAX {
        return Err(Fault::TooLarge);
    }
    let (data, seal) = unsealed(bytes, DOCUMENT_LINE, keys)?;
    if !seal.checked(&data, keys)? {
        return Err(Fault::Changed);
    }
    serde_json::from_slice(&data).map_err(|_| Fault::NotLicence)
}

fn sealed(pdf: &[u8], mark: &[u8], data: &str, seal: &Seal, signer: &dyn Signer) -> Result<Vec<u8>, Error> {
    let end = find_last(pdf, END).ok_or_else(|| Error::Corrupt("a PDF without startxref".to_owned()))?;
    let mut out = pdf.trim_ascii_end().to_vec();
    out.push(b'\n');
    out.extend_from_slice(mark);
    out.extend_from_slice(BASE64_STANDARD.encode(data).as_bytes());
    out.extend_from_slice(pdf[end..].trim_ascii_end());
    out.push(b'\n');
    out.extend_from_slice(SEAL_LINE);
    out.extend_from_slice(format!("{} {} {} ", seal.key, seal.signature, signer.key_id()).as_bytes());
    let signature = signer.sign(&out)?;
    out.extend_from_slice(format!("{signature}\n").as_bytes());
    Ok(out)
}

/// Whether a file is exactly what was issued under one of `keys`.
///
/// # Errors
/// The [`Fault`].
pub fn check(bytes: &[u8], keys: &Keys) -> Result<Genuine, Fault> {
    if bytes.len() > BYTES_MAX {
        return Err(Fault::TooLarge);
    }
    if bytes.starts_with(b"%PDF-") { check_pdf(bytes, keys) } else { check_json(bytes, keys, Kind::Json) }
}

fn check_pdf(bytes: &[u8], keys: &Keys) -> Result<Genuine, Fault> {
    let (data, seal) = unsealed(bytes, DATA_LINE, keys)?;
    let genuine = check_json(&data, keys, Kind::Pdf)?;
    if genuine.seal == seal { Ok(genuine) } else { Err(Fault::Changed) }
}

/// The data behind `mark` of a file whose own seal holds, and the seal that it names for the data.
fn unsealed(bytes: &[u8], mark: &[u8], keys: &Keys) -> Result<(Vec<u8>, Seal), Fault> {
    let line = find_last(bytes, SEAL_LINE).ok_or(Fault::NotLicence)?;
    let text = std::str::from_utf8(&bytes[line + SEAL_LINE.len()..]).map_err(|_| Fault::Changed)?;
    let text = text.strip_suffix('\n').ok_or(Fault::Changed)?;
    let (_, signature) = text.rsplit_once(' ').ok_or(Fault::Changed)?;
    let signed = &bytes[..bytes.len() - signature.len() - 1];
    let words: Vec<&str> = text.split(' ').collect();
    let [data_key, data_seal, file_key, file_seal] = words[..] else { return Err(Fault::Changed) };
    if !written(file_key, file_seal)?.checked(signed, keys)? {
        return Err(Fault::Changed);
    }
    let start = find_last(&bytes[..line], mark).ok_or(Fault::NotLicence)? + mark.len();
    let length = bytes[start..].iter().position(|byte| *byte == b'\n').ok_or(Fault::Changed)?;
    let data = BASE64_STANDARD.decode(&bytes[start..start + length]).map_err(|_| Fault::Changed)?;
    Ok((data, written(data_key, data_seal)?))
}

fn check_json(bytes: &[u8], keys: &Keys, kind: Kind) -> Result<Genuine, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotLicence)?;
    serde_json::from_str::<Unrepeated>(text).map_err(|_| Fault::NotLicence)?;
    let mut value: Value = serde_json::from_str(text).map_err(|_| Fault::NotLicence)?;
    let members = value.as_object_mut().filter(|members| members.len() == 2).ok_or(Fault::NotLicence)?;
    let seal = members.remove("seal").ok_or(Fault::NotLicence)?;
    let data = canonical(&members.remove("data").ok_or(Fault::NotLicence)?);
    let words = |name: &str| seal.get(name).and_then(Value::as_str).ok_or(Fault::NotLicence);
    let seal = written(words("key")?, words("signature")?)?;
    if !seal.checked(data.as_bytes(), keys)? {
        return Err(Fault::Changed);
    }
    let content = Content::parse(&data).map_err(|_| Fault::NotLicence)?;
    Ok(Genuine { content, seal, kind })
}

/// JSON in which no object names a member twice. Of two members of one name some readers take the first and some the last: a file
/// could show one licence to people and its sealed one to this check (RFC 8259 §4).
struct Unrepeated;

impl<'de> Deserialize<'de> for Unrepeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Unrepeated)
    }
}

impl<'de> Visitor<'de> for Unrepeated {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !seen.insert(name) {
                return Err(A::Error::custom("a name is repeated"));
            }
            members.next_value::<Self>()?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// A seal as written in a file: in exactly one way, so that not even the case of a digit can be changed unseen.
fn written(key: &str, signature: &str) -> Result<Seal, Fault> {
    let parsed: Signature = signature.parse().map_err(|_| Fault::Changed)?;
    if parsed.to_string() == signature {
        Ok(Seal { key: key.to_owned(), signature: parsed })
    } else {
        Err(Fault::Changed)
    }
}

impl Seal {
    fn checked(&self, bytes: &[u8], keys: &Keys) -> Result<bool, Fault> {
        if keys.knows(&self.key) { Ok(self.holds(bytes, keys)) } else { Err(Fault::UnknownKey(self.key.clone())) }
    }
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    (0..=bytes.len().checked_sub(wanted.len())?).rev().find(|at| bytes[*at..].starts_with(wanted))
}

impl Refuse for Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::NotLicence => "licences.file-not-licence",
            Self::TooLarge => "licences.file-too-large",
            Self::UnknownKey(_) => "licences.file-unknown-key",
            Self::Changed => "licences.file-changed",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotLicence => Class::Unsupported,
            Self::TooLarge => Class::TooLarge,
            Self::UnknownKey(_) | Self::Changed => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            // A reliable electronic signature shows any later change of the content.
            Self::Changed | Self::UnknownKey(_) => Some("电子签名法 第十三条"),
            Self::NotLicence | Self::TooLarge => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let text = match self {
            Self::NotLicence => "请上传从本平台下载的原始 PDF 或 JSON 证照文件，不要另存、打印后扫描或截图。",
            Self::TooLarge => "请上传从本平台下载的原始证照文件。",
            Self::UnknownKey(_) => "请到证照上写明的颁发机构核实。",
            Self::Changed => "请持证人重新下载证照文件，或用证照标识在线核验。",
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotLicence => "这不是本平台签发的电子证照文件。",
            Self::TooLarge => "文件过大，不是电子证照。",
            Self::UnknownKey(_) => "这份文件的签章不是由受信任的密钥作出的。",
            Self::Changed => "这份文件在签章以后被改动过。",
        })
    }
}

impl std::error::Error for Fault {}
