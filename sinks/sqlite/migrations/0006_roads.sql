-- What the roads of a trip tell that lists show: distance over the limit, the
-- distance of which that is a part, and events of speeding. Trips of before have none.

ALTER TABLE trips ADD COLUMN overspeed_m REAL;
ALTER TABLE trips ADD COLUMN limit_known_m REAL;
ALTER TABLE trips ADD COLUMN speeding INTEGER;

-- A tombstone has no number.
UPDATE trips SET speeding = coalesce(json_extract(body, '$.counts.speeding'), 0),
  overspeed_m = json_extract(body, '$.overspeed_m'),
  limit_known_m = json_extract(body, '$.speeding.limit_known_m')
  WHERE vehicle_id IS NOT NULL;
