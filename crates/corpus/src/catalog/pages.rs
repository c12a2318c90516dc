//! Pages, hosts and runs: what a fetcher has to find again.

use std::collections::BTreeMap;

use belaeg_model::DocumentId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, params};

use super::rows::{self, int, json, parsed, parsed_or_null, unsigned};
use super::takedown;
use crate::document_id;
use crate::fetched::{
    Answer, Closed, KnownHost, KnownPage, Miss, PageDates, Pending, Run, StoredFetch, Validators,
};
use crate::stored::{from_json, to_json};

/// Writes what was fetched since the last batch.
pub(super) fn write(tx: &Transaction<'_>, pending: &Pending) -> Result<()> {
    for (fetch, at) in &pending.seen {
        see(tx, fetch, *at)?;
    }
    for miss in &pending.misses {
        note_miss(tx, miss)?;
    }
    for (url, answer) in &pending.answers {
        write_answer(tx, url, answer)?;
    }
    for (host, asked) in &pending.asked {
        ask(tx, host, asked)?;
    }
    for (fetch, at) in &pending.notes {
        note(tx, fetch, *at)?;
    }
    Ok(())
}

/// Takes in how a run ended, or that a host asked to be left alone.
pub(super) fn note(tx: &Transaction<'_>, fetch: &StoredFetch, at: Timestamp) -> Result<()> {
    if let Some(run) = &fetch.run {
        insert_run(tx, run)?;
    }
    if let Some(Closed { host, until }) = &fetch.closed {
        tx.prepare_cached(
            "INSERT INTO hosts (host, last_request, closed_until) VALUES (?1, ?2, ?3) \
             ON CONFLICT (host) DO UPDATE SET closed_until = excluded.closed_until",
        )?
        .execute(params![host, at.to_string(), until.to_string()])?;
    }
    Ok(())
}

/// Takes in one meeting with a page, or the answer that it is gone.
pub(super) fn see(tx: &Transaction<'_>, fetch: &StoredFetch, at: Timestamp) -> Result<()> {
    if let Some(ids) = &fetch.taken_down {
        return takedown::remember(tx, ids, at);
    }
    let Some(url) = &fetch.document else { return Ok(()) };
    let id = document_id(url);
    if let Some(status) = fetch.gone {
        tx.prepare_cached(
            "UPDATE pages SET gone_at = coalesce(gone_at, ?2), gone_status = ?3, checked_at = ?2 WHERE document_id = ?1",
        )?
        .execute(params![id.as_str(), at.to_string(), status])?;
        return Ok(());
    }
    let owner = tx
        .prepare_cached("SELECT source, last_seen FROM pages WHERE document_id = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get::<_, String>(0)?, parsed::<Timestamp>(row, 1)?)))
        .optional()?;
    match &owner {
        Some((source, last_seen)) if *source != fetch.source => {
            see_again(tx, fetch, &id, at, *last_seen)?;
        }
        // A clock that was set back does not make that it was seen unseen.
        _ => write_page(tx, fetch, &id, at, owner.as_ref().map_or(at, |(_, last)| at.max(*last)))?,
    }
    for address in [url].into_iter().chain(&fetch.aliases) {
        tx.prepare_cached("DELETE FROM misses WHERE document_id = ?1")?
            .execute([document_id(address).as_str()])?;
    }
    for alias in &fetch.aliases {
        tx.prepare_cached(
            "INSERT INTO aliases (url, document_id) SELECT ?1, id FROM documents WHERE id = ?2 \
             ON CONFLICT (url) DO UPDATE SET document_id = excluded.document_id",
        )?
        .execute(params![alias, id.as_str()])?;
    }
    Ok(())
}

/// That it is as it was says nothing against a validator or mark that is known.
fn kept(column: &str, fetch: &StoredFetch) -> String {
    let known = if fetch.unchanged {
        format!("coalesce(excluded.{column}, {column})")
    } else {
        format!("excluded.{column}")
    };
    format!("{column} = {known}")
}

/// Writes what the source says that brought the page first.
fn write_page(
    tx: &Transaction<'_>,
    fetch: &StoredFetch,
    id: &DocumentId,
    at: Timestamp,
    last_seen: Timestamp,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO pages (document_id, source, fetch_url, etag, last_modified, mark, related, published, modified, \
         first_seen, last_seen, checked_at) SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?10 FROM documents \
         WHERE id = ?1 ON CONFLICT (document_id) DO UPDATE SET fetch_url = excluded.fetch_url, \
         {}, {}, {}, related = coalesce(excluded.related, related), \
         published = coalesce(excluded.published, published), modified = coalesce(excluded.modified, modified), \
         last_seen = excluded.last_seen, checked_at = excluded.checked_at, gone_at = NULL, gone_status = NULL",
        kept("etag", fetch),
        kept("last_modified", fetch),
        kept("mark", fetch),
    );
    tx.prepare_cached(&sql)?.execute(params![
        id.as_str(),
        fetch.source,
        fetch.fetch_url,
        fetch.etag,
        fetch.last_modified,
        fetch.mark,
        fetch.related,
        fetch.published.map(|d| d.to_string()),
        fetch.modified.map(|t| t.to_string()),
        at.to_string(),
        last_seen.to_string(),
    ])?;
    Ok(())
}

