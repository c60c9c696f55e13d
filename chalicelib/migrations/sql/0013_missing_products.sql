-- Imports of files that name every product: what happens to the others.

ALTER TABLE import_merges ADD COLUMN missing bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN import_merges.missing IS 'products changed or deleted because no record names them';

ALTER TABLE import_plans ADD COLUMN missing bigint NOT NULL DEFAULT 0;

-- The profile of each import that used one. Products name the import that last wrote them for as
-- long as they exist, so these rows are never deleted.
CREATE TABLE import_profiles (
    job_id text COLLATE "C" PRIMARY KEY,
    profile_id text NOT NULL
);
CREATE INDEX import_profiles_profile_id ON import_profiles (profile_id);
