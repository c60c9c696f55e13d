-- name: claim_range
-- Enter a range into the ledger before it is staged; no row where it is there already.
INSERT INTO import_ranges (job_id, range) VALUES (%(job_id)s, %(range)s)
ON CONFLICT DO NOTHING

-- name: record_range
-- Note what became of a claimed range.
UPDATE import_ranges
SET size_bytes = %(size_bytes)s, records = %(records)s, rejected = %(rejected)s,
    skipped = %(skipped)s, blank = %(blank)s, notes = %(notes)s
WHERE job_id = %(job_id)s AND range = %(range)s

-- name: forget_rejects
-- Forget the rejects of a range as a run before staged it, whose ledger was emptied since.
DELETE FROM import_rejects
WHERE job_id = %(job_id)s AND line >= %(first_line)s
  AND (%(next_line)s IS NULL OR line < %(next_line)s)

-- name: keep_rejects
-- Keep the rejects of a range.
INSERT INTO import_rejects (job_id, line, code, field, message, record, truncated, group_line,
                            group_record) VALUES %s

-- name: forget_skips
-- Forget the skips of a range as a run before staged it, whose ledger was emptied since; not those
-- of key ranges that were merged since.
DELETE FROM import_skips
WHERE job_id = %(job_id)s AND line >= %(first_line)s
  AND (%(next_line)s IS NULL OR line < %(next_line)s)
  AND reason <> ALL (%(of_merge)s)

-- name: keep_skips
-- Keep the skips of a range.
INSERT INTO import_skips (job_id, line, reason, sku) VALUES %s

-- name: staged_ranges
-- The ranges of a job that are in the ledger.
SELECT range FROM import_ranges WHERE job_id = %(job_id)s

-- name: staged_totals
-- What the staged ranges of a job come to.
SELECT count(*), coalesce(sum(size_bytes), 0)::bigint, coalesce(sum(records), 0)::bigint,
       coalesce(sum(rejected), 0)::bigint, coalesce(sum(blank), 0)::bigint
FROM import_ranges WHERE job_id = %(job_id)s

-- name: staged_notes
-- What the values of the staged ranges showed.
SELECT notes FROM import_ranges WHERE job_id = %(job_id)s AND notes <> '[]'

-- name: claim_key_range
-- Enter a key range into the ledger before it is merged; no row where it is there already.
INSERT INTO import_merges (job_id, key_range) VALUES (%(job_id)s, %(key_range)s)
ON CONFLICT DO NOTHING

-- name: record_key_range
-- Note what a claimed key range came to.
UPDATE import_merges
SET created = %(created)s, updated = %(updated)s, unchanged = %(unchanged)s,
    duplicate = %(duplicate)s, missing = %(missing)s, changes_key = %(changes_key)s,
    changes_bytes = %(changes_bytes)s, merged_at = clock_timestamp()
WHERE job_id = %(job_id)s AND key_range = %(key_range)s

-- name: pieces_of_changes
-- The objects with the changes of a job's key ranges, of those that changed any product, and how many
-- products they have.
SELECT changes_key, changes_bytes, created + updated + missing
FROM import_merges
WHERE job_id = %(job_id)s AND created + updated + missing > 0
ORDER BY key_range

-- name: merged_key_ranges
-- The key ranges of a job that are in the ledger.
SELECT key_range FROM import_merges WHERE job_id = %(job_id)s

-- name: count_outcomes
-- The number of records of a job by outcome: created, updated, unchanged, duplicate, skipped,
-- rejected; and of products that were missing.
SELECT coalesce(sum(created), 0)::bigint, coalesce(sum(updated), 0)::bigint,
       coalesce(sum(unchanged), 0)::bigint, coalesce(sum(duplicate), 0)::bigint,
       (SELECT count(*) FROM import_skips WHERE job_id = %(job_id)s),
       (SELECT count(*) FROM import_rejects WHERE job_id = %(job_id)s),
       coalesce(sum(missing), 0)::bigint
FROM import_merges WHERE job_id = %(job_id)s

-- name: last_skip
-- The line of the last skip of the next page, after a line; null after the last page.
SELECT max(line) FROM (
    SELECT line FROM import_skips
    WHERE job_id = %(job_id)s AND line > %(after)s
    ORDER BY line LIMIT %(limit)s
) AS page

-- name: copy_skips
-- Write a page of skips as CSV, in the order of the file. An apostrophe keeps spreadsheets from
-- running a sku as a formula.
COPY (
    SELECT line, reason,
           CASE WHEN left(sku, 1) IN ({formula_starts}) THEN $$'$$ || sku ELSE sku END,
           CASE reason {messages} ELSE {otherwise} END
    FROM import_skips
    WHERE job_id = {job_id} AND line > {after} AND line <= {last}
    ORDER BY line
) TO STDOUT (FORMAT csv)

-- name: rejects_by_line
-- Every reject of a job, in the order of the file.
SELECT line, code, field, message, record, truncated, group_line, group_record
FROM import_rejects
WHERE job_id = %(job_id)s ORDER BY line
