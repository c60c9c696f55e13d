-- name: group_ids
-- The selected products in groups of adjacent ids: the first id and the number of each.
SELECT min(id), count(*)
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {group_products} AS number
      FROM ({found}) AS found) AS numbered
GROUP BY number ORDER BY number

-- name: last_id
-- No product has a higher id.
SELECT coalesce(max(id), 0) FROM products

-- name: attribute_names
-- The names of the attributes of the selected products, up to a number.
SELECT DISTINCT attribute
FROM products CROSS JOIN LATERAL jsonb_object_keys(attributes) AS found (attribute)
WHERE {matches}
LIMIT {most}

-- name: copy_range
-- Write the selected products of a range as CSV without a header.
COPY (SELECT {values} FROM products WHERE id >= {start} AND id < {end} AND {matches} ORDER BY id)
TO STDOUT (FORMAT csv)

-- name: read_range
-- The selected products of a range.
SELECT {columns} FROM products WHERE id >= {start} AND id < {end} AND {matches} ORDER BY id
