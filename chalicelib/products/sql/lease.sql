-- name: lease_holder
-- The job that has the lease, if one has, and when it last said so; is that twice as long ago as a
-- worker may take, so that it is gone?
SELECT job_id, held_at, coalesce(held_at < clock_timestamp() - interval '30 minutes', false)
FROM catalogue_lease

-- name: take_lease
-- Become the one job that changes many products, also after a job that is over and has not taken it
-- anew since that was found. FOR UPDATE waits for those who hold the lease at this moment.
WITH free AS (
    SELECT id FROM catalogue_lease
    WHERE job_id IS NULL
       OR job_id = %(job_id)s
       OR (job_id = %(over)s AND held_at = %(over_at)s)
    FOR UPDATE
)
UPDATE catalogue_lease SET job_id = %(job_id)s, held_at = clock_timestamp()
FROM free WHERE catalogue_lease.id = free.id

-- name: free_lease
-- Take the lease from a job that is over and has not taken it anew since that was found, unless one
-- of its workers is in the midst of something.
WITH free AS (
    SELECT id FROM catalogue_lease
    WHERE job_id = %(over)s AND held_at = %(over_at)s FOR UPDATE SKIP LOCKED
)
UPDATE catalogue_lease SET job_id = NULL, held_at = NULL
FROM free WHERE catalogue_lease.id = free.id

-- name: hold_lease
-- Keep others from taking the lease until the transaction ends; no row where it is not the job's.
-- Workers of the job hold it together, and may note beside each other that they do.
SELECT 1 FROM catalogue_lease WHERE job_id = %(job_id)s FOR KEY SHARE

-- name: note_held
-- Note that the job is at work, once a minute: a note of each worker would make the others wait.
UPDATE catalogue_lease SET held_at = clock_timestamp()
WHERE job_id = %(job_id)s AND held_at < clock_timestamp() - interval '1 minute'

-- name: leave_lease
-- Let the next job have the catalogue, once nobody holds the lease any more.
WITH ours AS (SELECT id FROM catalogue_lease WHERE job_id = %(job_id)s FOR UPDATE)
UPDATE catalogue_lease SET job_id = NULL, held_at = NULL
FROM ours WHERE catalogue_lease.id = ours.id
