-- name: colliding_skus
-- The first SKUs that were composed, and that a record with other texts has too: the lines of the
-- first and the last of its records, and how many such SKUs there are. Each partition by itself, so
-- that the memory doesn't grow with the file; none if no SKU was composed.
SET LOCAL enable_partitionwise_aggregate = on;
SELECT min(line), max(line), count(*) OVER ()
FROM {staged}
WHERE EXISTS (SELECT FROM {staged} WHERE sku_parts IS NOT NULL)
GROUP BY {key}
HAVING count(sku_parts) > 0
   AND (count(sku_parts) < count(*) OR min(sku_parts) <> max(sku_parts))
ORDER BY min(line)
LIMIT 5
