-- Blocks have 4,096 ids. A block's advisory lock (class 1146045267) is shared by the single edits of
-- its products and exclusive to the worker that makes its documents, so neither sees half of the other.

-- name: hold_block
-- Keep the documents of a product's block from being made until a single edit has ended.
SELECT pg_advisory_xact_lock_shared(1146045267, (%(product_id)s / 4096)::integer)

-- name: write_document
-- Make the document of one product that was just written.
INSERT INTO documents SELECT * FROM current_documents WHERE id = %(product_id)s
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, sku_key = excluded.sku_key, name_key = excluded.name_key,
    price_key = excluded.price_key, active = excluded.active, updated_at = excluded.updated_at,
    job_id = excluded.job_id, words = excluded.words

-- name: drop_document
-- Forget the document of a product that was just deleted.
DELETE FROM documents WHERE id = %(product_id)s

-- name: note_changed
-- Note that the documents of these products are old.
INSERT INTO document_backlog (block)
SELECT DISTINCT product_id / 4096 FROM unnest(%(product_ids)s::bigint[]) AS product_id

-- name: next_block
-- A block of the backlog that no other worker has; it is this one's until the transaction ends.
SELECT block FROM (SELECT DISTINCT block FROM document_backlog ORDER BY block) AS waiting
WHERE pg_try_advisory_xact_lock(1146045267, block::integer)
LIMIT 1

-- name: forget_block
-- Take a block off the backlog; what is noted after this statement's snapshot stays.
DELETE FROM document_backlog WHERE block = %(block)s

-- name: index_block
-- Make the documents of a block that are missing or old.
MERGE INTO documents AS document
USING (SELECT * FROM current_documents WHERE id >= %(block)s::bigint * 4096 AND id < (%(block)s::bigint + 1) * 4096) AS wanted
ON document.id = wanted.id
   AND document.id >= %(block)s::bigint * 4096 AND document.id < (%(block)s::bigint + 1) * 4096
WHEN MATCHED AND document.version <> wanted.version THEN
    UPDATE SET version = wanted.version, sku_key = wanted.sku_key, name_key = wanted.name_key,
               price_key = wanted.price_key, active = wanted.active,
               updated_at = wanted.updated_at, job_id = wanted.job_id, words = wanted.words
WHEN NOT MATCHED THEN
    INSERT VALUES (wanted.id, wanted.version, wanted.sku_key, wanted.name_key, wanted.price_key,
                   wanted.active, wanted.updated_at, wanted.job_id, wanted.words)

-- name: drop_orphans
-- Forget the documents of a block whose products are gone.
DELETE FROM documents AS document
WHERE id >= %(block)s::bigint * 4096 AND id < (%(block)s::bigint + 1) * 4096
  AND NOT EXISTS (SELECT FROM products WHERE id = document.id)

-- name: begin_reading
-- Read everything of a request as it is at one moment.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = '20s'

-- name: read_moment
-- Since when documents have been behind the products, null when they are not; and the last id, by
-- which the planner leaves out the partitions that have nothing yet.
SELECT (SELECT min(noted_at) FROM document_backlog), last_value FROM products_id_seq

-- name: bound_reading
-- Let no statement take longer than a request may.
SET LOCAL statement_timeout = '20s'

-- name: seconds_behind
-- For how long documents have been behind.
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(noted_at)), 0)::float8
FROM document_backlog

-- name: has_backlog
-- Whether documents are behind.
SELECT EXISTS (SELECT FROM document_backlog)
