package pipeline

import (
	"testing"

	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/state"
)

// Wherever trips begin and whatever becomes of them, also once they are forgotten: no two
// have the same identity.
func TestNoTripIsNamedTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, err := NewVehicle(fleet.Profile{VehicleID: "car"})
		if err != nil {
			t.Fatal(err)
		}
		given := map[string]bool{}
		for range rapid.IntRange(1, 80).Draw(t, "trips") {
			p := v.past
			// Late data makes trips that begin where others once did.
			start := int64(1_700_000_000_000_000 + rapid.IntRange(0, 40).Draw(t, "start"))
			id, named := v.tripID(start)
			if given[id] {
				t.Fatalf("identity of %d given again", start)
			}
			given[id] = true
			moved := start + int64(rapid.IntRange(-3, 3).Draw(t, "moved"))
			switch rapid.IntRange(0, 2).Draw(t, "becomes") {
			case 0:
				p.kept = append(p.kept, &kept{standing: standing{id: id, named: named}, start: moved, end: moved + 2})
			case 1:
				p.finished(extent{moved, moved + 2}, named)
			case 2:
				p.kept = append(p.kept, &kept{standing: standing{id: id, named: named}})
				p.dropKept(func(k *kept) bool { return k.id == id })
			}
			p.limit()
			if rapid.Bool().Draw(t, "stored") {
				w := state.NewWriter(nil)
				p.state(w, vehicleVersion)
				b, err := w.Done()
				if err != nil {
					t.Fatal(err)
				}
				v.past = &past{}
				if v.past.state(state.NewReader(b), vehicleVersion); len(v.past.names) > doneTrips {
					t.Fatalf("%d names", len(v.past.names))
				}
			}
		}
	})
}
