//! Files on their way in: what they really are, whatever they claim.

use kernel::{Actor, Digest, PartyId};
use store::{Db, Error, Failure, Read};

use crate::{Refusal, table};

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// SM3 digest under which it is kept.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// What it is, found in its content.
    pub media: String,
}

/// Keeps an uploaded file: durable when it returns. The face bounds its size.
///
/// Until it is part of a case it belongs to whom `actor` acts for, or to the clerk at the window who took it in: nobody else can hand it
/// in by naming its digest. `claimed` is the media type that the sender states, if it does: a file that is something else is refused.
pub fn keep_file(db: &Db, actor: &Actor, bytes: &[u8], claimed: Option<&str>) -> Result<StoredFile, Failure<Refusal>> {
    let media = media_of(bytes).ok_or(Refusal::FileKind)?;
    if claimed.is_some_and(|claimed| claims_otherwise(claimed, media)) {
        return Err(Refusal::FileDisguised { media }.into());
    }
    let digest = db.files().put(bytes)?;
    let file = StoredFile { digest, size: bytes.len() as u64, media: media.to_owned() };
    let (kept, owner) = (file.clone(), owner(actor));
    db.write(move |tx| table::file::insert(tx, &kept, &owner))?;
    Ok(file)
}

/// What is known of a file that was kept for this party; nothing, when it is somebody else's.
pub fn kept_file(read: &mut dyn Read, party: &PartyId, digest: &Digest) -> Result<Option<StoredFile>, Error> {
    table::file::load(read, digest, &party.to_string())
}

/// Whose a file is that `actor` uploads: the party's for which they act, or the member of staff's own.
pub(crate) fn owner(actor: &Actor) -> String {
    match (actor.party(), actor) {
        (Some(party), _) => party.to_string(),
        (None, Actor::Staff { .. } | Actor::System(_) | Actor::Citizen { .. }) => actor.label(),
    }
}

/// The media types that are taken, by how their content begins: pictures, PDF, OFD and office documents.
pub fn media_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i', b'c' | b'x', ..] => Some("image/heic"),
        [b'P', b'K', 3, 4, ..] => zip_kind(bytes),
        _ => None,
    }
}

/// A ZIP file tells by its first names which kind of document it holds; other archives are not taken.
fn zip_kind(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let names = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    if names(b"OFD.xml") {
        Some("application/ofd")
    } else if names(b"word/") {
        Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    } else if names(b"xl/") {
        Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    } else {
        None
    }
}

/// Browsers call unknown kinds octet-stream: that is no claim.
fn claims_otherwise(claimed: &str, media: &str) -> bool {
    let claimed = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let vague = claimed.is_empty() || claimed == "application/octet-stream" || claimed == "application/zip";
    let same = claimed == media || (claimed == "image/jpg" && media == "image/jpeg");
    let heif = media == "image/heic" && claimed == "image/heif";
    !(vague || same || heif)
}
