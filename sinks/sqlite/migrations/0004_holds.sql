-- Holds keep a vehicle's facts of a time from retention while they are under dispute.
-- A tombstone says nothing of time: retention notes when it first met one, and deletes
-- it as long after that as it keeps the facts.

CREATE TABLE holds (
  id         TEXT    PRIMARY KEY,
  vehicle_id TEXT    NOT NULL,
  from_us    INTEGER NOT NULL,
  to_us      INTEGER NOT NULL,
  reason     TEXT    NOT NULL,
  placed_us  INTEGER NOT NULL
) STRICT;

CREATE TABLE tombstones (
  kind     TEXT    NOT NULL, -- the table's name
  id       TEXT    NOT NULL,
  noted_us INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX trips_withdrawn ON trips (id) WHERE vehicle_id IS NULL;
CREATE INDEX events_withdrawn ON events (id) WHERE vehicle_id IS NULL;
CREATE INDEX months_withdrawn ON months (id) WHERE vehicle_id IS NULL;
