package retention_test

import (
	"fmt"
	"testing"

	"milepost/outcome"
	"milepost/sinks/read/readtest"
	"milepost/sinks/retention"
)

// collided gives collisions of a vehicle so many days old, each with a note of its day and
// one that came ten days later, or just now.
func collided(vehicle string, days ...int) (all []outcome.Outcome) {
	for _, n := range days {
		c := readtest.NewCollision(vehicle, "", outcome.Time(daysAgo(n).UnixMicro()))
		all = append(all, c, readtest.NewAddition(c, outcome.AdditionNote, 60), readtest.NewAddition(c, outcome.AdditionPhoto, min(10, n)*24*3600-60))
	}
	return all
}

func TestCollisionsAreRetainedWithWhatWasAdded(t *testing.T) {
	s := newEmbedded(t)
	s.write(collided("a", 1, 39, 41, 45, 100)...)
	s.write(collided("held", 41, 100)...)
	h, err := retention.NewHold("held", daysAgo(101), daysAgo(99), "claim 7", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.keep.Place(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	left := func() string {
		t.Helper()
		const of = "SELECT count(*) FROM %s WHERE vehicle_id = '%s'"
		return fmt.Sprint(s.count(fmt.Sprintf(of, "collisions", "a")), s.count(fmt.Sprintf(of, "additions", "a")),
			s.count(fmt.Sprintf(of, "collisions", "held")), s.count(fmt.Sprintf(of, "additions", "held")))
	}
	p := retention.Policy{Collisions: 40}
	dry := s.retain(p, now, true)
	if got := left(); got != "5 10 2 4" || dry["collisions"].Due != 4 || dry["collisions"].Held != 1 {
		t.Errorf("dry: left are %s, %+v", got, dry)
	}
	done := s.retain(p, now, false)
	// What was added since a hold began may be of what it holds.
	if got := left(); got != "2 4 1 4" {
		t.Errorf("left are %s, %+v", got, done)
	}
	if done["additions"].Deleted != 4 || done["additions"].Orphans != 2 || done["collisions"].Deleted != 4 {
		t.Errorf("%+v", done)
	}
	if err := s.keep.Release(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	s.retain(p, now, false)
	if got := left(); got != "2 4 0 0" {
		t.Errorf("released, left are %s", got)
	}
}

// What was added just now waits for its collision to arrive; what is older does not.
func TestAdditionsWithoutACollision(t *testing.T) {
	s := newEmbedded(t)
	old, fresh := collided("a", 3), collided("a", 0)
	s.write(old[1], fresh[1])
	if r := s.retain(retention.Policy{}, now, false)["additions"]; r.Orphans != 1 || s.count("SELECT count(*) FROM additions") != 1 {
		t.Errorf("%+v", r)
	}
	s.write(old[0], old[1], fresh[0])
	if r := s.retain(retention.Policy{}, now, false)["additions"]; r.Orphans != 0 || s.count("SELECT count(*) FROM additions") != 2 {
		t.Errorf("%+v", r)
	}
}

// collide writes what collided gives, without what retention does not look at.
func (s *server) collide(vehicle string, days ...int) {
	s.Helper()
	for _, o := range collided(vehicle, days...) {
		s.row(o, outcome.StateOf(o))
	}
}

func (s *server) row(o outcome.Outcome, state outcome.State) {
	s.Helper()
	head, of := o.Head(), ""
	if a, ok := o.(*outcome.Addition); ok {
		of = a.CollisionID
	}
	columns, values := "", ""
	if of != "" {
		columns, values = ", collision_id", fmt.Sprintf(", toFixedString(unhex('%s'), 16)", of)
	}
	s.exec(fmt.Sprintf(`INSERT INTO %ss (id, vehicle_id, at, method_version, revision, state%s)
		SELECT toFixedString(unhex('%s'), 16), '%s', %s, toUInt16(1), toUInt32(%d), '%s'%s`,
		head.Type, columns, head.ID, head.VehicleID, s.time(head.At.Std()), head.Revision, state, values))
}

func TestCollisionsAreRetainedOnServers(t *testing.T) {
	onEach(t, func(s *server) {
		s.collide("a", 1, 39, 41, 45, 100)
		s.collide("held", 41, 100)
		s.collide("withdrawn", 5)
		gone := collided("withdrawn", 5)[0]
		gone.Head().Revision = 9
		s.row(gone, outcome.Withdrawn)
		h := s.hold("held", 101, 99)
		p := retention.Policy{Collisions: 40}
		dry := s.retain(p, true)
		if dry["collisions"].Due != 4 || dry["collisions"].Held != 1 || dry["additions"].Orphans != 2 {
			s.Errorf("dry: %+v", dry)
		}
		s.wantRows("collisions", "5 a, 2 held, 1 withdrawn")
		for range 2 { // what a rule deletes leaves its additions to the next
			s.retain(p, false)
			s.merged()
		}
		s.wantRows("collisions", "2 a, 1 held, 1 withdrawn")
		s.wantRows("additions", "4 a, 4 held")
		if err := s.keep.Release(s.Context(), h.ID); err != nil {
			s.Fatal(err)
		}
		for range 2 {
			s.retain(p, false)
			s.merged()
		}
		s.wantRows("collisions", "2 a, 1 withdrawn")
		s.wantRows("additions", "4 a")
	})
}

// wantRows counts ids by vehicle.
func (s *server) wantRows(table, want string) {
	s.Helper()
	var got string
	rows, err := s.db.QueryContext(s.Context(), fmt.Sprintf("SELECT concat(toString(uniqExact(id)), ' ', vehicle_id) FROM %s GROUP BY vehicle_id ORDER BY vehicle_id", table))
	if err != nil {
		s.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			s.Fatal(err)
		}
		if got != "" {
			got += ", "
		}
		got += text
	}
	if err := rows.Err(); err != nil || got != want {
		s.Errorf("%s: %s, want %s (error %v)", table, got, want, err)
	}
}
