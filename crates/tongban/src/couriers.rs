//! The couriers of this server: those that are configured, or simulated ones in a demonstration.

use crate::{config::Config, failure::Failed};
use delivery::{
    Courier, CourierSender, Couriers,
    port::{Ems, EmsAccount, Sf, SfAccount},
};
use sandbox::courier::Accounts;
use std::sync::Arc;
use store::{Db, Sender};

/// The adapters by the configuration, with simulated couriers behind those that a demonstration leaves unset.
pub fn open(config: &Config, simulated: Option<&Accounts>) -> Result<Arc<Couriers>, Failed> {
    let found = [sf(config, simulated)?, ems(config, simulated)?];
    let couriers: Vec<Arc<dyn Courier>> = found.into_iter().flatten().collect();
    let couriers = Couriers::new(couriers);
    if config.server.profile == "production" && couriers.are_simulated() {
        return Err(Failed::new("the profile production does not allow a simulator behind sf or ems"));
    }
    Ok(Arc::new(couriers))
}

/// Those who run errands to the couriers.
pub fn senders(couriers: &Couriers, db: &Db) -> Vec<Arc<dyn Sender>> {
    let sender =
        |courier: &Arc<dyn Courier>| Arc::new(CourierSender::new(db.clone(), Arc::clone(courier))) as Arc<dyn Sender>;
    couriers.all().map(sender).collect()
}

fn sf(config: &Config, simulated: Option<&Accounts>) -> Result<Option<Arc<dyn Courier>>, Failed> {
    let asked = &config.sf;
    let Some(simulator) = kind("sf", &asked.kind)? else {
        return Ok(simulated.map(|own| {
            Arc::new(Sf::new(SfAccount {
                address: own.address.clone(),
                partner: own.sf_partner.clone(),
                check_word: own.sf_check_word.clone(),
                card: own.sf_card.clone(),
                push_word: own.sf_push_word.clone(),
                simulator: true,
            })) as Arc<dyn Courier>
        }));
    };
    Ok(Some(Arc::new(Sf::new(SfAccount {
        address: asked.address.clone(),
        partner: asked.partner.clone(),
        check_word: asked.check_word.clone(),
        card: asked.card.clone(),
        push_word: asked.push_word.clone(),
        simulator,
    }))))
}

fn ems(config: &Config, simulated: Option<&Accounts>) -> Result<Option<Arc<dyn Courier>>, Failed> {
    let asked = &config.ems;
    let Some(simulator) = kind("ems", &asked.kind)? else {
        return Ok(simulated.map(|own| {
            Arc::new(Ems::new(EmsAccount {
                address: own.address.clone(),
                sender: own.ems_sender.clone(),
                authorization: own.ems_authorization.clone(),
                key: own.ems_key.clone(),
                simulator: true,
            })) as Arc<dyn Courier>
        }));
    };
    Ok(Some(Arc::new(Ems::new(EmsAccount {
        address: asked.address.clone(),
        sender: asked.sender.clone(),
        authorization: asked.authorization.clone(),
        key: asked.key.clone(),
        simulator,
    }))))
}

/// Whether a simulator stands there; nothing if the courier is off.
fn kind(name: &str, kind: &str) -> Result<Option<bool>, Failed> {
    match kind {
        "off" => Ok(None),
        "live" => Ok(Some(false)),
        "simulator" => Ok(Some(true)),
        other => Err(Failed::new(format!("setting {name}.kind: there is no kind {other}: off, live or simulator"))),
    }
}
