package main

import (
	"errors"
	"path/filepath"
	"testing"

	"milepost/ingest/partition"
)

// A topic that grows under a running process sends vehicles to other partitions than
// their state is in: that ends it, and is not noticed only at the next start.
func TestATopicThatGrowsIsRefused(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, town(7), 2)
		cfg := w.config()
		m := w.start(t, cfg, wrappers{})
		until(t, "both partitions have a checkpoint", func() bool {
			found, err := filepath.Glob(filepath.Join(cfg.State.Dir, "*", "[01]", "manifest", "*"))
			folders := map[string]bool{}
			for _, f := range found {
				folders[filepath.Dir(f)] = true
			}
			return err == nil && len(folders) == 2
		})
		w.grow(t, 3)
		var changed *partition.PartitionsChangedError
		if err := <-m.ended; !errors.As(err, &changed) {
			t.Fatalf("run ended with: %v", err)
		}
	})
}