fn note_miss(tx: &Transaction<'_>, miss: &Miss) -> Result<()> {
    let sql = "INSERT INTO misses (document_id, source, url, whole, cause, tries, tried_at) \
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM takedowns WHERE document_id = ?1) \
               ON CONFLICT (document_id) DO UPDATE SET source = excluded.source, \
               whole = excluded.whole, tries = CASE WHEN cause = excluded.cause THEN tries + 1 ELSE 1 END, \
               cause = excluded.cause, tried_at = excluded.tried_at";
    let id = document_id(&miss.url);
    tx.prepare_cached(sql)?.execute(params![
        id.as_str(),
        miss.source,
        miss.url,
        miss.whole,
        miss.cause,
        miss.tries,
        miss.tried_at.to_string()
    ])?;
    Ok(())
}

/// Writes that a further source lists a page: what the first one says of it stays.
fn see_again(
    tx: &Transaction<'_>,
    fetch: &StoredFetch,
    id: &DocumentId,
    at: Timestamp,
    last_seen: Timestamp,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO listings (document_id, source, fetch_url, mark) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (document_id, source) DO UPDATE SET fetch_url = excluded.fetch_url, {}",
        kept("mark", fetch)
    );
    tx.prepare_cached(&sql)?.execute(params![id.as_str(), fetch.source, fetch.fetch_url, fetch.mark])?;
    tx.prepare_cached(
        "UPDATE pages SET last_seen = ?2, checked_at = ?3, gone_at = NULL, gone_status = NULL, \
         etag = CASE WHEN fetch_url = ?4 THEN coalesce(?5, etag) ELSE etag END, \
         last_modified = CASE WHEN fetch_url = ?4 THEN coalesce(?6, last_modified) ELSE last_modified END \
         WHERE document_id = ?1",
    )?
    .execute(params![
        id.as_str(),
        at.max(last_seen).to_string(),
        at.to_string(),
        fetch.fetch_url,
        fetch.etag,
        fetch.last_modified
    ])?;
    Ok(())
}

/// Takes in that a host was asked. It may still be closed then: an answer that was on its way opens nothing.
pub(super) fn ask(tx: &Transaction<'_>, host: &str, asked: &KnownHost) -> Result<()> {
    let closed_until = self::host(tx, host)?.and_then(|known| known.closed_until);
    let robots = asked.robots.as_ref();
    tx.prepare_cached(
        "INSERT INTO hosts (host, last_request, robots, robots_status, robots_at, closed_until) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (host) DO UPDATE SET last_request = excluded.last_request, \
         robots = coalesce(excluded.robots, robots), robots_status = coalesce(excluded.robots_status, robots_status), \
         robots_at = coalesce(excluded.robots_at, robots_at), closed_until = excluded.closed_until",
    )?
    .execute(params![
        host,
        asked.last_request.to_string(),
        robots.map(|r| r.0.as_str()),
        robots.map(|r| r.1),
        robots.map(|r| r.2.to_string()),
        closed_until.filter(|until| *until > asked.last_request).map(|t| t.to_string()),
    ])?;
    Ok(())
}

fn insert_run(tx: &Transaction<'_>, run: &Run) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO runs (source, finished_at, listed, fetched, unchanged, gone, complete, newest, failed, alarms, known) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        run.source,
        run.finished_at.to_string(),
        int(run.listed),
        int(run.fetched),
        int(run.unchanged),
        int(run.gone),
        run.complete,
        run.newest.map(|d| d.to_string()),
        to_json(&run.failed),
        to_json(&run.alarms),
        to_json(&run.known),
    ])?;
    Ok(())
}

fn write_answer(tx: &Transaction<'_>, url: &str, answer: &Answer) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO answers (url, sha256, record_id, fetched_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (url) DO UPDATE SET sha256 = excluded.sha256, record_id = excluded.record_id, \
         fetched_at = excluded.fetched_at",
    )?
    .execute(params![
        url,
        answer.sha256.to_string(),
        answer.record_id,
        answer.fetched_at.to_string()
    ])?;
    Ok(())
}

