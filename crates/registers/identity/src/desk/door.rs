//! The door: everything that needs a password, and so a hash outside of any transaction.

use std::sync::Arc;

use kernel::{AccountId, Actor, PartyId, StaffId, Timestamp};
use store::{Db, Failure, Read, Tx};

use super::{
    Result,
    account::{carry, open_account},
    party::enter,
};
use crate::{
    Passwords, Refusal,
    model::{Account, Holder, LoginName, Particulars, Password, Person, Phc, Policy, Role, Session, SessionKey, Token},
    query,
    rules::{
        account as rules,
        account::{Command, Decision, Facts},
    },
    table::{
        self,
        session::{Body, SessionRow, Who},
    },
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

    /// Signs in with login name and password, as typed.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], [`Refusal::Locked`], [`Refusal::Disabled`], [`Refusal::Busy`].
    pub fn sign_in(&self, login: &str, password: &str) -> Result<Token> {
        let login: LoginName = login.parse().map_err(|_| Refusal::WrongCredentials)?;
        let password = Password::given(password)?;
        let known = self.db.read(|read| table::account::by_login(read, &login))?;
        let phc = known.as_ref().map(|(_, phc)| phc);
        self.answer_early(known.as_ref().map(|(account, _)| account))?;
        let right = self.passwords.check(&password, phc)?;
        let Some((Account { id, .. }, phc)) = known else { return Err(Refusal::WrongCredentials.into()) };

        let (token, policy) = (Token::new(store::random_bytes()), self.policy);
        let key = token.key();
        self.db.write(move |tx| try_in(tx, &id, &phc, right, &key, &policy))?.map_err(Failure::Refused)?;
        Ok(token)
    }

    /// Registers a person, opens an account and signs in. Somebody whom the register knows already (entered at a
    /// window) is not entered again.
    ///
    /// # Errors
    /// [`Refusal::PersonRegistered`], [`Refusal::NameMismatch`], [`Refusal::LoginTaken`], [`Refusal::Busy`].
    pub fn register_person(&self, new: &NewPerson) -> Result<Token> {
        let phc = self.passwords.hash(&new.password)?;
        let (token, policy) = (Token::new(store::random_bytes()), self.policy);
        let (key, login, person) = (token.key(), new.login.clone(), new.person.clone());
        self.db
            .write(move |tx| {
                let party = enter_or_meet(tx, &person)?;
                let id = open_account(tx, &DOOR, Holder::Person(party), &login, &phc)?;
                try_in(tx, &id, &phc, true, &key, &policy)
            })?
            .map_err(Failure::Refused)?;
        Ok(token)
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

    /// Changes the password of the account signed in and ends its other sessions. A wrong present password counts
    /// towards the lock like one at sign-in.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], [`Refusal::Locked`], [`Refusal::Busy`].
    pub fn change_password(&self, session: &Session, present: &str, chosen: &Password) -> Result<()> {
        let present = Password::given(present)?;
        let id = session.account;
        let known = self.db.read(|read| table::account::load(read, &id))?;
        let (account, phc) = known.ok_or(Refusal::UnknownAccount)?;
        self.answer_early(Some(&account))?;
        let right = self.passwords.check(&present, Some(&phc))?;
        let chosen = self.passwords.hash(chosen)?;
        let (actor, key, policy) = (session.actor.clone(), session.key, self.policy);
        self.db
            .write(move |tx| {
                let right = right && still(tx, &id, &phc)?;
                let refused = answer(tx, &actor, &id, &Command::ChangePassword { right }, &policy)?;
                if refused.is_none() {
                    table::account::set_phc(tx, &id, &chosen)?;
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
        let (actor, policy) = (actor.clone(), self.policy);
        let command = Command::ResetPassword { reason: reason.to_owned() };
        self.db.write(move |tx| {
            answer(tx, &actor, &account, &command, &policy)?;
            table::account::set_phc(tx, &account, &phc)?;
            table::session::delete_of(tx, &account)?;
            Ok(())
        })
    }

    /// Says no to a locked or closed account before a hash is spent on it; the rules look again afterwards.
    fn answer_early(&self, account: Option<&Account>) -> Result<()> {
        let Some(account) = account else { return Ok(()) };
        let facts = Facts { now: self.db.now(), policy: self.policy };
        rules::decide(account, &DOOR, &Command::SignIn { right: false }, &facts)?;
        Ok(())
    }
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
    if let Some(refusal) = answer(tx, &DOOR, id, &Command::SignIn { right }, policy)? {
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
fn answer(tx: &mut Tx, actor: &Actor, id: &AccountId, command: &Command, policy: &Policy) -> Result<Option<Refusal>> {
    let (mut account, _) = table::account::load(tx, id)?.ok_or(Refusal::UnknownAccount)?;
    let facts = Facts { now: tx.now(), policy: *policy };
    let Decision { events, refusal } = rules::decide(&account, actor, command, &facts)?;
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
