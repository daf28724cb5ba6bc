-- Lists and pages go by the time that an identity is made of, as in every other store:
-- at never changes between versions of a fact, while started_at may. Of a fact's
-- versions the row is that with the highest (method_version, revision).

ALTER TABLE trips ADD COLUMN at INTEGER; -- µs
ALTER TABLE trips ADD COLUMN method_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE trips ADD COLUMN account_id TEXT;
ALTER TABLE events ADD COLUMN at INTEGER; -- µs
ALTER TABLE events ADD COLUMN method_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN lat REAL; -- degrees
ALTER TABLE events ADD COLUMN lon REAL; -- degrees
ALTER TABLE months ADD COLUMN at INTEGER; -- µs
ALTER TABLE months ADD COLUMN method_version INTEGER NOT NULL DEFAULT 1;

-- The identities of before were made of the start. A month's was the start of the month.
UPDATE trips SET at = started_at, account_id = coalesce(json_extract(body, '$.account_id'), '') WHERE vehicle_id IS NOT NULL;
UPDATE events SET at = started_at, lat = json_extract(body, '$.lat'), lon = json_extract(body, '$.lon')
  WHERE vehicle_id IS NOT NULL;
UPDATE months SET at = unixepoch(json_extract(body, '$.at')) * 1000000 WHERE vehicle_id IS NOT NULL;

DROP INDEX trips_by_vehicle;
DROP INDEX trips_by_start;
DROP INDEX events_by_trip;
CREATE INDEX trips_by_vehicle ON trips (vehicle_id, at, id, distance_m, state) WHERE vehicle_id IS NOT NULL;
CREATE INDEX trips_by_time ON trips (at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX trips_by_account ON trips (account_id, vehicle_id) WHERE vehicle_id IS NOT NULL AND account_id <> '';
CREATE INDEX events_by_vehicle ON events (vehicle_id, at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX events_by_trip ON events (trip_id, at, id) WHERE trip_id IS NOT NULL;
CREATE INDEX events_by_time ON events (at, id, lat, lon) WHERE vehicle_id IS NOT NULL;
