//! An item as the API tells it: one line of a list, and its guide at a place.

use catalogue::{BaseItem, Fee, Guide, Handling, Material, MaterialForm, Source, Subject, Theme};
use clock::Limit;
use organisation::Regions;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One item in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "322018901000", "name": "老年人公共交通优待卡办理", "kind": "公共服务", "department": "交通运输部门", "subjects": ["person"],
    "promised_working_days": 5, "visits": 0, "fee": false, "summary": "满足年龄条件的老人乘公交享受优惠", "page": "/item/322018901000"
}))]
pub struct ItemLine {
    /// Basic code, 12 digits.
    pub code: String,
    /// Name.
    pub name: String,
    /// Type: 行政许可, 公共服务, …
    pub kind: &'static str,
    /// The department that handles it where the list was asked for; the kind of department where no region was named.
    pub department: String,
    /// `person`, `organisation` or both.
    pub subjects: Vec<&'static str>,
    /// Working days promised; 0 is on the spot.
    pub promised_working_days: u32,
    /// How often one must come.
    pub visits: u32,
    /// Whether something is charged.
    pub fee: bool,
    /// What it is for, in one sentence.
    pub summary: String,
    /// The guide for people.
    pub page: String,
}

impl ItemLine {
    /// The line of `item`.
    pub fn of(item: &BaseItem, department: String) -> Self {
        Self {
            code: item.code.to_string(),
            name: item.name.clone(),
            kind: item.kind.name(),
            department,
            subjects: item.subjects.iter().map(|subject| subject_word(*subject)).collect(),
            promised_working_days: item.promised.0,
            visits: item.visits,
            fee: item.fee.is_charged(),
            summary: item.summary.clone(),
            page: format!("/item/{}", item.code),
        }
    }
}

/// A page of a list of items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemList {
    /// The items: the best match first, or in the order of their codes where no words were given.
    pub items: Vec<ItemLine>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// An item as it is handled at a place.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemView {
    /// Basic code, 12 digits.
    pub code: String,
    /// Implementation code (实施编码), 31 characters.
    pub implementation: String,
    /// Version of the base item; a case keeps the version under which it began.
    pub version: u32,
    /// Name.
    pub name: String,
    /// Type: 行政许可, 公共服务, …
    pub kind: &'static str,
    /// What it is for, in one sentence.
    pub summary: String,
    /// `instant` (即办件) or `promised` (承诺件).
    pub handling: &'static str,
    /// The region that handles it for the place asked.
    pub region: PlaceView,
    /// Who handles it.
    pub department: DepartmentView,
    /// `person`, `organisation` or both.
    pub subjects: Vec<&'static str>,
    /// Themes by which it is listed.
    pub themes: Vec<ThemeView>,
    /// How long it takes.
    pub limits: LimitsView,
    /// How often one must come.
    pub visits: u32,
    /// Why one must come.
    pub visit_reason: Option<String>,
    /// What it costs.
    pub fee: FeeView,
    /// Who can get it.
    pub conditions: Vec<String>,
    /// What is needed.
    pub materials: Vec<MaterialView>,
    /// The steps with the working days that each may take.
    pub steps: Vec<StepView>,
    /// Laws it rests on.
    pub basis: Vec<BasisView>,
    /// What one gets.
    pub result: ResultView,
    /// The form.
    pub form: FormView,
    /// The guide for people.
    pub page: String,
}

/// A region.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceView {
    /// Twelve digits.
    pub code: String,
    /// Full name.
    pub name: String,
}

/// A department.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentView {
    /// Region and kind, `320102000000-310`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unified social credit code.
    pub credit_code: String,
    /// Where.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Hours.
    pub hours: String,
}

/// A theme.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeView {
    /// Whose list it is: `person` or `organisation`.
    pub subject: &'static str,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Limits.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsView {
    /// Working days promised; 0 is on the spot.
    pub promised_working_days: u32,
    /// The limit that the law sets, if it sets one.
    pub statutory: Option<StatutoryView>,
}

/// A statutory limit.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatutoryView {
    /// How many.
    pub count: u32,
    /// `working_day`, `calendar_day`, `month` or `immediate`.
    pub unit: &'static str,
    /// In words.
    pub text: String,
}

/// A fee.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeeView {
    /// Whether something is charged.
    pub charged: bool,
    /// How much, in words.
    pub standard: Option<String>,
    /// On what basis.
    pub basis: Option<String>,
    /// In fen, where it is one number.
    pub amount_fen: Option<i64>,
}

