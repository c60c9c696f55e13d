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

-- name: delete_batch
-- Delete the products of a batch, and note the blocks whose documents are out of date; how many
-- there were to delete, and how many were deleted.
WITH deleted AS (
    DELETE FROM products WHERE id = ANY ({ids}) RETURNING id{replaced}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM deleted
){journal}
SELECT cardinality({ids}), (SELECT count(*) FROM deleted)

-- name: delete_matching
-- The same for the products of a batch that still match the selection.
WITH deleted AS (
    DELETE FROM products
    WHERE id IN (SELECT id FROM current_documents WHERE id = ANY ({ids}) AND {condition})
    RETURNING id{replaced}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM deleted
){journal}
SELECT cardinality({ids}), (SELECT count(*) FROM deleted)
