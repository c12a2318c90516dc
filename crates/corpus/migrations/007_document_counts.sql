-- How many documents there are and how many could be read: one row, kept by triggers, so that a search can state its
-- coverage without counting.
CREATE TABLE document_counts (
    documents BIGINT NOT NULL,
    read      BIGINT NOT NULL
);
INSERT INTO document_counts SELECT count(*), count(current_version) FROM documents;

CREATE TRIGGER documents_counted_in AFTER INSERT ON documents BEGIN
    UPDATE document_counts SET documents = documents + 1, read = read + (NEW.current_version IS NOT NULL);
END;
CREATE TRIGGER documents_counted_out AFTER DELETE ON documents BEGIN
    UPDATE document_counts SET documents = documents - 1, read = read - (OLD.current_version IS NOT NULL);
END;
CREATE TRIGGER documents_counted_read AFTER UPDATE OF current_version ON documents
WHEN (OLD.current_version IS NULL) <> (NEW.current_version IS NULL) BEGIN
    UPDATE document_counts SET read = read + (NEW.current_version IS NOT NULL) - (OLD.current_version IS NOT NULL);
END;
