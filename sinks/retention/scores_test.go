package retention_test

import (
	"fmt"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/read/readtest"
	"milepost/sinks/retention"
)

// insured gives factors of years that began days ago, and charging sessions of then.
func insured(vehicle string, days ...int) (all []outcome.Outcome) {
	for _, n := range days {
		began := daysAgo(n)
		midnight := time.Date(began.Year(), began.Month(), began.Day(), 0, 0, 0, 0, time.UTC)
		all = append(all, readtest.NewFactor(vehicle, "P-1", midnight), readtest.NewCharge(vehicle, "account", outcome.Time(began.UnixMicro())))
	}
	return all
}

// A hold on any day of its period keeps a factor with its receipt, however long ago the
// period began; and the trips of that day, as ever.
func TestAFactorUnderDisputeIsKept(t *testing.T) {
	s := newEmbedded(t)
	for _, vehicle := range []string{"free", "held"} {
		s.write(insured(vehicle, 10, 500, 1200)...)
		s.write(fact(vehicle, 300, 1), fact(vehicle, 700, 1))
	}
	h, err := retention.NewHold("held", daysAgo(301), daysAgo(299), "policy P-1", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.keep.Place(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	extent, err := s.keep.Extent(t.Context(), h)
	if err != nil || extent != (retention.Extent{Trips: 1, Factors: 1}) {
		t.Errorf("the hold keeps %+v, %v", extent, err)
	}
	left := func() string {
		t.Helper()
		text := ""
		for _, vehicle := range []string{"free", "held"} {
			for _, table := range []string{"factors", "charges", "trips"} {
				text += fmt.Sprint(s.count(fmt.Sprintf("SELECT count(*) FROM %s WHERE vehicle_id = '%s'", table, vehicle)), " ")
			}
		}
		return text
	}
	p := retention.Policy{Factors: 400, Charges: 400, Trips: 100}
	done := s.retain(p, now, false)
	if got := left(); got != "1 1 0 2 1 1 " || done["factors"].Deleted != 3 || done["factors"].Held != 1 || done["charges"].Deleted != 4 {
		t.Errorf("left are %s, %+v", got, done)
	}
	if err := s.keep.Release(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	s.retain(p, now, false)
	if got := left(); got != "1 1 0 1 1 0 " {
		t.Errorf("released, left are %s", got)
	}
}

// ended puts a row with the end that holds go by.
func (s *server) ended(o outcome.Outcome) {
	s.Helper()
	head, column, end := o.Head(), "ends_at", time.Time{}
	switch o := o.(type) {
	case *outcome.Charge:
		column, end = "ended_at", o.EndedAt.Std()
	case *outcome.Factor:
		end, _ = time.Parse(time.DateOnly, o.To)
	}
	s.exec(fmt.Sprintf(`INSERT INTO %ss (id, vehicle_id, at, method_version, revision, state, %s)
		SELECT toFixedString(unhex('%s'), 16), '%s', %s, toUInt16(1), toUInt32(1), 'final', %s`,
		head.Type, column, head.ID, head.VehicleID, s.time(head.At.Std()), s.time(end)))
}

func TestAFactorUnderDisputeIsKeptOnServers(t *testing.T) {
	onEach(t, func(s *server) {
		for _, vehicle := range []string{"free", "held"} {
			for _, o := range insured(vehicle, 10, 500, 1200) {
				s.ended(o)
			}
		}
		h := s.hold("held", 301, 299)
		p := retention.Policy{Factors: 400, Charges: 400}
		if dry := s.retain(p, true); dry["factors"].Due != 3 || dry["factors"].Held != 1 || dry["charges"].Due != 4 {
			s.Errorf("dry: %+v", dry)
		}
		s.retain(p, false)
		s.merged()
		s.wantRows("factors", "1 free, 2 held")
		s.wantRows("charges", "1 free, 1 held")
		if err := s.keep.Release(s.Context(), h.ID); err != nil {
			s.Fatal(err)
		}
		s.retain(p, false)
		s.merged()
		s.wantRows("factors", "1 free, 1 held")
	})
}
