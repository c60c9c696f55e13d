-- Records that an import leaves out on purpose, and what each staged range notes about the file.

CREATE TABLE import_skips (
    job_id text NOT NULL,
    line bigint NOT NULL,
    reason text NOT NULL,
    sku text,
    PRIMARY KEY (job_id, line)
);

COMMENT ON COLUMN import_skips.reason IS 'a code, such as not_in_catalogue';
COMMENT ON COLUMN import_skips.sku IS 'of the record as it is in the file; null if it has none';

ALTER TABLE import_ranges
    ADD COLUMN skipped bigint NOT NULL DEFAULT 0,
    ADD COLUMN blank bigint NOT NULL DEFAULT 0,
    ADD COLUMN notes jsonb NOT NULL DEFAULT '[]';

COMMENT ON COLUMN import_ranges.blank IS 'rows whose cells are all blank: not records';
COMMENT ON COLUMN import_ranges.notes IS
    'what the values of the range show: a list of {code, columns, lines, values}';
