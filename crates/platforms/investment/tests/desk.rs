//! Filing and looking up, on both databases.

use investment::query::{self, Asked};
use investment::{Command, Refusal, Route};
use kernel::{Duty, Refuse};
use licences::{Finding, State};

use crate::house::{each_house, refused, staff};

#[test]
fn a_complete_filing_is_certified_at_once_and_can_be_verified() {
    each_house(|house| {
        let project = house.register("示例精密制造一期").unwrap();
        assert_eq!(project.route, Route::Filing);
        let certificate = project.certificate.clone().unwrap();
        let (id, keys) = (certificate.licence.to_string(), licences::Keys::of(house.db.signer().as_ref()));
        let verdict = house.db.read(|read| licences::verify(read, &id, &keys)).unwrap();
        assert!(matches!(verdict.finding, Finding::Genuine(State::Valid)), "{:?}", verdict.finding);
        let licence = house.db.read(|read| licences::get(read, &certificate.licence)).unwrap().unwrap();
        let says = |label: &str| licence.content.fields.iter().find(|field| field.0 == label).map(|field| &*field.1);
        assert_eq!(says("项目代码"), Some(project.code.to_string().as_str()));
        assert_eq!(licence.content.number, certificate.number);
        assert_eq!(Some(licence.holder), house.company.party());
        house.verify();
    });
}

#[test]
fn a_filing_that_lacks_something_leaves_nothing_behind() {
    each_house(|house| {
        let refusal = refused(house.register_as(&house.company, |notice| {
            notice.scale.clear();
            notice.declared = false;
        }));
        assert_eq!(refusal.fields().len(), 2);
        let page = house.db.read(|read| query::own(read, &house.company, 10, None)).unwrap();
        assert!(page.lines.is_empty());
        assert_eq!(refused(house.register_as(&house.person, |_| {})), Refusal::NotUnit);
        assert_eq!(refused(house.register_as(&house.decider, |_| {})), Refusal::NotUnit);
    });
}

#[test]
fn one_name_is_one_project_of_a_unit() {
    each_house(|house| {
        let project = house.register("同名的示例项目").unwrap();
        assert_eq!(refused(house.register("同名的示例项目")), Refusal::SameName { code: project.code });
        let other = house.register_as(&house.other, |notice| notice.name = "同名的示例项目".to_owned()).unwrap();
        assert_ne!(other.code, project.code);
        house.verify();
    });
}

#[test]
fn other_peoples_projects_are_not_there() {
    each_house(|house| {
        let code = house.register("不给别人看的项目").unwrap().code;
        let see = |actor| house.db.read(|read| query::project_for(read, actor, &code)).is_ok();
        assert!(see(&house.company) && see(&house.decider) && see(&house.clerk));
        assert!(!see(&house.other) && !see(&house.person) && !see(&house.elsewhere) && !see(&house.police));
        let city = staff(21, "320100000000", None, &[Duty::Decide]);
        assert!(!see(&city), "a city's office does not see what a district's handles");
        let challenge = Command::Challenge { what: "与现场不符".to_owned() };
        assert_eq!(refused(house.command(&house.elsewhere, &code, challenge)), Refusal::NotFound);
        let public = house.db.read(|read| query::public(read, &code)).unwrap();
        assert_eq!((public.name.as_str(), public.route, public.listed), ("不给别人看的项目", Route::Filing, None));
    });
}

#[test]
fn lists_go_on_where_they_stopped() {
    each_house(|house| {
        for n in 0..5 {
            house.register(&format!("列表里的示例项目{n}")).unwrap();
        }
        let first = house.db.read(|read| query::own(read, &house.company, 3, None)).unwrap();
        let rest = house.db.read(|read| query::own(read, &house.company, 3, first.next.as_deref())).unwrap();
        assert_eq!((first.lines.len(), rest.lines.len(), rest.next), (3, 2, None));
        let list = |actor, asked, cursor: Option<&str>| {
            house.db.read(|read| query::list(read, actor, asked, 2, cursor)).unwrap()
        };
        let mut seen = std::collections::BTreeSet::new();
        let mut cursor = None;
        loop {
            let page = list(&house.decider, Asked::InStage(None), cursor.as_deref());
            seen.extend(page.lines.iter().map(|project| project.code));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 5);
        assert!(list(&house.elsewhere, Asked::InStage(None), None).lines.is_empty());
        assert!(list(&house.decider, Asked::Listed, None).lines.is_empty());
        let counts = house.db.read(|read| query::by_stage(read, &house.decider)).unwrap();
        assert_eq!(counts, [5, 0, 0, 0, 0]);
    });
}

#[test]
fn false_facts_come_to_the_list_and_leave_it() {
    each_house(|house| {
        let code = house.register("被查的示例项目").unwrap().code;
        house.command(&house.decider, &code, Command::Challenge { what: "规模与现场不符".to_owned() }).unwrap();
        house.pass_days(10);
        house.drain();
        assert!(house.project(&code).is_listed());
        let listed = house.db.read(|read| query::list(read, &house.decider, Asked::Listed, 10, None)).unwrap();
        assert_eq!(listed.lines.len(), 1);
        house.command(&house.company, &code, Command::Explain { words: "已经改正".to_owned() }).unwrap();
        let settle = Command::Settle { lift: true, reason: "现场核实已改正".to_owned() };
        house.command(&house.decider, &code, settle).unwrap();
        assert!(house.project(&code).finding.is_none());
        house.verify();
    });
}
