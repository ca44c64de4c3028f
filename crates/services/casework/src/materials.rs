//! Materials on their way into a case: files that were really uploaded, licences that are really the applicant's and valid, earlier
//! papers that are really theirs.

use std::collections::BTreeMap;

use kernel::{Actor, Digest, PartyId};
use store::{Error, Failure, Read};

use crate::{Attachment, Brought, Material, Provision, Refusal, StoredFile, holdings, table, upload};

/// What attachments come to.
pub(crate) struct Gathered {
    /// The materials.
    pub materials: Vec<Material>,
    /// The names that the files had at home, by digest.
    pub files: BTreeMap<String, String>,
}

/// What `attachments` come to: files that the applicant or whoever files for them uploaded, licences and earlier files that are the
/// applicant's own. Somebody else's file is answered like one that is not there.
pub(crate) fn gather(
    read: &mut dyn Read,
    actor: &Actor,
    applicant: &PartyId,
    attachments: &[Attachment],
) -> Result<Gathered, Failure<Refusal>> {
    let mut files = BTreeMap::new();
    let mut materials = Vec::with_capacity(attachments.len());
    for Attachment { material, brought } in attachments {
        let provision = match brought {
            Brought::File { digest, name } => {
                let file = uploaded(read, actor, applicant, digest)?.ok_or(Refusal::FileUnknown(*digest))?;
                if let Some(name) = name {
                    files.insert(digest.to_string(), name.chars().take(200).collect());
                }
                Provision::Upload { digest: *digest, size: file.size, media: file.media }
            }
            Brought::Licence { id } => {
                holdings::is_usable(read, applicant, id)?
                    .then_some(())
                    .ok_or_else(|| Refusal::LicenceUnusable { material: material.clone() })?;
                Provision::Licence { id: id.clone() }
            }
            Brought::Earlier { case, digest } => holdings::earlier(read, applicant, case, digest)?
                .ok_or_else(|| Refusal::EarlierUnusable { material: material.clone() })?,
            Brought::AtWindow => Provision::AtWindow,
        };
        materials.push(Material::new(material.clone(), provision));
    }
    Ok(Gathered { materials, files })
}

/// A file of the applicant's, or one that the clerk who files for them took in.
pub(crate) fn uploaded(
    read: &mut dyn Read,
    actor: &Actor,
    applicant: &PartyId,
    digest: &Digest,
) -> Result<Option<StoredFile>, Error> {
    match table::file::load(read, digest, &applicant.to_string())? {
        None if actor.staff().is_some() => table::file::load(read, digest, &upload::owner(actor)),
        found => Ok(found),
    }
}
