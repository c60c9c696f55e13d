-- name: bound_waiting
-- Wait for whoever writes the product no longer than a request may take.
SET LOCAL lock_timeout = '15s'

-- name: find_product
-- One product.
SELECT {columns} FROM products WHERE id = %(product_id)s

-- name: hold_product
-- One product, which nobody else changes until the transaction ends.
SELECT {columns} FROM products WHERE id = %(product_id)s FOR UPDATE

-- name: next_id
-- The id of a product that is about to be created.
SELECT nextval('products_id_seq')

-- name: insert_product
-- A new product.
INSERT INTO products (id, sku, sku_key, name, description, price, quantity, active, attributes)
OVERRIDING SYSTEM VALUE
VALUES (%(product_id)s, %(sku)s, sku_key_of(%(sku)s), %(name)s, %(description)s, %(price)s,
        %(quantity)s, %(active)s, %(attributes)s)

-- name: update_product
-- A product anew; its source stays the import that last wrote it.
UPDATE products
SET sku = %(sku)s, sku_key = sku_key_of(%(sku)s), name = %(name)s, description = %(description)s,
    price = %(price)s, quantity = %(quantity)s, active = %(active)s, attributes = %(attributes)s,
    version = version + 1, updated_at = clock_timestamp()
WHERE id = %(product_id)s

-- name: delete_product
-- A product no more.
DELETE FROM products WHERE id = %(product_id)s

-- name: find_by_sku
-- Which product has a sku.
SELECT id, sku FROM products WHERE sku_key = sku_key_of(%(sku)s)

-- name: keep_jobs_out
-- Keep every job from taking the catalogue until the transaction ends; no row where one has it.
SELECT 1 FROM catalogue_lease WHERE job_id IS NULL FOR SHARE SKIP LOCKED
