-- Collisions and what people add to them. As with the other facts, the columns that
-- queries use stand beside the whole fact as JSON; a photo's bytes stand apart from the
-- addition's body, so that a list does not read them. A tombstone has no vehicle. What was
-- added to a collision that is withdrawn is deleted with it.

CREATE TABLE collisions (
  id             TEXT    PRIMARY KEY,
  method_version INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  state          TEXT    NOT NULL,
  vehicle_id     TEXT,
  at             INTEGER, -- µs, time zero
  account_id     TEXT,
  confidence     TEXT,
  severity       TEXT,
  body           TEXT
) STRICT;

CREATE INDEX collisions_by_vehicle ON collisions (vehicle_id, at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX collisions_by_time ON collisions (at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX collisions_by_account ON collisions (account_id, vehicle_id) WHERE vehicle_id IS NOT NULL AND account_id <> '';
CREATE INDEX collisions_withdrawn ON collisions (id) WHERE vehicle_id IS NULL;

CREATE TABLE additions (
  id             TEXT    PRIMARY KEY,
  method_version INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  state          TEXT    NOT NULL,
  vehicle_id     TEXT,
  at             INTEGER, -- µs
  collision_id   TEXT,
  kind           TEXT,
  body           TEXT,    -- without content
  content        BLOB     -- of a photo
) STRICT;

CREATE INDEX additions_by_collision ON additions (collision_id, at, id) WHERE collision_id IS NOT NULL;
CREATE INDEX additions_by_vehicle ON additions (vehicle_id, at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX additions_by_time ON additions (at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX additions_withdrawn ON additions (id) WHERE vehicle_id IS NULL;
