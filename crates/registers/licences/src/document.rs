//! The licence on paper: an A4 page with its title, table, stamp and QR code, as a PDF under seal.

mod canvas;
mod fonts;
mod qr;
mod sheet;

pub use fonts::{BadFont, FontFile, Fonts};
pub use qr::qr_svg;
pub use sheet::{Sheet, sheet};

use identity::PartyKind;
use kernel::Date;
use krilla::{
    Document, SerializeSettings,
    metadata::{DateTime, Metadata},
    page::PageSettings,
};
use store::{Error, Signer};

use crate::{
    file,
    model::{Content, Seal},
};
use canvas::{Align, Canvas, Colour, INK, INK_PALE, LAKE, LAKE_PALE, STAMP, Type};
use fonts::{Opened, Style};

/// A licence as a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The sealed file.
    pub bytes: Vec<u8>,
    /// Characters that no font had: they stand as 〓 on the page, and a line below names them. Empty in good order.
    pub missing: Vec<char>,
}

/// What the page says besides the licence itself.
#[derive(Debug, Clone)]
pub struct Paper<'a> {
    /// Where anybody can verify it: the full address behind the QR code.
    pub verify_url: &'a str,
    /// Whether this house only demonstrates: the page then says so, on the stamp and across.
    pub demo: bool,
}

/// Why a licence could not be put on paper.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unprintable {
    /// A font is missing or broken.
    #[error(transparent)]
    Font(#[from] BadFont),
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] Error),
}

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// The outer frame's distance from the edge.
const FRAME: f32 = 34.0;
/// The text's distance from the edge.
const MARGIN: f32 = 70.0;
const LABEL_WIDTH: f32 = 128.0;
/// Rows above this line share the first page with the stamp and the code.
const ROWS_END: f32 = 560.0;
/// Rows above this line stand on a page of rows alone.
const PAGE_END: f32 = 740.0;

const fn kind(style: Style, size: f32, color: Colour, tracking: f32) -> Type {
    Type { style, size, color, tracking }
}

const OVERLINE: Type = kind(Style::Sans, 11.0, INK_PALE, 0.6);
const TITLE: Type = kind(Style::Serif, 32.0, LAKE, 0.1);
const NUMBER: Type = kind(Style::Sans, 11.0, INK_PALE, 0.02);
const LABEL: Type = kind(Style::Sans, 12.0, INK_PALE, 0.0);
const VALUE: Type = kind(Style::Sans, 13.0, INK, 0.0);
const ISSUER: Type = kind(Style::Serif, 15.0, INK, 0.04);
const SMALL: Type = kind(Style::Sans, 8.0, INK_PALE, 0.0);

/// Puts a licence on paper and seals the file. Takes some tens of milliseconds and two font files from the disk: never
/// inside a job, never on the event loop.
///
/// # Errors
/// [`Unprintable`].
pub fn pdf(
    content: &Content,
    seal: &Seal,
    paper: &Paper<'_>,
    fonts: &Fonts,
    signer: &dyn Signer,
) -> Result<Pdf, Unprintable> {
    let mut fonts = Opened::open(fonts)?;
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(metadata(content));
    let mut rows = table(content);
    rows.reverse();
    let mut first = true;
    while first || !rows.is_empty() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Unprintable::Pdf("page size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut canvas = Canvas { surface: &mut surface, fonts: &mut fonts };
        border(&mut canvas, paper.demo.then_some("演示"));
        if first {
            head(&mut canvas, content);
            body(&mut canvas, &mut rows, 236.0, ROWS_END);
            foot(&mut canvas, content, paper);
        } else {
            body(&mut canvas, &mut rows, MARGIN + 30.0, PAGE_END);
        }
        small_print(&mut canvas, content, seal);
        surface.finish();
        page.finish();
        first = false;
    }
    let bytes = document.finish().map_err(|error| Unprintable::Pdf(format!("{error:?}")))?;
    let bytes = file::seal_pdf(&bytes, content, seal, signer)?;
    Ok(Pdf { bytes, missing: fonts.missing })
}

