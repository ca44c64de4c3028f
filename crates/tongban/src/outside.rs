//! What stands outside the house: the sandbox that simulates it, and the adapters that talk to it.

use crate::{config::Config, couriers, failure::Failed};
use delivery::Couriers;
use messages::{
    Routing,
    sms::{Aliyun, Operator},
};
use payment::{Contract, Courier, Gateway, Gateways, Wechat};
use sandbox::{Sandbox, Settings, courier::Pace};
use std::{collections::BTreeMap, fs, net::SocketAddr, path::Path, sync::Arc};
use store::{Db, ReadExt, Sender, Wheel};

/// The adapters of this server.
pub struct Outside {
    /// Channels of payment.
    pub gateways: Gateways,
    /// Couriers.
    pub couriers: Arc<Couriers>,
    /// Where the sandbox is, if one was started.
    pub sandbox: Option<String>,
    /// Last part of the address at which reports about SMS are taken.
    pub sms_reports: Option<String>,
    /// Where the simulated operator shows its texts.
    pub sms_page: Option<String>,
    sms: Option<Sms>,
    /// The WeChat account of 12345.
    pub wechat: Option<Arc<hotline::wechat::Account>>,
    /// The console of a simulated account, and its callback.
    console: Option<(String, String)>,
}

/// The SMS operator.
struct Sms {
    operator: Arc<dyn Operator>,
    /// The console of a simulated one, and where its reports go.
    console: Option<(String, String)>,
}

/// Opens the adapters, with the sandbox behind those that a demonstration leaves unset. `base` is the address under which the outside
/// reaches this server.
pub async fn open(config: &Config, db: &Db, base: &str) -> Result<Outside, Failed> {
    let sandbox = if config.demo.accounts { Some(start(config, loopback(), pace(db)).await?) } else { None };
    if let Some(sandbox) = &sandbox {
        sandbox.couriers.push_to(base);
    }
    let couriers = couriers::open(config, sandbox.as_ref().map(|sandbox| sandbox.couriers.accounts()))?;
    let gateways = Gateways(wechat(config, sandbox.as_ref(), base)?.into_iter().collect());
    let token = Some(config.sms.report_token.clone()).filter(|token| !token.is_empty());
    let made =
        || sandbox.as_ref().map(|_| store::random_bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect());
    let sms_reports: Option<String> = token.or_else(made);
    let sms = sms(config, sandbox.as_ref(), base, sms_reports.as_deref().unwrap_or_default())?;
    let is_simulated = sms.as_ref().is_some_and(|sms| sms.console.is_some());
    let wechat = official(config, sandbox.as_ref())?;
    let is_simulated_account = config.wechat.app_id.is_empty() && wechat.is_some();
    let sandbox = sandbox.map(|sandbox| sandbox.address);
    let console = sandbox.as_ref().filter(|_| is_simulated_account);
    let console = console.map(|at| (format!("{at}/sandbox/official/console"), format!("{base}/callbacks/wechat")));
    let sms_page = sandbox.as_ref().filter(|_| is_simulated).map(|address| format!("{address}/sandbox/sms"));
    Ok(Outside { gateways, couriers, sandbox, sms_reports, sms_page, sms, wechat, console })
}

/// The SMS operator that is configured, or the sandbox's where a demonstration leaves it unset.
fn sms(config: &Config, sandbox: Option<&Sandbox>, base: &str, token: &str) -> Result<Option<Sms>, Failed> {
    let asked = &config.sms;
    match (asked.operator.as_str(), sandbox) {
        ("", None) => Ok(None),
        ("", Some(sandbox)) => {
            let sandbox::sms::Account { endpoint, key_id, key_secret } = &sandbox.sms;
            let operator = Arc::new(Aliyun::new(endpoint, key_id, key_secret));
            let console = (format!("{endpoint}/sandbox/sms/console"), format!("{base}/callbacks/sms/{token}"));
            Ok(Some(Sms { operator, console: Some(console) }))
        }
        ("aliyun", _) if asked.key_id.is_empty() || asked.key_secret.is_empty() => {
            Err(Failed::new("setting sms.operator: aliyun needs sms.key_id and sms.key_secret"))
        }
        ("aliyun", _) => {
            let operator = Arc::new(Aliyun::new(&asked.endpoint, &asked.key_id, &asked.key_secret));
            Ok(Some(Sms { operator, console: None }))
        }
        (other, _) => Err(Failed::new(format!("setting sms.operator: there is no operator {other}: aliyun, or empty"))),
    }
}

