//! 交易账单: the channel's account of a day, a CSV whose fields stand behind a backtick.

use kernel::{Date, Fen, Timestamp};
use sha1::{Digest, Sha1};

use super::{Wechat, wire};
use crate::gateway::Trouble;
use crate::{rules::FlowKind, statement::Line};

/// The most that a day's file may have, in bytes.
const FILE_MOST: u64 = 512 * 1024 * 1024;

impl Wechat {
    /// Downloads the account of a day and reads it; nothing if the channel has none because nothing moved.
    pub(super) fn bill(&self, day: Date) -> Result<Vec<Line>, Trouble> {
        let told = match self.ask("GET", &format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL"), None)? {
            wire::Answer::Done(told) => told,
            wire::Answer::Refused { code, .. } if code == "NO_STATEMENT_EXIST" => return Ok(vec![]),
            refused => return Err(refused.trouble()),
        };
        let strange = |reason: &str| Trouble { reason: reason.to_owned(), passes: true };
        let url = told["download_url"].as_str().ok_or_else(|| strange("the bill has no address"))?;
        // The file is fetched from the channel's own host and nowhere else.
        let base = self.contract.api.trim_end_matches('/');
        let path = url.strip_prefix(base).filter(|path| path.starts_with('/'));
        let path = path.ok_or_else(|| strange("the bill lies on another host"))?;
        let (status, _, bytes) = self.send("GET", base, path, None, FILE_MOST)?;
        if status != 200 {
            return Err(strange(&format!("the bill could not be downloaded: {status}")));
        }
        let is_whole = told["hash_type"] == "SHA1" && told["hash_value"] == hex::encode(Sha1::digest(&bytes));
        if !is_whole {
            return Err(strange("the bill is not the one that was announced: its hash differs"));
        }
        read(&bytes).ok_or_else(|| Trouble { reason: "the bill cannot be read".to_owned(), passes: false })
    }
}

/// The lines of a bill: payments and refunds; the two last lines are sums.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Line>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let heads = reader.headers().ok()?.clone();
    let place = |name: &str| heads.iter().position(|head| head.trim_start_matches('\u{feff}') == name);
    let (time, transaction, order) = (place("交易时间")?, place("微信订单号")?, place("商户订单号")?);
    let (state, total, refund_id) = (place("交易状态")?, place("订单金额")?, place("微信退款单号")?);
    let (refund_no, back) = (place("商户退款单号")?, place("申请退款金额")?);
    let mut lines = vec![];
    for record in reader.records() {
        let record = record.ok()?;
        let Some(first) = record.get(0)?.strip_prefix('`') else { break };
        let field = |at: usize| record.get(at).map(|text| text.trim_start_matches('`').trim().to_owned());
        let money = |at: usize| field(at)?.parse::<Fen>().ok();
        let at = moment(first)?;
        debug_assert_eq!(time, 0);
        let line = match field(state)?.as_str() {
            "SUCCESS" => Line {
                kind: FlowKind::Pay,
                own_no: field(order)?,
                reference: field(transaction)?,
                amount: money(total)?,
                at,
            },
            "REFUND" => Line {
                kind: FlowKind::Refund,
                own_no: field(refund_no)?,
                reference: field(refund_id)?,
                amount: money(back)?,
                at,
            },
            _ => continue,
        };
        lines.push(line);
    }
    Some(lines)
}

/// `2026-11-26 10:20:30`, in China.
fn moment(text: &str) -> Option<Timestamp> {
    format!("{}+08:00", text.trim().replacen(' ', "T", 1)).parse().ok()
}
