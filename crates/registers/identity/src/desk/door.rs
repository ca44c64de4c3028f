//! The door: everything that needs a password, and so a hash outside of any transaction.

use std::sync::Arc;

use kernel::{AccountId, Actor, PartyId, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Db, Error, Failure, Read, Tx};

use super::{
    Result,
    account::{carry, mark, open_account, store_phc},
    party::enter,
    throttle::{Trial, count_wrong, forgive, may_try},
};
use crate::{
    Passwords, Refusal,
    model::{
        AccountEvent, Entered, Holder, Knock, LoginName, Opened, Origin, Particulars, Password, Person, Phc, Policy,
        Role, Session, SessionKey, Token,
    },
    query,
    rules::{
        account as rules,
        account::{Command, Decision, Facts},
    },
    table::{
        self,
        second::Second,
        session::{Body, SessionRow, Who},
    },
    totp::Secret,
};

/// The most sessions one account keeps open; the one longest unused makes room.
const SESSIONS_MAX: usize = 100;

/// Lets people in. Its methods block for the time of a password hash: a face calls them from a thread of its own.
#[derive(Clone)]
pub struct Door {
    db: Db,
    passwords: Arc<Passwords>,
    policy: Policy,
}

/// What somebody fills in to register.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Login name wished for.
    pub login: LoginName,
    /// Password chosen.
    pub password: Password,
    /// Who they are.
    pub person: Person,
}

/// The journal's name for what happens at the door before somebody is known.
const DOOR: Actor = Actor::System("door");

impl Door {
    /// A door to `db`'s accounts. Where the house's clock runs fast, `policy` is [`Policy::at_rate`].
    #[must_use]
    pub fn new(db: Db, passwords: Arc<Passwords>, policy: Policy) -> Self {
        Self { db, passwords, policy }
    }

    /// Lets somebody in by login name and password, as typed. The answer, and the time it takes, is the same whether the account
    /// does not exist or the password is wrong.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], [`Refusal::Locked`], [`Refusal::WrongCode`], [`Refusal::Disabled`], [`Refusal::Busy`].
    pub fn sign_in(&self, knock: &Knock) -> Result<Opened> {
        let login: LoginName = knock.login.parse().map_err(|_| Refusal::WrongCredentials)?;
        let password = Password::given(&knock.password)?;
        let (trial, known) = self.db.read(|read| {
            let trial = trial(read, &login, &knock.origin, knock.code.is_some());
            may_try(read, &trial, &self.policy)?;
            Ok::<_, Failure<Refusal>>((trial, table::account::by_login(read, &login)?))
        })?;
        let right = self.passwords.check(&password, known.as_ref().map(|(_, phc)| phc))?;
        let Some((account, phc)) = known.filter(|_| right) else {
            return self.fail(&trial, &login);
        };
        let second = self.db.read(|read| table::second::load(read, &account.id))?;
        let (wants_one, is_open) =
            (self.policy.staff_second && matches!(account.holder, Holder::Staff(_)), account.enabled);
        match (second, &knock.code) {
            (Some(_), Some(code)) => self.with_code(&account.id, &phc, &trial, code, None),
            (Some(_), None) => Ok(Opened::Code { ticket: self.right_so_far(&account.id, &phc, &trial, None)? }),
            (None, _) if wants_one && is_open => {
                let secret = Secret(store::random_bytes());
                let ticket = self.right_so_far(&account.id, &phc, &trial, Some(&secret))?;
                Ok(Opened::Enrol { ticket, secret })
            }
            // A code for an account without a second factor proves nothing: it does not go past the ceiling.
            (None, Some(_)) if !trial.is_known() => self.fail(&trial, &login),
            (None, _) => self.let_in(&account.id, &phc, &trial, vec![]),
        }
    }

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

