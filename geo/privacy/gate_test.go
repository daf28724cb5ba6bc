package privacy

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/fleet"
	"milepost/telemetry"
)

// Whatever the switches and however the drive is cut, no position of an unshared
// moment passes, and every other one does.
func TestGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var g Gate
		shared := true
		for i := range int64(30) {
			f := &telemetry.Frame{Start: 1_700_000_000_000_000 + i*10_000_000}
			var want []int32
			for at := int32(0); at < 10_000_000; at += 250_000 {
				if r.IntN(8) == 0 {
					shared = !shared
					f.Body.At = append(f.Body.At, at)
					f.Body.Signal = append(f.Body.Signal, telemetry.LocationShared)
					f.Body.Value = append(f.Body.Value, map[bool]int64{true: 1}[shared])
				}
				if r.IntN(2) == 0 {
					f.Position.At = append(f.Position.At, at)
					f.Position.Latitude = append(f.Position.Latitude, float64(at))
					f.Position.Longitude = append(f.Position.Longitude, 1)
					if shared {
						want = append(want, at)
					}
				}
			}
			all := len(f.Position.At)
			if n, _ := g.Apply(f, 0, nil, nil); n != all-len(want) || len(f.Position.At) != len(want) {
				t.Fatalf("%d of %d removed, want %d", n, all, all-len(want))
			}
			for i, at := range want {
				if f.Position.At[i] != at || f.Position.Latitude[i] != float64(at) {
					t.Fatalf("position %d is of %d, want %d", i, f.Position.At[i], at)
				}
			}
		}
	})
}

// frameOf has ten positions, one a second, and the switches given as (second, value).
func frameOf(start int64, switches ...[2]int64) *telemetry.Frame {
	f := &telemetry.Frame{Start: start}
	for i := range int32(10) {
		f.Position.At = append(f.Position.At, i*1_000_000)
		f.Position.Latitude = append(f.Position.Latitude, 40)
		f.Position.Longitude = append(f.Position.Longitude, -3)
	}
	for _, s := range switches {
		f.Body.At = append(f.Body.At, int32(s[0]*1_000_000))
		f.Body.Signal = append(f.Body.Signal, telemetry.LocationShared)
		f.Body.Value = append(f.Body.Value, s[1])
	}
	return f
}

// pass gives the number of positions that the gate takes out of a frame.
func pass(g *Gate, f *telemetry.Frame) int {
	n, _ := g.Apply(f, 0, nil, nil)
	return n
}

func TestGateIsClosedInDoubt(t *testing.T) {
	const day = int64(1e15)
	for _, c := range []struct {
		name string
		play func(g *Gate) (removed int)
		want int
	}{
		{"shared by default", func(g *Gate) int { return pass(g, frameOf(day)) }, 0},
		{"hidden from its sample on", func(g *Gate) int { return pass(g, frameOf(day, [2]int64{4, 0})) }, 6},
		{"a value that is no truth value", func(g *Gate) int { return pass(g, frameOf(day, [2]int64{0, 2})) }, 10},
		{"times that go back", func(g *Gate) int { return pass(g, frameOf(day, [2]int64{5, 1}, [2]int64{3, 0})) }, 10},
		{"an older true does not open", func(g *Gate) int {
			pass(g, frameOf(day+60e6, [2]int64{0, 0}))
			return pass(g, frameOf(day, [2]int64{0, 1}))
		}, 10},
		{"positions from before the opening, in a later frame", func(g *Gate) int {
			pass(g, frameOf(day, [2]int64{0, 0}))
			pass(g, frameOf(day+60e6, [2]int64{5, 1}))
			return pass(g, frameOf(day+57e6))
		}, 8},
		{"a lost frame, signal never used", func(g *Gate) int { g.Missed(); return pass(g, frameOf(day)) }, 0},
		{"a lost frame, signal in use", func(g *Gate) int {
			pass(g, frameOf(day, [2]int64{0, 1}))
			g.Missed()
			return pass(g, frameOf(day+60e6))
		}, 10},
		{"and it opens when heard again", func(g *Gate) int {
			pass(g, frameOf(day, [2]int64{0, 1}))
			g.Missed()
			return pass(g, frameOf(day+60e6, [2]int64{3, 1}))
		}, 3},
		{"a late switch-off", func(g *Gate) int { g.Late(frameOf(day, [2]int64{0, 0}), day); return pass(g, frameOf(day+60e6)) }, 10},
		{"a late switch-off that was taken back since", func(g *Gate) int {
			pass(g, frameOf(day+60e6, [2]int64{0, 1}))
			g.Late(frameOf(day, [2]int64{0, 0}), day)
			return pass(g, frameOf(day+120e6))
		}, 0},
		{"a late switch-on does not open", func(g *Gate) int {
			pass(g, frameOf(day, [2]int64{0, 0}))
			g.Late(frameOf(day+30e6, [2]int64{0, 1}), day)
			return pass(g, frameOf(day+60e6))
		}, 10},
		{"a late switch-on, the first of all, after which another may be missing", func(g *Gate) int {
			pass(g, frameOf(day+60e6))
			g.Late(frameOf(day+30e6, [2]int64{0, 1}), day+60e6)
			return pass(g, frameOf(day+120e6))
		}, 10},
	} {
		if got := c.play(&Gate{}); got != c.want {
			t.Errorf("%s: %d of 10 positions removed, want %d", c.name, got, c.want)
		}
	}
}

// The turns of settings and switches, whichever hides.
func TestGateTellsItsTurns(t *testing.T) {
	const day = int64(1e15)
	settings := fleet.History{VehicleID: "v", Profiles: []fleet.Profile{
		{VehicleID: "v", From: fleet.Instant(day + 2e6), LocationSharing: fleet.Off}, {VehicleID: "v", From: fleet.Instant(day + 8e6)},
		{VehicleID: "v", From: fleet.Instant(day + 30e6), LocationSharing: fleet.Off},
	}}
	for _, c := range []struct {
		name    string
		frame   *telemetry.Frame
		want    []Turn
		removed int
	}{
		{"by setting", frameOf(day), []Turn{{day + 2e6, true, true}, {day + 8e6, false, false}}, 6},
		{"by both", frameOf(day, [2]int64{1, 0}, [2]int64{5, 1}), []Turn{{day + 1e6, true, true}, {day + 8e6, false, false}}, 7},
		{"by signal within", frameOf(day, [2]int64{3, 0}, [2]int64{9, 1}), []Turn{{day + 2e6, true, true}, {day + 9e6, false, false}}, 7},
		{"for no time", frameOf(day, [2]int64{8, 0}, [2]int64{8, 1}), []Turn{{day + 2e6, true, true}, {day + 8e6, false, false}}, 6},
		{"from before", frameOf(day + 3e6), []Turn{{day + 2e6, true, true}, {day + 8e6, false, false}}, 5},
	} {
		var g Gate
		removed, turns := g.Apply(c.frame, day-1, &settings, nil)
		if diff := cmp.Diff(c.want, turns); diff != "" || removed != c.removed {
			t.Errorf("%s: %d removed, want %d; turns (-want +got):\n%s", c.name, removed, c.removed, diff)
		}
	}
}
