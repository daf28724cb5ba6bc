-- server: < 21.8
--
-- The same in the plain form. Columns are documented in 0016.

ALTER TABLE {{local "trips"}}{{cluster}}
  ADD COLUMN highway_s Float64 DEFAULT nan,
  ADD COLUMN coaching_kind Enum8('' = 0, 'hybrid' = 1, 'electric' = 2, 'combustion' = 3),
  ADD COLUMN l_per_100km Float64 DEFAULT nan,
  ADD COLUMN kwh_per_100km Float64 DEFAULT nan,
  ADD COLUMN braking_kwh Float64 DEFAULT nan,
  ADD COLUMN recovered_share Float64 DEFAULT nan,
  ADD COLUMN advice Enum8('' = 0, 'acceleration' = 1, 'braking' = 2, 'constant_speed' = 3, 'speed' = 4, 'ev' = 5, 'cornering' = 6),
  ADD COLUMN advice_message String,
  ADD COLUMN advice_saves_l Float64 DEFAULT nan,
  ADD COLUMN advice_saves_kwh Float64 DEFAULT nan,
  ADD COLUMN coaching String,
  ADD COLUMN mode_source Enum8('' = 0, 'indicator' = 1, 'demand' = 2),
  ADD COLUMN charge_m Float64 DEFAULT nan,
  ADD COLUMN charge_s Float64 DEFAULT nan,
  ADD COLUMN eco_m Float64 DEFAULT nan,
  ADD COLUMN eco_s Float64 DEFAULT nan,
  ADD COLUMN power_m Float64 DEFAULT nan,
  ADD COLUMN power_s Float64 DEFAULT nan;
{{if distributed "trips"}}DROP TABLE IF EXISTS trips{{cluster}};{{end}}
{{distributed "trips"}}

ALTER TABLE {{local "months"}}{{cluster}}
  ADD COLUMN driving_s Float64,
  ADD COLUMN idle_s Float64,
  ADD COLUMN night_s Float64,
  ADD COLUMN highway_m Float64 DEFAULT nan,
  ADD COLUMN highway_s Float64 DEFAULT nan,
  ADD COLUMN overspeed_m Float64 DEFAULT nan,
  ADD COLUMN overspeed_s Float64 DEFAULT nan,
  ADD COLUMN limit_known_m Float64 DEFAULT nan,
  ADD COLUMN fuel_l Float64 DEFAULT nan,
  ADD COLUMN energy_kwh Float64 DEFAULT nan,
  ADD COLUMN regenerated_kwh Float64 DEFAULT nan,
  ADD COLUMN ev_distance_m Float64 DEFAULT nan,
  ADD COLUMN ev_s Float64 DEFAULT nan,
  ADD COLUMN countries Array(String),
  ADD COLUMN constant_speed Float64 DEFAULT nan,
  ADD COLUMN advice Enum8('' = 0, 'acceleration' = 1, 'braking' = 2, 'constant_speed' = 3, 'speed' = 4, 'ev' = 5, 'cornering' = 6),
  ADD COLUMN inputs String,
  ADD COLUMN mode_source Enum8('' = 0, 'indicator' = 1, 'demand' = 2),
  ADD COLUMN charge_m Float64 DEFAULT nan,
  ADD COLUMN charge_s Float64 DEFAULT nan,
  ADD COLUMN eco_m Float64 DEFAULT nan,
  ADD COLUMN eco_s Float64 DEFAULT nan,
  ADD COLUMN power_m Float64 DEFAULT nan,
  ADD COLUMN power_s Float64 DEFAULT nan;
{{if distributed "months"}}DROP TABLE IF EXISTS months{{cluster}};{{end}}
{{distributed "months"}}

CREATE TABLE IF NOT EXISTS {{local "charges"}}{{cluster}} (
  id             FixedString(16),
  vehicle_id     String,
  at             Int64,
  method_version UInt16,
  revision       UInt32,
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3),
  held           UInt8 DEFAULT 0,
  started_at     Int64,
  ended_at       Int64,
  zone           String,
  local_date     Date,
  duration_s     Float64,
  charging_s     Float64,
  energy_kwh     Float64,
  energy_source  Enum8('' = 0, 'counter' = 1, 'power' = 2, 'current_voltage' = 3),
  soc_from_pct   Float64,
  soc_to_pct     Float64,
  peak_kw        Float64,
  partial        UInt8,
  account_id     String,
  method         String,
  inputs         String,
  thresholds     String
) ENGINE = {{replacing "charges"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 1024, old_parts_lifetime = 60;
{{distributed "charges"}}

CREATE TABLE IF NOT EXISTS {{local "factors"}}{{cluster}} (
  id             FixedString(16),
  vehicle_id     String,
  at             Int64,
  method_version UInt16,
  revision       UInt32,
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3),
  held           UInt8 DEFAULT 0,
  stage          Enum8('' = 0, 'open' = 1, 'issued' = 2),
  product        Enum8('' = 0, 'ubi' = 1, 'fhi' = 2, 'phi' = 3),
  policy_id      String,
  from_date      Date,
  to_date        Date,
  ends_at        Int64,
  ended_by       Enum8('' = 0, 'consent_withdrawn' = 1, 'policy_ended' = 2),
  table_name     String,
  method         String,
  enough         UInt8,
  trips          UInt32,
  trip_days      UInt32,
  distance_m     Float64,
  driving_s      Float64,
  score          Float64,
  credibility    Float64,
  factor         Float64,
  adjustment     Float64,
  applied        Float64,
  components     String,
  electric       String,
  reason_codes   String,
  left_out       String,
  receipt        String
) ENGINE = {{replacing "factors"}}
PARTITION BY toYYYYMM(toDateTime(intDiv(at, 1000000), 'UTC'))
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 256, old_parts_lifetime = 60;
{{distributed "factors"}}
