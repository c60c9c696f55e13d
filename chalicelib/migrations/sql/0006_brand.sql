-- The brand of a product, with its filter and its words in searches. The migration only adds, so the
-- functions of the version before keep working.

ALTER TABLE products ADD COLUMN brand text NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN brand text COLLATE "C" NOT NULL DEFAULT '';

-- Each product as its document must be.
CREATE OR REPLACE VIEW current_documents AS
SELECT id, version, sku_key, left(fold(name), 100) AS name_key,
       coalesce(price, -1) AS price_key,  -- no price is below every price
       active, updated_at, source_job_id AS job_id,
       words_of(fold(concat_ws(' ', sku, name, left(description, 10000), brand))) AS words,
       brand COLLATE "C" AS brand
FROM products;