/// What an address that holds no document was answered with last.
pub(crate) fn answer(conn: &Connection, url: &str) -> Result<Option<Answer>> {
    let answer = |row: &Row<'_>| {
        Ok(Answer { sha256: parsed(row, 0)?, record_id: row.get(1)?, fetched_at: parsed(row, 2)? })
    };
    conn.prepare_cached("SELECT sha256, record_id, fetched_at FROM answers WHERE url = ?1")?
        .query_row([url], answer)
        .optional()
}

pub(crate) fn pages(conn: &Connection, source: &str) -> Result<Vec<KnownPage>> {
    const CHANGED: &str =
        "coalesce((SELECT max(s.fetched_at) FROM snapshots s WHERE s.document_id = d.id), p.first_seen)";
    let sql = format!(
        "SELECT d.url, p.fetch_url, p.published, p.checked_at, {CHANGED} \
         FROM pages p JOIN documents d ON d.id = p.document_id \
         WHERE p.source = ?1 AND p.gone_at IS NULL \
         UNION ALL \
         SELECT d.url, l.fetch_url, p.published, p.checked_at, {CHANGED} FROM listings l \
         JOIN pages p ON p.document_id = l.document_id JOIN documents d ON d.id = l.document_id \
         WHERE l.source = ?1 AND p.gone_at IS NULL ORDER BY 1"
    );
    let page = |row: &Row<'_>| {
        Ok(KnownPage {
            url: row.get(0)?,
            fetch_url: row.get(1)?,
            published: parsed_or_null(row, 2)?,
            checked_at: parsed(row, 3)?,
            changed_at: parsed(row, 4)?,
        })
    };
    conn.prepare_cached(&sql)?.query_map([source], page)?.collect()
}

pub(crate) fn sources_of(conn: &Connection, id: &DocumentId) -> Result<Vec<String>> {
    let sql = "SELECT source FROM pages WHERE document_id = ?1 \
               UNION SELECT source FROM listings WHERE document_id = ?1 ORDER BY 1";
    conn.prepare_cached(sql)?.query_map([id.as_str()], |row| row.get(0))?.collect()
}

pub(crate) fn validators(conn: &Connection, url: &str) -> Result<Option<Validators>> {
    // A page that is gone or was never read is asked for whole. Two questions, so that each has its index.
    let sql = "SELECT p.etag, p.last_modified FROM pages p JOIN documents d ON d.id = p.document_id \
               WHERE p.fetch_url = ?1 AND p.gone_at IS NULL AND d.current_version IS NOT NULL \
               UNION ALL \
               SELECT p.etag, p.last_modified FROM documents d JOIN pages p ON p.document_id = d.id \
               WHERE d.url = ?1 AND p.gone_at IS NULL AND d.current_version IS NOT NULL LIMIT 1";
    conn.prepare_cached(sql)?
        .query_row([url], |row| Ok(Validators { etag: row.get(0)?, last_modified: row.get(1)? }))
        .optional()
}

pub(crate) fn mark(conn: &Connection, source: &str, url: &str) -> Result<Option<String>> {
    let sql = "SELECT p.mark FROM pages p JOIN documents d ON d.id = p.document_id \
               WHERE d.url = ?2 AND p.source = ?1 AND p.gone_at IS NULL \
               UNION ALL \
               SELECT l.mark FROM listings l JOIN pages p ON p.document_id = l.document_id \
               JOIN documents d ON d.id = l.document_id WHERE d.url = ?2 AND l.source = ?1 AND p.gone_at IS NULL";
    Ok(conn.prepare_cached(sql)?.query_row([source, url], |row| row.get(0)).optional()?.flatten())
}

pub(crate) fn canonical(conn: &Connection, url: &str) -> Result<Option<String>> {
    let sql = "SELECT d.url FROM documents d JOIN pages p ON p.document_id = d.id WHERE d.url = ?1 AND p.gone_at IS NULL \
               UNION ALL SELECT d.url FROM aliases a JOIN documents d ON d.id = a.document_id \
               JOIN pages p ON p.document_id = d.id WHERE a.url = ?1 AND p.gone_at IS NULL LIMIT 1";
    conn.prepare_cached(sql)?.query_row([url], |row| row.get(0)).optional()
}

pub(crate) fn misses(conn: &Connection, source: &str) -> Result<Vec<Miss>> {
    let sql = "SELECT source, url, whole, cause, tries, tried_at FROM misses WHERE source = ?1 ORDER BY url";
    let miss = |row: &Row<'_>| {
        Ok(Miss {
            source: row.get(0)?,
            url: row.get(1)?,
            whole: row.get(2)?,
            cause: row.get(3)?,
            tries: row.get(4)?,
            tried_at: parsed(row, 5)?,
        })
    };
    conn.prepare_cached(sql)?.query_map([source], miss)?.collect()
}

