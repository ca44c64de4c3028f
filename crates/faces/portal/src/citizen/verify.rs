//! 核验证照: whether a licence is genuine and in force, for anybody, in words; the same as data for programs.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Actor, LicenceId};
use licences::{Finding, Keys, PublicView, State as Standing, Verdict, file};
use serde::Serialize;
use store::Failure;
use web::{
    Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with, paper::Fact, redirect,
};

use super::{apart, case::told, words};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/verify", get(ask).post(by_text))
        .route("/verify/file", post(by_file))
        .route("/verify/show/{code}", get(ask_code).post(by_code))
        .route("/verify/{id}", get(by_id))
}

#[derive(Template)]
#[template(path = "citizen/verify.html")]
struct VerifyPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: Field,
    file: Field,
}

fn verify_page(house: &House, visitor: &Visitor, typed: &str, wrongs: Vec<Wrong>) -> VerifyPage {
    let id = Field::new(FieldKind::Text, "id", "证照标识，或者对方报的 8 位数")
        .hint("标识印在证照下面，以 1.2.156.3005.2 开头；8 位数在对方亮证的屏幕上，60 秒内有效")
        .value(typed)
        .autocomplete("off")
        .wrong(&wrongs);
    let mut file = Field::new(FieldKind::File, "file", "证照文件")
        .hint("从本平台下载的原始 PDF 或 JSON。改过一个字都能查出来")
        .wrong(&wrongs);
    file.accept = Some(".pdf,.json,application/pdf,application/json");
    let frame = visitor.frame(house, "核验证照").in_section(Section::Verify).with_errors(!wrongs.is_empty());
    VerifyPage { frame, wrongs, id, file }
}

async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    page(&verify_page(&house, &visitor, "", vec![]))
}

async fn by_text(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let typed = sent.get("id").unwrap_or_default();
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let again = |wrong: String| {
        let wrongs = vec![Wrong::new("id", wrong)];
        page_with(StatusCode::UNPROCESSABLE_ENTITY, &verify_page(&house, &visitor, typed, wrongs))
    };
    if plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return redeem(&house, &visitor, &plain).await;
    }
    match plain.parse::<LicenceId>() {
        Ok(id) => Ok(redirect(&format!("/verify/{id}"))),
        Err(_) if plain.is_empty() => Ok(again("填写证照标识，或者 8 位数".to_owned())),
        Err(_) => Ok(again("核对证照标识，有抄错的地方；8 位数只写数字".to_owned())),
    }
}

/// The code on somebody's screen (亮证): seen once, and the holder is told.
async fn redeem(house: &House, visitor: &Visitor, code: &str) -> Result<Response, Fault> {
    let actor = match &visitor.session {
        Some(session) => session.actor.clone(),
        None => Actor::System("anyone"),
    };
    let code = code.to_owned();
    let shown = house.db.write_async(move |tx| licences::redeem(tx, &actor, &code)).await;
    match shown {
        Ok(licence) => {
            let finding = Finding::Genuine(licence.state);
            let verdict = Verdict { finding, licence: Some(licence), at: house.db.now() };
            Ok(verdict_page(
                house,
                visitor,
                &verdict,
                vec!["对方刚刚亮出了这份证照，这个码用过一次就失效了。".to_owned()],
            ))
        }
        Err(Failure::Refused(refusal)) => {
            let wrongs = vec![Wrong::new("id", told(&refusal))];
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &verify_page(house, visitor, "", wrongs)))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "citizen/redeem.html")]
struct RedeemPage {
    frame: Frame,
    code: String,
}

/// A scanned code asks first: a browser that merely looks ahead must not use it up.
async fn ask_code(State(house): State<Arc<House>>, visitor: Visitor, Path(code): Path<String>) -> Response {
    let frame = visitor.frame(&house, "看对方亮的证").in_section(Section::Verify);
    page(&RedeemPage { frame, code })
}

async fn by_code(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    redeem(&house, &visitor, &code).await
}

async fn by_id(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let keys = Keys::of(house.signer.as_ref());
    let verdict = house.read(|read| licences::verify(read, &id, &keys))?;
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("json") && !accept.contains("text/html") {
        return Ok(as_data(&verdict));
    }
    let how = vec!["核对了登记的内容和签章（国密 SM2），再看它现在的状态。".to_owned()];
    Ok(verdict_page(&house, &visitor, &verdict, how))
}

