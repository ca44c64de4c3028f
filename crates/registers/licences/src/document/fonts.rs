//! The fonts of a licence, and which of their glyphs stands for a character. A character that no font has is never
//! dropped silently: it is drawn as 〓, the printers' mark for a missing sort, and reported.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

/// A font file and which of its faces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFile {
    /// The file.
    pub path: PathBuf,
    /// The face, counted from 0.
    pub face: u32,
}

impl FontFile {
    /// The file's mainland face: the third of a Noto CJK collection (`.ttc`: JP, KR, SC, TC, HK), else its only one.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let is_collection = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ttc"));
        Self { face: if is_collection { 2 } else { 0 }, path }
    }
}

/// Where the fonts of licences lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fonts {
    /// Song type, bold: titles and issuers (Noto Serif CJK SC Bold).
    pub serif: FontFile,
    /// Everything else (Noto Sans CJK SC Regular).
    pub sans: FontFile,
}

impl Fonts {
    /// The fonts where Linux distributions put them, if they are there.
    #[must_use]
    pub fn find() -> Option<Self> {
        let folders =
            ["/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/google-noto-cjk"];
        let found = |name: &str| {
            let paths = folders.iter().map(|folder| Path::new(folder).join(name));
            paths.into_iter().find(|path| path.is_file()).map(FontFile::new)
        };
        Some(Self { serif: found("NotoSerifCJK-Bold.ttc")?, sans: found("NotoSansCJK-Regular.ttc")? })
    }
}

/// A font file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFont {
    /// It cannot be read.
    #[error("the font {0} cannot be read ({1}); install the package fonts-noto-cjk or name another file")]
    Unreadable(PathBuf, String),
    /// It is no font, or has no such face.
    #[error("{0} is no font with a face {1}")]
    NoFace(PathBuf, u32),
}

/// What stands for a character that no font has.
const GETA: char = '〓';

/// The fonts, opened for one document.
pub(super) struct Opened {
    faces: [Face; 2],
    /// Characters that no font had.
    pub missing: Vec<char>,
}

struct Face {
    font: Font,
    bytes: Arc<Vec<u8>>,
    index: u32,
    units: f32,
}

/// Which face is meant first; the other one helps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Serif = 0,
    Sans = 1,
}

/// Glyphs of one face in a row.
pub(super) struct Piece {
    pub font: Font,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// Width as a part of the font size.
    pub width: f32,
}

impl Opened {
    pub fn open(fonts: &Fonts) -> Result<Self, BadFont> {
        Ok(Self { faces: [Face::open(&fonts.serif)?, Face::open(&fonts.sans)?], missing: vec![] })
    }

    /// Sets `text`, `tracking` (a part of the font size) after each character.
    pub fn set(&mut self, style: Style, text: &str, tracking: f32) -> Vec<Piece> {
        let first = style as usize;
        let mut pieces: Vec<(usize, Piece)> = vec![];
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let selector = characters.next_if(|next| is_selector(*next));
            let (face, glyph, advance) = self.glyph(first, c, selector);
            if pieces.last().is_none_or(|(last, _)| *last != face) {
                let font = self.faces[face].font.clone();
                pieces.push((face, Piece { font, text: String::new(), glyphs: vec![], width: 0.0 }));
            }
            let Some((_, piece)) = pieces.last_mut() else { continue };
            let start = piece.text.len();
            piece.text.push(c);
            piece.text.extend(selector);
            let (range, advance) = (start..piece.text.len(), advance + tracking);
            piece.glyphs.push(KrillaGlyph::new(GlyphId::new(glyph), advance, 0.0, 0.0, 0.0, range, None));
            piece.width += advance;
        }
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }

    /// Width of `text` as a part of the font size.
    pub fn width(&mut self, style: Style, text: &str, tracking: f32) -> f32 {
        self.set(style, text, tracking).iter().map(|piece| piece.width).sum()
    }

    fn glyph(&mut self, first: usize, c: char, selector: Option<char>) -> (usize, u32, f32) {
        let order = [first, 1 - first];
        let found = order.into_iter().find_map(|face| Some((face, self.faces[face].glyph(c, selector)?)));
        let (face, (glyph, advance)) = found.unwrap_or_else(|| {
            if !self.missing.contains(&c) {
                self.missing.push(c);
            }
            (first, self.faces[first].glyph(GETA, None).unwrap_or((0, 1.0)))
        });
        (face, glyph, advance)
    }
}

impl Face {
    fn open(file: &FontFile) -> Result<Self, BadFont> {
        let bytes =
            std::fs::read(&file.path).map_err(|error| BadFont::Unreadable(file.path.clone(), error.to_string()))?;
        let bytes = Arc::new(bytes);
        let no_face = || BadFont::NoFace(file.path.clone(), file.face);
        FontRef::from_index(&bytes, file.face).map_err(|_| no_face())?;
        let font = Font::new(bytes.clone().into(), file.face).ok_or_else(no_face)?;
        let units = font.units_per_em().max(1.0);
        Ok(Self { font, bytes, index: file.face, units })
    }

    /// The glyph and its advance as a part of the font size.
    fn glyph(&self, c: char, selector: Option<char>) -> Option<(u32, f32)> {
        let font = FontRef::from_index(&self.bytes, self.index).ok()?;
        let characters = font.charmap();
        let variant = selector.and_then(|selector| match characters.map_variant(c, selector)? {
            skrifa::charmap::MapVariant::Variant(glyph) => Some(glyph),
            skrifa::charmap::MapVariant::UseDefault => None,
        });
        let glyph = variant.or_else(|| characters.map(c)).filter(|glyph| glyph.to_u32() != 0)?;
        let advance = font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(glyph)?;
        Some((glyph.to_u32(), advance / self.units))
    }
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
