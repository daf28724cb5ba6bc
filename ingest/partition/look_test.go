package partition

import (
	"errors"
	"testing"
	"time"

	"milepost/fleet"
	"milepost/ingest/snapshot"
	"milepost/pipeline"
)

// An owner that has nothing to write down hears of a newer claim all the same, and asks
// no more often than it would write.
func TestAnIdleOwnerHearsOfANewerClaim(t *testing.T) {
	store := dir(t)
	ports, now := newPorts(t, store), time.Now()
	ports.Now = func() time.Time { return now }
	p := New(Config{Topic: "telemetry", Partitions: 1, Every: time.Minute}, ports)
	p.cutNext = p.next // as after a checkpoint
	step := func(after time.Duration) error {
		now = now.Add(after)
		return p.checkpointIfDue(t.Context())
	}
	if err := step(time.Minute); err != nil {
		t.Fatal(err)
	}
	newer, err := snapshot.Claim(t.Context(), store, snapshot.Key{Topic: "telemetry"}, "newer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { newer.Close() })
	if err := step(time.Second); err != nil {
		t.Errorf("within the time between two checkpoints: %v", err)
	}
	if err := step(time.Minute); !errors.Is(err, snapshot.ErrFenced) {
		t.Errorf("after it: %v", err)
	}
}

// A tombstone leaves nothing of a vehicle that nothing else is known of.
func TestATombstoneForgetsAProfile(t *testing.T) {
	p := New(Config{}, Ports{Now: time.Now})
	known := profile{history: fleet.Always(fleet.Profile{VehicleID: "car", Account: "a"})}
	gone := profile{history: fleet.Always(fleet.Profile{VehicleID: "car"}), gone: true}
	for _, one := range []*profile{&gone, &known, &gone} {
		if err := p.apply(one); err != nil {
			t.Fatal(err)
		}
	}
	if p.cars.Knows("car") {
		t.Error("the profile is still in force")
	}
	left := writtenDown{}
	if err := p.cars.Cut(left); err != nil || len(left) != 1 || left["p/car"] != nil {
		t.Errorf("written down are %v, error %v", left, err)
	}
}

// writtenDown is what a cut writes down, by key.
type writtenDown map[string][]byte

func (w writtenDown) Entry(key string, entry []byte) { w[key] = entry }

func (writtenDown) Put(bool, []byte) (pipeline.Ref, error) { return pipeline.Ref{}, errNoCut }

func (writtenDown) Read(pipeline.Ref) ([]byte, error) { return nil, errNoCut }
