-- What a trip tells its driver about energy, as lists show it; charging sessions; and
-- insurance factors. As with the other facts, the columns that queries use stand beside the
-- whole fact as JSON, and a tombstone has no vehicle. Trips of before have no coaching.

ALTER TABLE trips ADD COLUMN l_per_100km REAL;
ALTER TABLE trips ADD COLUMN kwh_per_100km REAL;
ALTER TABLE trips ADD COLUMN advice TEXT; -- the cause of its tip

CREATE TABLE charges (
  id             TEXT    PRIMARY KEY,
  method_version INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  state          TEXT    NOT NULL,
  vehicle_id     TEXT,
  at             INTEGER, -- µs
  account_id     TEXT,
  ended_at       INTEGER, -- µs
  energy_kwh     REAL,
  body           TEXT
) STRICT;

CREATE INDEX charges_by_vehicle ON charges (vehicle_id, at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX charges_by_time ON charges (at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX charges_by_account ON charges (account_id, vehicle_id) WHERE vehicle_id IS NOT NULL AND account_id <> '';
CREATE INDEX charges_withdrawn ON charges (id) WHERE vehicle_id IS NULL;

-- A factor is of the local days from_date <= day < to_date; ends_at is that last midnight
-- taken as UTC, as at is the first.
CREATE TABLE factors (
  id             TEXT    PRIMARY KEY,
  method_version INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  state          TEXT    NOT NULL,
  vehicle_id     TEXT,
  at             INTEGER, -- µs
  product        TEXT,
  policy_id      TEXT,
  stage          TEXT,
  from_date      TEXT,    -- YYYY-MM-DD
  to_date        TEXT,    -- YYYY-MM-DD
  ends_at        INTEGER, -- µs
  factor         REAL,
  body           TEXT
) STRICT;

CREATE INDEX factors_by_vehicle ON factors (vehicle_id, at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX factors_by_time ON factors (at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX factors_by_policy ON factors (policy_id, at, id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX factors_withdrawn ON factors (id) WHERE vehicle_id IS NULL;