/// The date of issue, not of printing: the same licence gives the same page whenever it is asked for.
fn metadata(content: &Content) -> Metadata {
    let on = content.issued_on;
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    let date = DateTime::new(u16::try_from(on.year()).unwrap_or_default()).month(part(on.month())).day(part(on.day()));
    Metadata::new()
        .title(content.name.clone())
        .authors(vec![content.issuer.name.clone()])
        .keywords(vec![content.id.to_string()])
        .language("zh-CN".to_owned())
        .creator("Tongban".to_owned())
        .document_id(content.id.to_string())
        .creation_date(date)
}

/// How the page calls the document, its number, who made it, and its stamp.
fn words(content: &Content) -> (&'static str, &'static str, &'static str, &'static str) {
    if content.is_decision() {
        ("电子公文", "文号", "决定机关", "电子印章")
    } else {
        ("电子证照", "证照编号", "颁发机构", "电子证照专用章")
    }
}

/// The rows of the page: label and value.
fn table(content: &Content) -> Vec<(String, String)> {
    let is_decision = content.is_decision();
    let (holder, identifier) = match content.holder.kind {
        _ if is_decision => ("申请人", "证件号码"),
        PartyKind::Person => ("持证人", "公民身份号码"),
        PartyKind::Organisation => ("持证主体", "统一社会信用代码"),
    };
    let mut rows = vec![
        (holder.to_owned(), content.holder.name.clone()),
        (identifier.to_owned(), content.holder.identifier.clone()),
    ];
    rows.extend(content.fields.iter().cloned());
    let until = content.valid_until.map_or_else(|| "长期".to_owned(), chinese);
    if !is_decision || content.valid_until.is_some() {
        rows.push(("有效期限".to_owned(), format!("{} 至 {until}", chinese(content.valid_from))));
    }
    if let Some(case) = &content.case {
        rows.push(("办件编号".to_owned(), case.to_string()));
    }
    rows
}

fn border(canvas: &mut Canvas<'_, '_>, watermark: Option<&str>) {
    let inner = FRAME + 5.0;
    canvas.frame(FRAME, FRAME, WIDTH - 2.0 * FRAME, HEIGHT - 2.0 * FRAME, 2.0, LAKE);
    canvas.frame(inner, inner, WIDTH - 2.0 * inner, HEIGHT - 2.0 * inner, 0.5, LAKE);
    if let Some(words) = watermark {
        // A sentence is set smaller and darker: it must be read, not only seen.
        let (size, color) = match words.chars().count() {
            0..=2 => (54.0, Colour(0xee, 0xf4, 0xf5)),
            _ => (26.0, Colour(0xd6, 0xe3, 0xe5)),
        };
        let pale = Type { color, ..TITLE };
        for (x, y) in [(190.0, 400.0), (400.0, 500.0), (290.0, 690.0)] {
            canvas.turned(-24.0, x, y, |canvas| canvas.text(x, y, Align::Centre, Type { size, ..pale }, words));
        }
    }
}

fn head(canvas: &mut Canvas<'_, '_>, content: &Content) {
    let middle = WIDTH / 2.0;
    canvas.text(middle, 100.0, Align::Centre, OVERLINE, words(content).0);
    canvas.fitted(middle, 150.0, Align::Centre, TITLE, WIDTH - 2.0 * MARGIN, &content.name);
    canvas.rule(middle - 90.0, 172.0, 180.0, 1.2, LAKE);
    canvas.rule(middle - 24.0, 175.5, 48.0, 2.4, LAKE);
    canvas.fitted(middle, 204.0, Align::Centre, NUMBER, 400.0, &format!("{} {}", words(content).1, content.number));
}

