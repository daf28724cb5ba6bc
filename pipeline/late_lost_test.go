package pipeline_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/pipeline"
)

// A piece that is damaged or gone costs the amendments of its trip: that stays as it was
// given out, and the next one can be amended.
func TestALostPieceCostsItsTripOnly(t *testing.T) {
	frames := legs(leg{30, 0, "off"}, leg{600, 14, "on"}, leg{900, 0, "off"}, leg{600, 14, "on"}, leg{200, 0, "off"})
	live := slices.Concat(frames[:300], frames[400:1700], frames[1800:])
	first, second := frames[300:400], frames[1700:1800]
	d := newDelivery(t)
	d.store = &shelf{}
	d.live(live)
	at := live[len(live)-1].Arrived + 3600_000_000
	d.advance(at)
	if err := d.vehicle.Cut(d.store, &d.scratch); err != nil {
		t.Fatal(err)
	}
	refs := slices.Collect(d.vehicle.Refs)
	if len(refs) != 2 {
		t.Fatalf("%d pieces of two trips that can be amended", len(refs))
	}
	for _, damage := range []bool{true, false} {
		if damage {
			// Whichever of them is the first trip's: the last is read last.
			d.store.lost = func(file uint64) bool { return file == min(refs[0].File, refs[1].File) }
		}
		d.late(first, at+60_000_000)
		d.late(second, at+120_000_000)
		if damage {
			d.advance(at + 600_000_000)
		}
	}
	trips, _, _ := d.end()
	if len(trips) != 2 || d.scratch.LostPieces != 1 {
		t.Fatalf("%d trips, %d pieces lost, want 2 and 1", len(trips), d.scratch.LostPieces)
	}
	revisions := []uint32{trips[0].Revision, trips[1].Revision}
	if slices.Sort(revisions); !slices.Equal(revisions, []uint32{1, 2}) {
		t.Errorf("revisions %d, want one trip as it was and one amended", revisions)
	}
}

// Whatever pieces are lost: the rest goes on, no revision is missing, and the same log
// gives the same outcomes.
func TestLostPiecesKeepNothingFromGoingOn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "delivery")
		l := drawSecretive(rt)
		chance := rapid.IntRange(1, 8).Draw(rt, "one lost of")
		fresh := func() *pipeline.Vehicle {
			v, err := pipeline.NewVehicle(fleet.Profile{VehicleID: "car"})
			if err == nil {
				err = v.Know(l.history)
			}
			if err != nil {
				rt.Fatal(err)
			}
			return v
		}
		play := func() (out []string) {
			r := rand.New(rand.NewPCG(seed, 1))
			all := l.tardy(r, 8*day)
			days(all, r)
			store := &shelf{lost: func(file uint64) bool { return (file*math.MaxUint32+seed)%uint64(chance) == 0 }}
			counts := receiveWith(rt, store, fresh, all, func(int) bool { return r.IntN(3) == 0 },
				func(_ int, o []outcome.Outcome) { out = append(out, lines(rt, o)...) })
			return append(out, counts)
		}
		if once, again := play(), play(); !slices.Equal(once, again) {
			rt.Fatalf("%q\nthen %q", once, again)
		}
	})
}
