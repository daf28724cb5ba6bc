-- server: >= 21.8
--
-- What the roads of a trip tell: distance on motorways and over the limit, limits and where
-- they come from, countries; and events of speeding. Rows of before have none of it.

ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN highway_m Float64 DEFAULT nan COMMENT 'on motorways; NaN: no map' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN overspeed_m Float64 DEFAULT nan COMMENT 'driven over the limit, by any excess; NaN: no limit is known' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN overspeed_s Float64 DEFAULT nan COMMENT 'time of that; NaN: no limit is known' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN limit_known_m Float64 DEFAULT nan COMMENT 'driven where a limit is known, of which overspeed_m is a part; NaN: none is' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN limit_known_s Float64 DEFAULT nan COMMENT 'time of that; NaN: no limit is known' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN over_0_m Float64 DEFAULT nan COMMENT 'driven above the limit by up to 10 %; NaN: no limit is known' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN over_10_m Float64 DEFAULT nan COMMENT 'by 10 to 20 %; NaN: no limit is known' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN over_20_m Float64 DEFAULT nan COMMENT 'by more; NaN: no limit is known' CODEC(ZSTD(1));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN limit_by_source String COMMENT 'JSON: limit_known_m by where the limit comes from; empty: no limit is known' CODEC(ZSTD(3));
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN countries Array(LowCardinality(String)) COMMENT 'ISO 3166-1 alpha-2, in the order driven; empty: no map';
ALTER TABLE {{local "trips"}}{{cluster}} ADD COLUMN speeding UInt32 COMMENT 'events of that kind' CODEC(ZSTD(1));
{{if distributed "trips"}}DROP TABLE IF EXISTS trips{{cluster}};{{end}}
{{distributed "trips"}}

ALTER TABLE {{local "events"}}{{cluster}} MODIFY COLUMN kind Enum8('' = 0, 'harsh_braking' = 1, 'harsh_acceleration' = 2, 'harsh_cornering' = 3, 'speeding' = 4) COMMENT 'what happened';
ALTER TABLE {{local "events"}}{{cluster}} MODIFY COLUMN peak_ms2 Float64 COMMENT 'comparable within one estimator and rate only; NaN: not of this kind' CODEC(ZSTD(1));
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN limit_kmh Float64 DEFAULT nan COMMENT 'of speeding: the limit at the highest excess; NaN: another kind' CODEC(ZSTD(1));
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN limit_source Enum8('' = 0, 'sign' = 1, 'conditional' = 2, 'directional' = 3, 'posted' = 4, 'zone' = 5, 'default' = 6) COMMENT 'of speeding: where that limit comes from';
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN peak_kmh Float64 DEFAULT nan COMMENT 'of speeding: the speed at the highest excess; NaN: another kind' CODEC(ZSTD(1));
ALTER TABLE {{local "events"}}{{cluster}} ADD COLUMN distance_m Float64 DEFAULT nan COMMENT 'of speeding: driven from start to end; NaN: another kind' CODEC(ZSTD(1));
{{if distributed "events"}}DROP TABLE IF EXISTS events{{cluster}};{{end}}
{{distributed "events"}}
