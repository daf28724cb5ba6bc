-- server: >= 21.8
--
-- Trips, events and months, a row a version of a fact. The key is the fact's
-- identity (vehicle, the event time that the id is made of, the id itself) and the
-- version of the method; of rows with one key the highest revision stays. None of
-- these ever changes between revisions, so a row always finds the one it replaces, and
-- a partition. held keeps a row from retention. Numbers that were not reported are NaN.
-- Where 0002 was cut off before the server was upgraded, times are what it made them.

CREATE TABLE IF NOT EXISTS {{local "trips"}}{{cluster}} (
  id                 FixedString(16)                                      COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id         String                       CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at                 {{time}}                     CODEC(Delta, ZSTD(1))   COMMENT 'the event time that the id is made of',
  method_version     UInt16                       CODEC(ZSTD(1))          COMMENT 'version of the method in receipt',
  revision           UInt32                       CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state              Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3)   COMMENT 'withdrawn: the fact does not exist',
  held               UInt8 DEFAULT 0              CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  started_at         {{time}}                     CODEC(Delta, ZSTD(1))   COMMENT 'may move when data comes late, at never does',
  ended_at           {{time}}                     CODEC(Delta, ZSTD(1))   COMMENT 'the last that was observed of it',
  zone               LowCardinality(String)                               COMMENT 'IANA zone of the start',
  local_date         Date                         CODEC(ZSTD(1))          COMMENT 'of the start',
  distance_m         Float64                      CODEC(ZSTD(1))          COMMENT 'by distance_source',
  distance_source    Enum8('' = 0, 'odometer' = 1, 'speed' = 2, 'gnss' = 3) COMMENT 'what the distance was taken from',
  duration_s         Float64                      CODEC(ZSTD(1))          COMMENT 'from start to end',
  driving_s          Float64                      CODEC(ZSTD(1))          COMMENT 'speed above standstill',
  idle_s             Float64                      CODEC(ZSTD(1))          COMMENT 'standing within the trip',
  max_speed_kmh      Float64                      CODEC(ZSTD(1))          COMMENT 'highest that was observed',
  avg_speed_kmh      Float64                      CODEC(ZSTD(1))          COMMENT 'over the whole duration',
  night_s            Float64                      CODEC(ZSTD(1))          COMMENT 'driving between 23:00 and 04:00 local time',
  fuel_l             Float64                      CODEC(ZSTD(1))          COMMENT 'NaN: not reported',
  energy_kwh         Float64                      CODEC(ZSTD(1))          COMMENT 'net, from the traction battery; NaN: not reported',
  regenerated_kwh    Float64                      CODEC(ZSTD(1))          COMMENT 'NaN: not reported',
  ev_distance_m      Float64                      CODEC(ZSTD(1))          COMMENT 'driven with the engine off; NaN: not reported',
  ev_s               Float64                      CODEC(ZSTD(1))          COMMENT 'time of that; NaN: not reported',
  account_id         String                       CODEC(ZSTD(1))          COMMENT 'who held the vehicle when the trip began',
  driver_id          String                       CODEC(ZSTD(1))          COMMENT 'a pseudonym',
  score              Float64                      CODEC(ZSTD(1))          COMMENT 'performance, 0 to 100; NaN: none',
  acceleration       Float64                      CODEC(ZSTD(1))          COMMENT 'component of score; NaN: none',
  braking            Float64                      CODEC(ZSTD(1))          COMMENT 'component of score; NaN: none',
  constant_speed     Float64                      CODEC(ZSTD(1))          COMMENT 'beside the score; NaN: none',
  low_confidence     UInt8                        CODEC(ZSTD(1))          COMMENT '1: the score rests on little',
  harsh_braking      UInt32                       CODEC(ZSTD(1))          COMMENT 'events of that kind',
  harsh_acceleration UInt32                       CODEC(ZSTD(1))          COMMENT 'events of that kind',
  harsh_cornering    UInt32                       CODEC(ZSTD(1))          COMMENT 'events of that kind',
  partial            UInt8                        CODEC(ZSTD(1))          COMMENT '1: part was not observed or not shared',
  polyline           String                       CODEC(ZSTD(3))          COMMENT 'Google''s encoded polyline, 5 decimals; empty: no route',
  route_parts        String                       CODEC(ZSTD(3))          COMMENT 'JSON: runs of points with their source',
  receipt            String                       CODEC(ZSTD(3))          COMMENT 'JSON: method, inputs, thresholds, tracks'
) ENGINE = {{replacing "trips"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 1024, old_parts_lifetime = 60;
{{distributed "trips"}}

CREATE TABLE IF NOT EXISTS {{local "events"}}{{cluster}} (
  id             FixedString(16)                                          COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id     String                           CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at             {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'the event time that the id is made of',
  method_version UInt16                           CODEC(ZSTD(1))          COMMENT 'version of method',
  revision       UInt32                           CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3)       COMMENT 'withdrawn: the fact does not exist',
  held           UInt8 DEFAULT 0                  CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  trip_id        FixedString(16)                                          COMMENT 'of the trip that it lies in',
  kind           Enum8('' = 0, 'harsh_braking' = 1, 'harsh_acceleration' = 2, 'harsh_cornering' = 3) COMMENT 'what happened',
  level          UInt8                            CODEC(ZSTD(1))          COMMENT '1 to 3',
  started_at     {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'when the threshold was passed',
  duration_s     Float64                          CODEC(ZSTD(1))          COMMENT 'while it was passed',
  peak_ms2       Float64                          CODEC(ZSTD(1))          COMMENT 'comparable within one estimator and rate only',
  estimator      LowCardinality(String)                                   COMMENT 'how the acceleration was found',
  rate_hz        Float64                          CODEC(ZSTD(1))          COMMENT 'of the samples that it was found in',
  speed_kmh      Float64                          CODEC(ZSTD(1))          COMMENT 'at the start; NaN: not known',
  lat            Float64                          CODEC(ZSTD(1))          COMMENT 'degrees; NaN: not known or not shared',
  lon            Float64                          CODEC(ZSTD(1))          COMMENT 'degrees; NaN: not known or not shared',
  method         LowCardinality(String)                                   COMMENT 'name and version of the method'
) ENGINE = {{replacing "events"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 4096, old_parts_lifetime = 60;
{{distributed "events"}}

CREATE TABLE IF NOT EXISTS {{local "months"}}{{cluster}} (
  id             FixedString(16)                                          COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id     String                           CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at             {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'local start of the month, taken as UTC',
  method_version UInt16                           CODEC(ZSTD(1))          COMMENT 'version of method',
  revision       UInt32                           CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3)       COMMENT 'withdrawn: the fact does not exist',
  held           UInt8 DEFAULT 0                  CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  month          String                           CODEC(ZSTD(1))          COMMENT 'YYYY-MM, local',
  driver_id      String                           CODEC(ZSTD(1))          COMMENT 'a pseudonym; empty: not known',
  trips          UInt32                           CODEC(ZSTD(1))          COMMENT 'shared ones whose local_date lies in the month',
  withheld_trips UInt32                           CODEC(ZSTD(1))          COMMENT 'trips that ended unshared',
  distance_m     Float64                          CODEC(ZSTD(1))          COMMENT 'of those trips',
  duration_s     Float64                          CODEC(ZSTD(1))          COMMENT 'of those trips',
  score          Float64                          CODEC(ZSTD(1))          COMMENT 'weighted by distance, 0 to 100; NaN: none',
  acceleration   Float64                          CODEC(ZSTD(1))          COMMENT 'NaN: none',
  braking        Float64                          CODEC(ZSTD(1))          COMMENT 'NaN: none',
  days           String                           CODEC(ZSTD(3))          COMMENT 'JSON: an entry a day that had a trip',
  method         LowCardinality(String)                                   COMMENT 'name and version of the method'
) ENGINE = {{replacing "months"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 1024, old_parts_lifetime = 60;
{{distributed "months"}}
