package pipeline_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/fleet"
	"milepost/pipeline"
	"milepost/state"
	"milepost/telemetry"
)

// savedLife is a car whose state is kept under testdata/state for ever: what came
// before it was written, and what comes after.
type savedLife struct {
	name          string
	since         int // version
	before, after []*telemetry.Frame
}

// saved are the lives of every version. Their frames must never change: files of older
// versions were made from them. Add others instead.
func saved() []savedLife {
	drive := func(from, to float64) (ps []point) {
		odo := 1e6
		for x := from; x < to; x += 0.1 {
			at, a := t0+int64(math.Round(x*10))*sec/10, 4*math.Sin(x/3)
			odo += 1.5
			v := 15 + 12*math.Cos(x/3)
			ps = append(ps, speedAt(at, math.Round(v*100)/100), motionAt(at+20_000, math.Round(-a*100)/100, math.Round(a*50)/100))
			if i := int(math.Round(x * 10)); i%10 == 0 {
				ps = append(ps, fixAt(at+50_000, math.Round(odo-1e6)), odometerAt(at+500_000, math.Round(odo)))
			}
		}
		return ps
	}
	start := slices.Concat([]point{ignitionAt(t0, true), changeAt(t0+sec, telemetry.DriverID, 7), changeAt(t0+2*sec, telemetry.LocationShared, 1)}, drive(3, 62.4))
	hide := []point{changeAt(t0+40*sec+500_000, telemetry.LocationShared, 0), changeAt(t0+50*sec+500_000, telemetry.LocationShared, 1)}
	off, on := []point{ignitionAt(t0+63*sec, false)}, []point{ignitionAt(t0+100*sec, true)}
	again := []point{ignitionAt(t0+1000*sec, true)}
	off2 := []point{ignitionAt(t0+1500*sec, false)}
	all := []struct {
		name   string
		since  int // version
		points []point
		split  float64 // s after t0: frames that begin before it come before the state
		lost   int     // a frame that comes only after the state; 0 for none
	}{
		{"driving", 1, slices.Concat(start, hide, drive(62.4, 300), off2), 62.4, 0},
		{"paused", 1, slices.Concat(start, off, on, drive(101, 300), off2), 90, 0},
		{"parked", 1, slices.Concat(start, off, []point{changeAt(t0+400*sec, telemetry.DriverID, 0)}, again, drive(1001, 1300), off2), 500, 0},
		{"waiting", 1, slices.Concat(start, drive(62.4, 300), off2), 62.4, 4},
		{"crashed", 2, append(plainCrash().points(), changeAt(t0+45*sec, telemetry.HazardSignaling, 1)), 40, 0},
	}
	var lives []savedLife
	for _, c := range all {
		life := savedLife{name: c.name, since: c.since}
		frames := cutFrames(slices.Clone(c.points), 10*sec)
		for i, f := range frames {
			if f.Start < t0+int64(c.split*1e6) && (c.lost == 0 || i != c.lost) {
				life.before = append(life.before, f)
			} else {
				f.Arrived = max(f.Arrived, life.before[len(life.before)-1].Arrived)
				life.after = append(life.after, f)
			}
		}
		lives = append(lives, life)
	}
	return lives
}

