//! A form sent to a courier and the JSON that comes back.

use std::time::Duration;

use serde_json::Value;

use super::Trouble;

/// Longer than this nobody waits for a courier.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const ANSWER_MOST: u64 = 1024 * 1024;

/// The way to one courier.
pub(super) struct Wire {
    address: String,
    agent: ureq::Agent,
}

impl Wire {
    pub fn new(address: &str) -> Wire {
        Wire { address: address.trim_end_matches('/').to_owned(), agent: store::client(PATIENCE) }
    }

    /// Posts a form. Whatever goes wrong on the way may be tried again.
    pub fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Result<Value, Trouble> {
        let address = format!("{}{path}", self.address);
        let sent = self.agent.post(&address).send_form(pairs.iter().copied());
        // The address is ours and the error names no person; the form does, so it is not repeated.
        let mut response = sent.map_err(|error| Trouble::passing(format!("{address}: {error}")))?;
        let status = response.status().as_u16();
        let text = response
            .body_mut()
            .with_config()
            .limit(ANSWER_MOST)
            .read_to_string()
            .map_err(|error| Trouble::passing(format!("{address}: {error}")))?;
        if status != 200 {
            return Err(Trouble::passing(format!("{address} answered {status}")));
        }
        serde_json::from_str(&text).map_err(|_| Trouble::passing(format!("{address} answered no JSON")))
    }
}
