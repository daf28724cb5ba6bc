package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/erase"
	"milepost/ingest/blob"
	"milepost/ingest/cars"
	"milepost/ingest/snapshot"
	"milepost/outcome"
	"milepost/sinks/kafka"
	"milepost/telemetry"
)

// A vehicle is erased while milepost works: it takes the partition up again without it,
// and everybody else's outcomes are as if nothing had been.
func TestEraseBesideALiveRun(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, days(61), 3)
		w.idle = 1 << 40 // no trip ends by silence meanwhile
		gone := w.frames[0].VehicleID
		before, after := w.cutWithinATripOf(t, gone)
		cfg := w.config()
		cfg.Outcomes.Topic = w.topic("outcomes")
		m := w.start(t, cfg, wrappers{})
		w.produce(t, before)
		w.refused(t, gone)
		until(t, "all is read and written down", func() bool { return w.readTo(t, cfg) })
		if entry := w.entryOf(t, cfg, cars.Key(gone)); cars.Describe(cars.Key(gone), entry) != cars.Driving {
			t.Fatal("the vehicle is not under way")
		}
		began := m.number(t, "milepost_rebalances_total")

		settings := w.settings(t, cfg)
		code, shown, told := command(t, "erase", "--config", settings, "--vehicle", gone, "--dry-run")
		if code != exitOK || !strings.Contains(shown, "Dry run: nothing was erased.") || w.entryOf(t, cfg, cars.Key(gone)) == nil {
			t.Fatalf("dry run: exit code %d\n%s%s", code, shown, told)
		}
		proofFile := filepath.Join(w.dir, "proof.json")
		code, shown, told = command(t, "erase", "--config", settings, "--vehicle", gone, "--proof", proofFile)
		if code != exitOK || !strings.Contains(shown, "Erased, and every place read again.") {
			t.Fatalf("exit code %d\n%s%s", code, shown, told)
		}
		if m.number(t, "milepost_rebalances_total") <= began {
			t.Error("the run has not taken its partitions up again")
		}
		checkProof(t, proofFile, gone)
		for _, key := range []string{cars.Key(gone), cars.ProfileKey(gone)} {
			if w.entryOf(t, cfg, key) != nil {
				t.Errorf("the state holds %s", key[:2])
			}
		}

		want := w.oracle(t)
		maps.DeleteFunc(want, func(_, body string) bool { return strings.Contains(body, `"`+gone+`"`) })
		w.profiles = nil // they were written before
		w.produce(t, after)
		until(t, "the rest is read", func() bool { return w.readTo(t, cfg) })
		m.end(t)
		w.idle = quickly
		last := w.start(t, cfg, wrappers{})
		settled(t, cfg.Store.SQLite, want)
		last.end(t)
		// Once more: there is nothing left but what the brokers keep for their time.
		code, shown, told = command(t, "erase", "--config", settings, "--vehicle", gone)
		if code != exitOK || strings.Contains(shown, "trips") || strings.Contains(shown, "entries") {
			t.Errorf("again: exit code %d\n%s%s", code, shown, told)
		}
	})
}

// cutWithinATripOf divides the frames where a vehicle is under way; of the later ones
// its own are left out.
func (w *world) cutWithinATripOf(t *testing.T, vehicle string) (before, after []*telemetry.Frame) {
	t.Helper()
	var middles []int64
	w.play(t, func(_, body string) {
		var trip outcome.Trip
		if err := json.Unmarshal([]byte(body), &trip); err != nil {
			t.Fatal(err)
		}
		if trip.Type == outcome.TypeTrip && trip.VehicleID == vehicle {
			middles = append(middles, int64(trip.StartedAt+trip.EndedAt)/2)
		}
	})
	if len(middles) < 4 {
		t.Fatalf("the vehicle has %d trips", len(middles))
	}
	at := middles[len(middles)/2]
	for _, f := range w.frames {
		switch {
		case f.Arrived <= at:
			before = append(before, f)
		case f.VehicleID != vehicle:
			after = append(after, f)
		}
	}
	return before, after
}

// refused writes a record of the vehicle that becomes a dead letter.
func (w *world) refused(t *testing.T, vehicle string) {
	t.Helper()
	to := kafka.NewProducer(kafkago.DefaultTransport, kafkago.TCP(w.addr), kafka.ProducerConfig{Topic: w.topic("telemetry")})
	if _, err := to.Produce(t.Context(), []kafka.Record{{Partition: kafka.ByKey, Key: []byte(vehicle), Value: []byte("?")}}); err != nil {
		t.Fatal(err)
	}
}

// entryOf is what the newest snapshots hold under a key.
func (w *world) entryOf(t *testing.T, cfg config.Config, key string) (found []byte) {
	t.Helper()
	store, err := blob.OpenDir(cfg.State.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for number := range w.partitions {
		_, err := snapshot.Inspect(t.Context(), store, snapshot.Key{Topic: w.topic("telemetry"), Partition: number},
			func(k string, state []byte) error {
				if k == key {
					found = append([]byte{}, state...)
				}
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// settings is the file of what a world's run reads.
func (w *world) settings(t *testing.T, cfg config.Config) string {
	t.Helper()
	path := filepath.Join(w.dir, "milepost.yaml")
	text := fmt.Sprintf("kafka: {brokers: [%q], group: %q}\ntelemetry: [{topic: %q}]\nprofiles: {topic: %q}\ndead_letters: {topic: %q}\n"+
		"outcomes: {topic: %q}\nalerts: {vehicle_topic: \"\", notifications_topic: \"\", care_topic: \"\"}\nstate: {dir: %q, every: 1s}\nstore: {sqlite: %q}\n", w.addr, cfg.Kafka.Group, w.topic("telemetry"),
		cfg.Profiles.Topic, cfg.DeadLetters.Topic, cfg.Outcomes.Topic, cfg.State.Dir, cfg.Store.SQLite)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkProof looks for what a proof must say, and for what it must not.
func checkProof(t *testing.T, path, vehicle string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), `"`+vehicle+`"`) {
		t.Error("the proof names the vehicle")
	}
	var p erase.Proof
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int64{}
	for _, place := range p.Places {
		if !place.Verified {
			t.Errorf("%s %s is not verified: %s", place.Kind, place.Name, place.Error)
		}
		for _, n := range place.Found {
			kinds[place.Kind] += n
		}
	}
	for _, kind := range []string{erase.KindState, erase.KindStore, erase.KindProfiles, erase.KindOutcomes, erase.KindDeadLetters} {
		if kinds[kind] == 0 {
			t.Errorf("nothing was found in %s", kind)
		}
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
}

func TestEraseOfAVehicleNeverSeen(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newWorld(t, addr, town(62), 2)
		cfg := w.config()
		m := w.start(t, cfg, wrappers{})
		want := w.oracle(t)
		settled(t, cfg.Store.SQLite, want)
		m.end(t)
		code, shown, told := command(t, "erase", "--config", w.settings(t, cfg), "--vehicle", "nobody")
		if code != exitOK || !strings.Contains(shown, "Nothing was found anywhere.") {
			t.Errorf("exit code %d\n%s%s", code, shown, told)
		}
		if !maps.Equal(inStore(t, cfg.Store.SQLite), want) {
			t.Error("something was erased")
		}
		cfg.Store.SQLite = filepath.Join(w.dir, "elsewhere.db")
		code, shown, told = command(t, "erase", "--config", w.settings(t, cfg), "--vehicle", "nobody")
		if code != exitOK || !strings.Contains(shown, "elsewhere.db: WARNING: no such file") {
			t.Errorf("without the store: exit code %d\n%s%s", code, shown, told)
		}
	})
}
