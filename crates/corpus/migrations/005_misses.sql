-- Documents that did not come, for causes that another try does not change at once, and when they were asked for.
CREATE TABLE misses (
    -- As a document at this address would have it.
    document_id TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    url         TEXT NOT NULL,
    -- The address of the document that it is attached to.
    whole       TEXT,
    cause       TEXT NOT NULL,
    -- How often it was asked for, each time with this cause.
    tries       INTEGER NOT NULL,
    tried_at    TEXT NOT NULL
);
CREATE INDEX misses_source ON misses (source);

-- JSON: failures that earlier runs had met, by cause.
ALTER TABLE runs ADD COLUMN known TEXT NOT NULL DEFAULT '{}';

-- Documents by their other addresses, and those of a document.
CREATE INDEX aliases_document ON aliases (document_id);