pub(crate) fn host(conn: &Connection, host: &str) -> Result<Option<KnownHost>> {
    let sql =
        "SELECT last_request, robots, robots_status, robots_at, closed_until FROM hosts WHERE host = ?1";
    let known = |row: &Row<'_>| {
        let (body, status): (Option<String>, Option<u16>) = (row.get(1)?, row.get(2)?);
        let at = parsed_or_null(row, 3)?;
        let robots = body.zip(status).zip(at).map(|((body, status), at)| (body, status, at));
        Ok(KnownHost { last_request: parsed(row, 0)?, robots, closed_until: parsed_or_null(row, 4)? })
    };
    conn.prepare_cached(sql)?.query_row([host], known).optional()
}

pub(crate) fn runs(conn: &Connection) -> Result<Vec<(Run, Option<Timestamp>)>> {
    let sql = "SELECT source, finished_at, listed, fetched, unchanged, gone, complete, newest, failed, alarms, known, \
               (SELECT max(g.finished_at) FROM runs g WHERE g.source = r.source AND g.complete) FROM runs r \
               WHERE id = (SELECT max(id) FROM runs l WHERE l.source = r.source) ORDER BY source";
    let run = |row: &Row<'_>| {
        let run = Run {
            source: row.get(0)?,
            finished_at: parsed(row, 1)?,
            listed: unsigned(row, 2)?,
            fetched: unsigned(row, 3)?,
            unchanged: unsigned(row, 4)?,
            gone: unsigned(row, 5)?,
            complete: row.get(6)?,
            newest: parsed_or_null(row, 7)?,
            failed: json(row, 8, from_json)?,
            alarms: json(row, 9, from_json)?,
            known: json(row, 10, from_json)?,
        };
        Ok((run, parsed_or_null(row, 11)?))
    };
    conn.prepare_cached(sql)?.query_map([], run)?.collect()
}

pub(crate) fn listed_before(conn: &Connection, source: &str) -> Result<u64> {
    let sql = "SELECT listed FROM runs WHERE source = ?1 AND complete ORDER BY id DESC LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([source], |row| unsigned(row, 0)).optional()?.unwrap_or(0))
}

pub(crate) fn coverage(conn: &Connection) -> Result<BTreeMap<String, [u64; 3]>> {
    let sql = "SELECT l.source, count(*), sum(d.current_version IS NOT NULL), sum(p.gone_at IS NOT NULL) \
               FROM (SELECT source, document_id FROM pages UNION ALL SELECT source, document_id FROM listings) l \
               JOIN pages p ON p.document_id = l.document_id JOIN documents d ON d.id = l.document_id GROUP BY l.source";
    let one = |row: &Row<'_>| Ok((row.get(0)?, [unsigned(row, 1)?, unsigned(row, 2)?, unsigned(row, 3)?]));
    conn.prepare_cached(sql)?.query_map([], one)?.collect()
}

pub(crate) fn page_dates(conn: &Connection, id: &DocumentId) -> Result<Option<PageDates>> {
    let sql = "SELECT source, published, modified, first_seen, last_seen, gone_at, gone_status FROM pages WHERE document_id = ?1";
    let others = "SELECT source FROM listings WHERE document_id = ?1 ORDER BY source";
    let also_listed_by =
        conn.prepare_cached(others)?.query_map([id.as_str()], |row| row.get(0))?.collect::<Result<_>>()?;
    let dates = |row: &Row<'_>| {
        Ok(PageDates {
            source: row.get(0)?,
            also_listed_by,
            published: parsed_or_null(row, 1)?,
            modified: parsed_or_null(row, 2)?,
            first_seen: parsed(row, 3)?,
            last_seen: parsed(row, 4)?,
            gone_at: parsed_or_null(row, 5)?,
            gone_status: row.get(6)?,
        })
    };
    conn.prepare_cached(sql)?.query_row([id.as_str()], dates).optional()
}

pub(crate) fn related(
    conn: &Connection,
    id: &DocumentId,
) -> Result<Vec<(DocumentId, String, Option<String>)>> {
    let sql = "SELECT d.id, d.url, v.title FROM pages own JOIN pages p ON p.related = own.related \
               JOIN documents d ON d.id = p.document_id \
               LEFT JOIN versions v ON v.document_id = d.id AND v.number = d.current_version \
               WHERE own.document_id = ?1 AND d.id <> ?1 ORDER BY d.url LIMIT 100";
    let one = |row: &Row<'_>| Ok((rows::document_id(row, 0)?, row.get(1)?, row.get(2)?));
    conn.prepare_cached(sql)?.query_map([id.as_str()], one)?.collect()
}

/// The source that brought a page first.
pub(crate) fn owner(conn: &Connection, id: &DocumentId) -> Result<Option<String>> {
    let sql = "SELECT source FROM pages WHERE document_id = ?1";
    conn.prepare_cached(sql)?.query_row([id.as_str()], |row| row.get(0)).optional()
}
