-- name: create_lookup
-- The table that has the product of each key of a file, for keys that products have no index of.
CREATE UNLOGGED TABLE {lookup} (key text COLLATE "C" NOT NULL, id bigint NOT NULL)
    WITH (autovacuum_enabled = off)

-- name: fill_lookup
-- Find the products of all staged keys by one pass over the catalogue.
INSERT INTO {lookup} (key, id)
SELECT attributes ->> {attribute}, id FROM products
WHERE attributes ->> {attribute} IN (SELECT {key} FROM {staged})

-- name: repeated_keys
-- The first key that several products have, how many have it, and how many more such keys there are.
SELECT key, count(*), count(*) OVER () - 1 FROM {lookup}
GROUP BY key HAVING count(*) > 1 ORDER BY key LIMIT 1

-- name: index_lookup
-- Make the lookup quick. A hash index has keys of any length; a B-tree has at most 2.7 KB of each.
CREATE INDEX ON {lookup} USING hash (key)
