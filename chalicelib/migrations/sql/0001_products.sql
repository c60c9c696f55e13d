-- The catalogue. One row a product; sku_key is its identity.

-- The identity of a sku: unique ignoring case and the white space around it.
-- "pg_c_utf8" lowers every script alike on every machine, whatever the database's own locale. A
-- function's result takes its collation from its argument: order by it with COLLATE "C", as sku_key is.
CREATE FUNCTION sku_key_of(sku text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(sku COLLATE "pg_c_utf8") COLLATE "C";

CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku text NOT NULL CHECK (sku <> ''),
    sku_key text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    price numeric(12, 2) DEFAULT 0 CHECK (price >= 0),
    quantity integer DEFAULT 0 CHECK (quantity >= 0),
    active boolean NOT NULL DEFAULT true,
    attributes jsonb NOT NULL DEFAULT '{}',
    source_job_id text,
    source_line bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 85);  -- room for an update beside its old row spares the indexes

COMMENT ON COLUMN products.price IS 'null: cleared by an import or an edit';
COMMENT ON COLUMN products.quantity IS 'null: cleared by an import or an edit';
COMMENT ON COLUMN products.attributes IS 'the columns of the last file that are no product field';
COMMENT ON COLUMN products.source_job_id IS 'the import that last wrote the row';
