package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/clickhouse"
	"milepost/sinks/clickhouse/clickhousetest"
	"milepost/sinks/kafka"
	"milepost/sinks/sqlite"
)

// driven is a trip of some days ago.
func driven(vehicle string, days int) *outcome.Trip {
	at := outcome.Time(time.Now().UTC().Truncate(time.Second).AddDate(0, 0, -days).UnixMicro())
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at},
		State:  outcome.Final, StartedAt: at, EndedAt: at + 600_000_000, Zone: "UTC", LocalDate: at.Std().Format(time.DateOnly),
		DistanceSource: "speed", Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{},
			Thresholds: map[string]float64{}, Tracks: []outcome.TrackSpan{}, Distances: map[string]float64{}},
	}
}

// keeping is a database of ClickHouse and an embedded store, and settings that name both.
type keeping struct {
	*testing.T
	config string
	to     []sinks.Writer
}

func newKeeping(t *testing.T) keeping {
	t.Helper()
	o := clickhousetest.Server(t).Database(t)
	k := keeping{T: t}
	var file string
	k.config, file = storeSettings(t, o)
	k.run(exitOK, "migrate")
	store, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	record, err := clickhouse.OpenWriter(t.Context(), clickhouse.Config{Addresses: o.Addr, Database: o.Auth.Database,
		Username: o.Auth.Username, Password: o.Auth.Password}, clickhouse.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { record.Close() })
	k.to = []sinks.Writer{store, record}
	return k
}

func (k keeping) write(all ...outcome.Outcome) {
	k.Helper()
	for _, to := range k.to {
		if err := to.Write(k.Context(), all); err != nil {
			k.Fatal(err)
		}
	}
}

// run runs milepost store and gives its output.
func (k keeping) run(want int, args ...string) string {
	k.Helper()
	code, out, errs := invoke(k.Context(), append(append([]string{"store"}, args...), "--config", k.config)...)
	if code != want {
		k.Fatalf("milepost store %s: exit code %d, want %d: %s%s", strings.Join(args, " "), code, want, out, errs)
	}
	return out
}

// due gives the rows of trips that would be deleted in each store, and those held.
func (k keeping) due() (said []string) {
	k.Helper()
	for line := range strings.Lines(k.run(exitOK, "retain", "--dry-run", "--json")) {
		var v retained
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			k.Fatal(err)
		}
		said = append(said, fmt.Sprintf("%s %d due %d held", v.Store, v.Tables[0].Due, v.Tables[0].Held))
	}
	return said
}

func (k keeping) wantDue(want ...string) {
	k.Helper()
	if got := k.due(); fmt.Sprint(got) != fmt.Sprint(want) {
		k.Errorf("got %q, want %q", got, want)
	}
}

func TestRetainAndHold(t *testing.T) {
	k := newKeeping(t)
	t.Setenv("MILEPOST_STORE_RETENTION_TRIPS_DAYS", "30")
	for _, days := range []int{1, 100, 200} {
		k.write(driven("car-a", days), driven("car-b", days))
	}
	k.wantDue("sqlite 4 due 0 held", "clickhouse 4 due 0 held")
	day := func(ago int) string { return time.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly) }
	id := strings.TrimSpace(k.run(exitOK, "hold", "--vehicle", "car-a", "--from", day(101), "--to", day(98), "--reason", "claim 7"))
	for who, want := range map[string]string{
		"car-a --from " + day(101) + " --to " + day(98): "the hold keeps 1 trip, 0 events, 0 months and 0 collisions now",
		"car-a --from " + day(60) + " --to " + day(50):  "nothing of that time is stored of car-a yet",
		"nobody --from " + day(60) + " --to " + day(50): "nothing is stored of nobody yet",
	} {
		args := append([]string{"store", "hold", "--config", k.config, "--reason", "r", "--vehicle"}, strings.Fields(who)...)
		code, extra, said := invoke(t.Context(), args...)
		if code != exitOK || strings.Count(said, ": "+want+"\n") != 2 {
			t.Errorf("hold of %s: exit code %d, %s, want twice %q", who, code, said, want)
		}
		k.run(exitOK, "release", strings.TrimSpace(extra))
	}
	k.wantDue("sqlite 3 due 1 held", "clickhouse 3 due 1 held")
	if out := k.run(exitOK, "holds"); strings.Count(out, id) != 1 || !strings.Contains(out, "claim 7") {
		t.Errorf("holds: %s", out)
	}
	if out := k.run(exitOK, "holds", "--vehicle", "car-b"); out != "No holds.\n" {
		t.Errorf("holds of another: %s", out)
	}
	if out := k.run(exitOK, "retain"); strings.Count(out, "trips") != 2 || !strings.Contains(out, "for ever") {
		t.Errorf("retain: %s", out)
	}
	k.wantDue("sqlite 0 due 1 held", "clickhouse 0 due 1 held")
	k.run(exitOK, "release", id)
	k.wantDue("sqlite 1 due 0 held", "clickhouse 1 due 0 held")
	k.run(exitOK, "retain")
	k.wantDue("sqlite 0 due 0 held", "clickhouse 0 due 0 held")
	k.run(exitFailed, "release", id)
	k.run(exitUsage, "hold", "--vehicle", "car-a", "--from", day(1), "--to", day(2), "--reason", "backwards")
	k.run(exitUsage, "hold", "--vehicle", "car-a", "--from", "yesterday", "--to", day(2), "--reason", "r")
}

