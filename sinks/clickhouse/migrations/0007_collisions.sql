-- server: >= 21.8
--
-- Collisions, and what people add to them. The key is as that of the other facts, and an
-- index by id finds one of which only the id is known: it says of each part whether the id
-- can be in it. The columns that say where stand at the end of collisions, together.

CREATE TABLE IF NOT EXISTS {{local "collisions"}}{{cluster}} (
  id                  FixedString(16)                                     COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id          String                      CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at                  {{time}}                    CODEC(Delta, ZSTD(1))   COMMENT 'time zero of the first impact; the id is made of it',
  method_version      UInt16                      CODEC(ZSTD(1))          COMMENT 'version of method',
  revision            UInt32                      CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state               Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3, 'open' = 4) COMMENT 'open: evidence is awaited; withdrawn: the fact does not exist',
  held                UInt8 DEFAULT 0             CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  method              LowCardinality(String)                              COMMENT 'name and version of the method',
  confidence          Enum8('' = 0, 'possible' = 1, 'probable' = 2, 'confirmed' = 3) COMMENT 'that it was a collision',
  highest_confidence  Enum8('' = 0, 'possible' = 1, 'probable' = 2, 'confirmed' = 3) COMMENT 'that this revision or one before it had',
  changed             Array(LowCardinality(String))                       COMMENT 'what differs from the revision before',
  late                UInt8                       CODEC(ZSTD(1))          COMMENT '1: the first record of it came more than a minute after it',
  reported_at         {{time}}                    CODEC(Delta, ZSTD(1))   COMMENT 'arrival time of the record behind this revision',
  severity            Enum8('' = 0, 'unknown' = 1, 'minor' = 2, 'moderate' = 3, 'serious' = 4, 'critical' = 5) COMMENT 'a band of delta-V with its raises',
  severity_raised_by  Array(LowCardinality(String))                       COMMENT 'why it is above the band',
  delta_v_kmh         Float64                     CODEC(ZSTD(1))          COMMENT 'of the hardest impact; NaN: not known',
  delta_v_x_kmh       Float64                     CODEC(ZSTD(1))          COMMENT 'its part forward; NaN: not known',
  delta_v_y_kmh       Float64                     CODEC(ZSTD(1))          COMMENT 'its part to the left; NaN: not known',
  pdof_deg            Float64                     CODEC(ZSTD(1))          COMMENT 'principal direction of force, clockwise from the front; NaN: not known',
  clock               UInt8                       CODEC(ZSTD(1))          COMMENT 'the same as on a clock''s face, 1 to 12; 0: not known',
  side                Enum8('' = 0, 'unknown' = 1, 'front' = 2, 'right' = 3, 'rear' = 4, 'left' = 5) COMMENT 'that the force came from',
  speed_at_impact_kmh Float64                     CODEC(ZSTD(1))          COMMENT 'NaN: not known',
  event_count         UInt32                      CODEC(ZSTD(1))          COMMENT 'impacts; 0 where only an airbag or the wheels tell of it',
  rollover            UInt8                       CODEC(ZSTD(1))          COMMENT '1: the vehicle rolled over',
  sensor_saturated    UInt8                       CODEC(ZSTD(1))          COMMENT '1: delta-V is a lower bound',
  rate_hz             Float64                     CODEC(ZSTD(1))          COMMENT 'of the samples that it rests on',
  flags               Array(LowCardinality(String))                       COMMENT 'what weakens it',
  evidence            String                      CODEC(ZSTD(3))          COMMENT 'JSON: what speaks for and against it',
  impacts             String                      CODEC(ZSTD(3))          COMMENT 'JSON: its crash pulses in short',
  propulsion          LowCardinality(String)                              COMMENT 'the profile''s powertrain',
  passengers          Float64                     CODEC(ZSTD(1))          COMMENT 'seats known to be taken; NaN: not known',
  driver_belted       Enum8('' = 0, 'no' = 1, 'yes' = 2)                  COMMENT 'empty: not known',
  passenger_belted    Enum8('' = 0, 'no' = 1, 'yes' = 2)                  COMMENT 'empty: not known, or nobody sat there',
  speed_before        String                      CODEC(ZSTD(3))          COMMENT 'JSON: speed in the half minute before',
  pulse               String                      CODEC(ZSTD(3))          COMMENT 'JSON: the acceleration around time zero; empty: none',
  consents            Array(LowCardinality(String))                       COMMENT 'of those that decide about it, in force at the time',
  account_id          String                      CODEC(ZSTD(1))          COMMENT 'who held the vehicle at the time',
  driver_id           String                      CODEC(ZSTD(1))          COMMENT 'a pseudonym',
  thresholds          String                      CODEC(ZSTD(3))          COMMENT 'JSON: that the method applied',
  position_at         {{time}}                    CODEC(Delta, ZSTD(1))   COMMENT 'of the last position; 1970 where there is none',
  lat                 Float64                     CODEC(ZSTD(1))          COMMENT 'degrees; NaN: not known or not shared',
  lon                 Float64                     CODEC(ZSTD(1))          COMMENT 'degrees; NaN: not known or not shared',
  accuracy_m          Float64                     CODEC(ZSTD(1))          COMMENT 'of the position; NaN: not reported',
  recent_positions    String                      CODEC(ZSTD(3))          COMMENT 'JSON: two before it; empty: none',
  position_trusted    UInt8                       CODEC(ZSTD(1))          COMMENT '1: recent and exact enough to send somebody there',
  direction_deg       Float64                     CODEC(ZSTD(1))          COMMENT 'of travel, clockwise from north; NaN: not known or not shared',
  INDEX by_id id TYPE bloom_filter GRANULARITY 1
) ENGINE = {{replacing "collisions"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 128, old_parts_lifetime = 60;
{{distributed "collisions"}}

CREATE TABLE IF NOT EXISTS {{local "additions"}}{{cluster}} (
  id             FixedString(16)                                          COMMENT 'identity, the 16 bytes of its hex form',
  vehicle_id     String                           CODEC(ZSTD(1))          COMMENT 'the uplink''s own id, or an HMAC of the VIN',
  at             {{time}}                         CODEC(Delta, ZSTD(1))   COMMENT 'when it was added; the id is made of it',
  method_version UInt16                           CODEC(ZSTD(1))          COMMENT '1: a person said so',
  revision       UInt32                           CODEC(ZSTD(1))          COMMENT 'the highest counts',
  state          Enum8('final' = 1, 'amended' = 2, 'withdrawn' = 3)       COMMENT 'withdrawn: the fact does not exist',
  held           UInt8 DEFAULT 0                  CODEC(ZSTD(1))          COMMENT '1: kept beyond its retention',
  collision_id   FixedString(16)                                          COMMENT 'of the collision that it was added to',
  kind           Enum8('' = 0, 'answer' = 1, 'note' = 2, 'photo' = 3)     COMMENT 'what was added',
  answer         Enum8('' = 0, 'accident' = 1, 'no_accident' = 2)         COMMENT 'what the driver said that it was; the newest counts',
  text           String                           CODEC(ZSTD(3))          COMMENT 'a note, or a photo''s caption',
  media_type     LowCardinality(String)                                   COMMENT 'of a photo',
  content        String                           CODEC(NONE)             COMMENT 'a photo''s bytes, which do not compress'
) ENGINE = {{replacing "additions"}}
PARTITION BY {{month "at"}}
PRIMARY KEY (vehicle_id, at)
ORDER BY (vehicle_id, at, id, method_version)
SETTINGS index_granularity = 4, old_parts_lifetime = 60;
{{distributed "additions"}}
