//! What a person does when signed in, and the two public doors beside it: look-up by number, verification.

mod apply;
mod case;
mod licence;
mod login;
mod lookup;
mod me;
mod pay;
mod project;
mod rate;
mod recover;
mod strip;
#[cfg(test)]
mod tests;
mod verify;
mod way;
pub(crate) mod words;
mod work_order;

use std::sync::Arc;

pub(crate) use me::Side;

use axum::Router;
use web::{Fault, House};

/// The citizen's routes.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .merge(login::routes())
        .merge(recover::routes())
        .merge(apply::routes())
        .merge(case::routes())
        .merge(me::routes())
        .merge(rate::routes())
        .merge(licence::routes())
        .merge(pay::routes())
        .merge(project::routes())
        .merge(lookup::routes())
        .merge(verify::routes())
        .merge(work_order::routes())
}

/// Runs what blocks for long (a password's hash, a PDF) on a thread of its own.
async fn apart<T: Send + 'static>(
    house: &Arc<House>,
    work: impl FnOnce(&House) -> T + Send + 'static,
) -> Result<T, Fault> {
    let house = Arc::clone(house);
    tokio::task::spawn_blocking(move || work(&house)).await.map_err(|error| Fault::broken(error.to_string()))
}