// state plays a life up to its state, and gives that.
func (l savedLife) state(t testing.TB) []byte {
	c := newCar(t, fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid"})
	for _, f := range l.before {
		c.record(f)
	}
	queue, vehicle := c.save()
	w := state.NewWriter(nil)
	w.Bytes(&queue)
	w.Bytes(&vehicle)
	b, err := w.Done()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// goOn reads a state and gives the outcomes of what comes after it.
func (l savedLife) goOn(t testing.TB, b []byte) string {
	var queue, vehicle []byte
	r := state.NewReader(b)
	r.Bytes(&queue)
	r.Bytes(&vehicle)
	if _, err := r.Done(); err != nil {
		t.Fatal(err)
	}
	c := newCar(t, fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid"})
	c.load(queue, vehicle)
	return strings.Join(c.outcomes(l.after, func(int) bool { return false }), "\n") + "\n"
}

// Every version's files are read and give the outcomes that they gave.
func TestStatesOfEveryVersionAreRead(t *testing.T) {
	for version := 1; version <= pipeline.VehicleVersion; version++ {
		for _, life := range saved() {
			if life.since > version {
				continue
			}
			name := filepath.Join("testdata", "state", fmt.Sprintf("v%d", version), life.name)
			if *update && version == pipeline.VehicleVersion {
				if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name+".bin", life.state(t), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			b, err := os.ReadFile(name + ".bin")
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(name+".golden", []byte(life.goOn(t, b)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(life.goOn(t, b), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			if version == pipeline.VehicleVersion && !bytes.Equal(b, life.state(t)) {
				t.Errorf("%s: the state is written otherwise than version %d was: raise vehicleVersion, read both, then -update", name, version)
			}
		}
	}
}

// A state written and read in mid-life gives what the life gives undisturbed, so that
// the files hold what they should.
func TestSavedLivesAreUndisturbed(t *testing.T) {
	for _, life := range saved() {
		whole := newCar(t, fleet.Profile{VehicleID: "car", Zone: "Europe/Madrid"}).
			outcomes(slices.Concat(life.before, life.after), func(int) bool { return false })
		got := strings.Split(strings.TrimSpace(life.goOn(t, life.state(t))), "\n")
		// What came out before the state is not told again; nor is what was dropped.
		if n := len(got) - 1; n < 2 || !slices.Equal(whole[len(whole)-1-n:len(whole)-1], got[:n]) {
			t.Errorf("%s: undisturbed\n%s\nread\n%s", life.name, strings.Join(whole, "\n"), strings.Join(got, "\n"))
		}
	}
}

func TestDamagedVehicles(t *testing.T) {
	for _, life := range saved() {
		c := newCar(t, fleet.Profile{VehicleID: "car"})
		for _, f := range life.before {
			c.record(f)
		}
		_, b := c.save()
		fresh, empty := newCar(t, c.profile), newCar(t, c.profile).vehicle.AppendState(nil)
		for n := range b {
			if err := fresh.vehicle.LoadState(b[:n]); !errors.Is(err, state.ErrDamaged) {
				t.Fatalf("%s cut at byte %d of %d: %v", life.name, n, len(b), err)
			}
		}
		if !bytes.Equal(fresh.vehicle.AppendState(nil), empty) {
			t.Errorf("%s: a refused state left something behind", life.name)
		}
		b[0]++
		var newer *state.NewerError
		if err := fresh.vehicle.LoadState(b); !errors.As(err, &newer) || newer.Found != pipeline.VehicleVersion+1 || newer.Known != pipeline.VehicleVersion {
			t.Errorf("%s of a newer version: %v", life.name, err)
		}
	}
}

// Any bytes are refused, or make a vehicle that lives on without a panic and whose
// state is read again.
func FuzzLoadState(f *testing.F) {
	for _, life := range saved() {
		c := newCar(f, fleet.Profile{VehicleID: "car"})
		for _, fr := range life.before {
			c.record(fr)
		}
		queue, vehicle := c.save()
		f.Add(queue, vehicle)
	}
	after := saved()[0].after
	f.Fuzz(func(t *testing.T, queue, vehicle []byte) {
		c := newCar(t, fleet.Profile{VehicleID: "car"})
		r := state.NewReader(queue)
		c.queue.State(r)
		if err := c.vehicle.LoadState(vehicle); err != nil {
			var newer *state.NewerError
			if !errors.Is(err, state.ErrDamaged) && !errors.As(err, &newer) {
				t.Fatal(err)
			}
		}
		c.restart()
		for _, fr := range after {
			c.record(fr)
		}
		c.advance(math.MaxInt64)
	})
}
