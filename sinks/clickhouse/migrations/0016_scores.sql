-- server: >= 21.8
--
-- What a trip tells its driver about energy, as numbers for those who analyse them and
-- whole as JSON; months' totals, which are those of their trips; charging sessions; and
-- insurance factors, whose receipts hold the table that was applied. Rows of before have
-- none of it: a month of before says 0 s of driving. An index by id finds a fact of which
-- only the id is known.

ALTER TABLE {{local "trips"}}{{cluster}}
  ADD COLUMN highway_s Float64 DEFAULT nan COMMENT 'time on motorways; NaN: no map' CODEC(ZSTD(1)),
  ADD COLUMN coaching_kind Enum8('' = 0, 'hybrid' = 1, 'electric' = 2, 'combustion' = 3) COMMENT 'which coaching the powertrain gets; empty: none',
  ADD COLUMN l_per_100km Float64 DEFAULT nan COMMENT 'fuel per distance; NaN: not known, or under 1 km' CODEC(ZSTD(1)),
  ADD COLUMN kwh_per_100km Float64 DEFAULT nan COMMENT 'net energy from the traction battery per distance; NaN: not known, or under 1 km' CODEC(ZSTD(1)),
  ADD COLUMN braking_kwh Float64 DEFAULT nan COMMENT 'that braking had to take out of the motion; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN recovered_share Float64 DEFAULT nan COMMENT 'of braking_kwh that went back into the battery, 0 to 1; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN advice Enum8('' = 0, 'acceleration' = 1, 'braking' = 2, 'constant_speed' = 3, 'speed' = 4, 'ev' = 5, 'cornering' = 6) COMMENT 'what its tip is about; empty: no tip',
  ADD COLUMN advice_message LowCardinality(String) COMMENT 'id of the tip in the catalogue of texts',
  ADD COLUMN advice_saves_l Float64 DEFAULT nan COMMENT 'fuel that the driver''s own median would have saved; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN advice_saves_kwh Float64 DEFAULT nan COMMENT 'likewise, energy of the battery; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN coaching String COMMENT 'JSON: all of it, with moments and their places; empty: none' CODEC(ZSTD(3)),
  ADD COLUMN mode_source Enum8('' = 0, 'indicator' = 1, 'demand' = 2) COMMENT 'what told a hybrid''s modes; empty: they are not known',
  ADD COLUMN charge_m Float64 DEFAULT nan COMMENT 'distance in the mode charge; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN charge_s Float64 DEFAULT nan COMMENT 'time of that; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN eco_m Float64 DEFAULT nan COMMENT 'distance in the mode eco; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN eco_s Float64 DEFAULT nan COMMENT 'time of that; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN power_m Float64 DEFAULT nan COMMENT 'distance in the mode power; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN power_s Float64 DEFAULT nan COMMENT 'time of that; NaN: not known' CODEC(ZSTD(1));
{{if distributed "trips"}}DROP TABLE IF EXISTS trips{{cluster}};{{end}}
{{distributed "trips"}}

