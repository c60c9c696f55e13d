-- name: lease_holder
-- The job that has the lease, if one has.
SELECT job_id FROM catalogue_lease

-- name: take_lease
-- Become the one job that merges. A holder that has ended could not give the lease back, and one
-- that has merged nothing for half an hour, twice what a worker may take, is gone.
UPDATE catalogue_lease SET job_id = %(job_id)s, taken_at = clock_timestamp()
WHERE job_id IS NULL
   OR job_id IN (%(job_id)s, %(ended)s)
   OR greatest(taken_at, (SELECT max(merged_at) FROM import_merges AS m
                          WHERE m.job_id = catalogue_lease.job_id))
      < clock_timestamp() - interval '30 minutes'

-- name: hold_lease
-- Keep others from taking the lease until the transaction ends; no row where it is not the job's.
SELECT 1 FROM catalogue_lease WHERE job_id = %(job_id)s FOR SHARE

-- name: leave_lease
-- Let the next job merge.
UPDATE catalogue_lease SET job_id = NULL, taken_at = NULL WHERE job_id = %(job_id)s
