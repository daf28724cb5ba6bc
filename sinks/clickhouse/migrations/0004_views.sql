-- What analysts read: of each fact the row that counts, the one of the highest method
-- version and revision, unless it is withdrawn. Identities are text, and a number that
-- was not reported is NULL. No place stands in them and nothing of the account: who may
-- read these views learns scores and amounts, and when, but not where. A condition on
-- vehicle_id or at reaches the tables' keys.
--
-- Times are DateTime64, and in plain tables DateTime, whole seconds.

CREATE VIEW IF NOT EXISTS trips_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  vehicle_id,
  driver_id,
  {{instant "at"}} AS at,
  method_version,
  revision,
  toString(state) AS state,
  {{instant "started_at"}} AS started_at,
  {{instant "ended_at"}} AS ended_at,
  zone,
  local_date,
  toStartOfMonth(local_date) AS month,
  distance_m,
  toString(distance_source) AS distance_source,
  duration_s,
  driving_s,
  idle_s,
  max_speed_kmh,
  avg_speed_kmh,
  night_s,
  if(isNaN(fuel_l), NULL, fuel_l) AS fuel_l,
  if(isNaN(energy_kwh), NULL, energy_kwh) AS energy_kwh,
  if(isNaN(regenerated_kwh), NULL, regenerated_kwh) AS regenerated_kwh,
  if(isNaN(ev_distance_m), NULL, ev_distance_m) AS ev_distance_m,
  if(isNaN(ev_s), NULL, ev_s) AS ev_s,
  if(isNaN(score), NULL, score) AS score,
  if(isNaN(acceleration), NULL, acceleration) AS acceleration,
  if(isNaN(braking), NULL, braking) AS braking,
  if(isNaN(constant_speed), NULL, constant_speed) AS constant_speed,
  low_confidence,
  harsh_braking,
  harsh_acceleration,
  harsh_cornering,
  partial,
  polyline != '' AS routed
FROM (
  SELECT
    id, vehicle_id, driver_id, at, method_version, revision, state, started_at, ended_at, zone, local_date,
    distance_m, distance_source, duration_s, driving_s, idle_s, max_speed_kmh, avg_speed_kmh, night_s, fuel_l,
    energy_kwh, regenerated_kwh, ev_distance_m, ev_s, score, acceleration, braking, constant_speed, low_confidence,
    harsh_braking, harsh_acceleration, harsh_cornering, partial, polyline
  FROM {{table "trips"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

CREATE VIEW IF NOT EXISTS events_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  vehicle_id,
  lower(hex(trip_id)) AS trip_id,
  {{instant "at"}} AS at,
  method_version,
  revision,
  toString(state) AS state,
  toString(kind) AS kind,
  level,
  {{instant "started_at"}} AS started_at,
  duration_s,
  peak_ms2,
  estimator,
  rate_hz,
  if(isNaN(speed_kmh), NULL, speed_kmh) AS speed_kmh,
  method
FROM (
  SELECT
    id, vehicle_id, trip_id, at, method_version, revision, state, kind, level, started_at, duration_s, peak_ms2,
    estimator, rate_hz, speed_kmh, method
  FROM {{table "events"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

CREATE VIEW IF NOT EXISTS months_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  vehicle_id,
  driver_id,
  {{instant "at"}} AS at,
  method_version,
  revision,
  toString(state) AS state,
  toDate(concat(month, '-01')) AS month,
  trips,
  withheld_trips,
  distance_m,
  duration_s,
  if(isNaN(score), NULL, score) AS score,
  if(isNaN(acceleration), NULL, acceleration) AS acceleration,
  if(isNaN(braking), NULL, braking) AS braking,
  method
FROM (
  SELECT
    id, vehicle_id, driver_id, at, method_version, revision, state, month, trips, withheld_trips, distance_m,
    duration_s, score, acceleration, braking, method
  FROM {{table "months"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';
