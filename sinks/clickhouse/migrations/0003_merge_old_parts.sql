-- server: >= 23.1
--
-- A month to which nothing came for a week, which is how late data may be, is merged to
-- the end even where nothing follows, so that replaced and withdrawn rows do not stay on
-- disk. Sooner would rewrite whole months for a few late rows, day after day.

ALTER TABLE {{local "trips"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 604800, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE {{local "events"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 604800, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE {{local "months"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 604800, min_age_to_force_merge_on_partition_only = 1;
