-- name: insert_event
-- Writes an event in the transaction of its change.
INSERT INTO events (event_id, body) VALUES (%(event_id)s, %(body)s);

-- name: has_forerunner
-- Whether an earlier event of these types waits that was written so recently that a drain must be
-- about to take it.
SELECT EXISTS (
    SELECT FROM events
    WHERE event_id < %(event_id)s AND written_at > clock_timestamp() - interval '2 seconds'
      AND body::json ->> 'type' = ANY(%(types)s)
)

-- name: take_events
-- Takes the oldest events that no other drain is taking; a rollback restores them.
DELETE FROM events
 WHERE event_id IN (
    SELECT event_id FROM events ORDER BY event_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING body;
