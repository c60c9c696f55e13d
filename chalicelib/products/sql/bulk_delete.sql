-- name: count_selected
-- How many products a selection matches now.
SELECT count(*) FROM ({found}) AS found

-- name: find_all
-- Every product.
SELECT id FROM products

-- name: find_skus
-- The products of these skus.
SELECT id FROM current_documents WHERE {condition}

-- name: find_filtered
-- The products that a filter matches now: documents, and in blocks whose documents are out of date
-- the products themselves.
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
-- Store the selection of a bulk delete.
INSERT INTO bulk_deletes (job_id, selection) VALUES (%(job_id)s, %(selection)s)

-- name: read_selection
-- The selection of a bulk delete.
SELECT selection::text FROM bulk_deletes WHERE job_id = %(job_id)s

-- name: lock_bulk_delete
-- Keep others from planning or ending a bulk delete until the transaction ends. Does it have a plan?
SELECT planned_at IS NOT NULL FROM bulk_deletes WHERE job_id = %(job_id)s FOR UPDATE

-- name: plan_batches
-- Plan the products of a bulk delete, in batches of adjacent ids.
INSERT INTO bulk_delete_batches (job_id, batch, ids, products)
SELECT {job_id}, (place - 1) / {batch_products} AS batch, array_agg(id), count(*)
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM ({found}) AS found) AS placed
GROUP BY batch

-- name: note_planned
-- Record that the products are planned.
UPDATE bulk_deletes SET planned_at = clock_timestamp() WHERE job_id = %(job_id)s

-- name: missing_batches
-- The batches that are not deleted.
SELECT batch FROM bulk_delete_batches WHERE job_id = %(job_id)s AND deleted IS NULL

-- name: sum_batches
-- The totals of a bulk delete: batches, and products planned, done and deleted.
SELECT count(*), coalesce(sum(products), 0)::bigint,
       coalesce(sum(products) FILTER (WHERE deleted IS NOT NULL), 0)::bigint,
       coalesce(sum(deleted), 0)::bigint
FROM bulk_delete_batches WHERE job_id = %(job_id)s

-- name: claim_batch
-- Lock a batch; no row if it is already deleted.
SELECT 1 FROM bulk_delete_batches
WHERE job_id = %(job_id)s AND batch = %(batch)s AND deleted IS NULL FOR UPDATE

-- name: lock_products
-- Wait for edits of a batch's products, so that the next statement sees what they wrote.
SELECT 1 FROM products
WHERE id = ANY ((SELECT ids FROM bulk_delete_batches
                 WHERE job_id = %(job_id)s AND batch = %(batch)s)::bigint[])
ORDER BY id FOR UPDATE

-- name: delete_batch
-- Delete the products of a batch, and note the blocks whose documents are out of date.
WITH deleted AS (
    DELETE FROM products
    WHERE id = ANY ((SELECT ids FROM bulk_delete_batches
                     WHERE job_id = {job_id} AND batch = {batch})::bigint[])
    RETURNING id{replaced}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM deleted
){journal}
SELECT count(*) FROM deleted

-- name: delete_matching
-- The same for the products of a batch that still match the selection.
WITH deleted AS (
    DELETE FROM products
    WHERE id IN (SELECT id FROM current_documents
                 WHERE id = ANY ((SELECT ids FROM bulk_delete_batches
                                  WHERE job_id = {job_id} AND batch = {batch})::bigint[])
                   AND {condition})
    RETURNING id{replaced}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM deleted
){journal}
SELECT count(*) FROM deleted

-- name: record_batch
-- Record how many products of a batch were deleted, and remove their ids.
UPDATE bulk_delete_batches SET deleted = %(deleted)s, ids = NULL
WHERE job_id = %(job_id)s AND batch = %(batch)s

-- name: forget_selection
-- Delete the selection of a bulk delete, which may be long.
UPDATE bulk_deletes SET selection = NULL WHERE job_id = %(job_id)s

-- name: forget_missing_batches
-- Delete the batches that were not deleted and never will be.
DELETE FROM bulk_delete_batches WHERE job_id = %(job_id)s AND deleted IS NULL

-- name: list_removable
-- Bulk deletes that are not new and have a selection, and all that are older than kept jobs.
SELECT job_id FROM bulk_deletes
WHERE (selection IS NOT NULL AND job_id < %(young)s) OR job_id < %(expired)s
ORDER BY job_id

-- name: forget_batches
-- Delete the plan and the ledger of a bulk delete.
DELETE FROM bulk_delete_batches WHERE job_id = %(job_id)s

-- name: forget_bulk_delete
-- Delete a bulk delete.
DELETE FROM bulk_deletes WHERE job_id = %(job_id)s
