-- server: >= 24.2
--
-- As 0005 says of the other views: who may read them needs no right to the tables beneath.

ALTER TABLE collisions_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
ALTER TABLE answers_current{{cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER;