async fn by_file(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    upload: Result<LicenceFile, Fault>,
) -> Result<Response, Fault> {
    let again = |wrong: String| {
        let wrongs = vec![Wrong::new("file", wrong)];
        page_with(StatusCode::UNPROCESSABLE_ENTITY, &verify_page(&house, &visitor, "", wrongs))
    };
    let bytes = match upload {
        Ok(LicenceFile(Some(bytes))) => bytes,
        Ok(LicenceFile(None)) => return Ok(again("选一个证照文件".to_owned())),
        Err(fault) if fault.status == StatusCode::FORBIDDEN => return Err(fault),
        Err(fault) => return Ok(again(fault.detail.clone())),
    };
    let checked = apart(&house, move |house| file::check(&bytes, &Keys::of(house.signer.as_ref()))).await?;
    match checked {
        Ok(genuine) => {
            let keys = Keys::of(house.signer.as_ref());
            let id = genuine.content.id.to_string();
            let verdict = house.read(|read| licences::verify(read, &id, &keys))?;
            let how = vec![
                "文件的每一个字节都和签章时一样，没有改过。".to_owned(),
                "再到登记处核对了它现在的状态。".to_owned(),
            ];
            Ok(verdict_page(&house, &visitor, &verdict, how))
        }
        Err(fault) => Ok(again(told(&fault))),
    }
}

/// The one file of the form; its token was checked. What it really is, the room of licences finds out itself.
struct LicenceFile(Option<Vec<u8>>);

impl FromRequest<Arc<House>> for LicenceFile {
    type Rejection = Fault;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, house).await?;
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(file::BYTES_MAX + 64 * 1024).apply(&mut request);
        let broken = |_| Fault::bad_request("face.bad-form", "文件没有传完，请重新选一次。");
        let mut form = Multipart::from_request(request, house)
            .await
            .map_err(|_| Fault::unsupported("face.not-a-form", "这里只收带文件的网页表单。"))?;
        let mut is_trusted = false;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name() {
                Some("_csrf") => {
                    visitor.check(&field.text().await.map_err(broken)?)?;
                    is_trusted = true;
                }
                Some("file") if is_trusted => {
                    let bytes = field.bytes().await.map_err(|_| Fault::too_large(file::BYTES_MAX))?;
                    return Ok(LicenceFile((!bytes.is_empty()).then(|| bytes.to_vec())));
                }
                _ => {}
            }
        }
        if is_trusted { Ok(LicenceFile(None)) } else { Err(Fault::forged()) }
    }
}

#[derive(Template)]
#[template(path = "citizen/verdict.html")]
struct VerdictPage {
    frame: Frame,
    title: String,
    /// Class of the note.
    tone: &'static str,
    word: &'static str,
    say: String,
    facts: Vec<Fact>,
    how: Vec<String>,
    at: String,
}

fn verdict_page(house: &House, visitor: &Visitor, verdict: &Verdict, how: Vec<String>) -> Response {
    let (tone, word, say) = said(&verdict.finding);
    let name = verdict.licence.as_ref().map(|licence| licence.name.clone());
    let title = name.unwrap_or_else(|| "核验结果".to_owned());
    let frame = visitor.frame(house, format!("{title}的核验结果")).in_section(Section::Verify);
    let facts = verdict.licence.as_ref().map(facts).unwrap_or_default();
    let at = words::moment(verdict.at, house.db.today());
    page_with(status(&verdict.finding), &VerdictPage { frame, title, tone, word, say, facts, how, at })
}

