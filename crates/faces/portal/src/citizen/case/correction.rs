//! 补正: everything that is missing on one page, with its field beside it, handed back at once.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use casework::{Attachment, Brought, Case, Missing, Papers, Refusal, State as CaseState, StoredFile, Subject};
use catalogue::{Answers, Form};
use kernel::Digest;
use store::{Error, Failure, Read, ReadExt};
use web::{
    Choice, Fault, Field, FieldKind, Fields, House, TriedUpload, Upload, UploadedFile, Visitor, Wrong, redirect, upload,
};

use super::{own, progress_page, told};
use crate::citizen::{
    apart,
    apply::field,
    licence::{self, Held},
    words,
};

/// What is to be put right.
pub struct Fix {
    /// One for each thing missing, in the order of the notice.
    pub rows: Vec<Row>,
}

/// One thing to put right.
pub struct Row {
    /// What it is.
    pub name: String,
    /// What is wrong and how to put it right.
    pub why: String,
    /// Where to put it right.
    pub field: Field,
    /// A file that arrived while something else was wrong.
    pub kept: Option<Kept>,
    /// Licences that could stand for it.
    pub licences: Option<Field>,
}

/// A file that is here already.
pub struct Kept {
    /// Its digest, its name behind a slash.
    pub token: String,
    /// Its name and size.
    pub say: String,
}

/// The form of the case's item, if it still has one.
pub fn form(read: &mut dyn Read, case: &Case) -> Result<Option<Arc<Form>>, Error> {
    match catalogue::form(read, &case.item) {
        Ok(form) => Ok(Some(form)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Broken(error)) => Err(error),
    }
}

/// The name of what is missing: a material by its own, an answer by its question.
pub fn label(subject: &Subject, form: Option<&Form>) -> String {
    match subject {
        Subject::Material(name) => name.clone(),
        Subject::Field(key) => {
            form.and_then(|form| form.question(key)).map_or_else(|| key.clone(), |question| question.noun.clone())
        }
    }
}

/// The fields on the page are numbered, since a material's name is no good key.
fn key(place: usize, subject: &Subject) -> String {
    match subject {
        Subject::Material(_) => format!("m{place}"),
        Subject::Field(key) => key.clone(),
    }
}

fn missing(case: &Case) -> Option<&[Missing]> {
    match &case.state {
        CaseState::Correcting { missing, .. } => Some(missing),
        _ => None,
    }
}

impl Fix {
    /// What stands on the page, if the case waits for corrections. `sent` is what was typed before.
    pub fn of(
        house: &House,
        case: &Case,
        papers: &Papers,
        sent: &Fields,
        wrongs: &[Wrong],
    ) -> Result<Option<Fix>, Fault> {
        let Some(missing) = missing(case) else { return Ok(None) };
        let (form, regions, mut held, mut kept) = house.read(|read| {
            let held: Result<Vec<_>, Error> = missing.iter().map(|missing| held(read, case, missing)).collect();
            let kept: Result<Vec<_>, Error> = (0..)
                .zip(missing)
                .map(|(place, missing)| kept(read, case, sent.get(&format!("{}-kept", key(place, &missing.what)))))
                .collect();
            Ok((form(read, case)?, read.cached::<organisation::Regions>()?, held?, kept?))
        })?;
        let mut row = |(place, missing): (usize, &Missing)| {
            let key = key(place, &missing.what);
            let question = match &missing.what {
                Subject::Field(key) => form.as_deref().and_then(|form| form.question(key)),
                Subject::Material(_) => None,
            };
            let field = match (&missing.what, question) {
                (Subject::Field(key), Some(question)) => {
                    let typed = field::answer(question, sent, &regions);
                    field::field(question, typed.as_ref().or_else(|| papers.answers.get(key)), &regions, wrongs)
                }
                (Subject::Field(_), None) => Field::new(FieldKind::Area, key.as_str(), "怎么改").wrong(wrongs),
                (Subject::Material(_), _) => file_field(house, key.as_str(), "拍照或上传").wrong(wrongs),
            };
            let kept = kept[place].take();
            let licences = offers(&key, std::mem::take(&mut held[place]), sent);
            Row { name: label(&missing.what, form.as_deref()), why: missing.why.clone(), field, kept, licences }
        };
        Ok(Some(Fix { rows: missing.iter().enumerate().map(&mut row).collect() }))
    }
}

/// A field for one file, with what is taken and how large it may be.
pub fn file_field(house: &House, key: &str, label: &str) -> Field {
    let largest = words::bytes(house.config.file_bytes_max as u64);
    let mut field = Field::new(FieldKind::File, key, label)
        .hint(format!("{}，最大 {largest}。照片四个角都拍进去，字要看得清。", upload::TAKEN));
    field.accept = Some(upload::ACCEPT);
    field
}

/// The applicant's licences that serve for what is missing.
fn held(read: &mut dyn Read, case: &Case, missing: &Missing) -> Result<Vec<Held>, Error> {
    match &missing.what {
        Subject::Material(name) => licence::serving(read, &case.applicant, name),
        Subject::Field(_) => Ok(vec![]),
    }
}

/// A file that arrived before, if the page sends one back.
fn kept(read: &mut dyn Read, case: &Case, token: Option<&str>) -> Result<Option<Kept>, Error> {
    let Some((digest, name)) = token.and_then(Kept::parts) else { return Ok(None) };
    Ok(casework::kept_file(read, &case.applicant, &digest)?.map(|file| Kept::of(&file, &name)))
}

