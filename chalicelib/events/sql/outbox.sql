-- name: insert_event
-- Writes an event in the transaction of the change that it tells.
INSERT INTO events (event_id, body) VALUES (%(event_id)s, %(body)s);

-- name: take_events
-- Takes the oldest events that no other drain is taking; a rollback puts them back.
DELETE FROM events
 WHERE event_id IN (
    SELECT event_id FROM events ORDER BY event_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING body;
