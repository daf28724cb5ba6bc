-- Months are listed by driver and then by id: the index gives that order whole.
-- about says of the store itself what no outcome does, such as who made it.

DROP INDEX months_by_vehicle;
CREATE INDEX months_by_vehicle ON months (vehicle_id, month, driver_id, id) WHERE vehicle_id IS NOT NULL;

CREATE TABLE about (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