func TestStoreCheck(t *testing.T) {
	k := newKeeping(t)
	fake, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "facts"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	rt := &kafkago.Transport{}
	t.Cleanup(rt.CloseIdleConnections)
	topic := kafka.NewWriter(rt, kafkago.TCP(fake.ListenAddrs()...), kafka.Config{Topic: "facts"})
	t.Setenv("MILEPOST_KAFKA_BROKERS", fake.ListenAddrs()[0])
	t.Setenv("MILEPOST_OUTCOMES_TOPIC", "")
	k.run(exitUsage, "check")
	t.Setenv("MILEPOST_OUTCOMES_TOPIC", "facts")

	var all []outcome.Outcome
	for i := range 20 {
		all = append(all, driven(fmt.Sprint("car-", i), 3))
	}
	if err := topic.Write(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	k.write(all...)
	if out := k.run(exitOK, "check"); strings.Count(out, "against topic facts") != 2 {
		t.Errorf("check: %s", out)
	}
	// What retention deletes is not missing.
	old := driven("car-old", 40)
	if err := topic.Write(t.Context(), []outcome.Outcome{old}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MILEPOST_STORE_RETENTION_TRIPS_DAYS", "30")
	k.run(exitOK, "check", "--json")
	t.Setenv("MILEPOST_STORE_RETENTION_TRIPS_DAYS", "0")
	out := k.run(exitFailed, "check", "--settle", "1ms")
	if strings.Count(out, old.ID) != 2 || strings.Count(out, "missing") != 2 || strings.Contains(out, "car-") {
		t.Errorf("check: %s", out)
	}
	from := time.Now().AddDate(0, 0, -10).UTC().Format(time.RFC3339)
	k.run(exitOK, "check", "--from", from)
	for line := range strings.Lines(k.run(exitFailed, "check", "--to", from, "--settle", "1ms", "--json")) {
		var v checked
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if c := v.Types[outcome.TypeTrip]; v.Right || c.InTopic != 1 || c.Missing != 1 || v.Records != 21 {
			t.Errorf("got %+v", v)
		}
	}
	k.run(exitUsage, "check", "--from", "2026-09-02", "--to", "2026-09-01")
	k.run(exitUsage, "check", "--memory", "lots")
	t.Setenv("MILEPOST_OUTCOMES_TOPIC", "nowhere")
	_, _, said := invoke(t.Context(), "store", "check", "--config", k.config)
	if strings.Count(said, "nowhere") != 1 || !strings.Contains(said, "outcomes.topic") || !strings.Contains(said, "milepost run") {
		t.Errorf("a topic that is not there: %s", said)
	}
}

// An erasure is told from a loss by its proof.
func TestStoreCheckOfAnErasure(t *testing.T) {
	k := newKeeping(t)
	fake, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "facts"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	rt := &kafkago.Transport{}
	t.Cleanup(rt.CloseIdleConnections)
	topic := kafka.NewWriter(rt, kafkago.TCP(fake.ListenAddrs()...), kafka.Config{Topic: "facts"})
	for name, value := range map[string]string{"KAFKA_BROKERS": fake.ListenAddrs()[0], "OUTCOMES_TOPIC": "facts", "PROFILES_TOPIC": "", "STATE_DIR": t.TempDir()} {
		t.Setenv("MILEPOST_"+name, value)
	}
	gone, kept := driven("car-gone", 3), driven("car-kept", 3)
	if err := topic.Write(t.Context(), []outcome.Outcome{gone, kept}); err != nil {
		t.Fatal(err)
	}
	k.write(gone, kept)
	proof := filepath.Join(t.TempDir(), "proof.json")
	code, out, errs := invoke(t.Context(), "erase", "--config", k.config, "--vehicle", "car-gone", "--proof", proof, "--no-wait")
	if code != exitOK {
		t.Fatalf("erase: %d %s%s", code, out, errs)
	}
	if out := k.run(exitFailed, "check", "--settle", "1ms"); strings.Count(out, gone.ID) != 2 || strings.Count(out, "--erased") != 2 {
		t.Errorf("without the proof: %s", out)
	}
	if out := k.run(exitOK, "check", "--settle", "1ms", "--erased", proof); strings.Count(out, "1 facts are missing because they were erased") != 2 {
		t.Errorf("with the proof: %s", out)
	}
	k.run(exitUsage, "check", "--erased", k.config)
}
