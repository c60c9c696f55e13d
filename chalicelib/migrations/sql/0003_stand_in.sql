-- Stands for what lists find products by.
ALTER TABLE products ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE VIEW current_documents AS
SELECT id, version, sku_key, coalesce(price, -1) AS price_key, active, updated_at,
       source_job_id AS job_id
FROM products;
