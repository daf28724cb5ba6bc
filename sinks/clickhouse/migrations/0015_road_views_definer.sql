-- server: >= 24.2
--
-- As 0005 says of the views that these replace.

ALTER TABLE trips_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE events_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
