//! Other nodes: what waits for them, their last receipt, and each day as both sides reckon it.

use std::sync::Arc;

use ::exchange::{NodeName, Refusal, query};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Date;
use web::{Fault, Fields, House, Visitor, redirect, words};

use super::sheet::{Cell, Panel, Sheet};
use super::{cares, session};

/// The nodes.
pub async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let today = house.db.today();
    let peers = house.read(|read| query::peers(read))?;
    let say = "上报的信封签名、按件排序，收到对方签名的回执才算送达；每天核对件数和默克尔根";
    let mut page = Sheet::new(&house, &visitor, session, ("节点", say), "/exchange/nodes", vec![]);
    let mut own = Panel::new("本节点", "");
    own.facts = match &house.config.nodes.me {
        Some(name) => vec![("名称", name.to_string()), ("公钥", house.signer.public_key().to_string())],
        None => vec![("名称", "没有配置节点间交换（exchange.node、exchange.peers）".to_owned())],
    };
    page.panels.push(own);
    for peer in peers {
        let standing = &peer.standing;
        let moment =
            |at: Option<kernel::Timestamp>| at.map_or_else(|| "还没有".to_owned(), |at| words::moment(at, today));
        let direction = if standing.hands_up { "向它上报" } else { "它向本节点上报" };
        let mut panel = Panel::new(format!("节点 {}", standing.name), direction);
        panel.facts = vec![("登记的公钥", standing.key_id.clone())];
        if standing.hands_up {
            let (count, oldest) = peer.backlog;
            let waits = match oldest {
                Some(at) if count > 0 => format!("{count} 封，最早的从 {} 起", words::moment(at, today)),
                _ => "没有".to_owned(),
            };
            panel.facts.push(("等待回执", waits));
            panel.facts.push(("最近回执", moment(standing.receipt_at)));
            if let Some(error) = &standing.error {
                panel.facts.push(("连不上", format!("{error}（连续 {} 次，会一直重试）", standing.attempts)));
            }
            if peer.conflicts > 0 {
                panel.facts.push(("编号冲突", format!("{} 封，对方同号的内容不同，请与对方核对", peer.conflicts)));
            }
        } else {
            panel.facts.push(("最近收到", moment(standing.heard_at)));
            let held =
                if peer.held > 0 { format!("{} 封，等前面的到齐", peer.held) } else { "没有".to_owned() };
            panel.facts.push(("提前到的", held));
            if standing.skew > 60_000_000 {
                panel.facts.push(("对方时钟", format!("快 {} 秒，请校时", standing.skew / 1_000_000)));
            }
        }
        panel.heads = vec!["哪一天", "方向", "本方件数", "对方件数", "对账", "核对时间", ""];
        panel.none = "还没有对过账。";
        for day in &peer.days {
            let (class, word) = match day.state.as_str() {
                "agreed" => ("bamboo", "一致"),
                "differs" => ("plum", "不一致"),
                "asked" => ("water", "等待核对"),
                _ => ("", "当天，未到核对时间"),
            };
            let is_ours = day.outgoing && cares(&session.actor);
            let again = if is_ours {
                Cell::button(format!("/exchange/nodes/{}/{}", standing.name, day.day), "再核对一次")
            } else {
                Cell::text("")
            };
            panel.rows.push(vec![
                Cell::text(words::day(day.day, today)),
                Cell::text(if day.outgoing { "上报" } else { "收到" }),
                Cell::number(i64::try_from(day.ours.0).unwrap_or(i64::MAX)),
                Cell::number(i64::try_from(day.theirs.0).unwrap_or(i64::MAX)),
                Cell::badge(class, word),
                Cell::text(words::moment(day.checked, today)),
                again,
            ]);
        }
        page.panels.push(panel);
    }
    Ok(web::page(&page))
}

/// A day is looked at again.
pub async fn ask_day(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((peer, day)): Path<(String, String)>,
    _: Fields,
) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let gone = || Fault::refused(&Refusal::NotFound);
    let peer: NodeName = peer.parse().map_err(|_| gone())?;
    let day: Date = day.parse().map_err(|_| gone())?;
    house.write(move |tx| ::exchange::ask_day(tx, &actor, &peer, day)).await?;
    Ok(redirect("/exchange/nodes"))
}
