package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/fixtures"
	"milepost/ingest/uplink"
	"milepost/outcome"
)

// broker starts a broker within the test and gives its address.
func simulatedBroker(t *testing.T) string {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c.ListenAddrs()[0]
}

// count is the number of records in a topic, by partition.
func count(t *testing.T, address, topic string) map[int32]int64 {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(address))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[int32]int64{}
	ends.Each(func(o kadm.ListedOffset) { counts[o.Partition] = o.Offset })
	return counts
}

// Vehicles crash only where it is asked for, and the truth says so.
func TestSimulateLetsVehiclesCrash(t *testing.T) {
	address := simulatedBroker(t)
	for rate, want := range map[string]bool{"0": false, "300": true} {
		truth := filepath.Join(t.TempDir(), "truth.jsonl")
		code, _, stderr := invoke(t.Context(), "simulate", "--kafka", address, "--vehicles", "3", "--from", "2026-09-01", "--seed", "4",
			"--motion-hz", "50", "--frame-seconds", "60", "--create-topic", "--topic", "crashes-"+rate, "--truth", truth, "--crashes", rate)
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, stderr)
		}
		lines, err := os.ReadFile(truth)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(lines), `"delta_v_kmh":`); got != want {
			t.Errorf("--crashes %s: crashes in the truth: %t", rate, got)
		}
	}
}

// Where vehicles crash, acceleration comes as often as collisions need it, unless said
// otherwise, and half of the fleet consents to a care centre.
func TestSimulatedCrashesCanBeTold(t *testing.T) {
	asked := 50
	for name, c := range map[string]struct {
		cmd            simulateCmd
		hz, consenting int
	}{
		"no crashes": {simulateCmd{}, 10, 0},
		"crashes":    {simulateCmd{Crashes: 5}, 100, 2},
		"a rate":     {simulateCmd{Crashes: 5, MotionHz: &asked}, 50, 2},
	} {
		c.cmd.Vehicles, c.cmd.Days, c.cmd.Rate, c.cmd.FrameSeconds = 4, 1, 10, 1
		cfg, err := c.cmd.world(time.Date(2026, 5, 3, 12, 0, 0, 0, madrid(t)))
		if err != nil {
			t.Fatal(err)
		}
		simulated, err := fixtures.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		consenting := 0
		for i := range simulated.Vehicles() {
			if slices.Contains(simulated.Vehicle(i).Profile().Consents, outcome.ConsentAssistance) {
				consenting++
			}
		}
		if cfg.MotionHz != c.hz || consenting != c.consenting {
			t.Errorf("%s: %d Hz, %d consenting, want %d and %d", name, cfg.MotionHz, consenting, c.hz, c.consenting)
		}
	}
}

func TestSimulateWritesTheFleetAndItsTruth(t *testing.T) {
	address := simulatedBroker(t)
	truth := filepath.Join(t.TempDir(), "truth.jsonl")
	args := []string{"simulate", "--kafka", address, "--vehicles", "5", "--from", "2026-09-01", "--seed", "4", "--frame-seconds", "60",
		"--create-topic", "--partitions", "3", "--truth", truth}
	code, _, stderr := invoke(t.Context(), args...)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	simulated, err := fixtures.New(fixtures.Config{Seed: 4, Vehicles: 5, Days: 1, Zone: demoZone, MotionHz: 10, FrameSeconds: 60,
		From: midnight(time.Date(2026, time.September, 1, 0, 0, 0, 0, madrid(t)), 0)})
	if err != nil {
		t.Fatal(err)
	}
	frames, trips := int64(0), 0
	for range simulated.Frames() {
		frames++
	}
	for i := range simulated.Vehicles() {
		trips += len(simulated.Vehicle(i).Truth().Trips)
	}
	total := func(counts map[int32]int64) (n int64) {
		for _, c := range counts {
			n += c
		}
		return n
	}
	if got := count(t, address, "vehicle.telemetry"); total(got) != frames || len(got) != 3 {
		t.Errorf("telemetry has %v records, want %d in 3 partitions", got, frames)
	}
	if got := count(t, address, "vehicle.profiles"); total(got) != 5 || len(got) != 3 {
		t.Errorf("profiles has %v records, want 5 in 3 partitions", got)
	}
	if got := len(readTruth(t, truth)); got != trips || trips == 0 {
		t.Errorf("the truth has %d trips, want %d", got, trips)
	}
	for _, want := range []string{"Created topic vehicle.telemetry: 3 partitions, message.timestamp.type=CreateTime, retention.ms=-1", "Written", "car-seconds"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("not said: %q in:\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, "sim-0") {
		t.Errorf("a vehicle is named:\n%s", stderr)
	}
	// What is there already is not created again.
	if code, _, stderr := invoke(t.Context(), args...); code != exitOK || strings.Contains(stderr, "Created") {
		t.Errorf("again: exit %d: %s", code, stderr)
	}
}

func madrid(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func readTruth(t *testing.T, path string) (trips []trueTrip) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var trip trueTrip
		if err := json.Unmarshal([]byte(line), &trip); err != nil {
			t.Fatal(err)
		}
		if trip.VehicleID == "" || trip.EndedAt <= trip.StartedAt || trip.DistanceM <= 0 || trip.Style == "" || trip.Uplink == "" {
			t.Errorf("a trip of the truth lacks something: %s", line)
		}
		trips = append(trips, trip)
	}
	return trips
}

