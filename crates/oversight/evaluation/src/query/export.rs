//! Ratings as the national interface wants them (政务服务“好差评”数据). Only here are levels counted the other way round. Silence is
//! no rating and is not sent as one; people are named masked.

use kernel::{DepartmentId, Timestamp, local_time};
use serde::Serialize;
use store::{Error, Failure, Read};

use crate::{Rating, Service, mask, table};

/// One rating under the field names of the national interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct National {
    /// 行政区划代码
    pub area_code: String,
    /// 实施主体统一社会信用代码
    pub dept_code: String,
    /// 实施编码
    pub task_code: String,
    /// 业务办理项编码; none is kept apart here
    pub task_handle_item: String,
    /// 事项名称
    pub task_name: String,
    /// 事项主题
    pub sub_matter: String,
    /// 办件编号
    pub project_no: String,
    /// 办件状态: 3 已完结
    pub pro_status: u8,
    /// 受理部门
    pub pro_depart: String,
    /// 评价渠道
    pub pf: u8,
    /// 申请人, masked
    pub user_name: String,
    /// 申请人类型: 1 个人, 2 法人
    pub user_prop: u8,
    /// 证件号码, masked
    pub certkey: String,
    /// 满意度: 5 is the best
    pub satisfaction: u8,
    /// 评价详情
    pub eval_detail: String,
    /// 文字评价, with numbers starred out
    pub writing_evaluation: String,
    /// 评价时间
    pub assess_time: String,
    /// 评价次数: 1 首次, 2 追评
    pub assess_number: u8,
    /// 审核状态: 0 待审, 1 公开, 2 不公开
    pub app_status: u8,
    /// 承诺办结日期
    pub promise_time: String,
    /// 受理日期
    pub accept_date: String,
    /// 数据来源
    pub data_source: String,
}

/// The ratings of services that ended in a month, after the service `after`, of at most `limit` services; and where to go on.
pub fn export(
    read: &mut dyn Read,
    month: i64,
    after: &str,
    limit: usize,
) -> Result<(Vec<National>, Option<String>), Error> {
    let services = table::service::of_month(read, month, after, limit)?;
    let next = services.last().filter(|_| services.len() == limit).map(|last| last.subject.to_string());
    let mut rows = vec![];
    for service in &services {
        let ratings = [(1, &service.first), (2, &service.follow_up)];
        for (number, rating) in ratings.into_iter().filter_map(|(n, rating)| Some((n, rating.as_ref()?))) {
            rows.push(row(read, service, number, rating)?);
        }
    }
    Ok((rows, next))
}

fn row(read: &mut dyn Read, service: &Service, number: u8, rating: &Rating) -> Result<National, Error> {
    let invited = &service.invited;
    let DepartmentId { region, .. } = invited.department;
    let office = organisation::department(read, &invited.department)?;
    let implementation = match catalogue::implementation(read, &invited.item, region) {
        Ok(found) => Some(found),
        Err(Failure::Refused(_)) => None,
        Err(Failure::Broken(error)) => return Err(error),
    };
    let party = match identity::party(read, &invited.party) {
        Err(Error::Erased) => None,
        other => other?,
    };
    let words = super::words(read, service)?;
    let text = if number == 1 { words.first } else { words.follow_up };
    let theme = implementation.as_ref().and_then(|found| {
        let base = &found.base;
        base.personal_theme.as_ref().or(base.company_theme.as_ref()).map(|theme| theme.name.clone())
    });
    let is_person = party.as_ref().is_none_or(|party| party.kind == identity::PartyKind::Person);
    Ok(National {
        area_code: region.to_string(),
        dept_code: office.as_ref().map_or_else(String::new, |office| office.credit_code.to_string()),
        task_code: implementation.as_ref().map_or_else(String::new, |found| found.code.to_string()),
        task_handle_item: String::new(),
        task_name: invited.item_name.clone(),
        sub_matter: theme.unwrap_or_default(),
        project_no: service.subject.case().to_string(),
        pro_status: 3,
        pro_depart: office.map_or_else(String::new, |office| office.name),
        pf: rating.way.national(),
        user_name: party.as_ref().map_or_else(String::new, |party| party.name_masked.clone()),
        user_prop: if is_person { 1 } else { 2 },
        certkey: party.map_or_else(String::new, |party| party.identifier_masked),
        satisfaction: rating.level.national(),
        eval_detail: rating.aspects.join(","),
        writing_evaluation: mask(&text),
        assess_time: moment(rating.at),
        assess_number: number,
        app_status: match (&service.published, &service.withheld) {
            (Some(_), _) => 1,
            (None, Some(_)) => 2,
            (None, None) => 0,
        },
        promise_time: invited.course.due.map_or_else(String::new, |day| day.to_string()),
        accept_date: invited.course.accepted.map_or_else(String::new, |day| day.to_string()),
        data_source: "tongban".to_owned(),
    })
}

fn moment(at: Timestamp) -> String {
    let at = local_time(at);
    format!("{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second())
}
