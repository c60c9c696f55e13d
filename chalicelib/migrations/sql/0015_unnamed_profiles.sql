-- The profiles of imports go once no product names the import, and no revert can bring it back.

ALTER TABLE import_profiles ADD COLUMN unnamed_since timestamptz;
COMMENT ON COLUMN import_profiles.unnamed_since IS
    'when the purge first found no product that the import was the last to write';
