-- name: by_job
-- The rows of the journal that a job wrote.
changed_by = {job_id} AND slot IN ({slots}) AND changed_at BETWEEN {since} AND {until}

-- name: find_changed
-- The products that a job changed or created, labelled with what it did.
SELECT id, CASE WHEN count(*) = 1 THEN min(action) ELSE 'several' END AS label
FROM (
    SELECT product_id AS id, action FROM product_changes WHERE {by_job}
    UNION ALL
    SELECT id, 'create' FROM product_creations CROSS JOIN LATERAL unnest(ids) AS id
    WHERE job_id = {job_id}
) AS found
GROUP BY id

-- name: delete_untouched
-- Delete the products of a batch that nobody changed since the job created them; how many, and the
-- ids of the others.
WITH written AS (
    DELETE FROM products WHERE id = ANY ({ids}) AND version = 1 RETURNING id{written}
), {ended}

-- name: restore_untouched
-- The same for those that nobody changed since the job updated them: give them their row before.
WITH written AS (
    UPDATE products AS product
    SET ({columns}) = ROW ({values}), sku_key = sku_key_of(coalesce(changed.sku, product.sku)),
        version = product.version + 1, updated_at = clock_timestamp()
    FROM product_changes AS changed
    WHERE {by_job} AND changed.product_id = ANY ({ids})
      AND product.id = changed.product_id AND product.version = changed.version
      AND (changed.sku IS NULL OR changed.sku = product.sku
           OR sku_key_of(changed.sku) = product.sku_key)
    RETURNING product.id{written}
), {ended}

-- name: untouched_ended
-- The end of both.
noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM written
){journal}
SELECT (SELECT count(*) FROM written),
       CASE WHEN (SELECT count(*) FROM written) < cardinality({ids})
            THEN ARRAY(SELECT unnest({ids}) EXCEPT SELECT id FROM written) END

-- name: changed_products
-- What a job changed: of each product the row before its first change, and its last change.
SELECT DISTINCT ON (product_id) product_id, action, version AS first_version, count(*) OVER changes AS changes,
       last_value(version) OVER changes AS last_version,
       last_value(action) OVER changes AS last_action, {columns}
