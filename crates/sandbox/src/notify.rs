//! Delivers notices as real systems do: until they are taken, at growing intervals, and sometimes twice or out of order.

use crate::{Desk, Fault};
use std::{sync::Arc, time::Duration};

/// A notice on its way to the product.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Which simulated system sends it.
    pub system: &'static str,
    /// Where to.
    pub url: String,
    /// Headers, the content type among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// Whether an answer (status, body) means that it was taken.
    pub taken: fn(u16, &str) -> bool,
    /// Seconds after which it is sent again while it is not taken.
    pub again: &'static [u64],
}

/// How long the product may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

impl Desk {
    /// Sends a notice in the background, by the switches of its system.
    pub fn notify(self: &Arc<Self>, notice: Notice) {
        let desk = Arc::clone(self);
        tokio::spawn(async move {
            if desk.fails(notice.system, Fault::TimeOutAfter) {
                desk.tell(notice.system, "out", &notice.url, &notice.body, "（没有送出：做成了但没有回音）");
                return;
            }
            if desk.fails(notice.system, Fault::Delay) {
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            if desk.fails(notice.system, Fault::Reorder) {
                let earlier = desk.hold(Some(notice));
                if let Some(earlier) = earlier {
                    desk.deliver(earlier).await;
                }
                // Nothing may follow: then it goes by itself.
                tokio::time::sleep(Duration::from_secs(3)).await;
                if let Some(held) = desk.hold(None) {
                    desk.deliver(held).await;
                }
                return;
            }
            if desk.fails(notice.system, Fault::Duplicate) {
                desk.deliver(notice.clone()).await;
            }
            desk.deliver(notice).await;
            if let Some(held) = desk.hold(None) {
                desk.deliver(held).await;
            }
        });
    }

    /// Sends a notice until it is taken; whether it was.
    pub async fn deliver(self: &Arc<Self>, notice: Notice) -> bool {
        for wait in std::iter::once(&0).chain(notice.again) {
            tokio::time::sleep(Duration::from_secs(*wait)).await;
            if self.once(&notice).await {
                return true;
            }
        }
        false
    }

    /// Sends a notice once more, as it was.
    pub async fn once(self: &Arc<Self>, notice: &Notice) -> bool {
        let sent = notice.clone();
        let answer = tokio::task::spawn_blocking(move || post(&sent)).await;
        let (status, text) = answer.unwrap_or_else(|error| (0, error.to_string()));
        let id =
            self.tell(notice.system, "out", &format!("POST {}", notice.url), &notice.body, &format!("{status} {text}"));
        self.keep(id, notice.clone());
        (notice.taken)(status, &text)
    }
}

fn post(notice: &Notice) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
    let mut request = ureq::http::Request::builder().method("POST").uri(&notice.url);
    for (name, value) in &notice.headers {
        request = request.header(name, value);
    }
    let agent: ureq::Agent = config.into();
    let sent = request.body(notice.body.clone().into_bytes()).map_err(|error| error.to_string());
    let sent = sent.and_then(|request| agent.run(request).map_err(|error| error.to_string()));
    match sent {
        Ok(mut response) => {
            let status = response.status().as_u16();
            (status, response.body_mut().read_to_string().unwrap_or_default())
        }
        Err(error) => (0, error),
    }
}
