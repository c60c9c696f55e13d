-- The report of a plan consists of pieces, which each key range writes.

ALTER TABLE import_plans ADD COLUMN created bigint;
ALTER TABLE import_plans ADD COLUMN pieces jsonb;
COMMENT ON COLUMN import_plans.created IS 'how many products it creates, which is quicker to read than their lines; null where old code planned it';
COMMENT ON COLUMN import_plans.pieces IS 'the objects in S3 with the updated, created and missing products; null where they aren''t written';
