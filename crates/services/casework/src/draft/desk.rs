//! What an owner does with a draft. Each takes the version it was made on: two devices do not overwrite each other.

use catalogue::Answers;
use kernel::{Actor, BasicCode, CaseNumber, DraftId, PartyId, RegionCode, Timestamp};
use store::{Error, Failure, Once, Read, Tx};

use super::{DRAFTS_MOST, Draft, DraftLine, KEPT_DAYS, Scratch};
use crate::table::draft::{self as table, DraftRow};
use crate::{Attachment, Key, Refusal, Way};

/// Materials that one draft may hold.
const MATERIALS_MOST: usize = 100;
/// Bytes that the answers of one draft may have.
const ANSWERS_MOST: usize = 256 * 1024;

/// Begins a draft for an item at the owner's place. Fails when the item is not handled there.
pub fn start(tx: &mut Tx, actor: &Actor, item: BasicCode, region: RegionCode) -> Result<Draft, Failure<Refusal>> {
    let owner = owner(actor)?;
    crate::submission::may_act(tx, actor, &item)?;
    let implementation =
        catalogue::implementation(tx, &item, region).map_err(|failure| failure.map_refusal(Refusal::Item))?;
    crate::rules::may_stand_alone(&implementation.base, None)?;
    if table::of(tx, &owner, DRAFTS_MOST)?.len() >= DRAFTS_MOST {
        return Err(Refusal::TooManyDrafts.into());
    }
    let now = tx.now();
    let draft = Draft {
        id: DraftId::new(store::fresh_uuid()),
        owner,
        item,
        region,
        version: 1,
        updated: now,
        expires: expiry(now),
        answers: Answers::new(),
        materials: vec![],
        way: None,
    };
    let row = row(tx, &draft)?;
    table::insert(tx, &row)?;
    Ok(draft)
}

/// Keeps answers, whatever they are worth: what is wrong is told by the view, not by losing it. Blank ones are taken out.
pub fn answer(
    tx: &mut Tx,
    actor: &Actor,
    id: &DraftId,
    version: i64,
    answers: &Answers,
) -> Result<Draft, Failure<Refusal>> {
    change(tx, actor, id, version, |draft, tx| {
        let form = catalogue::form(tx, &draft.item).map_err(|failure| failure.map_refusal(Refusal::Item))?;
        if let Some(unasked) = answers.keys().find(|key| form.question(key).is_none()) {
            return Err(Refusal::NotAsked(unasked.clone()).into());
        }
        draft.answers.extend(answers.iter().map(|(key, answer)| (key.clone(), answer.clone())));
        draft.answers.retain(|_, answer| !answer.is_blank());
        let size: usize = draft.answers.values().map(|answer| answer.shown().len()).sum();
        if size > ANSWERS_MOST {
            Err(Refusal::TooLong { pointer: "/answers", most: ANSWERS_MOST }.into())
        } else {
            Ok(())
        }
    })
}

/// Puts a material in. A licence or the promise to show the original takes the place of what was there; files add up.
pub fn attach(
    tx: &mut Tx,
    actor: &Actor,
    id: &DraftId,
    version: i64,
    attachment: &Attachment,
) -> Result<Draft, Failure<Refusal>> {
    change(tx, actor, id, version, |draft, tx| {
        on_the_list(tx, draft, &attachment.material)?;
        // What cannot be used is said now, not on submitting.
        crate::materials::gather(tx, actor, &draft.owner, std::slice::from_ref(attachment))?;
        let adds_up = attachment.brought.is_file();
        draft.materials.retain(|other| {
            other.material != attachment.material
                || (adds_up && other.brought.is_file() && other.brought.digest() != attachment.brought.digest())
        });
        draft.materials.push(attachment.clone());
        if draft.materials.len() > MATERIALS_MOST { Err(Refusal::TooManyMaterials.into()) } else { Ok(()) }
    })
}

/// Takes a material out again: this one, or everything under the name.
pub fn detach(
    tx: &mut Tx,
    actor: &Actor,
    id: &DraftId,
    version: i64,
    material: &str,
    only: Option<&kernel::Digest>,
) -> Result<Draft, Failure<Refusal>> {
    change(tx, actor, id, version, |draft, _| {
        draft.materials.retain(|other| {
            other.material != material || only.is_some_and(|digest| other.brought.digest() != Some(digest))
        });
        Ok(())
    })
}

