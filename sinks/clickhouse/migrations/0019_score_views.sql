-- The views of trips and months anew, with what they tell about energy and with the totals,
-- and those of charging sessions and factors, by the rules of 0004. The moments of a trip's
-- coaching do not stand in them, and no countries: they say where. Neither does a policy,
-- which is somebody's name elsewhere, nor a factor's receipt.

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
  limit_by_source,
  if(isNaN(highway_s), NULL, highway_s) AS highway_s,
  toString(coaching_kind) AS coaching_kind,
  if(isNaN(l_per_100km), NULL, l_per_100km) AS l_per_100km,
  if(isNaN(kwh_per_100km), NULL, kwh_per_100km) AS kwh_per_100km,
  if(isNaN(braking_kwh), NULL, braking_kwh) AS braking_kwh,
  if(isNaN(recovered_share), NULL, recovered_share) AS recovered_share,
  toString(advice) AS advice,
  advice_message,
  if(isNaN(advice_saves_l), NULL, advice_saves_l) AS advice_saves_l,
  if(isNaN(advice_saves_kwh), NULL, advice_saves_kwh) AS advice_saves_kwh,
  toString(mode_source) AS mode_source,
  if(isNaN(charge_m), NULL, charge_m) AS charge_m,
  if(isNaN(charge_s), NULL, charge_s) AS charge_s,
  if(isNaN(eco_m), NULL, eco_m) AS eco_m,
  if(isNaN(eco_s), NULL, eco_s) AS eco_s,
  if(isNaN(power_m), NULL, power_m) AS power_m,
  if(isNaN(power_s), NULL, power_s) AS power_s
FROM (
  SELECT
    id, vehicle_id, driver_id, at, method_version, revision, state, started_at, ended_at, zone, local_date,
    distance_m, distance_source, duration_s, driving_s, idle_s, max_speed_kmh, avg_speed_kmh, night_s, fuel_l,
    energy_kwh, regenerated_kwh, ev_distance_m, ev_s, score, acceleration, braking, constant_speed, low_confidence,
    harsh_braking, harsh_acceleration, harsh_cornering, partial, polyline, highway_m,
    overspeed_m, overspeed_s, limit_known_m, limit_known_s, over_0_m, over_10_m, over_20_m, limit_by_source, speeding,
    highway_s, coaching_kind, l_per_100km, kwh_per_100km, braking_kwh, recovered_share, advice,
    advice_message, advice_saves_l, advice_saves_kwh, mode_source, charge_m, charge_s, eco_m, eco_s,
    power_m, power_s
  FROM {{table "trips"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

DROP TABLE IF EXISTS months_current{{cluster}};
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
  method,
  driving_s,
  idle_s,
  night_s,
  if(isNaN(highway_m), NULL, highway_m) AS highway_m,
  if(isNaN(highway_s), NULL, highway_s) AS highway_s,
  if(isNaN(overspeed_m), NULL, overspeed_m) AS overspeed_m,
  if(isNaN(overspeed_s), NULL, overspeed_s) AS overspeed_s,
  if(isNaN(limit_known_m), NULL, limit_known_m) AS limit_known_m,
  if(isNaN(fuel_l), NULL, fuel_l) AS fuel_l,
  if(isNaN(energy_kwh), NULL, energy_kwh) AS energy_kwh,
  if(isNaN(regenerated_kwh), NULL, regenerated_kwh) AS regenerated_kwh,
  if(isNaN(ev_distance_m), NULL, ev_distance_m) AS ev_distance_m,
  if(isNaN(ev_s), NULL, ev_s) AS ev_s,
  if(isNaN(constant_speed), NULL, constant_speed) AS constant_speed,
  toString(advice) AS advice,
  toString(mode_source) AS mode_source,
  if(isNaN(charge_m), NULL, charge_m) AS charge_m,
  if(isNaN(charge_s), NULL, charge_s) AS charge_s,
  if(isNaN(eco_m), NULL, eco_m) AS eco_m,
  if(isNaN(eco_s), NULL, eco_s) AS eco_s,
  if(isNaN(power_m), NULL, power_m) AS power_m,
  if(isNaN(power_s), NULL, power_s) AS power_s
FROM (
  SELECT
    id, vehicle_id, driver_id, at, method_version, revision, state, month, trips, withheld_trips, distance_m,
    duration_s, score, acceleration, braking, method,
    driving_s, idle_s, night_s, highway_m, highway_s, overspeed_m, overspeed_s, limit_known_m, fuel_l,
    energy_kwh, regenerated_kwh, ev_distance_m, ev_s, constant_speed, advice, mode_source, charge_m,
    charge_s, eco_m, eco_s, power_m, power_s
  FROM {{table "months"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

CREATE VIEW IF NOT EXISTS charges_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  vehicle_id,
  {{instant "at"}} AS at,
  method_version,
  revision,
  toString(state) AS state,
  {{instant "started_at"}} AS started_at,
  {{instant "ended_at"}} AS ended_at,
  zone,
  local_date,
  duration_s,
  charging_s,
  if(isNaN(energy_kwh), NULL, energy_kwh) AS energy_kwh,
  toString(energy_source) AS energy_source,
  if(isNaN(soc_from_pct), NULL, soc_from_pct) AS soc_from_pct,
  if(isNaN(soc_to_pct), NULL, soc_to_pct) AS soc_to_pct,
  if(isNaN(peak_kw), NULL, peak_kw) AS peak_kw,
  partial,
  method
FROM (
  SELECT
    id, vehicle_id, at, method_version, revision, state, started_at, ended_at, zone, local_date,
    duration_s, charging_s, energy_kwh, energy_source, soc_from_pct, soc_to_pct, peak_kw, partial, method
  FROM {{table "charges"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

CREATE VIEW IF NOT EXISTS factors_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  vehicle_id,
  {{instant "at"}} AS at,
  method_version,
  revision,
  toString(state) AS state,
  toString(stage) AS stage,
  toString(product) AS product,
  from_date,
  to_date,
  toString(ended_by) AS ended_by,
  table_name,
  method,
  enough,
  trips,
  trip_days,
  distance_m,
  driving_s,
  if(isNaN(score), NULL, score) AS score,
  if(isNaN(credibility), NULL, credibility) AS credibility,
  if(isNaN(factor), NULL, factor) AS factor,
  if(isNaN(adjustment), NULL, adjustment) AS adjustment,
  if(isNaN(applied), NULL, applied) AS applied,
  components,
  electric,
  reason_codes,
  left_out
FROM (
  SELECT
    id, vehicle_id, at, method_version, revision, state, stage, product, from_date, to_date, ended_by,
    table_name, method, enough, trips, trip_days, distance_m, driving_s, score, credibility, factor,
    adjustment, applied, components, electric, reason_codes, left_out
  FROM {{table "factors"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';
