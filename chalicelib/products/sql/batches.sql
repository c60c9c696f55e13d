-- name: keep_request
-- Store the request of a batch job.
INSERT INTO batch_jobs (job_id, request) VALUES (%(job_id)s, %(request)s)

-- name: read_request
-- The request of a batch job.
SELECT request FROM batch_jobs WHERE job_id = %(job_id)s

-- name: lock_batch_job
-- Keep others from planning or ending a batch job until the transaction ends. Does it have a plan?
SELECT planned_at IS NOT NULL FROM batch_jobs WHERE job_id = %(job_id)s FOR UPDATE

-- name: plan_batches
-- Plan the products of a batch job, in batches of adjacent ids with one label.
WITH placed AS (
    SELECT id, label,
           (row_number() OVER (PARTITION BY label ORDER BY id) - 1) / {batch_products} AS place
    FROM ({found}) AS found
)
INSERT INTO batches (job_id, batch, label, ids, products)
SELECT {job_id}, row_number() OVER (ORDER BY label, place) - 1, label, array_agg(id ORDER BY id),
       count(*)
FROM placed GROUP BY label, place

-- name: note_planned
-- Record that the products are planned.
UPDATE batch_jobs SET planned_at = clock_timestamp() WHERE job_id = %(job_id)s

-- name: missing_batches
-- The batches that are not done.
SELECT batch FROM batches WHERE job_id = %(job_id)s AND counts IS NULL

-- name: sum_batches
-- The totals of a batch job: batches, products planned and done, and products by outcome.
SELECT count(*), coalesce(sum(products), 0)::bigint,
       coalesce(sum(products) FILTER (WHERE counts IS NOT NULL), 0)::bigint,
       (SELECT coalesce(jsonb_object_agg(outcome, number), '{}')
        FROM (SELECT outcome, sum(one::bigint) AS number
              FROM batches CROSS JOIN LATERAL jsonb_each_text(counts) AS each (outcome, one)
              WHERE job_id = %(job_id)s GROUP BY outcome) AS summed)
FROM batches WHERE job_id = %(job_id)s

-- name: claim_batch
-- Lock a batch and return its label; no row if it is already done.
SELECT label FROM batches
WHERE job_id = %(job_id)s AND batch = %(batch)s AND counts IS NULL FOR UPDATE

-- name: record_batch
-- Record what came of the products of a batch, and remove their ids.
UPDATE batches SET counts = %(counts)s, ids = NULL
WHERE job_id = %(job_id)s AND batch = %(batch)s

-- name: find_settled
-- Is it recorded what was left once every batch was done?
SELECT FROM batches WHERE job_id = %(job_id)s AND products = 0

-- name: record_settled
-- Record what came of what was left once every batch was done: a row without products of its own.
INSERT INTO batches (job_id, batch, products, counts)
SELECT %(job_id)s, max(batch) + 1, 0, %(counts)s FROM batches WHERE job_id = %(job_id)s

-- name: forget_request
-- Delete the request of a batch job, which may be long.
UPDATE batch_jobs SET request = NULL WHERE job_id = %(job_id)s

-- name: forget_missing_batches
-- Delete the batches that were not done and never will be.
DELETE FROM batches WHERE job_id = %(job_id)s AND counts IS NULL

-- name: list_removable
-- Batch jobs that are not new and have a request, and all that are older than kept jobs.
SELECT job_id FROM batch_jobs
WHERE (request IS NOT NULL AND job_id < %(young)s) OR job_id < %(expired)s
ORDER BY job_id

-- name: forget_batches
-- Delete the plan and the ledger of a batch job.
DELETE FROM batches WHERE job_id = %(job_id)s

-- name: forget_batch_job
-- Delete a batch job.
DELETE FROM batch_jobs WHERE job_id = %(job_id)s

-- name: forget_conflicts
-- Delete the conflicts of a batch job.
DELETE FROM batch_conflicts WHERE job_id = %(job_id)s

-- name: lock_products
-- Wait for edits of these products, so that the next statement sees what they wrote.
SELECT 1 FROM products WHERE id = ANY ({ids}) ORDER BY id FOR UPDATE
