//! Opening and keeping accounts.

use kernel::{AccountId, Actor, Duty};
use store::{Error, Read, Tx};

use super::{
    Result,
    throttle::{Trial, forgive_all},
};
use crate::{
    Refusal,
    model::{Account, AccountEvent, Event, Holder, LoginName, Origin, Phc},
    rules::{
        account as rules,
        account::{Command, Decision, Facts},
    },
    table,
};

/// Opens an account for `holder`. A person's is opened by registering or by the platform; a staff member's by an
/// administrator.
///
/// # Errors
/// [`Refusal::LoginTaken`], [`Refusal::PersonRegistered`], [`Refusal::StaffRegistered`], [`Refusal::NotAllowed`], [`Refusal::UnknownStaff`].
pub fn open_account(tx: &mut Tx, actor: &Actor, holder: Holder, login: &LoginName, phc: &Phc) -> Result<AccountId> {
    if let Holder::Staff(staff) = holder {
        let staff = table::staff::load_row(tx, &staff)?.ok_or(Refusal::UnknownStaff)?;
        if !actor.may(Duty::Administer, &staff.department) {
            return Err(Refusal::NotAllowed { duty: Duty::Administer }.into());
        }
    }
    if table::account::of(tx, holder)?.is_some() {
        return Err(match holder {
            Holder::Person(_) => Refusal::PersonRegistered.into(),
            Holder::Staff(_) => Refusal::StaffRegistered.into(),
        });
    }
    if table::account::by_login(tx, login)?.is_some() {
        return Err(Refusal::LoginTaken.into());
    }
    let id = AccountId::new(store::fresh_uuid());
    let mut account = Account { id, holder, failures: 0, locked_until: None, enabled: false, version: 0 };
    let (person, staff) = match holder {
        Holder::Person(person) => (Some(person), None),
        Holder::Staff(staff) => (None, Some(staff)),
    };
    let opened = AccountEvent::Opened { person, staff };
    let stored = AccountEvent::PasswordStored { mark: mark(tx, &id, &phc.0) };
    rules::apply(&mut account, &opened);
    rules::apply(&mut account, &stored);
    let now = tx.now();
    match table::account::insert(tx, &account, login, phc, now) {
        Err(Error::Taken(_)) => return Err(Refusal::LoginTaken.into()),
        other => other?,
    }
    tx.journal(actor, &stream(&id), 1, &[Event::Account(opened), Event::Account(stored)])?;
    Ok(id)
}

/// Unlocks, closes or opens again an account, or takes away its second factor, each with a reason.
///
/// # Errors
/// A [`Refusal`] of [`crate::rules::account::decide`]; [`Refusal::NotAllowed`] for commands that only the holder gives.
pub fn manage_account(tx: &mut Tx, actor: &Actor, id: &AccountId, command: &Command) -> Result<()> {
    let keeps = matches!(
        command,
        Command::Unlock { .. } | Command::Disable { .. } | Command::Enable { .. } | Command::RemoveSecondFactor { .. }
    );
    if !keeps {
        return Err(Refusal::NotAllowed { duty: Duty::Administer }.into());
    }
    let (mut account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let second = table::second::load(tx, id)?.map(|second| mark(tx, id, &second.secret.base32()));
    let login = table::account::login_of(tx, id)?;
    let trial = Trial::at(tx, "account", &login, &Origin::default(), false);
    let waiting = matches!(command, Command::Unlock { .. }) && forgive_all(tx, &trial)?;
    let Decision { events, .. } = rules::decide(&account, actor, command, &Facts { waiting, second })?;
    carry(tx, actor, &mut account, events)?;
    if matches!(command, Command::RemoveSecondFactor { .. }) {
        table::second::delete(tx, id)?;
        table::session::delete_of(tx, id)?;
    }
    if !account.enabled {
        table::session::delete_of(tx, id)?;
    }
    Ok(())
}

/// Applies, saves and journals what happened to an account.
pub(super) fn carry(
    tx: &mut Tx,
    actor: &Actor,
    account: &mut Account,
    events: Vec<AccountEvent>,
) -> std::result::Result<(), Error> {
    let first = account.version + 1;
    events.iter().for_each(|event| rules::apply(account, event));
    table::account::update(tx, account)?;
    let events: Vec<Event> = events.into_iter().map(Event::Account).collect();
    tx.journal(actor, &stream(&account.id), first, &events)
}

/// Stores a new password's hash, and its mark in the journal.
pub(super) fn store_phc(tx: &mut Tx, actor: &Actor, id: &AccountId, phc: &Phc) -> Result<()> {
    let (mut account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let stored = AccountEvent::PasswordStored { mark: mark(tx, id, &phc.0) };
    table::account::set_phc(tx, id, phc)?;
    Ok(carry(tx, actor, &mut account, vec![stored])?)
}

/// A keyed digest of an account and its password's hash or second factor: the journal binds what a row holds without holding it, and
/// nobody without the house's key can try passwords out on it.
pub(crate) fn mark(read: &dyn Read, id: &AccountId, what: &str) -> String {
    kernel::Digest(read.vault().blind("identity.mark", &format!("{id} {what}"))).to_string()
}

fn stream(id: &AccountId) -> String {
    format!("account:{id}")
}