/// Chooses how the result is to be received.
pub fn choose_way(
    tx: &mut Tx,
    actor: &Actor,
    id: &DraftId,
    version: i64,
    way: &Way,
) -> Result<Draft, Failure<Refusal>> {
    change(tx, actor, id, version, |draft, tx| {
        let implementation = catalogue::implementation(tx, &draft.item, draft.region)
            .map_err(|failure| failure.map_refusal(Refusal::Item))?;
        let base = &implementation.base;
        crate::rules::may_go(crate::ways(base.result_kind, base.courier), way.service())?;
        draft.way = Some(way.clone());
        Ok(())
    })
}

/// Throws a draft away.
pub fn discard(tx: &mut Tx, actor: &Actor, id: &DraftId) -> Result<(), Failure<Refusal>> {
    let draft = of(tx, actor, id)?;
    table::drop(tx, &draft.id)?;
    Ok(())
}

/// The case that this draft became within the last day: who presses the button twice is led to the one case.
pub fn filed(tx: &mut Tx, actor: &Actor, id: &DraftId) -> Result<Option<CaseNumber>, Failure<Refusal>> {
    let Key { client, key, request } = super::key(owner(actor)?, *id);
    Ok(match tx.once(&client, &key, &request)? {
        Once::Done(number) => number.parse().ok(),
        Once::New | Once::Other => None,
    })
}

/// A draft, for its owner.
pub fn of(read: &mut dyn Read, actor: &Actor, id: &DraftId) -> Result<Draft, Failure<Refusal>> {
    let owner = owner(actor)?;
    let row = table::load(read, id)?.filter(|row| row.owner == owner).ok_or(Refusal::DraftGone)?;
    if row.line.expires <= read.now() {
        return Err(Refusal::DraftGone.into());
    }
    crate::submission::may_act(read, actor, &row.line.item)?;
    let vault = read.vault();
    let scratch = vault.unseal(read, &owner, &row.body)?;
    let Scratch { answers, materials, way } = serde_json::from_str(&scratch).map_err(Error::from)?;
    let DraftLine { id, item, region, version, updated, expires } = row.line;
    Ok(Draft { id, owner, item, region, version, updated, expires, answers, materials, way })
}

/// The drafts of the party that the actor acts for, latest first.
pub fn list(read: &mut dyn Read, actor: &Actor) -> Result<Vec<DraftLine>, Failure<Refusal>> {
    let owner = owner(actor)?;
    let now = read.now();
    let mut lines = table::of(read, &owner, DRAFTS_MOST)?;
    lines.retain(|line| line.expires > now);
    Ok(lines)
}

fn change(
    tx: &mut Tx,
    actor: &Actor,
    id: &DraftId,
    version: i64,
    work: impl FnOnce(&mut Draft, &mut Tx) -> Result<(), Failure<Refusal>>,
) -> Result<Draft, Failure<Refusal>> {
    let mut draft = of(tx, actor, id)?;
    if draft.version != version {
        return Err(Refusal::DraftStale { version: draft.version }.into());
    }
    work(&mut draft, tx)?;
    draft.version += 1;
    draft.updated = tx.now();
    draft.expires = expiry(draft.updated);
    let row = row(tx, &draft)?;
    if table::save(tx, &row)? { Ok(draft) } else { Err(Failure::Broken(Error::Lost)) }
}

fn row(tx: &mut Tx, draft: &Draft) -> Result<DraftRow, Error> {
    let Draft { answers, materials, way, .. } = draft;
    let scratch = Scratch { answers: answers.clone(), materials: materials.clone(), way: way.clone() };
    let body = tx.seal(&draft.owner, &serde_json::to_string(&scratch)?)?;
    let Draft { id, owner, item, region, version, updated, expires, .. } = *draft;
    Ok(DraftRow { line: DraftLine { id, item, region, version, updated, expires }, owner, body })
}

fn on_the_list(tx: &mut Tx, draft: &Draft, material: &str) -> Result<(), Failure<Refusal>> {
    let implementation = catalogue::implementation(tx, &draft.item, draft.region)
        .map_err(|failure| failure.map_refusal(Refusal::Item))?;
    let listed = implementation.materials.iter().any(|listed| listed.name == material);
    if listed { Ok(()) } else { Err(Refusal::NotAsked(material.to_owned()).into()) }
}

fn owner(actor: &Actor) -> Result<PartyId, Refusal> {
    actor.party().ok_or(Refusal::OnlyTheApplicant)
}

fn expiry(now: Timestamp) -> Timestamp {
    crate::desk::later(now, KEPT_DAYS * 24 * 60)
}
