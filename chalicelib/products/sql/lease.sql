-- name: lease_holder
-- The job that has the lease, if there is one; when it was last active; and whether it is gone,
-- because that was longer ago than twice the longest time of a worker.
SELECT job_id, held_at, coalesce(held_at < clock_timestamp() - interval '30 minutes', false)
FROM catalogue_lease

-- name: take_lease
-- Take the lease if it is free, the job's own, or that of a job found to have ended, which has not
-- taken it again since. FOR UPDATE waits for the transactions that hold the lease.
WITH free AS (
    SELECT id FROM catalogue_lease
    WHERE job_id IS NULL
       OR job_id = %(job_id)s
       OR (job_id = %(ended)s AND held_at = %(ended_at)s)
    FOR UPDATE
)
UPDATE catalogue_lease SET job_id = %(job_id)s, held_at = clock_timestamp()
FROM free WHERE catalogue_lease.id = free.id

-- name: free_lease
-- Release the lease of a job found to have ended, unless it has taken it again since or one of its
-- workers is in a transaction.
WITH free AS (
    SELECT id FROM catalogue_lease
    WHERE job_id = %(ended)s AND held_at = %(ended_at)s FOR UPDATE SKIP LOCKED
)
UPDATE catalogue_lease SET job_id = NULL, held_at = NULL
FROM free WHERE catalogue_lease.id = free.id

-- name: hold_lease
-- Keep others from taking the lease until the transaction ends; no row if it isn't the job's. The
-- job's workers hold it together, and can record their activity at the same time.
SELECT 1 FROM catalogue_lease WHERE job_id = %(job_id)s FOR KEY SHARE

-- name: record_activity
-- Record that the job is active, once a minute: a write by each worker would make the others wait.
UPDATE catalogue_lease SET held_at = clock_timestamp()
WHERE job_id = %(job_id)s AND held_at < clock_timestamp() - interval '1 minute'

-- name: release_lease
-- Release the lease, once no transaction holds it.
WITH ours AS (SELECT id FROM catalogue_lease WHERE job_id = %(job_id)s FOR UPDATE)
UPDATE catalogue_lease SET job_id = NULL, held_at = NULL
FROM ours WHERE catalogue_lease.id = ours.id
