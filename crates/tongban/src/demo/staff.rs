//! The fictitious staff of the demonstration: for every city, county and the province a window clerk, a reviewer and a decider; more
//! of them where the demonstration goes into detail.

use identity::{NewStaff, SeedStaff};
use kernel::{DepartmentId, Duty, KindCode, Level, Power, RegionCode, Scope};
use organisation::{Region, Regions};

/// Counties whose towns have staff too.
const DETAILED: &[&str] = &["320102", "320508"];
/// The county that has staff of single departments.
const WITH_DEPARTMENTS: &str = "320102";
/// 发改 (who lead investment), 公安, 民政, 人社, 卫生健康, 市场监管.
const DEPARTMENTS: &[&str] = &["040", "090", "110", "140", "230", "310"];
/// The department at which comprehensive windows stand: 政务服务管理机构.
const SERVICE_OFFICE: &str = "010";

/// What somebody does.
pub struct Role {
    /// For programs, and the first part of the account name.
    pub name: &'static str,
    /// In words.
    pub label: &'static str,
    /// The post.
    pub post: &'static str,
    /// The duties.
    pub duties: &'static [Duty],
}

/// Those who handle cases.
pub const HANDLING: &[Role] = &[
    Role { name: "clerk", label: "窗口收件人员", post: "综合窗口", duties: &[Duty::Receive, Duty::Collect] },
    Role { name: "reviewer", label: "审查人员", post: "审查岗", duties: &[Duty::Review] },
    Role { name: "decider", label: "决定人员", post: "决定岗", duties: &[Duty::Decide] },
    Role { name: "treasurer", label: "收费管理人员", post: "收费管理岗", duties: &[Duty::Settle] },
];

/// Those who keep halls in order: in every city, and where the demonstration goes into detail.
pub const HOSTING: &[Role] =
    &[Role { name: "host", label: "大厅管理人员", post: "大厅管理岗", duties: &[Duty::Host] }];

/// Those who host trading: in every city, and where the demonstration goes into detail.
pub const TRADING: &[Role] =
    &[Role { name: "centre", label: "交易中心人员", post: "公共资源交易岗", duties: &[Duty::Trade] }];

/// Those who assess bids: so many in one county.
pub const EXPERT: Role = Role { name: "expert", label: "评标专家", post: "评标专家", duties: &[Duty::Assess] };
/// How many experts there are.
pub const EXPERTS: usize = 9;

/// Those who watch and who keep the catalogue.
pub const WATCHING: &[Role] = &[
    Role { name: "supervisor", label: "监督人员", post: "监督岗", duties: &[Duty::Supervise] },
    Role { name: "quality", label: "服务评价人员", post: "服务评价岗", duties: &[Duty::Redress] },
    Role { name: "publisher", label: "事项管理人员", post: "事项管理岗", duties: &[Duty::Publish] },
    Role { name: "analyst", label: "数据分析人员", post: "数据分析岗", duties: &[Duty::Analyse] },
    Role { name: "exchanger", label: "交换管理人员", post: "数据交换岗", duties: &[Duty::Exchange] },
];

/// Those of 12345: the centre of a city, and who handles for a department of a county.
pub const CALLING: &[Role] = &[
    Role { name: "agent", label: "热线话务人员", post: "12345 坐席", duties: &[Duty::Dispatch] },
    Role { name: "caller", label: "热线回访人员", post: "12345 回访岗", duties: &[Duty::FollowUp] },
    Role { name: "chief", label: "热线管理人员", post: "12345 管理岗", duties: &[Duty::LeadHotline] },
    Role { name: "deputy", label: "热线副管理人员", post: "12345 管理岗", duties: &[Duty::LeadHotline] },
];
/// Those who answer 12345 for a department.
pub const ANSWERING: &[Role] =
    &[Role { name: "handler", label: "工单承办人员", post: "12345 工单承办", duties: &[Duty::Handle] }];
/// The departments of the detailed county that have a handler of their own: 公安, 人社, 生态环境, 住房城乡建设, 市场监管.
const ANSWERED: &[&str] = &["090", "140", "160", "170", "310"];

/// The three who keep the system: three people, none of whom handles cases (三员分立).
pub const KEEPING: &[Role] = &[
    Role { name: "administrator", label: "系统管理员", post: "系统管理员", duties: &[Duty::Administer] },
    Role { name: "security", label: "安全保密管理员", post: "安全保密管理员", duties: &[Duty::Secure] },
    Role { name: "auditor", label: "安全审计员", post: "安全审计员", duties: &[Duty::Audit] },
];

/// Every role, in the order in which people meet them.
pub fn roles() -> impl Iterator<Item = &'static Role> {
    HANDLING
        .iter()
        .chain(HOSTING)
        .chain(CALLING)
        .chain(ANSWERING)
        .chain(TRADING)
        .chain([&EXPERT])
        .chain(WATCHING)
        .chain(KEEPING)
}

/// A member of staff with the account name and where they work.
pub struct Member {
    /// The role's name.
    pub role: &'static str,
    /// Account name, such as `clerk.320102`.
    pub account: String,
    /// Name; always says that it is an example.
    pub name: String,
    /// Where.
    pub region: RegionCode,
    /// The only department served, or all of them.
    pub kind: Option<KindCode>,
}