func TestSimulateRefuses(t *testing.T) {
	address := simulatedBroker(t)
	client := &kafka.Client{Addr: kafka.TCP(address)}
	for name, settings := range map[string][]string{"appended": {"message.timestamp.type", "LogAppendTime"}, "cars": nil} {
		if _, err := uplink.Create(t.Context(), client, name, 2, settings...); err != nil {
			t.Fatal(err)
		}
	}
	tomorrow := time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	for name, c := range map[string]struct {
		args string
		code int
		want string
	}{
		"no brokers":          {"", exitUsage, "missing flags: --kafka"},
		"missing topic":       {"--kafka BROKER", exitFailed, "topic vehicle.telemetry: there is no such topic: create it with --create-topic"},
		"unequal partitions":  {"--kafka BROKER --topic cars --create-topic --partitions 3", exitFailed, "topic cars has 2 partitions and vehicle.profiles has 3"},
		"old days, LogAppend": {"--kafka BROKER --topic appended --from 2026-09-01", exitFailed, "stamped by the broker (LogAppendTime): samples of 2026-09-01"},
		"profiles appended":   {"--kafka BROKER --topic cars --profiles appended --from 2026-09-01", exitFailed, "profiles would arrive after the days they are for"},
		"future":              {"--kafka BROKER --from " + tomorrow, exitUsage, "in the future"},
		"no day":              {"--kafka BROKER --from yesterday", exitUsage, `--from is "yesterday": must be a day, YYYY-MM-DD`},
		"slower than life":    {"--kafka BROKER --speedup 0.5", exitUsage, "--speedup is 0.5: must be at least 1"},
		"two paces":           {"--kafka BROKER --speedup 2 --live", exitUsage, "can't be used together"},
		"live, from some day": {"--kafka BROKER --live --from 2026-09-01", exitUsage, "leave --from out"},
		"no partitions":       {"--kafka BROKER --partitions 0", exitUsage, "--partitions is 0"},
		"rate":                {"--kafka BROKER --rate 7", exitUsage, "speed rate is 7 Hz"},
		"truth in nowhere":    {"--kafka BROKER --topic cars --profiles= --truth /no/such/folder/t.jsonl", exitFailed, "create the file of the truth"},
	} {
		t.Run(name, func(t *testing.T) {
			args := strings.Fields(strings.ReplaceAll(c.args, "BROKER", address))
			code, _, stderr := invoke(t.Context(), append([]string{"simulate", "--vehicles", "1"}, args...)...)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, want %d, and %q in: %s", code, c.code, c.want, stderr)
			}
		})
	}
}

