//! The second factor: what stands between a right password and its code, and setting one up.

use kernel::{AccountId, Actor, Sealed, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Error, Failure, Read, Tx};

use super::{ACCOUNT, DOOR, Door};
use crate::{
    Refusal,
    desk::{
        Result,
        account::{carry, mark},
        throttle::{Trial, count_wrong, forgive, may_try},
    },
    model::{AccountEvent, Holder, Opened, Origin, Phc, Session},
    rules::{
        account as rules,
        account::{Command, Decision, Facts},
    },
    table::{self, second::Second},
    totp::Secret,
};

impl Door {
    /// Goes on after a right password: the code of the second factor, or the first code of one that is being set up.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], [`Refusal::Locked`], [`Refusal::TicketOver`], and those of [`Door::sign_in`].
    pub fn prove(&self, ticket: &str, code: &str, origin: &Origin) -> Result<Opened> {
        let ticket = self.read_ticket(ticket)?;
        let known = self.db.read(|read| table::account::load(read, &ticket.account))?;
        let (account, phc) = known.ok_or(Refusal::TicketOver)?;
        let (trial, mark) = self.db.read(|read| {
            let login = table::account::login_of(read, &account.id)?;
            let trial = Trial::at(read, ACCOUNT, &login, origin, true);
            Ok::<_, Error>((trial, mark(read, &account.id, &phc.0)))
        })?;
        if mark != ticket.mark {
            return Err(Refusal::TicketOver.into());
        }
        let secret = ticket.secret.as_deref().and_then(Secret::parse);
        self.with_code(&account.id, &phc, &trial, code, secret)
    }

    /// The secret that a ticket carries to be set up, and what an app may call the account: the staff number. `None` for a ticket
    /// that asks for a code only.
    ///
    /// # Errors
    /// [`Refusal::TicketOver`].
    pub fn offered(&self, ticket: &str) -> Result<Option<(Secret, String)>> {
        let Ticket { account, secret, .. } = self.read_ticket(ticket)?;
        let Some(secret) = secret.as_deref().and_then(Secret::parse) else { return Ok(None) };
        let holder = self.db.read(|read| table::account::load(read, &account))?.map(|(account, _)| account.holder);
        let number = match holder {
            Some(Holder::Staff(staff)) => self.db.read(|read| table::staff::load_row(read, &staff))?,
            _ => None,
        };
        Ok(Some((secret, number.map(|row| row.number.as_str().to_owned()).unwrap_or_default())))
    }

    /// A secret and a ticket for somebody who is signed in and wants a second factor: [`Door::enrol`] finishes it.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorSet`]; [`Refusal::UnknownStaff`] for citizens, whose second factor nobody could give back.
    pub fn offer(&self, session: &Session) -> Result<(String, Secret)> {
        let id = session.account;
        session.actor.staff().ok_or(Refusal::UnknownStaff)?;
        let secret = Secret(store::random_bytes());
        let ticket = self.db.read(|read| {
            if table::second::load(read, &id)?.is_some() {
                return Err(Failure::Refused(Refusal::SecondFactorSet));
            }
            let (_, phc) = table::account::load(read, &id)?.ok_or(Refusal::UnknownAccount)?;
            Ok(self.ticket(read, &id, &phc, Some(&secret)))
        })?;
        Ok((ticket, secret))
    }

    /// Sets up the second factor of an account that is signed in, by its first code.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], [`Refusal::Locked`], [`Refusal::TicketOver`], [`Refusal::SecondFactorSet`].
    pub fn enrol(&self, session: &Session, ticket: &str, code: &str) -> Result<()> {
        let ticket = self.read_ticket(ticket)?;
        let secret = ticket.secret.as_deref().and_then(Secret::parse);
        let secret = secret.filter(|_| ticket.account == session.account).ok_or(Refusal::TicketOver)?;
        self.may_try_code(&session.account)?;
        let Some(step) = secret.accepts(code, self.device_time(), 0) else {
            return Err(self.wrong_code(&session.account)?);
        };
        let (actor, id, policy) = (session.actor.clone(), session.account, self.policy);
        self.db.write(move |tx| {
            let trial = code_trial(tx, &id);
            forgive(tx, &trial, &policy)?;
            set_second(tx, &actor, &id, secret, step)
        })
    }