ALTER TABLE {{local "months"}}{{cluster}}
  ADD COLUMN driving_s Float64 COMMENT 'of those trips, speed above standstill' CODEC(ZSTD(1)),
  ADD COLUMN idle_s Float64 COMMENT 'standing within trips' CODEC(ZSTD(1)),
  ADD COLUMN night_s Float64 COMMENT 'driving between 23:00 and 04:00 local time' CODEC(ZSTD(1)),
  ADD COLUMN highway_m Float64 DEFAULT nan COMMENT 'on motorways; of this and what follows NaN: no trip tells it' CODEC(ZSTD(1)),
  ADD COLUMN highway_s Float64 DEFAULT nan COMMENT 'time of that' CODEC(ZSTD(1)),
  ADD COLUMN overspeed_m Float64 DEFAULT nan COMMENT 'over the limit' CODEC(ZSTD(1)),
  ADD COLUMN overspeed_s Float64 DEFAULT nan COMMENT 'time of that' CODEC(ZSTD(1)),
  ADD COLUMN limit_known_m Float64 DEFAULT nan COMMENT 'driven where a limit is known, of which overspeed_m is a part' CODEC(ZSTD(1)),
  ADD COLUMN fuel_l Float64 DEFAULT nan COMMENT 'fuel used' CODEC(ZSTD(1)),
  ADD COLUMN energy_kwh Float64 DEFAULT nan COMMENT 'net energy drawn from the traction battery' CODEC(ZSTD(1)),
  ADD COLUMN regenerated_kwh Float64 DEFAULT nan COMMENT 'energy put back while driving' CODEC(ZSTD(1)),
  ADD COLUMN ev_distance_m Float64 DEFAULT nan COMMENT 'driven with the engine off' CODEC(ZSTD(1)),
  ADD COLUMN ev_s Float64 DEFAULT nan COMMENT 'time of that' CODEC(ZSTD(1)),
  ADD COLUMN countries Array(LowCardinality(String)) COMMENT 'ISO 3166-1 alpha-2, by name',
  ADD COLUMN constant_speed Float64 DEFAULT nan COMMENT 'by the distance of the trips that have one' CODEC(ZSTD(1)),
  ADD COLUMN advice Enum8('' = 0, 'acceleration' = 1, 'braking' = 2, 'constant_speed' = 3, 'speed' = 4, 'ev' = 5, 'cornering' = 6) COMMENT 'the cause whose tips would have saved most; empty: none',
  ADD COLUMN inputs String COMMENT 'JSON: the sums that the averages are made of' CODEC(ZSTD(3)),
  ADD COLUMN mode_source Enum8('' = 0, 'indicator' = 1, 'demand' = 2) COMMENT 'what told a hybrid''s modes; empty: they are not known',
  ADD COLUMN charge_m Float64 DEFAULT nan COMMENT 'distance in the mode charge; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN charge_s Float64 DEFAULT nan COMMENT 'time of that; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN eco_m Float64 DEFAULT nan COMMENT 'distance in the mode eco; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN eco_s Float64 DEFAULT nan COMMENT 'time of that; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN power_m Float64 DEFAULT nan COMMENT 'distance in the mode power; NaN: not known' CODEC(ZSTD(1)),
  ADD COLUMN power_s Float64 DEFAULT nan COMMENT 'time of that; NaN: not known' CODEC(ZSTD(1));
{{if distributed "months"}}DROP TABLE IF EXISTS months{{cluster}};{{end}}
{{distributed "months"}}

