-- name: prepare_merge
-- Give the merge memory to sort in, and don't compile its statement.
SET LOCAL work_mem = '64MB'; SET LOCAL jit = off

-- name: join_by_merging
-- Both sides are in the order of sku_key. A merge join needs neither a hash nor statistics, which a
-- table that was just filled doesn't have.
SET LOCAL enable_hashjoin = off; SET LOCAL enable_nestloop = off

-- name: merge_key_range
-- Bring the last record of each sku in a partition into the catalogue; count what came of it, and
-- note the blocks of ids whose documents are old now.
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (sku_key) sku_key, line, {staged}
    FROM (SELECT sku_key_of(sku) COLLATE "C" AS sku_key, * FROM {partition}) AS staged
    ORDER BY sku_key, line DESC
), merged AS (
    MERGE INTO products AS product
    USING latest
    ON product.sku_key = latest.sku_key AND {within}
    WHEN MATCHED AND ({changed}) IS DISTINCT FROM ({new}) THEN
        UPDATE SET {assignments}, source_job_id = {job_id}, source_line = latest.line,
                   updated_at = clock_timestamp(), version = product.version + 1
    WHEN NOT MATCHED THEN
        INSERT ({columns}, source_job_id, source_line, updated_at)
        VALUES ({inserted}, {job_id}, latest.line, clock_timestamp())
    RETURNING merge_action() AS action, product.id
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM merged
)
SELECT (SELECT count(*) FROM {partition}),
       (SELECT count(*) FROM latest),
       count(*) FILTER (WHERE action = 'INSERT'),
       count(*) FILTER (WHERE action = 'UPDATE')
FROM merged