    /// The code, compared outside the writer; wrong ones are counted, a right one is good once.
    pub(super) fn with_code(
        &self,
        id: &AccountId,
        phc: &Phc,
        trial: &Trial,
        code: &str,
        fresh: Option<Secret>,
    ) -> Result<Opened> {
        self.may_try_code(id)?;
        let second = self.db.read(|read| table::second::load(read, id))?;
        let now = self.device_time();
        let accepted = match (&second, &fresh) {
            (Some(second), None) => second.secret.accepts(code, now, second.step),
            (None, Some(secret)) => secret.accepts(code, now, 0),
            _ => return Err(Refusal::TicketOver.into()),
        };
        let Some(step) = accepted else { return Err(self.wrong_code(id)?) };
        let proof = match fresh {
            Some(secret) => Proof::Set { secret, step },
            None => Proof::Spend { step },
        };
        self.let_in(id, phc, trial, vec![proof])
    }

    /// Codes are counted by account: whoever gives one knows the password already.
    fn may_try_code(&self, id: &AccountId) -> Result<()> {
        self.db.read(|read| {
            let trial = code_trial(read, id);
            may_try(read, &trial, &self.policy)
        })
    }

    /// Counts and journals a wrong code; the refusal for it.
    fn wrong_code(&self, id: &AccountId) -> Result<Failure<Refusal>> {
        let (id, policy) = (*id, self.policy);
        self.db.write(move |tx| {
            let trial = code_trial(tx, &id);
            count_wrong(tx, &trial, &policy)?;
            let (mut account, _) = table::account::load(tx, &id)?.ok_or(Refusal::UnknownAccount)?;
            Ok::<_, Failure<Refusal>>(carry(tx, &DOOR, &mut account, vec![AccountEvent::CodeFailed])?)
        })?;
        Ok(Refusal::WrongCode.into())
    }

    /// The password was right: its tries are forgiven, and a ticket leads to the code.
    pub(super) fn right_so_far(
        &self,
        id: &AccountId,
        phc: &Phc,
        trial: &Trial,
        secret: Option<&Secret>,
    ) -> Result<String> {
        let (trial, policy) = (trial.clone(), self.policy);
        self.db.write(move |tx| forgive(tx, &trial, &policy))?;
        Ok(self.db.read(|read| Ok::<_, Error>(self.ticket(read, id, phc, secret)))?)
    }

    fn ticket(&self, read: &dyn Read, id: &AccountId, phc: &Phc, secret: Option<&Secret>) -> String {
        let until = read.now().saturating_add(self.policy.code_span).unwrap_or(Timestamp::MAX);
        let secret = secret.map(Secret::base32);
        let ticket = Ticket { account: *id, mark: mark(read, id, &phc.0), until: until.as_second(), secret };
        let text = serde_json::to_string(&ticket).unwrap_or_default();
        read.vault().encrypt(TICKET, &text).0
    }

    fn read_ticket(&self, ticket: &str) -> Result<Ticket> {
        let text = self.db.vault().decrypt(TICKET, &Sealed(ticket.to_owned())).map_err(|_| Refusal::TicketOver)?;
        let ticket: Ticket = serde_json::from_str(&text).map_err(|_| Refusal::TicketOver)?;
        if ticket.until < self.db.now().as_second() { Err(Refusal::TicketOver.into()) } else { Ok(ticket) }
    }

    /// What an authenticator app takes for the time: the house's, unless that runs fast for a demonstration.
    fn device_time(&self) -> Timestamp {
        match self.db.time().rate() {
            1 => self.db.now(),
            _ => store::wall(),
        }
    }
}

const CODE: &str = "code";
/// Tickets are bound to their purpose by this context.
const TICKET: &str = "identity.ticket";

/// What stands between a right password and its code; sealed on its way through the browser.
#[derive(Serialize, Deserialize)]
struct Ticket {
    account: AccountId,
    /// Of the password's hash: a password changed meanwhile ends the ticket.
    mark: String,
    until: i64,
    /// The secret to be set up, where it is not a code of one that stands.
    secret: Option<String>,
}

/// What a right code does.
pub(super) enum Proof {
    Spend { step: i64 },
    Set { secret: Secret, step: i64 },
}

/// A try at the code of an account.
pub(super) fn code_trial(read: &dyn Read, id: &AccountId) -> Trial {
    Trial::at(read, CODE, &id.to_string(), &Origin::default(), true)
}

pub(super) fn set_second(tx: &mut Tx, actor: &Actor, id: &AccountId, secret: Secret, step: i64) -> Result<()> {
    if table::second::load(tx, id)?.is_some() {
        return Err(Refusal::SecondFactorSet.into());
    }
    let (mut account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let facts = Facts { second: Some(mark(tx, id, &secret.base32())), ..Facts::default() };
    let Decision { events, .. } = rules::decide(&account, actor, &Command::SetSecondFactor, &facts)?;
    carry(tx, actor, &mut account, events)?;
    Ok(table::second::insert(tx, id, &Second { secret, step })?)
}
