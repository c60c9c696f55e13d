-- What an experienced PostgreSQL user would type to change the stock of products: COPY, and one upsert.
SET work_mem = '64MB';
BEGIN;
CREATE TEMP TABLE incoming (line bigint GENERATED ALWAYS AS IDENTITY, sku text, quantity integer)
    ON COMMIT DROP;
\copy incoming (sku, quantity) from pstdin with (format csv, header)
INSERT INTO products (sku, sku_key, name, quantity)
SELECT DISTINCT ON (sku_key_of(sku)) sku, sku_key_of(sku), sku, quantity
FROM incoming ORDER BY sku_key_of(sku), line DESC
ON CONFLICT (sku_key) DO UPDATE SET quantity = excluded.quantity, updated_at = now();
COMMIT;
