-- server: >= 23.1
--
-- What a day brought to a month is merged even where nothing follows, so that replaced
-- and withdrawn rows do not stay on disk.

ALTER TABLE {{local "trips"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE {{local "events"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE {{local "months"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1;