/// Draws rows, the last of `rows` first, until `end`; those that did not fit stay.
fn body(canvas: &mut Canvas<'_, '_>, rows: &mut Vec<(String, String)>, mut y: f32, end: f32) {
    let (left, width) = (MARGIN, WIDTH - 2.0 * MARGIN);
    let value_width = width - LABEL_WIDTH;
    let mut drawn = 0;
    canvas.rule(left, y, width, 1.0, LAKE);
    while let Some((label, value)) = rows.last() {
        let labels = canvas.lines(LABEL, LABEL_WIDTH - 12.0, label);
        let values = canvas.lines(VALUE, value_width, value);
        let height = labels.len().max(values.len()) as f32 * 20.0 + 14.0;
        if y + height > end && drawn > 0 {
            break;
        }
        for (n, line) in labels.iter().enumerate() {
            canvas.text(left + 4.0, y + 21.0 + n as f32 * 20.0, Align::Left, LABEL, line);
        }
        for (n, line) in values.iter().enumerate() {
            canvas.text(left + LABEL_WIDTH, y + 21.0 + n as f32 * 20.0, Align::Left, VALUE, line);
        }
        y += height;
        rows.pop();
        drawn += 1;
        let (thick, color) = if rows.is_empty() { (1.0, LAKE) } else { (0.6, LAKE_PALE) };
        canvas.rule(left, y, width, thick, color);
    }
    if !rows.is_empty() {
        canvas.text(WIDTH - MARGIN, y + 16.0, Align::Right, SMALL, "（续下页）");
    }
}

fn foot(canvas: &mut Canvas<'_, '_>, content: &Content, paper: &Paper<'_>) {
    let (left, top, side) = (MARGIN + 4.0, 606.0, 104.0);
    canvas.qr(left, top, side, paper.verify_url);
    canvas.text(left + side / 2.0, top + side + 16.0, Align::Centre, Type { size: 9.0, ..LABEL }, "扫码核验真伪与状态");

    let middle = WIDTH - MARGIN - 100.0;
    let (called, _, made_by, seal) = words(content);
    stamp(canvas, middle + 30.0, 700.0, &content.issuer.name, (if paper.demo { "演示" } else { called }, seal));
    canvas.text(middle, 598.0, Align::Centre, Type { size: 11.0, ..LABEL }, made_by);
    canvas.fitted(middle, 622.0, Align::Centre, ISSUER, 220.0, &content.issuer.name);
    canvas.text(middle, 648.0, Align::Centre, Type { size: 13.0, ..ISSUER }, &chinese(content.issued_on));
}

/// A drawn mark of the seal: a ring with the issuer's name. The seal that counts is the signature in the file.
fn stamp(canvas: &mut Canvas<'_, '_>, x: f32, y: f32, issuer: &str, (middle, below): (&str, &str)) {
    let radius = 58.0;
    canvas.circle(x, y, radius, 2.6, STAMP);
    canvas.circle(x, y, radius - 5.0, 0.6, STAMP);
    let names: Vec<char> = issuer.chars().collect();
    let size = (150.0 / names.len().max(1) as f32).clamp(6.0, 12.5);
    let step = (252.0 / names.len().max(2) as f32).min(24.0);
    let start = -step * (names.len().saturating_sub(1)) as f32 / 2.0;
    let letter = Type { style: Style::Serif, size, color: STAMP, tracking: 0.0 };
    for (n, name) in names.iter().enumerate() {
        canvas.turned(start + step * n as f32, x, y, |canvas| {
            canvas.text(x, y - radius + 11.0 + size, Align::Centre, letter, name.encode_utf8(&mut [0; 4]));
        });
    }
    let size = if middle.chars().count() > 2 { 13.0 } else { 22.0 };
    canvas.text(x, y + size * 0.36, Align::Centre, Type { size, tracking: 0.08, ..letter }, middle);
    canvas.text(x, y + 31.0, Align::Centre, Type { size: 8.0, tracking: 0.1, ..letter }, below);
}

fn small_print(canvas: &mut Canvas<'_, '_>, content: &Content, seal: &Seal) {
    let left = FRAME + 14.0;
    let width = WIDTH - 2.0 * left;
    let bottom = HEIGHT - FRAME - 14.0;
    let id = format!("证照标识 {}", content.id);
    canvas.fitted(left, bottom - 13.0, Align::Left, SMALL, width, &id);
    let sealed = format!("数据与文件经 SM2 签章，密钥 {}；改动一个字节即核验不通过。", seal.key);
    canvas.fitted(left, bottom, Align::Left, SMALL, width, &sealed);
    if !canvas.fonts.missing.is_empty() {
        let points: Vec<String> = canvas.fonts.missing.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let line = format!("〓 为字库所缺字：{}，以数据内容为准。", points.join("、"));
        canvas.fitted(left, bottom - 26.0, Align::Left, SMALL, width, &line);
    }
}

fn chinese(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