    /// Whether the account signed in has a second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_second(&self, session: &Session) -> std::result::Result<bool, Error> {
        self.db.read(|read| Ok(table::second::load(read, &session.account)?.is_some()))
    }

    /// The code, compared outside the writer; each is counted before, and good once.
    fn with_code(&self, id: &AccountId, phc: &Phc, trial: &Trial, code: &str, fresh: Option<Secret>) -> Result<Opened> {
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

    fn let_in(&self, id: &AccountId, phc: &Phc, trial: &Trial, proofs: Vec<Proof>) -> Result<Opened> {
        let (token, policy) = (Token::new(store::random_bytes()), self.policy);
        let (key, id, phc, trial) = (token.key(), *id, phc.clone(), trial.clone());
        let device = self.db.write(move |tx| {
            let device = (!trial.is_known()).then(|| trial.device(tx));
            for proof in &proofs {
                let codes = code_trial(tx, &id);
                forgive(tx, &codes, &policy)?;
                match proof {
                    Proof::Spend { step } if !table::second::spend(tx, &id, *step)? => {
                        return Err(Refusal::WrongCode.into());
                    }
                    Proof::Spend { .. } => {}
                    Proof::Set { secret, step } => set_second(tx, &DOOR, &id, *secret, *step)?,
                }
            }
            forgive(tx, &trial, &policy)?;
            Ok::<_, Failure<Refusal>>(try_in(tx, &id, &phc, true, &key, &policy)?.map(|()| device))
        })?;
        Ok(Opened::In(Entered { token, device: device.map_err(Failure::Refused)? }))
    }

    /// The answer to a wrong password: counted, and for an account that exists journalled. One write either way; how long it takes does
    /// not tell whether there is an account.
    fn fail(&self, trial: &Trial, login: &LoginName) -> Result<Opened> {
        let (trial, login, policy) = (trial.clone(), login.clone(), self.policy);
        self.db.write(move |tx| {
            count_wrong(tx, &trial, &policy)?;
            match table::account::by_login(tx, &login)? {
                Some((account, _)) => answer(tx, &DOOR, &account.id, &Command::SignIn { right: false }).map(drop),
                None => Ok(()),
            }
        })?;
        Err(Refusal::WrongCredentials.into())
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
    fn right_so_far(&self, id: &AccountId, phc: &Phc, trial: &Trial, secret: Option<&Secret>) -> Result<String> {
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

    /// Registers a person, opens an account and signs in. Somebody whom the register knows already (entered at a
    /// window) is not entered again.
    ///
    /// # Errors
    /// [`Refusal::PersonRegistered`], [`Refusal::NameMismatch`], [`Refusal::LoginTaken`], [`Refusal::Busy`].
    pub fn register_person(&self, new: &NewPerson) -> Result<Entered> {
        let phc = self.passwords.hash(&new.password)?;
        let (token, policy) = (Token::new(store::random_bytes()), self.policy);
        let (key, login, person) = (token.key(), new.login.clone(), new.person.clone());
        let device = self.db.write(move |tx| {
            let party = enter_or_meet(tx, &person)?;
            let id = open_account(tx, &DOOR, Holder::Person(party), &login, &phc)?;
            let device = trial(tx, &login, &Origin::default(), false).device(tx);
            Ok::<_, Failure<Refusal>>(try_in(tx, &id, &phc, true, &key, &policy)?.map(|()| device))
        })?;
        Ok(Entered { token, device: Some(device.map_err(Failure::Refused)?) })
    }

    /// Opens an account for a member of staff.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::LoginTaken`], [`Refusal::Busy`].
    pub fn open_staff_account(
        &self,
        actor: &Actor,
        staff: StaffId,
        login: &LoginName,
        password: &Password,
    ) -> Result<AccountId> {
        let phc = self.passwords.hash(password)?;
        let (actor, login) = (actor.clone(), login.clone());
        self.db.write(move |tx| open_account(tx, &actor, Holder::Staff(staff), &login, &phc))
    }

    /// Changes the password of the account signed in and ends its other sessions. Wrong present passwords are counted, and waited
    /// for, by themselves: they come from a session that is open.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], [`Refusal::Locked`], [`Refusal::Busy`].
    pub fn change_password(&self, session: &Session, present: &str, chosen: &Password) -> Result<()> {
        let present = Password::given(present)?;
        let id = session.account;
        let known = self.db.read(|read| table::account::load(read, &id))?;
        let (_, phc) = known.ok_or(Refusal::UnknownAccount)?;
        let policy = self.policy;
        let trial = self.db.read(|read| {
            let trial = inside(read, &id);
            may_try(read, &trial, &policy).map(|()| trial)
        })?;
        let right = self.passwords.check(&present, Some(&phc))?;
        let chosen = self.passwords.hash(chosen)?;
        let (actor, key) = (session.actor.clone(), session.key);
        self.db
            .write(move |tx| {
                let right = right && still(tx, &id, &phc)?;
                let refused = answer(tx, &actor, &id, &Command::ChangePassword { right })?;
                if refused.is_some() {
                    count_wrong(tx, &trial, &policy)?;
                } else {
                    forgive(tx, &trial, &policy)?;
                    store_phc(tx, &actor, &id, &chosen)?;
                    table::session::delete_others(tx, &id, &key)?;
                }
                Ok::<_, Failure<Refusal>>(refused)
            })?
            .map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// Gives a new password to somebody who forgot theirs and showed who they are; all their sessions end.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::OwnAccount`], [`Refusal::ReasonMissing`], [`Refusal::UnknownAccount`],
    /// [`Refusal::Busy`].
    pub fn reset_password(&self, actor: &Actor, account: AccountId, chosen: &Password, reason: &str) -> Result<()> {
        let phc = self.passwords.hash(chosen)?;
        let actor = actor.clone();
        let command = Command::ResetPassword { reason: reason.to_owned() };
        self.db.write(move |tx| {
            answer(tx, &actor, &account, &command)?;
            store_phc(tx, &actor, &account, &phc)?;
            table::session::delete_of(tx, &account)?;
            Ok(())
        })
    }
}

/// Kinds of things tried, for [`Trial::at`].
const ACCOUNT: &str = "account";
const CODE: &str = "code";
const PASSWORD: &str = "password";
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
enum Proof {
    Spend { step: i64 },
    Set { secret: Secret, step: i64 },
}

/// A try at an account, whether there is one or not.
fn trial(read: &dyn Read, login: &LoginName, origin: &Origin, proving: bool) -> Trial {
    let login = table::account::blind_login(read, login);
    Trial::at(read, ACCOUNT, &login, origin, proving)
}

/// A try at the code of an account.
fn code_trial(read: &dyn Read, id: &AccountId) -> Trial {
    Trial::at(read, CODE, &id.to_string(), &Origin::default(), true)
}

/// A try at the present password by somebody who is signed in.
fn inside(read: &dyn Read, id: &AccountId) -> Trial {
    Trial::at(read, PASSWORD, &id.to_string(), &Origin::default(), true)
}

fn set_second(tx: &mut Tx, actor: &Actor, id: &AccountId, secret: Secret, step: i64) -> Result<()> {
    if table::second::load(tx, id)?.is_some() {
        return Err(Refusal::SecondFactorSet.into());
    }
    let (mut account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let facts = Facts { second: Some(mark(tx, id, &secret.base32())), ..Facts::default() };
    let Decision { events, .. } = rules::decide(&account, actor, &Command::SetSecondFactor, &facts)?;
    carry(tx, actor, &mut account, events)?;
    Ok(table::second::insert(tx, id, &Second { secret, step })?)
}

/// The first closing of a session after a right password; a wrong one is journalled and then refused.
fn try_in(
    tx: &mut Tx,
    id: &AccountId,
    phc: &Phc,
    right: bool,
    key: &SessionKey,
    policy: &Policy,
) -> Result<std::result::Result<(), Refusal>> {
    let right = right && still(tx, id, phc)?;
    if let Some(refusal) = answer(tx, &DOOR, id, &Command::SignIn { right })? {
        return Ok(Err(refusal));
    }
    let (account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let now = tx.now();
    let after = |span| now.saturating_add(span).unwrap_or(Timestamp::MAX);
    let (who, name, region, role) = match account.holder {
        Holder::Person(person) => {
            let particulars = query::whole(tx, &person)?.ok_or(Refusal::UnknownParty)?;
            (Who::Person(person), particulars.name(), particulars.region(), Role::Citizen)
        }
        Holder::Staff(id) => {
            let staff = table::staff::load(tx, &id)?.filter(|staff| staff.active).ok_or(Refusal::Disabled)?;
            let region = Some(staff.region());
            let role = Role::Staff { number: staff.number, post: staff.post, department: staff.department };
            (Who::Staff { staff: id, powers: staff.powers }, staff.name.to_string(), region, role)
        }
    };
    let (idle, absolute) = match role {
        Role::Citizen => (policy.citizen_idle, policy.citizen_absolute),
        Role::Staff { .. } => (policy.staff_idle, policy.staff_absolute),
    };
    let idle = i64::try_from(idle.as_micros()).unwrap_or(i64::MAX);
    let csrf = kernel::Digest(store::random_bytes()).to_string();
    let body = Body { who, name, region, role, csrf, acting_for: None };
    let row = SessionRow { account: *id, body, seen_at: now, idle, ends_at: after(absolute) };
    table::session::make_room(tx, id, SESSIONS_MAX - 1)?;
    table::session::insert(tx, key, &row)?;
    Ok(Ok(()))
}

/// Whether the password compared with is still the account's: it may have been changed while it was being hashed.
fn still(tx: &mut Tx, id: &AccountId, phc: &Phc) -> Result<bool> {
    Ok(table::account::load(tx, id)?.is_some_and(|(_, now)| now == *phc))
}

/// Journals what the rules decide about a password given; a refusal is for after the commit.
fn answer(tx: &mut Tx, actor: &Actor, id: &AccountId, command: &Command) -> Result<Option<Refusal>> {
    let (mut account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let Decision { events, refusal } = rules::decide(&account, actor, command, &Facts::default())?;
    carry(tx, actor, &mut account, events)?;
    Ok(refusal)
}

/// The party of this person: entered now, or known before under the same name.
///
/// What stands behind it today is the form and check character of the number and its uniqueness; a comparison with the
/// population register belongs here once that register answers.
fn enter_or_meet(tx: &mut Tx, person: &Person) -> Result<PartyId> {
    let Some(known) = table::party::by_person_id(tx, &person.id)? else {
        return enter(tx, &DOOR, &Particulars::Person(person.clone()));
    };
    if table::account::of(tx, Holder::Person(known))?.is_some() {
        return Err(Refusal::PersonRegistered.into());
    }
    match query::whole(tx, &known)? {
        Some(Particulars::Person(entered)) if entered.name == person.name => Ok(known),
        _ => Err(Refusal::NameMismatch.into()),
    }
}
