-- name: jobs_with_rejects
-- The jobs below a job id that have rejects, each found by one step in the index.
WITH RECURSIVE found AS (
    SELECT min(job_id) AS job_id FROM import_rejects
    UNION ALL
    SELECT (SELECT min(job_id) FROM import_rejects WHERE import_rejects.job_id > found.job_id)
    FROM found WHERE found.job_id < %(expired)s
)
SELECT job_id FROM found WHERE job_id < %(expired)s

-- name: jobs_with_skips
-- The same of the jobs that have skips.
WITH RECURSIVE found AS (
    SELECT min(job_id) AS job_id FROM import_skips
    UNION ALL
    SELECT (SELECT min(job_id) FROM import_skips WHERE import_skips.job_id > found.job_id)
    FROM found WHERE found.job_id < %(expired)s
)
SELECT job_id FROM found WHERE job_id < %(expired)s

-- name: jobs_with_merges
-- The same of those in the ledger of merged key ranges, of which each has a few rows.
SELECT DISTINCT job_id FROM import_merges WHERE job_id < %(expired)s ORDER BY job_id

-- name: purge_rejects
-- Delete some of a job's rejects.
DELETE FROM import_rejects WHERE job_id = %(job_id)s AND line IN (
    SELECT line FROM import_rejects WHERE job_id = %(job_id)s ORDER BY line LIMIT %(limit)s
)

-- name: purge_skips
-- Delete some of a job's skips.
DELETE FROM import_skips WHERE job_id = %(job_id)s AND line IN (
    SELECT line FROM import_skips WHERE job_id = %(job_id)s ORDER BY line LIMIT %(limit)s
)

-- name: purge_merges
-- Delete a job's merged key ranges from the ledger.
DELETE FROM import_merges WHERE job_id = %(job_id)s

-- name: mark_profiles
-- Note since when no product names an import that used a profile. Where documents are behind, the
-- products themselves say it.
UPDATE import_profiles AS kept
SET unnamed_since = CASE WHEN found.is_named THEN NULL ELSE %(now)s END
FROM (
    SELECT used.job_id,
           EXISTS (SELECT FROM documents WHERE documents.job_id = used.job_id)
           OR used.job_id IN (
               SELECT source_job_id
               FROM (SELECT DISTINCT block FROM document_backlog) AS behind
               JOIN products ON id >= block * 4096 AND id < (block + 1) * 4096
               WHERE source_job_id IS NOT NULL
           ) AS is_named
    FROM import_profiles AS used
    WHERE used.job_id < %(expired)s
) AS found
WHERE kept.job_id = found.job_id AND found.is_named = (kept.unnamed_since IS NOT NULL)

-- name: jobs_with_unnamed_profiles
-- The jobs below a job id that no product has named since before a time.
SELECT job_id FROM import_profiles
WHERE job_id < %(expired)s AND unnamed_since < %(unnamed_before)s
ORDER BY job_id

-- name: purge_profile
-- Delete the profile of an import.
DELETE FROM import_profiles WHERE job_id = %(job_id)s

-- name: jobs_with_staging
-- The jobs below a job id that have a staging table.
SELECT relname FROM pg_class
WHERE relnamespace = 'staging'::regnamespace AND relkind = 'p' AND relname < %(expired)s
ORDER BY relname
