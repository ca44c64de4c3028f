//! A refusal speaks: which rule said no, why, and what can be done now.

use std::fmt::{Debug, Display};

/// The rules said no. Each room's `Refusal` is one; its `Display` is for the person who asked, in their words.
pub trait Refuse: Display + Debug + Send + Sync + 'static {
    /// For programs; never changes once released: `casework.told-twice`.
    fn code(&self) -> &'static str;

    /// Of what sort the refusal is, for the faces to choose their form of answer.
    fn class(&self) -> Class;

    /// For lawyers: the article it rests on, like `行政许可法 第三十二条`.
    fn article(&self) -> Option<&'static str> {
        None
    }

    /// What the person can do now (怎么办), when the message itself does not say it.
    fn remedy(&self) -> Option<String> {
        None
    }

    /// What is wrong with single fields of what was sent.
    fn fields(&self) -> Vec<FieldError> {
        vec![]
    }
}

/// The sorts of refusal, named as the web names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// What was sent cannot be right (422).
    Invalid,
    /// Nobody is signed in, or no longer (401).
    Unauthenticated,
    /// This person may not do this (403).
    Forbidden,
    /// There is no such thing, or none that this person may know of (404).
    NotFound,
    /// Not now: the state of the thing does not allow it (409).
    Conflict,
    /// It was there once (410).
    Gone,
    /// More was sent than is taken (413).
    TooLarge,
    /// A kind of content that is not taken (415).
    Unsupported,
    /// Too often; later again (429).
    TooMany,
}

impl Class {
    /// The HTTP status of this sort, RFC 9110 and RFC 6585.
    pub const fn status(self) -> u16 {
        match self {
            Class::Unauthenticated => 401,
            Class::Forbidden => 403,
            Class::NotFound => 404,
            Class::Conflict => 409,
            Class::Gone => 410,
            Class::TooLarge => 413,
            Class::Unsupported => 415,
            Class::Invalid => 422,
            Class::TooMany => 429,
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into what was sent, like `/answers/mobile`.
    pub pointer: String,
    /// For programs, like `code.check`.
    pub code: &'static str,
    /// For the person who filled it in.
    pub detail: String,
}

impl FieldError {
    /// A field error that repeats what `refusal` says, at `pointer`.
    pub fn at(pointer: impl Into<String>, refusal: &dyn Refuse) -> FieldError {
        FieldError { pointer: pointer.into(), code: refusal.code(), detail: refusal.to_string() }
    }
}
