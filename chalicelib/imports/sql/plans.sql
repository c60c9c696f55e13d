-- name: create_changes
-- The table of the changes that a plan has for existing products. Each field has its value before
-- and after, both null where it doesn't change. `is_left`: the product was missing from the file and
-- isn't as it was planned, so the apply left it as it is. The action is updated or missing, and of
-- products that an apply overwrote although they weren't as they were planned, overwritten.
CREATE TABLE IF NOT EXISTS {changes} (
    key_range integer NOT NULL,
    position integer NOT NULL,
    action text NOT NULL,
    line bigint,
    product_id bigint NOT NULL,
    version bigint NOT NULL,
    sku text NOT NULL,
    changed text[] NOT NULL,
    is_left boolean NOT NULL DEFAULT false,
    {columns}
) PARTITION BY LIST (key_range)

-- name: has_changes_table
-- Does a job have the table of its plan's changes?
SELECT EXISTS (
    SELECT FROM pg_class
    WHERE relnamespace = 'plans'::regnamespace AND relkind = 'p' AND relname = %(job_id)s
)

-- name: hold_changes
-- Keep the table of a plan's changes, and so the plan, from being dropped meanwhile.
LOCK TABLE {changes} IN ACCESS SHARE MODE

-- name: forget_plan
-- Forget the ledger of a job's plan.
DELETE FROM import_plans WHERE job_id = %(job_id)s

-- name: forget_planned_skips
-- Forget the records that a plan which was dropped left out.
DELETE FROM import_skips WHERE job_id = %(job_id)s AND reason = ANY (%(of_merge)s)

-- name: claim_compared
-- Enter a key range into the ledger of a plan before it is compared; no row where it is there already.
INSERT INTO import_plans (job_id, key_range) VALUES (%(job_id)s, %(key_range)s)
ON CONFLICT DO NOTHING

-- name: compared_key_ranges
-- The key ranges of a job that are in the ledger of its plan.
SELECT key_range FROM import_plans WHERE job_id = %(job_id)s

-- name: upsert_outcome
-- What becomes of a record, by the mode: created, updated, unchanged, or why it is skipped.
CASE WHEN product.id IS NULL THEN 'created' WHEN {changes} THEN 'updated' ELSE 'unchanged' END

-- name: update_outcome
-- The same where records only update products.
CASE WHEN product.id IS NULL THEN 'not_in_catalogue'
     WHEN {changes} THEN coalesce({problem}, 'updated')
     ELSE 'unchanged'
END

-- name: create_outcome
-- The same where records only create products.
CASE WHEN product.id IS NULL THEN 'created' ELSE 'already_exists' END

-- name: compare_key_range
-- Compare the last record of each key in a partition with its product, as the merge does. Store what
-- would be updated, created and skipped, and count it. The order is that of the join: sorting is free.
WITH latest AS (
    SELECT DISTINCT ON (key) key, line {staged}
    FROM (SELECT {key} AS key, * FROM {partition}) AS staged
    ORDER BY key, line DESC
), compared AS MATERIALIZED (
    SELECT latest.line, found.outcome, {sku} AS sku, product.sku AS product_sku,
           product.id AS product_id, product.version,
           CASE WHEN {is_updated} THEN {changed} END AS changed{compared}
    FROM {source} AS latest
    LEFT JOIN products AS product ON {matches}
    CROSS JOIN LATERAL (SELECT {outcome} AS outcome OFFSET 0) AS found
    ORDER BY {order}
), stored AS (
    INSERT INTO {changes} (key_range, position, action, line, product_id, version, sku, changed
                           {columns})
    SELECT {key_range}, row_number() OVER (), 'updated', line, product_id, version, product_sku,
           changed{columns}
    FROM compared WHERE outcome = 'updated'
), skipped AS (
    INSERT INTO import_skips (job_id, line, reason, sku)
    SELECT {job_id}, line, outcome, sku FROM compared
    WHERE outcome NOT IN ('created', 'updated', 'unchanged')
), updated AS (
    SELECT count(*) AS products, jsonb_build_object({field_counts}) AS fields,
           count(*) FILTER (WHERE {price_changes}) AS price_changes,
           count(*) FILTER (WHERE {quantity_to_zero}) AS quantity_to_zero
    FROM compared WHERE outcome = 'updated'
), others AS (
    SELECT coalesce(array_agg(line) FILTER (WHERE outcome = 'created'), '{{}}') AS created_lines,
           coalesce(array_agg(sku) FILTER (WHERE outcome = 'created'), '{{}}') AS created_skus,
           count(*) FILTER (WHERE outcome = 'created') AS created,
           count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged, count(*) AS keys
    FROM compared
)
UPDATE import_plans
SET updated = updated.products, fields = updated.fields, price_changes = updated.price_changes,
    quantity_to_zero = updated.quantity_to_zero,
    created_lines = others.created_lines, created_skus = others.created_skus,
    created = others.created, unchanged = others.unchanged,
    duplicate = (SELECT count(*) FROM {partition}) - others.keys
