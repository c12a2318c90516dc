//! Characters of glyphs whose font does not say them: the table of characters inside the embedded font, backwards.

use std::collections::HashMap;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use skrifa::{FontRef, MetadataProvider};

/// The backward tables, by font.
#[derive(Default)]
pub(super) struct Fonts(HashMap<u128, HashMap<u32, char>>);

impl Fonts {
    /// The character that the font itself draws with this glyph, if it is embedded and has a table.
    pub(super) fn character(&mut self, glyph: &Glyph<'_>) -> Option<BfString> {
        let Glyph::Outline(outline) = glyph else { return None };
        let font = outline.font_data()?;
        let table = self.0.entry(font.cache_key).or_insert_with(|| backwards((*font.data).as_ref()));
        table.get(&outline.glyph_id().to_u32()).copied().map(BfString::Char)
    }
}

/// Glyph to character; of several characters the one that comes first, so a letter before its look-alikes.
fn backwards(data: &[u8]) -> HashMap<u32, char> {
    let Ok(font) = FontRef::new(data) else { return HashMap::new() };
    let mut table = HashMap::new();
    for (code, glyph) in font.charmap().mappings() {
        let private = matches!(code, 0xe000..=0xf8ff);
        if let Some(char) = char::from_u32(code).filter(|c| !c.is_control() && !private) {
            table.entry(glyph.to_u32()).or_insert(char);
        }
    }
    table
}
