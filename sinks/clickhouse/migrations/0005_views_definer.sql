-- server: >= 24.2
--
-- The views read their tables in the name of whoever migrated the store, so that who
-- may read a view needs no right to the table beneath it.

ALTER TABLE trips_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE events_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE months_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
