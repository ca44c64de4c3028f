//! The fictitious people and companies of the demonstration: plainly invented names, birth year 1900, sequence 998 or 999.
//!
//! Source of the number rule: GB 11643-1999; nobody alive was given a number with these sequences in that year.

use kernel::{CreditCode, ResidentId};

/// A fictitious citizen.
pub struct Citizen {
    /// Account name.
    pub account: &'static str,
    /// Name; always says that it is an example.
    pub name: &'static str,
    /// Where the person lives, six digits.
    pub county: &'static str,
    /// Birthday in 1900, MMDD.
    pub birthday: &'static str,
    /// 998 for a woman, 999 for a man.
    pub sequence: &'static str,
    /// In a sentence, for the page that lists the accounts.
    pub about: &'static str,
    /// Licences held from the start.
    pub licences: &'static [&'static str],
}

const ID_CARD: &str = "居民身份证";
const HOUSEHOLD: &str = "居民户口簿";

/// All citizens.
pub const CITIZENS: &[Citizen] = &[
    Citizen {
        account: "citizen.chen",
        name: "陈样例",
        county: "320102",
        birthday: "0101",
        sequence: "998",
        about: "退休人员，常用长辈版；可切换为招标的城建中心",
        licences: &[ID_CARD, HOUSEHOLD],
    },
    Citizen {
        account: "citizen.lin",
        name: "林示范",
        county: "320102",
        birthday: "0315",
        sequence: "998",
        about: "新生儿母亲，给孩子上户口",
        licences: &[ID_CARD, HOUSEHOLD, "结婚证", "出生医学证明"],
    },
    Citizen {
        account: "citizen.zhou",
        name: "周演示",
        county: "320102",
        birthday: "0520",
        sequence: "999",
        about: "饭店店主，可切换为其企业办事",
        licences: &[ID_CARD, HOUSEHOLD, "不动产权证书"],
    },
    Citizen {
        account: "citizen.xu",
        name: "徐模拟",
        county: "320508",
        birthday: "0707",
        sequence: "999",
        about: "司机，换领驾驶证；可切换为投标的园林公司",
        licences: &[ID_CARD, HOUSEHOLD, "机动车驾驶证", "机动车行驶证"],
    },
    Citizen {
        account: "citizen.ji",
        name: "𠮷䶮样",
        county: "320102",
        birthday: "0808",
        sequence: "999",
        about: "姓名含生僻字；可切换为投标的市政公司",
        licences: &[ID_CARD, HOUSEHOLD],
    },
    Citizen {
        account: "citizen.bai",
        name: "白样本",
        county: "320583",
        birthday: "0909",
        sequence: "998",
        about: "新注册用户，还没有电子证照",
        licences: &[],
    },
    Citizen {
        account: "citizen.qian",
        name: "钱代办",
        county: "320102",
        birthday: "1010",
        sequence: "998",
        about: "受企业委托的经办人",
        licences: &[ID_CARD],
    },
    Citizen {
        account: "citizen.aili",
        name: "阿依古丽·示例",
        county: "320106",
        birthday: "1111",
        sequence: "998",
        about: "姓名含间隔号，大学生；可切换为投标的路桥公司",
        licences: &[ID_CARD],
    },
];

/// A fictitious company.
pub struct Company {
    /// Registered name.
    pub name: &'static str,
    /// Where it is registered, six digits.
    pub county: &'static str,
    /// The eight characters of its organisation code before the check character.
    pub body: &'static str,
    /// Account name of its legal representative.
    pub representative: &'static str,
    /// Account name of a person with a mandate for everything.
    pub agent: Option<&'static str>,
    /// Address.
    pub address: &'static str,
}

/// All companies.
pub const COMPANIES: &[Company] = &[
    Company {
        name: "南京示例小馆餐饮有限公司",
        county: "320102",
        body: "MADEM001",
        representative: "citizen.zhou",
        agent: Some("citizen.qian"),
        address: "南京市玄武区示例路1号",
    },
    Company {
        name: "苏州演示物流有限公司",
        county: "320508",
        body: "MADEM002",
        representative: "citizen.xu",
        agent: None,
        address: "苏州市姑苏区示例路2号",
    },
    Company {
        name: "南京示例城市建设发展中心有限公司",
        county: "320102",
        body: "MADEM003",
        representative: "citizen.chen",
        agent: None,
        address: "南京市玄武区示例路3号",
    },
    Company {
        name: "南京演示市政工程有限公司",
        county: "320102",
        body: "MADEM004",
        representative: "citizen.ji",
        agent: None,
        address: "南京市玄武区示例路4号",
    },
    Company {
        name: "江苏样例路桥建设有限公司",
        county: "320106",
        body: "MADEM005",
        representative: "citizen.aili",
        agent: None,
        address: "南京市鼓楼区示例路5号",
    },
    Company {
        name: "苏州样本园林建设有限公司",
        county: "320508",
        body: "MADEM006",
        representative: "citizen.xu",
        agent: None,
        address: "苏州市姑苏区示例路6号",
    },
];

impl Citizen {
    /// The resident ID number with its right check digit.
    pub fn id(&self) -> ResidentId {
        resident_id(self.county, self.birthday, self.sequence)
    }

    /// A mobile number in the range that is given to nobody.
    pub fn phone(&self) -> String {
        format!("1990000{}", self.birthday)
    }
}

impl Company {
    /// The unified social credit code with its right check characters.
    pub fn code(&self) -> CreditCode {
        credit_code(self.county, self.body)
    }
}

/// The number of somebody who was never born: 1900, a sequence that was given to nobody, the right check digit.
pub fn resident_id(county: &str, birthday: &str, sequence: &str) -> ResidentId {
    let body = format!("{county}1900{birthday}{sequence}");
    complete(&body, "0123456789X").expect("one of the eleven check digits is right for a well-formed body")
}

/// The code of a company whose organisation code begins with these eight characters.
pub fn credit_code(county: &str, body: &str) -> CreditCode {
    const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("91{county}{body}");
    let organisation = CHARACTERS.chars().chain(['X']);
    organisation
        .filter_map(|check| complete(&format!("{body}{check}"), CHARACTERS))
        .find(|code: &CreditCode| organisation_check_holds(&code.to_string()[8..17]))
        .expect("one of the check characters is right for a well-formed body")
}

/// `body` with the first character after which it parses.
fn complete<T: std::str::FromStr>(body: &str, characters: &str) -> Option<T> {
    characters.chars().find_map(|check| format!("{body}{check}").parse().ok())
}

fn organisation_check_holds(code: &str) -> bool {
    code.parse::<kernel::OrganisationCode>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_are_right_distinct_and_plainly_fictitious() {
        let numbers: BTreeSet<String> = CITIZENS.iter().map(|citizen| citizen.id().to_string()).collect();
        assert_eq!(numbers.len(), CITIZENS.len());
        assert!(numbers.iter().all(|id| &id[6..10] == "1900" && ["998", "999"].contains(&&id[14..17])));
        let codes: BTreeSet<String> = COMPANIES.iter().map(|company| company.code().to_string()).collect();
        assert_eq!(codes.len(), COMPANIES.len());
    }

    #[test]
    fn every_company_is_represented_by_somebody_who_exists() {
        let accounts: BTreeSet<&str> = CITIZENS.iter().map(|citizen| citizen.account).collect();
        for company in COMPANIES {
            assert!(accounts.contains(company.representative));
            assert!(company.agent.is_none_or(|agent| accounts.contains(agent)));
        }
    }
}