/// What was found, in words: the class of its note, the verdict, and what it means.
fn said(finding: &Finding) -> (&'static str, &'static str, String) {
    let (tone, word, say) = match finding {
        Finding::Genuine(Standing::Valid) => ("saved", "真的，现在有效。", "签章完整，内容没有改过。"),
        Finding::Genuine(Standing::NotYet) => ("caution", "真的，但还没有生效。", "签章完整，生效日期还没到。"),
        Finding::Genuine(Standing::Expired) => ("caution", "真的，但已经过期。", "签章完整，有效期已经过了。"),
        Finding::Genuine(Standing::Suspended) => ("caution", "真的，但现在被暂扣。", "暂扣期间不能使用。"),
        Finding::Genuine(Standing::Revoked) => ("act", "这份证照已经被撤销。", "撤销以后不再有效，请不要采信。"),
        Finding::Genuine(Standing::Cancelled) => ("act", "这份证照已经注销。", "注销以后不再有效，请不要采信。"),
        Finding::Genuine(Standing::Replaced) => ("caution", "这份证照已经换发。", "请让持证人出示新的一份。"),
        Finding::Replaced { by } => {
            return ("caution", "这份证照已经换发。", format!("新的一份是 {by}，请核验新的。"));
        }
        Finding::Unknown => (
            "act",
            "没有发过这份证照。",
            "标识写法是对的，但登记里没有。可能是伪造的，也可能是别的平台发的。请向证照上写的发证机关核实。",
        ),
        Finding::BadIdentifier => {
            ("act", "标识不对。", "证照标识有校验位，这一串对不上：要么抄错了，要么是伪造的。请重新核对。")
        }
        Finding::BrokenSeal => {
            ("act", "签章对不上，不能采信。", "登记的内容和签章时不一样。我们已经记下，会查清楚。请向发证机关核实。")
        }
        Finding::Erased => ("caution", "发过这份证照，内容已经删除。", "持证人的资料已依法删除，不能再核对内容。"),
    };
    (tone, word, say.to_owned())
}

/// No such licence is 404, a broken one is no less an answer than a good one.
fn status(finding: &Finding) -> StatusCode {
    match finding {
        Finding::Unknown | Finding::BadIdentifier => StatusCode::NOT_FOUND,
        Finding::Erased => StatusCode::GONE,
        Finding::Genuine(_) | Finding::Replaced { .. } | Finding::BrokenSeal => StatusCode::OK,
    }
}

fn facts(licence: &PublicView) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("证照名称", licence.name.clone()),
        Fact::new("证照编号", licence.number.clone()),
        Fact::new("持证人", format!("{}（{}）", licence.holder, licence.holder_identifier)),
        Fact::new("发证机关", format!("{}（{}）", licence.issuer, licence.issuer_code)),
        Fact::new("发证日期", words::long_day(licence.issued_on)),
        Fact::new("有效期", words::validity(licence.valid_from, licence.valid_until)),
        Fact::new("现在的状态", licence.state.name()),
    ];
    facts.extend(licence.fields.iter().map(|(name, say)| Fact::new(name.clone(), say.clone())));
    facts.push(Fact::new("证照标识", licence.id.to_string()));
    facts.push(Fact::new("签章密钥", licence.sealed_with.clone()));
    facts
}

/// The verdict for programs.
#[derive(Serialize)]
struct Data<'a> {
    /// `valid`, `expired`, `suspended`, `revoked`, `cancelled`, `replaced`, `not-yet`, `unknown`, `bad-identifier`, `broken-seal`, `erased`.
    finding: &'static str,
    /// Whether a reader may rely on it today.
    good: bool,
    /// When it was looked up (RFC 3339).
    at: String,
    /// The licence with everything personal masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<LicenceData<'a>>,
}

#[derive(Serialize)]
struct LicenceData<'a> {
    id: String,
    name: &'a str,
    number: &'a str,
    holder: &'a str,
    holder_identifier: &'a str,
    issuer: &'a str,
    issuer_code: &'a str,
    issued_on: String,
    valid_from: String,
    valid_until: Option<String>,
    state: &'static str,
    sealed_with: &'a str,
}

fn as_data(verdict: &Verdict) -> Response {
    let finding = match &verdict.finding {
        Finding::Genuine(state) => state.as_str(),
        Finding::Replaced { .. } => "replaced",
        Finding::Unknown => "unknown",
        Finding::BadIdentifier => "bad-identifier",
        Finding::BrokenSeal => "broken-seal",
        Finding::Erased => "erased",
    };
    let licence = verdict.licence.as_ref().map(|licence| LicenceData {
        id: licence.id.to_string(),
        name: &licence.name,
        number: &licence.number,
        holder: &licence.holder,
        holder_identifier: &licence.holder_identifier,
        issuer: &licence.issuer,
        issuer_code: &licence.issuer_code,
        issued_on: licence.issued_on.to_string(),
        valid_from: licence.valid_from.to_string(),
        valid_until: licence.valid_until.map(|date| date.to_string()),
        state: licence.state.as_str(),
        sealed_with: &licence.sealed_with,
    });
    let data = Data { finding, good: verdict.finding.is_good(), at: verdict.at.to_string(), licence };
    (status(&verdict.finding), Json(data)).into_response()
}
