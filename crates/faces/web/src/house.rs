//! What every request needs: the database, the index, the signer and the settings.

use std::sync::Arc;

use axum::response::Response;
use kernel::Refuse;
use organisation::Regions;
use store::{Db, Failure, ReadExt, Reader, Signer, Tx};

use crate::{Fault, Prelude, Site, cache::PageCache, limit::Limiter};

/// Settings of the faces.
#[derive(Debug, Clone)]
pub struct Config {
    /// A demonstration: a tag stands on every page, and known passwords may be shown.
    pub demo: bool,
    /// Address under which people reach the server, without a slash at the end; it stands in QR codes and links.
    pub public_url: String,
    /// Largest uploaded file, in bytes.
    pub file_bytes_max: usize,
    /// Largest form or JSON body, in bytes.
    pub body_bytes_max: usize,
    /// Requests that one client may send in a minute; 0 means no limit. A client on this very machine that does not
    /// come through a proxy is the operator and has none.
    pub requests_per_minute: u32,
    /// A reverse proxy stands in front: the client's address is the last one of `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Serve `/metrics` beside the pages.
    pub metrics: bool,
    /// Staff are let in with a second factor only.
    pub staff_second: bool,
    /// Who runs the site (主办), if not the government of the highest region.
    pub owner: Option<String>,
    /// The last part of the address at which the SMS operator's reports are taken; none are taken without it.
    pub sms_report_token: Option<String>,
    /// Whether SMS can be sent.
    pub has_sms: bool,
    /// The WeChat account of 12345, if the house has one.
    pub wechat: Option<Arc<hotline::wechat::Account>>,
    /// Where a simulated SMS operator shows what it did not send.
    pub sms_page: Option<String>,
    /// Version of the program, shown at `/version`.
    pub version: &'static str,
    /// Channels by which people pay online.
    pub gateways: payment::Gateways,
    /// A demonstration's month that is still being lived: commands wait for its end.
    pub prelude: Option<Arc<Prelude>>,
    /// This node and those with which it exchanges.
    pub nodes: Arc<exchange::Nodes>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            demo: false,
            public_url: "http://127.0.0.1:8080".to_owned(),
            file_bytes_max: 20 * 1024 * 1024,
            body_bytes_max: 256 * 1024,
            requests_per_minute: 0,
            behind_proxy: false,
            metrics: true,
            staff_second: false,
            owner: None,
            sms_report_token: None,
            has_sms: false,
            sms_page: None,
            wechat: None,
            version: env!("CARGO_PKG_VERSION"),
            gateways: payment::Gateways::default(),
            prelude: None,
            nodes: Arc::default(),
        }
    }
}

impl Config {
    /// Whether people reach the server over TLS, so that cookies may be marked `Secure`.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The state of all faces.
pub struct House {
    /// Everything durable: tables, journal, files, keys.
    pub db: Db,
    /// Finds items by everyday words.
    pub index: Arc<search::Index>,
    /// Signs licences and tree heads.
    pub signer: Arc<dyn Signer>,
    /// Lets people in: signing in and registering.
    pub door: identity::Door,
    /// Settings.
    pub config: Config,
    /// Whose site it is.
    pub site: Arc<Site>,
    pub(crate) pages: PageCache,
    pub(crate) limiter: Limiter,
}

impl House {
    /// Opens the house on a database that is migrated and filled.
    pub fn new(db: Db, index: Arc<search::Index>, config: Config) -> Result<Arc<House>, store::Error> {
        let regions = db.read(|read| read.cached::<Regions>())?;
        let site = Arc::new(Site::of(&regions, &config));
        let limiter = Limiter::new(config.requests_per_minute);
        // As many hashes at once as there are cores: each takes 19 MiB and a whole core for its time.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let passwords = Arc::new(identity::Passwords::new(cores, 64));
        let policy = identity::Policy { staff_second: config.staff_second, ..identity::Policy::default() };
        let policy = policy.at_rate(db.time().rate());
        let door = identity::Door::new(db.clone(), passwords, policy);
        let signer = db.signer();
        Ok(Arc::new(House { db, index, signer, door, config, site, pages: PageCache::default(), limiter }))
    }

    /// The regions as they stand now.
    pub fn regions(&self) -> Result<Arc<Regions>, Fault> {
        self.read(|read| read.cached::<Regions>())
    }

    /// Asks the database.
    pub fn read<T: Send>(
        &self,
        ask: impl FnOnce(&mut Reader<'_>) -> Result<T, store::Error> + Send,
    ) -> Result<T, Fault> {
        Ok(self.patiently(|| self.db.read(ask))?)
    }

    /// Asks a question that the rules may refuse.
    pub fn ask<T: Send, R: Refuse>(
        &self,
        ask: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure<R>> + Send,
    ) -> Result<T, Fault> {
        Ok(self.patiently(|| self.db.read(ask))?)
    }

    /// Asks on this thread. A database beyond the network may keep it waiting, so the runtime's other tasks move on first;
    /// the one in the process answers sooner than that would take.
    pub(crate) fn patiently<T>(&self, ask: impl FnOnce() -> T) -> T {
        use tokio::runtime::{Handle, RuntimeFlavor};
        let is_far = self.db.dialect() == store::Dialect::Postgres;
        let can_move = || Handle::try_current().is_ok_and(|now| now.runtime_flavor() == RuntimeFlavor::MultiThread);
        if is_far && can_move() { tokio::task::block_in_place(ask) } else { ask() }
    }

    /// Carries out a command in one transaction; a refusal or a breakdown becomes a [`Fault`].
    pub async fn write<T, R, F>(&self, command: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        R: Refuse,
        F: FnMut(&mut Tx<'_>) -> Result<T, Failure<R>> + Send + 'static,
    {
        Ok(self.db.write_async(command).await?)
    }

    /// `path` as an absolute address, for QR codes and documents.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.config.public_url)
    }

    pub(crate) fn fault_page(self: &Arc<Self>, fault: &Fault, ticket: &crate::Ticket) -> Response {
        crate::fault::render(self, fault, ticket)
    }
}
