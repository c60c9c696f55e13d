-- Rejects that an import repaired which is reverted.

ALTER TABLE import_repairs ADD COLUMN is_reverted boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN import_repairs.is_reverted IS 'the import was reverted: the reject is not repaired';
