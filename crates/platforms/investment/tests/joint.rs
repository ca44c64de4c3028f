//! The approvals of a stage together, on both databases.

use casework::{Channel, Filing, Submission, Way};
use catalogue::Answers;
use investment::rules::{self, StageState};
use investment::{CaseState, Command, Refusal, ReportKind, Route, Stage, rulebook};
use kernel::{BasicCode, Fen, Refuse};

use crate::given::item;
use crate::house::{XUANWU, each_house, refused};

const SITE: &str = "320115901000";
const ENERGY: &str = "320104903000";

#[test]
fn one_form_becomes_a_case_for_each_approval_with_its_own_department() {
    each_house(|house| {
        let ratified = |notice: &mut investment::Notice| {
            notice.industry = Some("4415".parse().unwrap());
            notice.line = Some("wind".to_owned());
        };
        let code = house.register_as(&house.company, ratified).unwrap().code;
        let form = house.form(&code, Stage::Land, &[]);
        let project = house.submit(&code, Stage::Land, &form).unwrap();
        assert_eq!((project.route, project.cases.len()), (Route::Ratification, 3));
        let kinds: std::collections::BTreeSet<String> =
            project.cases.iter().map(|case| case.department.kind.to_string()).collect();
        assert_eq!(kinds, ["040", "150"].map(str::to_owned).into());
        for case in &project.cases {
            let found = house.db.read(|read| casework::query::case_for(read, &house.clerk, &case.number)).unwrap();
            assert_eq!(found.project, Some(code));
            let papers = house.db.read(|read| casework::query::papers(read, &house.company, &found)).unwrap();
            assert_eq!(papers.answers["project_code"].text(), Some(code.to_string().as_str()));
        }
        house.grant_all(&project);
        let project = house.project(&code);
        assert!(project.cases.iter().all(|case| case.state == CaseState::Granted && case.opinions.len() == 1));
        assert_eq!(rules::stage_state(&project, rulebook(), Stage::Works), StageState::Open);
        house.verify();
    });
}

#[test]
fn all_or_none() {
    each_house(|house| {
        let code = house.register("缺材料的示例项目").unwrap().code;
        let mut form = house.form(&code, Stage::Land, &[]);
        let last = form.materials.pop().unwrap();
        let refusal = refused(house.submit(&code, Stage::Land, &form));
        assert_eq!(refusal.code(), "casework.materials-missing");
        assert!(house.project(&code).cases.is_empty());
        form.materials.push(last);
        form.contact_phone = "12345".to_owned();
        assert!(matches!(refused(house.submit(&code, Stage::Land, &form)), Refusal::Case { .. }));
        form.contact_phone = "13800000997".to_owned();

        // Prepared twice and sent twice: the second finds the stage filed, and none of its cases stays.
        let joint = investment::Joint::prepare(&house.db, &house.company, &code, Stage::Land, &form).unwrap();
        let again = joint.clone();
        house.db.write(move |tx| investment::submit(tx, &joint)).unwrap();
        let refusal = refused(house.db.write(move |tx| investment::submit(tx, &again)));
        assert_eq!(refusal, Refusal::NothingToSubmit);
        let applicant = house.company.party().unwrap();
        let cases = house.db.read(|read| casework::query::cases_of(read, &applicant, &[], 50, None)).unwrap();
        assert_eq!(cases.lines.len(), 2);
        house.verify();
    });
}

#[test]
fn no_approval_of_a_project_without_its_code() {
    each_house(|house| {
        let filing = Filing {
            applicant: house.company.party().unwrap(),
            item: item(SITE),
            region: XUANWU.parse().unwrap(),
            answers: Answers::new(),
            materials: vec![],
            channel: Channel::Online,
            way: Way::Electronic,
            ticket: None,
            draft: None,
            key: None,
        };
        let refusal = refused(Submission::prepare(&house.db, &house.company, filing));
        assert_eq!(refusal, casework::Refusal::NeedsProject);
        let (actor, region) = (house.company.clone(), XUANWU.parse().unwrap());
        let draft = house.db.write(move |tx| casework::drafts::start(tx, &actor, item(SITE), region));
        assert_eq!(refused(draft), casework::Refusal::NeedsProject);
        // Another unit's code is no code of one's own.
        let code = house.register("别人的示例项目").unwrap().code;
        let form = house.form(&code, Stage::Land, &[]);
        let theirs = investment::Joint::prepare(&house.db, &house.other, &code, Stage::Land, &form);
        assert_eq!(refused(theirs), Refusal::NotFound);
    });
}

