//! The callback of the WeChat official account: the check of the address, and what followers write to 12345.

use ::hotline::{
    Kind, Reply, Stage, chat,
    wechat::{Flaw, Signed},
};
use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use organisation::Regions;
use std::sync::Arc;
use store::ReadExt as _;
use web::{Fault, House};

/// Bytes of a push at most: text has 2,048, and a picture is a link.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// `GET /callbacks/wechat`: WeChat asks whether the address is the account's.
pub async fn check(State(house): State<Arc<House>>, Query(query): Query<Signed>) -> Result<Response, Fault> {
    let account = house.config.wechat.as_ref().ok_or_else(Fault::not_found)?;
    match account.echo(&query) {
        Ok(echo) => Ok(plain(&echo)),
        Err(flaw) => Ok(refused(flaw)),
    }
}

/// `POST /callbacks/wechat`: somebody wrote. Answered within the 5 seconds that WeChat waits; the same push gives the same answer.
pub async fn push(
    State(house): State<Arc<House>>,
    Query(query): Query<Signed>,
    body: String,
) -> Result<Response, Fault> {
    let account = Arc::clone(house.config.wechat.as_ref().ok_or_else(Fault::not_found)?);
    let push = match account.read(&query, &body) {
        Ok(Some(push)) => push,
        // Nothing that wants an answer: whoever is told so does not send it again.
        Ok(None) => return Ok(plain("success")),
        Err(flaw) => return Ok(refused(flaw)),
    };
    let (openid, key, said) = (push.openid.clone(), push.key.clone(), push.said.clone());
    let reply = house.write(move |tx| chat(tx, &openid, &key, &said)).await?;
    let regions = house.read(|read| read.cached::<Regions>())?;
    let sealed = account.reply(&push, &words(&reply, &regions), kernel::Timestamp::now().as_second());
    Ok(([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], sealed).into_response())
}

fn plain(text: &str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.to_owned()).into_response()
}

fn refused(flaw: Flaw) -> Response {
    let status = match flaw {
        Flaw::Signature | Flaw::OtherAccount => StatusCode::FORBIDDEN,
        Flaw::Form => StatusCode::BAD_REQUEST,
    };
    (status, flaw.to_string()).into_response()
}

/// What the account says, in words.
fn words(reply: &Reply, regions: &Regions) -> String {
    let named = |code: &kernel::RegionCode| regions.full_name(code);
    match reply {
        Reply::Menu => "这里是 12345。直接写发生了什么事，我们就登记；也可以先回复：咨询、求助、投诉、举报、建议、表扬。\n查进度：回复“查”加 13 位编号。重来：回复“取消”。\n有人受伤、着火、犯罪，马上打 120、119、110。"
            .to_owned(),
        Reply::AskText { kind: Kind::TipOff } => {
            "请写：谁，什么时候，在哪里，做了什么，有什么证据。举报人的信息保密，承办单位看不到。".to_owned()
        }
        Reply::AskText { kind } => format!("您要{}。请写：什么时候，在哪里，什么事，想怎么办。", kind.word()),
        Reply::TooShort => "太短了，我们看不明白。请再写详细一点。".to_owned(),
        Reply::TooLong { most } => format!("太长了，一次最多 {most} 个字。请分开写，或者挑要紧的写。"),
        Reply::AskPlace => "在哪个区、县？例如：玄武区。".to_owned(),
        Reply::UnknownPlace => "没有找到这个区、县。请写全名，例如：南京市玄武区。".to_owned(),
        Reply::WhichPlace { regions } => {
            let names: Vec<String> = regions.iter().map(named).collect();
            format!("有几个地方都叫这个名字：{}。请写全名。", names.join("、"))
        }
        Reply::AskPhone => "承办单位怎么联系您？请回复手机号；不想留就回复“不留”，结果在这里告诉您。".to_owned(),
        Reply::NoPhone => "这不是手机号。请回复 11 位手机号，或者回复“不留”。".to_owned(),
        Reply::AskSure { kind, region, text, has_phone } => {
            let phone = if *has_phone { "留了手机号" } else { "没有留手机号" };
            format!("请核对：{}，{}，{phone}。\n{text}\n对的回复“确认”，不对回复“取消”。", kind.word(), named(region))
        }
        Reply::Registered { number, is_protected } => {
            let secret = if *is_protected { "您的信息保密。" } else { "" };
            format!("登记好了，编号 {number}。{secret}派给谁、办得怎样，我们都在这里告诉您。查进度：回复“查 {number}”。")
        }
        Reply::Where { number, stage } => format!("{number}：{}。", stage_word(*stage)),
        Reply::NotYours => "没有找到您用这个微信登记的这个编号。请核对，或者打 12345。".to_owned(),
        Reply::Dropped => "好的，没有登记，刚才写的不留。要说别的，直接写就行。".to_owned(),
        Reply::WordsOnly => "现在只能收文字。请写下来，或者打 12345。".to_owned(),
        Reply::Refused { why } => why.clone(),
    }
}

fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting => "已收到，等待派单",
        Stage::Dispatched => "已派给承办单位，等待签收",
        Stage::Disputed => "正在确定由哪个单位办",
        Stage::Handling => "承办单位正在办",
        Stage::FedBack => "承办单位已经答复，等待回访",
        Stage::Closed => "已办结",
    }
}
