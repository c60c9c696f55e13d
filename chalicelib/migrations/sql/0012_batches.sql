-- Jobs that change many products in batches: one pair of tables for bulk deletes and reverts.

-- What each of these jobs is to do: as it was requested, until it has ended.
CREATE TABLE batch_jobs (
    job_id text PRIMARY KEY,
    request jsonb,
    planned_at timestamptz
);

COMMENT ON COLUMN batch_jobs.request IS 'as the kind of job stores it; null once it is not needed';

-- The plan, and the ledger of what is done of it: the products of one transaction each.
CREATE TABLE batches (
    job_id text NOT NULL,
    batch integer NOT NULL,
    label text,
    -- Until the batch is done. To compress them would take longer than to write them.
    ids bigint[] STORAGE EXTERNAL,
    products integer NOT NULL,
    counts jsonb,
    PRIMARY KEY (job_id, batch)
);

COMMENT ON COLUMN batches.label IS 'what the products have in common, for the kind of job';
COMMENT ON COLUMN batches.counts IS 'products by outcome; null until the batch is done';

-- The previous version's functions use the tables of bulk deletes, so they stay for now.
INSERT INTO batch_jobs SELECT job_id, selection, planned_at FROM bulk_deletes;
INSERT INTO batches (job_id, batch, ids, products, counts)
SELECT job_id, batch, ids, products,
       CASE WHEN deleted IS NOT NULL
            THEN jsonb_build_object('deleted', deleted, 'skipped', products - deleted) END
FROM bulk_delete_batches;

-- Products that a job found otherwise than it expected.
CREATE TABLE batch_conflicts (
    job_id text NOT NULL,
    product_id bigint NOT NULL,
    sku text,
    reason text NOT NULL,
    is_overwritten boolean NOT NULL,
    PRIMARY KEY (job_id, product_id)
);

COMMENT ON COLUMN batch_conflicts.reason IS 'a code, such as changed_since';