/// Everybody, for the regions in the register.
pub fn members(regions: &Regions) -> Vec<Member> {
    let mut all = Vec::new();
    let offices = [Level::Province, Level::City, Level::County].map(|level| regions.at(level).collect::<Vec<_>>());
    for region in offices.iter().flatten() {
        HANDLING.iter().for_each(|role| all.push(member(role, region, None)));
    }
    let detailed = DETAILED.iter().filter_map(|county| county_code(county));
    for town in detailed.clone().flat_map(|county| regions.children(&county).collect::<Vec<_>>()) {
        HANDLING.iter().for_each(|role| all.push(member(role, town, None)));
    }
    if let Some(county) = county_code(WITH_DEPARTMENTS).and_then(|code| regions.get(&code)) {
        for kind in DEPARTMENTS.iter().filter_map(|kind| kind.parse().ok()) {
            HANDLING.iter().for_each(|role| all.push(member(role, county, Some(kind))));
        }
    }
    let hosted = offices[1].iter().copied().chain(detailed.clone().filter_map(|county| regions.get(&county)));
    for region in hosted {
        HOSTING.iter().chain(TRADING).for_each(|role| all.push(member(role, region, None)));
    }
    if let Some(county) = county_code(WITH_DEPARTMENTS).and_then(|code| regions.get(&code)) {
        for n in 1..=EXPERTS {
            let one = member(&EXPERT, county, None);
            let account = format!("expert{n}.{WITH_DEPARTMENTS}");
            all.push(Member { account, name: format!("{}{n}", one.name), ..one });
        }
    }
    for region in detailed.clone().filter_map(|county| county.parent()).filter_map(|city| regions.get(&city)) {
        CALLING.iter().chain(ANSWERING).for_each(|role| all.push(member(role, region, None)));
    }
    if let Some(county) = county_code(WITH_DEPARTMENTS).and_then(|code| regions.get(&code)) {
        for kind in ANSWERED.iter().filter_map(|kind| kind.parse().ok()) {
            ANSWERING.iter().for_each(|role| all.push(member(role, county, Some(kind))));
        }
    }
    for region in detailed.clone().filter_map(|county| regions.get(&county)) {
        ANSWERING.iter().for_each(|role| all.push(member(role, region, None)));
    }
    let watched = offices[0].iter().copied().chain(detailed.filter_map(|county| regions.get(&county)));
    for region in watched {
        WATCHING.iter().for_each(|role| all.push(member(role, region, None)));
    }
    for region in offices[0].iter().take(1) {
        for role in KEEPING {
            all.push(Member { account: role.name.to_owned(), ..member(role, region, None) });
        }
    }
    all
}

fn county_code(county: &str) -> Option<RegionCode> {
    format!("{county}000000").parse().ok()
}

fn member(role: &'static Role, region: &Region, kind: Option<KindCode>) -> Member {
    let code = region.code.to_string();
    let place = match region.level() {
        Level::Town | Level::Village => &code[..9],
        _ => &code[..6],
    };
    let (suffix, department) = match kind {
        Some(kind) => (format!(".{kind}"), kind.to_string()),
        None => (String::new(), String::new()),
    };
    Member {
        role: role.name,
        account: format!("{}.{place}{suffix}", role.name),
        name: format!("{}示例{}{department}", region.name, role.label.trim_end_matches("人员")),
        region: region.code,
        kind,
    }
}

impl Member {
    /// The home department.
    pub fn department(&self) -> DepartmentId {
        let office = SERVICE_OFFICE.parse().expect("the service office has a three-digit code");
        DepartmentId { region: self.region, kind: self.kind.unwrap_or(office) }
    }

    fn role(&self) -> &'static Role {
        roles().find(|role| role.name == self.role).expect("members are made from the roles of this list")
    }

    /// In a few words, for the page that lists the accounts.
    pub fn about(&self) -> String {
        match self.kind {
            Some(kind) => format!("{}，只办部门类别 {kind} 的事", self.role().post),
            None if self.subtree() => format!("{}，本地区及下级所有部门", self.role().post),
            None => format!("{}，本级所有部门", self.role().post),
        }
    }

    /// Who handles cases does so for the departments of their own level (行政许可法 第二十二条：在法定职权范围内实施); a town's office works
    /// for its villages, which have none. Who watches or keeps the house does so for everything below.
    fn subtree(&self) -> bool {
        let handles = HANDLING.iter().any(|role| role.name == self.role);
        !handles || matches!(self.region.level(), Level::Town | Level::Village)
    }

    /// As a batch entry.
    pub fn seed(&self) -> Result<SeedStaff, String> {
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", self.account);
        let role = self.role();
        let scope = Scope { region: self.region, subtree: self.subtree(), kind: self.kind };
        let staff = NewStaff {
            number: self.account.replace('.', "-").parse().map_err(|e| said(&e))?,
            name: self.name.parse().map_err(|e| said(&e))?,
            person: None,
            post: role.post.to_owned(),
            department: self.department(),
            powers: role.duties.iter().map(|duty| Power { duty: *duty, scope }).collect(),
        };
        Ok(SeedStaff { staff, login: Some(self.account.parse().map_err(|e| said(&e))?) })
    }
}
