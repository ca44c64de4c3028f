//! Which SMS a person wants.

use identity::{Mandate, Via};

use super::Refusal;
use crate::Group;

/// The channels that can be switched. The dialogue on the page is the record and always written.
pub const CHANNELS: [&str; 1] = ["sms"];

/// Whether the channel of this group may be set so.
///
/// # Errors
/// [`Refusal::UnknownGroup`], [`Refusal::MustBeServed`] for what the law requires to be served,
/// [`Refusal::NotYours`] unless the party itself or its legal representative asks.
pub fn decide(group: Option<&Group>, channel: &str, wanted: bool, mandate: Option<&Mandate>) -> Result<(), Refusal> {
    let group = group.filter(|_| CHANNELS.contains(&channel)).ok_or(Refusal::UnknownGroup)?;
    if !mandate.is_some_and(|mandate| matches!(mandate.via, Via::Own | Via::Representative)) {
        return Err(Refusal::NotYours);
    }
    if !wanted && !group.law.is_empty() {
        return Err(Refusal::MustBeServed { group: group.name.clone(), law: group.law.clone() });
    }
    Ok(())
}
