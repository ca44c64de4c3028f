//! Opaque ids: what rooms and the journal call people and things by, instead of their names and numbers.

use crate::{Class, Refuse};
use std::fmt;

/// Defines an id: a newtype over a UUID, shown and stored as 32 hex digits, so that two ids of one shape are two
/// types. Ids are made in desks from `store::fresh_uuid()` (version 7, RFC 9562, so that they sort by birth).
///
/// ```
/// kernel::id! {
///     /// One parcel.
///     pub ParcelId
/// }
/// let id: ParcelId = "018f22e279b07cc298c4dc0c0c07398f".parse().unwrap();
/// assert_eq!(id.to_string(), "018f22e279b07cc298c4dc0c0c07398f");
/// ```
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $seen:vis $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $seen struct $name($crate::Uuid);

        impl $name {
            /// This id with the given value.
            pub const fn new(uuid: $crate::Uuid) -> Self {
                $name(uuid)
            }

            /// Its value.
            pub const fn uuid(&self) -> $crate::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut buffer = [0; 32];
                f.pad(self.0.as_simple().encode_lower(&mut buffer))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::BadId;
            fn from_str(text: &str) -> Result<Self, $crate::BadId> {
                $crate::BadId::check(text).map($name)
            }
        }

        impl $crate::macro_support::Serialize for $name {
            fn serialize<S: $crate::macro_support::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::macro_support::serialize(self, serializer)
            }
        }

        impl<'de> $crate::macro_support::Deserialize<'de> for $name {
            fn deserialize<D: $crate::macro_support::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::macro_support::deserialize(deserializer)
            }
        }
    )+};
}

id! {
    /// A party (当事人): a natural person or an organisation. Its key seals everything personal about it.
    pub PartyId,
    /// An account with which somebody signs in.
    pub AccountId,
    /// A member of staff (工作人员).
    pub StaffId,
    /// An application that is still being filled in.
    pub DraftId,
}

/// The text is no id: an id is 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId;

impl BadId {
    /// Reads the one form that ids have; hyphens, braces and URNs are other people's forms.
    #[doc(hidden)]
    pub fn check(text: &str) -> Result<uuid::Uuid, BadId> {
        if text.len() == 32 { uuid::Uuid::try_parse(text).map_err(|_| BadId) } else { Err(BadId) }
    }
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("编号不完整，请从原来的页面重新打开。")
    }
}

impl std::error::Error for BadId {}

impl Refuse for BadId {
    fn code(&self) -> &'static str {
        "id.shape"
    }

    fn class(&self) -> Class {
        Class::NotFound
    }
}
