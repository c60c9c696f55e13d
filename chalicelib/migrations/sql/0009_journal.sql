-- The journal: what each write of a product replaced, for its history and to revert jobs.

-- The partition of a week: a ring of 16 weeks, of which a scheduled function empties the oldest.
CREATE FUNCTION journal_slot(at timestamptz) RETURNS smallint
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN (floor(extract(epoch FROM at) / 604800) % 16)::smallint;

CREATE TABLE product_changes (
    slot smallint NOT NULL,
    product_id bigint NOT NULL,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    caller_name text,
    action text NOT NULL,
    sku text,
    name text,
    brand text,
    description text,
    price numeric(12, 2),
    quantity integer,
    active boolean,
    attributes jsonb,
    source_job_id text,
    source_line bigint,
    created_at timestamptz,
    updated_at timestamptz
) PARTITION BY LIST (slot);

COMMENT ON TABLE product_changes IS 'the row before each change of a product';
COMMENT ON COLUMN product_changes.version IS 'the version that the change made; a deletion makes one too';
COMMENT ON COLUMN product_changes.changed_by IS 'the id of a job or of a caller';
COMMENT ON COLUMN product_changes.action IS 'create, update, delete or restore';
COMMENT ON COLUMN product_changes.description IS 'null if an update left it alone';
COMMENT ON COLUMN product_changes.attributes IS 'null if an update left them alone';

DO $$
BEGIN
    FOR slot IN 0..15 LOOP
        EXECUTE format('CREATE TABLE product_changes_%s PARTITION OF product_changes FOR VALUES IN (%s)',
                       slot, slot);
    END LOOP;
END
$$;

CREATE INDEX product_changes_product ON product_changes (product_id, version);
CREATE INDEX product_changes_time ON product_changes USING brin (changed_at);

CREATE TABLE product_creations (
    job_id text NOT NULL,
    part integer NOT NULL,
    ids bigint[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, part)
);

ALTER TABLE product_creations ALTER COLUMN ids SET STORAGE EXTERNAL;
COMMENT ON TABLE product_creations IS 'the products that a key range of a job created';