FROM updated, others
WHERE job_id = {job_id} AND key_range = {key_range}

-- name: sum_plan
-- The counts of a plan: created, updated, unchanged, duplicate, skipped, rejected, missing; then the
-- records' changes of the price and of the quantity.
SELECT coalesce(sum(coalesce(created, cardinality(created_lines))), 0)::bigint,
       coalesce(sum(updated), 0)::bigint,
       coalesce(sum(unchanged), 0)::bigint, coalesce(sum(duplicate), 0)::bigint,
       (SELECT count(*) FROM import_skips WHERE job_id = %(job_id)s),
       (SELECT count(*) FROM import_rejects WHERE job_id = %(job_id)s),
       coalesce(sum(missing), 0)::bigint, coalesce(sum(price_changes), 0)::bigint,
       coalesce(sum(quantity_to_zero), 0)::bigint
FROM import_plans WHERE job_id = %(job_id)s

-- name: sum_planned_fields
-- How many products change in each field.
SELECT field, sum(products::bigint)::bigint
FROM import_plans, jsonb_each_text(fields) AS found (field, products)
WHERE job_id = %(job_id)s
GROUP BY field

-- name: apply_key_range
-- Bring what is planned for a partition into the catalogue: a record whose product isn't as it was
-- when the plan was made is skipped, unless it overwrites the product.
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, line {staged}
    FROM (SELECT {key} AS key, * FROM {partition}) AS staged
    ORDER BY key, line DESC
), planned (line, planned_id, planned_version) AS (
    SELECT line, product_id, version FROM {changes} WHERE action = 'updated'
    UNION ALL
    SELECT unnest(created_lines), NULL, NULL FROM import_plans
    WHERE job_id = {job_id} AND key_range = {key_range}
), chosen AS MATERIALIZED (
    SELECT * FROM latest JOIN planned USING (line)
), merged AS (
    MERGE INTO products AS product
    USING {source} AS latest
    ON {matches}
    {clauses}
    RETURNING merge_action() AS action, product.id, latest.line{as_found}{replaced}{change_line}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM merged
), updated AS (
    SELECT * FROM merged WHERE action = 'UPDATE'
), created AS (
    SELECT id FROM merged WHERE action = 'INSERT'
), left_out AS (
    SELECT * FROM chosen
    WHERE (SELECT count(*) FROM merged) < (SELECT count(*) FROM chosen)
      AND line NOT IN (SELECT line FROM merged)
), skipped AS (
    INSERT INTO import_skips (job_id, line, reason, sku)
    SELECT {job_id}, latest.line, 'changed_since_plan', {sku}
    FROM {left_out} AS latest LEFT JOIN products AS product ON {matches}
    WHERE {is_drift}
    RETURNING line
){overwritten}{journal}{kept_lines}
SELECT (SELECT count(*) FROM chosen),
       count(*) FILTER (WHERE action = 'INSERT'),
       count(*) FILTER (WHERE action = 'UPDATE'),
       (SELECT count(*) FROM skipped)
FROM merged

-- name: as_found
-- What an apply that overwrites products returns of each: its SKU, and whether it wasn't as planned.
, product.sku AS written_sku,
(old.id, old.version) IS DISTINCT FROM (latest.planned_id, latest.planned_version) AS is_overwritten

-- name: note_overwritten
-- Note the products that were overwritten although they weren't as they were planned.
, overwritten AS (
    INSERT INTO {changes} (key_range, position, action, line, product_id, version, sku, changed)
    SELECT {key_range}, 0, 'overwritten', {line}, id, 0, written_sku, '{{}}'
    FROM {written} WHERE is_overwritten
)

-- name: update_as_planned
-- What the apply does with a record whose product was found.
WHEN MATCHED AND {condition} THEN
    UPDATE SET {assignments} source_job_id = {job_id}, source_line = latest.line,
               updated_at = clock_timestamp(), version = product.version + 1

-- name: create_as_planned
-- What the apply does with a record whose product wasn't found.
WHEN NOT MATCHED AND {condition} THEN
    INSERT ({columns}, source_job_id, source_line, updated_at)
    VALUES ({inserted}, {job_id}, latest.line, clock_timestamp())

