-- Official figures. A later import adds and overwrites nothing, so that a cell holds every value it ever had.

-- Each taking in of a file or an answer. skipped and refused are JSON: how many cells and rows, by cause.
CREATE TABLE imports (
    id           INTEGER PRIMARY KEY,
    imported_at  TEXT NOT NULL,
    -- When the same bytes were met last.
    checked_at   TEXT NOT NULL,
    -- The address, or the file.
    origin       TEXT NOT NULL,
    -- What was asked for, in the words of whoever asked.
    request      TEXT,
    -- How it was read: the reader's version and the mapping.
    reading      TEXT NOT NULL,
    format       TEXT NOT NULL,
    title        TEXT,
    -- When the publisher last changed it.
    updated      TEXT,
    sha256       TEXT NOT NULL,
    -- Where the archive keeps it.
    file         TEXT NOT NULL,
    offset_bytes BIGINT NOT NULL,
    skipped      TEXT NOT NULL,
    refused      TEXT NOT NULL
);
CREATE INDEX imports_sha256 ON imports (sha256);
CREATE INDEX imports_origin ON imports (origin);

-- One number of an import; value in the row's unit, decimals as printed by the source.
CREATE TABLE figures (
    id        INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    measure   TEXT NOT NULL,
    area      TEXT NOT NULL,
    place     TEXT NOT NULL,
    period    TEXT NOT NULL,
    value     DOUBLE PRECISION NOT NULL,
    decimals  INTEGER NOT NULL,
    unit      TEXT NOT NULL,
    cases     BIGINT,
    standing  TEXT NOT NULL,
    source    TEXT NOT NULL,
    url       TEXT,
    note      TEXT
);
CREATE INDEX figures_import ON figures (import_id);
CREATE INDEX figures_cell ON figures (measure, place, period);
