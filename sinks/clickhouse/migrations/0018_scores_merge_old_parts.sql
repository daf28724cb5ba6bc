-- server: >= 23.1
--
-- As 0003 says of the other tables: what was replaced and withdrawn does not stay on disk.

ALTER TABLE {{local "charges"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 604800, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE {{local "factors"}}{{cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 604800, min_age_to_force_merge_on_partition_only = 1;
