-- Trips, events and months: the columns that queries use, and the whole fact as
-- JSON in body. Times are integers, microseconds since the Unix epoch, UTC;
-- local dates and months are text. A withdrawn fact keeps id, revision and state
-- alone: every other column is NULL, which also keeps it out of every query by
-- vehicle, time or trip.

CREATE TABLE trips (
  id                 TEXT    PRIMARY KEY,
  revision           INTEGER NOT NULL,
  state              TEXT    NOT NULL,
  vehicle_id         TEXT,
  driver_id          TEXT,
  started_at         INTEGER, -- µs
  ended_at           INTEGER, -- µs
  zone               TEXT,
  local_date         TEXT,    -- YYYY-MM-DD
  distance_m         REAL,
  duration_s         REAL,
  ev_distance_m      REAL,
  score              REAL,    -- performance, 0 to 100
  low_confidence     INTEGER, -- 0 or 1
  partial            INTEGER, -- 0 or 1
  harsh_braking      INTEGER,
  harsh_acceleration INTEGER,
  harsh_cornering    INTEGER,
  body               TEXT
) STRICT;

CREATE INDEX trips_by_vehicle ON trips (vehicle_id, started_at, id, distance_m) WHERE vehicle_id IS NOT NULL;
CREATE INDEX trips_by_start ON trips (started_at, id) WHERE vehicle_id IS NOT NULL;

CREATE TABLE events (
  id         TEXT    PRIMARY KEY,
  revision   INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  vehicle_id TEXT,
  trip_id    TEXT,
  kind       TEXT,
  level      INTEGER, -- 1 to 3
  started_at INTEGER, -- µs
  body       TEXT
) STRICT;

CREATE INDEX events_by_trip ON events (trip_id, started_at, id) WHERE trip_id IS NOT NULL;

CREATE TABLE months (
  id         TEXT    PRIMARY KEY,
  revision   INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  vehicle_id TEXT,
  month      TEXT,    -- YYYY-MM
  driver_id  TEXT,
  trips      INTEGER,
  distance_m REAL,
  score      REAL,    -- 0 to 100
  body       TEXT
) STRICT;

CREATE INDEX months_by_vehicle ON months (vehicle_id, month, driver_id) WHERE vehicle_id IS NOT NULL;
