-- name: keep_profile
-- Note the profile of an import, by which scopes find the products that it writes.
INSERT INTO import_profiles (job_id, profile_id) VALUES (%(job_id)s, %(profile_id)s)
ON CONFLICT DO NOTHING

-- name: create_named
-- The table of the keys that rejected and skipped records name. The key is null if it can't be
-- read, and blank if a rejected record has none.
CREATE UNLOGGED TABLE IF NOT EXISTS {named} (line bigint NOT NULL, key text)

-- name: keep_named
-- Keep the keys of records that aren't staged.
INSERT INTO {named} (line, key) VALUES %s

-- name: unnamed_lines
-- The records whose key can't be read, and the rejects without a key: how many, and the first lines.
SELECT key IS NULL, count(*), (array_agg(line ORDER BY line))[:10]
FROM {named} WHERE key IS NULL OR key = ''
GROUP BY key IS NULL

-- name: create_missing
-- The table of the missing products, and the key range with whose merge each is changed. `key`: the
-- attribute that finds products, as it was when the list was made.
CREATE UNLOGGED TABLE {missing} (id bigint NOT NULL, key_range integer NOT NULL, key text)

-- name: fill_missing
-- List the products of the scope that no record names. Blocks of ids are shared out among the key
-- ranges: each product belongs to one of them, whatever finds it, and however often this runs.
INSERT INTO {missing} (id, key_range, key)
SELECT product.id, mod(product.id / 4096, {key_ranges}), {attribute}
FROM products AS product
WHERE {affected} AND {in_scope}
  AND NOT EXISTS (
      SELECT FROM (SELECT {staged_key} AS key FROM {staged}
                   UNION ALL
                   SELECT {named_key} FROM {named} WHERE key <> '') AS given
      WHERE given.key = {product_key}
  )

-- name: index_missing
-- Let each key range find its products.
CREATE INDEX ON {missing} (key_range); ANALYZE {missing}

-- name: count_missing
-- How many products are missing, and how many the scope has.
SELECT (SELECT count(*) FROM {missing}), (SELECT count(*) FROM products AS product WHERE {in_scope})

-- name: in_scope
-- Does a scope have a product now? Documents, and where they are out of date products themselves.
product.id IN ({found})

-- name: still_in_scope
-- The same for a product whose row is locked.
EXISTS (SELECT FROM current_documents WHERE id = product.id AND {condition})

-- name: written_with_profile
-- Was an import with this profile the last to write a product?
job_id IN (SELECT used.job_id FROM import_profiles AS used WHERE used.profile_id = {profile_id})

-- name: listed_missing
-- The missing products of a key range.
(SELECT id, key FROM {missing} WHERE key_range = {key_range})

-- name: planned_missing
-- The same of a plan.
(SELECT product_id AS id, version FROM {changes} WHERE action = 'missing')

-- name: plan_missing
-- Store what would become of the missing products of a key range; count them, and those of which the
-- quantity becomes 0.
WITH planned AS (
    INSERT INTO {changes} (key_range, position, action, product_id, version, sku, changed{columns})
    SELECT {key_range}, row_number() OVER (), 'missing', product.id, product.version, product.sku,
           {changed}{values}
    FROM {missing} AS missing JOIN products AS product USING (id)
    WHERE missing.key_range = {key_range}
    RETURNING {sells_out} AS sells_out
)
SELECT count(*), count(*) FILTER (WHERE sells_out) FROM planned

-- name: count_planned_missing
-- Add the missing products of a key range to what its records come to, and to the field that changes.
UPDATE import_plans
SET missing = %(missing)s,
    quantity_to_zero = quantity_to_zero + %(sold_out)s,
    fields = CASE WHEN %(field)s IS NULL THEN fields
                  ELSE fields || jsonb_build_object(
                      %(field)s::text,
                      %(missing)s::bigint + coalesce((fields ->> %(field)s)::bigint, 0))
             END
WHERE job_id = %(job_id)s AND key_range = %(key_range)s

-- name: note_left
-- Note the missing products of a plan's key range that were left as they are, since they aren't as
-- they were planned.
, left_out AS (
    UPDATE {changes} SET is_left = true
    WHERE action = 'missing' AND product_id NOT IN (SELECT id FROM changed)
)

-- name: missing_as_found
-- What a change of missing products that overwrites edits returns of each: its SKU, and whether it
-- wasn't as planned.
, old.sku AS written_sku, old.version <> missing.version AS is_overwritten

-- name: lock_missing
-- Wait for edits of the missing products of a key range, so that the next statement sees them.
SELECT count(*) FROM (
    SELECT FROM products WHERE id IN (SELECT id FROM {listed} AS listed)
    ORDER BY id FOR UPDATE
) AS locked

-- name: update_missing
-- Change the missing products of a key range that are still missing.
WITH changed AS (
    UPDATE products AS product
    SET {assignment}, updated_at = clock_timestamp(), version = product.version + 1
    FROM {listed} AS missing
    WHERE product.id = missing.id AND {is_missing}
    RETURNING product.id{as_found}{replaced}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM changed
){journal}{left_out}
SELECT count(*) FROM changed

-- name: delete_missing
-- Delete the missing products of a key range that are still missing.
WITH changed AS (
    DELETE FROM products AS product
    USING {listed} AS missing
    WHERE product.id = missing.id AND {is_missing}
    RETURNING product.id{as_found}{replaced}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM changed
){journal}{left_out}
SELECT count(*) FROM changed