FROM product_changes
WHERE {by_job} AND {among}
WINDOW changes AS (PARTITION BY product_id ORDER BY version
                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
ORDER BY product_id, version

-- name: created_products
-- The same of products that a job created.
SELECT id AS product_id, 'create' AS action, 1::bigint AS first_version, 1::bigint AS changes,
       1::bigint AS last_version, 'create' AS last_action, {columns}
FROM {created}

-- name: creations_only
-- The products that a job created and didn't change afterwards.
(SELECT id FROM product_creations CROSS JOIN LATERAL unnest(ids) AS id
 WHERE job_id = {job_id}
   AND NOT EXISTS (SELECT FROM product_changes WHERE product_id = id AND {by_job})) AS created

-- name: decided
-- Parts of a statement: the row of each product before the job; how it is not as the job left it, if
-- so, and which other product has its SKU; those whose SKU another product gets, since both had it one
-- after the other; and what becomes of each. A column that the job left alone is that of the first
-- later change which has it, or of the product as it is now.
found AS (
    SELECT changed.product_id, changed.action, changed.first_version, changed.last_version,
           changed.last_action, changed.changes, product.id AS now_id,
           product.version AS now_version, product.sku AS now_sku, later.version AS later_version,
           {values_before}
    FROM ({changed}) AS changed LEFT JOIN products AS product ON product.id = changed.product_id
    LEFT JOIN LATERAL (
        SELECT max(version) AS version, {later_values} FROM product_changes
        WHERE product.version IS DISTINCT FROM changed.first_version
          AND (product.id IS NULL
               OR changed.action NOT IN ('create', 'restore') AND {has_left_alone})
          AND product_id = changed.product_id AND slot IN ({later_slots})
          AND version > changed.first_version
        GROUP BY product_id  -- nothing to sum for a product of which all is known
    ) AS later ON true
), judged AS MATERIALIZED (
    SELECT *, CASE
        WHEN now_id IS NULL AND (last_action <> 'delete' OR later_version > last_version)
        THEN 'deleted_since'
        WHEN now_id IS NOT NULL AND last_action = 'delete' THEN 'created_again'
        WHEN now_version <> last_version OR changes <> last_version - first_version + 1
        THEN 'changed_since'
    END AS drift,
    CASE WHEN action NOT IN ('create', 'restore') AND now_sku IS DISTINCT FROM sku
         THEN (SELECT id FROM products AS other
               WHERE other.sku_key = sku_key_of(found.sku) AND other.id <> found.product_id)
    END AS holder_id
    FROM found
), moving AS (
    SELECT product_id, sku_key_of(sku) AS sku_key FROM judged
    WHERE action NOT IN ('create', 'restore') AND (drift IS NULL OR {overwrites})
      AND now_sku IS DISTINCT FROM sku
      AND sku_key_of(sku) IS DISTINCT FROM sku_key_of(now_sku)
), outrun AS MATERIALIZED (
    SELECT product_id
    FROM moving JOIN (SELECT sku_key, min(product_id) AS first_id FROM moving
                      GROUP BY sku_key HAVING count(*) > 1) AS contest USING (sku_key)
    WHERE product_id <> first_id
), {checked}, decided AS MATERIALIZED (
    SELECT *, CASE WHEN is_taken THEN 'sku_taken' ELSE drift END AS reason, CASE
        WHEN is_taken OR (drift IS NOT NULL AND NOT {overwrites}) THEN 'conflict'
        WHEN action IN ('create', 'restore')
        THEN CASE WHEN now_id IS NULL THEN 'conflict' ELSE 'deleted' END
        WHEN now_id IS NULL THEN 'recreated'
        ELSE 'restored'
    END AS outcome
    FROM checked
)

-- name: checked_now
-- Does another product have the SKU at this moment, or get it in this statement?
checked AS (
    SELECT *, holder_id IS NOT NULL OR product_id IN (SELECT product_id FROM outrun) AS is_taken
    FROM judged
)

-- name: checked_for_good
-- Does another product keep the SKU? One that isn't among them, that stays as it is, or that is
-- blocked itself; or does another get it? Full joins are never nested loops, which would be slow where
-- PostgreSQL expects few rows and finds many.
contested AS MATERIALIZED (
    SELECT product_id, holder_id, may_move
    FROM (SELECT contender.product_id, contender.holder_id,
                 (holder.drift IS NULL OR {overwrites})
                 AND (holder.action IN ('create', 'restore')
                      OR sku_key_of(holder.sku) <> sku_key_of(holder.now_sku)) AS may_move
          FROM (SELECT product_id, holder_id FROM judged WHERE holder_id IS NOT NULL) AS contender
          FULL JOIN judged AS holder ON holder.product_id = contender.holder_id
          OFFSET 0) AS both_sides
    WHERE product_id IS NOT NULL
), blocked AS (
    SELECT product_id FROM contested WHERE may_move IS NOT TRUE
    UNION
    SELECT product_id FROM outrun
    UNION
    SELECT waiting.product_id
    FROM (SELECT * FROM contested WHERE may_move) AS waiting
    JOIN blocked ON blocked.product_id = waiting.holder_id
), checked AS (
    SELECT judged.*, blocked.product_id IS NOT NULL AS is_taken
    FROM judged FULL JOIN blocked ON blocked.product_id = judged.product_id
)

-- name: revert_batch
-- Take back what a job changed of some products; count what became of them and those whose SKUs are
-- taken, list the conflicts, and note the blocks whose documents are out of date.
WITH {decided}, deleted AS (
    DELETE FROM products AS product USING decided
    WHERE product.id = decided.product_id AND decided.outcome = 'deleted'
    RETURNING product.id{deleted_columns}
), restored AS (
    UPDATE products AS product
    SET ({columns}) = ROW ({restored_values}), sku_key = sku_key_of(decided.sku),
        version = product.version + 1, updated_at = clock_timestamp()
    FROM decided
    WHERE product.id = decided.product_id AND decided.outcome = 'restored'
    RETURNING product.id{updated_columns}
), recreated AS (
    INSERT INTO products (id, sku_key, version, updated_at, {recreated_columns})
    OVERRIDING SYSTEM VALUE
    SELECT product_id, sku_key_of(sku), greatest(later_version, last_version) + 1,
           clock_timestamp(), {recreated_columns}
    FROM decided
    WHERE outcome = 'recreated' AND {is_whole}
    ON CONFLICT DO NOTHING
    RETURNING id, version
), noted AS (
    INSERT INTO document_backlog (block)
    SELECT DISTINCT id / 4096
    FROM (SELECT id FROM deleted UNION ALL SELECT id FROM restored UNION ALL SELECT id FROM recreated)
        AS written
), listed AS (
    INSERT INTO batch_conflicts (job_id, product_id, sku, reason, is_overwritten)
    SELECT {job_id}, product_id, coalesce(now_sku, sku), coalesce(reason, 'sku_taken'),
           outcome IN ('deleted', 'restored') OR is_back
    FROM (SELECT *, product_id IN (SELECT id FROM recreated) AS is_back FROM decided) AS done
    WHERE reason IS NOT NULL OR (outcome = 'recreated' AND NOT is_back)
){journal}
SELECT cardinality({ids}), (SELECT count(*) FROM decided),
       (SELECT count(*) FILTER (WHERE is_taken) + count(*) FILTER (WHERE outcome = 'recreated')
               - (SELECT count(*) FROM recreated) FROM decided),
       (SELECT count(*) FROM restored), (SELECT count(*) FROM deleted), (SELECT count(*) FROM recreated)

-- name: taken_products
-- The products that a revert left because others had their SKUs.
product_id IN (SELECT product_id FROM batch_conflicts
               WHERE job_id = {job_id} AND reason = 'sku_taken' AND NOT is_overwritten)

-- name: find_free
-- How many products there are, those whose SKUs are free once all of them have moved, and which of
-- these move.
WITH RECURSIVE {decided}
SELECT count(*), coalesce(array_agg(product_id) FILTER (WHERE NOT is_taken), '{{}}'),
       coalesce(array_agg(product_id) FILTER (WHERE outcome = 'restored'), '{{}}')
FROM decided

-- name: park_skus
-- Free the SKUs of products that get others in the next statement. No SKU begins with a space.
UPDATE products SET sku_key = ' ' || id WHERE id = ANY (%(ids)s)

-- name: forget_taken
-- Delete the conflicts of products that are reverted in the next statement.
DELETE FROM batch_conflicts WHERE job_id = %(job_id)s AND product_id = ANY (%(ids)s)

-- name: preview_revert
-- What a revert would do: products by outcome, and the first conflicts.
WITH RECURSIVE {decided}
SELECT count(*) FILTER (WHERE outcome = 'restored'), count(*) FILTER (WHERE outcome = 'deleted'),
       count(*) FILTER (WHERE outcome = 'recreated'), count(*) FILTER (WHERE outcome = 'conflict'),
       (SELECT coalesce(jsonb_agg(first), '[]')
        FROM (SELECT product_id, coalesce(now_sku, sku) AS sku, reason,
                     outcome <> 'conflict' AS is_overwritten
              FROM decided WHERE reason IS NOT NULL ORDER BY product_id LIMIT {most}) AS first)
FROM decided

-- name: list_conflicts
-- The conflicts of a revert after a product.
SELECT product_id, sku, reason, is_overwritten FROM batch_conflicts
WHERE job_id = %(job_id)s AND product_id > %(after)s
ORDER BY product_id LIMIT %(limit)s
