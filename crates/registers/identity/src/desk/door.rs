//! The door: everything that needs a password, and so a hash outside of any transaction.

use std::sync::Arc;

use kernel::{AccountId, Actor, PartyId, StaffId, Timestamp};
use store::{Db, Failure, Read, Tx};

mod second;

use second::{Proof, code_trial, set_second};

use super::{
    Result,
    account::{carry, open_account, store_phc},
    party::enter,
    throttle::{Trial, count_wrong, forgive, may_try},
};
use crate::{
    Passwords, Refusal,
    model::{
        Entered, Holder, Knock, LoginName, Opened, Origin, Particulars, Password, Person, Phc, Policy, Role, Session,
        SessionKey, Token,
    },
    query,
    rules::{
        account as rules,
        account::{Command, Decision, Facts},
    },
    table::{
        self,
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
    /// [`Refusal::WrongCredentials`], [`Refusal::Locked`], [`Refusal::Disabled`], [`Refusal::Busy`].
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
            // One answer to a wrong password and to a wrong code beside a right one: a code is no way past the ceiling for guessing.
            (Some(_), Some(code)) => match self.with_code(&account.id, &phc, &trial, code, None) {
                Err(Failure::Refused(Refusal::WrongCode)) => self.fail(&trial, &login),
                other => other,
            },
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
const PASSWORD: &str = "password";
/// A try at an account, whether there is one or not.
fn trial(read: &dyn Read, login: &LoginName, origin: &Origin, proving: bool) -> Trial {
    let login = table::account::blind_login(read, login);
    Trial::at(read, ACCOUNT, &login, origin, proving)
}

/// A try at the present password by somebody who is signed in.
fn inside(read: &dyn Read, id: &AccountId) -> Trial {
    Trial::at(read, PASSWORD, &id.to_string(), &Origin::default(), true)
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
