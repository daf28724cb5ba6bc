package snapshot_test

import (
	"slices"
	"testing"

	"milepost/ingest/snapshot"
)

func TestInspect(t *testing.T) {
	s := newMemory()
	l := begin(t, s, "host-1", nil)
	c := l.Begin()
	file, _, length, err := c.Chunk(false, []byte("piece"))
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(c, map[string]string{"a": "1", "b": "22"}).Commit(t.Context(), meta(7), map[uint64]int64{file: int64(length)}); err != nil {
		t.Fatal(err)
	}
	l.Settle()
	before := s.names("")
	var vehicles []string
	got, err := snapshot.Inspect(t.Context(), s, key, func(vehicle string, _ []byte) error {
		vehicles = append(vehicles, vehicle)
		return nil
	})
	if err != nil || !slices.Equal(vehicles, []string{"a", "b"}) {
		t.Fatal(vehicles, err)
	}
	if got.Epoch != 1 || got.Owner != "host-1" || got.WrittenBy != "host-1" || got.Vehicles != 2 || got.StateBytes != 3 ||
		got.BaseFiles != 1 || got.Deltas != 0 || got.Young.Files != 1 || got.Young.Live != 5 || got.Kept.Files != 0 ||
		got.Meta.Offsets[key.Topic] != 7 {
		t.Errorf("summary %+v", got)
	}
	if !slices.Equal(before, s.names("")) {
		t.Error("inspecting has changed something")
	}
	keys, err := snapshot.Partitions(t.Context(), s)
	if err != nil || !slices.Equal(keys, []snapshot.Key{key}) {
		t.Errorf("partitions %v, %v", keys, err)
	}
}
