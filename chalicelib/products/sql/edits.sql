-- name: limit_lock_wait
-- Limit how long the transaction waits for another writer of the product.
SET LOCAL lock_timeout = '15s'

-- name: find_product
-- One product.
SELECT {columns} FROM products WHERE id = {product_id}

-- name: lock_product
-- One product, locked against other writers until the transaction ends.
SELECT {columns} FROM products WHERE id = {product_id} FOR UPDATE

-- name: next_id
-- The id of the next product.
SELECT nextval('products_id_seq')

-- name: insert_product
-- Insert a product.
INSERT INTO products (id, sku_key, {columns})
OVERRIDING SYSTEM VALUE
VALUES ({product_id}, sku_key_of({sku}), {values})

-- name: update_product
-- Update a product. Its source stays the import that last wrote it.
UPDATE products
SET ({columns}) = ROW ({values}), sku_key = sku_key_of({sku}),
    version = version + 1, updated_at = clock_timestamp()
WHERE id = {product_id}

-- name: delete_product
-- Delete a product.
DELETE FROM products WHERE id = %(product_id)s

-- name: find_by_sku
-- The product that has a sku.
SELECT id, sku FROM products WHERE sku_key = sku_key_of(%(sku)s)

-- name: lock_free_lease
-- Keep every job from taking the lease until the transaction ends; no row if a job has it.
SELECT 1 FROM catalogue_lease WHERE job_id IS NULL FOR SHARE SKIP LOCKED
