-- The views of trips and events anew, with what their roads tell, by the rules of 0004.
-- Countries do not stand in them: they say where.

DROP TABLE IF EXISTS trips_current{{cluster}};
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
  speeding,
  partial,
  polyline != '' AS routed,
  if(isNaN(highway_m), NULL, highway_m) AS highway_m,
  if(isNaN(overspeed_m), NULL, overspeed_m) AS overspeed_m,
  if(isNaN(overspeed_s), NULL, overspeed_s) AS overspeed_s,
  if(isNaN(limit_known_m), NULL, limit_known_m) AS limit_known_m,
  if(isNaN(limit_known_s), NULL, limit_known_s) AS limit_known_s,
  if(isNaN(over_0_m), NULL, over_0_m) AS over_0_m,
  if(isNaN(over_10_m), NULL, over_10_m) AS over_10_m,
  if(isNaN(over_20_m), NULL, over_20_m) AS over_20_m,
  limit_by_source
FROM (
  SELECT
    id, vehicle_id, driver_id, at, method_version, revision, state, started_at, ended_at, zone, local_date,
    distance_m, distance_source, duration_s, driving_s, idle_s, max_speed_kmh, avg_speed_kmh, night_s, fuel_l,
    energy_kwh, regenerated_kwh, ev_distance_m, ev_s, score, acceleration, braking, constant_speed, low_confidence,
    harsh_braking, harsh_acceleration, harsh_cornering, partial, polyline, highway_m,
    overspeed_m, overspeed_s, limit_known_m, limit_known_s, over_0_m, over_10_m, over_20_m, limit_by_source, speeding
  FROM {{table "trips"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

DROP TABLE IF EXISTS events_current{{cluster}};
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
  if(isNaN(peak_ms2), NULL, peak_ms2) AS peak_ms2,
  estimator,
  rate_hz,
  if(isNaN(speed_kmh), NULL, speed_kmh) AS speed_kmh,
  method,
  if(isNaN(limit_kmh), NULL, limit_kmh) AS limit_kmh,
  toString(limit_source) AS limit_source,
  if(isNaN(peak_kmh), NULL, peak_kmh) AS peak_kmh,
  if(isNaN(distance_m), NULL, distance_m) AS distance_m
FROM (
  SELECT
    id, vehicle_id, trip_id, at, method_version, revision, state, kind, level, started_at, duration_s, peak_ms2,
    estimator, rate_hz, speed_kmh, method, limit_kmh, limit_source, peak_kmh,
    distance_m
  FROM {{table "events"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';
