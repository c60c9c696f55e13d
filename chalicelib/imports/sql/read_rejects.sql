-- name: read_rejects
-- A page of a job's rejects, in the order of the file.
SELECT line, code, field, message, record, truncated, group_line, group_record
FROM import_rejects
WHERE job_id = %(job_id)s AND line > %(after)s
ORDER BY line
LIMIT %(limit)s

-- name: read_skips
-- A page of a job's skips, in the order of the file.
SELECT line, reason, sku FROM import_skips
WHERE job_id = %(job_id)s AND line > %(after)s
ORDER BY line
LIMIT %(limit)s
