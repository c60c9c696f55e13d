-- name: count_selected
-- How many products a selection means at this moment.
SELECT count(*) FROM ({found}) AS found

-- name: find_all
-- Every product.
SELECT id FROM products

-- name: find_skus
-- The products of these skus.
SELECT id FROM current_documents WHERE {condition}

-- name: find_filtered
-- The products that a filter means at this moment: by their documents, and where these are behind,
-- by the products themselves.
SELECT id FROM documents
WHERE {condition} AND NOT EXISTS (SELECT FROM document_backlog WHERE block = documents.id / 4096)
UNION ALL
SELECT found.id
FROM (SELECT DISTINCT block FROM document_backlog) AS behind
CROSS JOIN LATERAL (
    SELECT id FROM current_documents
    WHERE id >= behind.block * 4096 AND id < (behind.block + 1) * 4096 AND {condition}
) AS found

-- name: keep_selection
-- Keep what a bulk delete is to delete.
INSERT INTO bulk_deletes (job_id, selection) VALUES (%(job_id)s, %(selection)s)

-- name: read_selection
-- What a bulk delete is to delete.
SELECT selection::text FROM bulk_deletes WHERE job_id = %(job_id)s

-- name: lock_bulk_delete
-- Keep others from planning or ending a bulk delete until the transaction ends; is it planned?
SELECT planned_at IS NOT NULL FROM bulk_deletes WHERE job_id = %(job_id)s FOR UPDATE

-- name: plan_batches
-- Fix the products of a bulk delete, in batches of neighbours by id.
INSERT INTO bulk_delete_batches (job_id, batch, ids, products)
SELECT {job_id}, (place - 1) / {batch_products} AS batch, array_agg(id), count(*)
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM ({found}) AS found) AS placed
GROUP BY batch

-- name: note_planned
-- Note that the products are fixed.
UPDATE bulk_deletes SET planned_at = clock_timestamp() WHERE job_id = %(job_id)s

-- name: missing_batches
-- The batches that are not deleted.
SELECT batch FROM bulk_delete_batches WHERE job_id = %(job_id)s AND deleted IS NULL

-- name: sum_batches
-- What a bulk delete comes to: batches, and products planned, done and deleted.
SELECT count(*), coalesce(sum(products), 0)::bigint,
       coalesce(sum(products) FILTER (WHERE deleted IS NOT NULL), 0)::bigint,
       coalesce(sum(deleted), 0)::bigint
FROM bulk_delete_batches WHERE job_id = %(job_id)s

-- name: claim_batch
-- Make a batch this transaction's; no row where it is deleted already.
SELECT 1 FROM bulk_delete_batches
WHERE job_id = %(job_id)s AND batch = %(batch)s AND deleted IS NULL FOR UPDATE

-- name: lock_products
-- Wait for those who edit products of a batch, so that the next statement sees what they left.
SELECT 1 FROM products
WHERE id = ANY ((SELECT ids FROM bulk_delete_batches
                 WHERE job_id = %(job_id)s AND batch = %(batch)s)::bigint[])
ORDER BY id FOR UPDATE

-- name: delete_batch
-- Delete the products of a batch, and note the blocks of ids whose documents are old now.
WITH deleted AS (
    DELETE FROM products
    WHERE id = ANY ((SELECT ids FROM bulk_delete_batches
                     WHERE job_id = %(job_id)s AND batch = %(batch)s)::bigint[])
    RETURNING id
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM deleted
)
SELECT count(*) FROM deleted

-- name: delete_matching
-- The same for the products of a batch that are still meant.
WITH deleted AS (
    DELETE FROM products
    WHERE id IN (SELECT id FROM current_documents
                 WHERE id = ANY ((SELECT ids FROM bulk_delete_batches
                                  WHERE job_id = {job_id} AND batch = {batch})::bigint[])
                   AND {condition})
    RETURNING id
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM deleted
)
SELECT count(*) FROM deleted

-- name: record_batch
-- Note how many products of a claimed batch were deleted; which they were is needed no more.
UPDATE bulk_delete_batches SET deleted = %(deleted)s, ids = NULL
WHERE job_id = %(job_id)s AND batch = %(batch)s

-- name: forget_selection
-- Forget what a bulk delete was to delete, which may be long.
UPDATE bulk_deletes SET selection = NULL WHERE job_id = %(job_id)s

-- name: forget_missing_batches
-- Forget the batches that are not deleted, and never will be.
DELETE FROM bulk_delete_batches WHERE job_id = %(job_id)s AND deleted IS NULL

-- name: find_left
-- Bulk deletes that have a selection though they are not new, or that are old.
SELECT job_id FROM bulk_deletes
WHERE (selection IS NOT NULL AND job_id < %(young)s) OR job_id < %(expired)s
ORDER BY job_id

-- name: forget_batches
-- Forget what a bulk delete was to delete and has deleted.
DELETE FROM bulk_delete_batches WHERE job_id = %(job_id)s

-- name: forget_bulk_delete
-- Forget a bulk delete.
DELETE FROM bulk_deletes WHERE job_id = %(job_id)s