/// Licences to choose from, the first of them chosen.
fn offers(key: &str, held: Vec<Held>, sent: &Fields) -> Option<Field> {
    let key = format!("{key}-licence");
    let mut choices: Vec<Choice> =
        held.into_iter().map(|held| Choice::new(held.id.to_string(), format!("{}，现在有效", held.name))).collect();
    let first = choices.first()?.value.clone();
    choices.push(Choice::new("", "不用，我上传"));
    let chosen = sent.get(&key).map_or(first, str::to_owned);
    let mut field = Field::new(FieldKind::Select, key, "用我们已经有的证照").width("w-30");
    field.choices = choices;
    Some(field.value(chosen))
}

impl Kept {
    /// A file that was kept under this name.
    pub fn of(file: &StoredFile, name: &str) -> Kept {
        Kept {
            token: format!("{}/{name}", file.digest),
            say: format!("{name}，{}", words::file(&file.media, file.size)),
        }
    }

    /// What the page sent back: the digest can only be known to whoever had the file.
    pub fn parts(token: &str) -> Option<(Digest, String)> {
        let (digest, name) = token.split_once('/')?;
        Some((digest.parse().ok()?, upload::clean_name(name)))
    }

    fn brought(token: &str) -> Option<Brought> {
        let (digest, name) = Kept::parts(token)?;
        Some(Brought::File { digest, name: Some(name) })
    }
}

pub(super) async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    upload: Result<TriedUpload, Fault>,
) -> Result<Response, Fault> {
    let (case, papers) = own(&house, &visitor, &number)?;
    let Some(missing) = missing(&case) else { return Ok(redirect(&format!("/case/{}", case.number))) };
    let TriedUpload { upload: Upload { fields: mut sent, files }, refused } = upload?;
    let mut wrongs: Vec<Wrong> = refused.into_iter().map(|(field, fault)| Wrong::new(field, said(&fault))).collect();
    for file in &files {
        match keep(&house, &visitor, file.clone()).await? {
            Ok(stored) => sent.0.push((format!("{}-kept", file.field), Kept::of(&stored, &file.name).token)),
            Err(refusal) => wrongs.push(Wrong::new(file.field.as_str(), told(&refusal))),
        }
    }
    let (answers, attachments) = collect(&house, &case, &papers, missing, &sent, &mut wrongs)?;
    if wrongs.is_empty() {
        match hand_in(&house, &visitor, &case, answers, attachments).await {
            Ok(()) => return Ok(redirect(&format!("/case/{}", case.number))),
            Err(Failure::Refused(Refusal::Form(errors))) => wrongs = Wrong::of(&errors),
            Err(Failure::Refused(refusal)) => return Err(Fault::refused(&refusal)),
            Err(Failure::Broken(error)) => return Err(error.into()),
        }
    }
    progress_page(&house, &visitor, &case, &papers, &sent, wrongs)
}

/// A fault and its way out in one line.
pub fn said(fault: &Fault) -> String {
    format!("{}{}", fault.detail, fault.remedy.as_deref().unwrap_or_default())
}

/// Stores a file; the disk is waited for on a thread of its own.
pub async fn keep(
    house: &Arc<House>,
    visitor: &Visitor,
    file: UploadedFile,
) -> Result<Result<StoredFile, Refusal>, Fault> {
    let actor = visitor.citizen()?.0.actor.clone();
    let work = move |house: &House| casework::keep_file(&house.db, &actor, &file.bytes, Some(file.media.mime()));
    let kept = apart(house, work).await?;
    match kept {
        Ok(stored) => Ok(Ok(stored)),
        Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

type Collected = (Option<Answers>, Vec<Attachment>);

/// Every missing thing as an answer or an attachment; what is still missing becomes a mistake.
fn collect(
    house: &House,
    case: &Case,
    papers: &Papers,
    missing: &[Missing],
    sent: &Fields,
    wrongs: &mut Vec<Wrong>,
) -> Result<Collected, Fault> {
    let (form, regions) = house.read(|read| Ok((form(read, case)?, read.cached::<organisation::Regions>()?)))?;
    let (mut answers, mut attachments, mut changed) = (papers.answers.clone(), vec![], false);
    for (place, missing) in missing.iter().enumerate() {
        let key = key(place, &missing.what);
        match &missing.what {
            Subject::Field(field) => {
                let question = form.as_deref().and_then(|form| form.question(field));
                match question.and_then(|question| field::answer(question, sent, &regions)) {
                    Some(answer) => {
                        changed = true;
                        answers.insert(field.clone(), answer);
                    }
                    None => wrongs.push(Wrong::new(key, format!("填写{}", label(&missing.what, form.as_deref())))),
                }
            }
            Subject::Material(name) => {
                let licence = sent.get(&format!("{key}-licence")).filter(|id| !id.is_empty());
                let file = sent.get(&format!("{key}-kept")).and_then(Kept::brought);
                let brought = file.or_else(|| Some(Brought::Licence { id: licence?.parse().ok()? }));
                let already = wrongs.iter().any(|wrong| wrong.key == key);
                match brought {
                    Some(brought) => attachments.push(Attachment { material: name.clone(), brought }),
                    None if already => {}
                    None => wrongs.push(Wrong::new(key, format!("上传{name}"))),
                }
            }
        }
    }
    Ok((changed.then_some(answers), attachments))
}

async fn hand_in(
    house: &Arc<House>,
    visitor: &Visitor,
    case: &Case,
    answers: Option<Answers>,
    attachments: Vec<Attachment>,
) -> Result<(), Failure<Refusal>> {
    let Some(session) = &visitor.session else { return Err(Refusal::NotFound.into()) };
    let (actor, number) = (session.actor.clone(), case.number);
    let command = casework::resubmission(&house.db, &actor, &number, answers.as_ref(), &attachments)?;
    house.db.write_async(move |tx| casework::handle(tx, &actor, &number, &command)).await.map(drop)
}
