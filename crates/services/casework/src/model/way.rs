//! How an applicant wants to receive the result (领取方式).

use catalogue::ResultKind;
use delivery::{End, ParcelId};
use serde::{Deserialize, Serialize};

use super::{Service, Terms};

/// How an applicant wants to receive the result. The address is personal: it stands only in sealed papers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Way {
    /// Into their space on the platform, and nothing else.
    #[default]
    Electronic,
    /// On paper too, at the window.
    Window,
    /// On paper too, by courier.
    Courier {
        /// To whom and where.
        to: End,
    },
}

impl Way {
    /// The way of service that it asks for.
    pub fn service(&self) -> Service {
        match self {
            Way::Electronic => Service::Electronic,
            Way::Window => Service::Window,
            Way::Courier { .. } => Service::Post,
        }
    }

    /// Where a courier is to bring it.
    pub fn end(&self) -> Option<&End> {
        match self {
            Way::Courier { to } => Some(to),
            Way::Electronic | Way::Window => None,
        }
    }
}

/// The ways in which a result of this kind can reach its applicant, `courier` being what the item's data say.
pub fn ways(result: ResultKind, courier: bool) -> &'static [Service] {
    match (result, courier) {
        (ResultKind::None, _) => &[Service::Electronic],
        (_, false) => &[Service::Electronic, Service::Window],
        (_, true) => &[Service::Electronic, Service::Window, Service::Post],
    }
}

impl Terms {
    /// The ways in which the result can be received.
    pub fn ways(&self) -> &'static [Service] {
        ways(self.result, self.courier)
    }
}

/// A result that is ready and waits to be handed over on paper. A licence is in force already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The way it goes.
    pub how: Service,
    /// The parcel in which it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<ParcelId>,
}
