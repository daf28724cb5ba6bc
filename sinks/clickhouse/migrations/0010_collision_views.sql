-- Collisions as analysts read them, by the rules of 0004. No place stands in them, no
-- pulse, nothing of the account, and nobody who drove; of what people added only the
-- answers, which say what a collision was, and no note and no photo; of a collision that
-- is withdrawn not even these.

CREATE VIEW IF NOT EXISTS collisions_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  vehicle_id,
  {{instant "at"}} AS at,
  method_version,
  revision,
  toString(state) AS state,
  method,
  toString(confidence) AS confidence,
  toString(highest_confidence) AS highest_confidence,
  late,
  {{instant "reported_at"}} AS reported_at,
  toString(severity) AS severity,
  severity_raised_by,
  if(isNaN(delta_v_kmh), NULL, delta_v_kmh) AS delta_v_kmh,
  if(isNaN(delta_v_x_kmh), NULL, delta_v_x_kmh) AS delta_v_x_kmh,
  if(isNaN(delta_v_y_kmh), NULL, delta_v_y_kmh) AS delta_v_y_kmh,
  if(isNaN(pdof_deg), NULL, pdof_deg) AS pdof_deg,
  if(clock = 0, NULL, clock) AS clock,
  toString(side) AS side,
  if(isNaN(speed_at_impact_kmh), NULL, speed_at_impact_kmh) AS speed_at_impact_kmh,
  event_count,
  rollover,
  sensor_saturated,
  rate_hz,
  flags,
  evidence,
  pulse != '' AS has_pulse,
  not isNaN(lat) AS located
FROM (
  SELECT
    id, vehicle_id, at, method_version, revision, state, method, confidence, highest_confidence, late, reported_at, severity, severity_raised_by,
    delta_v_kmh, delta_v_x_kmh, delta_v_y_kmh, pdof_deg, clock, side, speed_at_impact_kmh, event_count, rollover,
    sensor_saturated, rate_hz, flags, evidence, pulse, lat
  FROM {{table "collisions"}}
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn';

CREATE VIEW IF NOT EXISTS answers_current{{cluster}} AS
SELECT
  lower(hex(id)) AS id,
  lower(hex(collision_id)) AS collision_id,
  vehicle_id,
  {{instant "at"}} AS at,
  toString(answer) AS answer
FROM (
  SELECT id, collision_id, vehicle_id, at, method_version, revision, state, kind, answer
  FROM {{table "additions"}}
  WHERE collision_id GLOBAL IN (
    SELECT id
    FROM (
      SELECT id, state
      FROM {{table "collisions"}}
      ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
      LIMIT 1 BY vehicle_id, at, id
    )
    WHERE state != 'withdrawn'
  )
  ORDER BY vehicle_id, at, id, method_version DESC, revision DESC
  LIMIT 1 BY vehicle_id, at, id
)
WHERE state != 'withdrawn' AND kind = 'answer';