func TestSimulateStopsInOrder(t *testing.T) {
	address := simulatedBroker(t)
	ctx, cancel := context.WithCancel(t.Context())
	out := &interrupting{stop: cancel}
	// It is stopped when it says that the topic was made.
	args := []string{"simulate", "--kafka", address, "--vehicles", "2", "--create-topic", "--profiles="}
	if code := run(ctx, args, &terminal{Stdout: out, Stderr: out}); code != exitInterrupted {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestWhichDaysAreSimulated(t *testing.T) {
	zone := madrid(t)
	for name, c := range map[string]struct {
		cmd  simulateCmd
		now  time.Time
		want time.Time
	}{
		"yesterday":             {simulateCmd{Days: 1}, time.Date(2026, 3, 29, 12, 0, 0, 0, zone), time.Date(2026, 3, 28, 0, 0, 0, 0, zone)},
		"over the clock change": {simulateCmd{Days: 2}, time.Date(2026, 3, 30, 12, 0, 0, 0, zone), time.Date(2026, 3, 28, 0, 0, 0, 0, zone)},
		"a day still arriving":  {simulateCmd{Days: 1}, time.Date(2026, 5, 3, 5, 59, 0, 0, zone), time.Date(2026, 5, 1, 0, 0, 0, 0, zone)},
		"a day arrived":         {simulateCmd{Days: 1}, time.Date(2026, 5, 3, 6, 0, 0, 0, zone), time.Date(2026, 5, 2, 0, 0, 0, 0, zone)},
		"live":                  {simulateCmd{Days: 1, Live: true}, time.Date(2026, 5, 3, 0, 10, 0, 0, zone), time.Date(2026, 5, 3, 0, 0, 0, 0, zone)},
		"named":                 {simulateCmd{Days: 2, From: "2026-05-01"}, time.Date(2026, 5, 3, 0, 0, 0, 0, zone), time.Date(2026, 5, 1, 0, 0, 0, 0, zone)},
	} {
		cfg, err := c.cmd.world(c.now)
		if err != nil || !cfg.From.Equal(c.want) {
			t.Errorf("%s: from %v, error %v, want %v", name, cfg.From, err, c.want)
		}
	}
}

func TestPace(t *testing.T) {
	const second = 1_000_000 // µs
	arrivals := []int64{0, 0, second / 100, 2 * second, 2*second + 1, 10 * second}
	for name, c := range map[string]struct {
		p    *pacer
		want []time.Duration // after the beginning
	}{
		"at once":      {newPacer(0, false), []time.Duration{0, 0, 0, 0, 0, 0}},
		"as it was":    {newPacer(1, false), []time.Duration{0, 0, 20 * time.Millisecond, 2 * time.Second, 2*time.Second + 20*time.Millisecond, 10 * time.Second}},
		"ten times":    {newPacer(10, false), []time.Duration{0, 0, 20 * time.Millisecond, 200 * time.Millisecond, 220 * time.Millisecond, time.Second}},
		"in real time": {newPacer(0, true), []time.Duration{0, 0, 0, time.Second, time.Second + 20*time.Millisecond, 9 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				first := began.UnixMicro() - second // one second before: live, it is a backlog
				var got []time.Duration
				for _, at := range arrivals {
					if wait := c.p.until(first+at, time.Now()); wait > 0 {
						if err := sleep(t.Context(), wait); err != nil {
							t.Fatal(err)
						}
					}
					got = append(got, time.Since(began))
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("written after (-want +got):\n%s", diff)
				}
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				if sleep(ctx, time.Hour) == nil {
					t.Error("a wait goes on after its end")
				}
			})
		})
	}
}

// The map that simulate writes is that of the world it drives in.
func TestSimulateWritesItsRoads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "world.roads")
	code, _, stderr := invoke(t.Context(), "simulate", "--kafka", simulatedBroker(t), "--vehicles", "1", "--from", "2026-09-01",
		"--create-topic", "--frame-seconds", "60", "--roads", path)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	written, err := openRoads(path)
	if err != nil {
		t.Fatal(err)
	}
	simulated, err := fixtures.New(fixtures.Config{Vehicles: 1, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	onto, err := simulatedRoads(simulated)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := written.file.Version(), onto.file.Version(); got != want || got == "" {
		t.Errorf("written is map %q, want %q", got, want)
	}
	if err := written.Close(); err != nil {
		t.Error(err)
	}
}
