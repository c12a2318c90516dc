//! Documents with nearly the same text: an agenda and its minutes, one press release at two places.
//!
//! Nothing but the bands of each current text is stored. Which documents are near-duplicates is found when it is asked for, so
//! that it holds both ways, follows every new version and forgets what was taken down.

use std::collections::BTreeMap;

use belaeg_model::DocumentId;
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, params};

use super::rows::{self, named_or_null, parsed_or_null};
use crate::NearDuplicate;
use crate::shingles::{ALIKE, Shingles};

/// Documents looked at in one band: a form that thousands share must not make a question slow.
const OF_A_BAND: usize = 64;

/// Documents whose texts are compared.
const COMPARED: usize = 64;

/// Writes the bands of a document's current text in place of those it had.
pub(super) fn write(tx: &Transaction<'_>, id: &str, text: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM text_bands WHERE document_id = ?1")?.execute([id])?;
    let Some(shingles) = Shingles::of(text) else { return Ok(()) };
    let mut insert = tx.prepare_cached(
        "INSERT INTO text_bands (band, document_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for band in shingles.bands() {
        insert.execute(params![band, id])?;
    }
    Ok(())
}

/// Writes the bands of every current text, for a catalog from before there were any.
pub(super) fn write_all(tx: &Transaction<'_>) -> Result<()> {
    let sql = "SELECT d.id, v.text FROM documents d JOIN versions v ON v.document_id = d.id AND v.number = d.current_version";
    let mut texts = tx.prepare(sql)?;
    let mut texts = texts.query([])?;
    while let Some(row) = texts.next()? {
        write(tx, row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?)?;
    }
    Ok(())
}

/// The near-duplicates of a document, most alike first.
pub(crate) fn near(conn: &Connection, id: &DocumentId) -> Result<Vec<NearDuplicate>> {
    let sql = "SELECT v.text FROM documents d JOIN versions v ON v.document_id = d.id AND v.number = d.current_version \
               WHERE d.id = ?1";
    let text: Option<String> =
        conn.prepare_cached(sql)?.query_row([id.as_str()], |row| row.get(0)).optional()?;
    let Some(own) = text.as_deref().and_then(Shingles::of) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for candidate in candidates(conn, id, &own)? {
        let sql = "SELECT d.id, d.url, v.title, v.kind, v.place, v.published, v.text FROM documents d \
                   JOIN versions v ON v.document_id = d.id AND v.number = d.current_version WHERE d.id = ?1";
        found.extend(conn.prepare_cached(sql)?.query_row([candidate], |row| compare(row, &own))?);
    }
    found.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then_with(|| a.id.cmp(&b.id)));
    Ok(found)
}

/// Documents that share a band, those that share most of them first.
fn candidates(conn: &Connection, id: &DocumentId, own: &Shingles) -> Result<Vec<String>> {
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    let sql = format!(
        "SELECT document_id FROM text_bands WHERE band = ?1 AND document_id <> ?2 ORDER BY document_id LIMIT {OF_A_BAND}"
    );
    let mut of_band = conn.prepare_cached(&sql)?;
    for band in own.bands() {
        for other in of_band.query_map(params![band, id.as_str()], |row| row.get(0))? {
            *shared.entry(other?).or_default() += 1;
        }
    }
    let mut all: Vec<(String, usize)> = shared.into_iter().collect();
    all.sort_by_key(|(_, bands)| std::cmp::Reverse(*bands));
    Ok(all.into_iter().take(COMPARED).map(|(id, _)| id).collect())
}

fn compare(row: &Row<'_>, own: &Shingles) -> Result<Option<NearDuplicate>> {
    let similarity = Shingles::of(row.get_ref(6)?.as_str()?).map_or(0.0, |other| own.similarity(&other));
    if similarity < ALIKE {
        return Ok(None);
    }
    Ok(Some(NearDuplicate {
        id: rows::document_id(row, 0)?,
        url: row.get(1)?,
        title: row.get(2)?,
        kind: named_or_null(row, 3)?,
        place: parsed_or_null(row, 4)?,
        published: parsed_or_null(row, 5)?,
        similarity,
    }))
}