#[test]
fn a_correction_moves_no_case_to_another_project() {
    each_house(|house| {
        let other = house.register("另一个示例项目").unwrap().code;
        let code = house.register("要补正的示例项目").unwrap().code;
        let form = house.form(&code, Stage::Land, &[]);
        let case = house.submit(&code, Stage::Land, &form).unwrap().cases[0].number;
        let what = casework::Subject::Field("project_code".to_owned());
        let missing = vec![casework::Missing { what, why: "核对项目代码".to_owned() }];
        house.case(&house.clerk, case, casework::Command::Correct { missing, supervisor_reason: None });
        let named =
            |code: &kernel::ProjectCode| Answers::from([("project_code".to_owned(), code.to_string().as_str().into())]);
        let resubmit = |code| casework::resubmission(&house.db, &house.company, &case, Some(&named(code)), &[]);
        assert_eq!(refused(resubmit(&other)).code(), "casework.other-project");
        let again = resubmit(&code).unwrap();
        house.case(&house.company, case, again);
        house.drain();
        assert_eq!(house.project(&code).cases[0].state, CaseState::Submitted);
        house.verify();
    });
}

#[test]
fn a_later_stage_is_refused_and_nothing_is_filed() {
    each_house(|house| {
        let code = house.register("着急的示例项目").unwrap().code;
        let form = house.form(&code, Stage::Land, &[]);
        let refusal = refused(house.submit(&code, Stage::Construction, &form));
        assert!(matches!(refusal, Refusal::StageLocked { .. }), "{refusal:?}");
    });
}

#[test]
fn every_item_of_the_rulebook_needs_a_project_and_no_other_does() {
    each_house(|house| {
        let items = house.db.read(|read| store::ReadExt::cached::<catalogue::Items>(read)).unwrap();
        let named: std::collections::BTreeSet<BasicCode> =
            rulebook().approvals().map(|(_, approval)| approval.item).chain([rulebook().filing_item]).collect();
        let marked: std::collections::BTreeSet<BasicCode> =
            items.iter().filter(|item| item.needs_project).map(|item| item.code).collect();
        assert_eq!(named, marked);
    });
}

#[test]
fn the_whole_life_of_a_project() {
    each_house(|house| {
        let code = house.register("从头到尾的示例项目").unwrap().code;
        for stage in Stage::ALL {
            let asked: &[BasicCode] = if stage == Stage::Works { &[item(ENERGY)] } else { &[] };
            let form = house.form(&code, stage, asked);
            let project = house.submit(&code, stage, &form).unwrap();
            house.pass_days(1);
            house.grant_all(&project);
            if stage == Stage::Construction {
                let day = house.db.today();
                let (invested, say) = (Fen(1_000), "今天开工。".to_owned());
                let start = Command::Report { kind: ReportKind::Start, day, invested, say };
                house.command(&house.company, &code, start).unwrap();
            }
        }
        let project = house.project(&code);
        assert_eq!(rules::current(&project, rulebook()), None);
        assert_eq!(project.cases.len(), 7);
        let day = house.db.today();
        let (invested, say) = (Fen(2_000), "竣工验收合格。".to_owned());
        let end = Command::Report { kind: ReportKind::Completion, day, invested, say };
        house.command(&house.company, &code, end).unwrap();
        house.pass_days(400);
        house.drain();
        assert!(house.project(&code).finding.is_none());
        house.verify();
    });
}

#[test]
fn a_start_that_nobody_reports_comes_to_the_list_by_itself() {
    each_house(|house| {
        let code = house.register("忘记报告的示例项目").unwrap().code;
        for stage in [Stage::Land, Stage::Works, Stage::Construction] {
            let form = house.form(&code, stage, &[]);
            let project = house.submit(&code, stage, &form).unwrap();
            house.grant_all(&project);
        }
        let owing = house
            .db
            .read(|read| investment::query::list(read, &house.decider, investment::query::Asked::Owing, 10, None));
        assert_eq!(owing.unwrap().lines.len(), 1);
        house.pass_days(40);
        house.drain();
        assert!(house.project(&code).finding.is_some());
        house.pass_days(20);
        house.drain();
        assert!(house.project(&code).is_listed());
        let day = house.db.today();
        let (invested, say) = (Fen(1_000), "补报开工。".to_owned());
        let start = Command::Report { kind: ReportKind::Start, day, invested, say };
        house.command(&house.company, &code, start).unwrap();
        assert!(house.project(&code).finding.is_none());
        house.verify();
    });
}
