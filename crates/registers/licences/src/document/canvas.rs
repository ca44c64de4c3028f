//! One page to draw on: text, rules, rows of a table, the QR code and the stamp, in points from the upper left corner.

use krilla::{
    color::rgb,
    geom::{PathBuilder, Point, Rect, Transform},
    num::NormalizedF32,
    paint::{Fill, FillRule, Paint, Stroke},
    surface::Surface,
};

use super::{
    fonts::{Opened, Style},
    qr,
};

/// Red, green, blue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    fn paint(self) -> Paint {
        rgb::Color::new(self.0, self.1, self.2).into()
    }
}

/// 深湖, the colour of rules and titles.
pub(super) const LAKE: Colour = Colour(0x08, 0x36, 0x3f);
/// 墨, the colour of text.
pub(super) const INK: Colour = Colour(0x17, 0x27, 0x2d);
/// 淡墨, the colour of labels and small print.
pub(super) const INK_PALE: Colour = Colour(0x4b, 0x5d, 0x64);
/// 浅湖, the colour of hairlines.
pub(super) const LAKE_PALE: Colour = Colour(0xb9, 0xd8, 0xdc);
/// The colour of the stamp.
pub(super) const STAMP: Colour = Colour(0xa4, 0x28, 0x4a);

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub style: Style,
    /// Font size in points.
    pub size: f32,
    pub color: Colour,
    /// Added after each character, as a part of the size.
    pub tracking: f32,
}

/// Where a text stands relative to the point given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

pub(super) struct Canvas<'a, 'b> {
    pub surface: &'a mut Surface<'b>,
    pub fonts: &'a mut Opened,
}

impl Canvas<'_, '_> {
    /// One line of text whose baseline is at `y`.
    pub fn text(&mut self, x: f32, y: f32, align: Align, kind: Type, text: &str) {
        let Type { style, size, color, tracking } = kind;
        let pieces = self.fonts.set(style, text, tracking);
        let width: f32 = pieces.iter().map(|piece| piece.width * size).sum::<f32>() - tracking * size;
        let mut at = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        self.fill(color, 1.0);
        for piece in pieces {
            self.surface.draw_glyphs(Point::from_xy(at, y), &piece.glyphs, piece.font, &piece.text, size, false);
            at += piece.width * size;
        }
    }

    /// One line of text, set smaller if it would be wider than `width`.
    pub fn fitted(&mut self, x: f32, y: f32, align: Align, kind: Type, width: f32, text: &str) {
        let natural = self.fonts.width(kind.style, text, kind.tracking) * kind.size;
        let size = if natural > width { kind.size * width / natural } else { kind.size };
        self.text(x, y, align, Type { size, ..kind }, text);
    }

    /// The lines into which `text` falls at this width. Chinese may break anywhere but before closing marks; words of
    /// letters and digits stay whole while they fit.
    pub fn lines(&mut self, kind: Type, width: f32, text: &str) -> Vec<String> {
        let (mut lines, mut line, mut used) = (vec![], String::new(), 0.0);
        for word in words(text) {
            let wide = self.fonts.width(kind.style, &word, kind.tracking) * kind.size;
            if used + wide <= width {
                line.push_str(&word);
                used += wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            for c in word.chars() {
                let wide = self.fonts.width(kind.style, c.encode_utf8(&mut [0; 4]), kind.tracking) * kind.size;
                if used + wide > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += wide;
            }
        }
        lines.push(line);
        lines
    }

    /// A horizontal rule.
    pub fn rule(&mut self, x: f32, y: f32, width: f32, thick: f32, color: Colour) {
        self.area(x, y - thick / 2.0, width, thick, color, 1.0);
    }

    /// A filled rectangle.
    pub fn area(&mut self, x: f32, y: f32, width: f32, height: f32, color: Colour, opacity: f32) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
        self.fill(color, opacity);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// An empty rectangle.
    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, thick: f32, color: Colour) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
        self.outline(path, thick, color);
    }

    /// An empty circle.
    pub fn circle(&mut self, x: f32, y: f32, radius: f32, thick: f32, color: Colour) {
        // Four cubic curves are within 0.03 % of a circle with this handle.
        let handle = radius * 0.552_284_8;
        let mut path = PathBuilder::new();
        path.move_to(x + radius, y);
        path.cubic_to(x + radius, y + handle, x + handle, y + radius, x, y + radius);
        path.cubic_to(x - handle, y + radius, x - radius, y + handle, x - radius, y);
        path.cubic_to(x - radius, y - handle, x - handle, y - radius, x, y - radius);
        path.cubic_to(x + handle, y - radius, x + radius, y - handle, x + radius, y);
        path.close();
        self.outline(path, thick, color);
    }

    /// Runs `draw` turned by `degrees` about a point, clockwise.
    pub fn turned(&mut self, degrees: f32, x: f32, y: f32, draw: impl FnOnce(&mut Self)) {
        self.surface.push_transform(&Transform::from_rotate_at(degrees, x, y));
        draw(self);
        self.surface.pop();
    }

    /// A QR code with its upper left module at `x`, `y`; nothing when the text is too long for one.
    pub fn qr(&mut self, x: f32, y: f32, side: f32, text: &str) {
        let Some((size, rows)) = qr::rows(text) else { return };
        let module = side / size as f32;
        let mut path = PathBuilder::new();
        for (row, runs) in rows.iter().enumerate() {
            for (start, length) in runs {
                let (left, top) = (x + *start as f32 * module, y + row as f32 * module);
                if let Some(rect) = Rect::from_xywh(left, top, *length as f32 * module, module) {
                    path.push_rect(rect);
                }
            }
        }
        self.fill(INK, 1.0);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn fill(&mut self, color: Colour, opacity: f32) {
        let opacity = NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE);
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: color.paint(), opacity, rule: FillRule::NonZero }));
    }

    fn outline(&mut self, path: PathBuilder, width: f32, color: Colour) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: color.paint(), width, ..Stroke::default() }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }
}

/// Cuts a text where a line may break.
fn words(text: &str) -> Vec<String> {
    let closes = |c: char| "，。、；：？！）》」』】〕”’%".contains(c);
    let latin = |c: char| c.is_ascii_graphic();
    let mut words: Vec<String> = vec![];
    let mut before = ' ';
    for c in text.chars() {
        let is_selector = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
        let joins = closes(c) || is_selector || (latin(c) && latin(before));
        match words.last_mut() {
            Some(word) if joins => word.push(c),
            _ => words.push(c.to_string()),
        }
        before = c;
    }
    words
}
