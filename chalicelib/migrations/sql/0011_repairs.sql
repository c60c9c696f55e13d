-- Rejects files that can be imported again, and which rejects an import of such a file has repaired.

ALTER TABLE import_rejects
    ADD COLUMN group_line bigint,
    ADD COLUMN group_record bytea;

COMMENT ON COLUMN import_rejects.group_line IS
    'of the row that begins the group of the record, if that is another row';
COMMENT ON COLUMN import_rejects.group_record IS
    'that row; null if it is rejected itself, or if a reject above has it';

CREATE TABLE import_repairs (
    parent_job_id text NOT NULL,
    line bigint NOT NULL,
    job_id text NOT NULL,
    PRIMARY KEY (parent_job_id, line),
    FOREIGN KEY (parent_job_id, line) REFERENCES import_rejects (job_id, line) ON DELETE CASCADE
);

COMMENT ON TABLE import_repairs IS 'the rejects of an import that a later import has repaired';
COMMENT ON COLUMN import_repairs.job_id IS 'the first import that took the record';
