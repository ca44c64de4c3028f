//! Values that the component macros of `macros.html` draw.

/// One question of a form.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Name of the field, and its id on the page.
    pub key: String,
    /// The question.
    pub label: String,
    /// One sentence of help.
    pub hint: Option<String>,
    /// What is wrong with the answer, as the error summary says it.
    pub error: Option<String>,
    /// The answer so far.
    pub value: String,
    /// What is asked for.
    pub kind: FieldKind,
    /// Behind the input: 平方米.
    pub unit: Option<String>,
    /// Width class: `w-4`, `w-8`, `w-11`, `w-18`, `w-30` or empty for the whole column.
    pub width: &'static str,
    /// Value of `autocomplete`, for answers that browsers know.
    pub autocomplete: Option<&'static str>,
    /// Value of `accept`, for files.
    pub accept: Option<&'static str>,
    /// Whether it may stay empty; optional questions say so.
    pub required: bool,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// A line of text.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, in the browser's own picker.
    Date,
    /// A telephone number.
    Phone,
    /// A password.
    Password,
    /// Several lines.
    Area,
    /// One of many, in a list.
    Select,
    /// One of a few.
    Radio,
    /// Several of a few.
    Checkbox,
    /// A file.
    File,
}

impl FieldKind {
    /// Whether it is a group of choices with a legend.
    pub fn is_group(&self) -> bool {
        matches!(self, FieldKind::Radio | FieldKind::Checkbox)
    }

    /// Whether several can be chosen.
    pub fn is_many(&self) -> bool {
        matches!(self, FieldKind::Checkbox)
    }

    /// Whether it is a `textarea`.
    pub fn is_area(&self) -> bool {
        matches!(self, FieldKind::Area)
    }

    /// Whether it is a `select`.
    pub fn is_select(&self) -> bool {
        matches!(self, FieldKind::Select)
    }

    /// Whether the page may carry the answer back: passwords and files stay where they are.
    pub fn shows_value(&self) -> bool {
        !matches!(self, FieldKind::Password | FieldKind::File)
    }

    /// Value of `type`.
    pub fn html(&self) -> &'static str {
        match self {
            FieldKind::Date => "date",
            FieldKind::Phone => "tel",
            FieldKind::Password => "password",
            FieldKind::File => "file",
            // Not "number": it drops what people type when it is not one, so they could not put it right.
            _ => "text",
        }
    }

    /// Value of `inputmode`.
    pub fn keyboard(&self) -> Option<&'static str> {
        match self {
            FieldKind::Number => Some("decimal"),
            FieldKind::Phone => Some("tel"),
            _ => None,
        }
    }
}

impl Field {
    /// A required question.
    pub fn new(kind: FieldKind, key: impl Into<String>, label: impl Into<String>) -> Field {
        Field { key: key.into(), label: label.into(), kind, required: true, ..Field::default() }
    }

    /// Adds one sentence of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Field {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps the answer so far; choices with this value are marked.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Field {
        self.value = value.into();
        self.choices.iter_mut().for_each(|choice| choice.chosen = choice.value == self.value);
        self
    }

    /// Marks what is wrong, taking the words for this key from the summary.
    #[must_use]
    pub fn wrong(mut self, wrongs: &[Wrong]) -> Field {
        self.error = wrongs.iter().find(|wrong| wrong.key == self.key).map(|wrong| wrong.detail.clone());
        self
    }

    /// Sets the width class.
    #[must_use]
    pub fn width(mut self, width: &'static str) -> Field {
        self.width = width;
        self
    }

    /// Sets what browsers may fill in.
    #[must_use]
    pub fn autocomplete(mut self, word: &'static str) -> Field {
        self.autocomplete = Some(word);
        self
    }

    /// May stay empty.
    #[must_use]
    pub fn optional(mut self) -> Field {
        self.required = false;
        self
    }

    /// Whether hint or error describe the input.
    pub fn described(&self) -> bool {
        self.hint.is_some() || self.error.is_some()
    }

    /// Value of `aria-describedby`.
    pub fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.key));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.key));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether something was chosen already.
    pub fn is_answered(&self) -> bool {
        self.choices.iter().any(|choice| choice.chosen)
    }
}

/// One thing to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A second line; empty for none.
    pub hint: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice without a second line.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), ..Choice::default() }
    }
}

/// One mistake, said alike in the summary and at its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field's key.
    pub key: String,
    /// What to write instead.
    pub detail: String,
}

impl Wrong {
    /// A mistake in the field `key`.
    pub fn new(key: impl Into<String>, detail: impl Into<String>) -> Wrong {
        Wrong { key: key.into(), detail: detail.into() }
    }

    /// Mistakes that a room found, with the last part of each pointer as the key.
    pub fn of(errors: &[kernel::FieldError]) -> Vec<Wrong> {
        let key = |pointer: &str| pointer.rsplit('/').next().unwrap_or(pointer).to_owned();
        errors.iter().map(|error| Wrong { key: key(&error.pointer), detail: error.detail.clone() }).collect()
    }
}

