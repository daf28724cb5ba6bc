-- server: >= 24.2
--
-- As 0005 says of the other views: who may read them needs no right to the tables beneath.

ALTER TABLE trips_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE months_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE charges_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE factors_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
