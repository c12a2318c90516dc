-- What was fetched, from which source, and which dates a page has: stated in versions.published, the others here.
CREATE TABLE pages (
    document_id   TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    source        TEXT NOT NULL,
    -- The address that is asked for; documents.url is the canonical one.
    fetch_url     TEXT NOT NULL,
    etag          TEXT,
    last_modified TEXT,
    -- What the source's list said of its state.
    mark          TEXT,
    -- Documents of one meeting or one case have the same.
    related       TEXT,
    -- By the source's list, and by the server.
    published     TEXT,
    modified      TEXT,
    first_seen    TEXT NOT NULL,
    last_seen     TEXT NOT NULL,
    checked_at    TEXT NOT NULL,
    -- When the source answered that it is no longer there, and how (404, 410).
    gone_at       TEXT,
    gone_status   INTEGER
);
CREATE INDEX pages_source ON pages (source);
CREATE INDEX pages_related ON pages (related);
CREATE INDEX pages_fetch_url ON pages (fetch_url);

-- Other addresses of a document.
CREATE TABLE aliases (
    url         TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE
);

-- What a fetcher must not forget between two runs.
CREATE TABLE hosts (
    host          TEXT PRIMARY KEY,
    last_request  TEXT NOT NULL,
    robots        TEXT,
    robots_status INTEGER,
    robots_at     TEXT,
    -- It asked to be left alone until then.
    closed_until  TEXT
);

-- One row for each source and run: what its lists named and what came of it. failed and alarms are JSON.
CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    listed      INTEGER NOT NULL,
    fetched     INTEGER NOT NULL,
    unchanged   INTEGER NOT NULL,
    gone        INTEGER NOT NULL,
    complete    INTEGER NOT NULL,
    newest      TEXT,
    failed      TEXT NOT NULL,
    alarms      TEXT NOT NULL
);
CREATE INDEX runs_source ON runs (source, id);

-- Documents that were taken down, and how much of each: nothing of what they said.
CREATE TABLE takedowns (
    id          INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    at          TEXT NOT NULL,
    reason      TEXT NOT NULL,
    records     INTEGER NOT NULL,
    versions    INTEGER NOT NULL,
    statements  INTEGER NOT NULL,
    claims      INTEGER NOT NULL
);
