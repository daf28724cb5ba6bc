-- server: < 21.8
--
-- The same columns in the plain form. They are documented in 0012.

ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN highway_m Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN overspeed_m Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN overspeed_s Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN limit_known_m Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN limit_known_s Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN over_0_m Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN over_10_m Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN over_20_m Float64 DEFAULT nan;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN limit_by_source String;
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN countries Array(String);
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN speeding UInt32;
{{if distributed "trips"}}DROP TABLE IF EXISTS trips{{cluster}};{{end}}
{{distributed "trips"}}

ALTER TABLE {{local "events"}}{{cluster}} MODIFY COLUMN kind Enum8('' = 0, 'harsh_braking' = 1, 'harsh_acceleration' = 2, 'harsh_cornering' = 3, 'speeding' = 4);
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN limit_kmh Float64 DEFAULT nan;
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN limit_source Enum8('' = 0, 'sign' = 1, 'conditional' = 2, 'directional' = 3, 'posted' = 4, 'zone' = 5, 'default' = 6);
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN peak_kmh Float64 DEFAULT nan;
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN distance_m Float64 DEFAULT nan;
{{if distributed "events"}}DROP TABLE IF EXISTS events{{cluster}};{{end}}
{{distributed "events"}}