/// A step of the way to this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What it says.
    pub name: String,
    /// Where it leads; empty for the page itself.
    pub href: String,
}

impl Crumb {
    /// A step that leads somewhere.
    pub fn new(name: impl Into<String>, href: impl Into<String>) -> Crumb {
        Crumb { name: name.into(), href: href.into() }
    }

    /// The page itself.
    pub fn here(name: impl Into<String>) -> Crumb {
        Crumb { name: name.into(), href: String::new() }
    }
}

/// 几天 · 跑几次 · 多少钱: the three numbers of every item, always in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Working days promised; 0 means on the spot.
    pub days: u32,
    /// One plain sentence on the days.
    pub days_say: String,
    /// How often one must come.
    pub trips: u32,
    /// One plain sentence on coming.
    pub trips_say: String,
    /// What is charged, when something is: 20元/证.
    pub fee: Option<String>,
    /// One plain sentence on the fee.
    pub fee_say: String,
}

/// One of the three, cut as the band and the line show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisePart {
    /// 几天
    pub term: &'static str,
    /// 5
    pub figure: String,
    /// 个工作日
    pub unit: String,
    /// The sentence under it.
    pub say: String,
    /// In a line: what stands before the figure.
    pub before: &'static str,
    /// In a line: the figure.
    pub strong: String,
    /// In a line: what stands behind it.
    pub after: String,
}

impl Promise {
    /// The three parts in their order.
    pub fn parts(&self) -> [PromisePart; 3] {
        let (days, unit) = match self.days {
            0 => ("当场".to_owned(), "办结"),
            days => (days.to_string(), "个工作日"),
        };
        let fee = self.fee_figure();
        [
            PromisePart {
                term: "几天",
                figure: days.clone(),
                unit: unit.to_owned(),
                say: self.days_say.clone(),
                before: "",
                strong: days,
                after: format!(" {unit}"),
            },
            PromisePart {
                term: "跑几次",
                figure: self.trips.to_string(),
                unit: "次".to_owned(),
                say: self.trips_say.clone(),
                before: "跑 ",
                strong: self.trips.to_string(),
                after: " 次".to_owned(),
            },
            PromisePart {
                term: "多少钱",
                figure: fee.0.clone(),
                unit: fee.1.clone(),
                say: self.fee_say.clone(),
                before: "",
                strong: if self.fee.is_some() { fee.0 } else { String::new() },
                after: if self.fee.is_some() { format!(" {}", fee.1) } else { "不收费".to_owned() },
            },
        ]
    }

    /// The fee as a figure and its unit: 20元/证 is 20 and 元/证; a fee that is no single number is 收费.
    fn fee_figure(&self) -> (String, String) {
        let Some(fee) = self.fee.as_deref().map(str::trim) else { return ("0".to_owned(), "元".to_owned()) };
        let digits = fee.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, unit) = fee.split_at(digits);
        let is_plain = !number.is_empty() && unit.trim_start().starts_with('元') && unit.chars().count() <= 5;
        if is_plain { (number.to_owned(), unit.trim().to_owned()) } else { ("收费".to_owned(), String::new()) }
    }
}

/// The pages of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// The page shown, from 1.
    pub current: usize,
    /// The last page.
    pub last: usize,
    /// Address of the list, ready for a page number behind it: `/search?q=x&page=`.
    pub base: String,
}

impl Pages {
    /// The address of a page.
    pub fn href(&self, page: impl std::fmt::Display) -> String {
        format!("{}{page}", self.base)
    }

    /// Page numbers to show; 0 stands for a gap.
    pub fn entries(&self) -> Vec<usize> {
        let mut entries = vec![];
        for page in 1..=self.last {
            let is_near = page == 1 || page == self.last || page.abs_diff(self.current) <= 1;
            match entries.last() {
                _ if is_near => entries.push(page),
                Some(0) => {}
                _ => entries.push(0),
            }
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_pages_show_the_ends_and_the_neighbours() {
        let pages = |current, last| Pages { current, last, base: "/?page=".to_owned() }.entries();
        assert_eq!(pages(2, 3), [1, 2, 3]);
        assert_eq!(pages(6, 12), [1, 0, 5, 6, 7, 0, 12]);
    }

    #[test]
    fn a_fee_is_a_figure_only_when_it_is_one_number() {
        let promise = |fee: Option<&str>| Promise {
            days: 0,
            days_say: String::new(),
            trips: 1,
            trips_say: String::new(),
            fee: fee.map(str::to_owned),
            fee_say: String::new(),
        };
        let figure = |fee| promise(fee).fee_figure();
        assert_eq!(figure(None), ("0".to_owned(), "元".to_owned()));
        assert_eq!(figure(Some("20元/证")), ("20".to_owned(), "元/证".to_owned()));
        assert_eq!(figure(Some("按建筑面积计收")), ("收费".to_owned(), String::new()));
    }
}
