//! What stands outside the house: the sandbox that simulates it, and the adapters that talk to it.

use crate::{config::Config, failure::Failed};
use payment::{Contract, Courier, Gateway, Gateways, Wechat};
use sandbox::{Sandbox, Settings};
use std::{fs, net::SocketAddr, path::Path, sync::Arc};
use store::{Db, Sender, Wheel};

/// The adapters of this server.
pub struct Outside {
    /// Channels of payment.
    pub gateways: Gateways,
}

/// Opens the adapters, with the sandbox behind those that a demonstration leaves unset. `base` is the address under which the outside
/// reaches this server.
pub async fn open(config: &Config, base: &str) -> Result<Outside, Failed> {
    let sandbox = if config.demo.accounts { Some(start(config, loopback()).await?) } else { None };
    Ok(Outside { gateways: Gateways(wechat(config, sandbox.as_ref(), base)?.into_iter().collect()) })
}

impl Outside {
    /// Those who carry what the outbox holds.
    pub fn senders(&self, db: &Db) -> Vec<Arc<dyn Sender>> {
        let courier =
            |gateway: &Arc<dyn Gateway>| Arc::new(Courier::new(db.clone(), Arc::clone(gateway))) as Arc<dyn Sender>;
        self.gateways.0.iter().map(courier).collect()
    }

    /// Those who act by time because an adapter is there.
    pub fn wheels(&self) -> Vec<Arc<dyn Wheel>> {
        let wheel = |gateway: &Arc<dyn Gateway>| {
            Arc::new(payment::AccountWheel { channel: gateway.channel() }) as Arc<dyn Wheel>
        };
        self.gateways.0.iter().map(wheel).collect()
    }
}

/// `sandbox`: serves the simulators until it is told to stop.
pub fn sandbox(config: &Config, listen: SocketAddr) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let running = start(config, listen).await?;
        let folder = folder(config);
        let merchant = &running.wechat;
        println!("The sandbox is ready at {}/sandbox (Ctrl-C stops it). To use it from a server:\n", running.address);
        println!("[wechat_pay]\nkind = \"simulator\"\napi = \"{}\"", running.address);
        println!("mchid = \"{}\"\nappid = \"{}\"\nserial = \"{}\"", merchant.mchid, merchant.appid, merchant.serial);
        println!(
            "private_key_file = \"{folder}/wechat-merchant.pem\"\nplatform_key_id = \"{}\"",
            merchant.platform_key.0
        );
        println!(
            "platform_key_file = \"{folder}/wechat-platform.pub.pem\"\napi_v3_key_file = \"{folder}/wechat-apiv3.key\""
        );
        crate::serve::told_to_stop().await;
        Ok(())
    })
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn folder(config: &Config) -> String {
    format!("{}/sandbox", config.data.folder.trim_end_matches('/'))
}

async fn start(config: &Config, listen: SocketAddr) -> Result<Sandbox, Failed> {
    let settings = Settings { folder: folder(config).into(), listen };
    Sandbox::start(&settings).await.map_err(|error| Failed::new(error.to_string()))
}

/// The adapter for WeChat Pay, if one is configured or a sandbox stands in its place.
fn wechat(config: &Config, sandbox: Option<&Sandbox>, base: &str) -> Result<Option<Arc<dyn Gateway>>, Failed> {
    let asked = &config.wechat_pay;
    let notify_url = format!("{base}/api/v1/payments/notices/wechat");
    let return_url = format!("{base}/pay/{{bill}}/result");
    let contract = match (asked.kind.as_str(), sandbox) {
        ("off", None) => return Ok(None),
        ("off", Some(sandbox)) => {
            let merchant = &sandbox.wechat;
            Contract {
                api: merchant.api.clone(),
                mchid: merchant.mchid.clone(),
                appid: merchant.appid.clone(),
                serial: merchant.serial.clone(),
                private_key: merchant.private_key.clone(),
                platform_keys: vec![merchant.platform_key.clone()],
                api_v3_key: merchant.api_v3_key.clone(),
                notify_url,
                return_url,
                simulator: true,
            }
        }
        ("live" | "simulator", _) => Contract {
            api: asked.api.clone(),
            mchid: asked.mchid.clone(),
            appid: asked.appid.clone(),
            serial: asked.serial.clone(),
            private_key: text("wechat_pay.private_key_file", &asked.private_key_file)?,
            platform_keys: vec![(
                asked.platform_key_id.clone(),
                text("wechat_pay.platform_key_file", &asked.platform_key_file)?,
            )],
            api_v3_key: text("wechat_pay.api_v3_key_file", &asked.api_v3_key_file)?.trim().to_owned(),
            notify_url,
            return_url,
            simulator: asked.kind == "simulator",
        },
        (other, _) => {
            return Err(Failed::new(format!(
                "setting wechat_pay.kind: there is no kind {other}: off, live or simulator"
            )));
        }
    };
    let adapter = Wechat::new(contract).map_err(Failed::new)?;
    Ok(Some(Arc::new(adapter)))
}

fn text(setting: &str, file: &str) -> Result<String, Failed> {
    fs::read_to_string(Path::new(file)).map_err(|error| Failed::new(format!("setting {setting}: {file}: {error}")))
}