/// A material.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialView {
    /// Its name; an application names materials by it.
    pub name: String,
    /// `original`, `copy` or `electronic`.
    pub form: &'static str,
    /// Who brings it: `applicant`, `licence` (a licence the house may hold; the applicant otherwise), `government` (never asked for).
    pub source: &'static str,
    /// Copies.
    pub copies: u32,
    /// Whether the application is incomplete without it.
    pub required: bool,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// Name.
    pub name: &'static str,
    /// Working days.
    pub working_days: u32,
}

/// A law.
#[derive(Debug, Serialize, ToSchema)]
pub struct BasisView {
    /// Name.
    pub law: String,
    /// Articles.
    pub articles: Vec<String>,
}

/// What a grant gives.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    /// Name.
    pub name: String,
    /// `licence`, `decision`, `other` or `none`.
    #[schema(value_type = String)]
    pub kind: catalogue::ResultKind,
}

/// The form of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormView {
    /// Title.
    pub title: String,
    /// JSON Schema (draft 2020-12) of the answers.
    #[schema(value_type = Object)]
    pub schema: Value,
    /// A whole set of right answers, to try it out.
    #[schema(value_type = Object)]
    pub example: catalogue::Answers,
}

impl ItemView {
    /// The view of `guide`.
    pub fn of(guide: Guide, form: FormView, regions: &Regions) -> Self {
        let implementation = guide.implementation;
        let base = &implementation.base;
        let department = &implementation.department;
        let themes = [(Subject::Person, &base.personal_theme), (Subject::Organisation, &base.company_theme)];
        Self {
            code: base.code.to_string(),
            implementation: implementation.code.to_string(),
            version: implementation.version,
            name: base.name.clone(),
            kind: base.kind.name(),
            summary: base.summary.clone(),
            handling: if base.handling == Handling::Instant { "instant" } else { "promised" },
            region: PlaceView {
                code: implementation.region.to_string(),
                name: regions.full_name(&implementation.region),
            },
            department: DepartmentView {
                id: department.id.to_string(),
                name: department.name.clone(),
                credit_code: department.credit_code.to_string(),
                address: department.place.address.clone(),
                phone: department.place.phone.clone(),
                hours: department.place.hours.clone(),
            },
            subjects: base.subjects.iter().map(|subject| subject_word(*subject)).collect(),
            themes: themes
                .into_iter()
                .filter_map(|(subject, theme)| Some(theme_view(subject, theme.as_ref()?)))
                .collect(),
            limits: LimitsView {
                promised_working_days: implementation.promised.0,
                statutory: guide.statutory.map(statutory),
            },
            visits: implementation.visits,
            visit_reason: base.visit_reason.clone().filter(|_| implementation.visits > 0),
            fee: fee(&implementation.fee),
            conditions: base.conditions.clone(),
            materials: implementation.materials.iter().map(material).collect(),
            steps: guide.steps.iter().map(|(step, days)| StepView { name: step.name(), working_days: *days }).collect(),
            basis: base
                .basis
                .iter()
                .map(|basis| BasisView { law: basis.law.clone(), articles: basis.articles.clone() })
                .collect(),
            result: ResultView { name: base.result.clone(), kind: base.result_kind },
            form,
            page: format!("/item/{}?region={}", base.code, implementation.region),
        }
    }
}

/// The word for a subject.
pub fn subject_word(subject: Subject) -> &'static str {
    match subject {
        Subject::Person => "person",
        Subject::Organisation => "organisation",
    }
}

fn theme_view(subject: Subject, theme: &Theme) -> ThemeView {
    ThemeView { subject: subject_word(subject), code: theme.code.clone(), name: theme.name.clone() }
}

fn statutory(limit: Limit) -> StatutoryView {
    let (count, unit, text) = match limit {
        Limit::Immediate => (0, "immediate", "当场".to_owned()),
        Limit::Working(count) => (count, "working_day", format!("{count} 个工作日")),
        Limit::Calendar(count) => (count, "calendar_day", format!("{count} 日")),
        Limit::Months(count) => (count, "month", format!("{count} 个月")),
    };
    StatutoryView { count, unit, text }
}

fn fee(fee: &Fee) -> FeeView {
    match fee {
        Fee::Free { .. } => FeeView { charged: false, standard: None, basis: None, amount_fen: Some(0) },
        Fee::Charged { basis, standard, amount, .. } => FeeView {
            charged: true,
            standard: Some(standard.clone()),
            basis: Some(basis.clone()),
            amount_fen: amount.map(|amount| amount.0),
        },
    }
}

fn material(material: &Material) -> MaterialView {
    MaterialView {
        name: material.name.clone(),
        form: match material.form {
            MaterialForm::Original => "original",
            MaterialForm::Copy => "copy",
            MaterialForm::Electronic => "electronic",
        },
        source: match material.source {
            Source::Applicant => "applicant",
            Source::Licence => "licence",
            Source::Government => "government",
        },
        copies: material.copies,
        required: material.required,
    }
}
