//! Files that people send: no larger than allowed, and what they claim to be.

use std::sync::Arc;

use axum::{
    extract::{DefaultBodyLimit, FromRef, FromRequest, FromRequestParts, Multipart, Request, multipart},
    http::StatusCode,
};

use crate::{Fault, Fields, House, Visitor, form::TOKEN, words};

/// Fields beside the files may take so much.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// So many parts a form may have.
const PARTS_MAX: usize = 64;

/// A form with files; its token, which must come first, was checked.
#[derive(Debug, Default)]
pub struct Upload {
    /// The fields that are text.
    pub fields: Fields,
    /// The files that were chosen; a file input left empty gives none.
    pub files: Vec<UploadedFile>,
}

/// A form with files of which some may not be taken: for pages that keep the rest and say what is wrong beside the field.
#[derive(Debug, Default)]
pub struct TriedUpload {
    /// What can be taken.
    pub upload: Upload,
    /// Files that cannot, by the form's field, each with the reason.
    pub refused: Vec<(String, Fault)>,
}

/// A file whose content is what its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// The form's field.
    pub field: String,
    /// Its name without folders, at most 100 characters.
    pub name: String,
    /// What it is.
    pub media: Media,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The kinds of file that materials may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// PDF
    Pdf,
    /// JPEG picture
    Jpeg,
    /// PNG picture
    Png,
    /// HEIF picture, as telephones take them
    Heic,
    /// OFD, the national format of fixed documents (GB/T 33190)
    Ofd,
    /// Word document
    Docx,
}

