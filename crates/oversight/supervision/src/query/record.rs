//! The national record of a supervision, GB/T 39046-2020 table 11.

use kernel::{Actor, local_date};
use serde::Serialize;
use store::{Error, Read};

use super::{Page, orders};
use crate::{Flag, Level, Order, OrderState, table};

/// One record. Names are those of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// 办件编号
    #[serde(rename = "办件编号")]
    pub case: String,
    /// 督办内容
    #[serde(rename = "督办内容")]
    pub demand: String,
    /// 被督办机构
    #[serde(rename = "被督办机构")]
    pub department: String,
    /// 事项类型: the item's name, as this house keeps it
    #[serde(rename = "事项类型")]
    pub item: String,
    /// 督办发出时间
    #[serde(rename = "督办发出时间")]
    pub issued: String,
    /// 监察编号
    #[serde(rename = "监察编号")]
    pub number: String,
    /// 监察规则编号
    #[serde(rename = "监察规则编号")]
    pub rule: String,
    /// 监察预警类型代码, n1: 1 预警, 2 黄牌, 3 红牌
    #[serde(rename = "监察预警类型代码")]
    pub grade: u8,
    /// 状态产生时间
    #[serde(rename = "状态产生时间")]
    pub since: String,
    /// 结果描述
    #[serde(rename = "结果描述")]
    pub result: &'static str,
    /// 责任部门
    #[serde(rename = "责任部门")]
    pub responsible: String,
}

/// Records of the orders that an actor may see, latest first.
pub fn records(
    read: &mut dyn Read,
    actor: &Actor,
    open: bool,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Record>, Error> {
    let page = orders(read, actor, open, limit, cursor)?;
    let mut lines = vec![];
    for order in &page.lines {
        let Some(flag) = table::flag::load(read, &order.flag)? else { continue };
        let department = organisation::department(read, &order.department)?;
        let name = department.map_or_else(|| order.department.to_string(), |department| department.name);
        lines.push(record(order, &flag, name));
    }
    Ok(Page { lines, next: page.next })
}

fn record(order: &Order, flag: &Flag, department: String) -> Record {
    let level = match order.level {
        Level::Ordinary => "一般",
        Level::Important => "重点",
        Level::Listed => "挂牌",
    };
    let result = match &order.state {
        OrderState::Issued { .. } => "待签收",
        OrderState::Signed { .. } if order.overdue => "整改逾期未反馈",
        OrderState::Signed { .. } => "整改中",
        OrderState::Appealed { .. } => "申诉中",
        OrderState::Answered { .. } => "待核查",
        OrderState::Closed { lifted: true } => "消牌",
        OrderState::Closed { lifted: false } => "维持",
    };
    Record {
        case: flag.id.case.to_string(),
        demand: format!("{level}督办：{}", order.demand),
        department: department.clone(),
        item: order.item.clone(),
        issued: order.at.to_string(),
        number: order.number.to_string(),
        rule: flag.id.rule.to_string(),
        grade: flag.grade as u8,
        since: local_date(flag.since()).to_string(),
        result,
        responsible: department,
    }
}
