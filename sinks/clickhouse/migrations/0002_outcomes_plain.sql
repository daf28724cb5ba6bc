-- server: < 21.8
--
-- The same tables where there are no codecs, no DateTime64 and no finished
-- LowCardinality: times are microseconds since the Unix epoch. Columns are documented in
-- 0001; a store that was made like this stays so when its server is upgraded.

CREATE TABLE IF NOT EXISTS {{local "trips"}}{{cluster}} (
  id                 FixedString(16),
  vehicle_id         String,
  at                 Int64,
  method_version     UInt16,
  revision           UInt32,
  state              Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3),
  held               UInt8 DEFAULT 0,
  started_at         Int64,
  ended_at           Int64,
  zone               String,
  local_date         Date,
  distance_m         Float64,
  distance_source    Enum8('' = 0, 'odometer' = 1, 'speed' = 2, 'gnss' = 3),
  duration_s         Float64,
  driving_s          Float64,
  idle_s             Float64,
  max_speed_kmh      Float64,
  avg_speed_kmh      Float64,
  night_s            Float64,
  fuel_l             Float64,
  energy_kwh         Float64,
  regenerated_kwh    Float64,
  ev_distance_m      Float64,
  ev_s               Float64,
  account_id         String,
  driver_id          String,
  score              Float64,
  acceleration       Float64,
  braking            Float64,
  constant_speed     Float64,
  low_confidence     UInt8,
  harsh_braking      UInt32,
  harsh_acceleration UInt32,
  harsh_cornering    UInt32,
  partial            UInt8,
  polyline           String,
  route_parts        String,
  receipt            String
) ENGINE = {{replacing "trips"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 1024, old_parts_lifetime = 60;
{{distributed "trips"}}

CREATE TABLE IF NOT EXISTS {{local "events"}}{{cluster}} (
  id             FixedString(16),
  vehicle_id     String,
  at             Int64,
  method_version UInt16,
  revision       UInt32,
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3),
  held           UInt8 DEFAULT 0,
  trip_id        FixedString(16),
  kind           Enum8('' = 0, 'harsh_braking' = 1, 'harsh_acceleration' = 2, 'harsh_cornering' = 3),
  level          UInt8,
  started_at     Int64,
  duration_s     Float64,
  peak_ms2       Float64,
  estimator      String,
  rate_hz        Float64,
  speed_kmh      Float64,
  lat            Float64,
  lon            Float64,
  method         String
) ENGINE = {{replacing "events"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 4096, old_parts_lifetime = 60;
{{distributed "events"}}

CREATE TABLE IF NOT EXISTS {{local "months"}}{{cluster}} (
  id             FixedString(16),
  vehicle_id     String,
  at             Int64,
  method_version UInt16,
  revision       UInt32,
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3),
  held           UInt8 DEFAULT 0,
  month          String,
  driver_id      String,
  trips          UInt32,
  withheld_trips UInt32,
  distance_m     Float64,
  duration_s     Float64,
  score          Float64,
  acceleration   Float64,
  braking        Float64,
  days           String,
  method         String
) ENGINE = {{replacing "months"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 1024, old_parts_lifetime = 60;
{{distributed "months"}}
