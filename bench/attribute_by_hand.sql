-- The same where an attribute finds the products: an UPDATE that joins all of them.
SET work_mem = '64MB';
BEGIN;
CREATE TEMP TABLE incoming (line bigint GENERATED ALWAYS AS IDENTITY, gtin text, quantity integer)
    ON COMMIT DROP;
\copy incoming (gtin, quantity) from pstdin with (format csv, header)
UPDATE products SET quantity = latest.quantity, updated_at = now()
FROM (SELECT DISTINCT ON (gtin) gtin, quantity FROM incoming ORDER BY gtin, line DESC) AS latest
WHERE products.attributes ->> 'attribute_1' = latest.gtin;
COMMIT;
