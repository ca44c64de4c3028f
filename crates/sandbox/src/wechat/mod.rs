//! A simulated payment channel that speaks WeChat Pay API v3: orders (native, H5), query, close, refunds, bill download, and
//! notices with signature and encrypted resource.
//!
//! Source: the format as published for merchants (`pay.weixin.qq.com`, APIv3); not checked against the live service.

mod api;
mod bill;
mod book;
mod cashier;
mod wire;

use crate::{Desk, Error, keys};
use axum::{
    Router,
    routing::{get, post},
};
use rsa::{
    PrivateKey,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding},
};
use std::{path::Path, sync::Arc};

pub(crate) use book::Book;

/// The name of this system for switches and log.
pub const SYSTEM: &str = "wechat";

/// What a merchant gets from the channel and keeps in its configuration.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// Where the channel's API is.
    pub api: String,
    /// Merchant number (商户号).
    pub mchid: String,
    /// Application (公众账号).
    pub appid: String,
    /// Serial number of the merchant's certificate.
    pub serial: String,
    /// The merchant's private key, PKCS#8 PEM.
    pub private_key: String,
    /// Serial number of the channel's key, and the key as SPKI PEM.
    pub platform_key: (String, String),
    /// The key of 32 characters under which notices are encrypted.
    pub api_v3_key: String,
}

/// The keys of both sides of the simulated contract.
pub(crate) struct Keys {
    pub platform: PrivateKey,
    pub platform_serial: String,
    pub merchant: PrivateKey,
    pub api_v3: String,
}

const MCHID: &str = "1900000001";
const APPID: &str = "wxsim0000000000001";
const MERCHANT_SERIAL: &str = "51B5A11E0000000000000000000000000000C0DE";

impl Keys {
    /// The keys in this folder, made at first start.
    pub fn open(folder: &Path) -> Result<Keys, Error> {
        let serial = keys::text(folder, "wechat-platform.serial", || {
            Ok(format!("PUB_KEY_ID_SIM{}", keys::random_hex::<8>().to_uppercase()))
        })?;
        let platform = keys::rsa(folder, "wechat-platform.pem")?;
        let public = platform.to_public_key().to_public_key_pem(LineEnding::LF);
        let public = public.map_err(|error| Error::Key(error.to_string()))?;
        // For whoever configures a server by hand to talk to this sandbox.
        std::fs::write(folder.join("wechat-platform.pub.pem"), public)?;
        Ok(Keys {
            platform,
            platform_serial: serial,
            merchant: keys::rsa(folder, "wechat-merchant.pem")?,
            api_v3: keys::text(folder, "wechat-apiv3.key", || Ok(keys::random_hex::<16>()))?,
        })
    }

    /// The merchant's half.
    pub fn merchant(&self, api: &str) -> Merchant {
        let private = self.merchant.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).unwrap_or_default();
        let public = self.platform.to_public_key().to_public_key_pem(LineEnding::LF).unwrap_or_default();
        Merchant {
            api: api.to_owned(),
            mchid: MCHID.to_owned(),
            appid: APPID.to_owned(),
            serial: MERCHANT_SERIAL.to_owned(),
            private_key: private,
            platform_key: (self.platform_serial.clone(), public),
            api_v3_key: self.api_v3.clone(),
        }
    }
}

/// The channel as its handlers see it.
pub(crate) struct Channel {
    pub desk: Arc<Desk>,
    pub keys: Keys,
    pub book: Book,
}

/// The routes of the channel.
pub(crate) fn routes(desk: Arc<Desk>, keys: Keys) -> Result<Router, Error> {
    let book = Book::open(&desk.folder.join("wechat.json"))?;
    let channel = Arc::new(Channel { desk, keys, book });
    Ok(Router::new()
        .route("/v3/pay/transactions/native", post(api::native))
        .route("/v3/pay/transactions/h5", post(api::h5))
        .route("/v3/pay/transactions/out-trade-no/{no}", get(api::query))
        .route("/v3/pay/transactions/out-trade-no/{no}/close", post(api::close))
        .route("/v3/refund/domestic/refunds", post(api::refund))
        .route("/v3/refund/domestic/refunds/{no}", get(api::query_refund))
        .route("/v3/bill/tradebill", get(bill::ask))
        .route("/v3/billdownload/file", get(bill::download))
        .route("/wechat/cashier/{prepay}", get(cashier::show).post(cashier::pay))
        .with_state(channel))
}
