-- name: prepare_merge
-- Give the merge memory to sort in, and don't compile its statement.
SET LOCAL work_mem = '64MB'; SET LOCAL jit = off

-- name: join_by_merging
-- Both sides are in the order of the key. A merge join needs neither a hash nor statistics, which a
-- table that was just filled doesn't have.
SET LOCAL enable_hashjoin = off; SET LOCAL enable_nestloop = off

-- name: upsert_key_range
-- Bring the last record of each key in a partition into the catalogue; count what came of it, and
-- note the blocks of ids whose documents are old now.
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, line {staged}
    FROM (SELECT {key} AS key, * FROM {partition}) AS staged
    ORDER BY key, line DESC
), merged AS (
    MERGE INTO products AS product
    USING {source} AS latest
    ON {matches}
    WHEN MATCHED AND {changes} THEN
        UPDATE SET {assignments} source_job_id = {job_id}, source_line = latest.line,
                   updated_at = clock_timestamp(), version = product.version + 1
    WHEN NOT MATCHED THEN
        INSERT ({columns}, source_job_id, source_line, updated_at)
        VALUES ({inserted}, {job_id}, latest.line, clock_timestamp())
    RETURNING merge_action() AS action, product.id{replaced}{change_line}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM merged
), updated AS (
    SELECT * FROM merged WHERE action = 'UPDATE'
), created AS (
    SELECT id FROM merged WHERE action = 'INSERT'
){journal}{kept_lines}
SELECT (SELECT count(*) FROM {partition}),
       (SELECT count(*) FROM latest),
       count(*) FILTER (WHERE action = 'INSERT'),
       count(*) FILTER (WHERE action = 'UPDATE'),
       0,
       0
FROM merged

-- name: update_key_range
-- The same for products that exist and can have what the record adds; skip the other records. The
-- rest of the records, which updated none, is looked up once more. A record that differs from its
-- product there, but neither updated it nor is skipped, met an edit at the same moment.
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, line {staged}
    FROM (SELECT {key} AS key, * FROM {partition}) AS staged
    ORDER BY key, line DESC
), merged AS (
    MERGE INTO products AS product
    USING {source} AS latest
    ON {matches}
    WHEN MATCHED AND {changes} AND ({problem}) IS NULL THEN
        UPDATE SET {assignments} source_job_id = {job_id}, source_line = latest.line,
                   updated_at = clock_timestamp(), version = product.version + 1
    RETURNING product.id, latest.line{replaced}{change_line}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM merged
), others AS (
    SELECT * FROM latest
    WHERE (SELECT count(*) FROM merged) < (SELECT count(*) FROM latest)
      AND line NOT IN (SELECT line FROM merged)
), rest AS (
    SELECT latest.line, {sku} AS sku, {changes} AS differs,
           CASE WHEN product.id IS NULL THEN 'not_in_catalogue' ELSE {problem} END AS reason
    FROM {other_source} AS latest LEFT JOIN products AS product ON {matches}
), skipped AS (
    INSERT INTO import_skips (job_id, line, reason, sku)
    SELECT {job_id}, line, reason, sku FROM rest WHERE reason IS NOT NULL
){journal}{kept_lines}
SELECT (SELECT count(*) FROM {partition}),
       (SELECT count(*) FROM latest),
       0,
       (SELECT count(*) FROM merged),
       count(reason),
       count(*) FILTER (WHERE differs AND reason IS NULL)
FROM rest

-- name: create_key_range
-- The same for products that don't exist; skip the others.
WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, line {staged}
    FROM (SELECT {key} AS key, * FROM {partition}) AS staged
    ORDER BY key, line DESC
), created AS (
    INSERT INTO products ({columns}, source_job_id, source_line, updated_at)
    SELECT {inserted}, {job_id}, latest.line, clock_timestamp()
    FROM {source} AS latest LEFT JOIN products AS product ON {matches}
    WHERE product.id IS NULL
    ON CONFLICT (sku_key) DO NOTHING
    RETURNING id, source_line AS line{created_line}
), noted AS (
    INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM created
), skipped AS (
    INSERT INTO import_skips (job_id, line, reason, sku)
    SELECT {job_id}, line, 'already_exists', {sku} FROM latest
    WHERE (SELECT count(*) FROM created) < (SELECT count(*) FROM latest)
      AND line NOT IN (SELECT line FROM created)
    RETURNING line
){journal}{kept_lines}
SELECT (SELECT count(*) FROM {partition}),
       (SELECT count(*) FROM latest),
       (SELECT count(*) FROM created),
       0,
       (SELECT count(*) FROM skipped),
       0
