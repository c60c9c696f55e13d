-- What imports keep beside the catalogue.

-- One staging table for each running import, partitioned by key range.
CREATE SCHEMA staging;

-- Ledger of the staged ranges, written with their rows. Unlogged like the staging tables: a crash
-- of the server empties both together, and the ranges are staged again.
CREATE UNLOGGED TABLE import_ranges (
    job_id text NOT NULL,
    range integer NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0,
    records bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, range)
);

-- Ledger of the merged key ranges, written with the products they changed.
CREATE TABLE import_merges (
    job_id text NOT NULL,
    key_range integer NOT NULL,
    created bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    merged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, key_range)
);

CREATE TABLE import_rejects (
    job_id text NOT NULL,
    line bigint NOT NULL,
    code text NOT NULL,
    field text,
    message text NOT NULL,
    record bytea NOT NULL,
    truncated boolean NOT NULL,
    PRIMARY KEY (job_id, line)
);

-- Who may merge into the catalogue: one job at a time, so that imports take effect one after the
-- other. The row is taken over from a job that has merged nothing for half an hour.
CREATE TABLE catalogue_lease (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),  -- so that there is one row at most
    job_id text,
    taken_at timestamptz
);
INSERT INTO catalogue_lease DEFAULT VALUES;