-- name: compared_totals
-- How many records of a compared key range change nothing, and how many repeat a key.
SELECT unchanged, duplicate FROM import_plans
WHERE job_id = %(job_id)s AND key_range = %(key_range)s

-- name: find_drift
-- The planned changes whose product isn't as it was, and how many there are; none is overwritten yet.
SELECT product_id, sku, line, false, count(*) OVER (), 0
FROM (
    SELECT changes.product_id, changes.sku, changes.line
    FROM {changes} AS changes LEFT JOIN products ON products.id = changes.product_id
    WHERE products.version IS DISTINCT FROM changes.version
    UNION ALL
    SELECT products.id, created.sku, created.line
    FROM import_plans, unnest(created_skus, created_lines) AS created (sku, line)
    JOIN products ON products.sku_key = sku_key_of(created.sku)
    WHERE import_plans.job_id = {job_id}
) AS drifted
ORDER BY line
LIMIT {limit}

-- name: drifted_records
-- The records that an apply skipped because their product wasn't as it was, the missing products that
-- it left as they are, and the products that it overwrote.
SELECT product_id, sku, line, is_overwritten, count(*) OVER (),
       count(*) FILTER (WHERE is_overwritten) OVER ()
FROM (
    SELECT coalesce(changes.product_id, products.id) AS product_id,
           coalesce(changes.sku, skips.sku) AS sku, skips.line, false AS is_overwritten
    FROM import_skips AS skips
    LEFT JOIN {changes} AS changes USING (line)
    LEFT JOIN products ON products.sku_key = sku_key_of(skips.sku)
    WHERE skips.job_id = {job_id} AND skips.reason = 'changed_since_plan'
    UNION ALL
    SELECT product_id, sku, line, action = 'overwritten' FROM {changes}
    WHERE is_left OR action = 'overwritten'
) AS found
ORDER BY line, product_id
LIMIT {limit}

-- name: list_changed
-- A page of the planned changes of existing products in a key range.
SELECT position, action, line, product_id, sku, changed, {columns}
FROM {partition}
WHERE position > {after} AND action = {action} AND ({field} IS NULL OR {field} = ANY (changed))
ORDER BY position
LIMIT {limit}

-- name: list_created
-- A page of the products that a key range creates.
SELECT position, created_lines[position], created_skus[position]
FROM import_plans, generate_series({after} + 1, least({after} + {limit}, cardinality(created_lines)))
    AS position
WHERE job_id = {job_id} AND key_range = {key_range}

-- name: compared_products
-- How many products a compared key range updates, creates and finds missing.
SELECT updated, coalesce(created, cardinality(created_lines)), missing FROM import_plans
WHERE job_id = %(job_id)s AND key_range = %(key_range)s

-- name: note_pieces
-- Note which objects have the pieces of a key range.
UPDATE import_plans SET pieces = %(pieces)s
WHERE job_id = %(job_id)s AND key_range = %(key_range)s

-- name: unreported_key_ranges
-- The compared key ranges of a job whose pieces aren't noted.
SELECT key_range FROM import_plans WHERE job_id = %(job_id)s AND pieces IS NULL ORDER BY key_range

-- name: pieces_of_plan
-- The pieces of all key ranges of a job.
SELECT pieces FROM import_plans WHERE job_id = %(job_id)s ORDER BY key_range

-- name: copy_changed
-- Write the planned changes of existing products in a key range as CSV: a row for each field, or one
-- without a field where the product would be deleted.
COPY (
    SELECT {sku_text}, product_id, action, line, field, {before}, {after}
    FROM (
        SELECT *, unnest(coalesce(nullif(changed, '{{}}'), ARRAY[NULL::text])) AS field
        FROM {partition} WHERE action = {action} ORDER BY position
    ) AS change
) TO STDOUT (FORMAT csv)

-- name: copy_overwritten
-- Write the products that an apply overwrote as CSV.
COPY (
    SELECT {sku_text}, product_id, line FROM {changes}
    WHERE action = 'overwritten' ORDER BY line, product_id
) TO STDOUT (FORMAT csv)

-- name: copy_created
-- Write the products that a key range creates as CSV.
COPY (
    SELECT {sku_text}, NULL, 'created', line, NULL, NULL, NULL
    FROM (
        SELECT unnest(created_skus) AS sku, unnest(created_lines) AS line FROM import_plans
        WHERE job_id = {job_id} AND key_range = {key_range}
    ) AS created
) TO STDOUT (FORMAT csv)
