-- What finds near-duplicates: bands of the MinHash of each document's current text. Documents that share one are compared.
CREATE TABLE text_bands (
    band        BIGINT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (band, document_id)
);
CREATE INDEX text_bands_document ON text_bands (document_id);

-- Further sources that list a page; pages.source is the one that brought it first.
CREATE TABLE listings (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    source      TEXT NOT NULL,
    fetch_url   TEXT NOT NULL,
    mark        TEXT,
    PRIMARY KEY (document_id, source)
);
CREATE INDEX listings_source ON listings (source);

CREATE INDEX snapshots_sha256 ON snapshots (sha256);

-- The ids that a document which was taken down would have under its other addresses.
CREATE TABLE takedown_aliases (
    id          TEXT PRIMARY KEY,
    document_id TEXT NOT NULL
);
-- Archived lists that name it, and how many of them were overwritten too.
ALTER TABLE takedowns ADD COLUMN lists INTEGER NOT NULL DEFAULT 0;
ALTER TABLE takedowns ADD COLUMN lists_overwritten INTEGER NOT NULL DEFAULT 0;
