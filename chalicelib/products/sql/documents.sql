-- A block is 4,096 ids. Single edits share the advisory lock of their product's block (class
-- 1146045267); the worker that indexes the block takes it exclusively. So neither sees half of the
-- other's work.

-- name: lock_block
-- Keep a product's block from being indexed until the transaction ends.
SELECT pg_advisory_xact_lock_shared(1146045267, (%(product_id)s / 4096)::integer)

-- name: write_document
-- Write the document of a product that the transaction has written.
INSERT INTO documents (id, {columns})
SELECT id, {columns} FROM current_documents WHERE id = {product_id}
ON CONFLICT (id) DO UPDATE SET ({columns}) = ROW ({new})

-- name: delete_document
-- Delete the document of a product that the transaction has deleted.
DELETE FROM documents WHERE id = %(product_id)s

-- name: note_changed
-- Note that the documents of these products are out of date.
INSERT INTO document_backlog (block)
SELECT DISTINCT product_id / 4096 FROM unnest(%(product_ids)s::bigint[]) AS product_id

-- name: next_block
-- A block of the backlog that no other worker has, locked until the transaction ends.
SELECT block FROM (SELECT DISTINCT block FROM document_backlog ORDER BY block) AS waiting
WHERE pg_try_advisory_xact_lock(1146045267, block::integer)
LIMIT 1

-- name: remove_block
-- Remove a block from the backlog; notes newer than the statement's snapshot stay.
DELETE FROM document_backlog WHERE block = {block}

-- name: index_block
-- Write the documents of a block that are missing or out of date. Functions of version 0.3 write
-- documents without a brand, so it is compared beside the version.
MERGE INTO documents AS document
USING (SELECT id, {columns} FROM current_documents
       WHERE id >= {block}::bigint * 4096 AND id < ({block}::bigint + 1) * 4096) AS current
ON document.id = current.id
   AND document.id >= {block}::bigint * 4096 AND document.id < ({block}::bigint + 1) * 4096
WHEN MATCHED
     AND (document.version, document.brand) IS DISTINCT FROM (current.version, current.brand) THEN
    UPDATE SET ({columns}) = ROW ({new})
WHEN NOT MATCHED THEN
    INSERT (id, {columns}) VALUES (current.id, {new})

-- name: delete_orphans
-- Delete the documents of a block whose products are gone.
DELETE FROM documents AS document
WHERE id >= {block}::bigint * 4096 AND id < ({block}::bigint + 1) * 4096
  AND NOT EXISTS (SELECT FROM products WHERE id = document.id)

-- name: begin_reading
-- Read everything of a request in one snapshot.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = '20s'

-- name: read_snapshot
-- Since when documents have been out of date, null if they are not; and the last id, with which the
-- planner excludes empty partitions.
SELECT (SELECT min(noted_at) FROM document_backlog), last_value FROM products_id_seq

-- name: limit_statements
-- Limit the time of each statement to that of a request.
SET LOCAL statement_timeout = '20s'

-- name: seconds_behind
-- For how many seconds documents have been out of date.
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(noted_at)), 0)::float8
FROM document_backlog

-- name: has_backlog
-- Whether documents are out of date.
SELECT EXISTS (SELECT FROM document_backlog)
