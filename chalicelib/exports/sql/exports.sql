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

-- name: copy
-- Write rows as CSV without a header.
COPY ({rows}) TO STDOUT (FORMAT csv)

-- name: read_range
-- The selected products of a range.
SELECT {columns} FROM products WHERE id >= {start} AND id < {end} AND {matches} ORDER BY id

-- name: read_layout
-- The selected products of a range in the layout of a shop: those that an import reads as one group
-- follow each other, and the one whose SKU is their key is the first.
SELECT {values}
FROM (SELECT id, suffix, {cells}
      FROM products CROSS JOIN LATERAL (SELECT {suffix} AS suffix) AS composed
      WHERE id >= {start} AND id < {end} AND {matches}) AS written
WINDOW together AS (PARTITION BY {key} ORDER BY {sku} IS DISTINCT FROM {key}, id)
ORDER BY {key}, {sku} IS DISTINCT FROM {key}, id

-- name: layout_key
-- What an import groups rows by: the first cell that has a text.
(coalesce({cells}) COLLATE "C")

-- name: layout_part
-- An option as an import adds it to the name; null if it leaves it out.
CASE WHEN lower({option}) <> ALL ({omitted}::text[]) THEN {option} END

-- name: layout_suffix
-- What an import adds to the name.
coalesce(' - ' || nullif(array_to_string(ARRAY[{parts}]::text[], ' / '), ''), '')

-- name: layout_title
-- The name without what an import adds, if that leaves a text that it doesn't trim.
CASE WHEN suffix <> '' AND right(name, length(suffix)) = suffix
          AND left(name, -length(suffix)) <> ''
          AND left(name, -length(suffix)) = btrim(left(name, -length(suffix)), {white_space})
     THEN left(name, -length(suffix)) ELSE name END

-- name: layout_title_read
-- The name that an import composes.
{written} || suffix

-- name: layout_word
-- The shop's word for a boolean.
CASE WHEN {field} THEN {true} ELSE {false} END

-- name: layout_handle
-- The SKU as a part of a URL; with the id unless no other SKU can give the same.
CASE WHEN lower(sku) ~ '^[a-z0-9]+(-[a-z0-9]+)*$' THEN lower(sku)
     ELSE concat_ws('-', nullif(btrim(regexp_replace(lower(sku), '[^a-z0-9]+', '-', 'g'), '-'), ''),
                    products.id) END

-- name: layout_added
-- What is written for a product that has `given` but not the attribute.
CASE WHEN {given} IS NOT NULL THEN {text} END

-- name: layout_valid
-- A text that the shop knows; null if it doesn't.
CASE WHEN {text} ~ {valid} THEN {text} END

-- name: layout_differs
-- An entry of the last column: an import would read another text than the product has.
CASE WHEN {read} IS DISTINCT FROM {intended}
     THEN to_json({header}::text)::text || ': '
          || json_build_array(coalesce({written}, ''), {intended})::text END

-- name: layout_stays_blank
-- An entry of the last column: an import would fill the blank cell from the first row.
CASE WHEN nullif({written}, '') IS NULL AND nullif(first_value({written}) OVER together, '') <> ''
     THEN to_json({header}::text)::text || ': ' || json_build_array('', NULL)::text END

-- name: layout_stays_active
-- An entry of the last column: an import would make the product inactive, as the first row is.
CASE WHEN {written} = {true} AND first_value({written}) OVER together = {false}
     THEN to_json({header}::text)::text || ': ' || json_build_array({written}, 'true')::text END

-- name: layout_exact
-- The last column: an object of all entries; null if it would be empty.
nullif('{{' || array_to_string(ARRAY[{entries}]::text[], ', ') || '}}', '{{}}')
