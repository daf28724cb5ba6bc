-- server: < 21.8
--
-- The same tables where there are no codecs, no DateTime64, no finished LowCardinality and
-- no indexes beside the key. Columns are documented in 0007.

CREATE TABLE IF NOT EXISTS {{local "collisions"}}{{cluster}} (
  id                  FixedString(16),
  vehicle_id          String,
  at                  Int64,
  method_version      UInt16,
  revision            UInt32,
  state               Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3, 'open' = 4),
  held                UInt8 DEFAULT 0,
  method              String,
  confidence          Enum8('' = 0, 'possible' = 1, 'probable' = 2, 'confirmed' = 3),
  highest_confidence  Enum8('' = 0, 'possible' = 1, 'probable' = 2, 'confirmed' = 3),
  changed             Array(String),
  late                UInt8,
  reported_at         Int64,
  severity            Enum8('' = 0, 'unknown' = 1, 'minor' = 2, 'moderate' = 3, 'serious' = 4, 'critical' = 5),
  severity_raised_by  Array(String),
  delta_v_kmh         Float64,
  delta_v_x_kmh       Float64,
  delta_v_y_kmh       Float64,
  pdof_deg            Float64,
  clock               UInt8,
  side                Enum8('' = 0, 'unknown' = 1, 'front' = 2, 'right' = 3, 'rear' = 4, 'left' = 5),
  speed_at_impact_kmh Float64,
  event_count         UInt32,
  rollover            UInt8,
  sensor_saturated    UInt8,
  rate_hz             Float64,
  flags               Array(String),
  evidence            String,
  impacts             String,
  propulsion          String,
  passengers          Float64,
  driver_belted       Enum8('' = 0, 'no' = 1, 'yes' = 2),
  passenger_belted    Enum8('' = 0, 'no' = 1, 'yes' = 2),
  speed_before        String,
  pulse               String,
  consents            Array(String),
  account_id          String,
  driver_id           String,
  thresholds          String,
  position_at         Int64,
  lat                 Float64,
  lon                 Float64,
  accuracy_m          Float64,
  recent_positions    String,
  position_trusted    UInt8,
  direction_deg       Float64
) ENGINE = {{replacing "collisions"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 128, old_parts_lifetime = 60;
{{distributed "collisions"}}

CREATE TABLE IF NOT EXISTS {{local "additions"}}{{cluster}} (
  id             FixedString(16),
  vehicle_id     String,
  at             Int64,
  method_version UInt16,
  revision       UInt32,
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3),
  held           UInt8 DEFAULT 0,
  collision_id   FixedString(16),
  kind           Enum8('' = 0, 'answer' = 1, 'note' = 2, 'photo' = 3),
  answer         Enum8('' = 0, 'accident' = 1, 'no_accident' = 2),
  text           String,
  media_type     String,
  content        String
) ENGINE = {{replacing "additions"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 4, old_parts_lifetime = 60;
{{distributed "additions"}}