CREATE TABLE IF NOT EXISTS {{local "charges"}}{{cluster}} (
  id             FixedString(16)                                          COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id     String                           CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at             {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'start as it was first known; the id is made of it',
  method_version UInt16                           CODEC(ZSTD(1))          COMMENT 'version of method',
  revision       UInt32                           CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3) COMMENT 'withdrawn: the fact does not exist',
  held           UInt8 DEFAULT 0                  CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  started_at     {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'may move when data comes late, at never does',
  ended_at       {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'the last that was observed of it',
  zone           LowCardinality(String)                                   COMMENT 'IANA zone of the vehicle',
  local_date     Date                                                     COMMENT 'of the start',
  duration_s     Float64                          CODEC(ZSTD(1))          COMMENT 'from start to end',
  charging_s     Float64                          CODEC(ZSTD(1))          COMMENT 'less the pauses within',
  energy_kwh     Float64                          CODEC(ZSTD(1))          COMMENT 'into the battery; NaN: not known',
  energy_source  Enum8('' = 0, 'counter' = 1, 'power' = 2, 'current_voltage' = 3) COMMENT 'what it was taken from; empty: it is not known',
  soc_from_pct   Float64                          CODEC(ZSTD(1))          COMMENT 'state of charge at the start; NaN: not known',
  soc_to_pct     Float64                          CODEC(ZSTD(1))          COMMENT 'state of charge at the end; NaN: not known',
  peak_kw        Float64                          CODEC(ZSTD(1))          COMMENT 'highest power into the battery; NaN: not known',
  partial        UInt8                            CODEC(ZSTD(1))          COMMENT '1: part was not observed or not shared',
  account_id     String                           CODEC(ZSTD(1))          COMMENT 'who held the vehicle; empty: not known',
  method         LowCardinality(String)                                   COMMENT 'name and version of the method',
  inputs         String                           CODEC(ZSTD(3))          COMMENT 'JSON: what it was computed from',
  thresholds     String                           CODEC(ZSTD(3))          COMMENT 'JSON: that the method applied',
  INDEX by_id id TYPE bloom_filter GRANULARITY 1
) ENGINE = {{replacing "charges"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 1024, old_parts_lifetime = 60;
{{distributed "charges"}}

CREATE TABLE IF NOT EXISTS {{local "factors"}}{{cluster}} (
  id             FixedString(16)                                          COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id     String                           CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at             {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'local start of the period, taken as UTC',
  method_version UInt16                           CODEC(ZSTD(1))          COMMENT 'version of method',
  revision       UInt32                           CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3) COMMENT 'withdrawn: the fact does not exist',
  held           UInt8 DEFAULT 0                  CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  stage          Enum8('' = 0, 'open' = 1, 'issued' = 2) COMMENT 'open: a preview; issued: it never changes',
  product        Enum8('' = 0, 'ubi' = 1, 'fhi' = 2, 'phi' = 3) COMMENT 'kind of insurance product',
  policy_id      String                           CODEC(ZSTD(1))          COMMENT 'the insurer''s own id of the policy',
  from_date      Date                                                     COMMENT 'first local date of the period',
  to_date        Date                                                     COMMENT 'first local date after it',
  ends_at        {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'local end of the period, taken as UTC',
  ended_by       Enum8('' = 0, 'consent_withdrawn' = 1, 'policy_ended' = 2) COMMENT 'what ended it before its time',
  table_name     LowCardinality(String)                                   COMMENT 'name and version of the table of curves, weights and tiers',
  method         LowCardinality(String)                                   COMMENT 'name and version of the method',
  enough         UInt8                            CODEC(ZSTD(1))          COMMENT '0: not enough data, and no factor',
  trips          UInt32                           CODEC(ZSTD(1))          COMMENT 'that it rests on',
  trip_days      UInt32                           CODEC(ZSTD(1))          COMMENT 'with such a trip',
  distance_m     Float64                          CODEC(ZSTD(1))          COMMENT 'of those trips',
  driving_s      Float64                          CODEC(ZSTD(1))          COMMENT 'of those trips',
  score          Float64                          CODEC(ZSTD(1))          COMMENT 'of the components by their weights, 0 to 100; NaN: none',
  credibility    Float64                          CODEC(ZSTD(1))          COMMENT 'the least of the components that count, 0 to 1; NaN: none',
  factor         Float64                          CODEC(ZSTD(1))          COMMENT 'of the driving-dependent premium, 1 changes nothing; NaN: not enough data',
  adjustment     Float64                          CODEC(ZSTD(1))          COMMENT 'what later data changed of earlier periods; NaN: nothing',
  applied        Float64                          CODEC(ZSTD(1))          COMMENT 'factor and adjustment, within the table''s bounds; NaN: not enough data',
  components     String                           CODEC(ZSTD(3))          COMMENT 'JSON: the parts of the score',
  electric       String                           CODEC(ZSTD(3))          COMMENT 'JSON: the electric use of a hybrid; empty: not asked for',
  reason_codes   String                           CODEC(ZSTD(3))          COMMENT 'JSON: what moved the factor, the strongest first',
  left_out       String                           CODEC(ZSTD(3))          COMMENT 'JSON: driving that does not count, by reason; empty: none',
  receipt        String                           CODEC(ZSTD(3))          COMMENT 'JSON: sums and table, from which it is computed',
  INDEX by_id id TYPE bloom_filter GRANULARITY 1
) ENGINE = {{replacing "factors"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 256, old_parts_lifetime = 60;
{{distributed "factors"}}
