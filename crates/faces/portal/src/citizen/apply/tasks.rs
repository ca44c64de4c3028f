//! The task list: how far the application is, and by when what happens if it is sent today.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use casework::{DraftView, Refusal, SectionTask, TaskState, Turn};
use kernel::{WorkingDays, local_date};
use store::{Error, Failure, Read, ReadExt};
use web::{Fault, Fields, Frame, House, Section, Visitor, page, redirect};

use super::{Open, Sheet, delivery, field, open, start};
use crate::citizen::words;

#[derive(Template)]
#[template(path = "citizen/apply/tasks.html")]
struct TasksPage {
    frame: Frame,
    sheet: Sheet,
    done: usize,
    total: usize,
    groups: Vec<Group>,
    promise: Vec<web::view::PromisePart>,
    ahead: Vec<String>,
    onward: String,
}

struct Group {
    title: &'static str,
    tasks: Vec<Task>,
}

struct Task {
    id: String,
    name: String,
    href: Option<String>,
    fact: String,
    status: Status,
}

struct Status(TaskState);

impl Status {
    /// One of the five words, and no other.
    fn word(&self) -> &'static str {
        match self.0 {
            TaskState::NotStarted => "未开始",
            TaskState::InProgress => "填写中",
            TaskState::NeedsChange => "要您改",
            TaskState::Done => "已完成",
            TaskState::NotYet => "暂不能填",
        }
    }

    /// How the badge is drawn.
    fn tone(&self) -> &'static str {
        match self.0 {
            TaskState::NotStarted => "outline",
            TaskState::InProgress => "water",
            TaskState::NeedsChange => "plum",
            TaskState::Done | TaskState::NotYet => "",
        }
    }
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let Open { view, sheet, .. } = open(&house, &visitor, &id)?;
    let (ahead, facts) = house.read(|read| Ok((ahead(read, &view)?, facts(read, &view)?)))?;
    let done = |state: TaskState| usize::from(state == TaskState::Done);
    let sections = view.sections.iter().map(|section| done(section.state)).sum::<usize>();
    Ok(page(&TasksPage {
        frame: visitor.frame(&house, format!("申请{}", sheet.item)).in_section(Section::Apply),
        done: sections + done(view.materials_state) + if view.ways.len() > 1 { done(view.way_state) } else { 0 },
        total: view.sections.len() + 2 + usize::from(view.ways.len() > 1),
        groups: groups(&view, &facts),
        promise: start::promise(&view.implementation).parts().into(),
        ahead,
        onward: super::onward(&view),
        sheet,
    }))
}

fn groups(view: &DraftView, facts: &[String]) -> Vec<Group> {
    let id = view.draft.id;
    let section = |(place, section): (usize, &SectionTask)| Task {
        id: format!("task-{}", place + 1),
        name: section.title.clone(),
        href: Some(format!("/apply/{id}/q/{}", place + 1)),
        fact: facts.get(place).cloned().unwrap_or_default(),
        status: Status(section.state),
    };
    let materials = Task {
        id: "task-materials".to_owned(),
        name: "材料".to_owned(),
        href: Some(format!("/apply/{id}/materials")),
        fact: materials_fact(view),
        status: Status(view.materials_state),
    };
    let check = Task {
        id: "task-check".to_owned(),
        name: "检查一遍并提交".to_owned(),
        href: view.is_ready().then(|| format!("/apply/{id}/check")),
        fact: if view.is_ready() { "看一遍，没问题就提交" } else { "上面都完成后就能提交" }.to_owned(),
        status: Status(view.submit_state),
    };
    let way = Task {
        id: "task-delivery".to_owned(),
        name: "领取方式".to_owned(),
        href: Some(format!("/apply/{id}/delivery")),
        fact: delivery::fact(view),
        status: Status(view.way_state),
    };
    let mut groups = vec![
        Group { title: "您要填的", tasks: view.sections.iter().enumerate().map(section).collect() },
        Group { title: "材料", tasks: vec![materials] },
    ];
    if view.ways.len() > 1 {
        groups.push(Group { title: "结果怎么给您", tasks: vec![way] });
    }
    groups.push(Group { title: "确认提交", tasks: vec![check] });
    groups
}

fn materials_fact(view: &DraftView) -> String {
    let (ready, yours) = (view.count(Turn::Ready), view.count(Turn::Yours));
    match (view.materials.len(), ready, yours) {
        (0, ..) => "这件事不用交材料".to_owned(),
        (all, _, 0) => format!("{all} 份，都备好了"),
        (all, 0, yours) => format!("{all} 份，{yours} 份要您处理"),
        (all, ready, yours) => format!("{all} 份，{ready} 份已为您备好，{yours} 份要您处理"),
    }
}

/// A line for each section: what is answered, or what is still missing.
fn facts(read: &mut dyn Read, view: &DraftView) -> Result<Vec<String>, Error> {
    let regions = read.cached::<organisation::Regions>()?;
    let answer = |key: &str| {
        let known = view.prefilled.get(key).map(|known| &known.answer);
        view.draft.answers.get(key).or(known)
    };
    let fact = |(section, task): (&catalogue::form::Section, &SectionTask)| {
        let shown: Vec<String> = section
            .questions
            .iter()
            .filter_map(|question| Some(field::shown(question, answer(&question.key)?, &regions)))
            .filter(|text| text.chars().count() <= 20)
            .take(2)
            .collect();
        let missing = task.next.as_deref().and_then(|key| view.form.question(key)).map(|question| &question.noun);
        let own = section.questions.iter().any(|question| view.draft.answers.contains_key(&question.key));
        match (task.state, missing) {
            (TaskState::Done, _) if !own && !shown.is_empty() => format!("{}，自动带出", shown.join("、")),
            (TaskState::Done, _) => shown.join("、"),
            (TaskState::NeedsChange, Some(noun)) => format!("{noun}要改"),
            (_, Some(noun)) if task.answered > 0 => {
                format!("共 {} 问，已有 {} 问，还差{noun}等", task.asked, task.answered)
            }
            _ => format!("共 {} 问", task.asked),
        }
    };
    Ok(view.form.sections.iter().zip(&view.sections).map(fact).collect())
}

/// What happens by when if it is sent today.
fn ahead(read: &mut dyn Read, view: &DraftView) -> Result<Vec<String>, Error> {
    let today = local_date(read.now());
    let calendar = organisation::calendar(read)?;
    let answer_by = calendar.after(today, clock::ANSWER_LIMIT);
    let days = view.implementation.promised.0;
    let decide_by = calendar.after(answer_by, WorkingDays(days));
    Ok(vec![
        format!("{}前答复受理", words::short_day(answer_by, today)),
        format!("最迟{}出结果", words::short_day(decide_by, today)),
    ])
}

#[derive(Template)]
#[template(path = "citizen/apply/discard.html")]
struct DiscardPage {
    frame: Frame,
    sheet: Sheet,
}

pub(super) async fn ask_discard(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let Open { sheet, .. } = open(&house, &visitor, &id)?;
    let frame = visitor.frame(&house, "删掉草稿").in_section(Section::Apply);
    Ok(page(&DiscardPage { frame, sheet }))
}

pub(super) async fn discard(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let Open { view, actor, .. } = open(&house, &visitor, &id)?;
    house
        .write(move |tx| {
            casework::drafts::discard(tx, &actor, &view.draft.id).map_err(|failure: Failure<Refusal>| failure)
        })
        .await?;
    Ok(redirect("/me/drafts"))
}
