//! Materials on their way into a case: files that were really uploaded, licences that are really the applicant's and valid, earlier
//! papers that are really theirs.

use std::collections::BTreeMap;

use kernel::PartyId;
use store::{Failure, Read};

use crate::{Attachment, Brought, Material, Provision, Refusal, holdings, table};

/// What attachments come to.
pub(crate) struct Gathered {
    /// The materials.
    pub materials: Vec<Material>,
    /// The names that the files had at home, by digest.
    pub files: BTreeMap<String, String>,
}

/// What `attachments` come to: files that are there, licences and earlier files that are the applicant's own.
pub(crate) fn gather(
    read: &mut dyn Read,
    applicant: &PartyId,
    attachments: &[Attachment],
) -> Result<Gathered, Failure<Refusal>> {
    let mut files = BTreeMap::new();
    let mut materials = Vec::with_capacity(attachments.len());
    for Attachment { material, brought } in attachments {
        let provision = match brought {
            Brought::File { digest, name } => {
                let file = table::file::load(read, digest)?.ok_or(Refusal::FileUnknown(*digest))?;
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
