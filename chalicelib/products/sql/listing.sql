-- name: list_products
-- A page of products in the order of one column, up to a number of bytes. A document that is out of
-- date has no product.
WITH page AS MATERIALIZED (
    SELECT id, {key} AS key FROM {source} AS listed
    WHERE {conditions} AND id <= {last_id} AND {after}
    ORDER BY {key} {direction}, id {direction} LIMIT {limit}
)
SELECT {columns}, key, page_id, found
FROM (
    SELECT products.*, page.key, page.id AS page_id, count(*) OVER () AS found,
           sum({bytes}) OVER (ORDER BY page.key {direction}, page.id {direction}
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
    FROM page LEFT JOIN products ON products.id = page.id AND {recheck}
) AS products
WHERE coalesce(bytes_before, 0) < {most_bytes}
ORDER BY key {direction}, page_id {direction}

-- name: beside_backlog
-- The source of a list while few blocks are in the backlog: documents outside these blocks, and the
-- products themselves inside them. Only the first rows of each are needed.
-- OFFSET 0 keeps the planner from sorting all products to find those of the blocks.
((SELECT {listed} FROM documents
  WHERE id / 4096 <> ALL ({blocks}::bigint[]) AND {conditions} AND id <= {last_id} AND {after}
  ORDER BY {key} {direction}, id {direction} LIMIT {limit})
 UNION ALL
 (SELECT found.*
  FROM unnest({blocks}::bigint[]) AS behind (block)
  CROSS JOIN LATERAL (
      SELECT {listed} FROM current_documents
      WHERE id >= block * 4096 AND id < (block + 1) * 4096
        AND {conditions} AND id <= {last_id} AND {after}
      OFFSET 0
  ) AS found
  ORDER BY {key} {direction}, id {direction} LIMIT {limit}))

-- name: blocks_behind
-- The blocks whose documents may be missing or out of date, up to a number.
SELECT DISTINCT block FROM document_backlog LIMIT {most}

-- name: count_found
-- How many products a search matches, counted up to a number.
SELECT count(*) FROM (SELECT FROM documents WHERE {conditions} AND id <= {last_id} LIMIT {most}) AS found

-- name: find_sku
-- The product whose sku is the search text.
SELECT {columns} FROM products
WHERE id IN (SELECT id FROM current_documents WHERE sku_key = sku_key_of({search}) AND {conditions})

-- name: probe_window
-- The last id of about one window of matches. Partitions are read one after the other, so a common
-- word needs only the first of them.
SELECT count(*), max(id)
FROM (SELECT id FROM documents WHERE {conditions} AND {within} LIMIT {window}) AS found

-- name: rank_window
-- The best matches of a window, up to a number of bytes. The order is: the sku starts with the
-- search, the name starts with it, the name has all words, the name has all words as prefixes, the
-- product has all words, the rest.
WITH candidates AS MATERIALIZED (
    SELECT id, sku_key, name_key, words FROM documents
    WHERE {conditions} AND sku_key <> sku_key_of({search}) AND {within}
    ORDER BY id LIMIT {window}
), extent AS (
    SELECT count(*) AS candidates, max(id) AS reached FROM candidates
), ranked AS (
    SELECT id, CASE
        WHEN sku_key ^@ sku_key_of({search}) THEN 5
        WHEN name_key ^@ fold({search}) THEN 4
        WHEN words_of(name_key) @@ words_query({search}, true) THEN 3
        WHEN words_of(name_key) @@ words_query({search}, false) THEN 2
        WHEN words @@ words_query({search}, true) THEN 1
        ELSE 0 END AS score
    FROM candidates AS page WHERE {recheck}
), best AS (
    SELECT id, score FROM ranked WHERE {after} ORDER BY score DESC, id LIMIT {limit}
)
SELECT {columns}, score, found, candidates, reached
FROM extent LEFT JOIN (
    SELECT products.*, score, count(*) OVER () AS found,
           sum({bytes}) OVER (ORDER BY score DESC, id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
    FROM best JOIN products USING (id)
) AS products ON true
WHERE coalesce(bytes_before, 0) < {most_bytes}
ORDER BY score DESC, id
