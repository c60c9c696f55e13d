-- Events of changes to the catalogue, written in the transaction of the change, until the queue
-- has them. The table is empty but for what is on its way.
CREATE TABLE events (
    event_id text PRIMARY KEY,  -- sorts by time
    body text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);
