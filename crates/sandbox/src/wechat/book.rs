//! What the simulated channel remembers: orders and refunds, kept in a file so that a restart loses none.

use crate::{Error, desk::lock, keys::random_hex};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// An order.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Order {
    pub out_trade_no: String,
    pub prepay: String,
    pub description: String,
    pub notify_url: String,
    pub trade_type: String,
    pub total: i64,
    /// What was charged, once it was.
    pub charged: Option<i64>,
    pub transaction_id: Option<String>,
    pub success_time: Option<String>,
    pub expires: String,
    pub closed: bool,
}

/// A refund.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Refund {
    pub out_refund_no: String,
    pub refund_id: String,
    pub out_trade_no: String,
    pub amount: i64,
    pub notify_url: String,
    pub success_time: String,
}

#[derive(Default, Deserialize, Serialize)]
struct Pages {
    orders: BTreeMap<String, Order>,
    refunds: BTreeMap<String, Refund>,
}

/// Orders and refunds.
pub(crate) struct Book {
    path: PathBuf,
    pages: Mutex<Pages>,
}

impl Book {
    pub fn open(path: &Path) -> Result<Book, Error> {
        let text = fs::read_to_string(path).unwrap_or_else(|_| "{}".to_owned());
        let pages = serde_json::from_str(&text).unwrap_or_default();
        Ok(Book { path: path.to_owned(), pages: Mutex::new(pages) })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Pages) -> T) -> T {
        let mut pages = lock(&self.pages);
        let result = change(&mut pages);
        let draft = self.path.with_extension("draft");
        let text = serde_json::to_string(&*pages).unwrap_or_default();
        if let Err(error) = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &self.path)) {
            tracing::warn!(%error, "the sandbox's book was not kept");
        }
        result
    }

    /// The order of this number, or the one that is put down now.
    pub fn order(&self, fresh: Order) -> Order {
        self.change(|pages| pages.orders.entry(fresh.out_trade_no.clone()).or_insert(fresh).clone())
    }

    pub fn find(&self, out_trade_no: &str) -> Option<Order> {
        lock(&self.pages).orders.get(out_trade_no).cloned()
    }

    pub fn by_prepay(&self, prepay: &str) -> Option<Order> {
        lock(&self.pages).orders.values().find(|order| order.prepay == prepay).cloned()
    }

    /// Charges an order that is open; the order afterwards, and whether it was charged now.
    pub fn charge(&self, prepay: &str, wrong: bool) -> Option<(Order, bool)> {
        self.change(|pages| {
            let order = pages.orders.values_mut().find(|order| order.prepay == prepay)?;
            let now = jiff::Timestamp::now();
            let is_late = order.expires.parse::<jiff::Timestamp>().is_ok_and(|expires| expires < now);
            if order.closed || order.charged.is_some() || is_late {
                return Some((order.clone(), false));
            }
            order.charged = Some(if wrong { order.total - 1 } else { order.total });
            order.transaction_id = Some(format!("SIM42000{}", random_hex::<10>()));
            order.success_time = Some(now.to_string());
            Some((order.clone(), true))
        })
    }

    /// Closes an order that is not charged; whether there is such an order and whether it is closed now.
    pub fn close(&self, out_trade_no: &str) -> Option<bool> {
        self.change(|pages| {
            let order = pages.orders.get_mut(out_trade_no)?;
            order.closed |= order.charged.is_none();
            Some(order.closed)
        })
    }

    /// Puts a refund down; `None` when more would go back than came in.
    pub fn refund(&self, fresh: Refund) -> Option<Refund> {
        self.change(|pages| {
            if let Some(known) = pages.refunds.get(&fresh.out_refund_no) {
                return Some(known.clone());
            }
            let charged = pages.orders.get(&fresh.out_trade_no)?.charged?;
            let back: i64 = pages
                .refunds
                .values()
                .filter(|refund| refund.out_trade_no == fresh.out_trade_no)
                .map(|refund| refund.amount)
                .sum();
            if back + fresh.amount > charged {
                return None;
            }
            pages.refunds.insert(fresh.out_refund_no.clone(), fresh.clone());
            Some(fresh)
        })
    }

    pub fn find_refund(&self, out_refund_no: &str) -> Option<Refund> {
        lock(&self.pages).refunds.get(out_refund_no).cloned()
    }

    /// All that is charged, and all refunds.
    pub fn all(&self) -> (Vec<Order>, Vec<Refund>) {
        let pages = lock(&self.pages);
        let charged = pages.orders.values().filter(|order| order.charged.is_some()).cloned().collect();
        (charged, pages.refunds.values().cloned().collect())
    }
}