/// The words of what is taken, for hints and refusals.
pub const TAKEN: &str = "PDF、JPG、PNG、HEIC、OFD、DOCX";
/// Value of `accept` for a file input.
pub const ACCEPT: &str = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.ofd,.docx,image/*";

impl Media {
    /// What the bytes are, told from their beginning; archives also from the names inside.
    pub fn sniff(bytes: &[u8]) -> Option<Media> {
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Media::Pdf),
            [0xff, 0xd8, 0xff, ..] => Some(Media::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Media::Png),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4) {
                Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1") => Some(Media::Heic),
                _ => None,
            },
            [b'P', b'K', 3, 4, ..] if holds(b"OFD.xml") => Some(Media::Ofd),
            [b'P', b'K', 3, 4, ..] if holds(b"word/document.xml") => Some(Media::Docx),
            _ => None,
        }
    }

    /// What a file's name says that it is.
    pub fn of_name(name: &str) -> Option<Media> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "pdf" => Some(Media::Pdf),
            "jpg" | "jpeg" => Some(Media::Jpeg),
            "png" => Some(Media::Png),
            "heic" | "heif" => Some(Media::Heic),
            "ofd" => Some(Media::Ofd),
            "docx" => Some(Media::Docx),
            _ => None,
        }
    }

    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Media::Pdf => "application/pdf",
            Media::Jpeg => "image/jpeg",
            Media::Png => "image/png",
            Media::Heic => "image/heic",
            Media::Ofd => "application/ofd",
            Media::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Media::Pdf => "PDF",
            Media::Jpeg => "JPG 图片",
            Media::Png => "PNG 图片",
            Media::Heic => "HEIC 图片",
            Media::Ofd => "OFD",
            Media::Docx => "Word 文档",
        }
    }
}

/// Accepts content only as what its name says that it is.
pub fn check(name: &str, bytes: &[u8]) -> Result<Media, Fault> {
    let shown = clean_name(name);
    let refuse = |code, detail: String| {
        Err(Fault::unsupported(code, detail).with_remedy(format!("请换成这些格式之一：{TAKEN}。也可以直接拍照上传。")))
    };
    if bytes.is_empty() {
        return refuse("upload.empty", format!("“{shown}”是空文件，里面没有内容。"));
    }
    match (Media::of_name(name), Media::sniff(bytes)) {
        (Some(claimed), Some(found)) if claimed == found => Ok(found),
        (Some(claimed), Some(found)) => refuse(
            "upload.not-what-it-claims",
            format!("“{shown}”的名字说是 {}，内容却是 {}。", claimed.word(), found.word()),
        ),
        (Some(claimed), None) => {
            refuse("upload.not-what-it-claims", format!("“{shown}”的内容不是 {}，可能已经损坏。", claimed.word()))
        }
        (None, _) => refuse("upload.kind", format!("“{shown}”这种文件收不了。")),
    }
}

/// A file's name as it may be shown and stored: no folders, no control characters, not too long.
pub fn clean_name(name: &str) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: Vec<char> = own.chars().filter(|c| !c.is_control()).collect();
    // The ending stays, because it says what the file is.
    let text: String = kept[kept.len().saturating_sub(100)..].iter().collect();
    if text.trim().is_empty() { "未命名".to_owned() } else { text }
}

impl<S> FromRequest<S> for Upload
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let TriedUpload { upload, refused } = TriedUpload::from_request(request, state).await?;
        match refused.into_iter().next() {
            Some((_, fault)) => Err(fault),
            None => Ok(upload),
        }
    }
}

impl<S> FromRequest<S> for TriedUpload
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let house = Arc::<House>::from_ref(state);
        let file_max = house.config.file_bytes_max;
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(file_max.saturating_add(1024 * 1024)).apply(&mut request);
        let mut multipart = Multipart::from_request(request, state)
            .await
            .map_err(|_| Fault::unsupported("face.not-a-form", "这里只收带文件的网页表单。"))?;

        let (mut upload, mut refused) = (Upload::default(), vec![]);
        let mut is_trusted = false;
        let mut parts_seen = 0;
        while let Some(field) = multipart.next_field().await.map_err(|error| broken_part(&error, file_max))? {
            parts_seen += 1;
            let key = field.name().unwrap_or_default().to_owned();
            if parts_seen > PARTS_MAX {
                return Err(Fault::bad_request("face.too-many-parts", "一次提交的内容项数太多。"));
            }
            if key == TOKEN {
                visitor.check(&text(field).await?)?;
                is_trusted = true;
            } else if !is_trusted {
                return Err(Fault::forged());
            } else if let Some(name) = field.file_name().map(str::to_owned) {
                let bytes = match whole(field, file_max).await? {
                    Read::Whole(bytes) => bytes,
                    Read::TooLong => {
                        refused.push((key, Fault::too_large(file_max)));
                        continue;
                    }
                    Read::Endless => {
                        // What stands behind it is not read any more; what stands before it is kept.
                        refused.push((key, Fault::too_large(file_max)));
                        break;
                    }
                };
                if name.is_empty() && bytes.is_empty() {
                    continue;
                }
                match check(&name, &bytes) {
                    Ok(media) => upload.files.push(UploadedFile { field: key, name: clean_name(&name), media, bytes }),
                    Err(fault) => refused.push((key, fault)),
                }
            } else {
                let value = text(field).await?;
                upload.fields.0.push((key, value));
            }
        }
        if is_trusted { Ok(TriedUpload { upload, refused }) } else { Err(Fault::forged()) }
    }
}

async fn text(field: multipart::Field<'_>) -> Result<String, Fault> {
    let bytes = limited(field, TEXT_BYTES_MAX).await?;
    let text = String::from_utf8(bytes).map_err(|_| crate::query::bad_text())?;
    if words::is_clean(&text) { Ok(text) } else { Err(crate::query::bad_text()) }
}

/// What came of reading a file.
enum Read {
    Whole(Vec<u8>),
    /// Longer than may be, and read to its end.
    TooLong,
    /// So long that the rest of the request is not read.
    Endless,
}

async fn whole(mut field: multipart::Field<'_>, max: usize) -> Result<Read, Fault> {
    let (mut bytes, mut is_long) = (Vec::new(), false);
    loop {
        match field.chunk().await {
            Ok(None) if is_long => return Ok(Read::TooLong),
            Ok(None) => return Ok(Read::Whole(bytes)),
            Ok(Some(_)) if is_long => {}
            Ok(Some(chunk)) if bytes.len() + chunk.len() > max => (is_long, bytes) = (true, vec![]),
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => return Ok(Read::Endless),
            Err(error) => return Err(broken_part(&error, max)),
        }
    }
}

async fn limited(mut field: multipart::Field<'_>, max: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken_part(&error, max))? {
        if bytes.len() + chunk.len() > max {
            return Err(Fault::too_large(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn broken_part(error: &multipart::MultipartError, max: usize) -> Fault {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::too_large(max);
    }
    Fault::bad_request("face.bad-form", "文件没有传完，或者传来的内容不完整。").with_remedy("请检查网络以后重新上传。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_only_as_what_it_is() {
        let code = |name, bytes: &[u8]| check(name, bytes).map_err(|fault| fault.code);
        assert_eq!(code("a.PDF", b"%PDF-1.7\n"), Ok(Media::Pdf));
        assert_eq!(code("照片.jpeg", b"\xff\xd8\xff\xe0"), Ok(Media::Jpeg));
        assert_eq!(code("p.heic", b"\0\0\0\x18ftypheic"), Ok(Media::Heic));
        assert_eq!(code("p.ofd", b"PK\x03\x04........OFD.xml"), Ok(Media::Ofd));
        assert_eq!(code("a.pdf", b"\xff\xd8\xff\xe0"), Err("upload.not-what-it-claims"));
        assert_eq!(code("a.pdf", b"<html>"), Err("upload.not-what-it-claims"));
        assert_eq!(code("a.exe", b"MZ"), Err("upload.kind"));
        assert_eq!(code("a.zip", b"PK\x03\x04"), Err("upload.kind"));
        assert_eq!(code("pdf", b"%PDF-"), Err("upload.kind"));
        assert_eq!(code("a.png", b""), Err("upload.empty"));
    }

    #[test]
    fn names_lose_folders_and_control_characters() {
        assert_eq!(clean_name("C:\\temp\\..\\平面图\n.jpg"), "平面图.jpg");
        assert_eq!(clean_name("../../"), "未命名");
        assert!(clean_name(&format!("{}.pdf", "长".repeat(300))).ends_with(".pdf"));
    }
}
