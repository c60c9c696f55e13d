-- name: note_repairs
-- Note the rejects of the parent whose records a merged key range has: each once, whichever import
-- was first, unless that is reverted. In the order of lines, so that two key ranges that have the same line don't deadlock.
INSERT INTO import_repairs (parent_job_id, line, job_id)
SELECT reject.job_id, reject.line, {job_id}
FROM (
    SELECT DISTINCT parent_line FROM {partition} AS staged
    WHERE NOT EXISTS (
        SELECT FROM import_skips AS skip
        WHERE skip.job_id = {job_id} AND skip.line = staged.line
    )
) AS taken
JOIN import_rejects AS reject ON reject.job_id = {parent} AND reject.line = taken.parent_line
ORDER BY reject.line
ON CONFLICT (parent_job_id, line)
DO UPDATE SET job_id = excluded.job_id, is_reverted = false WHERE import_repairs.is_reverted

-- name: lock_repairs
-- Keep others from counting the repaired rejects of a job until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(%(parent)s, 1))

-- name: mark_repairs
-- Note whether the import that repaired rejects is reverted.
UPDATE import_repairs SET is_reverted = %(is_reverted)s
WHERE parent_job_id = %(parent)s AND job_id = %(job_id)s

-- name: count_repairs
-- How many rejects of a job are repaired, and how many of them by one import.
SELECT count(*), count(*) FILTER (WHERE job_id = %(job_id)s)
FROM import_repairs WHERE parent_job_id = %(parent)s AND NOT is_reverted
