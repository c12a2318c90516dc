-- The first catalog. Times are RFC 3339 in UTC, dates ISO 8601; a span is [start_byte, end_byte) in UTF-8.

-- One row for each committed transaction; an index names the last batch it has taken in.
CREATE TABLE batches (
    batch        INTEGER PRIMARY KEY,
    committed_at TEXT NOT NULL,
    outcomes     INTEGER NOT NULL
);

-- How many bytes of each archive file the catalog has taken in; what stands behind them was never acknowledged.
CREATE TABLE archive_files (
    file         TEXT PRIMARY KEY,
    length_bytes BIGINT NOT NULL
);

-- What one address holds.
CREATE TABLE documents (
    id              TEXT PRIMARY KEY,
    url             TEXT NOT NULL UNIQUE,
    current_version INTEGER
);

-- The bytes of a document as they came, and where the archive keeps them.
CREATE TABLE snapshots (
    id           INTEGER PRIMARY KEY,
    document_id  TEXT NOT NULL REFERENCES documents (id),
    number       INTEGER NOT NULL,
    record_id    TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    fetched_at   TEXT NOT NULL,
    media_type   TEXT,
    hints        TEXT NOT NULL,
    file         TEXT NOT NULL,
    offset_bytes BIGINT NOT NULL,
    length_bytes BIGINT NOT NULL,
    UNIQUE (document_id, number),
    UNIQUE (file, offset_bytes)
);

-- What was read from a snapshot; number, document and snapshot stay when it is read again.
CREATE TABLE versions (
    id            INTEGER PRIMARY KEY,
    document_id   TEXT NOT NULL REFERENCES documents (id),
    number        INTEGER NOT NULL,
    snapshot_id   INTEGER NOT NULL UNIQUE REFERENCES snapshots (id),
    batch         INTEGER NOT NULL REFERENCES batches (batch),
    extractor     TEXT NOT NULL,
    hints         TEXT NOT NULL,
    title         TEXT,
    title_how     TEXT,
    kind          TEXT,
    kind_how      TEXT,
    place         TEXT,
    place_how     TEXT,
    published     TEXT,
    published_how TEXT,
    lang          TEXT,
    lang_how      TEXT,
    text          TEXT NOT NULL,
    blocks        TEXT NOT NULL,
    tables        TEXT NOT NULL,
    UNIQUE (document_id, number)
);
CREATE INDEX versions_batch ON versions (batch);

-- What a reader of a version should know.
CREATE TABLE warnings (
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    cause      TEXT NOT NULL,
    detail     TEXT NOT NULL,
    PRIMARY KEY (version_id, ordinal)
);

-- Snapshots, or files without a snapshot, that could not be read.
CREATE TABLE failures (
    id          INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    url         TEXT NOT NULL,
    snapshot_id INTEGER UNIQUE REFERENCES snapshots (id),
    cause       TEXT NOT NULL,
    detail      TEXT NOT NULL,
    failed_at   TEXT NOT NULL
);
CREATE INDEX failures_document ON failures (document_id);

-- Sentences, headings, list items and table rows; span in versions.text.
CREATE TABLE statements (
    id         INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    text       TEXT NOT NULL,
    start_byte BIGINT NOT NULL,
    end_byte   BIGINT NOT NULL,
    UNIQUE (version_id, ordinal)
);

-- Every calendar year a statement mentions.
CREATE TABLE statement_years (
    statement_id INTEGER NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    year         INTEGER NOT NULL,
    PRIMARY KEY (statement_id, year)
);

-- Every place a statement names, as a code.
CREATE TABLE statement_places (
    statement_id INTEGER NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    ordinal      INTEGER NOT NULL,
    place        TEXT NOT NULL,
    PRIMARY KEY (statement_id, ordinal)
);

-- Rates and counts; span in statements.text; value in the row's unit.
CREATE TABLE claims (
    id            INTEGER PRIMARY KEY,
    statement_id  INTEGER NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    ordinal       INTEGER NOT NULL,
    quote         TEXT NOT NULL,
    start_byte    BIGINT NOT NULL,
    end_byte      BIGINT NOT NULL,
    value         DOUBLE PRECISION NOT NULL,
    value_max     DOUBLE PRECISION,
    unit          TEXT NOT NULL,
    per           BIGINT,
    numerator     DOUBLE PRECISION,
    denominator   DOUBLE PRECISION,
    noun          TEXT,
    role          TEXT NOT NULL,
    approx        TEXT NOT NULL,
    place         TEXT,
    measure       TEXT,
    area          TEXT,
    found_years   TEXT,
    found_place   TEXT,
    found_measure TEXT,
    UNIQUE (statement_id, ordinal)
);

-- The calendar years a claim is about.
CREATE TABLE claim_years (
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    year     INTEGER NOT NULL,
    PRIMARY KEY (claim_id, year)
);
