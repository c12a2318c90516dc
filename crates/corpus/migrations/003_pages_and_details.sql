-- Where in a document with pages a statement stands, what was read from pictures, and what else a document says of itself.
ALTER TABLE statements ADD COLUMN page INTEGER;
ALTER TABLE statements ADD COLUMN ocr INTEGER NOT NULL DEFAULT 0;
ALTER TABLE claims ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;
-- JSON: who wrote and got it, its committee, case numbers and last change, each with how it was found.
ALTER TABLE versions ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
-- JSON: numbers of pages, and spans [start_byte, end_byte) of text.
ALTER TABLE versions ADD COLUMN ocr_pages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE versions ADD COLUMN doubtful TEXT NOT NULL DEFAULT '[]';
