-- Holds keep a vehicle's facts of a time from retention while they are under dispute: a
-- row when one is placed, and another of a higher revision when it is released. Times are
-- microseconds since the Unix epoch.

CREATE TABLE IF NOT EXISTS {{local "holds"}}{{cluster}} (
  id         String,
  vehicle_id String,
  from_us    Int64,
  to_us      Int64,
  reason     String,
  placed_us  Int64,
  released   UInt8,
  revision   UInt32
) ENGINE = {{replacing "holds"}}
ORDER BY (vehicle_id, id)
SETTINGS old_parts_lifetime = 60;
{{distributed "holds"}}
