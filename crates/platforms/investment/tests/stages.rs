//! The order of the stages, and what may be filed together.

use investment::rules::{self, ApprovalState, Refusal, StageState, stage_state};
use investment::{CaseState, Joined, Move, Project, Route, Stage};
use kernel::{Actor, BasicCode, Duty};

use crate::given::{MONDAY, book, facts, file, item, lead, moves, number, official, pass, project, unit};

const RATIFICATION: &str = "320104901000";
const GOVERNMENT: &str = "320104902000";
const SITE: &str = "320115901000";
const LAND: &str = "320115902000";
const PLANNING: &str = "320115903000";
const ENERGY: &str = "320104903000";

fn due(project: &Project, stage: Stage, asked: &[BasicCode]) -> Result<Vec<String>, Refusal> {
    rules::to_submit(project, book(), stage, asked).map(|items| items.iter().map(BasicCode::to_string).collect())
}

#[test]
fn the_route_says_what_the_first_stage_needs() {
    let first = |route| due(&project(route), Stage::Land, &[]).unwrap();
    assert_eq!(first(Route::Filing), [SITE, LAND]);
    assert_eq!(first(Route::Ratification), [RATIFICATION, SITE, LAND]);
    assert_eq!(first(Route::Approval), [GOVERNMENT, SITE, LAND]);
}

#[test]
fn a_stage_is_locked_until_all_before_it_is_granted() {
    let mut project = project(Route::Filing);
    let locked = |behind: &str| Err(Refusal::StageLocked { behind: behind.to_owned() });
    assert_eq!(due(&project, Stage::Works, &[]), locked("立项用地规划许可"));
    assert_eq!(due(&project, Stage::Completion, &[]), locked("立项用地规划许可"));
    file(&mut project, Stage::Land, &[], MONDAY);
    assert_eq!(stage_state(&project, book(), Stage::Land), StageState::Running);
    moves(&mut project, item(SITE), Move::Granted, MONDAY);
    assert_eq!(due(&project, Stage::Works, &[]), locked("立项用地规划许可"));
    moves(&mut project, item(LAND), Move::Granted, MONDAY);
    assert_eq!(stage_state(&project, book(), Stage::Land), StageState::Done);
    assert_eq!(due(&project, Stage::Works, &[]), Ok(vec![PLANNING.to_owned()]));
    assert_eq!(due(&project, Stage::Construction, &[]), locked("工程建设许可"));
    for stage in [Stage::Works, Stage::Construction, Stage::Completion] {
        pass(&mut project, stage, MONDAY);
    }
    assert_eq!(rules::current(&project, book()), None);
}

#[test]
fn what_was_denied_is_filed_again_and_what_is_on_its_way_is_not() {
    let mut project = project(Route::Filing);
    file(&mut project, Stage::Land, &[], MONDAY);
    assert_eq!(due(&project, Stage::Land, &[]), Err(Refusal::NothingToSubmit));
    moves(&mut project, item(SITE), Move::Denied, MONDAY);
    assert_eq!(due(&project, Stage::Land, &[]), Ok(vec![SITE.to_owned()]));
    file(&mut project, Stage::Land, &[], MONDAY);
    assert_eq!(project.cases.len(), 3);
    moves(&mut project, item(SITE), Move::Granted, MONDAY);
    moves(&mut project, item(LAND), Move::Granted, MONDAY);
    assert_eq!(stage_state(&project, book(), Stage::Land), StageState::Done);
}

#[test]
fn what_the_unit_says_that_it_needs_is_waited_for_once_it_was_filed() {
    let mut project = project(Route::Filing);
    pass(&mut project, Stage::Land, MONDAY);
    assert_eq!(due(&project, Stage::Works, &[item(ENERGY)]).unwrap(), [PLANNING, ENERGY]);
    file(&mut project, Stage::Works, &[item(ENERGY)], MONDAY);
    moves(&mut project, item(PLANNING), Move::Granted, MONDAY);
    assert_eq!(stage_state(&project, book(), Stage::Works), StageState::Running);
    assert_eq!(due(&project, Stage::Works, &[item(ENERGY)]), Err(Refusal::AlreadyFiled { item: item(ENERGY) }));
    moves(&mut project, item(ENERGY), Move::Denied, MONDAY);
    assert_eq!(stage_state(&project, book(), Stage::Works), StageState::Open);
    assert_eq!(due(&project, Stage::Works, &[item(ENERGY)]).unwrap(), [ENERGY]);
    file(&mut project, Stage::Works, &[item(ENERGY)], MONDAY);
    moves(&mut project, item(ENERGY), Move::Withdrawn, MONDAY);
    assert_eq!(stage_state(&project, book(), Stage::Works), StageState::Done);
    // It may still be asked for later.
    assert_eq!(due(&project, Stage::Works, &[item(ENERGY)]).unwrap(), [ENERGY]);
    assert_eq!(due(&project, Stage::Works, &[item(SITE)]), Err(Refusal::NotOfStage { item: item(SITE) }));
}

#[test]
fn joint_means_all_that_is_due_and_nothing_else() {
    let project = project(Route::Filing);
    let joined = |codes: &[&str]| -> Vec<Joined> {
        let cases = codes.iter().zip(1..);
        cases
            .map(|(code, n)| Joined { number: number(n), item: item(code), name: String::new(), department: lead() })
            .collect()
    };
    let check = |actor: &Actor, codes: &[&str], want: Result<(), Refusal>| {
        let found = rules::submitted(&project, Stage::Land, &joined(codes), &facts(actor, MONDAY));
        assert_eq!(found.map(drop), want);
    };
    check(&unit(), &[SITE, LAND], Ok(()));
    check(&unit(), &[SITE], Err(Refusal::NotJoint { item: item(LAND) }));
    check(&unit(), &[SITE, LAND, RATIFICATION], Err(Refusal::NotOfStage { item: item(RATIFICATION) }));
    check(&official(Duty::Decide), &[SITE, LAND], Err(Refusal::OnlyTheUnit));
}

#[test]
fn a_case_that_is_over_does_not_move_any_more() {
    let mut project = project(Route::Filing);
    file(&mut project, Stage::Land, &[], MONDAY);
    moves(&mut project, item(SITE), Move::Granted, MONDAY);
    let number = project.case_for(&item(SITE)).unwrap().number;
    assert!(rules::moved(&project, &number, &Move::Withdrawn, MONDAY).is_empty());
    assert!(rules::moved(&project, &crate::given::number(99), &Move::Granted, MONDAY).is_empty());
    let terms = book().stage(Stage::Land).unwrap();
    let places = rules::places(&project, terms);
    assert_eq!(places[0].state, ApprovalState::Filed(CaseState::Granted));
}
