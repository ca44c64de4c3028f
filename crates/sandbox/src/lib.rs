//! The sandbox: simulators of what stands outside the house (a payment channel, two couriers, an SMS operator, a WeChat account), each
//! speaking the real wire format over HTTP on loopback, for demonstrations and tests.
//!
//! It knows wire formats and nothing else: no room, no database, no rule of the product. The product's own adapters talk to
//! it exactly as they would to the real system, with an address and keys from the configuration.
//!
//! Every answer bears `X-Simulator: 1`, every identifier that a simulator makes begins with `SIM`, and every page that a
//! person may see says that nothing real happened. It listens on loopback only.
//!
//! One module is one simulated system. A new one brings `routes` and is merged in [`Sandbox::start`]; it asks [`Desk`] for its
//! [`Faults`], tells it what came and went, and has it deliver its notices.

pub mod courier;
mod desk;
mod faults;
mod keys;
mod notify;
pub mod official;
mod page;
pub mod sms;
pub mod wechat;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::net::TcpListener;

pub use desk::{Desk, Logged};
pub use faults::{Fault, Faults};
pub use notify::Notice;

/// The header that every answer of a simulator bears.
pub const HEADER: &str = "x-simulator";

/// The sentence on every page of the payment simulator.
pub const STRIP: &str = "模拟器，未发生真实支付、寄递";

/// Where the sandbox keeps its things, and where it listens.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of its keys and of what it remembers.
    pub folder: PathBuf,
    /// A loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The house's clock, by which parcels move along.
    pub pace: courier::Pace,
}

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not of this machine alone.
    #[error("the sandbox listens on loopback only, not on {0}; choose 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// A file or the socket failed.
    #[error("the sandbox: {0}")]
    Io(#[from] std::io::Error),
    /// A key cannot be made or read.
    #[error("the sandbox: a key cannot be used: {0}")]
    Key(String),
}

/// A running sandbox. It ends with the runtime on which it was started.
pub struct Sandbox {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// What the payment adapter must be configured with to talk to the simulated channel.
    pub wechat: wechat::Merchant,
    /// With what the SMS adapter talks to the simulated operator.
    pub sms: sms::Account,
    /// With what the adapter of the WeChat account talks to the simulated service.
    pub official: official::Account,
    /// The simulated couriers.
    pub couriers: courier::Couriers,
}

impl Sandbox {
    /// Makes the keys that are missing, listens and serves.
    pub async fn start(settings: &Settings) -> Result<Sandbox, Error> {
        if !settings.listen.ip().is_loopback() {
            return Err(Error::NotLoopback(settings.listen));
        }
        std::fs::create_dir_all(&settings.folder)?;
        let listener = TcpListener::bind(settings.listen).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let desk = Arc::new(Desk::new(&address, &settings.folder));
        let folder = settings.folder.clone();
        // Making RSA keys takes a good part of a second.
        let made = tokio::task::spawn_blocking(move || wechat::Keys::open(&folder)).await;
        let keys = made.map_err(|error| Error::Key(error.to_string()))??;
        let merchant = keys.merchant(&address);
        let (sms_routes, sms) = sms::routes(Arc::clone(&desk), &settings.folder)?;
        let (official_routes, official) = official::routes(Arc::clone(&desk), &settings.folder)?;
        let accounts = courier::Accounts::open(&settings.folder, &address)?;
        let (couriers, parcels) = courier::open(&desk, accounts, settings.pace.clone());
        let routes = Router::new()
            .merge(sms_routes)
            .merge(official_routes)
            .merge(parcels)
            .merge(page::routes(Arc::clone(&desk)))
            .merge(wechat::routes(Arc::clone(&desk), keys)?)
            .layer(from_fn(marked));
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "the sandbox ended");
            }
        });
        Ok(Sandbox { address, wechat: merchant, sms, official, couriers })
    }
}

/// Every answer says what it is, and is kept nowhere.
async fn marked(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(HEADER, HeaderValue::from_static("1"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
