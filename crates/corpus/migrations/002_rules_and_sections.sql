-- How a claim was found, whether its value can be meant as it stands, and where a statement of minutes stands.
ALTER TABLE claims ADD COLUMN rule TEXT NOT NULL DEFAULT 'written';
ALTER TABLE claims ADD COLUMN out_of_range INTEGER NOT NULL DEFAULT 0;
ALTER TABLE statements ADD COLUMN section TEXT;
-- The heading of the agenda item, a span of versions.text.
ALTER TABLE statements ADD COLUMN item_start_byte BIGINT;
ALTER TABLE statements ADD COLUMN item_end_byte BIGINT;