/// The WeChat account that is configured, or the sandbox's where a demonstration leaves it unset.
fn official(config: &Config, sandbox: Option<&Sandbox>) -> Result<Option<Arc<hotline::wechat::Account>>, Failed> {
    let asked = &config.wechat;
    let settings = match (asked.app_id.as_str(), sandbox) {
        ("", None) => return Ok(None),
        ("", Some(sandbox)) => {
            let sandbox::official::Account { endpoint, app_id, secret, token, aes_key } = sandbox.official.clone();
            hotline::wechat::Settings { endpoint, app_id, secret, token, aes_key }
        }
        (app_id, _) => hotline::wechat::Settings {
            endpoint: asked.endpoint.clone(),
            app_id: app_id.to_owned(),
            secret: asked.secret.clone(),
            token: asked.token.clone(),
            aes_key: asked.aes_key.clone(),
        },
    };
    let account = hotline::wechat::Account::new(settings);
    Ok(Some(Arc::new(account.map_err(|why| Failed::new(format!("setting {why}")))?)))
}

impl Outside {
    /// Those who carry what the outbox holds.
    pub fn senders(&self, db: &Db) -> Vec<Arc<dyn Sender>> {
        let courier =
            |gateway: &Arc<dyn Gateway>| Arc::new(Courier::new(db.clone(), Arc::clone(gateway))) as Arc<dyn Sender>;
        let sms = self
            .sms
            .iter()
            .map(|sms| Arc::new(messages::sms::Desk::new(db.clone(), Arc::clone(&sms.operator))) as Arc<dyn Sender>);
        let wechat = self
            .wechat
            .iter()
            .map(|account| Arc::new(hotline::wechat::Courier::new(db.clone(), Arc::clone(account))) as Arc<dyn Sender>);
        self.gateways
            .0
            .iter()
            .map(courier)
            .chain(sms)
            .chain(wechat)
            .chain(couriers::senders(&self.couriers, db))
            .collect()
    }

    /// Whether SMS can be sent at all.
    pub fn has_sms(&self) -> bool {
        self.sms.is_some()
    }

    /// Does at a simulated operator's console what an operator's customer does at the real one: registers the templates, and
    /// says where reports go.
    pub fn acquaint(&self, db: &Db) -> Result<(), Failed> {
        if let Some((console, callback)) = &self.console
            && let Err(error) = ureq::put(console).send_json(serde_json::json!({"callback_url": callback}))
        {
            tracing::warn!(%error, "the simulated WeChat account does not answer");
        }
        let Some((console, report_url)) = self.sms.as_ref().and_then(|sms| sms.console.as_ref()) else { return Ok(()) };
        let routing = db.read(|read| read.cached::<Routing>())?;
        let templates: BTreeMap<String, String> = routing.sms_templates().into_iter().collect();
        let body = serde_json::json!({"templates": templates, "report_url": report_url});
        // Without it the texts are shown by their codes and stay without a report: no reason not to serve.
        if let Err(error) = ureq::put(console).send_json(body) {
            tracing::warn!(%error, "the simulated SMS operator does not answer");
        }
        Ok(())
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
        let running = start(config, listen, Pace::real()).await?;
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
        let sms = &running.sms;
        println!("\n[sms]\noperator = \"aliyun\"\nendpoint = \"{}\"", sms.endpoint);
        println!("key_id = \"{}\"\nkey_secret = \"{}\"", sms.key_id, sms.key_secret);
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

/// Parcels of a demonstration move by the house's clock.
fn pace(db: &Db) -> Pace {
    let time = db.time().clone();
    Pace { rate: time.rate(), now: Arc::new(move || time.now()) }
}

async fn start(config: &Config, listen: SocketAddr, pace: Pace) -> Result<Sandbox, Failed> {
    let settings = Settings { folder: folder(config).into(), listen, pace };
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
