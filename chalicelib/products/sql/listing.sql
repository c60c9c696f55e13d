-- name: list_products
-- A page of products in the order of one column; without its product where a document is old, and
-- without what comes after so many bytes.
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
-- The source of a list while few blocks are behind: the first products of the page by documents, and
-- of those blocks, whose documents may be missing or old, by the products themselves.
-- OFFSET 0 keeps the planner from sorting all products to find those of the blocks.
((SELECT id, sku_key, name_key, price_key, active, updated_at, job_id FROM documents
  WHERE id / 4096 <> ALL ({blocks}::bigint[]) AND {conditions} AND id <= {last_id} AND {after}
  ORDER BY {key} {direction}, id {direction} LIMIT {limit})
 UNION ALL
 (SELECT found.*
  FROM unnest({blocks}::bigint[]) AS behind (block)
  CROSS JOIN LATERAL (
      SELECT id, sku_key, name_key, price_key, active, updated_at, job_id FROM current_documents
      WHERE id >= block * 4096 AND id < (block + 1) * 4096
        AND {conditions} AND id <= {last_id} AND {after}
      OFFSET 0
  ) AS found
  ORDER BY {key} {direction}, id {direction} LIMIT {limit}))

-- name: blocks_behind
-- The blocks whose documents may be missing or old, no more of them than it matters.
SELECT DISTINCT block FROM document_backlog LIMIT {most}

-- name: count_found
-- How many products a search has, counted no further than it matters.
SELECT count(*) FROM (SELECT FROM documents WHERE {conditions} AND id <= {last_id} LIMIT {most}) AS found

-- name: find_sku
-- The product whose sku is the search itself.
SELECT {columns} FROM products
WHERE id IN (SELECT id FROM current_documents WHERE sku_key = sku_key_of({search}) AND {conditions})

-- name: probe_window
-- How far the ids of about a window of products that have all words go. Partitions are read one
-- after the other, so that a common word costs no more than the first of them.
SELECT count(*), max(id)
FROM (SELECT id FROM documents WHERE {conditions} AND {within} LIMIT {window}) AS found

-- name: rank_window
-- Of a window of products that have all words, in the order of their ids, the best ones, without
-- what comes after so many bytes: those whose sku begins with the search, whose name does, whose
-- name has all words whole, or as beginnings, whose words are whole, and then the others.
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
