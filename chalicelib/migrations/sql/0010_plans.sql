-- Plans: what an import would change, stored before it changes anything.

-- The changes of each plan are a table of their own there, which is dropped with the plan.
CREATE SCHEMA plans;

-- Ledger of the compared key ranges. It is durable, like the changes: a crash of the server empties
-- the staging table only.
CREATE TABLE import_plans (
    job_id text NOT NULL,
    key_range integer NOT NULL,
    updated bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    fields jsonb NOT NULL DEFAULT '{}',
    price_changes bigint NOT NULL DEFAULT 0,
    quantity_to_zero bigint NOT NULL DEFAULT 0,
    created_lines bigint[] STORAGE EXTERNAL NOT NULL DEFAULT '{}',
    created_skus text[] STORAGE EXTERNAL NOT NULL DEFAULT '{}',
    PRIMARY KEY (job_id, key_range)
);

COMMENT ON COLUMN import_plans.fields IS 'how many products change in each field';
COMMENT ON COLUMN import_plans.created_lines IS 'the records that create products, and their SKUs beside them';
