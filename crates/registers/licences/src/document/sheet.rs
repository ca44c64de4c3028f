//! Another paper of this house in the same form: a receipt, a notice. A page with its title, its table, a stamp and a code.

use kernel::Date;
use krilla::{Document, SerializeSettings, metadata::Metadata, page::PageSettings};
use serde_json::Value;
use store::Signer;

use super::{
    Fonts, HEIGHT, ISSUER, LABEL, MARGIN, NUMBER, OVERLINE, PAGE_END, Pdf, ROWS_END, SMALL, TITLE, Unprintable, WIDTH,
    body, border,
    canvas::{Align, Canvas, LAKE, Type},
    chinese,
    fonts::Opened,
    stamp,
};
use crate::file;

/// What a paper shows and says.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// Over the title: of which sort it is.
    pub sort: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The line under the title: its numbers.
    pub number: String,
    /// Labels and values.
    pub rows: Vec<(String, String)>,
    /// Who gives it.
    pub issuer: String,
    /// What the issuer is called on it: 收款单位.
    pub issuer_label: &'a str,
    /// On which day.
    pub on: Date,
    /// What stands in the stamp: in its middle and below.
    pub stamp: (&'a str, &'a str),
    /// What stands across the page when it proves nothing.
    pub watermark: Option<&'a str>,
    /// What the code holds: the address where anybody can look it up.
    pub link: String,
    /// The small print at the foot.
    pub note: String,
    /// What it says, for programs; sealed with the page.
    pub data: Value,
}

/// Puts it on paper and seals the file. Takes some tens of milliseconds: never inside a job, never on the event loop.
///
/// # Errors
/// [`Unprintable`].
pub fn sheet(sheet: &Sheet<'_>, fonts: &Fonts, signer: &dyn Signer) -> Result<Pdf, Unprintable> {
    let mut fonts = Opened::open(fonts)?;
    let mut document = Document::new_with(SerializeSettings::default());
    let metadata = Metadata::new().title(sheet.title.to_owned()).authors(vec![sheet.issuer.clone()]);
    document.set_metadata(metadata.language("zh-CN".to_owned()).creator("Tongban".to_owned()));
    let mut rows: Vec<_> = sheet.rows.iter().rev().cloned().collect();
    let mut first = true;
    while first || !rows.is_empty() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Unprintable::Pdf("page size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut canvas = Canvas { surface: &mut surface, fonts: &mut fonts };
        border(&mut canvas, sheet.watermark);
        if first {
            head(&mut canvas, sheet);
            body(&mut canvas, &mut rows, 222.0, ROWS_END + 20.0);
            foot(&mut canvas, sheet);
        } else {
            body(&mut canvas, &mut rows, MARGIN + 30.0, PAGE_END);
        }
        surface.finish();
        page.finish();
        first = false;
    }
    let bytes = document.finish().map_err(|error| Unprintable::Pdf(format!("{error:?}")))?;
    let bytes = file::seal_document(&bytes, &sheet.data, signer)?;
    Ok(Pdf { bytes, missing: fonts.missing })
}

fn head(canvas: &mut Canvas<'_, '_>, sheet: &Sheet<'_>) {
    let middle = WIDTH / 2.0;
    canvas.text(middle, 100.0, Align::Centre, OVERLINE, sheet.sort);
    canvas.fitted(middle, 150.0, Align::Centre, TITLE, WIDTH - 2.0 * MARGIN, sheet.title);
    canvas.rule(middle - 90.0, 172.0, 180.0, 1.2, LAKE);
    canvas.rule(middle - 24.0, 175.5, 48.0, 2.4, LAKE);
    canvas.fitted(middle, 204.0, Align::Centre, NUMBER, WIDTH - 2.0 * MARGIN, &sheet.number);
}

fn foot(canvas: &mut Canvas<'_, '_>, sheet: &Sheet<'_>) {
    let (left, top, side) = (MARGIN + 4.0, 606.0, 104.0);
    canvas.qr(left, top, side, &sheet.link);
    let small = Type { size: 9.0, ..LABEL };
    canvas.text(left + side / 2.0, top + side + 16.0, Align::Centre, small, "扫码查看这张票据");
    let middle = WIDTH - MARGIN - 100.0;
    stamp(canvas, middle + 30.0, 700.0, &sheet.issuer, sheet.stamp);
    canvas.text(middle, 598.0, Align::Centre, Type { size: 11.0, ..LABEL }, sheet.issuer_label);
    canvas.fitted(middle, 622.0, Align::Centre, ISSUER, 220.0, &sheet.issuer);
    canvas.text(middle, 648.0, Align::Centre, Type { size: 13.0, ..ISSUER }, &chinese(sheet.on));
    let left = 48.0;
    canvas.fitted(left, HEIGHT - 48.0, Align::Left, SMALL, WIDTH - 2.0 * left, &sheet.note);
}
