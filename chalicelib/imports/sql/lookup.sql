-- name: create_lookup
-- The table that has the product of each key of a file, for keys that products have no index of. Its
-- partitions are those of the staged records.
CREATE TABLE {lookup} (key text COLLATE "C" NOT NULL, id bigint NOT NULL) PARTITION BY RANGE (key)

-- name: fill_lookup
-- Find the products of all staged keys by one pass over the catalogue, which reads the attribute of
-- each product once.
INSERT INTO {lookup} (key, id)
SELECT key, id
FROM (SELECT attributes ->> {attribute} AS key, id FROM products OFFSET 0) AS product
JOIN (SELECT DISTINCT {key} AS key FROM {staged}) AS staged USING (key)

-- name: repeated_keys
-- The first key that several products have, how many have it, and how many more such keys there are.
SELECT key, count(*), count(*) OVER () - 1 FROM {lookup}
GROUP BY key HAVING count(*) > 1 ORDER BY key LIMIT 1
