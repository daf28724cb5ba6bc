package cars

import (
	"slices"
	"testing"

	"milepost/fleet"
	"milepost/ingest/order"
	"milepost/pipeline"
	"milepost/state"
	"milepost/telemetry"
)

const (
	t0  = 1_790_000_000_000_000 // µs
	sec = 1_000_000
)

// secondOf is a frame of one second: a position at its beginning, and switches of the
// sharing after it.
func secondOf(boot uint32, seq uint64, at int64, switches ...int64) *telemetry.Frame {
	f := &telemetry.Frame{VehicleID: "car", Boot: boot, Sequence: seq, Start: t0 + at*sec, Arrived: t0 + at*sec + sec}
	f.Position.At = []int32{0}
	f.Position.Latitude = []float64{48.1}
	f.Position.Longitude = []float64{11.5}
	f.Pad()
	for i, v := range switches {
		f.Body.At = append(f.Body.At, int32(100_000*(i+1)))
		f.Body.Signal = append(f.Body.Signal, telemetry.LocationShared)
		f.Body.Value = append(f.Body.Value, v)
	}
	return f
}

// entries keeps what a cut gives.
type entries map[string][]byte

func (e entries) Entry(key string, entry []byte)           { e[key] = slices.Clone(entry) }
func (entries) Put(bool, []byte) (r pipeline.Ref, _ error) { return r, nil }
func (entries) Read(pipeline.Ref) (piece []byte, _ error)  { return nil, nil }

// stored gives the sequences of the frames in a vehicle's state that have places.
func stored(t *testing.T, entry []byte) (seqs []uint64) {
	t.Helper()
	c := state.NewReader(entry)
	var h header
	h.state(c)
	var q order.Queue
	if q.State(c); c.Err() != nil {
		t.Fatal(c.Err())
	}
	for f := range q.Held {
		f.Change(func(f *telemetry.Frame) bool {
			if len(f.Position.At) > 0 {
				seqs = append(seqs, f.Sequence)
			}
			return false
		})
	}
	return seqs
}

func TestNoHiddenPlaceWaitsInTheState(t *testing.T) {
	off := fleet.History{VehicleID: "car", Profiles: []fleet.Profile{{VehicleID: "car", LocationSharing: fleet.Off}}}
	for name, test := range map[string]struct {
		frames []*telemetry.Frame
		know   bool // at the end
		want   []uint64
	}{
		"shared": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0), secondOf(0, 2, 2), secondOf(0, 3, 3)}, want: []uint64{2, 3},
		},
		"hidden before the gap": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0, 0), secondOf(0, 2, 2), secondOf(0, 3, 3)},
		},
		"hidden before the gap, shared again behind it": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0, 0), secondOf(0, 2, 2, 1), secondOf(0, 3, 3)}, want: []uint64{3},
		},
		"hidden by one that waits": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0), secondOf(0, 2, 2, 0), secondOf(0, 3, 3)}, want: []uint64{2},
		},
		"hidden by one that came after those behind it": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0), secondOf(0, 3, 3), secondOf(0, 4, 4), secondOf(0, 2, 2, 0)}, want: []uint64{2},
		},
		"hidden by one that fills a part of the gap": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0), secondOf(0, 3, 3), secondOf(0, 1, 1, 0)},
		},
		"in doubt, in the next boot": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0, 1), secondOf(1, 0, 2)},
		},
		"shared again in the next boot": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0, 1), secondOf(1, 0, 2, 1), secondOf(1, 1, 3)}, want: []uint64{1},
		},
		"a setting that becomes known": {
			frames: []*telemetry.Frame{secondOf(0, 0, 0), secondOf(0, 2, 2)}, know: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := New()
			for _, f := range test.frames {
				if _, err := c.Record(f); err != nil {
					t.Fatal(err)
				}
			}
			if test.know {
				if err := c.Know(off); err != nil {
					t.Fatal(err)
				}
			}
			cut := entries{}
			if err := c.Cut(cut); err != nil {
				t.Fatal(err)
			}
			if got := stored(t, cut[vehicleKey+"car"]); !slices.Equal(got, test.want) {
				t.Errorf("places in the frames %v, want those in %v", got, test.want)
			}
		})
	}
}
