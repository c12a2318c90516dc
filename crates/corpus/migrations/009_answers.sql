-- What each list, robots.txt and the like was answered with last, so that the same answer is archived as a revisit. Only the
-- catalog has it: one that is built again begins empty, and the next answer is archived whole.
CREATE TABLE answers (
    url        TEXT PRIMARY KEY,
    -- Of the body as it came over the wire.
    sha256     TEXT NOT NULL,
    -- The response record that has it, and its date.
    record_id  TEXT NOT NULL,
    fetched_at TEXT NOT NULL
);
