-- The file of an import's changes consists of pieces, one for each key range.

ALTER TABLE import_merges ADD COLUMN changes_key text;
ALTER TABLE import_merges ADD COLUMN changes_bytes bigint;
COMMENT ON COLUMN import_merges.changes_key IS 'the object in S3 with the changes of the key range, if they are kept';
