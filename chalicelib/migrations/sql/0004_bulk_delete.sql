-- What bulk deletes keep beside the catalogue, and a lease that other jobs than imports take, too.

-- What each bulk delete is to delete: as it was asked for, until the plan has fixed the products.
CREATE TABLE bulk_deletes (
    job_id text PRIMARY KEY,
    selection jsonb,
    planned_at timestamptz
);

COMMENT ON COLUMN bulk_deletes.selection IS
    '{"all": true}, {"filter": {...}} or {"skus": [...]}; null where it is needed no more';

-- The plan, and the ledger of what is done of it: the products of one transaction each.
CREATE TABLE bulk_delete_batches (
    job_id text NOT NULL,
    batch integer NOT NULL,
    -- Until they are deleted. To compress them would take longer than to write them.
    ids bigint[] STORAGE EXTERNAL,
    products integer NOT NULL,
    deleted integer,  -- null until then
    PRIMARY KEY (job_id, batch)
);

-- Any transaction of the holder may say that it is at work, not only a merge.
ALTER TABLE catalogue_lease RENAME COLUMN taken_at TO held_at;
COMMENT ON COLUMN catalogue_lease.held_at IS
    'when the holder took the lease, or was at work; after half an hour another may take it';
