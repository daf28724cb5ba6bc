package cars

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/ingest/order"
	"milepost/state"
	"milepost/telemetry"
)

// worldly are frames of ten seconds of a drive in one of two worlds, which differ in what is
// sensed while the location is not shared alone; a frame switches to what stands at its
// index, where that is not below 0.
func worldly(world float64, switches []int64) (frames []*telemetry.Frame) {
	unshared := false
	for i, value := range switches {
		f := &telemetry.Frame{VehicleID: "car", Boot: 1, Sequence: uint64(i), Start: t0 + int64(i)*10*sec}
		f.Arrived = f.Start + 10*sec
		for k := range int32(20) {
			at, secret := k*500_000, 0.0
			if k == 10 && value >= 0 {
				f.Body.At, f.Body.Signal, f.Body.Value = append(f.Body.At, at), append(f.Body.Signal, telemetry.LocationShared), append(f.Body.Value, value)
				unshared = value != 1
			}
			if unshared {
				secret = world
			}
			f.Speed.At, f.Speed.Speed = append(f.Speed.At, at), append(f.Speed.Speed, float32(10+secret))
			f.Motion.At, f.Motion.Longitudinal, f.Motion.Lateral = append(f.Motion.At, at), append(f.Motion.Longitudinal, float32(secret)), append(f.Motion.Lateral, 0)
			f.Energy.At, f.Energy.Odometer = append(f.Energy.At, at), append(f.Energy.Odometer, 1e6+float64(k)+100*secret)
			f.Position.At, f.Position.Latitude, f.Position.Longitude = append(f.Position.At, at), append(f.Position.Latitude, 48+secret/100), append(f.Position.Longitude, 11)
		}
		f.Pad()
		frames = append(frames, f)
	}
	return frames
}

// queueOf is what waits in a vehicle's entry.
func queueOf(t testing.TB, c *Cars) []byte {
	cut := entries{}
	if err := c.Cut(cut); err != nil {
		t.Fatal(err)
	}
	r := state.NewReader(cut[vehicleKey+"car"])
	var h header
	h.state(r)
	var q order.Queue
	if q.State(r); r.Err() != nil {
		t.Fatal(r.Err())
	}
	w := state.NewWriter(nil)
	q.State(w)
	b, err := w.Done()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Frames that wait for one that is missing hold nothing of unshared time: two worlds that
// differ in that alone are stored alike.
func TestNoUnsharedSampleWaits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		switches := make([]int64, 24)
		for i := range switches {
			if switches[i] = -1; r.IntN(4) == 0 {
				switches[i] = r.Int64N(2)
			}
		}
		var turn []int
		for i := range switches {
			// A missing switch hides nothing behind it: nobody has heard it.
			if switches[i] >= 0 || r.IntN(4) > 0 {
				turn = append(turn, i)
			} else if n := len(turn); n > 0 && switches[turn[n-1]] < 0 && r.IntN(2) == 0 {
				turn = slices.Insert(turn, max(0, len(turn)-1), i)
			}
		}
		history := fleet.History{VehicleID: "car", Profiles: []fleet.Profile{{VehicleID: "car"}}}
		cars := [2]*Cars{New(), New()}
		frames := [2][]*telemetry.Frame{worldly(1, switches), worldly(3, switches)}
		for _, i := range turn {
			var kept [2][]byte
			for w, c := range cars {
				if err := c.Know(history); err != nil {
					t.Fatal(err)
				}
				f := frames[w][i]
				f.Arrived = f.Start + 10*sec
				if _, err := c.Record(f); err != nil {
					t.Fatal(err)
				}
				kept[w] = queueOf(t, c)
			}
			if string(kept[0]) != string(kept[1]) {
				rt.Fatalf("what waits after frame %d tells the worlds apart; switches %v, order %v", i, switches, turn)
			}
		}
	})
}
