package main

import (
	"errors"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/ingest/partition"
)

// State of one cluster is not taken for another's, whose offsets mean something else.
func TestStateOfAnotherClusterIsRefused(t *testing.T) {
	w := newWorld(t, fakeBroker(t), town(9), 1)
	cfg, want := w.config(), w.oracle(t)
	m := w.start(t, cfg, wrappers{})
	settled(t, cfg.Store.SQLite, want)
	m.end(t)

	other, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.ClusterID("another"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	w.addr = other.ListenAddrs()[0]
	w.createTopics(t)
	cfg.Kafka.Brokers = []string{w.addr}
	m = w.start(t, cfg, wrappers{})
	var changed *partition.ClusterChangedError
	if err := <-m.ended; !errors.As(err, &changed) {
		t.Errorf("run ended with %v, want a ClusterChangedError", err)
	}
}
