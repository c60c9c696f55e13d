-- What an experienced PostgreSQL user would type: COPY, and one upsert of the last record per SKU.
SET work_mem = '64MB';
BEGIN;
CREATE TEMP TABLE incoming (
    line bigint GENERATED ALWAYS AS IDENTITY,
    sku text, name text, description text, price numeric(12, 2), quantity integer, active boolean
) ON COMMIT DROP;
\copy incoming (sku, name, description, price, quantity, active) from pstdin with (format csv, header)
INSERT INTO products (sku, sku_key, name, description, price, quantity, active)
SELECT DISTINCT ON (sku_key_of(sku))
       sku, sku_key_of(sku), name, description, price, quantity, active
FROM incoming ORDER BY sku_key_of(sku), line DESC
ON CONFLICT (sku_key) DO UPDATE
SET sku = excluded.sku, name = excluded.name, description = excluded.description,
    price = excluded.price, quantity = excluded.quantity, active = excluded.active,
    updated_at = now();
COMMIT;
