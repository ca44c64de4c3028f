//! States and values of the exchange.

mod node;
mod resource;
mod row;
mod source;

pub use node::{
    Answer, Envelope, NodeEvent, NodeName, Nodes, Packet, Peer, Receipt, ReceiptLine, Span, Statement, Taken,
};
pub(crate) use node::{root, stream as node_stream};
pub use resource::{Request, RequestEvent, RequestId, RequestState, Resource, ResourceEvent, ResourceId, Share, Usage};
pub use row::{
    BatchAnswer, BatchEvent, ExternalCase, Fault, Kind, Known, KnownCase, Line, Mark, Noted, Operation, Outcome,
    Quarantine, QuarantineEvent, QuarantineId, QuarantineState, RowAnswer,
};
pub use source::{Origin, Secret, Source, SourceEvent, SourceId};

use kernel::RegionCode;

/// The county part of a region as a number, so that a part of the country is a range of numbers.
pub(crate) fn county_number(region: &RegionCode) -> i64 {
    region.county6().parse().unwrap_or_default()
}

/// A code whose names stand in the journal, in tables and on the wire.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$about])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// For programs.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<$name> {
                match name { $($text => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use named;

/// A short name: 2 to 40 lower-case letters, digits and hyphens.
macro_rules! short_name {
    ($(#[$doc:meta])* $name:ident, $words:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Refusal;
            fn from_str(text: &str) -> Result<Self, crate::Refusal> {
                let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if (2..=40).contains(&text.len()) && text.bytes().all(fits) {
                    Ok($name(text.into()))
                } else {
                    Err(crate::Refusal::Word { pointer: $words })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                text.parse().map_err(|refusal: crate::Refusal| refusal.to_string())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.into()
            }
        }
    };
}
pub(crate) use short_name;
